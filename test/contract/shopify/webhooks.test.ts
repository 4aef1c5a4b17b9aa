import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import type { Incoming } from '../../../lib/connectors/contract';
import { shopify } from '../../../lib/connectors/shopify';
import { topics } from '../../../lib/connectors/shopify/topics';
import { contract, needsContract } from '../../support/contracts';
import { openShop } from './support';

const vectorFile = 'vectors/webhook-hmac.json';

function webhooksWith(secrets: Record<string, string>) {
  const { webhooks } = shopify.connect({ settings: { shop: 'acme', auth: 'token' }, secrets: { accessToken: 'shpat_x', ...secrets } });
  assert.ok(webhooks);
  return webhooks;
}

function sign(body: Buffer, secret: string): string { return createHmac('sha256', secret).update(body).digest('base64'); }

function headers(topic: string, more: Record<string, string> = {}): Record<string, string> {
  return { 'x-shopify-topic': topic, 'x-shopify-webhook-id': 'w-1', 'x-shopify-triggered-at': '2026-11-23T08:00:00.5Z', ...more };
}

describe('Shopify webhook signatures', () => {
  it('agree with the vectors, byte for byte', function () {
    needsContract(this, vectorFile);
    const { vectors } = JSON.parse(readFileSync(contract(vectorFile), 'utf8')) as { vectors: { id: string; secret: string; rawBody: string; signature: string }[] };
    const mine = vectors.filter(({ id }) => id.startsWith('shopify'));
    assert.equal(mine.length, 3);
    for (const { secret, rawBody, signature } of mine) {
      const webhooks = webhooksWith({ webhookSecret: secret });
      assert.equal(webhooks.verify(Buffer.from(rawBody), { 'X-Shopify-Hmac-SHA256': signature }), true);
      assert.equal(webhooks.verify(Buffer.from(`${rawBody} `), { 'X-Shopify-Hmac-SHA256': signature }), false);
    }
    assert.equal(webhooksWith({ webhookSecret: 'hush' }).verify(Buffer.from(mine[1]?.rawBody ?? ''), { 'x-shopify-hmac-sha256': mine[0]?.signature }), false);
  });

  it('C07 are computed over the raw bytes, whatever those are', () => {
    const webhooks = webhooksWith({ webhookSecret: 'hush' });
    const bodies = fc.oneof(fc.uint8Array({ maxLength: 4096 }), fc.string({ unit: 'grapheme', maxLength: 500 }).map((text) => Buffer.from(text)));
    fc.assert(fc.property(bodies, fc.nat(), (bytes, at) => {
      const body = Buffer.from(bytes);
      const signature = sign(body, 'hush');
      assert.equal(webhooks.verify(body, { 'x-shopify-hmac-sha256': signature }), true);
      if (body.length === 0) return;
      const changed = Buffer.from(body);
      changed[at % body.length] = (changed[at % body.length] ?? 0) ^ 1;
      assert.equal(webhooks.verify(changed, { 'x-shopify-hmac-sha256': signature }), false);
    }));
    const large = Buffer.from('Zoë ☃ '.repeat(300_000));
    assert.ok(large.length > 2_000_000);
    assert.equal(webhooks.verify(large, { 'x-shopify-hmac-sha256': sign(large, 'hush') }), true);
  });

  it('may come from the secret before the last rotation, but from no other', () => {
    const webhooks = webhooksWith({ webhookSecret: 'new', previousWebhookSecret: 'old' });
    const body = Buffer.from('{}');
    for (const [secret, valid] of [['new', true], ['old', true], ['older', false]] as const) {
      assert.equal(webhooks.verify(body, { 'x-shopify-hmac-sha256': sign(body, secret) }), valid, secret);
    }
  });

  it('are refused without a secret, and without a signature', () => {
    const body = Buffer.from('{}');
    assert.equal(webhooksWith({}).verify(body, { 'x-shopify-hmac-sha256': sign(body, '') }), false);
    assert.equal(webhooksWith({ webhookSecret: '  ' }).verify(body, { 'x-shopify-hmac-sha256': sign(body, '') }), false);
    assert.equal(webhooksWith({ webhookSecret: 'hush' }).verify(body, {}), false);
  });

  it('come from the client secret where no other is set', () => {
    const { webhooks } = shopify.connect({ settings: { shop: 'acme', clientId: 'c' }, secrets: { clientSecret: 'hush' } });
    const body = Buffer.from('{}');
    assert.equal(webhooks?.verify(body, { 'x-shopify-hmac-sha256': sign(body, 'hush') }), true);
  });
});

