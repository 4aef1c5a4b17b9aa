import assert from 'node:assert/strict';
import { request } from 'node:http';
import { certificate, listen, type Loopback } from '../http/loopback';
import { ids, OrderFlow, statusLog } from '../support/order-flow';

const tls = { id: 'tls', type: 'tls-config', name: '', cert: '', key: '', ca: '', certname: '', keyname: '', caname: '', servername: 'localhost', verifyservercert: true, alpnprotocol: '' };

describe('bad answers of the ERP to a flow', function () {
  this.timeout(60_000);
  let flow: OrderFlow;
  let secure: Loopback;
  const expired = certificate({ names: 'DNS:localhost,IP:127.0.0.1', expired: true });
  const renewed = certificate({ names: 'DNS:localhost,IP:127.0.0.1' });

  before(async () => {
    flow = await OrderFlow.start({ more: statusLog, shop: { retryScale: 0.005 } });
    // A server with TLS in front of the ERP, as a reverse proxy stands there.
    secure = await listen((incoming, answer) => {
      const onward = request(`${flow.erp.url}${incoming.url ?? ''}`, { method: incoming.method, headers: incoming.headers }, (response) => {
        answer.writeHead(response.statusCode ?? 500, response.headers);
        response.pipe(answer);
      });
      incoming.pipe(onward);
    }, expired);
  });
  after(async () => {
    await secure.close();
    await flow.stop();
  });

  /** The same flow with the ERP set to live, at the server with TLS. */
  const live = (): Record<string, unknown>[] => [
    ...flow.nodes({
      [ids.sap]: { mode: 'live', settings: { ...flow.erp.settings, baseUrl: secure.url }, tls: 'tls', credentials: flow.erp.secrets },
      [ids.retry]: { base: 0.2, cap: 1, maxTries: 100 },
    }),
    { ...tls, credentials: { cadata: `${expired.cert}\n${renewed.cert}` } },
  ];

  it('an HTML page where JSON was due is tried again: one order, though the first answer was lost on the way', async () => {
    flow.erp.fault({ kind: 'html-error', status: 200, times: 2, match: ({ method, url }) => method === 'POST' && /A_SalesOrder/.test(url ?? '') });
    const order = flow.shop.placeOrder({ channel: 'b2b', lines: 2 });
    await flow.red.logged(/HTML page .* instead of JSON/);
    await flow.synced([order]);
    await flow.nextGoes();
  });

  it('an answer that is cut half way is tried again: one order', async () => {
    flow.erp.fault({ kind: 'cut-body', match: ({ method, url }) => method === 'POST' && /A_SalesOrder/.test(url ?? '') });
    await flow.nextGoes();
    await flow.nextGoes();
  });

  it('an expired certificate is named, the order held and nothing written; once it is renewed the order goes through', async () => {
    await flow.red.deploy(live());
    const { writes } = flow.erp.counters;
    const before = { ...writes };
    const order = flow.shop.placeOrder({ channel: 'b2b', lines: 2 });
    const [text] = await flow.red.logged(/status b2b-erp .*certificate.*/);
    assert.match(text, /the certificate of 127\.0\.0\.1:\d+ has expired\. It must be renewed on that server\./);
    assert.deepEqual(flow.erp.counters.writes, before);
    const [{ state, reason } = assert.fail()] = await flow.records(order.name);
    assert.equal(state, 'retrying');
    assert.match(String(reason), /certificate|TRANSIENT_TLS_EXPIRED/);

    (secure.server as unknown as { setSecureContext(context: object): void }).setSecureContext(renewed);
    await flow.synced([order]);
    assert.deepEqual(await flow.deadLetters(), []);
    await flow.nextGoes();
  });
});
