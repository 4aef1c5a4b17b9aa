import assert from 'node:assert/strict';
import { startNodeRed, type NodeRed } from '../support/node-red';
import { example, exampleNames } from '../support/examples';
import { Bench } from '../support/rabbitmq';
import { erpNumber, SandboxProcess, sandboxEnv, until, type ErpOrder, type ShopOrder } from '../support/sandboxes';

describe('example flows in a real Node-RED', function () {
  this.timeout(120_000);
  let shop: SandboxProcess;
  let erp: SandboxProcess;
  let red: NodeRed | undefined;
  let broker: Bench | undefined;

  beforeEach(async () => {
    [shop, erp] = await Promise.all([SandboxProcess.start('shopify'), SandboxProcess.start('sap-s4hana')]);
  });
  afterEach(async () => {
    await red?.stop();
    await broker?.close();
    broker = undefined;
    await Promise.all([shop.stop(), erp.stop()]);
  });

  for (const name of exampleNames.filter((one) => one.startsWith('order sync/'))) {
    it(`${name}: every order of the shop becomes one sales order, and its number comes back`, async function () {
      if (name.includes('RabbitMQ')) broker = await Bench.open(this);
      const queue = broker?.name('example') ?? '';
      red = await startNodeRed({ flows: example(name, { 'b2b-rabbitmq-in': { queue }, 'b2b-rabbitmq-out': { queue } }), env: sandboxEnv(shop, erp) });
      await shop.post('place', { count: 25, perSecond: 50 });
      await until(async () => (await shop.get<ShopOrder[]>('orders')).filter((o) => erpNumber(o) !== undefined).length === 25, 60_000);
      const orders = await erp.get<ErpOrder[]>('orders');
      assert.equal(orders.length, 25);
      const numbers = new Map(orders.map((o) => [o.PurchaseOrderByCustomer, o.SalesOrder]));
      for (const order of await shop.get<ShopOrder[]>('orders')) assert.equal(erpNumber(order), numbers.get(order.name), order.name);
    });
  }
});
