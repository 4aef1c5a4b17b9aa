import assert from 'node:assert/strict';
import Big from 'big.js';
import type { Connection, Native } from '../../lib/connectors/contract';
import { Breaker } from '../../lib/delivery/breaker';
import { Ledger } from '../../lib/delivery/ledger';
import { Links } from '../../lib/delivery/links';
import type { Entity } from '../../lib/documents/event';
import type { Invoice, Order as OrderDocument, Payment } from '../../lib/documents/types';
import { checkDocument } from '../../lib/documents/validate';
import { write, type Services, type Written } from '../../lib/sync/operation';
import type { Order } from '../../sandbox/shopify';
import { gidOf, openShop, type Shop } from '../contract/shopify/support';
import { Desk, policies, refusalOf } from './desk';

describe('invoices and payments between an ERP and a shop', () => {
  let desk: Desk;
  let shop: Shop;
  let toShop: Services;
  beforeEach(async () => {
    [desk, shop] = await Promise.all([Desk.open(), openShop()]);
    toShop = { connection: shop.connection, ledger: new Ledger(desk.store), links: new Links(desk.store), breaker: new Breaker({ system: shop.connection.system }) };
  });
  afterEach(async () => {
    await shop[Symbol.asyncDispose]();
    await desk.close();
  });

  async function all<T>(connection: Connection, entity: Entity): Promise<T[]> {
    const found: Native[] = [];
    for await (const { records } of connection.list(entity)) found.push(...records);
    return found.map((record) => connection.toCanonical(entity, record) as T);
  }
  const send = (entity: Entity, document: unknown, services: Services): Promise<Written> => write({ operation: 'upsert', entity, document, policies }, services);
  /** Everything the ERP has billed and received goes to the shop, as often as this is called. */
  async function sync(): Promise<void> {
    for (const invoice of await all<Invoice>(desk.erp, 'invoice')) await send('invoice', invoice, toShop);
    for (const payment of await all<Payment>(desk.erp, 'payment')) await send('payment', payment, toShop);
  }
  /** An order of so many pieces at 365.00, taxes on top, in both systems. Returns it with its number in the ERP. */
  async function ordered(quantity: number): Promise<{ order: Order; number: string }> {
    const order = shop.sandbox.placeOrder({ channel: 'b2b', company: 1, currency: 'EUR', lines: [{ sku: 'MAT-00001', quantity, price: '365.00' }], discounts: [], shipping: null, payment: 'pending' });
    const native = await shop.connection.get('order', gidOf(order)) ?? assert.fail();
    const document = shop.connection.toCanonical('order', native) as unknown as OrderDocument;
    const { result } = await send('order', { ...document, buyerParty: { customerNumber: desk.system.sandbox.world.companies[0]?.customerNumber ?? '' } }, desk.services);
    return { order, number: result.externalId.id };
  }
  /** What the shop says is outstanding of all orders together. */
  async function outstanding(): Promise<string> {
    const balances: Big[] = [];
    for (const order of shop.sandbox.orders()) {
      const answer = await fetch(`${shop.sandbox.url}/admin/api/2026-10/graphql.json`, {
        method: 'POST', headers: { 'content-type': 'application/json', 'x-shopify-access-token': shop.sandbox.secrets['accessToken'] ?? '' },
        body: JSON.stringify({ query: 'query ($id: ID!) { order(id: $id) { totalOutstandingSet { presentmentMoney { amount } } } }', variables: { id: gidOf(order) } }),
      });
      const { data } = await answer.json() as { data: { order: { totalOutstandingSet: { presentmentMoney: { amount: string } } } } };
      balances.push(new Big(data.order.totalOutstandingSet.presentmentMoney.amount));
    }
    return balances.reduce((sum, one) => sum.plus(one), new Big(0)).toFixed(2);
  }
  /** Invoices less credit notes less payments, by the documents of the ERP. */
  async function owed(): Promise<string> {
    const [invoices, payments] = [await all<Invoice>(desk.erp, 'invoice'), await all<Payment>(desk.erp, 'payment')];
    assert.deepEqual(invoices.flatMap((one) => checkDocument('invoice', one)), []);
    const sum = (values: [sign: number, amount: { value: string }][]): Big => values.reduce((total, [sign, { value }]) => total.plus(new Big(value).times(sign)), new Big(0));
    return sum([
      ...invoices.map(({ invoiceTypeCode, monetaryTotal }): [number, { value: string }] => [invoiceTypeCode === '381' ? -1 : 1, monetaryTotal.payableAmount]),
      ...payments.map(({ kind, amount }): [number, { value: string }] => [kind === 'refund' ? 1 : -1, amount]),
    ]).toFixed(2);
  }
  const entries = (order: Order): { number: string; type: string; status: string; open: string }[] =>
    JSON.parse(shop.sandbox.metafields(gidOf(order)).find(({ key }) => key === 'invoices')?.value ?? '[]') as ReturnType<typeof entries>;

  it('C25 C27 an exchange leaves no residue: after each step both say the same is owed', async () => {
    const { sandbox } = desk.system;
    const first = await ordered(2);
    const invoice = sandbox.invoice(first.number);
    await sync();
    assert.deepEqual([await owed(), await outstanding()], ['868.70', '868.70']);

    sandbox.payInvoice(invoice);
    await sync();
    assert.deepEqual([await owed(), await outstanding(), shop.sandbox.order(first.order.id)?.financialStatus], ['0.00', '0.00', 'paid']);

    const credit = sandbox.creditNote(invoice, { 10: '1' });
    shop.sandbox.refundOrder(first.order.id, { lines: { 0: 1 }, amount: '0' });
    await sync();
    assert.deepEqual([await owed(), await outstanding()], ['-434.35', '-434.35']);

    const second = await ordered(1);
    const replacement = sandbox.invoice(second.number);
    await sync();
    assert.deepEqual([await owed(), await outstanding()], ['0.00', '0.00']);

    sandbox.payInvoice([replacement, credit]);
    await sync();
    assert.deepEqual([await owed(), await outstanding()], ['0.00', '0.00']);
    assert.deepEqual(entries(first.order).map(({ number, type, status, open }) => [number, type, status, open]), [[invoice, 'invoice', 'paid', '0.00'], [credit, 'creditNote', 'paid', '0.00']]);
    assert.deepEqual(entries(second.order).map(({ number, status }) => [number, status]), [[replacement, 'paid']]);
    assert.equal(shop.sandbox.orders().flatMap(({ transactions }) => transactions).length, 1);
  });

  it('a part payment that two workers bring at once, and that comes again, is one payment', async () => {
    const { order, number } = await ordered(1);
    desk.system.sandbox.payInvoice(desk.system.sandbox.invoice(number), '100.00');
    const [payment] = await all<Payment>(desk.erp, 'payment');
    const results = await Promise.all([send('payment', payment, toShop), send('payment', payment, toShop)]);
    await send('payment', payment, toShop);
    assert.deepEqual(shop.sandbox.order(order.id)?.transactions.map(({ amount }) => amount.presentment), [10_000]);
    assert.equal(new Set(results.map(({ result }) => result.externalId.id)).size, 1);
    // Told of by the shop, it is SAP's own.
    const [echo] = await all<Payment>(shop.connection, 'payment');
    assert.equal((await send('payment', echo, desk.services)).result.outcome, 'unchanged');
    assert.deepEqual(desk.only(order.name)['to_Text'].filter(({ LongTextID }) => LongTextID === 'TX03'), []);
  });

  it('C26 a refund that is pending is not recorded; once it has succeeded it is, once', async () => {
    const { order } = await ordered(2);
    shop.sandbox.payOrder(order.id);
    shop.sandbox.refundOrder(order.id, { lines: { 0: 1 }, pending: true });
    const notes = (): string[] => desk.only(order.name)['to_Text'].filter(({ LongTextID }) => LongTextID === 'TX03').flatMap(({ LongText }) => String(LongText).split('\n'));
    const [sale, pending] = await all<Payment>(shop.connection, 'payment');
    await send('payment', sale, desk.services);
    for (let n = 0; n < 2; n++) assert.equal((await refusalOf(send('payment', pending, desk.services))).code, 'TRANSIENT_PAYMENT_PENDING');
    assert.equal(desk.services.breaker.state.kind, 'closed');
    assert.equal(notes().length, 1);
    shop.sandbox.settleRefund(order.id);
    const [, settled] = await all<Payment>(shop.connection, 'payment');
    for (const operation of ['create', 'upsert'] as const) await write({ operation, entity: 'payment', document: settled, policies }, desk.services);
    assert.deepEqual(notes().map((line) => line.split(' ').slice(1, 3)), [['sale', '868.70'], ['refund', '434.35']]);
  });
});
