import { setTimeout as wait } from 'node:timers/promises';
import type { Connection } from '../connectors/contract';
import { nextDelay, type BackoffPolicy } from '../delivery/backoff';
import type { Inbox, InboxEntry } from '../delivery/inbox';
import type { RecordState } from '../delivery/records';
import type { Entity } from '../documents/event';
import { errorClass, isRetryable } from '../errors';
import type { Store, Write } from '../store/contract';
import { BackfillQueue, badWrite, type BackfillOrder, type KeptRun } from './backfill-queue';
import type { BackfillRun, Intake } from './intake';
import type { Snapshot } from './snapshot';

export type { BackfillOrder };

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
  /** Records that ended a second, since it was begun or taken up again. */
  rate: number;
  /** ms, if it is known how many there are, and how fast they end. */
  leftMs?: number;
  /** Nothing is written. */
  dryRun?: true;
  /** What waits for its turn behind it, in this order. */
  next: Entity[];
}

export interface BackfillOptions {
  /** The node's id. */
  id: string;
  store: Store;
  connection: Connection;
  intake: Intake;
  inbox: Inbox;
  /** Of records without a time of change: those of which `isWhole` is true. */
  snapshot: Snapshot;
  isWhole: (entity: Entity) => boolean;
  /** Waits while the system that is read does not answer. */
  backoff: BackoffPolicy;
  onProgress: (progress: BackfillProgress) => void;
  /** Hears of what goes wrong with the system that is read, and of failures nobody waits for, such as a full disk. */
  onError: (reason: unknown) => void;
  now?: () => number;
}

/** `settles`: of its entries since it was begun. */
interface Running { kept: KeptRun; waiting: number; dead: number; retrying: number; settles: number; begun: { at: number; ended: number }; onEnd: () => void; ended?: true }

/** Entries of a backfill that wait at most: what comes meanwhile need not wait for more. */
const mostPending = 64;

/**
 * Reads a system's whole past: page by page, in the background of what happens meanwhile, and from where it stood after a
 * restart. Each page is on disk before the place of the next one is noted, so killing it loses and doubles nothing.
 * Entities take turns: the next begins when all records of the one before have ended, for prices need their products.
 */
export class Backfill {
  readonly #queue: BackfillQueue;
  #running: Running | undefined;
  #working: Promise<void> | undefined;

