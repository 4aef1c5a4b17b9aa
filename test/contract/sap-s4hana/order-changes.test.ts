import assert from 'node:assert/strict';
import type { Connection, Native } from '../../../lib/connectors/contract';
import type { Order } from '../../../lib/documents/types';
import { checkDocument } from '../../../lib/documents/validate';
import type { ErrorDetails } from '../../../lib/errors';
import type { SapOrder } from '../../../sandbox/sap-s4hana';
import { fromOrder, System } from './system';

const refused = (promise: Promise<unknown>): Promise<{ name: string; code: string; message: string; cause: ErrorDetails }> =>
  promise.then(() => assert.fail('must reject'), (reason: unknown) => reason as never);

describe('SAP S/4HANA orders that change', () => {
  let system: System;
  let erp: Connection;
  before(async () => { system = await System.start(); });
  beforeEach(() => { erp = system.connect(); });
  afterEach(() => { system.sandbox.clearFaults(); });
  after(() => system.stop());

  const made = async (number: string, change: Partial<Order> = {}, connection = erp): Promise<string> =>
    (await connection.create('order', fromOrder(connection, system.order(number, change)))).externalId.id;
  const only = (number: string): SapOrder => system.sandbox.ordersByReference(number)[0] ?? assert.fail();
  const items = (number: string, ...names: string[]): unknown[] => only(number).to_Item.map((item) => names.map((name) => item[name]));
  const writes = (): number => system.sandbox.requests.filter(({ method }) => method !== 'GET').length;

  /** The order with quantities changed, `0` for a line that is gone; all at 10.00 apiece. */
  function document(number: string, quantities: string[], connection = erp): Native {
    const order = system.order(number);
    const eur = (value: number): { value: string; currency: string } => ({ value: value.toFixed(2), currency: 'EUR' });
    order.lines.forEach((line, at) => {
      line.quantity = { ...line.quantity, value: quantities[at] ?? '0' };
      line.lineExtensionAmount = eur(Number(line.quantity.value) * 10);
    });
    const total = eur(quantities.reduce((sum, quantity) => sum + Number(quantity) * 10, 0));
    order.monetaryTotal = { lineExtensionAmount: total, taxExclusiveAmount: total, taxInclusiveAmount: total, payableAmount: total };
    return fromOrder(connection, order);
  }

  it('C28 keep the shop\'s line id on each item, and read it back', async () => {
    const id = await made('CH-1');
    assert.deepEqual(items('CH-1', 'PurchaseOrderByShipToParty'), [['l1'], ['l2'], ['l3']]);
    const { lines } = erp.toCanonical('order', await erp.get('order', id) ?? assert.fail()) as unknown as Order;
    assert.deepEqual(lines.map((line) => [line.id, line.externalIds?.[0]?.id]), [['l1', `${id}/10`], ['l2', `${id}/20`], ['l3', `${id}/30`]]);
  });

  it('C28 are matched by line id, wherever the line stands now', async () => {
    const id = await made('CH-2');
    const wanted = document('CH-2', ['1', '5', '3']);
    const [first, second, third] = wanted['to_Item'] as Native[];
    wanted['to_Item'] = [{ ...second, SalesOrderItem: '10' }, { ...third, SalesOrderItem: '20' }, { ...first, SalesOrderItem: '30' }];
    await erp.update('order', id, wanted);
    assert.deepEqual(items('CH-2', 'SalesOrderItem', 'RequestedQuantity'), [['10', '1.000'], ['20', '5.000'], ['30', '3.000']]);
  });

  it('line ids longer than the field are kept as a hash', async () => {
    const lines = system.order('').lines.map((line, at) => ({ ...line, id: `urn:shop:line:${'x'.repeat(40)}:${String(at)}` }));
    const id = await made('CH-3', { lines });
    const kept = items('CH-3', 'PurchaseOrderByShipToParty').flat() as string[];
    assert.deepEqual([new Set(kept).size, kept[0]?.length], [3, 35]);
    assert.equal((await erp.update('order', id, fromOrder(erp, system.order('CH-3', { lines })))).outcome, 'unchanged');
  });

  it('line ids go into the field of the settings', async () => {
    const other = system.connect({ lineIdField: 'MaterialByCustomer' });
    const id = await made('CH-4', { purchaseOrderNumber: 'PO' }, other);
    assert.deepEqual(items('CH-4', 'MaterialByCustomer', 'PurchaseOrderByShipToParty'), [['l1', 'PO'], ['l2', 'PO'], ['l3', 'PO']]);
    await other.update('order', id, document('CH-4', ['1', '0', '3'], other));
    assert.deepEqual(items('CH-4', 'SalesDocumentRjcnReason'), [[''], ['00'], ['']]);
  });

  it('orders from before line ids were kept are matched by number, and get them', async () => {
    const old = fromOrder(erp, system.order('CH-5', { purchaseOrderNumber: 'PO' }));
    old['to_Item'] = (old['to_Item'] as Native[]).map(({ PurchaseOrderByShipToParty: _, ...item }) => item);
    const { externalId } = await erp.create('order', old);
    assert.deepEqual(items('CH-5', 'PurchaseOrderByShipToParty'), [['PO'], ['PO'], ['PO']], 'items show the header\'s');
    await erp.update('order', externalId.id, document('CH-5', ['4', '0', '3']));
    assert.deepEqual(items('CH-5', 'RequestedQuantity', 'SalesDocumentRjcnReason', 'PurchaseOrderByShipToParty'), [['4.000', '', 'l1'], ['2.000', '00', 'PO'], ['3.000', '', 'l3']]);
    await erp.update('order', externalId.id, document('CH-5', ['4', '0', '1']));
    assert.equal(only('CH-5').to_Item.length, 3);
  });

  it('C29 of which one line was delivered in part: what is left of it and the others change', async () => {
    const id = await made('CH-6');
    await erp.update('order', id, document('CH-6', ['1', '2', '2']));
    system.sandbox.deliver(id, '30');
    await erp.update('order', id, document('CH-6', ['1', '2', '3']));
    assert.equal((await erp.update('order', id, document('CH-6', ['3', '0', '2']))).outcome, 'updated');
    assert.deepEqual(items('CH-6', 'RequestedQuantity', 'SalesDocumentRjcnReason', 'DeliveryStatus'), [['3.000', '', 'A'], ['2.000', '00', 'A'], ['2.000', '', 'C']]);
  });

  it('C28 that can no longer be changed are a conflict over every line, and nothing is written, however often', async () => {
    const id = await made('CH-7');
    system.sandbox.deliver(id, '20');
    const before = writes();
    for (let tries = 0; tries < 2; tries++) {
      const { name, code, message, cause } = await refused(erp.update('order', id, document('CH-7', ['5', '1', '0'])));
      assert.deepEqual([name, code, cause.system, cause.record], ['ConflictError', 'CONFLICT_ORDER_CLOSED', erp.system, `order ${id}`]);
      assert.match(message, /item 20 \(MAT-\d+\) has 2 ordered and 2 delivered where 1 is wanted: it has left the house/);
      assert.deepEqual(cause.lines?.map(({ line, item, ordered, delivered, wanted, closed }) => [line, item, ordered, delivered, wanted, closed]), [
        ['l1', '10', '1', '0', '5', undefined], ['l2', '20', '2', '2', '1', 'delivered'], ['l3', '30', '3', '0', '0', undefined],
      ]);
    }
    assert.equal(writes(), before);
  });

  it('goods that leave between the reading and the write are the same conflict, in SAP\'s refusal', async () => {
    const id = await made('CH-8');
    let once = true;
    system.sandbox.fault({ kind: 'slow', ms: 0, times: Infinity, match: ({ method }) => {
      if (once && method === 'PATCH') { once = false; system.sandbox.deliver(id, '30'); }
      return false;
    } });
    const { code, cause } = await refused(erp.update('order', id, document('CH-8', ['1', '2', '1'])));
    assert.equal(code, 'CONFLICT_ORDER_CLOSED');
    assert.equal(cause.lines?.[2]?.closed, 'delivered');
  });

  it('other refusals stay what they are', async () => {
    const id = await made('CH-9');
    assert.equal((await refused(erp.update('order', id, { ...document('CH-9', ['1', '2', '3']), CustomerPaymentTerms: 'XXXX' }))).code, 'DATA_REFUSED');
  });

  it('rejected in part after a delivery, an item is a line of what was delivered, and the document adds up', async () => {
    const id = await made('CH-10');
    system.sandbox.deliver(id, '30');
    await erp.update('order', id, document('CH-10', ['1', '2', '5']));
    system.sandbox.changeRow('A_SalesOrderItem', `${id}|20`, { SalesDocumentRjcnReason: '50' });
    system.sandbox.changeRow('A_SalesOrderItem', `${id}|30`, { SalesDocumentRjcnReason: '50' });
    const native = await erp.get('order', id) ?? assert.fail();
    const order = erp.toCanonical('order', native) as unknown as Order;
    assert.deepEqual(checkDocument('order', order), []);
    assert.deepEqual(order.lines.map(({ quantity, cancelledQuantity, lineStatus }) => [quantity.value, cancelledQuantity, lineStatus]), [['1', undefined, undefined], ['0', '2', 'cancelled'], ['3', '2', undefined]]);
    for await (const { records } of erp.list('order')) {
      const listed = records.find((row) => row['SalesOrder'] === id);
      if (listed) assert.deepEqual(erp.toCanonical('order', listed), { ...order });
    }
  });

  it('items split in SAP count together, and are a conflict where another sum is wanted', async () => {
    const id = await made('CH-11');
    const path = (number: string): string => `${id}|${number}`;
    system.sandbox.changeRow('A_SalesOrderItem', path('30'), { RequestedQuantity: '1.000', PurchaseOrderByShipToParty: 'l2' });
    assert.equal((await refused(erp.update('order', id, document('CH-11', ['1', '2', '0'])))).cause.lines?.[1]?.closed, 'split');
    const before = writes();
    assert.equal((await erp.update('order', id, document('CH-11', ['1', '3', '0']))).outcome, 'unchanged');
    assert.equal(writes(), before);
  });

  it('a dry run tells each field with what it is and would be, and writes nothing', async () => {
    const id = await made('CH-12');
    const before = writes();
    const changes = await erp.preview?.('order', document('CH-12', ['4', '0', '3']), id);
    assert.deepEqual(changes?.map(({ path, before: was, after }) => [/'(\d0)'\)\.(\w+)$/.exec(path)?.slice(1).join(' '), was, after]), [
      ['10 RequestedQuantity', '1.000', '4'], ['20 SalesDocumentRjcnReason', undefined, '00'],
    ]);
    assert.deepEqual(await erp.preview?.('order', document('CH-12', ['1', '2', '3']), id), []);
    assert.equal(writes(), before);
    await erp.update('order', id, document('CH-12', ['4', '0', '3']));
    assert.equal(writes(), before + 2, 'as many as were told');
  });
});
