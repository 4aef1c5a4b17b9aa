import assert from 'node:assert/strict';
import type { Order } from '../../sandbox/shopify';
import { ids, OrderFlow, spy } from '../support/order-flow';
import { until } from '../support/sandboxes';

/** Delays each message at random, and fails one in three of them at its first try. */
const trouble = {
  id: 'trouble', z: ids.tab, type: 'function', name: 'random delay and failure', outputs: 1, timeout: 0, noerr: 0, initialize: '', finalize: '', libs: [], x: 100, y: 500, wires: [['passed']],
  func: `
    const seen = context.get('seen') || {};
    const first = !seen[msg.event.id];
    seen[msg.event.id] = true;
    context.set('seen', seen);
    setTimeout(() => {
      if (first && Math.random() < 0.34) node.error(Object.assign(new Error('not now'), { code: 'TRANSIENT_TEST', cause: {} }), msg);
      else node.send(msg);
      node.done();
    }, Math.random() * 60);`,
};

describe('the order of messages in a flow', function () {
  this.timeout(60_000);
  let flow: OrderFlow;
  after(async () => { await flow.stop(); });

  const notes = (order: Order): string[] => [...flow.red.log().matchAll(/\] passed (\{.*\})/g)]
    .map(([, json]) => (JSON.parse(String(json)) as { payload: { orderNumber: string; customerNote?: string } }).payload)
    .filter(({ orderNumber }) => orderNumber === order.name).map(({ customerNote }) => customerNote ?? '');

  async function changedTenTimes(): Promise<void> {
    const orders = Array.from({ length: 8 }, () => flow.shop.placeOrder({ channel: 'b2b', lines: 1, note: '00' }));
    // Later than whatever the shop itself tells of the order meanwhile.
    const start = Date.now() + 3_600_000;
    for (let version = 1; version <= 10; version++) {
      for (const order of orders) {
        const body = { ...flow.body(order), note: String(version).padStart(2, '0'), updated_at: new Date(start + version * 1000).toISOString() };
        assert.equal((await flow.post(body, { topic: 'orders/updated' })).status, 200);
      }
    }
    await until(() => Promise.resolve(orders.every((order) => notes(order).at(-1) === '10')), 45_000, 100).catch(() => { throw new Error(orders.map((order) => notes(order).join(' ')).join('\n')); });
    for (const order of orders) {
      assert.deepEqual(notes(order), [...notes(order)].sort(), order.name);
      assert.equal(new Set(notes(order)).size, notes(order).length, `${order.name} has each version once`);
      assert.ok(notes(order).length >= 10, `${order.name}: ${notes(order).join(' ')}`);
    }
    assert.deepEqual(await flow.deadLetters(), []);
  }

  const entities = { order: ['created', 'updated', 'cancelled'] };

  it('C61 is kept per key through random delays, failures and the retry node', async () => {
    flow = await OrderFlow.start({
      more: [trouble, spy('passed', 'passed')],
      changes: { [ids.events]: { poll: 0, entities, wires: [['trouble']] }, [ids.retry]: { base: 0.2, cap: 1, wires: [['trouble'], [ids.dead]] } },
    });
    await changedTenTimes();
  });

  it('C61 is kept too without a retry node: the inbox tries again by itself', async () => {
    const through = { [ids.events]: { poll: 0, entities, wires: [[ids.mapper]] }, [ids.commerce]: { wires: [[ids.written, 'passed']] } };
    await flow.deploy(flow.nodes(through).filter(({ id }) => id !== ids.retry && id !== ids.catch));
    let failed = 0;
    flow.shop.fault({ kind: 'html-error', oneIn: 6, match: (_request, body) => body.includes('orderUpdate') && failed++ >= 0 });
    await changedTenTimes();
    assert.ok(failed > 0);
  });
});
