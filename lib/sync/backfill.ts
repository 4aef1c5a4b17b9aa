import { randomUUID } from 'node:crypto';
import type { Connection } from '../connectors/contract';
import type { Inbox, InboxEntry } from '../delivery/inbox';
import type { RecordState } from '../delivery/records';
import type { Entity } from '../documents/event';
import { prefixEnd, type Store, type Write } from '../store/contract';
import type { Intake } from './intake';
import type { Snapshot } from './snapshot';

/** What shall be read once more, or for the first time. */
export interface BackfillOrder {
  /** Records changed at or after this time (ISO 8601 UTC); absent: all. */
  since?: string;
  /** Send also what was sent before and has not changed. */
  again?: boolean;
}

/** How far a backfill has come; counts add up: read = done + dead + retrying + waiting. */
export interface BackfillProgress {
  run: string;
  entity: Entity;
  /** `partial`: it ended, and some of its records are dead letters or wait in a retry node. */
  state: 'running' | 'done' | 'partial';
  /** Records read from the system so far, and how many there are if it tells. */
  read: number;
  of?: number;
  /** Finished, or known before. */
  done: number;
  dead: number;
  /** With a retry node, which goes on by itself. */
  retrying: number;
  waiting: number;
  /** ms since 1970 */
  startedAt: number;
  /** Records a second since it was begun or taken up again. */
  rate: number;
  /** ms, if it is known how many there are. */
  leftMs?: number;
}

export interface BackfillOptions {
  /** The node's id. */
  id: string;
  store: Store;
  connection: Connection;
  intake: Intake;
  inbox: Inbox;
  /** Of records without a time of change. */
  snapshot: Snapshot;
  onProgress: (progress: BackfillProgress) => void;
  /** Hears of a failure nobody waits for, such as a full disk. */
  onError: (reason: unknown) => void;
  now?: () => number;
}

/** What is kept of a run. */
interface Kept extends BackfillOrder { run: string; startedAt: number; read: number; of?: number; cursor?: string; complete?: true }
interface Running { ended?: true; kept: Kept; waiting: number; dead: number; retrying: number; begun: { at: number; read: number } }

/** Entries of a backfill that wait at most: what comes meanwhile need not wait for more. */
const mostPending = 64;

/**
 * Reads a system's whole past: page by page, in the background of what happens meanwhile, and from where it stood after a
 * restart. Each page is on disk before the place of the next one is noted, so killing it loses and doubles nothing.
 */
export class Backfill {
  readonly #running = new Map<Entity, Running>();
  constructor(private readonly options: BackfillOptions) {}

  /** What an inbox notes with the end of an entry: those of a backfill that ended badly. */
  static settleWrites(id: string): (entry: InboxEntry, state: RecordState) => Write[] {
    return ({ head, seq }, state) => {
      const run = runOf(head);
      return run !== undefined && (state === 'dead' || state === 'retrying') ? [{ put: `${badPrefix(id, run)}${seq}`, value: state }] : [];
    };
  }

