import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection } from '../../lib/connectors/contract';
import { defaultBackoff } from '../../lib/delivery/backoff';
import { Inbox } from '../../lib/delivery/inbox';
import type { InventoryLevel } from '../../lib/documents/types';
import { openRuntime, type Runtime } from '../../lib/runtime';
import { Intake } from '../../lib/sync/intake';
import { recheckWrite } from '../../lib/sync/recheck';
import { lateRecords } from '../../lib/sync/owed';
import { Snapshot, type SnapshotProgress, type SnapshotRun } from '../../lib/sync/snapshot';
import { System } from '../contract/sap-s4hana/system';

describe('changes of records without a time of change', () => {
  let dir: string;
  let runtime: Runtime;
  let system: System;
  let erp: Connection;
  let sent: InventoryLevel[];

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'b2b-snapshot-'));
    runtime = await openRuntime({ dataDir: dir, onError: (error) => { throw error as Error; } });
    system = await System.start({ materials: 120 });
    erp = system.connect({ stockLocations: [{ plant: '1010', location: 'augsburg' }, { plant: '1020', location: 'dresden' }] });
    sent = [];
  });
  afterEach(async () => {
    await runtime.close();
    await system.stop();
    await rm(dir, { recursive: true, force: true });
  });

  const sku = (at = 0): string => system.sandbox.world.products[at]?.sku ?? '';

  /** One node that runs once. `hold`: what it sends is not finished; it is as if the process had been killed then. */
  async function run({ hold = false, ...options }: SnapshotRun & { hold?: boolean } = {}): Promise<SnapshotProgress> {
    const source = runtime.openSource({
      id: 'node', parallel: 8, timeLimitMs: 5000,
      send: (message) => { sent.push((message as { payload: InventoryLevel }).payload); },
    });
    const intake = new Intake({ id: 'node', connection: erp, wanted: { inventory: ['updated'] }, format: 'canonical', createdSince: 0 });
    let settled: () => void = () => undefined;
    const inbox: Inbox = new Inbox({
      store: runtime.store, id: 'node', source, deadLetters: runtime.deadLetters, backoff: defaultBackoff, prepare: (entry) => intake.prepare(inbox, entry),
      onSettled: () => { if (inbox.pending === 0) settled(); },
    });
    if (hold) source.close();
    await inbox.open();
    const progress = await new Snapshot({ store: runtime.store, connection: erp, intake, inbox }).run('inventory', options);
    if (!hold && inbox.pending > 0) await new Promise<void>((resolve) => { settled = resolve; });
    source.close();
    return progress;
  }
  const told = (): unknown[][] => sent.splice(0).map(({ sku: at, location, quantities }) => [at, location.code, quantities.onHand]);

  it('C47 all leave the node at first; a second run without changes sends nothing', async () => {
    assert.deepEqual(await run(), { entity: 'inventory', read: 240, changed: 240, gone: 0 });
    assert.equal(told().length, 240);
    assert.deepEqual(await run(), { entity: 'inventory', read: 240, changed: 0, gone: 0 });
    assert.deepEqual(told(), []);
  });

  it('C15 only what changed is sent, also when it changes back', async () => {
    system.sandbox.setStock({ sku: sku(), quantity: '10' });
    await run();
    told();
    for (const quantity of ['12', '10', '12']) {
      system.sandbox.setStock({ sku: sku(), quantity });
      assert.equal((await run()).changed, 1);
      assert.deepEqual(told(), [[sku(), 'augsburg', quantity]]);
    }
  });

  it('what was read and not sent before a crash is sent after it, once', async () => {
    await run({ hold: true });
    assert.deepEqual(told(), []);
    assert.equal((await run()).changed, 0);
    assert.equal(told().length, 240);
    await run();
    assert.deepEqual(told(), []);
  });

  it('of several states that wait the newest is sent', async () => {
    await run();
    told();
    for (const quantity of ['1', '2', '3']) {
      system.sandbox.setStock({ sku: sku(), quantity });
      await run({ hold: true });
    }
    await run();
    assert.deepEqual(told(), [[sku(), 'augsburg', '3']]);
  });

  it('a record whose last write was a careful guess is sent once more, and again until somebody takes that back', async () => {
    await run();
    told();
    await runtime.store.commit([recheckWrite(erp.system, 'inventory', `${sku(4)}/dresden`, 1)]);
    for (let n = 0; n < 2; n++) {
      assert.equal((await run()).changed, 1);
      assert.deepEqual(told().map((one) => (one as string[]).slice(0, 2)), [[sku(4), 'dresden']]);
    }
  });

  it('C49 what is no longer listed is told once as nothing, and again once it is back', async () => {
    await run();
    told();
    system.sandbox.dropMaterial(sku(3));
    assert.equal((await run()).gone, 2);
    assert.deepEqual(told(), [[sku(3), 'augsburg', '0'], [sku(3), 'dresden', '0']]);
    assert.equal((await run()).gone, 0);
    assert.deepEqual(told(), []);
    const product = system.sandbox.world.products[3];
    assert.ok(product);
    system.sandbox.addMaterial(product);
    system.sandbox.setStock({ sku: sku(3), quantity: '5' });
    await run();
    assert.deepEqual(told().filter(([at, , quantity]) => at === sku(3) && quantity === '5'), [[sku(3), 'augsburg', '5']]);
  });

  it('C44 when much is gone at once nothing is told of it until somebody confirms', async () => {
    await run();
    told();
    for (let at = 0; at < 7; at++) system.sandbox.dropMaterial(sku(at));
    for (let n = 0; n < 2; n++) assert.deepEqual(await run(), { entity: 'inventory', read: 226, changed: 0, gone: 14, held: true });
    assert.deepEqual(told(), []);
    assert.deepEqual(await run({ confirmed: true }), { entity: 'inventory', read: 226, changed: 0, gone: 14 });
    assert.equal(told().length, 14);
  });

  it('a location that is no longer in the settings says nothing of its stock', async () => {
    await run();
    told();
    erp = system.connect({ stockLocations: [{ plant: '1010', location: 'augsburg' }] });
    assert.equal((await run()).gone, 0);
    assert.deepEqual(told(), []);
  });

  it('a run that shall send everything again does so once, however often it is begun', async () => {
    await run();
    told();
    for (let n = 0; n < 2; n++) await run({ backfill: { run: 'run 1', again: true } });
    assert.equal(told().length, 240);
  });

  it('C37 what was noticed and not confirmed in the other system is owed, and known by its record', async () => {
    const late = async (): Promise<string[]> => {
      const ids: string[] = [];
      for await (const { id, never } of lateRecords(runtime.store, erp.system, 'inventory', Date.now() + 1)) ids.push(never ? `${id} never` : id);
      return ids;
    };
    await run();
    assert.equal((await late()).length, 240);
    assert.ok((await late()).includes(`${sku(7)}/augsburg never`));
  });

  it('C12 C53 a record that cannot be a document becomes one dead letter, not one a run, and the others go on', async () => {
    await run();
    told();
    system.sandbox.changeRow('A_MatlStkInAcctMod', stockKey(sku(2), '1010', '101A'), { MaterialBaseUnit: 'ZZZ' });
    system.sandbox.setStock({ sku: sku(5), quantity: '77' });
    for (let n = 0; n < 3; n++) await run();
    assert.deepEqual(told(), [[sku(5), 'augsburg', '77']]);
    const { entries } = await runtime.deadLetters.list();
    assert.deepEqual(entries.map(({ error }) => error.code), ['DATA_MAPPING']);
    assert.match(entries[0]?.error.message ?? '', new RegExp(sku(2)));
  });
});

/** The key of a row of unrestricted-use stock, as the simulator's tables have it. */
function stockKey(material: string, plant: string, storageLocation: string): string { return [material, plant, storageLocation, '', '', '', '0', '', '0', '', '01'].join('|'); }
