import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HTTP, ValidationError, type CloudEvent } from 'cloudevents';
import { eventQueue } from '../../sandbox/sap-s4hana/events';
import { startSapSandbox, type SapSandbox, type SapSandboxOptions } from '../../sandbox/sap-s4hana';
import { item, order, SapClient } from './sap-client';

interface Post { headers: IncomingHttpHeaders; body: string }

describe('SAP S/4HANA sandbox: events', () => {
  let sap: SapSandbox;
  let posts: Post[], asked: IncomingMessage[];
  let answer: { status: number; origin?: string };
  const server = createServer((request, response) => {
    void (async () => {
      let body = '';
      for await (const chunk of request) body += String(chunk);
      if (request.method === 'OPTIONS') {
        asked.push(request);
        response.writeHead(200, answer.origin === undefined ? {} : { 'webhook-allowed-origin': answer.origin }).end();
        return;
      }
      posts.push({ headers: request.headers, body });
      response.writeHead(answer.status).end();
    })();
  });
  before(async () => { await once(server.listen(0, '127.0.0.1'), 'listening'); });
  after(() => { server.close(); server.closeAllConnections(); });
  afterEach(() => sap.close());

  async function open(options: SapSandboxOptions = {}, exemptHandshake = true): Promise<void> {
    [posts, asked, answer] = [[], [], { status: 204, origin: '*' }];
    sap = await startSapSandbox({ materials: 12, customers: 8, retryScale: 0.001, ...options });
    sap.events.subscribe({
      name: 'test', address: `queue:${eventQueue}`, qos: 1,
      pushConfig: { type: 'webhook', endpoint: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/hook`, exemptHandshake, securitySchema: { type: 'basic', user: 'u', password: 'p' } },
    });
  }
  /** Everything posted, as the reference implementation of CloudEvents reads it; it throws what is against the published schema. */
  const events = (): CloudEvent<Record<string, unknown>>[] => posts.map(({ headers, body }) => {
    // A broker gives structured events the content type of its subscription.
    const structured = headers['ce-id'] === undefined ? { ...headers, 'content-type': 'application/cloudevents+json' } : headers;
    const read = HTTP.toEvent<Record<string, unknown>>({ headers: structured, body }) as CloudEvent<Record<string, unknown>>;
    read.validate();
    return read;
  });
  const told = (): string[] => events().map(({ type, data }) => `${type} ${Object.values(data ?? {})[0] as string}`);
  const product = (what: string, sku = 'MAT-00001'): string => `sap.s4.beh.product.v1.Product.${what}.v1 ${sku}`;

  for (const contentMode of ['structured', 'binary'] as const) {
    it(`tells of orders, deliveries, invoices, partners and products as CloudEvents with keys, in ${contentMode} mode`, async () => {
      await open({ contentMode });
      const { SalesOrder } = await new SapClient(sap).createOrder(order({ to_Item: [item('MAT-00001', '2')] }));
      const [delivery = ''] = sap.deliver(String(SalesOrder));
      sap.changeRow('A_BusinessPartner', '100001', { SearchTerm1: 'X' });
      sap.changeMaterial({ sku: 'MAT-00001', name: 'X' });
      sap.dropMaterial('MAT-00002');
      sap.dropRow('A_SalesOrder', String(SalesOrder));
      await sap.events.courier.idle();
      const [invoice] = sap.billingDocuments();
      const all = told();
      for (const wanted of [
        `sap.s4.beh.salesorder.v1.SalesOrder.Created.v1 ${String(SalesOrder)}`, `sap.s4.beh.salesorder.v1.SalesOrder.Changed.v1 ${String(SalesOrder)}`, `sap.s4.beh.salesorder.v1.SalesOrder.Deleted.v1 ${String(SalesOrder)}`,
        `sap.s4.beh.outbounddelivery.v1.OutboundDelivery.Created.v1 ${delivery}`, `sap.s4.beh.billingdocument.v1.BillingDocument.Created.v1 ${invoice?.BillingDocument ?? ''}`,
        'sap.s4.beh.businesspartner.v1.BusinessPartner.Changed.v1 100001', product('Changed'), product('Deleted', 'MAT-00002'),
      ]) assert.ok(all.includes(wanted), `${wanted} in\n${all.join('\n')}`);
      assert.equal(new Set(events().map(({ source, id }) => `${source} ${id}`)).size, posts.length);
      for (const { specversion, source, time } of events()) assert.deepEqual([specversion, source, /^\d{4}-.+Z$/.test(time ?? '')], ['1.0', '/default/sap.s4.beh/S4HCLNT100', true]);
      assert.ok(posts.every(({ headers }) => headers.authorization === `Basic ${Buffer.from('u:p').toString('base64')}`));
    });
  }

  it('is judged by the reference: an event that lacks something is refused there', async () => {
    await open();
    sap.changeMaterial({ sku: 'MAT-00001', name: 'X' });
    await sap.events.courier.idle();
    const [post = assert.fail()] = posts;
    posts[0] = { ...post, body: JSON.stringify({ ...JSON.parse(post.body) as object, id: undefined, type: '' }) };
    assert.throws(events, ValidationError);
  });

  it('sends an event again that is refused, the same bytes, until it is taken', async () => {
    await open();
    answer.status = 503;
    sap.changeMaterial({ sku: 'MAT-00001', name: 'X' });
    while (posts.length < 3) await once(sap.events.courier, 'failed');
    answer.status = 200;
    await once(sap.events.courier, 'delivered');
    assert.ok(posts.length > 3);
    assert.deepEqual([...new Set(posts.map(({ body }) => body))].length, 1);
  });

  it('loses, doubles and swaps deliveries on order', async () => {
    await open();
    sap.fault({ kind: 'drop-delivery', times: 1 });
    sap.changeMaterial({ sku: 'MAT-00001', name: 'lost' });
    sap.fault({ kind: 'duplicate-delivery', times: 1, copies: 1 });
    sap.changeMaterial({ sku: 'MAT-00002', name: 'twice' });
    await sap.events.courier.idle();
    assert.deepEqual(told(), [product('Changed', 'MAT-00002'), product('Changed', 'MAT-00002')]);
    assert.equal(posts[0]?.body, posts[1]?.body);
    posts.splice(0);
    sap.fault({ kind: 'out-of-order', times: 1 });
    sap.changeMaterial({ sku: 'MAT-00003', name: 'first' });
    sap.changeMaterial({ sku: 'MAT-00004', name: 'second' });
    await sap.events.courier.idle();
    assert.deepEqual(told(), [product('Changed', 'MAT-00004'), product('Changed', 'MAT-00003')]);
  });

  it('asks before it sends, keeps what happens meanwhile, and sends nothing to who does not allow it', async () => {
    await open({}, false);
    sap.changeMaterial({ sku: 'MAT-00001', name: 'X' });
    assert.equal(posts.length, 0);
    await once(sap.events.courier, 'delivered');
    assert.deepEqual(told(), [product('Changed')]);
    assert.equal(asked[0]?.headers['webhook-request-origin'], 'em.sandbox.example');
    assert.equal(asked[0].headers.authorization, `Basic ${Buffer.from('u:p').toString('base64')}`);
    answer = { status: 200, origin: 'somebody.else' };
    sap.events.subscribe({ ...sap.events.subscriptions()[0] ?? assert.fail(), name: 'second' });
    while (sap.events.subscriptions()[1]?.handshakeStatus !== 'Failed') await new Promise((resolve) => { setImmediate(resolve); });
    sap.changeMaterial({ sku: 'MAT-00002', name: 'X' });
    await sap.events.courier.idle();
    assert.deepEqual(told(), [product('Changed'), product('Changed', 'MAT-00002')]);
  });

  it('its API for subscriptions wants a token or a password', async () => {
    await open();
    assert.equal((await fetch(`${sap.url}/messagingrest/v1/subscriptions`)).status, 401);
    const client = new SapClient(sap);
    const found = await client.get(`${sap.url}/messagingrest/v1/subscriptions/test`);
    assert.deepEqual([found.status, (JSON.parse(found.text) as { handshakeStatus: string }).handshakeStatus], [200, 'Exempted']);
    assert.equal((await client.send('DELETE', `${sap.url}/messagingrest/v1/subscriptions/test`)).status, 204);
    assert.equal((await client.get(`${sap.url}/messagingrest/v1/subscriptions/test`)).status, 404);
  });
});
