import assert from 'node:assert/strict';
import helper from 'node-red-node-test-helper';
import { recordsByNumber } from '../../lib/delivery/records';
import type { InventoryLevel, Order } from '../../lib/documents/types';
import { checkDocument } from '../../lib/documents/validate';
import type { Difference } from '../../lib/sync/reconcile/differences';
import type { Report } from '../../lib/sync/reconcile/report';
import { showsStatus } from '../support/node-events';
import { catchNode, commerceNode, erpNode, Inlet, reconcileNode, retryNode, send, sink, SyncBench, type Message } from '../support/sync-flow';

describe('b2b-reconcile', function () {
  this.timeout(60_000);
  let bench: SyncBench;
  beforeEach(async () => { bench = await SyncBench.open(); });
  afterEach(() => bench.close());

  /** An order that was placed a minute ago. */
  const place = (): ReturnType<SyncBench['shop']['placeOrder']> => bench.shop.placeOrder({ company: 1, currency: 'EUR', lines: 2, createdAt: Date.now() - 60_000 });
  /** The node before a flow that brings orders into the ERP and tries again what fails. */
  async function open(changes: Record<string, unknown> = {}): Promise<{ done: Inlet; reports: Inlet; differences: Inlet }> {
    await bench.load(
      reconcileNode({ wires: [['differences', 'erp'], ['report']], ...changes }), erpNode({ operation: 'create', onMissingCustomer: 'create' }),
      catchNode('retry'), retryNode({ wires: [['erp'], []] }), sink(), sink('report'), sink('differences'),
    );
    return { done: new Inlet(), reports: new Inlet('report'), differences: new Inlet('differences') };
  }
  /** Sends a message, and returns the report it brings. */
  async function run(reports: Inlet, message: Message = {}): Promise<Report> {
    const answer = reports.next();
    send('reconcile', message);
    return (await answer).payload as Report;
  }
  const done = async (name: string): Promise<unknown> => {
    const { store } = await bench.services();
    for (;;) {
      const record = (await recordsByNumber(store, name)).find(({ state }) => state === 'done');
      if (record) return record.foundby;
      await new Promise((resolve) => { setTimeout(resolve, 10); });
    }
  };

  it('C05 brings what no webhook brought into the ERP, once, and reports it', async () => {
    const flow = await open();
    const orders = [place(), place(), place()];
    const answer = flow.reports.next();
    send('reconcile', { note: 'kept' });
    const { payload, topic, note } = await answer;
    const report = payload as Report;
    assert.deepEqual([topic, note, report.counts.missingThere, report.sent], ['order.reconciled', 'kept', 3, 3]);
    assert.deepEqual(report.samples.missingThere?.map(({ key }) => key), orders.map(({ name }) => name));
    await flow.done.count(3);
    for (const { name } of orders) {
      assert.equal(await done(name), 'reconcile');
      assert.equal(bench.erp.ordersByReference(name).length, 1);
    }
    const { event, topic: what, difference, payload: document } = flow.differences.all[0] ?? assert.fail();
    assert.deepEqual(checkDocument('order', document), []);
    const gid = `gid://shopify/Order/${orders[0]?.id ?? ''}`;
    assert.deepEqual([what, event?.['type'], event?.['foundby'], event?.['subject'], event?.['partitionkey'], event?.['originsystem']],
      ['order.created', 'b2b-sync.order.created.v1', 'reconcile', `order/${gid}`, `order:${gid}`, report.here]);
    assert.deepEqual(difference, { kind: 'missingThere', key: orders[0]?.name, here: gid, fields: [] });
    const again = await run(flow.reports);
    assert.deepEqual([again.counts.equal, again.sent], [3, 0]);
    assert.equal(flow.differences.all.length, 3);
  });

  it('a difference that the flow fails on is tried again; meanwhile the next run counts it as under way', async () => {
    const flow = await open();
    const order = place();
    const failed = showsStatus('retry', /retrying/);
    bench.erp.fault({ kind: 'html-error', status: 503, times: Infinity, match: ({ method }) => method === 'POST' });
    assert.equal((await run(flow.reports)).sent, 1);
    await failed;
    const report = await run(flow.reports);
    assert.deepEqual([report.counts.missingThere, report.counts.underWay, report.samples.underWay?.[0]?.reason], [0, 1, 'retry']);
    bench.erp.clearFaults();
    await flow.done.count(1);
    assert.equal(await done(order.name), 'reconcile');
    assert.deepEqual([bench.erp.ordersByReference(order.name).length, flow.differences.all.length], [1, 1]);
  });

  it('C44 holds many differences and says so; a message with confirm lets them go', async () => {
    const flow = await open({ guardMost: 1, guardPercent: 0 });
    const orders = [place(), place()];
    const shown = showsStatus('reconcile', /status\.held/);
    const report = await run(flow.reports);
    await shown;
    assert.deepEqual([report.held, report.sent, report.unconfirmed, flow.differences.all.length], [true, 0, 2, 0]);
    const released = await run(flow.reports, { confirm: true });
    assert.deepEqual([released.held, released.sent], [false, 2]);
    await flow.done.count(2);
    assert.deepEqual(flow.differences.all.map(({ payload }) => (payload as Order).orderNumber).sort(), orders.map(({ name }) => name));
  });

  it('what was held and is right by now is not sent', async () => {
    const flow = await open({ guardMost: 0, guardPercent: 0 });
    const [first, second] = [place(), place()];
    assert.equal((await run(flow.reports)).held, true);
    const document = flow.reports.all;
    assert.equal(document.length, 1);
    await helper.unload();
    // Somebody else brings the first of them.
    await bench.load(commerceNode({ operation: 'get', wires: [['erp']] }), erpNode({ operation: 'create', onMissingCustomer: 'create' }), sink());
    const brought = new Inlet();
    const arrived = brought.next();
    send('commerce', { payload: first.id });
    await arrived;
    await helper.unload();
    const later = await open({ guardMost: 0, guardPercent: 0 });
    await run(later.reports, { confirm: true });
    await later.done.count(1);
    assert.equal(await done(second.name), 'reconcile');
    const { store } = await bench.services();
    while ((await recordsByNumber(store, first.name)).length === 0) await new Promise((resolve) => { setTimeout(resolve, 10); });
    assert.deepEqual((await recordsByNumber(store, first.name)).map(({ state, reason }) => [state, reason]), [['skipped', 'unchanged']]);
    assert.equal(later.differences.all.length, 1);
  });

  it('stock that was changed behind our back goes straight into the shop', async () => {
    const { world } = bench.erp;
    for (const { sku } of world.products) for (const { plant, name } of world.sites) bench.shop.setStock({ sku, location: name, available: Math.floor(Number(bench.erp.stock(sku, plant))) });
    await bench.load(reconcileNode({ entity: 'inventory', right: 'erp', wires: [['commerce', 'differences'], ['report']] }), commerceNode({ operation: 'upsert', entity: 'inventory' }), sink(), sink('report'), sink('differences'));
    const [written, reports, differences] = [new Inlet(), new Inlet('report'), new Inlet('differences')];
    const sku = world.products[7]?.sku ?? '';
    const before = bench.shop.stock(sku, 'Dresden').available;
    bench.shop.setStock({ sku, location: 'Dresden', available: before + 50 });
    const end = written.next();
    const report = await run(reports);
    assert.equal(((await end).payload as InventoryLevel).sku, sku);
    assert.equal(bench.shop.stock(sku, 'Dresden').available, before);
    assert.deepEqual([report.counts.different, differences.all[0]?.topic], [1, 'inventory.updated']);
    assert.deepEqual((differences.all[0]?.['difference'] as Difference).fields, [{ path: 'quantities.available', here: String(before), there: String(before + 50) }]);
  });

  it('only reports if it is set so', async () => {
    const flow = await open({ dry: true });
    place();
    const report = await run(flow.reports, { confirm: true });
    assert.deepEqual([report.counts.missingThere, report.sent], [1, 0]);
    const second = await run(flow.reports);
    assert.deepEqual([second.counts.missingThere, flow.differences.all.length], [1, 0]);
  });

  it('runs by its schedule, and a message sent meanwhile joins the run', async () => {
    const flow = await open({ when: 'every', poll: 0.002 });
    place();
    const [first] = await flow.reports.count(2);
    assert.equal((first?.payload as Report).entity, 'order');
    await flow.done.count(1);
  });

  it('a run that fails reaches the catch node, and the status says why', async () => {
    await bench.load(reconcileNode(), catchNode('failed'), sink(), sink('report'), sink('failed'));
    const failed = new Inlet('failed');
    bench.erp.fault({ kind: 'html-error', status: 503, times: Infinity });
    const shown = showsStatus('reconcile', /503/);
    const next = failed.next();
    send('reconcile', {});
    assert.match((await next).error?.code ?? '', /^TRANSIENT_/);
    await shown;
    bench.erp.clearFaults();
  });

  it('systems that cannot list such records are refused when the node starts', async () => {
    const shown = (async () => {
      await bench.load(reconcileNode({ entity: 'invoice' }), catchNode('failed'), sink(), sink('report'), sink('failed'));
      const failed = new Inlet('failed');
      const next = failed.next();
      send('reconcile', {});
      return (await next).error?.code;
    })();
    assert.equal(await shown, 'CONFIG_NOT_SUPPORTED');
  });
});
