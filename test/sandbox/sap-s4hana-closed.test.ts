import assert from 'node:assert/strict';
import { startSapSandbox, type SapSandbox } from '../../sandbox/sap-s4hana';
import { order, SapClient, type Answer } from './sap-client';

describe('SAP S/4HANA sandbox: orders with follow-on documents', () => {
  let sandbox: SapSandbox;
  let client: SapClient;
  let number: string;
  beforeEach(async () => {
    sandbox = await startSapSandbox({ materials: 20, customers: 3 });
    client = new SapClient(sandbox);
    number = String((await client.createOrder(order())).SalesOrder);
  });
  afterEach(() => sandbox.close());

  const path = (position: string): string => `A_SalesOrderItem(SalesOrder='${number}',SalesOrderItem='${position}')`;
  const patch = (position: string, values: Record<string, unknown>): Promise<Answer> => client.send('PATCH', path(position), values, { 'if-match': '*' });
  const refused = (answer: Answer): [number, string, string] => {
    const [detail] = answer.json().error.innererror.errordetails;
    return [answer.status, detail?.target ?? '', detail?.message ?? ''];
  };
  const quantities = (): unknown[] => sandbox.ordersByReference('WEB-1001')[0]?.to_Item.map((item) => item['RequestedQuantity']) ?? [];

  it('refuse less than was delivered, another material, a rejection and a deletion; more, and other items, may change', async () => {
    sandbox.deliver(number, '20');
    assert.deepEqual(refused(await patch('20', { RequestedQuantity: '2' })), [400, 'RequestedQuantity', 'Quantity of item 20 is less than the quantity already delivered (3)']);
    assert.equal(refused(await patch('20', { Material: 'MAT-00003' }))[1], 'Material');
    assert.equal(refused(await patch('20', { SalesDocumentRjcnReason: '50' }))[1], 'SalesDocumentRjcnReason');
    assert.equal((await client.send('DELETE', path('20'), undefined, { 'if-match': '*' })).status, 400);
    assert.equal((await patch('20', { RequestedQuantity: '4' })).status, 204);
    assert.equal((await patch('20', { RequestedQuantity: '3' })).status, 204);
    assert.equal((await patch('10', { RequestedQuantity: '1' })).status, 204);
    assert.deepEqual(quantities(), ['1.000', '3.000']);
  });

  it('take the rejection of what is left of an item', async () => {
    sandbox.deliver(number, '20');
    await patch('20', { RequestedQuantity: '5' });
    assert.equal((await patch('20', { SalesDocumentRjcnReason: '50' })).status, 204);
  });

  it('refuse any change of an item that is invoiced, its prices too, but more of it', async () => {
    sandbox.changeRow('A_SalesOrderItem', `${number}|10`, { OrderRelatedBillingStatus: 'C' });
    for (const values of [{ RequestedQuantity: '1' }, { SalesDocumentRjcnReason: '50' }]) assert.match(refused(await patch('10', values))[2], /already been invoiced/);
    const price = `A_SalesOrderItemPrElement(SalesOrder='${number}',SalesOrderItem='10',PricingProcedureStep='20',PricingProcedureCounter='1')`;
    assert.match(refused(await client.send('PATCH', price, { ConditionRateValue: '9.00' }, { 'if-match': '*' }))[2], /already been invoiced/);
    assert.equal((await patch('20', { RequestedQuantity: '1' })).status, 204);
    assert.equal((await patch('10', { RequestedQuantity: '3' })).status, 204);
    assert.equal(sandbox.ordersByReference('WEB-1001')[0]?.to_Item.find((item) => item['SalesOrderItem'] === '10')?.['OrderRelatedBillingStatus'], 'B');
  });

  it('show the header\'s ship-to reference on items that have none of their own', async () => {
    const made = await client.createOrder(order({ PurchaseOrderByCustomer: 'WEB-2', PurchaseOrderByShipToParty: 'PO-1' }));
    const shown = (): unknown => sandbox.ordersByReference('WEB-2')[0]?.to_Item.map((item) => item['PurchaseOrderByShipToParty']);
    await client.send('PATCH', `A_SalesOrderItem(SalesOrder='${String(made.SalesOrder)}',SalesOrderItem='10')`, { PurchaseOrderByShipToParty: 'own' }, { 'if-match': '*' });
    await client.send('PATCH', `A_SalesOrder('${String(made.SalesOrder)}')`, { PurchaseOrderByShipToParty: 'PO-2' }, { 'if-match': '*' });
    assert.deepEqual(shown(), ['own', 'PO-2']);
  });
});
