import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { errorClass, errorDetails } from '../../lib/errors';
import { basicAuth } from '../../lib/http/auth/basic';
import { chainAuth } from '../../lib/http/auth/chain';
import { clientCredentials, type ClientCredentialsOptions, type Token } from '../../lib/http/auth/client-credentials';
import { fixedToken } from '../../lib/http/auth/fixed-token';
import { createHttpClient } from '../../lib/http/client';
import type { Auth, HttpClient } from '../../lib/http/contract';
import { listen, type Loopback } from './loopback';

/** An API behind a token endpoint: knows which tokens are good, counts what it hands out. */
class TokenServer {
  readonly good = new Set<string>();
  fetches = 0;
  calls = 0;
  form = '';
  authorization = '';
  tokenAnswer: ((res: ServerResponse) => void) | undefined;
  acceptNothing = false;

  handle = (req: IncomingMessage, res: ServerResponse): void => {
    let body = '';
    req.on('data', (chunk: Buffer) => { body += chunk.toString(); }).on('end', () => {
      res.setHeader('content-type', 'application/json');
      if (req.url === '/token') {
        this.fetches++;
        this.form = body;
        this.authorization = req.headers.authorization ?? '';
        if (this.tokenAnswer) { this.tokenAnswer(res); return; }
        const token = `token-${String(this.fetches)}`;
        this.good.add(token);
        setImmediate(() => res.end(JSON.stringify({ access_token: token, expires_in: 3600 })));
        return;
      }
      this.calls++;
      const token = (req.headers.authorization ?? '').replace('Bearer ', '') || String(req.headers['x-token']);
      const ok = this.good.has(token) && !this.acceptNothing;
      res.writeHead(ok ? 200 : 401).end('{}');
    });
  };
}

