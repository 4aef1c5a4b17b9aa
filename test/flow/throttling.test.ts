import assert from 'node:assert/strict';
import { ids, OrderFlow } from '../support/order-flow';
import type { Order } from '../../sandbox/shopify';

describe('a full sync in a flow', function () {
  this.timeout(90_000);
  let flow: OrderFlow;
  after(async () => { await flow.stop(); });

  it('C18 through the rate limit of the standard plan: every order of the shop arrives, none fails, hardly a call is throttled', async () => {
    flow = await OrderFlow.start({
      shop: { bucket: { size: 2000, restoreRate: 100 } },
      changes: { [ids.events]: { webhooks: false, poll: 1, lookback: 48, path: '' } },
      before: (shop) => { for (let n = 0; n < 100; n++) shop.placeOrder({ channel: 'b2b', lines: 3, createdAt: Date.now() - 86_400_000 + n * 60_000 }); },
    });
    const orders: Order[] = flow.shop.orders();
    await flow.synced(orders, 80_000);
    assert.equal(orders.length, 100);
    assert.deepEqual(await flow.deadLetters(), []);
    const { queries, mutations, throttled } = flow.shop.counters;
    const calls = [...Object.values(queries), ...Object.values(mutations)].reduce((sum, count) => sum + count, 0);
    assert.ok(throttled <= Math.max(2, calls * 0.01), `${String(throttled)} of ${String(calls)} throttled`);
  });
});
