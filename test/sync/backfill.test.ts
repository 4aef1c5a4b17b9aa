import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection, Native } from '../../lib/connectors/contract';
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
  /** Of those sent, with `dryrun` in their events. */
  dry = 0;
  readonly errors: unknown[] = [];
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
      id, ...shared, snapshot: new Snapshot(shared), isWhole: (entity) => entity === 'inventory', backoff: { ...defaultBackoff, baseMs: 10 },
      onError: (reason) => {
        this.errors.push(reason);
        this.events.emit('trouble');
      },
      onProgress: (progress) => {
        this.progress.push(progress);
        if (progress.state !== 'running') this.events.emit('end', progress);
      },
    });
  }

  #send(message: SourceMessage): void {
    const { subject, dryrun } = message.event as { subject?: string; dryrun?: boolean };
    if (dryrun) this.dry++;
    this.sent.push(subject ?? '');
    this.onSend(subject ?? '');
  }

  async run(entity: Entity, order: BackfillOrder = {}): Promise<BackfillProgress> {
    await this.inbox.open();
    const ended = once(this.events, 'end') as Promise<[BackfillProgress]>;
    await this.backfill.start([entity], order, this.#stop.signal);
    assert.deepEqual(this.errors, []);
    return (await ended)[0];
  }

  /** Resolves when all has ended, or it is killed. */
  async begin(...entities: Entity[]): Promise<void> {
    await this.inbox.open();
    await this.backfill.start(entities, {}, this.#stop.signal);
  }

  /** What a process does that starts again. */
  async resume(): Promise<void> {
    await this.inbox.open();
    await this.backfill.resume(this.#stop.signal);
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
    const { run: _, startedAt: __, rate, next: ___, ...end } = await node.run('product');
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

  it('C48 entities take turns: the next begins when all of the one before has ended, whenever the process is killed', async () => {
    await start(60);
    const sent: string[] = [];
    let node!: Node;
    // The last but one of the products, one of stock, and between the two.
    for (const killAt of [55, 60, 70]) {
      node = new Node(runtime, erp, (subject) => {
        if (!sent.includes(subject)) sent.push(subject);
        if (sent.length === killAt) { node.kill(); node.events.emit('killed'); }
      });
      await (killAt === 55 ? node.begin('product', 'inventory') : node.resume());
      await runtime.close();
      runtime = await open();
    }
    node = new Node(runtime, erp, (subject) => { if (!sent.includes(subject)) sent.push(subject); });
    await node.resume();
    assert.equal(sent.length, 180);
    assert.ok(sent.slice(0, 60).every((subject) => subject.startsWith('product/')));
    const last = node.progress.at(-1);
    assert.deepEqual([last?.entity, last?.state, last?.read, last?.done, last?.next], ['inventory', 'done', 120, 120, []]);
    for (const { done, read, of = 0 } of node.progress) assert.ok(done >= 0 && read <= of, JSON.stringify({ done, read, of }));
    node.kill();
  });

  it('tells what comes next, and does not read twice what waits already', async () => {
    await start(10);
    const node = new Node(runtime, erp);
    await Promise.all([node.begin('product', 'inventory'), node.begin('inventory', 'product')]);
    const ended = node.progress.filter(({ state }) => state !== 'running');
    assert.deepEqual(ended.map(({ entity, next }) => [entity, next]), [['product', ['inventory']], ['inventory', []]]);
    assert.equal(node.sent.length, 30);
    node.kill();
  });

  it('C54 a dry run sends all and counts as nothing: the real run after it sends all once more', async () => {
    await start(10);
    const node = new Node(runtime, erp);
    for (const entity of ['product', 'inventory'] as const) {
      const count = entity === 'product' ? 10 : 20;
      for (const dry of [count, 2 * count]) {
        const { dryRun, done } = await node.run(entity, { dryRun: true });
        assert.deepEqual([dryRun, done, node.dry, node.sent.length], [true, count, dry, dry]);
      }
      assert.deepEqual([(await node.run(entity)).done, node.dry, node.sent.length], [count, 2 * count, 3 * count]);
      node.sent.length = node.dry = 0;
    }
    node.kill();
  });

  it('a change that waits is not skipped because a dry run comes behind it', async () => {
    await start(2);
    const node = new Node(runtime, erp);
    let record: Native | undefined;
    for await (const { records } of erp.list('inventory')) record ??= records[0];
    assert.ok(record);
    const level = record;
    const take = (state: string, dry?: { run: string; again: boolean; dryRun: true }): Promise<boolean> => node.intake.take(node.inbox, 'inventory', level, { state, ...(dry && { backfill: dry }) });
    await Promise.all([take('1'), take('2', { run: 'dry', again: true, dryRun: true })]);
    await node.inbox.room(1);
    assert.deepEqual([node.sent.length, node.dry], [2, 1]);
    node.kill();
  });

  it('goes on where it was when the system answers again', async () => {
    await start(250);
    const node: Node = new Node(runtime, erp, () => { if (node.sent.length === 40) system.sandbox.fault({ kind: 'outage', times: Infinity }); });
    node.events.once('trouble', () => { system.sandbox.clearFaults(); });
    await node.begin('product');
    assert.ok(node.errors.length > 0);
    assert.deepEqual([node.progress.at(-1)?.state, node.progress.at(-1)?.done, node.sent.length], ['done', 250, 250]);
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
