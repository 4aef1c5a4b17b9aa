import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import type { Order } from '../../sandbox/shopify';
import { example } from '../support/examples';
import { startNodeRed, type NodeRed } from '../support/node-red';
import { SandboxProcess, sandboxEnv, until, type ErpOrder } from '../support/sandboxes';

const flows = example('shipments/SAP S4HANA to Shopify', { 'b2b-erp-changes': { poll: 0.02 }, 'b2b-commerce-events': { poll: 0.02 }, 'b2b-retry': { base: 0.2, cap: 1 } });
const count = 6;

describe('the shipment example in a real Node-RED', function () {
  this.timeout(120_000);
  let shop: SandboxProcess;
  let erp: SandboxProcess;
  let red: NodeRed;

  before(async () => {
    [shop, erp] = await Promise.all([SandboxProcess.start('shopify'), SandboxProcess.start('sap-s4hana')]);
    red = await startNodeRed({ flows, env: sandboxEnv(shop, erp) });
    await shop.post('place', { count, overrides: { channel: 'b2b', lines: 3 } });
    await until(async () => (await sales()).length === count, 60_000);
  });
  after(async () => {
    await red.stop();
    await rm(red.userDir, { recursive: true, force: true });
    await Promise.all([shop.stop(), erp.stop()]);
  });

  const sales = (): Promise<ErpOrder[]> => erp.get<ErpOrder[]>('orders');
  const orders = (): Promise<Order[]> => shop.get<Order[]>('orders');
  const sent = (order: Order): Order['fulfillments'] => order.fulfillments.filter(({ status }) => status === 'success');
  const all = async (check: (order: Order) => boolean): Promise<boolean> => (await orders()).every(check);

  it('C33 a delivery of one item becomes a fulfilment of its line, with its tracking number', async () => {
    for (const { SalesOrder } of await sales()) await erp.post('deliver', { salesOrder: SalesOrder, item: '20', packages: [{ trackingNumber: `T-${SalesOrder}` }] });
    await until(() => all((order) => sent(order).length === 1), 30_000);
    const numbers = new Map((await sales()).map(({ SalesOrder, PurchaseOrderByCustomer }) => [PurchaseOrderByCustomer, `T-${SalesOrder}`]));
    for (const order of await orders()) {
      const [{ lines, tracking } = { lines: [], tracking: { numbers: [] } }] = sent(order);
      assert.deepEqual([lines, tracking.numbers], [[{ line: order.lines[1]?.id, quantity: order.lines[1]?.quantity }], [numbers.get(order.name)]]);
    }
  });

  it('C01 after a kill amid the rest, and answers lost on the way, each order is fulfilled exactly', async () => {
    await shop.fault({ kind: 'lost-response', path: 'graphql', oneIn: 5 });
    const { userDir, url } = red;
    for (const { SalesOrder } of await sales()) await erp.post('deliver', { salesOrder: SalesOrder });
    await until(async () => !await all((order) => sent(order).length === 1), 20_000, 5);
    await red.kill();
    await shop.clearFaults();
    red = await startNodeRed({ userDir, port: Number(new URL(url).port), env: sandboxEnv(shop, erp) });
    await until(() => all(({ fulfillmentStatus }) => fulfillmentStatus === 'fulfilled'), 60_000);
    for (const order of await orders()) {
      for (const line of order.lines) assert.equal(sent(order).flatMap(({ lines }) => lines).reduce((sum, one) => sum + (one.line === line.id ? one.quantity : 0), 0), line.quantity, order.name);
      assert.equal(sent(order).length, 2);
    }
  });

  it('a goods issue that is taken back takes the fulfilment back', async () => {
    const [order] = await sales();
    await erp.post('reverse-issue', { delivery: '80000001' });
    await until(async () => !await all(({ fulfillmentStatus }) => fulfillmentStatus === 'fulfilled'), 30_000);
    const partial = (await orders()).filter(({ fulfillmentStatus }) => fulfillmentStatus === 'partial');
    assert.deepEqual(partial.map(({ name }) => name), [order?.PurchaseOrderByCustomer]);
  });
});
