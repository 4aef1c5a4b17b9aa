import assert from 'node:assert/strict';
import type { Connection, WriteResult } from '../../../lib/connectors/contract';
import { checkDocument } from '../../../lib/documents/validate';
import type { Amount, Order, Payment } from '../../../lib/documents/types';
import { compileMapping } from '../../../lib/mapping';
import { presetMapping } from '../../../lib/sync/presets';
import { fromOrder, outcome, System } from './system';

describe('SAP S/4HANA payments of a shop', () => {
  let system: System;
  let erp: Connection;
  beforeEach(async () => {
    system = await System.start();
    erp = system.connect({ releaseOnPayment: 'yes' });
  });
  afterEach(() => system.stop());

  const eur = (value: string): Amount => ({ value, currency: 'EUR' });
  const payment = (order: string, id: string, value: string, change: Partial<Payment> = {}): Record<string, unknown> => ({
    schemaVersion: '1.0', id: `shop:OrderTransaction:${id}`, externalIds: [{ system: 'shop', type: 'OrderTransaction', id: `gid://shopify/OrderTransaction/${id}` }],
    version: { sourceUpdatedAt: '2026-11-23T07:30:05Z' }, orderRef: { number: order }, kind: 'sale', status: 'success', amount: eur(value),
    method: { type: 'card', gateway: 'shopify_payments' }, processedAt: '2026-11-23T07:30:05Z', ...change,
  });
  const write = (document: Record<string, unknown>, by = erp): Promise<WriteResult> => by.upsert('payment', by.fromCanonical('payment', document));
  /** An order of 60.00 EUR. */
  const ordered = (number: string, change: Partial<Order> = {}): Promise<WriteResult> => erp.create('order', fromOrder(erp, system.order(number, { orderNumber: number, ...change })));
  const of = (number: string) => system.sandbox.ordersByReference(number)[0] ?? assert.fail(number);
  const noted = (number: string): string[] => of(number).to_Text.filter(({ LongTextID }) => LongTextID === 'TX03').flatMap(({ LongText }) => String(LongText).split('\n'));
  const blocked = (number: string): unknown => of(number)['DeliveryBlockReason'];

  it('are noted on their order, each once', async () => {
    const { externalId } = await ordered('P-1');
    assert.deepEqual(checkDocument('payment', payment('P-1', '7001', '20.00')), []);
    const first = await write(payment('P-1', '7001', '20.00'));
    assert.deepEqual([first.outcome, first.externalId], ['created', { system: erp.system, type: 'OrderPayment', id: `${externalId.id}/7001`, number: externalId.id }]);
    assert.equal((await write(payment('P-1', '7001', '20.00'))).outcome, 'unchanged');
    await write(payment('P-1', '7002', '5.00', { kind: 'refund' }));
    assert.deepEqual(noted('P-1'), ['7001 sale 20.00 EUR 2026-11-23 card shopify_payments', '7002 refund 5.00 EUR 2026-11-23 card shopify_payments']);
  });

  it('five of one order at once are all noted', async () => {
    await ordered('P-2');
    const ids = ['1', '2', '3', '4', '5'];
    await Promise.all(ids.map((id) => write(payment('P-2', id, '1.00'))));
    assert.deepEqual(noted('P-2').map((line) => line.split(' ')[0]).sort(), ids);
  });

  it('what others wrote into the text stays, and a note that somebody took away comes again with its payment', async () => {
    const { externalId } = await ordered('P-3');
    await write(payment('P-3', '1', '1.00'));
    system.sandbox.changeRow('A_SalesOrderText', `${externalId.id}|EN|TX03`, { LongText: 'called the customer' });
    for (const id of ['2', '1']) await write(payment('P-3', id, '1.00'));
    assert.deepEqual(noted('P-3').map((line) => line.split(' ')[0]), ['called', '2', '1']);
  });

  it('C01 a lost answer leaves one note', async () => {
    await ordered('P-4');
    for (const [id, method] of [['1', 'POST'], ['2', 'PATCH']] as const) {
      system.sandbox.fault({ kind: 'lost-response', match: (request) => request.method === method });
      assert.match(await outcome(write(payment('P-4', id, '1.00'))), /^TRANSIENT_/);
      assert.equal((await write(payment('P-4', id, '1.00'))).outcome, 'unchanged');
    }
    assert.equal(noted('P-4').length, 2);
  });

  it('an order to be paid in advance waits for the whole amount', async () => {
    const { externalId } = await ordered('P-5');
    assert.equal(blocked('P-5'), '01');
    assert.throws(() => { system.sandbox.deliver(externalId.id); }, /blocked/);
    await write(payment('P-5', '1', '59.99'));
    assert.equal(blocked('P-5'), '01');
    await write(payment('P-5', '2', '60.00', { kind: 'authorization' }));
    assert.equal(blocked('P-5'), '01');
    assert.equal((await write(payment('P-5', '3', '0.01'))).outcome, 'created');
    assert.equal(blocked('P-5'), '');
    system.sandbox.deliver(externalId.id);
  });

  it('that come to the whole amount before it is given back in part release nothing', async () => {
    await ordered('P-6');
    await write(payment('P-6', '1', '30.00'));
    await write(payment('P-6', '2', '10.00', { kind: 'refund' }));
    await write(payment('P-6', '3', '30.00'));
    assert.equal(blocked('P-6'), '01');
  });

  it('an order on terms, a paid or an authorized one does not wait; nor does any where the settings say so', async () => {
    await ordered('P-7', { paymentTerms: { type: 'net', netDays: 30 } });
    await ordered('P-8', { paymentStatus: 'paid' });
    await ordered('P-9', { paymentStatus: 'authorized' });
    const plain = system.connect();
    await plain.create('order', fromOrder(plain, system.order('P-10', { orderNumber: 'P-10' })));
    assert.deepEqual(['P-7', 'P-8', 'P-9', 'P-10'].map(blocked), ['', '', '', '']);
  });

  it('an order that a mapper made waits just so, and one with a block of its own keeps that', async () => {
    const mapping = compileMapping(presetMapping('order-to-sap-s4hana'));
    const made = (number: string, change: Partial<Order> = {}): Record<string, unknown> =>
      ({ ...mapping.map(system.order(number, { orderNumber: number, ...change })), SoldToParty: system.sandbox.world.companies[0]?.customerNumber.replace(/^0+/, '') });
    await erp.create('order', made('P-20'));
    await erp.create('order', made('P-21', { paymentStatus: 'paid' }));
    await erp.create('order', { ...made('P-22'), DeliveryBlockReason: '08' });
    await system.connect().create('order', made('P-23'));
    assert.deepEqual(['P-20', 'P-21', 'P-22', 'P-23'].map(blocked), ['01', '', '08', '']);
    await write(payment('P-20', '1', '60.00'));
    assert.equal(blocked('P-20'), '');
  });

  it('a later state of the order neither sets the block again nor takes that of somebody else away', async () => {
    const { externalId } = await ordered('P-11');
    await write(payment('P-11', '1', '60.00'));
    const again = system.order('P-11', { orderNumber: 'P-11', purchaseOrderNumber: 'changed' });
    assert.equal((await erp.update('order', externalId.id, fromOrder(erp, again))).outcome, 'updated');
    assert.equal(blocked('P-11'), '');
    system.sandbox.changeRow('A_SalesOrder', externalId.id, { DeliveryBlockReason: '08' });
    await write(payment('P-11', '2', '1.00'));
    assert.equal(blocked('P-11'), '08');
  });

  it('C22 in another currency than the order\'s are refused and change nothing', async () => {
    await ordered('P-12');
    assert.equal(await outcome(write(payment('P-12', '1', '60.00', { amount: { value: '60.00', currency: 'CHF' }, accountingAmount: eur('60.00') }))), 'DATA_CURRENCY');
    assert.deepEqual([noted('P-12'), blocked('P-12')], [[], '01']);
  });

  it('C26 that are pending wait, that failed leave nothing', async () => {
    await ordered('P-13');
    assert.throws(() => erp.fromCanonical('payment', payment('P-13', '1', '60.00', { status: 'pending', kind: 'refund' })), { code: 'TRANSIENT_PAYMENT_PENDING' });
    const failed = await write(payment('P-13', '1', '60.00', { status: 'failure' }));
    assert.deepEqual([failed.outcome, failed.warnings?.length, noted('P-13')], ['unchanged', 1, []]);
  });

  it('of an order that is not there yet, of two, or of none are refused', async () => {
    assert.equal(await outcome(write(payment('P-14', '1', '1.00'))), 'DATA_UNKNOWN_ORDER');
    for (let n = 0; n < 2; n++) await ordered('P-15');
    assert.equal(await outcome(write(payment('P-15', '1', '1.00'))), 'CONFLICT_AMBIGUOUS_ORDER');
    assert.throws(() => erp.fromCanonical('payment', payment('P-15', '1', '1.00', { orderRef: {} })), { code: 'DATA_PAYMENT' });
    const second = system.sandbox.ordersByReference('P-15')[1];
    const id = String(second?.['SalesOrder']);
    const { externalId } = await write(payment('P-15', '1', '1.00', { orderRef: { number: 'P-15', externalIds: [{ system: erp.system, type: 'SalesOrder', id }] } }));
    assert.equal(externalId.number, id);
  });

  it('that SAP has posted itself come back to nothing', async () => {
    await ordered('P-16');
    const native = erp.fromCanonical('payment', payment('P-16', '1', '60.00'));
    assert.equal((await erp.update('payment', '1010/2026/1400000003/000002/90000001', native)).outcome, 'unchanged');
    assert.deepEqual(noted('P-16'), []);
  });

  it('a look tells what would change and writes nothing', async () => {
    await ordered('P-17');
    const native = erp.fromCanonical('payment', payment('P-17', '1', '60.00'));
    assert.deepEqual(await erp.preview?.('payment', native), [{ path: 'to_Text.TX03', after: '1 sale 60.00 EUR 2026-11-23 card shopify_payments' }, { path: 'DeliveryBlockReason', before: '01' }]);
    assert.deepEqual(noted('P-17'), []);
    await write(payment('P-17', '1', '60.00'));
    assert.deepEqual(await erp.preview?.('payment', native), []);
  });
});
