import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startShopifySandbox, type ShopifySandbox, type ShopifySandboxOptions } from '../../sandbox/shopify';
import { retryDelays } from '../../sandbox/courier';
import { sign, topicName } from '../../sandbox/shopify/webhooks';
import { contract, needsContract } from '../support/contracts';
import { Receiver, ShopifyClient, type Received } from './shopify-client';

const vectors = 'vectors/webhook-hmac.json';

describe('sandbox shopify: webhooks', () => {
  let shop: ShopifySandbox;
  let receiver: Receiver;
  let uri: string;
  const start = async (options: ShopifySandboxOptions = {}): Promise<void> => {
    shop = await startShopifySandbox({ seed: 4, retryScale: 1e-7, ...options });
    receiver = new Receiver();
    uri = await receiver.start();
  };
  afterEach(async () => { await shop.close(); await receiver.stop(); });
  const header = ({ headers }: Received, name: string): string => String(headers[`x-shopify-${name}`]);
  const names = (): unknown[] => receiver.received.map(({ json }) => json['name']);

  it('carry the vendor’s headers and a signature over the raw bytes', async () => {
    await start({ hugeIds: true });
    shop.subscribe('ORDERS_CREATE', uri);
    const order = shop.placeOrder({ note: 'Zoë – ☃' });
    await shop.idle();
    const [delivery] = receiver.received;
    assert.ok(delivery && receiver.received.length === 1);
    assert.equal(header(delivery, 'topic'), 'orders/create');
    assert.equal(header(delivery, 'shop-domain'), shop.shop);
    assert.equal(header(delivery, 'api-version'), '2026-10');
    assert.match(header(delivery, 'webhook-id'), /^[0-9a-f-]{36}$/);
    assert.match(header(delivery, 'event-id'), /^[0-9a-f-]{36}$/);
    assert.equal(Date.parse(header(delivery, 'triggered-at')), order.updatedAt);
    assert.equal(header(delivery, 'hmac-sha256'), sign(delivery.body, shop.secrets['clientSecret'] ?? ''));
    assert.equal(delivery.body.toString(), shop.payload(order));
    assert.equal(delivery.json['note'], 'Zoë – ☃');
  });

  it('can be signed with the previous secret, as after a rotation', async () => {
    await start({ previousSecret: 'old' });
    shop.subscribe('ORDERS_CREATE', uri);
    shop.placeOrder();
    await shop.idle();
    shop.signWith('new');
    shop.placeOrder();
    await shop.idle();
    assert.deepEqual(
      receiver.received.map((one) => ['old', 'new'].find((secret) => sign(one.body, secret) === header(one, 'hmac-sha256'))),
      ['old', 'new'],
    );
  });

  it('tell of every change of an order under its topics, one event id per event', async () => {
    await start();
    for (const topic of ['ORDERS_CREATE', 'ORDERS_UPDATED', 'ORDERS_PAID', 'ORDERS_CANCELLED', 'ORDERS_FULFILLED']) shop.subscribe(topic, uri);
    const { id } = shop.placeOrder({ payment: 'pending', channel: 'web' });
    const topics = async (change: () => unknown): Promise<string[]> => {
      await shop.idle();
      receiver.received.length = 0;
      change();
      await shop.idle();
      return receiver.received.map((one) => header(one, 'topic')).sort();
    };
    assert.deepEqual(await topics(() => shop.updateOrder(id, { note: 'x' })), ['orders/updated']);
    assert.deepEqual(await topics(() => shop.payOrder(id)), ['orders/paid', 'orders/updated']);
    assert.deepEqual(await topics(() => shop.fulfillOrder(id)), ['orders/fulfilled', 'orders/updated']);
    assert.deepEqual(
      await topics(() => shop.cancelOrder(shop.placeOrder({ payment: 'paid' }).id)),
      ['orders/cancelled', 'orders/create', 'orders/paid', 'orders/updated'],
    );
    assert.equal(receiver.received.find((one) => header(one, 'topic') === 'orders/cancelled')?.json['financial_status'], 'refunded');
  });

  it('echo the app’s own write', async () => {
    await start();
    shop.subscribe('ORDERS_UPDATED', uri);
    const { id } = shop.placeOrder();
    await new ShopifyClient(shop).data(
      'mutation ($id: ID!) { metafieldsSet(metafields: [{ ownerId: $id, namespace: "b2b_sync", key: "erp_number", type: "single_line_text_field", value: "1" }]) { userErrors { message } } }',
      { id: `gid://shopify/Order/${id}` },
    );
    await shop.idle();
    assert.equal(receiver.received.length, 1);
  });

  it('tell of customers, companies and the end of the app', async () => {
    await start();
    for (const topic of ['CUSTOMERS_UPDATE', 'COMPANIES_UPDATE', 'APP_UNINSTALLED']) shop.subscribe(topic, uri);
    const order = shop.placeOrder({ company: 1 });
    shop.updateCustomer(order.customerId ?? '', { firstName: 'Paula' });
    shop.updateCompany(1, { externalId: 'C-1' });
    shop.uninstall();
    await shop.idle();
    assert.deepEqual(
      receiver.received.map(({ json }) => json['first_name'] ?? json['external_id'] ?? json['myshopify_domain']).sort(),
      ['C-1', 'Paula', shop.shop],
    );
    await assert.rejects(new ShopifyClient(shop).graphql('{ shop { name } }'), /HTTP 401/);
    assert.deepEqual(shop.subscriptions(), []);
  });

  it('show only the fields a subscription includes, ids untouched', async () => {
    await start({ hugeIds: true });
    const client = new ShopifyClient(shop);
    await client.data(
      'mutation ($uri: String!) { webhookSubscriptionCreate(topic: ORDERS_CREATE, webhookSubscription: { uri: $uri, includeFields: ["id", "name"] }) { userErrors { message } } }',
      { uri },
    );
    const order = shop.placeOrder({ note: ',12345678901234567890,' });
    await shop.idle();
    assert.equal(receiver.received[0]?.body.toString(), `{"id":${order.id},"name":"${order.name}"}`);
  });

  describe('subscriptions', () => {
    const create = 'mutation ($topic: WebhookSubscriptionTopic!, $uri: String!) { webhookSubscriptionCreate(topic: $topic, webhookSubscription: { uri: $uri }) { webhookSubscription { id topic uri format } userErrors { field message } } }';
    type Created = {
      webhookSubscriptionCreate: { webhookSubscription: { id: string; topic: string } | null; userErrors: { message: string }[] },
    };

    it('are made, listed, moved and removed through the API', async () => {
      await start();
      const client = new ShopifyClient(shop);
      const { webhookSubscription } = (await client.data<Created>(create, { topic: 'ORDERS_CREATE', uri })).webhookSubscriptionCreate;
      assert.ok(webhookSubscription);
      assert.deepEqual(
        (await client.data<Created>(create, { topic: 'ORDERS_CREATE', uri })).webhookSubscriptionCreate.userErrors.map(({ message }) => message),
        ['Address for this topic has already been taken'],
      );
      await client.data<Created>(create, { topic: 'ORDERS_UPDATED', uri });
      const list = async (args: string): Promise<string[]> => (await client.data<{ webhookSubscriptions: { nodes: { topic: string }[] } }>(`{ webhookSubscriptions(first: 10, ${args}) { nodes { topic } } }`)).webhookSubscriptions.nodes.map(({ topic }) => topic);
      assert.deepEqual(await list('topics: [ORDERS_UPDATED]'), ['ORDERS_UPDATED']);
      assert.deepEqual(await list(`uri: "${uri}"`), ['ORDERS_CREATE', 'ORDERS_UPDATED']);
      await client.data(
        'mutation ($id: ID!, $uri: String!) { webhookSubscriptionUpdate(id: $id, webhookSubscription: { uri: $uri }) { userErrors { message } } }',
        { id: webhookSubscription.id, uri: `${uri}/moved` },
      );
      assert.deepEqual(await list(`uri: "${uri}"`), ['ORDERS_UPDATED']);
      const remove = 'mutation ($id: ID!) { webhookSubscriptionDelete(id: $id) { deletedWebhookSubscriptionId userErrors { message } } }';
      assert.deepEqual(
        await client.data(remove, { id: webhookSubscription.id }),
        { webhookSubscriptionDelete: { deletedWebhookSubscriptionId: webhookSubscription.id, userErrors: [] } },
      );
      assert.deepEqual(await list(''), ['ORDERS_UPDATED']);
    });

    it('refuse an address that is none, and plain http off this machine', async () => {
      await start();
      for (const address of ['', 'not an address', 'http://shop.example/hook']) {
        assert.equal(
          (await new ShopifyClient(shop).data<Created>(create, { topic: 'ORDERS_CREATE', uri: address })).webhookSubscriptionCreate.userErrors.length,
          1, address,
        );
      }
    });
  });

  describe('that fail', () => {
    it('C06 come again with the same id and the original body', async () => {
      await start();
      shop.subscribe('ORDERS_CREATE', uri);
      receiver.answer = ({ at }) => at < 2 ? 500 : 200;
      const order = shop.placeOrder({ note: 'first' });
      shop.updateOrder(order.id, { note: 'second' });
      await shop.idle();
      assert.equal(receiver.received.length, 3);
      assert.equal(new Set(receiver.received.map((one) => header(one, 'webhook-id'))).size, 1);
      assert.equal(new Set(receiver.received.map((one) => one.body.toString('base64'))).size, 1);
      assert.deepEqual(receiver.received.map(({ json }) => json['note']), ['first', 'first', 'first']);
      assert.equal(shop.counters.failed, 2);
    });

    it('C04 end their subscription after eight retries, and only theirs', async () => {
      await start();
      const { id } = shop.subscribe('ORDERS_CREATE', uri);
      shop.subscribe('ORDERS_UPDATED', uri);
      receiver.answer = (one) => header(one, 'topic') === 'orders/create' ? 503 : 200;
      const removed = once(shop.events, 'subscriptionRemoved');
      shop.placeOrder();
      const [subscription] = await removed as [{ id: string; topic: string }];
      assert.deepEqual([subscription.id, subscription.topic], [id, 'ORDERS_CREATE']);
      assert.equal(receiver.received.length, 9);
      assert.deepEqual(shop.subscriptions().map(({ topic }) => topic), ['ORDERS_UPDATED']);
      shop.placeOrder();
      await shop.idle();
      assert.equal(receiver.received.length, 9);
    });

    it('wait longer before each retry, four hours altogether', () => {
      assert.equal(retryDelays.length, 8);
      assert.equal(retryDelays.reduce((sum, wait) => sum + wait, 0), 4 * 3_600_000);
      assert.deepEqual([...retryDelays].sort((x, y) => x - y), [...retryDelays]);
    });

    it('count a server that does not answer in time, or is not there, as failed', async () => {
      await start({ webhookTimeoutMs: 30 });
      shop.subscribe('ORDERS_CREATE', uri);
      receiver.answer = ({ at }) => at === 0 ? undefined : 200;
      shop.placeOrder();
      await shop.idle();
      assert.deepEqual([receiver.received.length, shop.counters.failed, shop.counters.delivered], [2, 1, 1]);
      await receiver.stop();
      const removed = once(shop.events, 'subscriptionRemoved');
      shop.placeOrder();
      await removed;
      assert.equal(shop.counters.failed, 10);
      receiver = new Receiver();
      await receiver.start();
    });

    it('are not spent on a connection that the receiver closed while it was idle', async () => {
      await start();
      const used = new WeakSet();
      const server = createServer((request, response) => {
        if (used.has(request.socket)) { request.socket.destroy(); return; }
        used.add(request.socket);
        request.resume().on('end', () => response.end());
      }).listen(0, '127.0.0.1');
      await once(server, 'listening');
      shop.subscribe('ORDERS_CREATE', `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`);
      for (let i = 0; i < 3; i++) {
        shop.placeOrder();
        await shop.idle();
      }
      assert.deepEqual([shop.counters.delivered, shop.counters.failed], [3, 0]);
      server.close();
    });
  });

  describe('with trouble to order', () => {
    it('C02 come up to four times with the same id', async () => {
      await start();
      shop.subscribe('ORDERS_CREATE', uri);
      shop.fault({ kind: 'duplicate-delivery', times: 3 });
      for (let n = 0; n < 4; n++) shop.placeOrder();
      await shop.idle();
      const copies = new Map<string, number>();
      for (const one of receiver.received) copies.set(header(one, 'webhook-id'), (copies.get(header(one, 'webhook-id')) ?? 0) + 1);
      assert.deepEqual([...copies.values()].sort(), [1, 2, 3, 4]);
    });

    it('C05 are never sent', async () => {
      await start();
      shop.subscribe('ORDERS_CREATE', uri);
      shop.fault({ kind: 'drop-delivery', times: 2 });
      for (let n = 0; n < 3; n++) shop.placeOrder();
      await shop.idle();
      assert.deepEqual([names(), shop.counters.dropped], [['#1003'], 2]);
    });

    it('C05 are lost at a rate, the same ones for the same seed', async () => {
      const lost: unknown[][] = [];
      for (const run of [1, 2]) {
        await start();
        shop.subscribe('ORDERS_CREATE', uri);
        shop.fault({ kind: 'drop-delivery', oneIn: 5 });
        for (let n = 0; n < 50; n++) shop.placeOrder({ lines: 1 });
        await shop.idle();
        lost.push(names().sort());
        if (run === 1) { await shop.close(); await receiver.stop(); }
      }
      assert.deepEqual(lost[0], lost[1]);
      assert.ok((lost[0]?.length ?? 0) > 30 && (lost[0]?.length ?? 0) < 50);
    });

    it('C06 come after those of later events', async () => {
      await start({ webhookConcurrency: 1 });
      shop.subscribe('ORDERS_CREATE', uri);
      shop.fault({ kind: 'late-delivery', ms: 20 });
      for (let n = 0; n < 3; n++) shop.placeOrder();
      await shop.idle();
      assert.deepEqual(names(), ['#1002', '#1003', '#1001']);
    });

    it('change places with the next', async () => {
      await start({ webhookConcurrency: 1 });
      shop.subscribe('ORDERS_CREATE', uri);
      shop.fault({ kind: 'out-of-order' });
      for (let n = 0; n < 2; n++) shop.placeOrder();
      await shop.idle();
      assert.deepEqual(names(), ['#1002', '#1001']);
    });
  });

  it('stop when the sandbox is closed', async () => {
    await start();
    shop.subscribe('ORDERS_CREATE', uri);
    receiver.answer = () => undefined;
    shop.placeOrder();
    await shop.close();
    await shop.idle();
  });
});

describe('sandbox shopify: webhook signature and topics', () => {
  it('are signed as the published vectors say', function () {
    needsContract(this, vectors);
    const { vectors: all } = JSON.parse(readFileSync(contract(vectors), 'utf8')) as {
      vectors: { id: string; secret: string; rawBody: string; signature: string }[],
    };
    const ours = all.filter(({ id }) => id.startsWith('shopify'));
    assert.ok(ours.length >= 3);
    for (const { id, secret, rawBody, signature } of ours) assert.equal(sign(Buffer.from(rawBody), secret), signature, id);
  });

  it('name topics as the vendor does', () => {
    assert.deepEqual([
      'ORDERS_CREATE', 'COMPANY_LOCATIONS_UPDATE', 'APP_UNINSTALLED', 'ORDERS_PARTIALLY_FULFILLED', 'BULK_OPERATIONS_FINISH',
    ].map(topicName),
      ['orders/create', 'company_locations/update', 'app/uninstalled', 'orders/partially_fulfilled', 'bulk_operations/finish']);
  });
});
