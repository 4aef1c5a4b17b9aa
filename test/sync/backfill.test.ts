import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection } from '../../lib/connectors/contract';
import { defaultBackoff } from '../../lib/delivery/backoff';
import { Inbox } from '../../lib/delivery/inbox';
import type { SourceMessage } from '../../lib/delivery/source';
import type { Entity } from '../../lib/documents/event';
import { openRuntime, type Runtime } from '../../lib/runtime';
import { Backfill, type BackfillOrder, type BackfillProgress } from '../../lib/sync/backfill';
import { Intake } from '../../lib/sync/intake';
import { Snapshot } from '../../lib/sync/snapshot';
import { System } from '../contract/sap-s4hana/system';

const wanted = { product: ['created', 'updated'], inventory: ['updated'] } as const;

/** A node that reads an ERP's past, as a process has it: closing it is as if the process had been killed. */
class Node {
  readonly sent: string[] = [];
  readonly progress: BackfillProgress[] = [];
  readonly events = new EventEmitter();
  readonly #stop = new AbortController();
  readonly #source;
  readonly inbox: Inbox;
  readonly intake: Intake;
  readonly backfill: Backfill;

  constructor(private readonly runtime: Runtime, connection: Connection, private readonly onSend: (subject: string) => void = () => undefined) {
    const id = 'node';
    this.#source = runtime.openSource({ id, parallel: 8, timeLimitMs: 5000, send: (message) => { this.#send(message as SourceMessage); } });
    this.intake = new Intake({ id, connection, wanted: { product: [...wanted.product], inventory: [...wanted.inventory] }, format: 'canonical', createdSince: 0 });
    this.inbox = new Inbox({
      store: runtime.store, id, source: this.#source, deadLetters: runtime.deadLetters, backoff: defaultBackoff, prepare: (entry) => this.intake.prepare(this.inbox, entry),
      settleWrites: Backfill.settleWrites(id), onSettled: (state, _reason, _number, head) => { this.backfill.settled(head, state); },
    });
    const shared = { store: runtime.store, connection, intake: this.intake, inbox: this.inbox };
    this.backfill = new Backfill({
      id, ...shared, snapshot: new Snapshot(shared), onError: (reason) => { this.events.emit('error', reason); },
      onProgress: (progress) => {
        this.progress.push(progress);
        if (progress.state !== 'running') this.events.emit('end', progress);
      },
    });
  }

