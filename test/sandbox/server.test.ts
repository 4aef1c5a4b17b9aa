import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jsonAnswer } from '../../sandbox/answers';
import { Journal } from '../../sandbox/journal';
import { SandboxServer, type SandboxServerOptions } from '../../sandbox/server';

describe('sandbox server', () => {
  let server: SandboxServer;
  let worked: string[];
  const start = async (options: Partial<SandboxServerOptions> = {}): Promise<void> => {
    worked = [];
    server = await SandboxServer.start({
      handler: ({ method, path, query, body }) => { worked.push(`${method} ${path}`); return jsonAnswer(200, { path, query, body }); }, ...options,
    });
  };
  afterEach(() => server.close());

  it('hands the handler method, path, query and body', async () => {
    await start();
    const response = await fetch(`${server.url}/a%20b?x=1`, { method: 'POST', body: 'grüße' });
    assert.deepEqual(await response.json(), { path: '/a%20b', query: 'x=1', body: 'grüße' });
  });

  it('does the work of a lost response and gives no answer', async () => {
    await start();
    server.faults.add({ kind: 'lost-response' });
    await assert.rejects(fetch(`${server.url}/order`, { method: 'POST', body: '{}' }));
    assert.deepEqual(worked, ['POST /order']);
    assert.equal((await fetch(`${server.url}/order`)).status, 200, 'a fault is used up after one request');
  });

  it('resets connections in an outage and does no work, for as long as it stands', async () => {
    await start();
    server.faults.add({ kind: 'outage', times: Infinity });
    for (let i = 0; i < 3; i++) await assert.rejects(fetch(server.url));
    assert.deepEqual(worked, []);
    server.faults.clear();
    assert.equal((await fetch(server.url)).status, 200);
  });

  it('answers a proxy\'s HTML page', async () => {
    await start();
    server.faults.add({ kind: 'html-error', status: 503 });
    const response = await fetch(server.url);
    assert.equal(response.status, 503);
    assert.match(response.headers.get('content-type') ?? '', /text\/html/);
    assert.deepEqual(worked, []);
  });

  it('cuts a body half way', async () => {
    await start();
    server.faults.add({ kind: 'cut-body' });
    const response = await fetch(`${server.url}/long`);
    assert.equal(response.status, 200);
    await assert.rejects(response.text());
  });

  it('uses a fault only on requests that match, as often as ordered', async () => {
    await start();
    server.faults.add({ kind: 'html-error', times: 2, match: (request, body) => request.method === 'POST' && body.includes('bad') });
    const post = async (body: string): Promise<number> => (await fetch(server.url, { method: 'POST', body })).status;
    assert.deepEqual([await post('good'), await post('bad'), (await fetch(server.url)).status, await post('bad'), await post('bad')], [200, 502, 200, 502, 200]);
  });

  it('throws a oneIn fault by the seed, so every run is the same', async () => {
    const run = async (): Promise<number[]> => {
      await start({ seed: 7 });
      server.faults.add({ kind: 'html-error', oneIn: 3 });
      const statuses: number[] = [];
      for (let i = 0; i < 30; i++) statuses.push((await fetch(server.url)).status);
      await server.close();
      return statuses;
    };
    const first = await run();
    const failed = first.filter((status) => status === 502).length;
    assert.ok(failed > 3 && failed < 20, `${String(failed)} of 30 failed`);
    assert.deepEqual(await run(), first);
  });

  it('refuses bodies over the limit', async () => {
    await start({ maxBody: 10 });
    assert.equal((await fetch(server.url, { method: 'POST', body: 'x'.repeat(11) })).status, 413);
  });

  it('counts requests, statuses and the most in work at once', async () => {
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => { release = resolve; });
    let arrived = 0;
    await start({ userOf: ({ authorization }) => authorization, handler: async () => { if (++arrived === 3) release(); await gate; return { status: 204 }; } });
    const as = (authorization: string): RequestInit => ({ headers: { authorization } });
    await Promise.all([fetch(`${server.url}/1`, as('a')), fetch(`${server.url}/2`, as('a')), fetch(`${server.url}/3`)]);
    assert.deepEqual(server.log.counters, { requests: 3, inFlight: 0, peak: 3, peakOf: { a: 2 }, byStatus: { 204: 3 } });
    assert.equal(server.log.inFlightOf('a'), 0);
    assert.deepEqual(server.log.requests.map(({ url }) => url).sort(), ['/1', '/2', '/3']);
  });

  it('closes at once, with clients that keep their connections and slow answers in work', async () => {
    await start();
    await fetch(server.url);
    server.faults.add({ kind: 'slow', ms: 60_000 });
    const slow = fetch(`${server.url}/slow`);
    while (server.log.counters.inFlight === 0) await new Promise(setImmediate);
    while (worked.length < 2) await new Promise(setImmediate);
    await server.close();
    assert.equal((await slow).status, 200, 'what is in work is still answered');
    await assert.rejects(fetch(server.url));
  });

  it('gzips long answers for clients that take it, when asked to', async () => {
    await start({ gzip: true, handler: () => jsonAnswer(200, { text: 'x'.repeat(5000) }) });
    const response = await fetch(server.url, { headers: { 'accept-encoding': 'gzip' } });
    assert.equal(response.headers.get('content-encoding'), 'gzip');
    assert.equal((await response.json() as { text: string }).text.length, 5000);
  });

  it('says what went wrong with a control order', async () => {
    await start({ control: {}, actions: { fail: () => { throw new RangeError('no material 4711'); } } });
    const response = await fetch(`${server.url}/__sandbox/fail`, { method: 'POST', body: '{}' });
    assert.equal(response.status, 500);
    assert.match(await response.text(), /no material 4711/);
  });

  it('offers control endpoints only when told to', async () => {
    await start();
    assert.deepEqual(await (await fetch(`${server.url}/__sandbox/counters`)).json(), { path: '/__sandbox/counters', query: '', body: '' });
    await server.close();

    await start({ control: { numbers: (query) => [query.get('n')] } });
    assert.deepEqual(await (await fetch(`${server.url}/__sandbox/numbers?n=5`)).json(), ['5']);
    const order = { kind: 'html-error', times: 'forever', method: 'GET', path: '^/orders\\?' };
    assert.equal((await fetch(`${server.url}/__sandbox/faults`, { method: 'POST', body: JSON.stringify(order) })).status, 204);
    assert.deepEqual([(await fetch(`${server.url}/orders?x`)).status, (await fetch(`${server.url}/orders?x`)).status, (await fetch(`${server.url}/other`)).status], [502, 502, 200]);
    await fetch(`${server.url}/__sandbox/faults`, { method: 'DELETE' });
    assert.equal((await fetch(`${server.url}/orders?x`)).status, 200);
    assert.equal((await (await fetch(`${server.url}/__sandbox/counters`)).json() as { requests: number }).requests, 4, 'control requests are not counted');
    assert.equal((await fetch(`${server.url}/__sandbox/nothing`)).status, 404);
  });
});