describe('Shopify webhook deliveries', () => {
  const webhooks = webhooksWith({ webhookSecret: 'hush' });
  const id = 'gid://shopify/Order/820982911946154508';
  const read = (body: Record<string, unknown>, given: Record<string, string>): Incoming => {
    const delivery = webhooks.delivery(given, '');
    assert.ok(delivery);
    return webhooks.read(body, delivery);
  };

  it('are named by entity and verb; unknown topics are nobody\'s', () => {
    const read = (topic: string) => { const found = webhooks.delivery({ 'X-Shopify-Topic': topic }, ''); return found && `${found.entity}.${found.verb}`; };
    assert.deepEqual(
      ['orders/create', 'orders/updated', 'orders/paid', 'orders/cancelled', 'customers/update', 'companies/create', 'products/delete', 'refunds/create', 'inventory_levels/update', 'order_transactions/create', 'fulfillments/update'].map(read),
      ['order.created', 'order.updated', 'order.updated', 'order.cancelled', 'customer.updated', 'customer.created', 'product.deleted', 'return.created', 'inventory.updated', 'payment.created', 'shipment.updated']);
    for (const topic of ['carts/create', 'app/uninstalled', 'constructor', '']) assert.equal(read(topic), undefined, topic);
  });

  it('take the id as text, never the number that lost its digits', () => {
    const body = JSON.parse(`{"id":820982911946154508,"admin_graphql_api_id":"${id}","updated_at":"2026-11-23T09:15:00+01:00"}`) as Record<string, unknown>;
    assert.deepEqual(read(body, headers('orders/updated')), { id, time: '2026-11-23T08:15:00Z' });
  });

  it('are refused as data if they do not say which record or when', () => {
    const code = (body: Record<string, unknown>, given: Record<string, string>): unknown => { try { return read(body, given).id; } catch (error) { return (error as { code: string }).code; } };
    const lossy = JSON.parse('{"id":820982911946154508}') as Record<string, unknown>;
    assert.equal(code(lossy, headers('orders/delete')), 'DATA_NO_ID');
    assert.equal(code({ id: 5912345678901 }, headers('orders/delete')), 'gid://shopify/Order/5912345678901');
    assert.equal(code({}, headers('orders/create')), 'DATA_NO_ID');
    assert.equal(code({ admin_graphql_api_id: id }, { 'x-shopify-topic': 'orders/create' }), 'DATA_NO_TIME');
    assert.throws(() => webhooks.read({ admin_graphql_api_id: id }, { topic: 'carts/create', entity: 'order', verb: 'created' }), { code: 'DATA_UNKNOWN_TOPIC' });
  });

  it('show their record at a glance, with slashes escaped or not, but not one that somebody wrote into a text', () => {
    const delivery = webhooks.delivery(headers('orders/updated'), '');
    assert.ok(delivery);
    const body = JSON.stringify({ note: `"admin_graphql_api_id":"gid://shopify/Order/1"`, line_items: [{ admin_graphql_api_id: 'gid://shopify/LineItem/2' }], admin_graphql_api_id: id });
    assert.equal(webhooks.glance(body, delivery), id);
    assert.equal(webhooks.glance(body.replaceAll('/', '\\/'), delivery), id);
    assert.equal(webhooks.glance('{"id":1}', delivery), undefined);
    assert.equal(webhooks.glance(body, { ...delivery, topic: 'orders/delete' }), undefined);
  });

  it('that only tell of a record say so: a location of its company, an edit of its order', () => {
    const company = { admin_graphql_api_id: 'gid://shopify/Company/7' };
    const location = read({ admin_graphql_api_id: 'gid://shopify/CompanyLocation/8', company, updated_at: '2026-11-23T08:00:00Z' }, headers('company_locations/update'));
    assert.deepEqual([location.id, location.partial], ['gid://shopify/Company/7', true]);
    const edit = read({ order_edit: { id: 1, order_id: 5912345678901 } }, headers('orders/edited'));
    assert.deepEqual([edit.id, edit.time, edit.partial], ['gid://shopify/Order/5912345678901', '2026-11-23T08:00:00.500Z', true]);
  });
});

