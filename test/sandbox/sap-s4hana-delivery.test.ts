import assert from 'node:assert/strict';
import { startSapSandbox, type SapSandbox } from '../../sandbox/sap-s4hana';
import { item, order, SapClient } from './sap-client';

describe('SAP S/4HANA sandbox: deliveries', () => {
  let sandbox: SapSandbox;
  let client: SapClient;
  beforeEach(async () => {
    sandbox = await startSapSandbox({ materials: 20, customers: 3, now: () => Date.UTC(2026, 10, 2, 10) });
    client = new SapClient(sandbox);
    for (const { sku } of sandbox.world.products) for (const { plant } of sandbox.world.sites) sandbox.setStock({ sku, plant, quantity: '100' });
  });
  afterEach(() => sandbox.close());

  const create = async (changes: Record<string, unknown> = {}): Promise<string> => String((await client.createOrder(order(changes))).SalesOrder);
  const itemPath = (number: string, position: string): string => `A_SalesOrderItem(SalesOrder='${number}',SalesOrderItem='${position}')`;
  const lines = async (filter: string): Promise<Record<string, unknown>[]> => (await client.get(`A_SalesOrderScheduleLine?$filter=${encodeURIComponent(filter)}`)).json().d.results;
  /** Open and delivered quantity by item. */
  const quantities = async (number: string): Promise<unknown[]> =>
    (await lines(`SalesOrder eq '${number}'`)).map((line) => [line.SalesOrderItem, line.OpenConfdDelivQtyInOrdQtyUnit, line.DeliveredQtyInOrderQtyUnit]);
  /** Statuses of the header and of the items. */
  const statuses = (number: string): unknown[] => {
    const found = sandbox.orders().find(({ SalesOrder }) => SalesOrder === number);
    return [found?.OverallDeliveryStatus, found?.OverallTotalDeliveryStatus, ...found?.to_Item.map(({ DeliveryStatus }) => DeliveryStatus) ?? []];
  };

  describe('what is open', () => {
    it('is all that was ordered; nothing of a rejected item', async () => {
      const number = await create({ to_Item: [item('MAT-00001', '2', '1.00'), item('MAT-00002', '1.500', '1.00', { SalesDocumentRjcnReason: '00' })] });
      assert.deepEqual(await quantities(number), [['10', '2.000', '0.000'], ['20', '0.000', '0.000']]);
      assert.deepEqual(statuses(number), ['A', 'A', 'A', 'A']);
      const [first] = await lines(`SalesOrder eq '${number}'`);
      const read = (await client.get(itemPath(number, '10'))).json().d;
      assert.deepEqual([first?.ScheduleLineOrderQuantity, first?.ConfdOrderQtyByMatlAvailCheck], ['2.000', '2.000']);
      assert.deepEqual(
        [first?.OrderQuantityUnit, first?.OrderQuantitySAPUnit, first?.OrderQuantityISOUnit],
        [read.OrderQuantityUnit, read.OrderQuantitySAPUnit, read.OrderQuantityISOUnit],
      );
      assert.notEqual(read.OrderQuantitySAPUnit, '');
    });

    it('follows the item: a new quantity, a rejection and its end', async () => {
      const number = await create();
      const patch = async (values: Record<string, unknown>): Promise<unknown> => {
        assert.equal((await client.send('PATCH', itemPath(number, '10'), values, { 'if-match': '*' })).status, 204);
        return (await quantities(number))[0];
      };
      assert.deepEqual(await patch({ RequestedQuantity: '5' }), ['10', '5.000', '0.000']);
      assert.deepEqual(await patch({ SalesDocumentRjcnReason: '00' }), ['10', '0.000', '0.000']);
      assert.deepEqual(await patch({ SalesDocumentRjcnReason: '' }), ['10', '5.000', '0.000']);
    });

    it('is by schedule line where the client sends several', async () => {
      const to_ScheduleLine = [{ ScheduleLine: '1', ScheduleLineOrderQuantity: '2' }, { ScheduleLine: '2', ScheduleLineOrderQuantity: '3' }];
      const number = await create({ to_Item: [item('MAT-00001', '5', '1.00', { to_ScheduleLine })] });
      assert.deepEqual(await quantities(number), [['10', '2.000', '0.000'], ['10', '3.000', '0.000']]);
    });

    it('is listed over all orders, page by page', async () => {
      await sandbox.close();
      sandbox = await startSapSandbox({ materials: 20, customers: 3, pageSize: 2 });
      client = new SapClient(sandbox);
      const [first, second, third] = [await create(), await create(), await create()];
      sandbox.deliver(second, '10');
      const found: unknown[] = [];
      for (let next: string | undefined = `A_SalesOrderScheduleLine?$filter=${encodeURIComponent('OpenConfdDelivQtyInOrdQtyUnit gt 0M')}&$inlinecount=allpages`; next !== undefined;) {
        const { d } = (await client.get(next)).json();
        assert.ok(d.results.length <= 2);
        assert.equal(d.__count, '5');
        found.push(...d.results.map((line) => `${String(line.SalesOrder)}/${String(line.SalesOrderItem)}`));
        next = d.__next;
      }
      assert.deepEqual(found, [`${first}/10`, `${first}/20`, `${second}/20`, `${third}/10`, `${third}/20`]);
    });

    it('is shown with the items that wait for it', async () => {
      const [first, second] = [await create(), await create()];
      sandbox.deliver(first, '20');
      const filter = encodeURIComponent(`DeliveryStatus ne 'C' and SalesDocumentRjcnReason eq '' and SalesOrder gt '${String(Number(first) - 1)}'`);
      const { results } = (await client.get(`A_SalesOrderItem?$filter=${filter}&$orderby=SalesOrder&$select=SalesOrder,SalesOrderItem,to_ScheduleLine/OpenConfdDelivQtyInOrdQtyUnit&$expand=to_ScheduleLine`)).json().d;
      assert.deepEqual(
        results.map((row) => [row.SalesOrder, row.SalesOrderItem, (row.to_ScheduleLine as { results: Record<string, unknown>[] }).results.map((line) => line.OpenConfdDelivQtyInOrdQtyUnit)]),
        [[first, '10', ['2.000']], [second, '10', ['2.000']], [second, '20', ['3.000']]],
      );
    });
  });

  describe('a goods issue', () => {
    it('of an order: nothing is open, all is delivered, the stamp moves on, the stock goes down', async () => {
      const number = await create();
      const before = (await client.get(`A_SalesOrder('${number}')`)).headers.get('etag');
      sandbox.deliver(number);
      assert.deepEqual(await quantities(number), [['10', '0.000', '2.000'], ['20', '0.000', '3.000']]);
      assert.deepEqual(statuses(number), ['C', 'C', 'C', 'C']);
      assert.notEqual((await client.get(`A_SalesOrder('${number}')`)).headers.get('etag'), before);
      assert.deepEqual(['MAT-00001', 'MAT-00002', 'MAT-00003'].map((sku) => sandbox.stock(sku, '1010')), ['98', '97', '100']);
      assert.equal(sandbox.stock('MAT-00001', '1020'), '100');
    });

    it('of one item leaves the others open; of the rest finishes the order', async () => {
      const number = await create();
      sandbox.deliver(number, '20');
      assert.deepEqual(await quantities(number), [['10', '2.000', '0.000'], ['20', '0.000', '3.000']]);
      assert.deepEqual(statuses(number), ['B', 'B', 'A', 'C']);
      sandbox.deliver(number);
      assert.deepEqual(statuses(number), ['C', 'C', 'C', 'C']);
      assert.deepEqual([sandbox.stock('MAT-00001', '1010'), sandbox.stock('MAT-00002', '1010')], ['98', '97'], 'nothing is delivered twice');
    });

    it('of nothing changes nothing', async () => {
      const number = await create();
      sandbox.deliver(number);
      const etag = async (): Promise<string | null> => (await client.get(`A_SalesOrder('${number}')`)).headers.get('etag');
      const before = await etag();
      sandbox.deliver(number);
      assert.equal(await etag(), before);
      assert.equal(sandbox.stock('MAT-00001', '1010'), '98');
    });

    it('leaves rejected items alone, and does not wait for them', async () => {
      const number = await create({ to_Item: [item('MAT-00001', '2', '1.00'), item('MAT-00002', '3', '1.00', { SalesDocumentRjcnReason: '00' })] });
      sandbox.deliver(number);
      assert.deepEqual(await quantities(number), [['10', '0.000', '2.000'], ['20', '0.000', '0.000']]);
      assert.deepEqual(statuses(number), ['C', 'C', 'C', 'A']);
      assert.equal(sandbox.stock('MAT-00002', '1010'), '100');
    });

    it('and more ordered after it: the difference is open', async () => {
      const number = await create();
      sandbox.deliver(number);
      assert.equal((await client.send('PATCH', itemPath(number, '10'), { RequestedQuantity: '6' }, { 'if-match': '*' })).status, 204);
      assert.deepEqual((await quantities(number))[0], ['10', '4.000', '2.000']);
      assert.deepEqual(statuses(number), ['B', 'B', 'B', 'C']);
      sandbox.deliver(number);
      assert.equal(sandbox.stock('MAT-00001', '1010'), '94');
    });

    it('takes from the plant and storage location of the item', async () => {
      sandbox.setStock({ sku: 'MAT-00003', plant: '1020', storageLocation: '102B', quantity: '10' });
      const number = await create({ to_Item: [
        item('MAT-00001', '2', '1.00', { ProductionPlant: '1020' }), item('MAT-00003', '4', '1.00', { ProductionPlant: '1020', StorageLocation: '102B' }), item('MAT-00004', '1', '1.00'),
      ] });
      const kept = sandbox.orders().find(({ SalesOrder }) => SalesOrder === number)?.to_Item.map((row) => [row.ProductionPlant, row.StorageLocation]);
      assert.deepEqual(kept, [['1020', ''], ['1020', '102B'], ['1010', '']]);
      sandbox.deliver(number);
      assert.deepEqual([sandbox.stock('MAT-00001', '1010'), sandbox.stock('MAT-00001', '1020')], ['100', '98']);
      assert.deepEqual([sandbox.stock('MAT-00003', '1010'), sandbox.stock('MAT-00003', '1020')], ['100', '106']);
      assert.deepEqual([sandbox.stock('MAT-00004', '1010'), sandbox.stock('MAT-00004', '1020')], ['99', '100']);
      const left = (await new SapClient(sandbox, 'API_MATERIAL_STOCK_SRV').get("A_MatlStkInAcctMod?$filter=Material eq 'MAT-00003' and StorageLocation eq '102B'")).json().d.results;
      assert.deepEqual(left.map((row) => row.MatlWrhsStkQtyInMatlBaseUnit), ['6.00000000000000']);
    });

    it('takes base units: two boxes of ten pieces are twenty', async () => {
      const piece = sandbox.world.products.find(({ unit }) => unit === 'C62');
      assert.ok(piece);
      const products = new SapClient(sandbox, 'API_PRODUCT_SRV');
      await products.fetchToken();
      assert.equal((await products.send('POST', 'A_ProductUnitsOfMeasure', { Product: piece.sku, AlternativeUnit: 'BOX', QuantityNumerator: '10', QuantityDenominator: '1', BaseUnit: 'PC' })).status, 201);
      const number = await create({ to_Item: [item(piece.sku, '2', '1.00', { RequestedQuantityUnit: 'BOX' })] });
      sandbox.deliver(number);
      assert.deepEqual(await quantities(number), [['10', '0.000', '2.000']]);
      assert.equal(sandbox.stock(piece.sku, '1010'), '80');
    });

    it('of what there is not is refused', async () => {
      const number = await create();
      assert.throws(() => { sandbox.deliver('1'); }, RangeError);
      assert.throws(() => { sandbox.deliver(number, '30'); }, RangeError);
      assert.deepEqual(statuses(number), ['A', 'A', 'A', 'A']);
    });
  });
});