  constructor(private readonly options: BackfillOptions) { this.#queue = new BackfillQueue(options.id, options.store, options.connection); }

  /** What an inbox notes with the end of an entry: those of a backfill that ended badly. */
  static settleWrites(id: string): (entry: InboxEntry, state: RecordState) => Write[] {
    return ({ head, seq }, state) => {
      const run = runOf(head);
      return run !== undefined && (state === 'dead' || state === 'retrying') ? [badWrite(id, run, seq, state)] : [];
    };
  }

  /** Puts entities into the queue, in this order; one that waits there with the same order is not read twice. Resolves when nothing waits any more. */
  async start(entities: readonly Entity[], order: BackfillOrder, signal?: AbortSignal): Promise<void> {
    await this.#queue.add(entities, order, this.#now());
    // Who had found the queue empty just before will not look again.
    await this.#working;
    await this.resume(signal);
  }

  /** Works off what waits, and what an earlier process left unfinished. Resolves when nothing waits any more; never rejects. */
  resume(signal?: AbortSignal): Promise<void> {
    return this.#working ??= this.#work(signal).catch(this.options.onError).finally(() => { this.#working = undefined; });
  }

  /** Call for each entry of the inbox that ended. */
  settled(head: object | undefined, state: RecordState): void {
    const running = this.#running;
    if (!running || runOf(head) !== running.kept.run) return;
    running.settles++;
    running.waiting--;
    if (state === 'dead' || state === 'retrying') running[state]++;
    this.#report(running).catch(this.options.onError);
  }

  async #work(signal: AbortSignal | undefined): Promise<void> {
    // What cannot be read is taken up by the next start.
    const failed = new Set<string>();
    for (;;) {
      const kept = (await this.#queue.runs()).find(({ run }) => !failed.has(run));
      if (!kept || signal?.aborted) return;
      try {
        await this.#run(kept, signal);
      } catch (reason) {
        if (signal?.aborted) return;
        this.options.onError(reason);
        failed.add(kept.run);
      } finally {
        this.#running = undefined;
      }
    }
  }

  /** Resolves when all its records have ended. */
  async #run(kept: KeptRun, signal: AbortSignal | undefined): Promise<void> {
    let onEnd: () => void = () => undefined;
    const end = new Promise<void>((resolve) => { onEnd = resolve; });
    signal?.addEventListener('abort', onEnd, { once: true });
    const running: Running = { kept, waiting: 0, dead: 0, retrying: 0, settles: 0, begun: { at: this.#now(), ended: 0 }, onEnd };
    this.#running = running;
    await this.#recount(running);
    running.begun.ended = endedOf(running);
    if (!kept.complete) await this.#readAll(running, signal);
    if (signal?.aborted) return;
    Object.assign(kept, { of: kept.read, complete: true });
    await this.#queue.keep(kept);
    await this.#report(running);
    await end;
  }

  /** Goes on where it was when the system answers again. */
  async #readAll(running: Running, signal: AbortSignal | undefined): Promise<void> {
    const { kept } = running;
    for (let [tries, firstAt, read] = [1, this.#now(), kept.read]; !signal?.aborted; tries++) {
      try {
        await this.#count(kept);
        await (this.options.isWhole(kept.entity) ? this.#readWhole(running, signal) : this.#readPages(running, signal));
        return;
      } catch (reason) {
        if (kept.read > read) [tries, firstAt, read] = [1, this.#now(), kept.read];
        const delay = nextDelay(this.options.backoff, { tries, firstAt, error: reason, now: this.#now() });
        if (delay === undefined) throw reason;
        this.options.onError(reason);
        await wait(delay, undefined, { ref: false, ...(signal ? { signal } : {}) });
      }
    }
  }

  /** Who may not count may read all the same. */
  async #count(kept: KeptRun): Promise<void> {
    const of = kept.of ?? await this.options.connection.count?.(kept.entity, sinceOf(kept)).catch((reason: unknown) => {
      if (isRetryable(reason) && errorClass(reason) !== 'AUTH') throw reason;
      return undefined;
    });
    if (of !== undefined) kept.of = of;
  }

  async #readPages(running: Running, signal: AbortSignal | undefined): Promise<void> {
    const { connection, intake, inbox } = this.options;
    const { kept } = running;
    const options = { ...sinceOf(kept), ...(kept.cursor === undefined ? {} : { cursor: kept.cursor }), ...(signal ? { signal } : {}) };
    for await (const { records, cursor } of connection.list(kept.entity, options)) {
      await inbox.room(mostPending, signal);
      if (signal?.aborted) return;
      // Counted before they are taken: they may end before the last of the page is on disk.
      running.waiting += records.length;
      const taken = await Promise.all(records.map((record) => intake.take(inbox, kept.entity, record, { backfill: runAs(kept) })));
      running.waiting -= taken.filter((fresh) => !fresh).length;
      kept.read += records.length;
      if (cursor !== undefined) kept.cursor = cursor;
      await this.#queue.keep(kept);
      await this.#report(running);
    }
  }

  /** All of it is read at each poll anyway: from its beginning also after a restart, and what was taken before is not taken again. */
  async #readWhole(running: Running, signal: AbortSignal | undefined): Promise<void> {
    const { kept } = running;
    kept.read = 0;
    running.begun = { at: this.#now(), ended: 0 };
    await this.options.snapshot.run(kept.entity, {
      backfill: runAs(kept), ...(signal ? { signal } : {}),
      onTaking: (records) => { running.waiting += records; },
      onTaken: (records, fresh) => {
        running.waiting -= records - fresh;
        kept.read += records;
        this.#report(running).catch(this.options.onError);
      },
    });
    await this.#recount(running);
  }

  /** As it stands on disk: read until no entry ended meanwhile. */
  async #recount(running: Running): Promise<void> {
    for (let before = -1; before !== running.settles;) {
      before = running.settles;
      const bad = await this.#queue.bad(running.kept);
      const waiting = await this.options.inbox.count(({ head }) => runOf(head) === running.kept.run);
      Object.assign(running, { ...bad, waiting });
    }
  }

  async #report(running: Running): Promise<void> {
    // What is said at the end is what the disk says.
    if (running.kept.complete && running.waiting <= 0) await this.#recount(running);
    if (running.ended) return;
    const { kept, waiting, dead, retrying, begun } = running;
    const { run, entity, startedAt, read, of, dryRun } = kept;
    const ended = kept.complete === true && waiting <= 0;
    const all = endedOf(running);
    const rate = Math.max(0, all - begun.ended) / (Math.max(1, this.#now() - begun.at) / 1000);
    const next = this.#queue.behind(kept);
    if (ended) {
      running.ended = true;
      await this.#queue.remove(kept);
    }
    this.options.onProgress({
      run, entity, startedAt, read, waiting, dead, retrying, done: Math.max(0, all - dead - retrying), rate, next,
      state: ended ? (dead + retrying > 0 ? 'partial' : 'done') : 'running', ...(dryRun ? { dryRun } : {}),
      ...(of === undefined ? {} : { of: Math.max(of, read) }), ...(of === undefined || ended || rate === 0 ? {} : { leftMs: Math.max(0, of - all) / rate * 1000 }),
    });
    if (ended) running.onEnd();
  }

  #now(): number { return (this.options.now ?? Date.now)(); }
}

/** Records that have ended, well or badly. */
function endedOf({ kept, waiting }: Running): number { return Math.max(0, kept.read - waiting); }
function sinceOf({ since }: KeptRun): { updatedSince?: string } { return since === undefined ? {} : { updatedSince: since }; }
function runAs({ run, again, dryRun }: KeptRun): BackfillRun { return { run, again: again === true || dryRun === true, ...(dryRun ? { dryRun } : {}) }; }
function runOf(head: object | undefined): string | undefined { return (head as { backfill?: string } | undefined)?.backfill; }