describe('sandbox journal', () => {
  let dir: string;
  beforeEach(() => { dir = mkdtempSync(join(tmpdir(), 'journal-')); });
  afterEach(() => { rmSync(dir, { recursive: true }); });

  it('gives back the last state of each record, without the deleted ones', () => {
    const first = new Journal(dir, 'test');
    first.commit(['orders', '1', { total: '1.00' }], ['orders', '2', {}]);
    first.commit(['orders', '1', { total: '2.00' }], ['orders', '2']);
    first.close();
    const second = new Journal(dir, 'test');
    second.close();
    assert.deepEqual(second.entries, [['orders', '1', { total: '2.00' }]]);
    assert.equal(readFileSync(join(dir, 'test.journal'), 'utf8').split('\n').length, 2, 'it was compacted');
  });

  it('drops a line that a crash tore, with all of its records', () => {
    const first = new Journal(dir, 'test');
    first.commit(['orders', '1', 'kept']);
    first.close();
    appendFileSync(join(dir, 'test.journal'), '[["orders","2","torn"],["orders","3","to');
    const second = new Journal(dir, 'test');
    second.commit(['orders', '4', 'after']);
    second.close();
    const third = new Journal(dir, 'test');
    third.close();
    assert.deepEqual(third.entries.map(([, key]) => key), ['1', '4']);
  });
});
