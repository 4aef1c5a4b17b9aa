import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { createHttpClient, type HttpClientOptions } from '../../lib/http/client';
import { errorDetails, SyncError } from '../../lib/errors';
import { certificate, listen, type Certificate, type Loopback } from './loopback';

describe('http client over TLS', () => {
  let good: Certificate;
  const open: Loopback[] = [];
  before(() => { good = certificate({ names: 'IP:127.0.0.1,DNS:erp.example' }); });
  afterEach(async () => { await Promise.all(open.splice(0).map((server) => server.close())); });

  async function serve(tls: Parameters<typeof listen>[1]): Promise<Loopback> {
    const server = await listen((_req, res) => { res.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}'); }, tls);
    open.push(server);
    return server;
  }
  async function get(baseUrl: string, options: Partial<HttpClientOptions> = {}): Promise<unknown> {
    const client = createHttpClient({ system: 'erp:test', baseUrl, timeoutMs: 5000, ...options });
    try {
      return (await client.request({ method: 'POST', path: '/', body: {} })).body;
    } catch (error) {
      assert(error instanceof SyncError, String(error));
      assert.equal(errorDetails(error).unknownOutcome, undefined, 'nothing is sent before the handshake is done');
      return error;
    } finally {
      client.close();
    }
  }
  const code = (result: unknown) => (result as { code?: string }).code;

  it('trusts a private CA that is given', async () => {
    const { url } = await serve(good);
    assert.deepEqual(await get(url, { tls: { ca: good.cert } }), { ok: true });
  });
  it('names a self-signed certificate and what to do', async () => {
    const { url } = await serve(good);
    const error = await get(url);
    assert.equal(code(error), 'CONFIG_TLS_SELF_SIGNED');
    assert.match((error as Error).message, /Add it as CA/);
  });
  it('names an expired certificate, also of a CA that is trusted; it may be renewed any time, so it is tried again', async () => {
    const old = certificate({ names: 'IP:127.0.0.1', expired: true });
    const { url } = await serve(old);
    const error = await get(url, { tls: { ca: old.cert } });
    assert.equal(code(error), 'TRANSIENT_TLS_EXPIRED');
    assert.match((error as Error).message, /127\.0\.0\.1:\d+ has expired/);
  });
  it('names a certificate for another host', async () => {
    const other = certificate({ names: 'DNS:other.example' });
    const { url } = await serve(other);
    assert.equal(code(await get(url, { tls: { ca: other.cert } })), 'CONFIG_TLS_HOSTNAME');
  });
  it('… unless the server name is set', async () => {
    const other = certificate({ names: 'DNS:other.example' });
    const { url } = await serve(other);
    assert.deepEqual(await get(url, { tls: { ca: other.cert, servername: 'other.example' } }), { ok: true });
  });
  it('says so when the port does not speak TLS', async () => {
    const { url } = await serve(undefined);
    assert.equal(code(await get(url.replace('http:', 'https:'))), 'CONFIG_TLS_NOT_TLS');
  });
  it('shows a client certificate', async () => {
    const client = certificate({ names: 'DNS:client' });
    const { url } = await serve({ ...good, ca: client.cert, requestCert: true, rejectUnauthorized: true, maxVersion: 'TLSv1.2' });
    assert.deepEqual(await get(url, { tls: { ca: good.cert, ...client } }), { ok: true });
    assert.equal(code(await get(url, { tls: { ca: good.cert } })), 'CONFIG_TLS_CLIENT_CERTIFICATE');
  });
  it('never works unchecked, whatever setting or environment says', async () => {
    const { url } = await serve(good);
    assert.equal(code(await get(url).then(() => get(url, {}))), 'CONFIG_TLS_SELF_SIGNED');
    assert.throws(() => createHttpClient({ system: 's', baseUrl: url, tls: { rejectUnauthorized: false } }), { code: 'CONFIG_TLS_UNVERIFIED' });
    const before = process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    try {
      assert.equal(code(await get(url)), 'CONFIG_TLS_SELF_SIGNED');
    } finally {
      if (before === undefined) delete process.env['NODE_TLS_REJECT_UNAUTHORIZED']; else process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = before;
    }
  });
  it('goes through the proxy of the environment, and checks certificates there too', async () => {
    const target = await serve(good);
    const asked: string[] = [];
    const proxy = await listen(() => undefined);
    open.push(proxy);
    proxy.server.on('connect', (req, client) => {
      asked.push(req.url ?? '');
      const upstream = connect(Number(new URL(target.url).port), '127.0.0.1', () => {
        client.write('HTTP/1.1 200 OK\r\n\r\n');
        client.pipe(upstream).pipe(client);
      });
      client.on('error', () => upstream.destroy());
      upstream.on('error', () => client.destroy());
      upstream.on('close', () => client.destroy());
    });
    process.env['https_proxy'] = proxy.url;
    try {
      assert.deepEqual(await get('https://erp.example', { tls: { ca: good.cert } }), { ok: true });
      assert.deepEqual(asked, ['erp.example:443']);
      assert.equal(code(await get('https://erp.example')), 'CONFIG_TLS_SELF_SIGNED');
    } finally {
      delete process.env['https_proxy'];
    }
  });
});
