import assert from 'node:assert/strict';
import { createHttpClient } from '../../lib/http/client';
import { errorClass, ThrottledError } from '../../lib/errors';
import type { HttpResponse } from '../../lib/http/contract';
import { combined } from '../../lib/http/limits/combined';
import { concurrency } from '../../lib/http/limits/concurrency';
import { costBucket, type CostReport } from '../../lib/http/limits/cost-bucket';
import { requestBucket } from '../../lib/http/limits/request-bucket';
import { fastClock } from './fake-clock';
import { listen } from './loopback';

/** Simulated seconds pass 40 times as fast, for server and limits alike. */
const speed = 40;

interface Outcome { failed: number; throttled: number; seconds: number }

/** Sends records one after the other in 4 lanes, as a sync does; a throttled record waits and is sent again. */
async function sync(records: number, send: (record: number) => Promise<unknown>): Promise<Omit<Outcome, 'seconds'>> {
  let [next, failed, throttled] = [0, 0, 0];
  const lane = async (): Promise<void> => {
    while (next < records) {
      const record = next++;
      for (;;) {
        try { await send(record); break; } catch (error) {
          if (errorClass(error) !== 'THROTTLED') { failed++; break; }
          throttled++;
        }
      }
    }
  };
  await Promise.all(Array.from({ length: 4 }, lane));
  return { failed, throttled };
}

describe('C18 a full sync against a server that enforces its rate', () => {
  it('2 calls a second: 0 failed records, under 1 % throttled', async () => {
    const clock = fastClock(speed);
    let [tokens, at] = [2, clock.now()];
    const server = await listen((_req, res) => {
      const now = clock.now();
      tokens = Math.min(2, tokens + (now - at) * 2 / 1000);
      at = now;
      const ok = tokens >= 1;
      if (ok) tokens--;
      res.writeHead(ok ? 200 : 429, { 'content-type': 'application/json', ...(!ok && { 'retry-after': '1' }) }).end('{}');
    });
    const client = createHttpClient({ system: 's', baseUrl: server.url, limit: combined(concurrency(4), requestBucket({ rate: 2, clock })) });
    const start = clock.now();
    const { failed, throttled } = await sync(150, () => client.request({ method: 'GET', path: '/' }));
    const seconds = (clock.now() - start) / 1000;
    client.close();
    await server.close();
    assert.equal(failed, 0);
    assert(throttled < 1.5, `${String(throttled)} of 150 throttled`);
    assert(seconds < 75 * 1.25, `took ${seconds.toFixed(1)} simulated s, the limit allows 74.5`);
  });

  it('50 points a second: 0 failed records, under 1 % throttled', async () => {
    const clock = fastClock(speed);
    const [size, rate] = [1000, 50];
    let [points, at] = [size, clock.now()];
    const restore = () => { points = Math.min(size, points + (clock.now() - at) * rate / 1000); at = clock.now(); };
    const server = await listen((req, res) => {
      restore();
      const cost = Number(req.headers['x-cost']);
      const fits = points >= cost;
      if (fits) points -= cost;
      setTimeout(() => {
        restore();
        const actual = fits ? Math.ceil(cost / 2) : null;
        if (actual !== null) points = Math.min(size, points + cost - actual);
        const throttleStatus = { maximumAvailable: size, currentlyAvailable: Math.floor(points), restoreRate: rate };
        res.writeHead(200, { 'content-type': 'application/json' })
          .end(JSON.stringify({ ...(!fits && { errors: [{ extensions: { code: 'THROTTLED' } }] }), cost: { actual, ...throttleStatus } }));
      }, 2);
    });
    const bodyOf = ({ body }: HttpResponse) => body as { errors?: unknown; cost: CostReport };
    const client = createHttpClient({
      system: 's', baseUrl: server.url,
      limit: combined(concurrency(4), costBucket({ maximum: size, restoreRate: rate, clock, report: (response) => bodyOf(response).cost })),
      explain: (response) => bodyOf(response).errors ? new ThrottledError('THROTTLED_COST', 'throttled') : undefined,
    });
    const start = clock.now();
    const { failed, throttled } = await sync(150, (record) => {
      const cost = 40 + record % 40;
      return client.request({ method: 'POST', path: '/', cost, headers: { 'x-cost': String(cost) }, body: {} });
    });
    const seconds = (clock.now() - start) / 1000;
    client.close();
    await server.close();
    assert.equal(failed, 0);
    assert(throttled < 1.5, `${String(throttled)} of 150 throttled`);
    assert(seconds < 70 * 1.25, `took ${seconds.toFixed(1)} simulated s, the budget allows about 70`);
  });
});