  /** Begins a backfill of an entity; joins one that has not ended. Resolves when all is read. */
  async start(entity: Entity, support: { snapshot?: true }, order: BackfillOrder, signal?: AbortSignal): Promise<void> {
    if (this.#running.has(entity)) return;
    const { store } = this.options;
    const found = (await store.get<Kept>(this.#key(entity)))?.value;
    const kept: Kept = found ?? { run: randomUUID(), startedAt: this.#now(), read: 0, ...order };
    if (!found) await store.put(this.#key(entity), kept);
    await this.#go(entity, support, kept, signal);
  }

  /** Takes up what an earlier process left unfinished. */
  async resume(entity: Entity, support: { snapshot?: true }, signal?: AbortSignal): Promise<void> {
    const kept = (await this.options.store.get<Kept>(this.#key(entity)))?.value;
    if (kept && !this.#running.has(entity)) await this.#go(entity, support, kept, signal);
  }

  /** Call for each entry of the inbox that ended. */
  settled(head: object | undefined, state: RecordState): void {
    const run = runOf(head);
    const [entity, running] = [...this.#running].find(([, { kept }]) => kept.run === run) ?? [];
    if (!entity || !running) return;
    running.waiting--;
    if (state === 'dead' || state === 'retrying') running[state]++;
    this.#report(entity, running).catch(this.options.onError);
  }

  async #go(entity: Entity, support: { snapshot?: true }, kept: Kept, signal: AbortSignal | undefined): Promise<void> {
    const running: Running = { kept, waiting: 0, dead: 0, retrying: 0, begun: { at: this.#now(), read: kept.read } };
    this.#running.set(entity, running);
    await this.#recount(running);
    try {
      if (support.snapshot) await this.#readWhole(entity, running, signal);
      else await this.#readPages(entity, running, signal);
    } catch (reason) {
      // Taken up by the next start.
      this.#running.delete(entity);
      if (signal?.aborted) return;
      throw reason;
    }
    if (signal?.aborted) return;
    Object.assign(kept, { of: kept.read, complete: true });
    await this.options.store.put(this.#key(entity), kept);
    await this.#report(entity, running);
  }

  /** As it stands on disk. */
  async #recount(running: Running): Promise<void> {
    const { inbox, store, id } = this.options;
    const { run } = running.kept;
    const bad = { dead: 0, retrying: 0 };
    const prefix = badPrefix(id, run);
    for await (const { value } of store.range<'dead' | 'retrying'>({ from: prefix, to: prefixEnd(prefix) })) bad[value]++;
    const waiting = await inbox.count(({ head }) => runOf(head) === run);
    Object.assign(running, { ...bad, waiting });
  }

  async #readPages(entity: Entity, running: Running, signal: AbortSignal | undefined): Promise<void> {
    const { connection, intake, inbox, store } = this.options;
    const { kept } = running;
    if (kept.complete) return;
    const of = kept.of ?? await connection.count?.(entity, kept.since === undefined ? {} : { updatedSince: kept.since });
    if (of !== undefined) kept.of = of;
    const options = { ...(kept.since === undefined ? {} : { updatedSince: kept.since }), ...(kept.cursor === undefined ? {} : { cursor: kept.cursor }), ...(signal ? { signal } : {}) };
    for await (const { records, cursor } of connection.list(entity, options)) {
      await inbox.room(mostPending, signal);
      if (signal?.aborted) return;
      // Counted before they are taken: they may end before the last of the page is on disk.
      running.waiting += records.length;
      const taken = await Promise.all(records.map((record) => intake.take(inbox, entity, record, { backfill: { run: kept.run, again: kept.again === true } })));
      running.waiting -= taken.filter((fresh) => !fresh).length;
      kept.read += records.length;
      if (cursor !== undefined) kept.cursor = cursor;
      await store.put(this.#key(entity), kept);
      await this.#report(entity, running);
    }
  }

  /** All of it is read at each poll anyway. */
  async #readWhole(entity: Entity, running: Running, signal: AbortSignal | undefined): Promise<void> {
    const { kept } = running;
    const { read } = await this.options.snapshot.run(entity, { backfill: kept.run, ...(signal ? { signal } : {}), ...(kept.again ? { again: kept.run } : {}) });
    kept.read = read;
    await this.#recount(running);
  }

  async #report(entity: Entity, running: Running): Promise<void> {
    // What is said at the end is what the disk says.
    if (running.kept.complete && running.waiting <= 0) await this.#recount(running);
    if (running.ended) return;
    const { kept: { run, startedAt, read, of, complete }, waiting, dead, retrying, begun } = running;
    const seconds = Math.max(1, this.#now() - begun.at) / 1000;
    const ended = complete === true && waiting <= 0;
    const rate = (read - begun.read) / seconds;
    if (ended) {
      running.ended = true;
      await this.#forget(entity, run);
      this.#running.delete(entity);
    }
    this.options.onProgress({
      run, entity, startedAt, read, waiting, dead, retrying, done: read - waiting - dead - retrying, rate,
      state: ended ? (dead + retrying > 0 ? 'partial' : 'done') : 'running',
      ...(of === undefined ? {} : { of: Math.max(of, read) }), ...(of === undefined || ended || rate === 0 ? {} : { leftMs: Math.max(0, of - read) / rate * 1000 }),
    });
  }

  async #forget(entity: Entity, run: string): Promise<void> {
    const { store, id } = this.options;
    const prefix = badPrefix(id, run);
    const writes: Write[] = [{ delete: this.#key(entity) }];
    for await (const { key } of store.range({ from: prefix, to: prefixEnd(prefix) })) writes.push({ delete: key });
    await store.commit(writes);
  }

  #now(): number { return (this.options.now ?? Date.now)(); }
  #key(entity: Entity): string { return `backfill/${this.options.id}/${encodeURIComponent(this.options.connection.system)}/${entity}`; }
}

function badPrefix(id: string, run: string): string { return `backfillbad/${id}/${run}/`; }
function runOf(head: object | undefined): string | undefined { return (head as { backfill?: string } | undefined)?.backfill; }
