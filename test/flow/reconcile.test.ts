import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { recordsByNumber } from '../../lib/delivery/records';
import { openLmdbStore } from '../../lib/store/lmdb';
import type { Report } from '../../lib/sync/reconcile/report';
import { makeWorld } from '../../sandbox/world';
import { example, type FlowNodes } from '../support/examples';
import { startNodeRed, type NodeRed } from '../support/node-red';
import { erpNumber, SandboxProcess, sandboxEnv, until, type ErpOrder, type ShopOrder } from '../support/sandboxes';

const reconciliation = example('nightly reconciliation/Shopify and SAP S4HANA', { 'b2b-retry': { base: 0.2, cap: 1 } });
const named = (name: string): FlowNodes[number] => reconciliation.find((node) => node['name'] === name) ?? assert.fail(name);
/** Logs each report, so that the test can read it. */
const reports: FlowNodes[number] = { id: 'reports', z: String(named('Orders')['z']), type: 'function', name: '', func: 'node.log("report " + JSON.stringify(msg.payload)); return null;', outputs: 1, timeout: 0, noerr: 0, initialize: '', finalize: '', libs: [], x: 100, y: 700, wires: [[]] };
const { products, sites } = makeWorld();
const count = 40;

describe('the reconciliation example in a real Node-RED', function () {
  this.timeout(120_000);
  let shop: SandboxProcess;
  let erp: SandboxProcess;
  let red: NodeRed;
  let read = 0;

  before(async () => {
    [shop, erp] = await Promise.all([SandboxProcess.start('shopify', '--points', '1000000000'), SandboxProcess.start('sap-s4hana')]);
    await shop.fault({ kind: 'drop-delivery', oneIn: 1 });
    const flows = [
      // Order sync as it comes, but every webhook is lost and nothing is polled.
      ...example('order sync/Shopify to SAP S4HANA', { 'b2b-commerce-events': { poll: 0 }, 'global-config': { id: 'other-modules' } }),
      ...reconciliation.map((node) => node.type === 'b2b-reconcile' ? { ...node, wires: [(node['wires'] as string[][])[0], ['reports']] } : node), reports,
    ];
    red = await startNodeRed({ flows, env: sandboxEnv(shop, erp) });
    await until(async () => (await shop.get<unknown[]>('subscriptions')).length > 0, 20_000, 50);
  });
  after(async () => {
    await red.stop();
    await rm(red.userDir, { recursive: true, force: true });
    await Promise.all([shop.stop(), erp.stop()]);
  });

  /** Presses a button and returns both reports that it brings. */
  async function press(button: 'Run now' | 'Confirm'): Promise<Record<'order' | 'inventory', Report>> {
    const answer = await fetch(`${red.url}/inject/${named(button).id}`, { method: 'POST' });
    assert.equal(answer.status, 200);
    const all = (): Report[] => [...red.log().matchAll(/report (\{.*\})/g)].map(([, text]) => JSON.parse(text ?? '') as Report);
    await until(() => Promise.resolve(all().length >= read + 2), 40_000, 50);
    const fresh = all().slice(read);
    read += fresh.length;
    return Object.fromEntries(fresh.map((report) => [report.entity, report])) as Record<'order' | 'inventory', Report>;
  }
  const orders = (): Promise<ShopOrder[]> => shop.get<ShopOrder[]>('orders');
  const inShop = async (sku: string, location: string): Promise<number> => (await shop.get<{ available: number }>(`stock?sku=${sku}&location=${location}`)).available;
  const written = async (): Promise<number> => (await shop.get<{ quantitiesWritten: number }>('shop')).quantitiesWritten;

  it('all the stock differs at first: it is held, goes once somebody confirms, and is the same then', async () => {
    const { inventory } = await press('Run now');
    assert.deepEqual([inventory.held, inventory.unconfirmed, inventory.sent], [true, inventory.counts.different, 0]);
    assert.ok(inventory.unconfirmed > inventory.limit);
    assert.equal(await written(), 0);
    const after = await press('Confirm');
    assert.equal(after.inventory.sent, inventory.unconfirmed);
    await until(async () => await written() === inventory.unconfirmed, 40_000);
    const again = await press('Run now');
    assert.deepEqual([again.inventory.counts.different, again.inventory.counts.equal], [0, products.length * sites.length]);
  });

  it('C15 stock that was changed behind our back in the shop is set right', async () => {
    const sku = products[5]?.sku ?? '';
    const right = await inShop(sku, 'Dresden');
    const before = await written();
    await shop.post('stock', { sku, location: 'Dresden', available: right + 1000 });
    const { inventory } = await press('Run now');
    assert.deepEqual(inventory.samples.different?.map(({ key, fields }) => [key, fields?.[0]?.here, fields?.[0]?.there]), [[`${sku}/Dresden`, String(right), String(right + 1000)]]);
    await until(async () => await inShop(sku, 'Dresden') === right, 20_000);
    assert.equal(await written(), before + 1);
  });

  it('C05 C31 brings every order whose webhook was lost into SAP, once, an archived one too, and reports which', async () => {
    await shop.post('place', { count, overrides: { channel: 'b2b', lines: 2, createdAt: Date.now() - 60_000 } });
    const placed = await orders();
    await shop.post('archive', { id: placed[3]?.id });
    // Archived in the very second of its start it would be one that changes during the run.
    const second = Math.floor(Date.now() / 1000);
    await until(() => Promise.resolve(Math.floor(Date.now() / 1000) > second), 2000, 50);
    const { order: report } = await press('Run now');
    assert.deepEqual([report.counts.missingThere, report.sent, report.held], [count, count, false]);
    assert.deepEqual(report.samples.missingThere?.length, 10);
    assert.ok(report.samples.missingThere.every(({ key }) => placed.some(({ name }) => name === key)));
    assert.deepEqual([report.read.here.count, report.read.here.first, report.read.here.last], [count, placed[0]?.name, placed.at(-1)?.name]);

    await until(async () => (await orders()).every((order) => erpNumber(order) !== undefined), 60_000);
    const sales = await erp.get<ErpOrder[]>('orders');
    assert.deepEqual(sales.map((one) => one.PurchaseOrderByCustomer).sort(), placed.map(({ name }) => name).sort());
    const store = await openLmdbStore(join(red.userDir, 'b2b/store'));
    try {
      for (const { name } of placed) await until(async () => (await recordsByNumber(store, name)).some(({ state, foundby }) => state === 'done' && foundby === 'reconcile'), 10_000, 20);
    } finally {
      await store.close();
    }
    assert.equal((await shop.get<unknown[]>('deliveries')).length, 0);
    // What was brought back to the shop by then has changed during no run.
    await until(async () => (await press('Run now')).order.counts.equal === count, 20_000);
    assert.equal((await erp.get<ErpOrder[]>('orders')).length, count);
  });
});
