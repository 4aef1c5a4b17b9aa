import assert from 'node:assert/strict';
import type { Connection, Native } from '../../../lib/connectors/contract';
import type { Shipment } from '../../../lib/documents/types';
import { checkDocument } from '../../../lib/documents/validate';
import { fromOrder, System } from './system';

const dayMs = 86_400_000;
const monday = Date.UTC(2026, 10, 23, 9, 15, 30);

describe('SAP S/4HANA deliveries', () => {
  let now: number;
  let system: System;
  let erp: Connection;
  const rows = { stockLocations: [{ plant: '1010', location: 'augsburg' }, { plant: '1020', location: 'dresden' }] };
  beforeEach(async () => {
    now = monday;
    system = await System.start({ materials: 12, now: () => now });
    erp = system.connect(rows, { now: () => now });
  });
  afterEach(() => system.stop());

  /** A sales order of three items (1, 2 and 3 pieces): its number. */
  async function ordered(number: string, change = {}): Promise<string> { return (await erp.create('order', fromOrder(erp, system.order(number, change)))).externalId.id; }
  async function all(options: { updatedSince?: string; pageSize?: number } = {}, connection = erp): Promise<Native[]> {
    const found: Native[] = [];
    for await (const { records } of connection.list('shipment', options)) found.push(...records);
    return found;
  }
  const numbers = (natives: Native[]): string[] => natives.map((native) => erp.identify('shipment', native).id);
  async function shipment(delivery: string, connection = erp): Promise<Shipment> {
    const native = await connection.get('shipment', delivery);
    assert.ok(native);
    const document = connection.toCanonical('shipment', native) as unknown as Shipment;
    assert.deepEqual(checkDocument('shipment', document), []);
    return document;
  }
  const timeOf = async (delivery: string): Promise<string> => {
    const native = await erp.get('shipment', delivery);
    assert.ok(native);
    return erp.identify('shipment', native).time;
  };
  const reads = (): number => system.sandbox.requests.filter(({ method }) => method === 'GET').length;

  it('is a valid document that names its order in both systems, and its lines by item and position', async () => {
    const order = await ordered('#1001');
    const [delivery = ''] = system.sandbox.deliver(order, {
      carrier: 'Spedition Nord', packages: [{ trackingNumber: 'T-1', sscc: '00340123450000000017', items: { 10: '1', 20: '2' } }, { trackingNumber: 'T-2', items: { 30: '3' } }],
    });
    const document = await shipment(delivery);
    assert.deepEqual([document.shipmentNumber, document.status, document.despatchedAt, document.shipFrom], [delivery, 'shipped', '2026-11-23T09:15:30.000Z', { code: 'augsburg' }]);
    assert.deepEqual(document.orderRefs, [{ number: '#1001', externalIds: [{ system: erp.system, type: 'SalesOrder', id: order, number: order }] }]);
    assert.deepEqual(document.lines.map(({ id, orderLineId, orderLinePosition, deliveredQuantity }) => [id, orderLineId, orderLinePosition, deliveredQuantity]), [
      ['10', '10', 1, { value: '1', unitCode: 'C62' }], ['20', '20', 2, { value: '2', unitCode: 'C62' }], ['30', '30', 3, { value: '3', unitCode: 'C62' }],
    ]);
    assert.deepEqual(document.carrier, { code: '300001', name: 'Spedition Nord' });
    assert.deepEqual(document.packages?.map(({ trackingNumber, sscc, lineIds }) => [trackingNumber, sscc, lineIds]), [['T-1', '340123450000000017', ['10', '20']], ['T-2', undefined, ['30']]]);
    assert.equal(document.deliveryAddress?.countryCode, system.sandbox.world.companies[0]?.country);
  });

  it('without numbers on its packages the bill of lading is what it is tracked by', async () => {
    const [delivery = ''] = system.sandbox.deliver(await ordered('1002'), { billOfLading: 'B/L 7' });
    assert.deepEqual((await shipment(delivery)).packages, [{ trackingNumber: 'B/L 7' }]);
    const [packed = ''] = system.sandbox.deliver(await ordered('1003'), { billOfLading: 'B/L 8', packages: [{}, {}] });
    assert.deepEqual((await shipment(packed)).packages?.map(({ trackingNumber }) => trackingNumber), ['B/L 8', undefined]);
  });

  it('goes from planned to picked, shipped, cancelled by a reversal, and shipped again, each later than the one before', async () => {
    const [delivery = ''] = system.sandbox.deliver(await ordered('1004'), { until: 'created' });
    const states: [string, string][] = [];
    const look = async (): Promise<void> => { states.push([(await shipment(delivery)).status, await timeOf(delivery)]); };
    await look();
    for (const step of ['issueGoods', 'reverseIssue', 'issueGoods'] as const) {
      system.sandbox[step](delivery);
      await look();
    }
    assert.deepEqual(states.map(([status]) => status), ['planned', 'shipped', 'cancelled', 'shipped']);
    const times = states.map(([, time]) => time);
    assert.deepEqual([...new Set(times)].sort(), times);
    assert.ok(times.every((time) => time.startsWith('2026-11-23T12:00:00.')));
    const [picked = ''] = system.sandbox.deliver(await ordered('1005'), { until: 'picked' });
    assert.equal((await shipment(picked)).status, 'picked');
    assert.equal((await shipment(picked)).despatchedAt, undefined);
  });

  it('C34 is one for each plant, and says from which location', async () => {
    const [first, second] = system.order('1006').lines;
    assert.ok(first && second);
    const order = await ordered('1006');
    const deliveries = [...system.sandbox.deliver(order, { quantities: { 30: '2' }, plant: '1020' }), ...system.sandbox.deliver(order)];
    const documents = await Promise.all(deliveries.map((one) => shipment(one)));
    assert.deepEqual(documents.map(({ shipFrom, lines }) => [shipFrom?.code, lines.map(({ orderLineId, deliveredQuantity: { value } }) => [orderLineId, value])]), [
      ['dresden', [['30', '2']]], ['augsburg', [['10', '1'], ['20', '2'], ['30', '1']]],
    ]);
    const bare = system.connect({ stockLocations: [] });
    assert.deepEqual((await shipment(deliveries[0] ?? '', bare)).shipFrom, { code: '1020' });
  });

  it('C33 the same product on two items stays two lines', async () => {
    const [line] = system.order('1007').lines;
    assert.ok(line);
    const order = await ordered('1007', { lines: [line, { ...line, id: 'l2' }, { ...line, id: 'l3' }], monetaryTotal: Object.fromEntries(['lineExtensionAmount', 'taxExclusiveAmount', 'taxInclusiveAmount', 'payableAmount'].map((name) => [name, { value: '30.00', currency: 'EUR' }])) });
    const [delivery = ''] = system.sandbox.deliver(order, { quantities: { 10: '1', 30: '1' } });
    const { lines } = await shipment(delivery);
    assert.deepEqual(lines.map(({ orderLinePosition, item }) => [orderLinePosition, item.sku]), [[1, line.item.sku], [3, line.item.sku]]);
  });

  it('an item split off another is that one\'s line; one that SAP added is none', async () => {
    const order = await ordered('1008');
    const [, second] = system.sandbox.orders()[0]?.to_Item ?? [];
    system.sandbox.changeRow('A_SalesOrderItem', `${order}|30`, { HigherLevelItem: '20', Material: second?.Material ?? '' });
    const [split = ''] = system.sandbox.deliver(order);
    assert.deepEqual((await shipment(split)).lines.map(({ orderLineId, orderLinePosition }) => [orderLineId, orderLinePosition]), [['10', 1], ['20', 2], ['30', 2]]);
    system.sandbox.changeRow('A_SalesOrderItem', `${order}|30`, { HigherLevelItem: '20', Material: 'GIFT' });
    assert.deepEqual((await shipment(split)).lines.map(({ orderLinePosition }) => orderLinePosition), [1, 2, undefined]);
  });

  describe('are listed', () => {
    it('C13 complete whatever the page size, the oldest day first', async () => {
      const made: string[] = [];
      for (let day = 0; day < 3; day++) {
        for (let n = 0; n < 3; n++) made.push(...system.sandbox.deliver(await ordered(`L-${String(day)}-${String(n)}`), { until: 'created' }));
        now += day === 0 ? dayMs : 40 * dayMs;
      }
      system.sandbox.issueGoods(made[1] ?? '');
      const expected = [...made.filter((_, at) => at !== 1), made[1]];
      for (const pageSize of [1, 2, 3, 8, 9, 10, 100]) {
        const found = await all({ pageSize });
        assert.deepEqual(numbers(found), expected, `page size ${String(pageSize)}`);
        const times = found.map((native) => erp.identify('shipment', native).time.slice(0, 10));
        assert.deepEqual([...times].sort(), times);
      }
    });

    it('goes on from a cursor', async () => {
      for (let n = 0; n < 5; n++) system.sandbox.deliver(await ordered(`C-${String(n)}`));
      for await (const { cursor, records } of erp.list('shipment', { pageSize: 2 })) {
        assert.ok(cursor !== undefined);
        const rest: Native[] = [];
        for await (const page of erp.list('shipment', { cursor })) rest.push(...page.records);
        assert.equal(records.length + rest.length, 5);
        assert.equal(new Set(numbers([...records, ...rest])).size, 5);
        break;
      }
    });

    it('since a time: what changed on its day or later, also shortly after midnight what may have been late', async () => {
      const [old = ''] = system.sandbox.deliver(await ordered('S-1'), { until: 'created' });
      const [young = ''] = system.sandbox.deliver(await ordered('S-2'), { until: 'created' });
      now = Date.UTC(2026, 10, 25, 9);
      assert.deepEqual(await all({ updatedSince: new Date(now).toISOString() }), []);
      system.sandbox.issueGoods(old);
      const [issued] = await all({ updatedSince: new Date(now + 5000).toISOString() });
      assert.ok(issued);
      assert.deepEqual(numbers(await all({ updatedSince: erp.identify('shipment', issued).time })), [old]);
      assert.deepEqual(numbers(await all({ updatedSince: '2026-11-23T00:00:00Z' })), [young, old]);
      now = Date.UTC(2026, 10, 26, 0, 30);
      assert.deepEqual(numbers(await all({ updatedSince: new Date(now).toISOString() })), [old]);
    });

    it('only those of orders of the sales organisation', async () => {
      const [mine = ''] = system.sandbox.deliver(await ordered('O-1'));
      const [theirs = ''] = system.sandbox.deliver(await ordered('O-2'));
      const [transfer = ''] = system.sandbox.deliver(await ordered('O-3'), { quantities: { 10: '1' } });
      system.sandbox.changeRow('A_OutbDeliveryHeader', theirs, { SalesOrganization: '2020' });
      system.sandbox.changeRow('A_OutbDeliveryItem', `${transfer}|10`, { ReferenceSDDocumentCategory: 'V' });
      assert.deepEqual(numbers(await all()), [mine]);
      assert.deepEqual([await erp.get('shipment', theirs), await erp.get('shipment', transfer), await erp.get('shipment', '1')], [undefined, undefined, undefined]);
    });

    it('a page of them costs two calls, however many orders they are of', async () => {
      for (let n = 0; n < 6; n++) system.sandbox.deliver(await ordered(`P-${String(n)}`));
      const before = reads();
      assert.equal((await all({ updatedSince: new Date(now).toISOString() })).length, 6);
      assert.equal(reads() - before, 2);
      assert.ok(system.sandbox.requests.at(-2)?.url.includes('API_OUTBOUND_DELIVERY_SRV;v=0002/'));
    });
  });
});
