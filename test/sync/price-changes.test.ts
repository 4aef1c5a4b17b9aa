import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection } from '../../lib/connectors/contract';
import { defaultBackoff } from '../../lib/delivery/backoff';
import { Inbox } from '../../lib/delivery/inbox';
import type { PriceList } from '../../lib/documents/types';
import { openRuntime, type Runtime } from '../../lib/runtime';
import { Intake } from '../../lib/sync/intake';
import { Snapshot, type SnapshotProgress } from '../../lib/sync/snapshot';
import { System } from '../contract/sap-s4hana/system';

describe('changes of prices', () => {
  let dir: string;
  let runtime: Runtime;
  let system: System;
  let erp: Connection;
  let sent: PriceList[];
  let now: number;

  beforeEach(async () => {
    now = Date.parse('2026-11-25T09:00:00Z');
    dir = await mkdtemp(join(tmpdir(), 'b2b-prices-'));
    runtime = await openRuntime({ dataDir: dir, onError: (error) => { throw error as Error; } });
    system = await System.start({ materials: 24, now: () => now });
    erp = system.connect({ timeZone: 'Europe/Berlin', priceLists: [{ list: 'all', currency: 'EUR' }, { list: 'p1', appliesTo: 'customerPriceGroup', value: 'P1' }] }, { now: () => now });
    sent = [];
  });
  afterEach(async () => {
    await runtime.close();
    await system.stop();
    await rm(dir, { recursive: true, force: true });
  });

  const sku = (at = 0): string => system.sandbox.world.products[at]?.sku ?? '';

  /** One node that runs once, a minute after the last time. */
  async function run(): Promise<SnapshotProgress> {
    now += 60_000;
    const source = runtime.openSource({ id: 'node', parallel: 8, timeLimitMs: 5000, send: (message) => { sent.push((message as { payload: PriceList }).payload); } });
    const intake = new Intake({ id: 'node', connection: erp, wanted: { price: ['updated'] }, format: 'canonical', createdSince: 0 });
    let settled: () => void = () => undefined;
    const inbox: Inbox = new Inbox({
      store: runtime.store, id: 'node', source, deadLetters: runtime.deadLetters, backoff: defaultBackoff, prepare: (entry) => intake.prepare(inbox, entry),
      onSettled: () => { if (inbox.pending === 0) settled(); },
    });
    await inbox.open();
    const progress = await new Snapshot({ store: runtime.store, connection: erp, intake, inbox, now: () => now }).run('price');
    if (inbox.pending > 0) await new Promise<void>((resolve) => { settled = resolve; });
    source.close();
    return progress;
  }
  const told = (): unknown[][] => sent.splice(0).map(({ name, priceCurrency, entries: [entry] }) => [name, priceCurrency, entry?.sku, entry?.operation, entry?.price?.value]).sort();

  it('C47 all are told at first, then only what changed: the price of the one list, not of the other', async () => {
    const { read } = await run();
    assert.equal(told().length, read);
    assert.equal(read, 24 + 8);
    assert.deepEqual([(await run()).changed, told()], [0, []]);
    system.sandbox.setPrice({ sku: sku(), price: '7' });
    assert.equal((await run()).changed, 1);
    assert.deepEqual(told(), [['all', 'EUR', sku(), 'upsert', '7.00']]);
  });

  it('a price that begins to hold at midnight is told on that day, without anybody touching it', async () => {
    system.sandbox.setPrice({ sku: sku(), price: '8', from: '2026-11-26', through: '2026-11-26' });
    await run();
    told();
    now = Date.parse('2026-11-25T22:58:00Z');
    assert.deepEqual([(await run()).changed, told()], [0, []]);
    assert.equal((await run()).changed, 1);
    assert.deepEqual(told(), [['all', 'EUR', sku(), 'upsert', '8.00']]);
  });

  it('C49 one that is gone is told once as deleted, and again once it is back', async () => {
    await run();
    told();
    system.sandbox.dropPrice({ sku: sku(), priceGroup: 'P1' });
    assert.equal((await run()).gone, 1);
    assert.deepEqual(told(), [['p1', 'EUR', sku(), 'delete', undefined]]);
    assert.deepEqual([(await run()).gone, told()], [0, []]);
    system.sandbox.setPrice({ sku: sku(), price: '6', priceGroup: 'P1' });
    await run();
    assert.deepEqual(told(), [['p1', 'EUR', sku(), 'upsert', '6.00']]);
  });

  it('C23 C53 one in a currency the list does not have is one dead letter, and the price it took the place of is told as deleted', async () => {
    await run();
    told();
    system.sandbox.setPrice({ sku: sku(), price: '6', currency: 'USD' });
    for (let n = 0; n < 3; n++) await run();
    assert.deepEqual(told(), [['all', 'EUR', sku(), 'delete', undefined]]);
    const { entries } = await runtime.deadLetters.list();
    assert.deepEqual(entries.map(({ error }) => error.code), ['DATA_PRICE_CURRENCY']);
  });
});
