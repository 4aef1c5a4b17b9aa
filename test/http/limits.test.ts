import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { HttpResponse, Limit } from '../../lib/http/contract';
import { combined } from '../../lib/http/limits/combined';
import { concurrency } from '../../lib/http/limits/concurrency';
import { costBucket, type CostReport } from '../../lib/http/limits/cost-bucket';
import { requestBucket } from '../../lib/http/limits/request-bucket';
import { createHttpClient } from '../../lib/http/client';
import { Random } from '../../sandbox/random';
import { FakeClock } from './fake-clock';
import { listen } from './loopback';

type Done = Awaited<ReturnType<Limit['acquire']>>;
const settle = () => new Promise((resolve) => setImmediate(resolve));
const answer = (body: unknown, status = 200, headers: HttpResponse['headers'] = {}): HttpResponse => ({ status, headers, body });
const report = (response: HttpResponse) => response.body as CostReport | undefined;

/** Queues calls and keeps who has started. */
function starter(limit: Limit): { started: string[]; done: Map<string, Done>; call: (name: string, cost?: number, signal?: AbortSignal) => Promise<void> } {
  const started: string[] = [];
  const done = new Map<string, Done>();
  const call = async (name: string, cost = 1, signal?: AbortSignal) => {
    done.set(name, await limit.acquire(cost, signal));
    started.push(name);
  };
  return { started, done, call };
}

