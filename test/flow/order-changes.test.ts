import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import Big from 'big.js';
import { DeadLetters, type DeadLetter } from '../../lib/delivery/dead-letters';
import { openLmdbStore } from '../../lib/store/lmdb';
import { startSapSandbox, type SapSandbox } from '../../sandbox/sap-s4hana';
import { startShopifySandbox, type Order, type ShopifySandbox } from '../../sandbox/shopify';
import { example } from '../support/examples';
import { startNodeRed, type NodeRed } from '../support/node-red';
import { until } from '../support/sandboxes';

const flows = example('order changes/Shopify to SAP S4HANA', { 'b2b-commerce-events': { poll: 0 }, 'b2b-erp-changes': { poll: 0.01 }, 'b2b-retry': { base: 0.2, cap: 1 } });

describe('the example of order changes in a real Node-RED', function () {
  this.timeout(120_000);
  let shop: ShopifySandbox;
  let erp: SapSandbox;
  let red: NodeRed;

  before(async () => {
    [shop, erp] = await Promise.all([startShopifySandbox({ bucket: { size: 1e6, restoreRate: 1e6 } }), startSapSandbox()]);
    const line = ({ url, settings, secrets }: ShopifySandbox | SapSandbox): string => JSON.stringify({ url, settings, secrets });
    red = await startNodeRed({ flows, env: { B2B_SANDBOX_SHOPIFY: line(shop), B2B_SANDBOX_SAP_S4HANA: line(erp) } });
    await until(() => Promise.resolve(['ORDERS_UPDATED', 'ORDERS_CANCELLED'].every((topic) => shop.subscriptions().some((one) => one.topic === topic))), 30_000, 50);
  });
  after(async () => {
    await red.stop();
    await rm(red.userDir, { recursive: true, force: true });
    await Promise.all([shop.close(), erp.close()]);
  });

  const place = (): Order => shop.placeOrder({
    channel: 'b2b', company: 1, currency: 'EUR', taxesIncluded: false, discounts: [], shipping: '4.90', payment: 'pending',
    lines: [{ sku: 'MAT-00001', quantity: 5, price: '10.00' }, { sku: 'MAT-00001', quantity: 2, price: '9.00' }],
  });
  const number = (order: Order): string => String(erp.ordersByReference(order.name)[0]?.['SalesOrder']);
  /** Quantities of open items in their order. */
  const inErp = (order: Order): number[] => (erp.ordersByReference(order.name)[0]?.to_Item ?? []).filter((item) => item['SalesDocumentRjcnReason'] === '').map((item) => Number(item['RequestedQuantity']));
  const inShop = (order: Order): number[] => (shop.order(order.id)?.lines ?? []).map(({ currentQuantity }) => currentQuantity);
  async function same(check: () => boolean, what: () => unknown): Promise<void> {
    await until(() => Promise.resolve(check()), 20_000, 50).catch(() => { throw new Error(`${JSON.stringify(what())}\n${red.log().slice(-3000)}`); });
  }
  async function synced(): Promise<Order> {
    const order = place();
    await same(() => shop.metafields(`gid://shopify/Order/${order.id}`).some(({ key }) => key === 'erp_number'), () => inErp(order));
    return order;
  }
  async function deadLetter(matches: (letter: DeadLetter) => boolean): Promise<DeadLetter> {
    const store = await openLmdbStore(join(red.userDir, 'b2b', 'store'));
    try {
      let found: DeadLetter | undefined;
      await until(async () => (found = (await new DeadLetters(store).list({ limit: 100 })).entries.find(matches)) !== undefined, 20_000, 100);
      return found ?? assert.fail();
    } finally {
      await store.close();
    }
  }

  it('C28 C30 an edit in the shop changes the sales order to the cent, and a cancellation rejects it', async () => {
    const order = await synced();
    shop.editOrder(order.id, [{ line: 0, quantity: 3 }, { sku: 'MAT-00002', quantity: 4 }]);
    await same(() => inErp(order).join() === '3,2,4', () => inErp(order));
    const { current_total_price: total } = JSON.parse(shop.payload(shop.order(order.id) ?? assert.fail())) as { current_total_price: string };
    await same(() => new Big(erp.payable(number(order))).eq(total), () => [erp.payable(number(order)), total]);
    shop.cancelOrder(order.id);
    await same(() => inErp(order).length === 0, () => inErp(order));
  });

  it('C30 what SAP lowers is taken off in the shop, and both stay so', async () => {
    const order = await synced();
    const row = erp.ordersByReference(order.name)[0] ?? assert.fail();
    erp.changeRow('A_SalesOrderItem', `${number(order)}|10`, { RequestedQuantity: '4.000' });
    erp.changeRow('A_SalesOrder', number(order), { LastChangeDateTime: String(row['LastChangeDateTime']).replace(/\d+/, String(Date.now() + 1000)) });
    await same(() => inShop(order).join() === '4,2', () => inShop(order));
    await same(() => inErp(order).sort().join() === '2,4', () => inErp(order));
  });

  it('C28 what has left is a conflict task that holds both versions', async () => {
    const order = await synced();
    erp.deliver(number(order), '10');
    shop.editOrder(order.id, [{ line: 0, quantity: 1 }]);
    const letter = await deadLetter(({ error }) => error.code === 'CONFLICT_ORDER_CLOSED');
    assert.deepEqual(letter.error.details.lines?.map(({ ordered, delivered, wanted, closed }) => [ordered, delivered, wanted, closed]), [['5', '5', '1', 'delivered'], ['2', '0', '2', undefined]]);
    assert.equal((letter.message as { payload: { orderNumber: string } }).payload.orderNumber, order.name);
    assert.deepEqual(inErp(order), [5, 2]);
  });

  it('an order that is cancelled at once ends as no open order', async () => {
    const order = place();
    shop.cancelOrder(order.id, 'inventory');
    const next = await synced();
    await same(() => inErp(order).length === 0, () => inErp(order));
    assert.deepEqual(inErp(next), [5, 2]);
  });
});
