import assert from 'node:assert/strict';
import Big from 'big.js';
import type { Shipment } from '../../lib/documents/types';
import type { Order } from '../../sandbox/shopify';
import { webhookOf } from '../contract/shopify/support';
import { BothSides } from './both-sides';

describe('C34 a line of the shop that two locations are to send', () => {
  let sides: BothSides;
  beforeEach(async () => { sides = await BothSides.open({ orderLocations: 'read' }); });
  afterEach(() => sides.close());

  /** Five of the first product, three of them from Augsburg and two from Dresden; the other lines from Augsburg. */
  function split(): Order {
    const order = sides.place();
    sides.shop.sandbox.reassign(order.id, 0, 2, 'Dresden');
    return order;
  }
  const plants: Record<string, string> = { 1010: 'Augsburg', 1020: 'Dresden' };
  const inErp = (order: Order): unknown[] => sides.erp(order).to_Item.map((item) => [Number(item['SalesOrderItem']), sides.now(order).lines.findIndex(({ id }) => id === item['PurchaseOrderByShipToParty']), plants[String(item['ProductionPlant'])], Number(item['RequestedQuantity'])]);

  it('is two items at two plants in the ERP, each with the quantity of its location, and the same total to the cent', async () => {
    const order = split();
    const { lines } = await sides.canonical(order);
    assert.deepEqual(lines[0]?.allocations, [{ location: { code: 'Augsburg' }, quantity: '3' }, { location: { code: 'Dresden' }, quantity: '2' }]);
    assert.deepEqual([lines[0].location, lines[1]?.location, lines[1]?.allocations], [undefined, { code: 'Augsburg' }, undefined]);
    await sides.toErp(order);
    assert.deepEqual(inErp(order), [[10, 0, 'Augsburg', 3], [11, 0, 'Dresden', 2], [20, 1, 'Augsburg', 2], [30, 2, 'Augsburg', 3], [40, 3, 'Augsburg', 1]]);
    const { total } = sides.inShop(order) as { total: string };
    assert.equal(sides.desk.system.sandbox.payable(sides.number(order)), total);
  });

  it('keeps the net of a line that cannot be parted evenly', async () => {
    const order = sides.place({
      lines: [{ sku: sides.sku(0), quantity: 7, price: '3.33', taxes: [] }], shipping: null,
      discounts: [{ kind: 'manual', title: 'Dent', target: 'line_item', selection: 'all', value: { percent: 10 } }],
    });
    sides.shop.sandbox.reassign(order.id, 0, 3, 'Dresden');
    await sides.toErp(order);
    const net = sides.erp(order).to_Item.map((item) => new Big(String(item['NetAmount'])).toFixed(2));
    assert.deepEqual(net, ['11.99', '8.99'], 'of 20.98');
  });

  it('comes back as a fulfilment from each location, of the quantity that left there', async () => {
    const order = split();
    await sides.toErp(order);
    const { erp, system: { sandbox } } = sides.desk;
    const { connection } = sides.shop;
    for (const number of sandbox.deliver(sides.number(order))) {
      const shipment = erp.toCanonical('shipment', await erp.get('shipment', number) ?? assert.fail()) as unknown as Shipment;
      assert.ok(shipment.lines.every(({ orderLinePosition }) => orderLinePosition !== undefined));
      await connection.create('shipment', connection.fromCanonical('shipment', { ...shipment }));
    }
    const { fulfillments, lines } = sides.now(order);
    const sent = fulfillments.map(({ site, lines: all }) => [sides.shop.sandbox.world.sites[site]?.name, all.map(({ line, quantity }) => [lines.findIndex(({ id }) => id === line), quantity])]);
    assert.deepEqual(sent.sort(), [['Augsburg', [[0, 3], [1, 2], [2, 3], [3, 1]]], ['Dresden', [[0, 2]]]]);
  });

  it('the same order again changes nothing; what the ERP has of both items together is what the shop hears', async () => {
    const order = split();
    await sides.toErp(order);
    const before = sides.writes;
    await sides.toErp(order);
    assert.equal(sides.writes, before);
    await sides.toShop(order);
    assert.deepEqual(sides.now(order).lines.map(({ currentQuantity }) => currentQuantity), [5, 2, 3, 1]);
    await sides.inSap(order, 0, { RequestedQuantity: '2' });
    await sides.toShop(order);
    assert.equal(sides.now(order).lines[0]?.currentQuantity, 4);
  });

  it('an edit of another line is written; one of the line that was split is a conflict that somebody looks at', async () => {
    const order = split();
    await sides.toErp(order);
    sides.shop.sandbox.updateOrder(order.id, { quantities: { 2: 1 } });
    await sides.toErp(order);
    assert.deepEqual((inErp(order)[3] as unknown[])[3], 1);
    sides.shop.sandbox.updateOrder(order.id, { quantities: { 0: 4 } });
    await assert.rejects(sides.toErp(order), { code: 'CONFLICT_ORDER_CLOSED' });
  });

  it('a location that the ERP\'s settings do not name is refused by name', async () => {
    const order = split();
    const document = await sides.canonical(order);
    const [line = assert.fail(), ...others] = document.lines;
    const { allocations: _, ...bare } = line;
    await assert.rejects(sides.send({ ...document, lines: [{ ...bare, location: { code: 'Nowhere' } }, ...others] }), { code: 'DATA_UNKNOWN_LOCATION' });
  });

  it('by webhook the order itself is read, for the webhook does not know; without the setting nobody asks', async () => {
    const order = split();
    const { webhooks } = sides.shop.connection;
    const delivery = webhooks?.delivery({ 'x-shopify-topic': 'orders/create' }, '') ?? assert.fail();
    assert.equal(webhooks?.read(webhookOf(sides.shop, order), delivery).partial, true);
    await sides.close();
    sides = await BothSides.open();
    const other = split();
    const { lines: [line] } = await sides.canonical(other);
    assert.deepEqual([line?.location, line?.allocations], [undefined, undefined]);
    await sides.toErp(other);
    sides.assertEqual(other);
  });
});
