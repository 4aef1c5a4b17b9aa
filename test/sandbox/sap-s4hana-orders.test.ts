import assert from 'node:assert/strict';
import { startSapSandbox, type SapSandbox } from '../../sandbox/sap-s4hana';
import { item, order, SapClient, type Answer } from './sap-client';

describe('SAP S/4HANA sandbox: sales orders', () => {
  let sandbox: SapSandbox;
  let client: SapClient;
  before(async () => {
    sandbox = await startSapSandbox({ now: () => Date.UTC(2026, 10, 2, 10) });
    client = new SapClient(sandbox);
    await client.fetchToken();
  });
  after(() => sandbox.close());

  const post = (body: unknown): Promise<Answer> => client.send('POST', 'A_SalesOrder', body);
  const codes = (answer: Answer): string[] => answer.json().error.innererror.errordetails.map(({ code, target }) => `${code} ${target}`);

  describe('are created', () => {
    it('deep, with items, partners, prices and texts, numbered and filled in', async () => {
      const created = await client.createOrder(order({
        SoldToParty: '0000100001', to_Partner: [{ PartnerFunction: 'SH', Customer: '0000100002' }], to_Text: [{ Language: 'DE', LongTextID: 'TX01', LongText: 'Tor 3' }],
        to_Item: { results: [item('MAT-00001', '2', '10.00'), item('MAT-00002', '1.500', '8.00', { SalesOrderItem: '000050' }), item('MAT-00003', '1', '1.00')] },
      }));
      assert.equal(created.SoldToParty, '100001');
      const [found] = sandbox.orders().filter(({ SalesOrder }) => SalesOrder === created.SalesOrder);
      assert.deepEqual(found?.to_Item.map((row) => [row.SalesOrderItem, row.RequestedQuantity, row.NetAmount]), [['10', '2.000', '20.00'], ['50', '1.500', '12.00'], ['60', '1.000', '1.00']]);
      assert.deepEqual(found.to_Partner.map((row) => [row.PartnerFunction, row.Customer]), [['SH', '100002'], ['SP', '100001'], ['BP', '100001'], ['PY', '100001']]);
      assert.deepEqual(found.to_Text.map((row) => [row.Language, row.LongText]), [['DE', 'Tor 3']]);
      const company = sandbox.world.companies[0];
      assert.equal(found.CustomerPaymentTerms, company?.terms.code);
      assert.equal(found.CreationDate, `/Date(${String(Date.UTC(2026, 10, 2))})/`);
    });

    it('twice if asked twice: the customer\'s reference is not unique', async () => {
      const [a, b] = [await client.createOrder(order({ PurchaseOrderByCustomer: 'TWICE' })), await client.createOrder(order({ PurchaseOrderByCustomer: 'TWICE' }))];
      assert.notEqual(a.SalesOrder, b.SalesOrder);
      assert.equal(sandbox.ordersByReference('TWICE').length, 2);
    });

    it('though incomplete, with a warning in sap-message', async () => {
      const answer = await post(order({ PurchaseOrderByCustomer: '', TransactionCurrency: 'USD', to_Item: [item('MAT-00001', '1')] }));
      assert.equal(answer.status, 201);
      const message = JSON.parse(answer.headers.get('sap-message') ?? '{}') as { severity: string; message: string; details: { target: string }[] };
      assert.equal(message.severity, 'warning');
      assert.match(message.message, /customer reference is missing/);
      assert.deepEqual(message.details.map(({ target }) => target), ['to_Item(10)'], 'there is no price in USD');
      assert.equal((await post(order())).headers.get('sap-message'), null);
    });
  });

  describe('are refused', () => {
    const cases: [string, Record<string, unknown>, string[]][] = [
      ['an unknown customer', { SoldToParty: '999' }, ['VP/199 SoldToParty']],
      ['no customer', { SoldToParty: '' }, ['V1/313 SoldToParty']],
      ['an unknown sales area', { SalesOrganization: '9999' }, ['V1/305 SalesOrganization', 'VP/204 SoldToParty', 'V1/384 to_Item/0/Material', 'V1/384 to_Item/1/Material']],
      ['an unknown order type', { SalesOrderType: 'XX' }, ['V1/304 SalesOrderType']],
      ['an unknown currency', { TransactionCurrency: 'XXX', to_Item: [item('MAT-00001', '1')] }, ['V1/154 TransactionCurrency']],
      ['unknown terms of payment', { CustomerPaymentTerms: 'ZZ99' }, ['V1/378 CustomerPaymentTerms']],
      ['an unknown material', { to_Item: [item('NOPE', '1', '1.00')] }, ['M3/305 to_Item/0/Material']],
      ['an unknown unit', { to_Item: [item('MAT-00001', '1', '1.00', { RequestedQuantityUnit: 'C62' })] }, ['V1/326 to_Item/0/RequestedQuantityUnit']],
      ['a unit the material does not have', { to_Item: [item('MAT-00001', '1', '1.00', { RequestedQuantityISOUnit: 'HUR' })] }, ['V1/781 to_Item/0/RequestedQuantityUnit']],
      ['no quantity', { to_Item: [item('MAT-00001', '0', '1.00')] }, ['V1/346 to_Item/0/RequestedQuantity']],
      ['an item number twice', { to_Item: [item('MAT-00001', '1', '1.00', { SalesOrderItem: '10' }), item('MAT-00001', '1', '1.00', { SalesOrderItem: '000010' })] }, ['V1/556 to_Item/1/SalesOrderItem']],
      ['an unknown partner function', { to_Partner: [{ PartnerFunction: 'QQ', Customer: '100001' }] }, ['VP/200 to_Partner/0/PartnerFunction']],
      ['an unknown condition type', { to_PricingElement: [{ ConditionType: 'NIX1', ConditionRateValue: '1' }] }, ['V1/801 to_PricingElement/0/ConditionType']],
      ['a header condition on an item', { to_Item: [item('MAT-00001', '1', undefined, { to_PricingElement: [{ ConditionType: 'HD00', ConditionRateValue: '1' }] })] }, ['V1/801 to_Item/0/to_PricingElement/0/ConditionType']],
      ['a condition in another currency', { to_PricingElement: [{ ConditionType: 'HD00', ConditionRateValue: '1', ConditionCurrency: 'USD' }] }, ['V1/802 to_PricingElement/0/ConditionCurrency']],
      ['fractions of a cent', { to_PricingElement: [{ ConditionType: 'HD00', ConditionRateValue: '1.005' }] }, ['V1/803 to_PricingElement/0/ConditionRateValue']],
      ['a text the system does not know', { to_Text: [{ LongTextID: 'QQQQ', LongText: 'x' }] }, ['TD/609 to_Text/0/LongTextID']],
      ['a number of the client\'s own', { SalesOrder: '77' }, ['V1/405 SalesOrder']],
      ['several faults, all at once', { SoldToParty: '999', to_Item: [item('NOPE', '0', '1.00')] }, ['VP/199 SoldToParty', 'M3/305 to_Item/0/Material', 'V1/346 to_Item/0/RequestedQuantity']],
      ['an unknown property', { Nonsense: 1 }, ['/IWBEP/CM_MGW_RT/021 Nonsense']],
      ['a read-only property', { TotalNetAmount: '1.00' }, ['/IWBEP/CM_MGW_RT/022 TotalNetAmount']],
      ['a text that is too long', { PurchaseOrderByCustomer: 'x'.repeat(36) }, ['/IWBEP/CM_MGW_RT/022 PurchaseOrderByCustomer']],
      ['a decimal as JSON number', { to_Item: [{ Material: 'MAT-00001', RequestedQuantity: 1 }] }, ['/IWBEP/CM_MGW_RT/022 RequestedQuantity']],
      ['more decimal places than there are', { to_Item: [{ Material: 'MAT-00001', RequestedQuantity: '1.0001' }] }, ['/IWBEP/CM_MGW_RT/022 RequestedQuantity']],
      ['a date of another form', { RequestedDeliveryDate: '31.12.2026' }, ['/IWBEP/CM_MGW_RT/022 RequestedDeliveryDate']],
    ];
    for (const [name, changes, expected] of cases) {
      it(`for ${name}`, async () => {
        const before = sandbox.orders().length;
        const answer = await post(order(changes));
        assert.equal(answer.status, 400, answer.text);
        assert.deepEqual(codes(answer), expected);
        assert.equal(answer.json().error.code, expected[0]?.split(' ')[0]);
        assert.equal(sandbox.orders().length, before);
      });
    }

    it('for a customer who is blocked and a material marked for deletion', async () => {
      const partners = new SapClient(sandbox, 'API_BUSINESS_PARTNER');
      await partners.fetchToken();
      assert.equal((await partners.send('PATCH', "A_Customer('100005')", { OrderIsBlockedForCustomer: '01' })).status, 204);
      const products = new SapClient(sandbox, 'API_PRODUCT_SRV');
      await products.fetchToken();
      assert.equal((await products.send('PATCH', "A_Product('MAT-00009')", { IsMarkedForDeletion: true })).status, 204);
      assert.deepEqual(codes(await post(order({ SoldToParty: '100005', to_Item: [item('MAT-00009', '1', '1.00')] }))), ['V1/311 SoldToParty', 'V1/315 to_Item/0/Material']);
    });
  });

  describe('are changed', () => {
    let number: string;
    beforeEach(async () => { number = String((await client.createOrder()).SalesOrder); });
    const header = (): Record<string, unknown> => sandbox.orders().find(({ SalesOrder }) => SalesOrder === number) ?? {};
    const itemPath = (position: string): string => `A_SalesOrderItem(SalesOrder='${number}',SalesOrderItem='${position}')`;

    it('a new quantity prices the order anew', async () => {
      assert.equal(header().TotalNetAmount, '21.05');
      assert.equal((await client.send('PATCH', itemPath('10'), { RequestedQuantity: '3' })).status, 204);
      assert.equal(header().TotalNetAmount, '31.05');
    });

    it('a rejected item no longer counts; all rejected is a cancelled order', async () => {
      assert.equal((await client.send('PATCH', itemPath('10'), { SalesDocumentRjcnReason: '00' })).status, 204);
      assert.deepEqual([header().TotalNetAmount, header().OverallSDDocumentRejectionSts], ['1.05', 'B']);
      await client.send('PATCH', itemPath('20'), { SalesDocumentRjcnReason: '00' });
      assert.deepEqual([header().TotalNetAmount, header().OverallSDDocumentRejectionSts], ['0.00', 'C']);
      assert.deepEqual(codes(await client.send('PATCH', itemPath('20'), { SalesDocumentRjcnReason: 'QQ' })), ['V1/379 to_Item/1/SalesDocumentRjcnReason']);
    });

    it('items, conditions and texts can be added, changed and removed', async () => {
      const added = await client.send('POST', `A_SalesOrder('${number}')/to_Item`, item('MAT-00003', '1', '5.00'));
      assert.deepEqual([added.status, added.json().d.SalesOrderItem, header().TotalNetAmount], [201, '30', '26.05']);
      const freight = await client.send('POST', `A_SalesOrder('${number}')/to_PricingElement`, { ConditionType: 'HD00', ConditionRateValue: '4.00' });
      assert.deepEqual([freight.status, header().TotalNetAmount], [201, '30.05']);
      const path = (freight.json().d.__metadata as { uri: string }).uri;
      assert.equal((await client.send('PATCH', path, { ConditionRateValue: '6.00' })).status, 204);
      assert.equal(header().TotalNetAmount, '32.05');
      assert.equal((await client.send('DELETE', path)).status, 204);
      assert.equal((await client.send('DELETE', itemPath('30'))).status, 204);
      assert.equal(header().TotalNetAmount, '21.05');
      assert.equal((await client.get(`${itemPath('30')}/to_PricingElement`)).status, 404);
    });

    it('keys stay, and a refused change changes nothing', async () => {
      assert.equal((await client.send('PATCH', itemPath('10'), { SalesOrderItem: '11' })).status, 400);
      assert.equal((await client.send('PATCH', itemPath('10'), { Material: 'NOPE' })).status, 400);
      assert.equal((await client.send('PUT', itemPath('10'), {})).status, 405);
      assert.equal((await client.get(itemPath('10'))).json().d.Material, 'MAT-00001');
    });
  });
});

