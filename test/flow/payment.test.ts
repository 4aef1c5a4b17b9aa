import assert from 'node:assert/strict';
import Big from 'big.js';
import type { SapOrder } from '../../sandbox/sap-s4hana';
import { order, SapClient, type Address } from '../sandbox/sap-client';
import { example } from '../support/examples';
import { invoicesOf, paidOf, PaymentFlow, type Both } from '../support/payment-flow';

const quick = { 'b2b-erp-changes': { poll: 0.02 }, 'b2b-commerce-events': { poll: 0.02 }, 'b2b-retry': { base: 0.2, cap: 1, parkInterval: 0.02 } };
const onAccount = { channel: 'b2b', company: 1, payment: 'pending' } as const;

describe('the example of invoices and payments out of SAP in a real Node-RED', function () {
  this.timeout(120_000);
  let flow: PaymentFlow;
  before(async () => { flow = await PaymentFlow.start(example('invoices and payments/SAP S4HANA to Shopify', quick)); });
  after(() => flow.stop());

  const states = async (one: Both): Promise<string> => invoicesOf(await flow.order(one)).map(({ status, open }) => `${status} ${open}`).join();
  const written = async (): Promise<Record<string, number>> => (await flow.shop.get<{ mutations: Record<string, number> }>('shop')).mutations;
  /** Invoices less credit notes less payments, by what stands on the order in the shop. */
  async function owed(one: Both): Promise<string> {
    const shown = await flow.order(one);
    const billed = invoicesOf(shown).reduce((sum, { type, total }) => sum.plus(new Big(total).times(type === 'creditNote' ? -1 : 1)), new Big(0));
    return billed.minus(new Big(paidOf(shown).reduce((sum, cents) => sum + cents, 0)).div(100)).toFixed(2);
  }

  it('C25 an order that SAP bills, credits and is paid in two parts says so in the shop, each once: what is owed is the same in both', async () => {
    const [one = assert.fail()] = await flow.ordered(1, onAccount);
    const invoice = await flow.delivered(one);
    await flow.until(async () => await states(one) === 'posted 868.70');
    assert.deepEqual([await owed(one), await flow.outstanding(one)], ['868.70', '868.70']);
    await flow.erp.post('pay', { invoice, amount: '100.00' });
    await flow.until(async () => await states(one) === 'partiallyPaid 768.70');
    assert.deepEqual([await owed(one), await flow.outstanding(one)], ['768.70', '768.70']);
    await flow.erp.post('pay', { invoice });
    await flow.until(async () => await states(one) === 'paid 0.00');
    assert.deepEqual([await owed(one), await flow.outstanding(one), (await flow.order(one)).financialStatus], ['0.00', '0.00', 'paid']);
    await flow.erp.post('credit', { invoice, quantities: { 10: '1' } });
    await flow.shop.post('refund', { id: one.id, lines: { 0: 1 }, amount: '0' });
    await flow.until(async () => await states(one) === 'paid 0.00,posted 434.35');
    assert.deepEqual([await owed(one), await flow.outstanding(one)], ['-434.35', '-434.35']);
    const before = await written();
    await flow.polled(flow.erp);
    assert.deepEqual(await written(), before);
    assert.deepEqual(paidOf(await flow.order(one)), [10_000, 76_870]);
  });

  it('what SAP is paid for an order that was paid in the shop is not written once more', async () => {
    const [one = assert.fail()] = await flow.ordered(1, { ...onAccount, payment: 'paid' });
    const invoice = await flow.delivered(one);
    await flow.erp.post('pay', { invoice });
    await flow.until(async () => await states(one) === 'paid 0.00');
    assert.deepEqual(paidOf(await flow.order(one)), [86_870]);
  });

  it('invoices of orders that the shop does not have are left out', async () => {
    const { SalesOrder } = await new SapClient(JSON.parse(flow.erp.line) as Address).createOrder(order({ PurchaseOrderByCustomer: 'by fax' }));
    const invoice = await flow.delivered({ number: String(SalesOrder) });
    await flow.erp.post('pay', { invoice });
    const [next = assert.fail()] = await flow.ordered(1, onAccount);
    await flow.erp.post('pay', { invoice: await flow.delivered(next) });
    await flow.until(async () => await states(next) === 'paid 0.00');
    await flow.until(async () => (await flow.states(invoice)).join() === 'done');
  });

  it('a kill amid many payments loses none and doubles none', async () => {
    const all = await flow.ordered(20, onAccount);
    const invoices: string[] = [];
    for (const one of all) invoices.push(await flow.delivered(one));
    await flow.until(async () => (await Promise.all(all.map(states))).every((state) => state === 'posted 868.70'));
    await flow.shop.post('latency', { ms: 50 });
    for (const invoice of invoices.slice(1)) await flow.erp.post('pay', { invoice });
    const paid = async (): Promise<number> => (await flow.orders()).filter((one) => all.some(({ id }) => id === one.id) && one.financialStatus === 'paid').length;
    await flow.until(async () => await paid() > 0, 5);
    await flow.kill();
    assert.ok(await paid() < all.length - 1);
    await flow.erp.post('pay', { invoice: invoices[0] });
    await flow.restart();
    await flow.until(async () => (await Promise.all(all.map(states))).every((state) => state === 'paid 0.00'));
    await flow.polled(flow.erp);
    for (const one of all) assert.deepEqual([paidOf(await flow.order(one)), await owed(one), await flow.outstanding(one)], [[86_870], '0.00', '0.00'], one.name);
    assert.deepEqual(await flow.deadLetters(), []);
  });
});