describe('limits', () => {
  describe('concurrency', () => {
    it('lets so many in and the next when one is done, first come first served', async () => {
      const { started, done, call } = starter(concurrency(2));
      for (const name of ['a', 'b', 'c', 'd']) void call(name);
      await settle();
      assert.deepEqual(started, ['a', 'b']);
      done.get('b')?.();
      done.get('b')?.(); // giving back twice gives nothing more
      await settle();
      assert.deepEqual(started, ['a', 'b', 'c']);
    });
    it('a call that is ended while it waits leaves the line', async () => {
      const { started, done, call } = starter(concurrency(1));
      const abort = new AbortController();
      void call('a');
      const ended = call('b', 1, abort.signal);
      void call('c');
      abort.abort();
      await assert.rejects(ended, { code: 'TRANSIENT_ABORTED' });
      done.get('a')?.();
      await settle();
      assert.deepEqual(started, ['a', 'c']);
      await assert.rejects(call('d', 1, abort.signal), { code: 'TRANSIENT_ABORTED' });
    });
  });

  describe('request bucket', () => {
    it('spaces calls evenly after the burst', async () => {
      const clock = new FakeClock();
      const { started, call } = starter(requestBucket({ rate: 2, burst: 2, clock }));
      for (const name of ['a', 'b', 'c', 'd']) void call(name);
      await settle();
      assert.deepEqual(started, ['a', 'b']);
      await clock.move(499);
      assert.equal(started.length, 2);
      await clock.move(1);
      assert.equal(started.length, 3);
      await clock.move(500);
      assert.equal(started.length, 4);
    });
    it('a 429 stops all for its Retry-After', async () => {
      const clock = new FakeClock();
      const { started, done, call } = starter(requestBucket({ rate: 10, clock }));
      void call('a');
      await settle();
      done.get('a')?.(answer({}, 429, { 'retry-after': '5' }));
      void call('b');
      await clock.move(4999);
      assert.deepEqual(started, ['a']);
      await clock.move(1);
      assert.deepEqual(started, ['a', 'b']);
    });
    it('C19 never starts more than burst + rate x time, whatever the pattern', async () => {
      await fc.assert(fc.asyncProperty(
        fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 10 }), fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 60 }),
        async (rate, burst, pauses) => {
          const clock = new FakeClock();
          const limit = requestBucket({ rate, burst, clock });
          const starts: number[] = [];
          for (const pause of pauses) {
            void limit.acquire(1).then(() => { starts.push(clock.now()); });
            await clock.move(pause);
          }
          await clock.move(60_000);
          assert.equal(starts.length, pauses.length);
          starts.forEach((from, i) => {
            for (let j = i; j < starts.length; j++) {
              const window = (starts[j] ?? 0) - from;
              assert(j - i + 1 <= burst + rate * window / 1000 + 1e-6, `${String(j - i + 1)} calls in ${String(window)} ms`);
            }
          });
        }), { numRuns: 200 });
    });
  });

  describe('cost bucket', () => {
    it('waits until the cost fits, and gives back what a call did not use', async () => {
      const clock = new FakeClock();
      const { started, done, call } = starter(costBucket({ maximum: 100, restoreRate: 50, report, clock }));
      void call('a', 80);
      void call('b', 60);
      await settle();
      assert.deepEqual(started, ['a']);
      done.get('a')?.(answer({ actual: 10 }));
      await settle();
      assert.deepEqual(started, ['a', 'b']); // 20 + 70 back
    });
    it('nobody overtakes a dear call', async () => {
      const clock = new FakeClock();
      const { started, done, call } = starter(costBucket({ maximum: 100, restoreRate: 50, report, clock }));
      for (const [name, cost] of [['a', 90], ['dear', 100], ['cheap', 1]] as const) void call(name, cost);
      await settle();
      done.get('a')?.(answer({ actual: 90 }));
      await clock.move(1799);
      assert.deepEqual(started, ['a']);
      await clock.move(1);
      assert.deepEqual(started, ['a', 'dear']);
      done.get('dear')?.(answer({ actual: 100 }));
      await clock.move(20);
      assert.deepEqual(started, ['a', 'dear', 'cheap']);
    });
    it('learns size and rate of the shop, up and down', async () => {
      const clock = new FakeClock();
      const { started, done, call } = starter(costBucket({ maximum: 1000, restoreRate: 50, report, clock }));
      void call('a', 10);
      await settle();
      done.get('a')?.(answer({ actual: 10, maximumAvailable: 2000, currentlyAvailable: 1990, restoreRate: 100 }));
      void call('b', 1990);
      await settle();
      assert.deepEqual(started, ['a', 'b']);
      done.get('b')?.(answer({ actual: 1990, maximumAvailable: 500, currentlyAvailable: 0, restoreRate: 10 }));
      void call('c', 10);
      await clock.move(999);
      assert.equal(started.length, 2);
    });
    it('believes the server when another program draws from the same bucket', async () => {
      const clock = new FakeClock();
      const { started, done, call } = starter(costBucket({ maximum: 1000, restoreRate: 50, report, clock }));
      void call('a', 10);
      await settle();
      done.get('a')?.(answer({ actual: 10, maximumAvailable: 1000, currentlyAvailable: 40, restoreRate: 50 }));
      void call('b', 90);
      await clock.move(999);
      assert.deepEqual(started, ['a']);
      await clock.move(1);
      assert.deepEqual(started, ['a', 'b']);
    });
    it('does without a report', async () => {
      const clock = new FakeClock();
      const { started, done, call } = starter(costBucket({ maximum: 100, restoreRate: 50, report: () => undefined, clock }));
      void call('a', 100);
      await settle();
      done.get('a')?.(answer(undefined));
      void call('b', 50);
      await clock.move(1000);
      assert.deepEqual(started, ['a', 'b']);
    });
    it('a cost above the whole bucket goes when the bucket is full', async () => {
      const clock = new FakeClock();
      const { started, done, call } = starter(costBucket({ maximum: 100, restoreRate: 50, report, clock }));
      void call('a', 50);
      void call('b', 500);
      await settle();
      done.get('a')?.(answer({ actual: 50 }));
      await clock.move(999);
      assert.deepEqual(started, ['a']);
      await clock.move(1);
      assert.deepEqual(started, ['a', 'b']);
    });

    it('C19 in 10^6 steps against a model of the server the budget is never exceeded', async function () {
      this.timeout(60_000);
      const clock = new FakeClock();
      const random = new Random(19);
      // The server's truth. Its size and rate are not what the bucket starts with.
      const [size, rate] = [2000, 500];
      let [points, countedAt] = [size, 0];
      const restore = () => { points = Math.min(size, points + (clock.now() - countedAt) * rate / 1000); countedAt = clock.now(); };
      const limit = costBucket({ maximum: 1000, restoreRate: 50, report, clock });
      const inFlight: { cost: number; done: Done; arrived: boolean }[] = [];
      let [granted, waiting, exceeded] = [0, 0, 0];

      for (let step = 0; step < 1_000_000; step++) {
        const dice = random.int(0, 9);
        if (dice < 4 && waiting < 50) {
          const cost = random.int(1, 300);
          waiting++;
          void limit.acquire(cost).then((done) => {
            waiting--;
            granted++;
            inFlight.push({ cost, done, arrived: false });
          });
          await Promise.resolve();
        } else if (dice < 6) {
          const call = inFlight.find((one) => !one.arrived); // the request reaches the server
          if (call) {
            call.arrived = true;
            restore();
            if (call.cost > points + 1e-6) exceeded++;
            points -= call.cost;
          }
        } else if (dice < 8) {
          const at = inFlight.findIndex((one) => one.arrived); // … and its answer reaches us, or is lost
          if (at >= 0) {
            const [call] = inFlight.splice(at, 1);
            assert(call);
            const actual = random.int(0, call.cost);
            restore();
            points = Math.min(size, points + call.cost - actual);
            call.done(random.chance(50) ? undefined : answer(random.chance(10) ? { actual }
              : { actual, maximumAvailable: size, currentlyAvailable: Math.floor(points), restoreRate: rate }));
            await Promise.resolve();
          }
        } else {
          await clock.move(random.int(1, 300));
        }
      }
      assert.equal(exceeded, 0);
      assert(granted > 100_000, `only ${String(granted)} calls were granted`);
    });
  });

  it('a token that calls in the limit wait for is fetched outside of it', async () => {
    const server = await listen((_req, res) => { res.writeHead(204).end(); });
    const client = createHttpClient({
      system: 's', baseUrl: server.url, limit: concurrency(1),
      auth: { apply: async ({ path }) => { if (path === '/work') await client.request({ method: 'GET', path: '/token', unlimited: true }); } },
    });
    await Promise.all([1, 2, 3].map(() => client.request({ method: 'GET', path: '/work' })));
    client.close();
    await server.close();
  });

  describe('combined', () => {
    it('needs all, and gives all back', async () => {
      const clock = new FakeClock();
      const { started, done, call } = starter(combined(concurrency(1), requestBucket({ rate: 1, burst: 5, clock })));
      void call('a');
      void call('b');
      await settle();
      assert.deepEqual(started, ['a']);
      done.get('a')?.(answer({}));
      await settle();
      assert.deepEqual(started, ['a', 'b']);
    });
    it('a call that is ended while it waits for the second gives the first back', async () => {
      const clock = new FakeClock();
      const first = concurrency(1);
      const limit = combined(first, requestBucket({ rate: 1, clock }));
      (await limit.acquire(1))();
      const abort = new AbortController();
      const ended = limit.acquire(1, abort.signal);
      await settle();
      abort.abort();
      await assert.rejects(ended, { code: 'TRANSIENT_ABORTED' });
      (await first.acquire(1))();
    });
  });
});
