import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { startSapSandbox, type SapSandbox } from '../../../sandbox/sap-s4hana';
import { OwnRedis, redisUrl } from '../../support/redis';
import type { Work } from './worker';

/** A process with a connection of its own. */
class Worker {
  endings: string[] = [];
  readonly ready: Promise<unknown>;
  readonly #child: ChildProcess;
  #heard: () => void = () => undefined;

  constructor() {
    this.#child = fork(join(__dirname, 'worker.ts'), { execArgv: ['--require', 'tsx/cjs'] });
    this.ready = once(this.#child, 'message').then(() => this.#child.on('message', (ending: string) => {
      this.endings.push(ending);
      this.#heard();
    }));
  }

  /** Resolves when it has reached Redis. */
  async open(work: Work): Promise<void> {
    this.endings = [];
    this.#child.send(work);
    await this.reaches(1);
    this.endings = [];
  }

  go(): void { this.#child.send('go'); }

  async reaches(count: number): Promise<void> {
    while (this.endings.length < count) await new Promise<void>((resolve) => { this.#heard = resolve; });
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await ended;
  }
}

describe('C20 the budget of an account over several processes', function () {
  this.timeout(60_000);
  const limit = 4, latencyMs = 80;
  let url: string;
  let sap: SapSandbox;
  let workers: Worker[];

  before(async function () {
    url = await redisUrl(this);
    workers = [new Worker(), new Worker(), new Worker()];
    await Promise.all(workers.map(({ ready }) => ready));
  });
  after(() => Promise.all((workers as Worker[] | undefined)?.map((worker) => worker.kill()) ?? []));
  beforeEach(async () => { sap = await startSapSandbox({ customers: 2, materials: 2, latencyMs, callsAtOnce: limit }); });
  afterEach(() => sap.close());

  async function start(redis: string, calls: number, leaseMs: number): Promise<void> {
    const { settings, secrets, url: address, world } = sap;
    await Promise.all(workers.map((worker) => worker.open({ settings: { ...settings, priceLists: [], batchSize: 1 }, secrets, url: address, redis, leaseMs, calls, concurrency: limit, sku: world.products[0]?.sku ?? '' })));
    for (const worker of workers) worker.go();
  }
  const all = (calls: number, of = workers): Promise<unknown> => Promise.all(of.map((worker) => worker.reaches(calls)));
  const peak = (): number => sap.counters.peakOf[sap.settings.user] ?? 0;
  const results = (): string[] => [...new Set(workers.flatMap(({ endings }) => endings))];

  it('never more calls at once than it may, all done, in little more than the least time, and each in its turn', async () => {
    const calls = 24;
    await start(url, calls, 10_000);
    await Promise.race(workers.map((worker) => worker.reaches(calls)));
    const done = workers.map(({ endings }) => endings.length);
    await all(calls);
    assert.deepEqual(results(), ['done']);
    assert.equal(peak(), limit);
    assert.equal(sap.counters.byStatus[429], undefined);
    assert.ok(Math.min(...done) >= calls / 2, `when one was through, the others had done ${done.join(', ')} of ${String(calls)}`);
    const took = (sap.requests.at(-1)?.at ?? 0) - (sap.requests[0]?.at ?? 0) + latencyMs;
    const least = workers.length * calls * latencyMs / limit;
    assert.ok(took < 3 * least, `took ${String(took)} ms; without any pause it would be ${String(least)}`);
  });

  it('Redis is killed and comes back empty: everybody goes on, and never with more than the account may', async function () {
    const redis = await OwnRedis.start(this);
    try {
      await start(redis.url, 24, 1000);
      await all(4);
      await redis.kill();
      await all(9);
      await redis.start();
      await all(24);
      assert.deepEqual(results(), ['done']);
      assert.ok(peak() <= limit, `${String(peak())} calls at once`);
    } finally {
      await redis.kill();
    }
  });

  it('a process that is killed gives back what it held when its lease ends', async () => {
    const [killed, ...rest] = workers;
    await start(url, 16, 1000);
    await killed?.reaches(2);
    await killed?.kill();
    await all(16, rest);
    assert.deepEqual(results(), ['done']);
    assert.ok(peak() <= limit, `${String(peak())} calls at once`);
  });
});
