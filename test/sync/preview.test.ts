import assert from 'node:assert/strict';
import type { InventoryLevel, Order } from '../../lib/documents/types';
import { Breaker } from '../../lib/delivery/breaker';
import type { WriteRequest } from '../../lib/sync/operation';
import { preview, type Preview } from '../../lib/sync/preview';
import { Desk, origin, policies, refusalOf } from './desk';
import { openShop, type Shop } from '../contract/shopify/support';

describe('C54 dry run', () => {
  describe('of orders in an ERP', () => {
    let desk: Desk;
    beforeEach(async () => { desk = await Desk.open(); });
    afterEach(() => desk.close());

    const order = (): Order => desk.system.order('D-1');
    const tried = (document: Order, request: Partial<WriteRequest> = {}): Promise<Preview> =>
      preview({ operation: 'create', entity: 'order', document, policies, ...request }, desk.services);
    const writes = (): number => Object.values(desk.system.sandbox.counters.writes).reduce((sum, count) => sum + count, 0);

    it('tells all fields of a new order, and writes nothing', async () => {
      const { outcome, changes, system } = await tried(order());
      assert.deepEqual([outcome, system], ['created', desk.erp.system]);
      assert.deepEqual(changes.find(({ path }) => path === 'PurchaseOrderByCustomer'), { path: 'PurchaseOrderByCustomer', after: order().orderNumber });
      assert.ok(changes.some(({ path, before }) => path === 'to_Item[0].Material' && before === undefined));
      assert.equal(writes(), 0);
      assert.deepEqual(desk.system.sandbox.orders(), []);
    });

    it('of an order that is there tells only what differs, before and after', async () => {
      await desk.create(order());
      const before = writes();
      assert.deepEqual((await tried(order())).changes, []);
      const { outcome, changes, externalId } = await tried({ ...order(), requestedDeliveryDate: '2027-03-01' }, { operation: 'update' });
      assert.equal(outcome, 'updated');
      assert.equal(externalId?.id, desk.only(order().orderNumber).SalesOrder);
      assert.ok(changes.length > 0 && changes.every(({ path }) => path.includes('RequestedDeliveryDate')), JSON.stringify(changes));
      assert.equal(writes(), before);
    });

    it('creates no customer either, and says what a real run would refuse', async () => {
      const guest = { ...order(), buyerParty: { contact: { name: 'Nobody', email: 'nobody@example.org' } } };
      const { changes } = await tried(guest, { policies: { ...policies, onMissingCustomer: 'create' } });
      assert.deepEqual(changes.find(({ path }) => path === 'SoldToParty'), { path: 'SoldToParty', after: '(new customer)' });
      assert.equal((await refusalOf(tried(guest))).code, 'DATA_UNKNOWN_CUSTOMER');
      assert.equal(writes(), 0);
    });

    it('tells of a cancellation', async () => {
      await desk.create(order());
      const before = writes();
      const { outcome, changes } = await tried(order(), { operation: 'cancel' });
      assert.equal(outcome, 'cancelled');
      assert.deepEqual(changes, [{ path: 'orderStatus', before: 'open', after: 'cancelled' }]);
      assert.equal(writes(), before);
    });
  });

  it('of stock in a shop tells the level before and after', async () => {
    await using shop: Shop = await openShop();
    const desk = await Desk.open();
    try {
      const services = { ...desk.services, connection: shop.connection, breaker: new Breaker({ system: shop.connection.system }) };
      const sku = shop.sandbox.world.products[0]?.sku ?? '';
      const before = shop.sandbox.stock(sku, 'Augsburg').available;
      const time = new Date().toISOString();
      const level = (available: number): InventoryLevel => ({
        schemaVersion: '1.0', id: 'x', externalIds: [{ system: origin, type: 'StockLocation', id: 'x' }], version: { sourceUpdatedAt: time }, sku, location: { code: 'Augsburg' }, mode: 'absolute',
        asOf: time, includesOpenCommerceOrders: true, unitCode: 'C62', quantities: { available: String(available) },
      });
      const tried = (document: InventoryLevel): Promise<Preview> => preview({ operation: 'upsert', entity: 'inventory', document, policies }, services);
      assert.deepEqual((await tried(level(before + 7))).changes, [{ path: 'available', before, after: before + 7 }]);
      assert.equal((await tried(level(before))).outcome, 'unchanged');
      assert.deepEqual(shop.sandbox.counters.mutations, {});
    } finally {
      await desk.close();
    }
  });
});
