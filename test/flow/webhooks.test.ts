import assert from 'node:assert/strict';
import { shopify } from '../../lib/connectors/shopify';
import type { RecordEntry } from '../../lib/delivery/records';
import type { Order } from '../../sandbox/shopify';
import { ids, OrderFlow, spy } from '../support/order-flow';
import { until } from '../support/sandboxes';

interface Message { topic: string; payload: { orderNumber: string; customerNote?: string }; event: { foundby?: string } }

/** A second node on the same shop that only polls. */
const poller = {
  id: 'poller', z: ids.tab, type: 'b2b-commerce-events', name: 'polling only', system: ids.shop, path: '', entities: { order: ['created', 'updated'] }, format: 'canonical',
  webhooks: false, poll: 0.03, lookback: 1, parallel: 8, timeLimit: 300, x: 100, y: 800, wires: [['polled']],
};

describe('webhooks and polling in a flow', function () {
  this.timeout(60_000);
  let flow: OrderFlow;
  before(async () => {
    flow = await OrderFlow.start({
      shop: { retryScale: 0.01 }, more: [spy('seen', 'seen'), poller, spy('polled', 'polled')],
      changes: { [ids.events]: { poll: 0, check: 0.02, entities: { order: ['created', 'updated', 'cancelled'] }, wires: [[ids.mapper, 'seen']] } },
    });
  });
  after(async () => { await flow.stop(); });

  /** Messages that left an events node for an order, in their order. */
  const messages = (order: Order, node = 'seen'): Message[] => [...flow.red.log().matchAll(new RegExp(`\\] ${node} (\\{.*\\})`, 'g'))]
    .map(([, json]) => JSON.parse(String(json)) as Message).filter(({ payload }) => payload.orderNumber === order.name);
  const place = (count = 1): Order[] => Array.from({ length: count }, () => flow.shop.placeOrder({ channel: 'b2b', lines: 2 }));
  const healed = async (order: Order): Promise<boolean> => (await flow.records(order.name)).some(({ source, state, foundby }) => source === `/b2b/${ids.events}` && state === 'done' && foundby === 'polling');
  const settled = (order: Order): Promise<void> => until(async () => (await flow.records(order.name)).some(({ source, state }) => source === `/b2b/${ids.events}` && state === 'done'), 20_000, 50);

  it('C03 a webhook is answered at once, after it was written to disk, though the ERP takes long', async () => {
    flow.shop.fault({ kind: 'drop-delivery' });
    const [order] = place() as [Order];
    flow.erp.latencyMs = 6000;
    try {
      const { status, ms } = await flow.post(flow.body(order));
      assert.equal(status, 200);
      assert.ok(ms < 3000, `${String(ms)} ms`);
      const store = await flow.store();
      const kept: string[] = [];
      for await (const { value } of store.range({ from: `inbox/${ids.events}/`, to: `inbox/${ids.events}/~` })) kept.push(JSON.stringify(value));
      assert.ok(kept.some((entry) => entry.includes(order.name)));
      assert.equal(flow.erpNumber(order), undefined);
    } finally {
      flow.erp.latencyMs = 0;
    }
    await flow.synced([order]);
  });

  it('C04 a subscription that the shop dropped is told, made again, and the gap filled: no order is missing', async () => {
    const connection = shopify.connect({ settings: flow.shop.settings, secrets: flow.shop.secrets, baseUrl: flow.shop.url });
    const address = `${flow.red.url}/b2b/hooks/${ids.events}`;
    await connection.webhooks?.remove(address);
    await connection.close();
    const orders = place(4);
    await flow.red.logged(/\[warn\].*The shop had removed webhook subscriptions \(.*orders\/create/);
    await flow.synced(orders);
    assert.ok(flow.shop.subscriptions().some(({ topic, uri }) => topic === 'ORDERS_CREATE' && uri === address));
    for (const order of orders) {
      await settled(order);
      assert.ok(await healed(order), order.name);
    }
    const [next] = place() as [Order];
    await flow.synced([next]);
    await settled(next);
    assert.equal(await healed(next), false, 'by webhook again');
  });

  it('C06 a late webhook with an older state does not overwrite a newer one: it is skipped as stale', async () => {
    const [order] = place() as [Order];
    await flow.synced([order]);
    const late = { ...flow.body(order), note: 'old', updated_at: new Date(Date.now() - 3_600_000).toISOString() };
    const newer = { ...flow.body(order), note: 'new', updated_at: new Date(Date.now() + 2000).toISOString() };
    await flow.post(newer, { topic: 'orders/updated' });
    await until(() => Promise.resolve(messages(order).at(-1)?.payload.customerNote === 'new'), 20_000, 50);
    assert.equal((await flow.post(late, { topic: 'orders/updated' })).status, 200);
    await until(async () => (await flow.records(order.name)).some(({ state, reason }) => state === 'skipped' && reason === 'stale'), 20_000, 50);
    assert.deepEqual(messages(order).map(({ payload }) => payload.customerNote === 'old'), messages(order).map(() => false));
  });

  it('the same order gives the same document by webhook and by polling', async () => {
    const [order] = place() as [Order];
    await until(() => Promise.resolve(messages(order).length > 0 && messages(order, 'polled').length > 0), 30_000, 100);
    assert.deepEqual(messages(order, 'polled')[0]?.payload, messages(order)[0]?.payload);
  });

  it('C05 webhooks that never come are found by polling, which says which they were; what came twice leaves the node once', async () => {
    await flow.red.deploy(flow.nodes({ [ids.events]: { poll: 0.05 } }));
    const before = flow.shop.counters.dropped;
    flow.shop.fault({ kind: 'drop-delivery', oneIn: 15 });
    const orders = place(150);
    flow.shop.clearFaults();
    const dropped = flow.shop.counters.dropped - before;
    assert.ok(dropped > 0);
    await flow.synced(orders, 50_000);
    for (const order of orders) await settled(order);
    const found = (await Promise.all(orders.map(healed))).filter(Boolean).length;
    assert.ok(found >= dropped, `${String(found)} found by polling, ${String(dropped)} dropped`);
    for (const order of orders) assert.equal(messages(order).filter(({ topic }) => topic === 'order.created').length, 1, order.name);
  });

  it('C10 a restart leaves how every record ended as it was', async () => {
    const states = async (): Promise<Map<string, RecordEntry>> => {
      const found = new Map<string, RecordEntry>();
      for await (const { key, value } of (await flow.store()).range<RecordEntry>({ from: 'record/', to: 'record/~' })) found.set(key, value);
      return found;
    };
    const before = await states();
    assert.ok(before.size > 150);
    await flow.restart('kill');
    await flow.nextGoes();
    const after = await states();
    assert.deepEqual([...before].filter(([key, record]) => JSON.stringify(after.get(key)) !== JSON.stringify(record)), []);
  });
});
