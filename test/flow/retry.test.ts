import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import type { Order } from '../../sandbox/shopify';
import { ids, OrderFlow, spy, statusLog } from '../support/order-flow';
import { until } from '../support/sandboxes';

const writesOrder = ({ method, url }: IncomingMessage): boolean => method === 'POST' && /A_SalesOrder/.test(url ?? '');

describe('trouble with the ERP in a flow', function () {
  this.timeout(60_000);
  let flow: OrderFlow;
  before(async () => {
    flow = await OrderFlow.start({
      shop: { retryScale: 0.01 }, more: [...statusLog, spy('dead-spy', 'second output')],
      changes: { [ids.retry]: { base: 0.2, cap: 1, parkInterval: 0.01, maxTries: 6, wires: [[ids.mapper], [ids.dead, 'dead-spy']] } },
    });
  });
  after(async () => { await flow.stop(); });

  const place = (count: number): Order[] => Array.from({ length: count }, () => flow.shop.placeOrder({ channel: 'b2b', lines: 1 }));
  const retrying = async (orders: Order[]): Promise<boolean> => {
    for (const { name } of orders) if (!(await flow.records(name)).some(({ state }) => state === 'retrying')) return false;
    return true;
  };

  it('an outage opens the breaker: orders are held, one probe finds out, and all go through once the ERP is back', async () => {
    flow.erp.fault({ kind: 'outage', times: Infinity });
    const orders = place(12);
    await flow.red.logged(/status b2b-erp .*system down/);
    await flow.red.logged(/status b2b-retry .*(down|paused)/);
    await until(() => retrying(orders), 20_000, 50);
    const asked = flow.erp.counters.requests;
    await until(() => Promise.resolve(flow.erp.counters.requests > asked), 20_000, 50);
    assert.equal(flow.erp.counters.requests, asked + 1, 'one probe, and not every message that waits');
    flow.erp.clearFaults();
    await flow.synced(orders);
    assert.deepEqual(await flow.deadLetters(), []);
    await until(async () => (await flow.records(orders[0]?.name ?? '')).every(({ state }) => state === 'done' || state === 'skipped'), 10_000, 50);
  });

  it('orders that wait go on after Node-RED was killed and started again', async () => {
    flow.erp.fault({ kind: 'outage', times: Infinity });
    const orders = place(5);
    await until(() => retrying(orders), 20_000, 50);
    await flow.restart('kill');
    flow.erp.clearFaults();
    await flow.synced(orders);
  });

  it('C53 a permanent error goes to the second output with its reason, and the next order through', async () => {
    flow.shop.fault({ kind: 'drop-delivery' });
    const order = flow.shop.placeOrder({ channel: 'b2b', company: 1, lines: 1 });
    // The page of a permission that is missing: waiting does not help against a refused document.
    flow.erp.fault({ kind: 'throttle', status: 422, match: writesOrder });
    assert.equal((await flow.post(flow.body(order))).status, 200);
    const letter = await flow.deadLetter(({ numbers }) => numbers.includes(order.name.slice(1)));
    assert.match(letter.error.code, /^DATA_/);
    assert.equal(letter.node, ids.retry);
    const [line] = await flow.red.logged(/second output .*/);
    assert.ok(line.includes(`"code":"${letter.error.code}"`), line.slice(0, 500));
    assert.deepEqual(flow.erp.ordersByReference(order.name), []);
    await flow.synced(place(1));
  });

  it('C60 the ERP is not hammered: there is a wait before every try, and the waits differ', async () => {
    const tries: number[][] = [];
    const orders: Order[] = [];
    for (let round = 0; round < 3; round++) {
      const at: number[] = [];
      const [order] = place(1) as [Order];
      orders.push(order);
      flow.erp.fault({ kind: 'html-error', status: 503, times: 3, match: (request, body) => writesOrder(request) && body.includes(order.name) && at.push(Date.now()) > 0 });
      await flow.synced([order]);
      tries.push(at);
    }
    const waits = tries.flatMap((at) => at.slice(1).map((time, index) => time - (at[index] ?? 0)));
    assert.equal(waits.length, 6);
    assert.ok(new Set(waits.map((ms) => Math.round(ms / 10))).size > 1, `waits differ: ${waits.join(' ')}`);
    assert.ok(waits.every((ms) => ms >= 1000), `after a lost answer the ERP gets time to settle: ${waits.join(' ')}`);
  });

  it('a 429 is waited for as long as the ERP asks, however many orders there are', async () => {
    const refused: number[] = [];
    flow.erp.fault({ kind: 'throttle', ms: 2000, match: (request) => writesOrder(request) && refused.push(Date.now()) > 0 });
    const orders = place(1);
    await flow.synced(orders);
    const created = Number(flow.erp.requests.filter(({ method, url, status }) => method === 'POST' && url.includes('A_SalesOrder') && status === 201).at(-1)?.at);
    assert.ok(created - (refused[0] ?? 0) >= 1990, `${String(created - (refused[0] ?? 0))} ms`);
  });
});
