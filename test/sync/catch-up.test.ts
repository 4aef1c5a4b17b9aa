import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection } from '../../lib/connectors/contract';
import { defaultBackoff } from '../../lib/delivery/backoff';
import { Inbox } from '../../lib/delivery/inbox';
import { openRuntime, type Runtime } from '../../lib/runtime';
import { CatchUp } from '../../lib/sync/catch-up';
import { Intake } from '../../lib/sync/intake';
import { openShop } from '../contract/shopify/support';

describe('catch-up', () => {
  const hour = 3_600_000, begin = Date.parse('2026-11-24T00:00:00Z');
  let dir: string;
  let runtime: Runtime;
  let now: number;

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'b2b-catch-up-'));
    runtime = await openRuntime({ dataDir: dir, onError: (error) => { throw error as Error; } });
    now = begin;
  });
  afterEach(async () => {
    await runtime.close();
    await rm(dir, { recursive: true, force: true });
  });

  /** Runs once against a shop and returns the numbers of the orders that left the node. */
  async function run(connection: Connection, lookbackMs: number): Promise<string[]> {
    const sent: string[] = [];
    const source = runtime.openSource({ id: 'node', parallel: 8, timeLimitMs: 5000, send: (m) => { sent.push((m as { payload: { orderNumber: string } }).payload.orderNumber); } });
    const intake = new Intake({ id: 'node', connection, wanted: { order: ['created', 'updated'] }, format: 'canonical', createdSince: 0 });
    let resolve: () => void = () => undefined;
    const settled = new Promise<void>((done) => { resolve = done; });
    const inbox: Inbox = new Inbox({
      store: runtime.store, id: 'node', source, deadLetters: runtime.deadLetters, backoff: defaultBackoff, prepare: (entry) => intake.prepare(inbox, entry),
      onSettled: () => { if (inbox.pending === 0) resolve(); },
    });
    await new CatchUp({ id: 'node', store: runtime.store, connection, intake, inbox, lookbackMs, now: () => now }).run('order');
    if (inbox.pending > 0) await settled;
    source.close();
    return sent;
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
});