describe('the example of payments out of the shop in a real Node-RED', function () {
  this.timeout(120_000);
  let flow: PaymentFlow;
  before(async () => { flow = await PaymentFlow.start(example('invoices and payments/Shopify payments to SAP S4HANA', quick), { releaseOnPayment: 'yes' }); });
  after(() => flow.stop());

  const inAdvance = { channel: 'web', payment: 'pending' } as const;
  /** What is noted on an order in SAP, as `<kind> <amount>`. */
  const notes = async (one: Both): Promise<string[]> => {
    const texts = (await flow.sapOrder(one)).to_Text.filter(({ LongTextID }) => LongTextID === 'TX03');
    return texts.flatMap(({ LongText }) => String(LongText).split('\n')).map((line) => line.split(' ').slice(1, 3).join(' '));
  };
  const blocked = async (one: Both): Promise<boolean> => (await flow.sapOrder(one)).DeliveryBlockReason !== '';
  /** Everything waiting has been read again and the shop been polled since. */
  async function reread(times = 3): Promise<void> {
    const reads = async (): Promise<number> => (await flow.shop.get<{ queries: Record<string, number> }>('shop')).queries['node'] ?? 0;
    const before = await reads();
    await flow.until(async () => await reads() >= before + times);
  }

  it('an order that is paid in two parts is blocked in SAP until the second is noted, each once', async () => {
    const [one = assert.fail()] = await flow.ordered(1, inAdvance);
    assert.deepEqual([await notes(one), await blocked(one)], [[], true]);
    await flow.shop.post('pay', { id: one.id, amount: '500.00' });
    await flow.until(async () => (await notes(one)).length === 1);
    assert.equal(await blocked(one), true);
    await flow.shop.post('pay', { id: one.id });
    await flow.until(async () => !await blocked(one));
    await flow.polled(flow.shop);
    assert.deepEqual(await notes(one), ['sale 500.00', 'sale 368.70']);
  });

  it('a payment that is faster than its order waits for it', async () => {
    await flow.erp.fault({ kind: 'slow', method: 'POST', path: 'A_SalesOrder', ms: 3000, times: 1 });
    const [one = assert.fail()] = await flow.ordered(1, { ...inAdvance, payment: 'paid' });
    await flow.until(async () => (await notes(one)).length === 1);
    assert.deepEqual([await notes(one), await blocked(one)], [['sale 868.70'], false]);
  });

  it('C26 a refund that is pending waits and is noted once, after it has succeeded; one that fails is not', async () => {
    const [one = assert.fail(), other = assert.fail()] = await flow.ordered(2, { ...inAdvance, payment: 'paid' });
    for (const { id } of [one, other]) await flow.shop.post('refund', { id, lines: { 0: 1 }, pending: true });
    await flow.until(async () => (await notes(one)).length > 0 && (await notes(other)).length > 0);
    await reread(6);
    assert.deepEqual([await notes(one), await notes(other)], [['sale 868.70'], ['sale 868.70']]);
    await flow.shop.post('settle', { id: one.id });
    await flow.shop.post('settle', { id: other.id, status: 'failure' });
    await flow.until(async () => (await notes(one)).length === 2);
    await flow.polled(flow.shop);
    assert.deepEqual([await notes(one), await notes(other)], [['sale 868.70', 'refund 434.35'], ['sale 868.70']]);
    assert.deepEqual(await flow.deadLetters(), []);
  });

  it('a kill amid many payments, one of them a pending refund, loses none and doubles none', async () => {
    const all = await flow.ordered(20, inAdvance);
    const [first = assert.fail(), last = assert.fail()] = [all[0], all.at(-1)];
    await flow.shop.post('pay', { id: first.id });
    await flow.until(async () => !await blocked(first));
    await flow.shop.post('refund', { id: first.id, lines: { 0: 1 }, pending: true });
    await reread();
    await flow.erp.post('latency', { ms: 100 });
    for (const { id } of all.slice(1, -1)) await flow.shop.post('pay', { id });
    const waiting = async (): Promise<number> => (await flow.erp.get<SapOrder[]>('orders')).filter(({ DeliveryBlockReason }) => DeliveryBlockReason !== '').length;
    await flow.until(async () => await waiting() < all.length - 1, 5);
    await flow.kill();
    assert.ok(await waiting() > 1);
    await flow.shop.post('pay', { id: last.id });
    await flow.shop.post('settle', { id: first.id });
    await flow.restart();
    await flow.until(async () => await waiting() === 0 && (await notes(first)).length === 2);
    await flow.polled(flow.shop);
    assert.deepEqual(await notes(first), ['sale 868.70', 'refund 434.35']);
    for (const one of all.slice(1)) assert.deepEqual(await notes(one), ['sale 868.70'], one.name);
    assert.deepEqual(await flow.deadLetters(), []);
  });
});