describe('Shopify webhook subscriptions', () => {
  const address = 'https://node-red.example/b2b/hooks/shop';
  const wanted = [{ entity: 'order' as const, verbs: ['created' as const, 'updated' as const, 'cancelled' as const] }];
  const names = ['orders/cancelled', 'orders/create', 'orders/updated'];

  it('are made once, found again, and leave the ones of others alone', async () => {
    await using shop = await openShop();
    shop.sandbox.subscribe('ORDERS_CREATE', 'https://somebody.example/else');
    const { webhooks } = shop.connection;
    const first = await webhooks?.ensure(address, wanted);
    assert.deepEqual(first?.created.map((one) => one.topic).sort(), names);
    const second = await webhooks?.ensure(address, wanted);
    assert.deepEqual([second?.kept.map((one) => one.topic).sort(), second?.created, second?.lost], [names, [], []]);
    assert.equal(shop.sandbox.counters.mutations['webhookSubscriptionCreate'], 3);
    assert.equal(shop.sandbox.subscriptions().length, 4);
  });

  it('C04 are made anew when the shop dropped them, and the report says which were lost', async () => {
    await using shop = await openShop({ retryScale: 0.000_001 });
    const { webhooks } = shop.connection;
    const dead = 'http://127.0.0.1:9/hook';
    await webhooks?.ensure(dead, wanted);
    const removed: string[] = [];
    shop.sandbox.events.on('subscriptionRemoved', ({ topic }) => removed.push(topic));
    shop.sandbox.placeOrder({ channel: 'b2b', payment: 'pending' });
    await shop.sandbox.idle();
    assert.deepEqual(removed, ['ORDERS_CREATE']);
    const report = await webhooks?.ensure(dead, wanted);
    assert.deepEqual(report?.lost, ['orders/create']);
    assert.deepEqual(report.created.map((one) => one.topic), ['orders/create']);
    assert.equal(report.kept.length, 2);
  });

  it('nobody wants any more are removed at that address only', async () => {
    await using shop = await openShop();
    shop.sandbox.subscribe('PRODUCTS_UPDATE', address);
    shop.sandbox.subscribe('PRODUCTS_UPDATE', 'https://somebody.example/else');
    await shop.connection.webhooks?.ensure(address, wanted);
    const left = (uri: string): string[] => shop.sandbox.subscriptions().filter((one) => one.uri === uri).map((one) => one.topic).sort();
    assert.deepEqual(left(address), ['ORDERS_CANCELLED', 'ORDERS_CREATE', 'ORDERS_UPDATED']);
    await shop.connection.webhooks?.remove(address);
    assert.deepEqual(left(address), []);
    assert.equal(left('https://somebody.example/else').length, 1);
  });

  it('survive a lost answer without a second one being made', async () => {
    await using shop = await openShop();
    shop.sandbox.fault({ kind: 'lost-response', match: (_request, body) => body.includes('webhookSubscriptionCreate') });
    await assert.rejects(async () => shop.connection.webhooks?.ensure(address, wanted), { name: 'TransientError' });
    await shop.connection.webhooks?.ensure(address, wanted);
    assert.equal(shop.sandbox.subscriptions().length, 3);
  });

  it('at an address the shop does not take are a mistake of the set-up', async () => {
    await using shop = await openShop();
    await assert.rejects(async () => shop.connection.webhooks?.ensure('http://public.example/hook', wanted), { code: 'CONFIG_WEBHOOK_REFUSED', message: /https:\/\// });
  });

  it('exist for every topic that is asked for', async () => {
    await using shop = await openShop();
    const asked = Object.values(topics).flatMap((topic) => topic && !topic.implied ? [{ entity: topic.entity, verbs: [topic.verb] }] : []);
    const report = await shop.connection.webhooks?.ensure(address, asked);
    assert.equal(report?.created.length, Object.values(topics).filter((topic) => !topic?.implied).length);
  });
});