  #send(message: SourceMessage): void {
    const { subject } = message.event as { subject?: string };
    this.sent.push(subject ?? '');
    this.onSend(subject ?? '');
  }

  async run(entity: Entity, order: BackfillOrder = {}): Promise<BackfillProgress> {
    await this.inbox.open();
    const ended = once(this.events, 'end') as Promise<[BackfillProgress]>;
    await this.backfill.start(entity, entity === 'inventory' ? { snapshot: true } : {}, order, this.#stop.signal);
    return (await ended)[0];
  }

  /** Begins and does not wait; rejects with what goes wrong. */
  async begin(entity: Entity): Promise<void> {
    await this.inbox.open();
    await this.backfill.start(entity, {}, {}, this.#stop.signal);
  }

  kill(): void {
    this.#stop.abort();
    this.#source.close();
  }
}

describe('backfill', () => {
  let dir: string;
  let runtime: Runtime;
  let system: System;
  let erp: Connection;

  const open = async (): Promise<Runtime> => openRuntime({ dataDir: dir, onError: (error) => { throw error as Error; } });
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'b2b-backfill-'));
    runtime = await open();
  });
  afterEach(async () => {
    await runtime.close();
    await system.stop();
    await rm(dir, { recursive: true, force: true });
  });

  async function start(materials: number): Promise<void> {
    system = await System.start({ materials });
    erp = system.connect();
  }
  const sku = (at: number): string => system.sandbox.world.products[at]?.sku ?? '';

  it('C12 of 1,000 records with 5 bad ones 995 are done and 5 are dead letters: the run is partial', async () => {
    await start(1000);
    for (let at = 0; at < 1000; at += 200) system.sandbox.changeRow('A_Product', sku(at), { BaseUnit: 'ZZZ' });
    const node = new Node(runtime, erp);
    const { run: _, startedAt: __, rate, ...end } = await node.run('product');
    assert.deepEqual(end, { entity: 'product', state: 'partial', read: 1000, of: 1000, done: 995, dead: 5, retrying: 0, waiting: 0 });
    assert.ok(rate > 0);
    assert.equal(new Set(node.sent).size, 995);
    assert.equal(node.sent.length, 995);
    assert.equal((await runtime.deadLetters.list()).entries.length, 5);
    for (const { read, done, dead, retrying, waiting, of } of node.progress) {
      assert.equal(read, done + dead + retrying + waiting);
      assert.equal(of, 1000);
    }
    assert.ok(node.progress.some(({ leftMs = 0 }) => leftMs > 0));
    node.kill();
  });

  it('C48 goes on where it was when the process is killed, however often, and counts in equal counts out', async () => {
    await start(350);
    system.sandbox.changeRow('A_Product', sku(7), { BaseUnit: 'ZZZ' });
    const sent = new Set<string>();
    let twice = 0;
    for (const killAfter of [30, 1, 120, 60]) {
      let count = 0;
      const node: Node = new Node(runtime, erp, (subject) => {
        if (sent.has(subject)) twice++;
        sent.add(subject);
        if (++count === killAfter) { node.kill(); node.events.emit('killed'); }
      });
      const killed = once(node.events, 'killed');
      await Promise.all([killed, node.begin('product')]);
      await runtime.close();
      runtime = await open();
    }
    const node = new Node(runtime, erp, (subject) => { sent.add(subject); });
    const end = await node.run('product');
    assert.deepEqual([end.state, end.read, end.done, end.dead, end.waiting], ['partial', 350, 349, 1, 0]);
    assert.equal(sent.size, 349);
    // What was under way when the process died may come again: no more than run at once.
    assert.ok(twice <= 4 * 8, `${String(twice)} twice`);
    node.kill();
  });

  it('live changes do not wait behind it', async () => {
    await start(400);
    const order: string[] = [];
    let taken: Promise<boolean> | undefined;
    const node: Node = new Node(runtime, erp, (subject) => {
      order.push(subject);
      if (order.length === 20) taken = erp.get('product', sku(399)).then((record) => node.intake.take(node.inbox, 'product', { ...record, LastChangeDateTime: `/Date(${String(Date.now() + 60_000)}+0000)/` }));
    });
    await node.run('product');
    assert.equal(await taken, true);
    const at = order.indexOf(`product/${sku(399)}`);
    assert.ok(at > 19 && at < 150, `came as number ${String(at)}`);
    node.kill();
  });

  it('sends nothing twice unless it is asked to: a second run counts what is known as done', async () => {
    await start(30);
    const node = new Node(runtime, erp);
    assert.equal((await node.run('product')).done, 30);
    assert.deepEqual([(await node.run('product')).done, node.sent.length], [30, 30]);
    assert.deepEqual([(await node.run('product', { again: true })).done, node.sent.length], [30, 60]);
    node.kill();
  });

  it('reads records without a time of change whole', async () => {
    await start(20);
    const node = new Node(runtime, erp);
    assert.deepEqual([(await node.run('inventory')).done, node.sent.length], [40, 40]);
    assert.deepEqual([(await node.run('inventory', { again: true })).state, node.sent.length], ['done', 80]);
    node.kill();
  });

  it('only what changed since a time is read and counted if it says so', async () => {
    await start(12);
    const node = new Node(runtime, erp);
    const since = new Date(Date.now() + 1000).toISOString();
    system.sandbox.changeRow('A_Product', sku(3), { LastChangeDateTime: `/Date(${String(Date.parse(since) + 5000)}+0000)/` });
    const { read, of } = await node.run('product', { since });
    assert.deepEqual([read, of, node.sent], [1, 1, [`product/${sku(3)}`]]);
    node.kill();
  });
});
