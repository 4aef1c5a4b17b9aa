import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSapSandbox, type SapSandbox, type SapSandboxOptions } from '../../sandbox/sap-s4hana';
import { item, order, SapClient } from './sap-client';

type Row = Record<string, unknown>;
const rowsOf = (value: unknown): Row[] => (value as { results: Row[] }).results;

describe('SAP S/4HANA sandbox: outbound delivery documents', () => {
  let sandbox: SapSandbox;
  let client: SapClient;
  let orders: SapClient;
  const start = async (options: SapSandboxOptions = {}): Promise<void> => {
    sandbox = await startSapSandbox({ materials: 20, customers: 3, now: () => Date.UTC(2026, 10, 2, 10, 5), ...options });
    client = new SapClient(sandbox, 'API_OUTBOUND_DELIVERY_SRV;v=0002');
    orders = new SapClient(sandbox);
  };
  beforeEach(async () => {
    await start();
    for (const { sku } of sandbox.world.products) for (const { plant } of sandbox.world.sites) sandbox.setStock({ sku, plant, quantity: '100' });
  });
  afterEach(() => sandbox.close());

  const create = async (changes: Row = {}): Promise<string> => String((await orders.createOrder(order(changes))).SalesOrder);
  const header = async (number: string, query = ''): Promise<Row> => (await client.get(`A_OutbDeliveryHeader('${number}')${query}`)).json().d;
  const items = async (number: string): Promise<Row[]> => rowsOf((await header(number, '?$expand=to_DeliveryDocumentItem')).to_DeliveryDocumentItem);
  const open = async (number: string): Promise<unknown[]> => {
    const { results } = (await orders.get(`A_SalesOrderScheduleLine?$filter=${encodeURIComponent(`SalesOrder eq '${number}'`)}`)).json().d;
    return results.map((line) => [line.OpenConfdDelivQtyInOrdQtyUnit, line.DeliveredQtyInOrderQtyUnit]);
  };

  it('hold the items of the order with what leaves of each, in units of sale and of stock', async () => {
    const number = await create();
    const [delivery = ''] = sandbox.deliver(number, { until: 'created' });
    const found = await header(delivery);
    assert.deepEqual(
      [found.DeliveryDocumentType, found.SalesOrganization, found.SoldToParty, found.ShipToParty, found.DeliveryVersion, found.LastChangeDate, found.ActualGoodsMovementDate, found.OverallGoodsMovementStatus],
      ['LF', '1010', '100001', '100001', '0001', null, null, 'A'],
    );
    assert.deepEqual((await items(delivery)).map((row) => [row.DeliveryDocumentItem, row.Material, row.ActualDeliveryQuantity, row.Plant, row.ReferenceSDDocument, row.ReferenceSDDocumentItem]), [
      ['10', 'MAT-00001', '2.000', '1010', number, '10'], ['20', 'MAT-00002', '3.000', '1010', number, '20'],
    ]);
    assert.deepEqual(await open(number), [['0.000', '2.000'], ['0.000', '3.000']], 'the order counts what is in deliveries');
    assert.equal(sandbox.stock('MAT-00001', '1010'), '100', 'the goods have not left');
  });

  it('are several where parts leave one after the other', async () => {
    const number = await create();
    const deliveries = [{ quantities: { 20: '1' } }, { quantities: { 20: '1' } }, {}].flatMap((how) => sandbox.deliver(number, how));
    assert.equal(new Set(deliveries).size, 3);
    assert.deepEqual(await Promise.all(deliveries.map(async (one) => (await items(one)).map((row) => [row.ReferenceSDDocumentItem, row.ActualDeliveryQuantity]))), [
      [['20', '1.000']], [['20', '1.000']], [['10', '2.000'], ['20', '1.000']],
    ]);
    assert.deepEqual(sandbox.deliver(number), []);
    assert.equal(sandbox.stock('MAT-00002', '1010'), '97');
  });

  it('are one for each plant', async () => {
    const number = await create({ to_Item: [item('MAT-00001', '2', '1.00'), item('MAT-00002', '3', '1.00', { ProductionPlant: '1020' })] });
    const deliveries = sandbox.deliver(number);
    assert.deepEqual(await Promise.all(deliveries.map(async (one) => (await items(one)).map((row) => [row.Plant, row.ReferenceSDDocumentItem]))), [[['1010', '10']], [['1020', '20']]]);
    assert.deepEqual([sandbox.stock('MAT-00001', '1010'), sandbox.stock('MAT-00002', '1020')], ['98', '97']);
  });

  it('a goods issue and its reversal move goods, status, day, version and document flow', async () => {
    const [delivery = ''] = sandbox.deliver(await create(), { until: 'created' });
    const state = async (): Promise<unknown[]> => {
      const found = await header(delivery, '?$expand=to_DeliveryDocumentItem/to_DocumentFlow');
      const flow = rowsOf(rowsOf(found.to_DeliveryDocumentItem)[0]?.to_DocumentFlow).map((row) => row.SubsequentDocumentCategory);
      return [found.OverallGoodsMovementStatus, found.ActualGoodsMovementTime, found.LastChangeDate, found.DeliveryVersion, (found.__metadata as Row).etag, flow.join(), sandbox.stock('MAT-00001', '1010')];
    };
    const today = `/Date(${String(Date.UTC(2026, 10, 2))})/`;
    sandbox.issueGoods(delivery);
    assert.deepEqual(await state(), ['C', 'PT10H05M00S', today, '0002', 'W/"\'0002\'"', 'R', '98']);
    assert.throws(() => { sandbox.issueGoods(delivery); }, RangeError);
    sandbox.reverseIssue(delivery);
    assert.deepEqual(await state(), ['A', null, today, '0003', 'W/"\'0003\'"', 'R,h', '100']);
    assert.throws(() => { sandbox.reverseIssue(delivery); }, RangeError);
    assert.throws(() => { sandbox.issueGoods('1'); }, RangeError);
  });

  it('packages are handling units with what is in them; partners have their addresses', async () => {
    const [delivery = ''] = sandbox.deliver(await create(), { carrier: 'Nord', packages: [{ trackingNumber: 'T-1', items: { 10: '2' } }, { items: { 20: '3' } }] });
    const found = await header(delivery, '?$expand=to_HandlingUnitHeaderDelivery/to_HandlingUnitItemDelivery,to_DeliveryDocumentPartner/to_Address2');
    assert.deepEqual(rowsOf(found.to_HandlingUnitHeaderDelivery).map((unit) => [unit.HandlingUnitSecondExternalId, rowsOf(unit.to_HandlingUnitItemDelivery).map((row) => [row.DeliveryDocumentItem, row.HandlingUnitQuantity])]), [
      ['T-1', [['10', '2']]], ['', [['20', '3']]],
    ]);
    assert.equal(found.TotalNumberOfPackage, '2');
    assert.deepEqual(rowsOf(found.to_DeliveryDocumentPartner).map((row) => [row.PartnerFunction, row.Supplier, (row.to_Address2 as Row).BusinessPartnerName1]), [
      ['SH', '', sandbox.world.companies[0]?.name.slice(0, 40)], ['CR', '300001', 'Nord'],
    ]);
  });

  it('are found by organisation and by the day of their change, also where there was none', async () => {
    const [first = '', second = ''] = [...sandbox.deliver(await create(), { until: 'created' }), ...sandbox.deliver(await create())];
    const list = async (filter: string): Promise<unknown[]> => (await client.get(`A_OutbDeliveryHeader?$filter=${encodeURIComponent(filter)}&$orderby=DeliveryDocument`)).json().d.results.map((row) => row.DeliveryDocument);
    assert.deepEqual(await list("SalesOrganization eq '1010'"), [first, second]);
    assert.deepEqual(await list("LastChangeDate ge datetime'2026-11-02T00:00:00'"), [second]);
    assert.deepEqual(await list("(LastChangeDate eq datetime'2026-11-02T00:00:00' or CreationDate eq datetime'2026-11-02T00:00:00')"), [first, second]);
    assert.deepEqual(await list("CreationDate gt datetime'2026-11-02T00:00:00'"), []);
  });

  it('cannot be written here, and what is not there is refused', async () => {
    const [delivery = ''] = sandbox.deliver(await create());
    await client.fetchToken();
    assert.equal((await client.send('PATCH', `A_OutbDeliveryHeader('${delivery}')`, { BillOfLading: 'x' }, { 'if-match': '*' })).status, 405);
    assert.equal((await client.get("A_OutbDeliveryHeader('1')")).status, 404);
    assert.throws(() => sandbox.deliver('1'), RangeError);
  });

  it('are still there after a restart, and numbers go on', async () => {
    await sandbox.close();
    const dataDir = mkdtempSync(join(tmpdir(), 'b2b-deliveries-'));
    try {
      await start({ dataDir });
      const [first = ''] = sandbox.deliver(await create(), { packages: [{}] });
      await sandbox.close();
      await start({ dataDir });
      assert.equal((await header(first)).OverallGoodsMovementStatus, 'C');
      const [second = ''] = sandbox.deliver(await create(), { packages: [{}] });
      assert.equal(Number(second), Number(first) + 1);
    } finally {
      rmSync(dataDir, { recursive: true, force: true });
    }
  });
});
