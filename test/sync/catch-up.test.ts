import assert from 'node:assert/strict';
import type { Connection } from '../../lib/connectors/contract';
import { openShop } from '../contract/shopify/support';
import { Poller } from './poller';

describe('catch-up', () => {
  const hour = 3_600_000, begin = Date.parse('2026-11-24T00:00:00Z');
  let poller: Poller;
  let now: number;

  beforeEach(async () => {
    poller = await Poller.open();
    now = begin;
  });
  afterEach(() => poller[Symbol.asyncDispose]());

  /** Runs once against a shop and returns the numbers of the orders that left the node. */
  async function run(connection: Connection, lookbackMs: number): Promise<unknown[]> {
    return (await poller.poll(connection, 'order', { lookbackMs, now: () => now })).map(({ payload }) => payload['orderNumber']);
  }

  it('reads back as far as it is told at first, and later only what is new', async () => {
    await using shop = await openShop({ now: () => now });
    shop.sandbox.placeOrder();
    now += 3 * hour;
    const second = shop.sandbox.placeOrder();
    assert.deepEqual(await run(shop.connection, 2 * hour), [second.name]);
    now += hour;
    const third = shop.sandbox.placeOrder();
    assert.deepEqual(await run(shop.connection, 24 * hour), [third.name]);
  });

  it('begins anew when the node is switched to another shop', async () => {
    await using sandbox = await openShop({ now: () => now });
    await using live = await openShop({ now: () => now, shop: 'live.myshopify.com' });
    const old = live.sandbox.placeOrder();
    now += 3 * hour;
    sandbox.sandbox.placeOrder();
    await run(sandbox.connection, hour);
    assert.deepEqual(await run(live.connection, 24 * hour), [old.name]);
  });

  it('an order with a time to come hides none that comes before that', async () => {
    await using shop = await openShop({ now: () => now });
    await run(shop.connection, hour);
    const early = shop.sandbox.placeOrder({ createdAt: now + 3 * hour });
    assert.deepEqual(await run(shop.connection, hour), [early.name]);
    now += hour;
    const next = shop.sandbox.placeOrder();
    assert.deepEqual(await run(shop.connection, hour), [next.name]);
  });
});
