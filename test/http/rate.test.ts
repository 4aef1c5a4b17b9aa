import assert from 'node:assert/strict';
import { createHttpClient } from '../../lib/http/client';
import { errorClass, ThrottledError } from '../../lib/errors';
import type { HttpClient, HttpResponse, Limit } from '../../lib/http/contract';
import { combined } from '../../lib/http/limits/combined';
import { concurrency } from '../../lib/http/limits/concurrency';
import { costBucket, type CostReport } from '../../lib/http/limits/cost-bucket';
import { requestBucket } from '../../lib/http/limits/request-bucket';
import { FakeClock } from './fake-clock';
import { listen } from './loopback';

interface Outcome { failed: number; throttled: number; seconds: number }

/**
 * Sends records in 4 lanes, as a sync does; a throttled record waits and is sent again. The clock of server and limits
 * stands while a request is on its way and moves when all wait, so the machine's speed does not matter.
 */
async function sync(records: number, clock: FakeClock, limit: Limit, send: (record: number, limit: Limit) => Promise<unknown>): Promise<Outcome> {
  let [next, failed, throttled, onTheirWay, lanes] = [0, 0, 0, 0, 4];
  const watched: Limit = {
    async acquire(cost, signal) {
      const done = await limit.acquire(cost, signal);
      onTheirWay++;
      return (response) => { onTheirWay--; done(response); };
    },
  };
  const lane = async (): Promise<void> => {
    while (next < records) {
      const record = next++;
      for (let settled = false; !settled;) {
        settled = true;
        await send(record, watched).catch((error: unknown) => {
          if (errorClass(error) === 'THROTTLED') { throttled++; settled = false; } else failed++;
        });
      }
    }
    lanes--;
  };
  const start = clock.now();
  const all = Promise.all(Array.from({ length: lanes }, lane));
  while (lanes > 0) {
    await new Promise((resolve) => setImmediate(resolve));
    if (onTheirWay === 0) await clock.move(10);
  }
  await all;
  return { failed, throttled, seconds: (clock.now() - start) / 1000 };
}

describe('C18 a full sync against a server that enforces its rate', () => {
  it('2 calls a second: 0 failed records, under 1 % throttled, in the time the limit allows', async () => {
    const clock = new FakeClock();
    let [tokens, at] = [2, clock.now()];
    const server = await listen((_req, res) => {
      tokens = Math.min(2, tokens + (clock.now() - at) * 2 / 1000);
      at = clock.now();
      const ok = tokens >= 1;
      if (ok) tokens--;
      res.writeHead(ok ? 200 : 429, { 'content-type': 'application/json', ...(!ok && { 'retry-after': '1' }) }).end('{}');
    });
    let client: HttpClient | undefined;
    const { failed, throttled, seconds } = await sync(200, clock, combined(concurrency(4), requestBucket({ rate: 2, clock })), (_, limit) =>
      (client ??= createHttpClient({ system: 's', baseUrl: server.url, limit })).request({ method: 'GET', path: '/' }));
    client?.close();
    await server.close();
    assert.equal(failed, 0);
    assert(throttled < 2, `${String(throttled)} of 200 throttled`);
    assert(seconds < 101, `took ${String(seconds)} s, the limit allows 99.5`);
  });

  it('50 points a second: 0 failed records, under 1 % throttled, in the time the budget allows', async () => {
    const clock = new FakeClock();
    const [size, rate] = [1000, 50];
    let [points, at] = [size, clock.now()];
    const restore = () => { points = Math.min(size, points + (clock.now() - at) * rate / 1000); at = clock.now(); };
    const server = await listen((req, res) => {
      restore();
      const cost = Number(req.headers['x-cost']);
      const fits = points >= cost;
      const actual = fits ? Math.ceil(cost / 2) : null;
      points -= actual ?? 0;
      const throttleStatus = { maximumAvailable: size, currentlyAvailable: Math.floor(points), restoreRate: rate };
      res.writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ ...(!fits && { errors: [{ extensions: { code: 'THROTTLED' } }] }), cost: { actual, ...throttleStatus } }));
    });
    const bodyOf = ({ body }: HttpResponse) => body as { errors?: unknown; cost: CostReport };
    const bucket = costBucket({ maximum: size, restoreRate: rate, clock, report: (response) => bodyOf(response).cost });
    let client: HttpClient | undefined;
    let spent = 0;
    const { failed, throttled, seconds } = await sync(200, clock, combined(concurrency(4), bucket), (record, limit) => {
      const cost = 40 + record % 40;
      spent += Math.ceil(cost / 2);
      client ??= createHttpClient({
        system: 's', baseUrl: server.url, limit, explain: (response) => bodyOf(response).errors ? new ThrottledError('THROTTLED_COST', 'throttled') : undefined,
      });
      return client.request({ method: 'POST', path: '/', cost, headers: { 'x-cost': String(cost) }, body: {} });
    });
    client?.close();
    await server.close();
    assert.equal(failed, 0);
    assert(throttled < 2, `${String(throttled)} of 200 throttled`);
    assert(seconds < (spent - size) / rate * 1.1 + 2, `took ${String(seconds)} s, the budget allows ${String((spent - size) / rate)}`);
  });
});
