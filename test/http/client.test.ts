import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { createHttpClient, type HttpClientOptions } from '../../lib/http/client';
import { DataError, errorDetails, SyncError } from '../../lib/errors';
import type { HttpRequest } from '../../lib/http/contract';
import { listen, type Loopback } from './loopback';

describe('http client', () => {
  let answer: (req: IncomingMessage, res: ServerResponse) => void;
  let loopback: Loopback;
  before(async () => { loopback = await listen((req, res) => { answer(req, res); }); });
  after(() => loopback.close());

  /** One request with a client of its own; the error if it fails. */
  async function call(request: Partial<HttpRequest> = {}, options: Partial<HttpClientOptions> = {}): Promise<unknown> {
    const client = createHttpClient({ system: 'erp:test', baseUrl: loopback.url, timeoutMs: 5000, ...options });
    try {
      return await client.request({ method: 'GET', path: '/x', ...request });
    } catch (error) {
      assert(error instanceof SyncError, String(error));
      return error;
    } finally {
      client.close();
    }
  }
  const reply = (status: number, body: string | Buffer, headers: Record<string, string> = {}) => {
    answer = (_req, res) => { res.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body); };
  };
  const codeOf = (result: unknown) => result instanceof SyncError ? result.code : `answered ${JSON.stringify(result)}`;

  describe('answers', () => {
    it('parses JSON, with lower-case header names and repeated headers as a list', async () => {
      answer = (_req, res) => { res.writeHead(200, [['Content-Type', 'application/json'], ['Set-Cookie', 'a=1'], ['Set-Cookie', 'b=2'], ['X-One', '1']].flat()).end('{"a":"ü"}'); };
      const response = await call() as { status: number; headers: Record<string, unknown>; body: unknown };
      assert.deepEqual([response.status, response.body, response.headers['set-cookie'], response.headers['x-one']], [200, { a: 'ü' }, ['a=1', 'b=2'], '1']);
    });
    it('unpacks gzip', async () => {
      reply(200, gzipSync('{"zipped":true}'), { 'content-encoding': 'gzip' });
      assert.deepEqual((await call() as { body: unknown }).body, { zipped: true });
    });
    it('reads the charset the server names', async () => {
      reply(200, Buffer.from('{"a":"\xfc"}', 'latin1'), { 'content-type': 'application/json; charset=ISO-8859-1' });
      assert.deepEqual((await call() as { body: unknown }).body, { a: 'ü' });
    });
    it('takes an empty 204', async () => {
      answer = (_req, res) => { res.writeHead(204).end(); };
      assert.equal((await call() as { body: unknown }).body, undefined);
    });
    it('hands over a status the request accepts', async () => {
      reply(404, '{"gone":1}');
      assert.equal((await call({ accept: [404] }) as { status: number }).status, 404);
    });
    it('sends an object as JSON and a string as it is, below the path of the base URL', async () => {
      const seen: string[] = [];
      answer = (req, res) => {
        let body = '';
        req.on('data', (chunk: Buffer) => { body += chunk.toString(); }).on('end', () => {
          seen.push(`${req.url ?? ''} ${String(req.headers['content-type'])} ${body}`);
          res.writeHead(204).end();
        });
      };
      await call({ method: 'POST', path: '/a?b=1', body: { c: 'ß' } }, { baseUrl: `${loopback.url}/sub/` });
      await call({ method: 'POST', path: 'a', body: 'x=1', headers: { 'Content-Type': 'text/x' } }, { baseUrl: `${loopback.url}/sub` });
      assert.deepEqual(seen, ['/sub/a?b=1 application/json {"c":"ß"}', '/sub/a text/x x=1']);
    });
  });

  describe('statuses become errors', () => {
    const cases: [number, string][] = [
      [400, 'DATA_REFUSED'], [401, 'AUTH_REFUSED'], [403, 'AUTH_FORBIDDEN'], [404, 'DATA_NOT_FOUND'], [405, 'CONFIG_NOT_SUPPORTED'],
      [408, 'TRANSIENT_TIMEOUT'], [409, 'CONFLICT_REFUSED'], [412, 'CONFLICT_STALE'], [413, 'DATA_TOO_LARGE'], [418, 'DATA_REFUSED'],
      [422, 'DATA_REFUSED'], [423, 'TRANSIENT_LOCKED'], [428, 'CONFLICT_UNCONDITIONAL'], [429, 'THROTTLED_BY_SERVER'], [500, 'TRANSIENT_SERVER_ERROR'],
      [501, 'CONFIG_NOT_SUPPORTED'], [502, 'TRANSIENT_BAD_GATEWAY'], [503, 'TRANSIENT_UNAVAILABLE'], [504, 'TRANSIENT_GATEWAY_TIMEOUT'],
    ];
    for (const [status, code] of cases) {
      it(`${String(status)} is ${code} and carries status, record and the vendor's text`, async () => {
        reply(status, '{"error":{"message":"Item 10 is odd"}}');
        const error = await call({ record: 'order #1001' });
        assert.equal(codeOf(error), code);
        assert.equal(errorDetails(error).status, status);
        assert.equal(errorDetails(error).record, 'order #1001');
        assert.match(errorDetails(error).answer ?? '', /Item 10 is odd/);
        assert.match((error as Error).message, /erp:test \(order #1001\)/);
      });
    }
    it('429 and 503 carry Retry-After in seconds', async () => {
      for (const status of [429, 503]) {
        reply(status, '{}', { 'retry-after': '7' });
        const error = await call();
        assert.deepEqual([codeOf(error), errorDetails(error).retryAfterMs], ['THROTTLED_BY_SERVER', 7000]);
      }
    });
    it('… or as an HTTP date', async () => {
      reply(429, '{}', { 'retry-after': 'Mon, 23 Nov 2026 10:00:30 GMT' });
      const error = await call({}, { now: () => Date.parse('2026-11-23T10:00:00Z') });
      assert.equal(errorDetails(error).retryAfterMs, 30_000);
    });
    it('a redirect, as a login page makes it, is a setting to mend', async () => {
      reply(302, '', { location: 'https://login.example/saml?token=geheim' });
      const error = await call();
      assert.equal(codeOf(error), 'CONFIG_REDIRECTED');
      assert.match((error as Error).message, /login\.example/);
      assert.doesNotMatch(JSON.stringify([(error as Error).message, errorDetails(error)]), /geheim/);
    });
  });

  describe('bodies that lie', () => {
    for (const status of [200, 502, 503]) {
      it(`an HTML page with ${String(status)} names its title`, async () => {
        reply(status, '<!DOCTYPE html><html><title>502 Bad\n Gateway</title></html>', { 'content-type': 'text/html' });
        const error = await call();
        assert.equal(codeOf(error), 'TRANSIENT_HTML_INSTEAD_OF_JSON');
        assert.match((error as Error).message, /"502 Bad Gateway"/);
      });
    }
    it('an HTML page with 429 is still "slow down"', async () => {
      reply(429, '<html><title>Too many</title></html>', { 'content-type': 'text/html', 'retry-after': '3' });
      const error = await call();
      assert.deepEqual([codeOf(error), errorDetails(error).retryAfterMs], ['THROTTLED_BY_SERVER', 3000]);
      assert.match((error as Error).message, /Too many/);
    });
    it('malformed JSON is a cut body', async () => {
      reply(200, '{"d":{"results":[{"a":1},');
      assert.equal(codeOf(await call()), 'TRANSIENT_CUT_BODY');
    });
    it('a connection closed half way through the body is a cut body, and for a write nobody knows the outcome', async () => {
      answer = (_req, res) => {
        res.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
        res.write('{"half":', () => res.destroy());
      };
      const error = await call({ method: 'POST', body: {} });
      assert.equal(codeOf(error), 'TRANSIENT_CUT_BODY');
      assert.equal(errorDetails(error).unknownOutcome, true);
    });
    it('an answer beyond 50 MB is refused', async () => {
      answer = (_req, res) => {
        res.writeHead(200, { 'content-type': 'application/json', 'content-length': String(60 * 2 ** 20) });
        res.write('[');
        res.on('error', () => undefined);
        const more = (): void => { while (!res.destroyed && res.write(Buffer.alloc(2 ** 20, 0x20))); };
        res.on('drain', more);
        more();
      };
      assert.equal(codeOf(await call()), 'CONFIG_ANSWER_TOO_LARGE');
    });
  });

  describe('no answer', () => {
    it('a closed port was never reached', async () => {
      const closed = await listen(() => undefined);
      await closed.close();
      const error = await call({ method: 'POST' }, { baseUrl: closed.url });
      assert.equal(codeOf(error), 'TRANSIENT_CONNECTION_REFUSED');
      assert.equal(errorDetails(error).unknownOutcome, undefined);
    });
    it('a name nobody knows was never reached', async () => {
      const error = await call({ method: 'POST' }, { baseUrl: 'http://nobody.invalid' });
      assert.equal(codeOf(error), 'TRANSIENT_HOST_NOT_FOUND');
      assert.equal(errorDetails(error).unknownOutcome, undefined);
      assert.match((error as Error).message, /nobody\.invalid/);
    });
    it('a lost response may have been a done write', async () => {
      answer = (req) => { req.resume().on('end', () => req.socket.destroy()); };
      const error = await call({ method: 'POST', body: { a: 1 } });
      assert.equal(codeOf(error), 'TRANSIENT_CONNECTION_RESET');
      assert.equal(errorDetails(error).unknownOutcome, true);
    });
    it('… and a lost response of a read is only that', async () => {
      answer = (req) => { req.socket.destroy(); };
      assert.equal(errorDetails(await call()).unknownOutcome, undefined);
    });
    it('a server that keeps silent runs into the time-out', async () => {
      answer = () => undefined;
      const error = await call({ method: 'POST', timeoutMs: 60, record: 'order #1' });
      assert.equal(codeOf(error), 'TRANSIENT_TIMEOUT');
      assert.equal(errorDetails(error).unknownOutcome, true);
      assert.match((error as Error).message, /0\.06 s/);
    });
    it('a body that trickles does not stretch the time-out', async () => {
      answer = (_req, res) => {
        res.writeHead(200, { 'content-type': 'application/json' });
        const drip = setInterval(() => res.write(' '), 10);
        res.on('close', () => { clearInterval(drip); });
      };
      assert.equal(codeOf(await call({ timeoutMs: 80 })), 'TRANSIENT_TIMEOUT');
    });
    it('the caller can end a call', async () => {
      const abort = new AbortController();
      answer = () => { abort.abort(); };
      assert.equal(codeOf(await call({ signal: abort.signal })), 'TRANSIENT_ABORTED');
    });
    it('a server that speaks no HTTP is a failed connection', async () => {
      const raw = createServer((socket) => { socket.on('error', () => undefined).end('SSH-2.0-x\r\n'); });
      await once(raw.listen(0, '127.0.0.1'), 'listening');
      const error = await call({}, { baseUrl: `http://127.0.0.1:${String((raw.address() as AddressInfo).port)}` });
      raw.close();
      assert.match(codeOf(error), /^TRANSIENT_CONNECTION/);
    });
  });

  describe('what a connector reads itself', () => {
    it('throws the error found in an HTTP 200', async () => {
      reply(200, '{"errors":[{"code":"X"}]}');
      const explain = () => new DataError('DATA_HIDDEN', 'hidden');
      assert.equal(codeOf(await call({}, { explain })), 'DATA_HIDDEN');
    });
    it('puts its text and issues into the error of the status', async () => {
      reply(400, '{"odd":"shape"}');
      const issues = [{ path: 'to_Item[0].Material', rule: 'vendor', message: 'unknown' }];
      const error = await call({}, { explain: () => ({ text: 'V1/311 unknown material', issues }) });
      assert.deepEqual([codeOf(error), errorDetails(error).answer, errorDetails(error).issues], ['DATA_REFUSED', 'V1/311 unknown material', issues]);
    });
  });

  describe('secrets and personal data', () => {
    const secret = 'geheim-4711';
    const auth = { apply: (request: HttpRequest) => { request.headers = { ...request.headers, authorization: `Bearer ${secret}` }; } };
    const everything = (error: unknown) => JSON.stringify([(error as Error).message, (error as Error).stack, errorDetails(error), { ...error as object }]);
    const failures: [string, () => void, Partial<HttpClientOptions>?][] = [
      ['a refusal', () => { reply(400, `{"message":"no"}`); }],
      ['a vendor that repeats the token', () => { reply(401, `{"message":"Authorization: Bearer ${secret} is no good"}`); }],
      ['a lost response', () => { answer = (req) => { req.socket.destroy(); }; }],
      ['a time-out', () => { answer = () => undefined; }, { timeoutMs: 50 }],
      ['malformed JSON', () => { reply(200, '{'); }],
    ];
    for (const [name, prepare, options] of failures) {
      it(`stay out of the error of ${name}`, async () => {
        prepare();
        const error = await call({ method: 'POST', path: `/x?access_token=${secret}&email=p.huber@mueller.example`, body: { password: secret } }, { auth, ...options });
        assert(error instanceof SyncError);
        assert.doesNotMatch(everything(error), new RegExp(`${secret}|p\\.huber`));
      });
    }
    it('e-mail addresses in a vendor text are masked, and it is cut to 500 characters', async () => {
      reply(400, JSON.stringify({ message: `Customer p.huber@mueller.example unknown ${'x'.repeat(600)}` }));
      const { answer: text = '' } = errorDetails(await call());
      assert.match(text, /^Customer …@… unknown x+$/);
      assert.equal(text.length, 500);
    });
    it('credentials are for one origin: a link to another host is not followed', async () => {
      assert.equal(codeOf(await call({ path: 'http://evil.example/next' }, { auth })), 'CONFIG_FOREIGN_ADDRESS');
    });
    it('an address with a password in it is refused', () => {
      assert.throws(() => createHttpClient({ system: 's', baseUrl: `http://u:${secret}@h` }), (error: unknown) => {
        assert.doesNotMatch(everything(error), new RegExp(secret));
        return codeOf(error) === 'CONFIG_BASE_URL';
      });
    });
  });

  it('closes an idle connection itself, before servers do, and leaves a slow answer its time', async () => {
    const slow = await listen((_request, response) => { setTimeout(() => response.end('{}'), 4500); });
    slow.server.keepAliveTimeout = 60_000;
    const client = createHttpClient({ system: 'erp:test', baseUrl: slow.url });
    try {
      const connected = once(slow.server, 'connection') as Promise<[Socket]>;
      await client.request({ method: 'GET', path: '/slow' });
      const [socket] = await connected;
      const answered = performance.now();
      await once(socket, 'close');
      assert.ok(performance.now() - answered < 4900);
    } finally {
      client.close();
      await slow.close();
    }
  }).timeout(20_000);

  it('keeps connections alive and opens no more than it may', async () => {
    const sockets = new Set<unknown>();
    answer = (req, res) => { sockets.add(req.socket); setImmediate(() => res.writeHead(204).end()); };
    const client = createHttpClient({ system: 's', baseUrl: loopback.url, sockets: 2 });
    await Promise.all(Array.from({ length: 20 }, () => client.request({ method: 'GET', path: '/' })));
    assert.equal(sockets.size, 2);
    client.close();
  });
});
