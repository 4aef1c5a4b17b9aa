import assert from 'node:assert/strict';
import type { ListOptions, Native, WriteResult } from '../../../lib/connectors/contract';
import { checkDocument } from '../../../lib/documents/validate';
import type { Order as OrderDocument, Payment } from '../../../lib/documents/types';
import type { Order } from '../../../sandbox/shopify';
import { outcome } from '../sap-s4hana/system';
import { apiOf, gidOf, openShop, webhookOf, type Shop } from './support';

describe('Shopify payments', () => {
  let shop: Shop;
  beforeEach(async () => { shop = await openShop(); });
  afterEach(() => shop[Symbol.asyncDispose]());

  /** Two of one thing and shipping: with tax 29.75. */
  const place = (more: Parameters<Shop['sandbox']['placeOrder']>[0] = {}): Order => shop.sandbox.placeOrder({
    channel: 'b2b', company: 1, currency: 'EUR', lines: [{ sku: 'MAT-00001', quantity: 2, price: '10.00' }], discounts: [], shipping: '5.00', payment: 'pending', ...more,
  });
  async function read(options: ListOptions = {}): Promise<Payment[]> {
    const found: Native[] = [];
    for await (const { records } of shop.connection.list('payment', options)) found.push(...records);
    return found.map((record) => shop.connection.toCanonical('payment', record) as unknown as Payment);
  }
  const shown = (all: Payment[]): unknown[] => all.map(({ kind, status, amount }) => [kind, status, amount.value, amount.currency]);

  describe('of the shop', () => {
    it('are valid documents: authorized, captured, paid by hand, given back, pending', async () => {
      const [card, hand] = [place({ payment: 'authorized' }), place()];
      shop.sandbox.captureOrder(card.id, '9.75');
      shop.sandbox.payOrder(hand.id, { amount: '10.00' });
      shop.sandbox.refundOrder(card.id, { lines: { 0: 1 }, amount: '5.00', pending: true });
      const all = await read();
      assert.deepEqual(all.flatMap((one) => checkDocument('payment', one)), []);
      const [authorized, captured] = all.filter(({ orderRef }) => orderRef?.number === card.name);
      assert.deepEqual(shown(all.filter(({ orderRef }) => orderRef?.number === card.name)), [
        ['authorization', 'success', '29.75', 'EUR'], ['capture', 'success', '9.75', 'EUR'], ['refund', 'pending', '5.00', 'EUR'],
      ]);
      assert.deepEqual([captured?.parentPaymentId, captured?.orderRef?.externalIds?.[0]?.id, captured?.method], [authorized?.id, gidOf(card), { type: 'other', gateway: 'manual' }]);
      assert.deepEqual(shown(all.filter(({ orderRef }) => orderRef?.number === hand.name)), [['sale', 'success', '10.00', 'EUR']]);
    });

    it('C22 keep what the buyer paid and what it is worth to the shop apart; of other currencies than the order\'s they are refused', async () => {
      place({ currency: 'CHF', payment: 'paid' });
      const [payment] = await read();
      assert.deepEqual([payment?.amount, payment?.accountingAmount], [{ value: '29.75', currency: 'CHF' }, { value: '31.32', currency: 'EUR' }]);
      const records: Native[] = [];
      for await (const page of shop.connection.list('payment')) records.push(...page.records);
      const { shopMoney } = records[0]?.['amountSet'] as { shopMoney: unknown };
      assert.throws(() => shop.connection.toCanonical('payment', { ...records[0], amountSet: { presentmentMoney: shopMoney, shopMoney } }), (error: { code: string; cause: { issues: { rule: string }[] } }) => {
        assert.deepEqual([error.code, error.cause.issues[0]?.rule], ['DATA_INVALID_PAYMENT', 'CUR-1']);
        return true;
      });
    });

    it('cash is what was put on the counter', async () => {
      shop.sandbox.placeOrder({ channel: 'pos', currency: 'CHF', shopCurrency: 'CHF', lines: [{ sku: 'MAT-00001', quantity: 1, price: '9.98' }], taxExempt: true, discounts: [], cash: true, payment: 'paid' });
      const [payment] = await read();
      assert.deepEqual([payment?.amount.value, payment?.method.type], ['10.00', 'cash']);
    });

    it('C26 one that was pending shows again when it has succeeded, with a later time', async () => {
      const order = place({ payment: 'paid' });
      shop.sandbox.refundOrder(order.id, { lines: { 0: 1 }, pending: true });
      const before = (await read()).at(-1);
      shop.sandbox.settleRefund(order.id);
      const after = (await read({ updatedSince: before?.version.sourceUpdatedAt ?? '' })).at(-1);
      assert.deepEqual([before?.id === after?.id, before?.status, after?.status, after?.amount.value], [true, 'pending', 'success', '11.90']);
    });

    it('a webhook names its transaction, which is read as it is now', async () => {
      const order = place({ payment: 'paid' });
      const { webhooks } = shop.connection;
      const delivery = webhooks?.delivery({ 'x-shopify-topic': 'order_transactions/create', 'x-shopify-triggered-at': '2026-11-25T10:00:00Z' }, '');
      assert.ok(webhooks && delivery);
      const id = `gid://shopify/OrderTransaction/${order.transactions[0]?.id ?? ''}`;
      const incoming = webhooks.read({ id: 1, admin_graphql_api_id: id, created_at: '2026-11-25T10:00:00+01:00' }, delivery);
      assert.deepEqual([delivery.entity, incoming], ['payment', { id, time: '2026-11-25T09:00:00Z', partial: true }]);
      const native = await shop.connection.get('payment', id);
      assert.ok(native);
      assert.deepEqual(shop.connection.toCanonical('payment', native), (await read())[0]);
      assert.equal(await shop.connection.get('payment', 'gid://shopify/OrderTransaction/1'), undefined);
    });

    it('pages of 1, n-1, n, n+1 and three pages bring the same; an order with many is read whole', async () => {
      const orders = Array.from({ length: 6 }, () => place({ payment: 'paid' }));
      for (let n = 0; n < 14; n++) shop.sandbox.refundOrder(orders[2]?.id ?? '', { amount: '0.10' });
      const ids = (await read()).map(({ id }) => id);
      assert.deepEqual([ids.length, new Set(ids).size], [20, 20]);
      for (const pageSize of [1, 2, 5, 6, 7]) assert.deepEqual((await read({ pageSize })).map(({ id }) => id), ids, String(pageSize));
      assert.deepEqual(await read({ updatedSince: '2999-01-01T00:00:00Z' }), []);
    });
  });

  it('C27 an order obeys BR-CO-15 and 16 after each refund of goods, shipping and their tax, and says the same by webhook and API', async () => {
    for (const [currency, taxesIncluded] of [['EUR', false], ['EUR', true], ['CHF', false], ['JPY', true]] as const) {
      const order = place({
        currency, taxesIncluded, payment: 'paid', shipping: '7.77', discounts: [{ kind: 'manual', title: 'd', target: 'line_item', selection: 'all', value: { percent: 7 } }],
        lines: [{ sku: 'MAT-00001', quantity: 3, price: '3.33' }, { sku: 'MAT-00002', quantity: 7, price: '1.01' }],
      });
      const steps = [{ lines: { 0: 1 } }, { lines: { 1: 3 }, shipping: '2.01' }, { lines: { 0: 2, 1: 1 }, pending: true }, { lines: { 1: 3 }, shipping: 'all' }];
      for (const step of steps) {
        shop.sandbox.refundOrder(order.id, step);
        const [hook, api] = [webhookOf(shop, order), await apiOf(shop, order)].map((native) => shop.connection.toCanonical('order', native) as unknown as OrderDocument);
        assert.ok(hook && api);
        assert.deepEqual([...checkDocument('order', hook), ...checkDocument('order', api)], [], `${currency} ${JSON.stringify(step)}`);
        assert.deepEqual([hook.monetaryTotal, hook.taxTotals], [api.monetaryTotal, api.taxTotals]);
      }
      const last = shop.connection.toCanonical('order', await apiOf(shop, order)) as unknown as OrderDocument;
      assert.equal(Number(last.monetaryTotal.payableAmount.value), 0);
    }
  });

  describe('of an ERP', () => {
    const document = (order: Order, value: string, change: Partial<Payment> = {}): Record<string, unknown> => ({
      schemaVersion: '1.0', id: 'sap:JournalEntryItem:1', externalIds: [{ system: 'sap', type: 'JournalEntryItem', id: '1010/2026/1400000003/000002', number: '1400000003' }],
      version: { sourceUpdatedAt: '2026-01-05T09:00:00Z' }, orderRef: { number: order.name }, kind: 'sale', status: 'success', amount: { value, currency: order.currencies.presentment },
      method: { type: 'other' }, createdAt: '2026-01-05T09:00:00.123Z', processedAt: '2026-01-05T12:00:00Z', gatewayReference: '1400000003', ...change,
    });
    const write = (order: Order, value: string, change: Partial<Payment> = {}): Promise<WriteResult> =>
      shop.connection.upsert('payment', shop.connection.fromCanonical('payment', document(order, value, change)));
    const state = (order: Order): unknown => {
      const { financialStatus, transactions = [] } = shop.sandbox.order(order.id) ?? {};
      return [financialStatus, transactions.map(({ kind, amount }) => `${kind} ${String(amount.presentment)}`)];
    };
    const mutations = (): unknown => [shop.sandbox.counters.mutations['orderMarkAsPaid'] ?? 0, shop.sandbox.counters.mutations['orderCreateManualPayment'] ?? 0];

    it('the whole amount marks the order as paid; again, it is paid already', async () => {
      const order = place();
      const { outcome: ended, externalId } = await write(order, '29.75');
      assert.deepEqual([ended, externalId.type, externalId.number], ['created', 'OrderTransaction', order.name]);
      assert.equal((await write(order, '29.75')).outcome, 'unchanged');
      assert.deepEqual([state(order), mutations()], [['paid', ['sale 2975']], [1, 0]]);
    });

    it('parts are payments by hand, each once; the last marks the order as paid', async () => {
      const order = place();
      const parts: [string, Partial<Payment>][] = [['10.00', {}], ['10.00', { createdAt: '2026-01-06T09:00:00Z' }], ['9.75', { createdAt: '2026-01-07T09:00:00Z' }]];
      for (const [value, change] of parts) assert.equal((await write(order, value, change)).outcome, 'created');
      assert.deepEqual([state(order), mutations()], [['paid', ['sale 1000', 'sale 1000', 'sale 975']], [1, 2]]);
      for (const [value, change] of parts) assert.match((await write(order, value, change)).outcome, /existing|unchanged/);
      assert.deepEqual(mutations(), [1, 2]);
    });

    it('C01 a lost answer doubles neither', async () => {
      for (const [value, mutation] of [['10.00', 'mutation ManualPayment'], ['29.75', 'mutation MarkAsPaid']] as const) {
        const order = place();
        shop.sandbox.fault({ kind: 'lost-response', match: (_request, body) => body.includes(mutation) });
        assert.match(await outcome(write(order, value)), /^TRANSIENT_/);
        assert.match((await write(order, value)).outcome, /existing|unchanged/);
        assert.equal(shop.sandbox.order(order.id)?.transactions.length, 1);
      }
    });

    it('what the buyer paid meanwhile in the shop is left alone, also an order that is authorized', async () => {
      const [paid, authorized] = [place({ payment: 'paid' }), place({ payment: 'authorized' })];
      assert.equal((await write(paid, '29.75')).outcome, 'unchanged');
      assert.equal(await outcome(write(authorized, '29.75')), 'DATA_NOT_PAYABLE');
      assert.deepEqual(mutations(), [0, 0]);
    });

    it('C22 in another currency than the order\'s it is refused, also in the shop\'s', async () => {
      const order = place({ currency: 'CHF' });
      for (const currency of ['EUR', 'USD']) assert.equal(await outcome(write(order, '29.75', { amount: { value: '29.75', currency } })), 'DATA_CURRENCY', currency);
      assert.equal((await write(order, '29.75')).outcome, 'created');
    });

    it('more than is outstanding is refused', async () => {
      const order = place();
      assert.equal(await outcome(write(order, '29.76')), 'DATA_AMOUNT_EXCEEDS');
      assert.deepEqual(state(order), ['pending', []]);
    });

    it('C26 one that is pending waits, one that failed leaves nothing, one that was reversed is told', async () => {
      const order = place();
      for (const status of ['pending', 'awaitingResponse'] as const) assert.throws(() => shop.connection.fromCanonical('payment', document(order, '29.75', { status })), { code: 'TRANSIENT_PAYMENT_PENDING' });
      const { outcome: ended, warnings } = await write(order, '29.75', { status: 'failure' });
      assert.deepEqual([ended, warnings?.length, state(order)], ['unchanged', 1, ['pending', []]]);
      assert.throws(() => shop.connection.fromCanonical('payment', document(order, '29.75', { status: 'cancelled' })), /reversed/);
      assert.equal((await write(order, '29.75')).outcome, 'created');
    });

    it('a shop without Plus says that it takes no parts', async () => {
      await using small = await openShop({ plan: 'standard' });
      const order = small.sandbox.placeOrder({ channel: 'b2b', company: 1, payment: 'pending' });
      const native = small.connection.fromCanonical('payment', document(order, '0.01'));
      await assert.rejects(small.connection.upsert('payment', native), { code: 'DATA_PART_REFUSED', message: /Shopify Plus/ });
    });

    it('without an order, of an unknown one, or back to the buyer it is refused', async () => {
      const order = place();
      assert.throws(() => shop.connection.fromCanonical('payment', { ...document(order, '1.00'), orderRef: undefined }), /names no order/);
      assert.throws(() => shop.connection.fromCanonical('payment', document(order, '1.00', { kind: 'refund' })), /settled in the shop/);
      assert.equal(await outcome(write(order, '1.00', { orderRef: { number: '#999999' } })), 'DATA_UNKNOWN_ORDER');
      assert.equal(await outcome(write(order, '1.00', { orderRef: { externalIds: [{ system: shop.connection.system, type: 'Order', id: 'gid://shopify/Order/1' }] } })), 'DATA_UNKNOWN_ORDER');
    });

    it('a look tells what would change and writes nothing', async () => {
      const order = place();
      const look = (value: string) => shop.connection.preview?.('payment', shop.connection.fromCanonical('payment', document(order, value)));
      assert.deepEqual(await look('10.00'), [{ path: 'displayFinancialStatus', before: 'PENDING', after: 'PARTIALLY_PAID' }, { path: 'totalOutstanding', before: '29.75', after: '19.75' }]);
      assert.deepEqual(mutations(), [0, 0]);
      await write(order, '29.75');
      assert.deepEqual(await look('29.75'), []);
    });
  });
});
