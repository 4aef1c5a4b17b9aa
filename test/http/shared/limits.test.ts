import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { createClient } from '@redis/client';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HttpResponse } from '../../../lib/http/contract';
import type { Budget } from '../../../lib/http/limits/account';
import type { CostReport, Points } from '../../../lib/http/limits/cost-bucket';
import { acquire, keysOf } from '../../../lib/http/limits/shared/scripts';
import { SharedLimits, type SharedLimitsOptions } from '../../../lib/http/limits/shared/limits';
import { Random } from '../../../sandbox/random';
import { OwnRedis, redisUrl } from '../../support/redis';
import { freePort } from '../../support/node-red';
import { certificate } from '../loopback';

const answer = (body: unknown, status = 200, headers: HttpResponse['headers'] = {}): HttpResponse => ({ status, headers, body });
const points = (maximum: number, restoreRate: number): Points => ({ maximum, restoreRate, report: ({ body }) => body as CostReport | undefined });

describe('limits shared through Redis', () => {
  let url: string;
  let account: string;
  const opened: SharedLimits[] = [];

  before(async function () { url = await redisUrl(this); });
  beforeEach(() => { account = `test-${randomUUID()}`; });
  afterEach(() => Promise.all(opened.splice(0).map((limits) => limits.close())));

  /** As another process would. */
  function share(options: Partial<SharedLimitsOptions> = {}): SharedLimits {
    const limits = new SharedLimits({ url, ...options });
    opened.push(limits);
    return limits;
  }
  const pause = (ms: number): Promise<void> => new Promise((resolve) => { setTimeout(resolve, ms); });

  it('C20 any pattern of calls and cancellations of three processes: never above the limit, nobody forgotten, nothing lost', async () => {
    const random = new Random(20);
    const processes = [share(), share(), share()].map((limits) => limits.open(account, { concurrency: 5 }));
    let [inFlight, peak, done, ended] = [0, 0, 0, 0];
    await Promise.all(processes.flatMap((limit) => Array.from({ length: 60 }, async () => {
      await pause(random.int(0, 100));
      const abort = new AbortController();
      if (random.chance(30)) setTimeout(() => { abort.abort(); }, random.int(0, 30));
      try {
        const release = await limit.acquire(1, abort.signal);
        peak = Math.max(peak, ++inFlight);
        await pause(random.int(0, 8));
        inFlight--;
        release();
        done++;
      } catch (error) {
        assert.equal((error as { code?: string }).code, 'TRANSIENT_ABORTED');
        ended++;
      }
    })));
    assert.equal(done + ended, 180);
    assert.ok(ended > 0);
    assert.equal(peak, 5);
    // All slots are there again.
    for (let i = 0; i < 5; i++) await processes[i % 3]?.acquire(1);
  });

  it('C19 a bucket of points: no call above what the server has left', async () => {
    const random = new Random(19);
    const [size, rate] = [2000, 5000];
    let [left, at, exceeded, spent] = [size, Date.now(), 0, 0];
    const restore = (): void => { left = Math.min(size, left + (Date.now() - at) * rate / 1000); at = Date.now(); };
    // They begin with less than the server has, and learn.
    const processes = [share(), share(), share()].map((limits) => limits.open(account, { concurrency: 20, points: points(1000, 1000) }));
    await Promise.all(processes.flatMap((limit) => Array.from({ length: 40 }, async () => {
      const cost = random.int(1, 400);
      const release = await limit.acquire(cost);
      await pause(random.int(0, 3));
      restore();
      // Clocks are read in whole ms.
      if (cost > left + rate / 500) exceeded++;
      const actual = random.int(0, cost);
      left -= actual;
      spent += actual;
      const told = { actual, maximumAvailable: size, currentlyAvailable: Math.floor(left), restoreRate: rate };
      await pause(random.int(0, 3));
      release(random.chance(20) ? undefined : answer(told));
    })));
    assert.equal(exceeded, 0);
    assert.ok(spent > size, 'the bucket was used more than once');
  });

  it('a dear call of one process does not starve behind the cheap ones of another', async () => {
    const budget: Budget = { concurrency: 10, points: points(200, 400) };
    const [dear, cheap] = [share().open(account, budget), share().open(account, budget)];
    (await cheap.acquire(150))(answer({ actual: 150 }));
    let passed = 0;
    const turn = dear.acquire(200).then((release) => { release(); return passed; });
    await pause(30);
    const all = Array.from({ length: 20 }, async () => {
      (await cheap.acquire(20))(answer({ actual: 20 }));
      passed++;
    });
    assert.equal(await turn, 0);
    await Promise.all(all);
  });

  it('a rate holds for all together, and a 429 to one stops all', async () => {
    const budget: Budget = { concurrency: 10, rate: 100, burst: 5 };
    const processes = [share().open(account, budget), share().open(account, budget)];
    const starts: number[] = [];
    await Promise.all(processes.flatMap((limit) => Array.from({ length: 15 }, async () => {
      const release = await limit.acquire(1);
      starts.push(performance.now());
      release();
    })));
    const window = (starts.at(-1) ?? 0) - (starts[0] ?? 0);
    assert.ok(starts.length <= 5 + 100 * window / 1000 + 1, `${String(starts.length)} in ${String(window)} ms`);
    const [first, second] = processes;
    (await first?.acquire(1))?.(answer({}, 429, { 'retry-after': '1' }));
    await pause(20);
    const before = performance.now();
    await second?.acquire(1);
    assert.ok(performance.now() - before > 800);
  });

  it('a process that dies while it waits loses its turn', async () => {
    const client = createClient({ url });
    await client.connect();
    const limit = share().open(account, { concurrency: 1 });
    const release = await limit.acquire(1);
    await client.eval(acquire.text, { keys: keysOf(account), arguments: ['dead', '10000', account, 'none', '0', '0', '0', '1', 'dead:1', '1', '1', '2000'] });
    client.destroy();
    release();
    (await limit.acquire(1))();
  });

  it('two nodes of one process share it too, and the lower figure holds while both are there', async () => {
    const limits = share();
    const [four, two] = [limits.open(account, { concurrency: 4 }), limits.open(account, { concurrency: 2 })];
    const done = [await four.acquire(1), await two.acquire(1)];
    let third = false;
    const turn = four.acquire(1).then(() => { third = true; });
    await pause(50);
    assert.equal(third, false);
    two.close();
    done[0]?.();
    await turn;
    await four.acquire(1);
    await four.acquire(1);
  });

  describe('without Redis', () => {
    it('a process that never reached it takes a quarter, and shares as soon as it is there', async function () {
      const port = await freePort();
      const heard: (string | undefined)[] = [];
      const limits = share({ url: `redis://user:geheim@127.0.0.1:${String(port)}`, leaseMs: 400, onChange: (lost) => { heard.push(lost); } });
      const limit = limits.open(account, { concurrency: 8 });
      const held = [await limit.acquire(1), await limit.acquire(1)];
      const third = limit.acquire(1);
      await pause(50);
      assert.equal(await Promise.race([third, Promise.resolve('waits')]), 'waits');
      assert.equal(limits.lost, true);
      assert.equal(heard.length, 1);
      assert.match(heard[0] ?? '', /ECONNREFUSED/);
      assert.doesNotMatch(`${heard[0] ?? ''} ${limits.place}`, /geheim|user/);
      const redis = await OwnRedis.start(this, '--port', String(port), '--user', 'user', 'on', '>geheim', 'allcommands', 'allkeys', 'allchannels');
      try {
        await third;
        held.push(...await Promise.all([limit.acquire(1), limit.acquire(1)]));
        assert.equal(limits.lost, false);
        assert.deepEqual(heard.slice(1), [undefined]);
      } finally {
        await limits.close();
        await redis.kill();
      }
    });

    it('one that is stuck is given up after two seconds', async function () {
      const redis = await OwnRedis.start(this);
      try {
        const limits = share({ url: redis.url });
        const limit = limits.open(account, { concurrency: 1 });
        (await limit.acquire(1))();
        redis.signal('SIGSTOP');
        (await limit.acquire(1))();
        assert.equal(limits.lost, true);
        await limits.close();
      } finally {
        await redis.kill();
      }
    });

    it('an address that cannot be is said without showing it', () => {
      for (const bad of ['localhost:6379', 'http://:geheim@redis', 'redis://:geheim@redis/db', 'geheim']) {
        assert.throws(() => new SharedLimits({ url: bad }), (error: Error & { code?: string }) => error.code === 'CONFIG_REDIS_URL' && !error.message.includes('geheim'));
      }
    });
  });

  it('over TLS only with a certificate that can be verified', async function () {
    const dir = await mkdtemp(join(tmpdir(), 'b2b-redis-'));
    const { key, cert } = certificate({ names: 'IP:127.0.0.1' });
    await Promise.all([writeFile(join(dir, 'key.pem'), key), writeFile(join(dir, 'cert.pem'), cert)]);
    const tlsPort = await freePort();
    const redis = await OwnRedis.start(this, '--tls-port', String(tlsPort), '--tls-key-file', join(dir, 'key.pem'), '--tls-cert-file', join(dir, 'cert.pem'), '--tls-auth-clients', 'no', '--requirepass', 'geheim');
    try {
      const address = { url: `rediss://127.0.0.1:${String(tlsPort)}`, password: 'geheim' };
      const refused = await new Promise<string | undefined>((resolve) => { share({ ...address, onChange: resolve }); });
      assert.match(refused ?? '', /self-signed certificate/);
      const trusting = share({ ...address, ca: cert });
      (await trusting.open(account, { concurrency: 1 }).acquire(1))();
      assert.equal(trusting.lost, false);
    } finally {
      await Promise.all(opened.splice(0).map((limits) => limits.close()));
      await redis.kill();
      await rm(dir, { recursive: true });
    }
  });
});