describe('SAP S/4HANA sandbox: the money of an order', () => {
  let sandbox: SapSandbox;
  let client: SapClient;
  before(async () => { sandbox = await startSapSandbox(); client = new SapClient(sandbox); });
  after(() => sandbox.close());

  type Condition = [type: string, rate: string, more?: Record<string, string>];
  const conditions = (list: Condition[]): unknown => list.map(([ConditionType, ConditionRateValue, more]) => ({ ConditionType, ConditionRateValue, ...more }));
  const cases: { name: string; currency?: string; items: [quantity: string, conditions: Condition[]][]; header?: Condition[]; nets: string[]; taxes: string[]; net: string; payable: string }[] = [
    { name: 'a price per piece, half a cent rounded up', items: [['3', [['PMP0', '0.335']]]], nets: ['1.01'], taxes: ['0.00'], net: '1.01', payable: '1.01' },
    { name: 'a price per 100 pieces', items: [['250', [['PMP0', '7.35', { ConditionQuantity: '100' }]]]], nets: ['18.38'], taxes: ['0.00'], net: '18.38', payable: '18.38' },
    { name: 'a line total over the quantity, which needs no rounding', items: [['7', [['PMP0', '100.01', { ConditionQuantity: '7' }]]]], nets: ['100.01'], taxes: ['0.00'], net: '100.01', payable: '100.01' },
    { name: 'the manual price wins over the list price', items: [['2', [['PPR0', '99.00'], ['PMP0', '10.00']]]], nets: ['20.00'], taxes: ['0.00'], net: '20.00', payable: '20.00' },
    { name: 'item discounts whatever their sign', items: [['2', [['PMP0', '10.00'], ['DRV1', '3.00'], ['RB00', '-1.50']]]], nets: ['15.50'], taxes: ['0.00'], net: '15.50', payable: '15.50' },
    { name: 'a header discount that does not divide: the rest goes to the largest item', items: [['1', [['PMP0', '10.00']]], ['1', [['PMP0', '10.01']]], ['1', [['PMP0', '10.00']]]], header: [['HB00', '10.00']], nets: ['6.67', '6.67', '6.67'], taxes: ['0.00', '0.00', '0.00'], net: '20.01', payable: '20.01' },
    { name: 'freight is spread and taxed with the items', items: [['1', [['PMP0', '100.00'], ['MWST', '19']]], ['1', [['PMP0', '50.00'], ['MWST', '7']]]], header: [['HD00', '15.00']], nets: ['110.00', '55.00'], taxes: ['20.90', '3.85'], net: '165.00', payable: '189.75' },
    { name: 'percent of tax from the header, half up per item', items: [['1', [['PMP0', '0.50']]], ['1', [['PMP0', '0.50']]]], header: [['MWST', '19']], nets: ['0.50', '0.50'], taxes: ['0.10', '0.10'], net: '1.00', payable: '1.20' },
    { name: 'tax as the shop calculated it, to the cent', items: [['1', [['PMP0', '0.50']]], ['1', [['PMP0', '0.50']]]], header: [['MWST', '0.19', { ConditionCurrency: 'EUR' }]], nets: ['0.50', '0.50'], taxes: ['0.09', '0.10'], net: '1.00', payable: '1.19' },
    { name: 'two taxes on one item', currency: 'USD', items: [['1', [['PMP0', '100.00'], ['TTX1', '6.25'], ['TTX1', '1.125']]]], nets: ['100.00'], taxes: ['7.38'], net: '100.00', payable: '107.38' },
    { name: 'payable rounding is neither net nor taxed', currency: 'CHF', items: [['1', [['PMP0', '10.02']]]], header: [['MWST', '8.1'], ['ZRND', '0.02']], nets: ['10.02'], taxes: ['0.81'], net: '10.02', payable: '10.85' },
    { name: 'yen have no sen', currency: 'JPY', items: [['3', [['PMP0', '333.5']]]], header: [['MWST', '10']], nets: ['1001'], taxes: ['100'], net: '1001', payable: '1101' },
    { name: 'dinars have three places', currency: 'KWD', items: [['3', [['PMP0', '1.3335']]]], nets: ['4.001'], taxes: ['0.000'], net: '4.001', payable: '4.001' },
    {
      name: 'the whole example order: 3,094.38',
      items: [['40', [['PMP0', '7.35']]], ['2', [['PMP0', '1249.50'], ['DRV1', '249.90']]], ['1.5', [['PMP0', '95.00']]]],
      header: [['HB00', '134.28'], ['HD00', '49.00'], ['MWST', '494.06', { ConditionCurrency: 'EUR' }]],
      nets: ['284.66', '2177.69', '137.97'], taxes: ['54.09', '413.76', '26.21'], net: '2600.32', payable: '3094.38',
    },
  ];
  for (const { name, currency = 'EUR', items, header = [], nets, taxes, net, payable } of cases) {
    it(name, async () => {
      const created = await client.createOrder(order({
        TransactionCurrency: currency, to_PricingElement: conditions(header),
        to_Item: items.map(([RequestedQuantity, list], i) => ({ Material: `MAT-0000${String(i + 1)}`, RequestedQuantity, to_PricingElement: conditions(list) })),
      }));
      const found = sandbox.orders().at(-1);
      assert.deepEqual(found?.to_Item.map(({ NetAmount }) => NetAmount), nets);
      assert.deepEqual(found.to_Item.map(({ TaxAmount }) => TaxAmount), taxes);
      assert.equal(created.TotalNetAmount, net);
      assert.equal(sandbox.payable(String(created.SalesOrder)), payable);
    });
  }

  it('the list price in EUR if none is sent', async () => {
    const [product] = sandbox.world.products;
    const created = await client.createOrder(order({ to_Item: [item('MAT-00001', '1')] }));
    assert.equal(created.TotalNetAmount, product?.price);
  });

  it('shows which price is inactive and what each condition came to', async () => {
    await client.createOrder(order({ to_Item: [item('MAT-00001', '2', undefined, { to_PricingElement: [{ ConditionType: 'PPR0', ConditionRateValue: '9.00' }, { ConditionType: 'PMP0', ConditionRateValue: '8.00' }] })] }));
    const [first] = sandbox.orders().at(-1)?.to_Item ?? [];
    assert.deepEqual(first?.to_PricingElement.map((c) => [c.ConditionType, c.ConditionAmount, c.ConditionInactiveReason, c.PricingProcedureStep]), [['PPR0', '18.00', 'Y', '10'], ['PMP0', '16.00', '', '20']]);
  });
});