describe('auth', () => {
  let server: TokenServer;
  let loopback: Loopback;
  let now = 0;
  const closing: { close(): unknown }[] = [];
  beforeEach(async () => {
    server = new TokenServer();
    loopback = await listen(server.handle);
    closing.push(loopback);
    now = 1_000_000;
  });
  afterEach(async () => { for (const one of closing.splice(0).reverse()) await one.close(); });

  function credentials(options: Partial<ClientCredentialsOptions> = {}): Auth {
    const auth = clientCredentials({ system: 's', tokenUrl: `${loopback.url}/token`, clientId: 'id', clientSecret: 'geheim', now: () => now, ...options });
    closing.push(auth);
    return auth;
  }
  function clientOf(auth: Auth): HttpClient {
    const client = createHttpClient({ system: 's', baseUrl: loopback.url, auth });
    closing.push(client);
    return client;
  }
  const get = { method: 'GET', path: '/api' } as const;
  const codeOf = (promise: Promise<unknown>) => promise.then(() => 'ok', (error: unknown) => (error as { code?: string }).code);

  it('basic sends user and password as UTF-8', () => {
    const request = { ...get, headers: { a: '1' } as Record<string, string> };
    void basicAuth('Üser', 'pä:ss').apply(request);
    assert.deepEqual(request.headers, { a: '1', authorization: `Basic ${Buffer.from('Üser:pä:ss').toString('base64')}` });
  });
  it('a fixed token goes as Bearer, or bare in a header of another name', () => {
    const [bearer, bare] = [{ ...get, headers: {} }, { ...get, headers: {} }];
    void fixedToken('t').apply(bearer);
    void fixedToken('t', 'X-Shopify-Access-Token').apply(bare);
    assert.deepEqual([bearer.headers, bare.headers], [{ authorization: 'Bearer t' }, { 'x-shopify-access-token': 't' }]);
  });
  it('a chain applies all, and asks each to renew until one does', async () => {
    const asked: string[] = [];
    const part = (name: string, renews: boolean): Auth => ({
      apply: (request) => { request.headers = { ...request.headers, [name]: '1' }; },
      refused: () => { asked.push(name); return Promise.resolve(renews); },
    });
    const chain = chainAuth(part('a', false), part('b', true), part('c', true));
    const request = { ...get, headers: {} };
    await chain.apply(request);
    assert.deepEqual(Object.keys(request.headers), ['a', 'b', 'c']);
    assert.equal(await chain.refused?.({ status: 401, headers: {}, body: '' }, request), true);
    assert.deepEqual(asked, ['a', 'b']);
  });

  describe('client credentials', () => {
    it('posts the form of RFC 6749 with id, secret and extra fields', async () => {
      await clientOf(credentials({ parameters: { scope: 'a b' } })).request(get);
      assert.deepEqual(Object.fromEntries(new URLSearchParams(server.form)), { grant_type: 'client_credentials', scope: 'a b', client_id: 'id', client_secret: 'geheim' });
    });
    it('or sends them as a Basic header', async () => {
      await clientOf(credentials({ credentialsIn: 'header', clientId: 'i:d' })).request(get);
      assert.equal(server.authorization, `Basic ${Buffer.from('i%3Ad:geheim').toString('base64')}`);
      assert.equal(server.form, 'grant_type=client_credentials');
    });
    it('carries the token in another header where the vendor wants it', async () => {
      await clientOf(credentials({ header: 'X-Token' })).request(get);
      assert.equal(server.calls, 1);
    });
    it('20 calls at the start fetch one token', async () => {
      const client = clientOf(credentials());
      await Promise.all(Array.from({ length: 20 }, () => client.request(get)));
      assert.equal(server.fetches, 1);
    });
    it('C57 an expired token under 20 parallel calls is refreshed exactly once and no call fails', async () => {
      const client = clientOf(credentials());
      await client.request(get);
      server.good.clear();
      const results = await Promise.all(Array.from({ length: 20 }, () => codeOf(client.request(get))));
      assert.deepEqual(results, Array<string>(20).fill('ok'));
      assert.equal(server.fetches, 2);
    });
    it('renews ahead of the end, before a call is refused', async () => {
      const client = clientOf(credentials());
      await client.request(get);
      now += 3_600_000 - 60_000;
      await client.request(get);
      assert.deepEqual([server.fetches, server.calls], [2, 2]);
    });
    it('C57 dead credentials are one clear AuthError and one request until the cool-down is over', async () => {
      server.tokenAnswer = (res) => { res.writeHead(401).end('{"error":"invalid_client","error_description":"geheim is wrong"}'); };
      const client = clientOf(credentials());
      const errors = await Promise.all(Array.from({ length: 20 }, () => client.request(get).catch((error: unknown) => error)));
      assert.deepEqual(new Set(errors.map((error) => (error as { code: string }).code)), new Set(['AUTH_TOKEN_REFUSED']));
      assert.doesNotMatch(JSON.stringify([(errors[0] as Error).message, errorDetails(errors[0])]), /geheim/);
      now += 59_000;
      await codeOf(client.request(get));
      assert.equal(server.fetches, 1);
      server.tokenAnswer = undefined;
      now += 2_000;
      assert.equal(await codeOf(client.request(get)), 'ok');
      assert.equal(server.fetches, 2);
    });
    it('a token endpoint that is down is transient, and asked again by the next call', async () => {
      server.tokenAnswer = (res) => { res.writeHead(503).end(); };
      const client = clientOf(credentials());
      const error = await client.request(get).catch((reason: unknown) => reason);
      assert.equal(errorClass(error), 'TRANSIENT');
      server.tokenAnswer = undefined;
      assert.equal(await codeOf(client.request(get)), 'ok');
    });
    it('a new token that is refused as well is an AuthError, without hammering the endpoint', async () => {
      server.acceptNothing = true;
      const client = clientOf(credentials());
      for (let i = 0; i < 5; i++) assert.equal(await codeOf(client.request(get)), 'AUTH_REFUSED');
      assert.equal(server.fetches, 1);
      now += 61_000;
      server.acceptNothing = false;
      server.good.clear();
      assert.equal(await codeOf(client.request(get)), 'ok');
    });
    it('a kept token survives a restart, and a kept token that died is renewed', async () => {
      let kept: Token | undefined;
      const cache = { get: () => Promise.resolve(kept), set: (token: Token) => { kept = token; return Promise.resolve(); } };
      await clientOf(credentials({ cache })).request(get);
      await clientOf(credentials({ cache })).request(get);
      assert.equal(server.fetches, 1);
      server.good.clear();
      assert.equal(await codeOf(clientOf(credentials({ cache })).request(get)), 'ok');
      assert.equal(kept?.accessToken, 'token-2');
    });
  });
});
