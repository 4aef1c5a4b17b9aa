import type { Connection, Native } from '../connectors/contract';
import type { Inbox } from '../delivery/inbox';
import type { Entity } from '../documents/event';
import { contentHash } from '../documents/hash';
import { errorClass } from '../errors';
import type { Store } from '../store/contract';
import { goneUnasked } from './deletions';
import type { BackfillRun, Intake } from './intake';
import { owedWrite } from './owed';
import { dueRechecks } from './recheck';
import { gone } from './record-state';
import { SeenIds } from './seen-ids';

export interface SnapshotOptions {
  store: Store;
  connection: Connection;
  intake: Intake;
  inbox: Inbox;
  /** Hears after each page how many records were read and how many of them had changed. */
  onProgress?: (progress: SnapshotProgress) => void;
  now?: () => number;
}

export interface SnapshotProgress {
  entity: Entity;
  read: number;
  changed: number;
  /** Records that were there last time. */
  gone: number;
  /** `gone` are too many to be believed: nothing was told of them until somebody confirms it. */
  held?: true;
}

/** How a run differs from the others. */
export interface SnapshotRun {
  signal?: AbortSignal;
  /** However many records are gone, somebody has confirmed it. */
  confirmed?: boolean;
  /** The backfill that this is. */
  backfill?: BackfillRun;
  /** Hears of how many records of a page are about to be taken. */
  onTaking?: (records: number) => void;
  /** Hears when they are, and how many of them had not been before. */
  onTaken?: (records: number, fresh: number) => void;
}

/** Records that wait to be worked off at most: reading goes no faster. */
const mostPending = 2000;

/** Reads records that carry no time of change, all of them, and takes those whose content is another than last time, and those that are gone. */
export class Snapshot {
  readonly #running = new Map<Entity, Promise<SnapshotProgress>>();
  constructor(private readonly options: SnapshotOptions) {}

  /** One run; a second call while it runs joins it, or follows it if it asks for more. */
  run(entity: Entity, run: SnapshotRun = {}): Promise<SnapshotProgress> {
    const before = this.#running.get(entity);
    const more = run.confirmed === true || run.backfill !== undefined;
    if (before && !more) return before;
    const begun = before ? before.then(() => this.#run(entity, run), () => this.#run(entity, run)) : this.#run(entity, run);
    const running = begun.finally(() => { if (this.#running.get(entity) === running) this.#running.delete(entity); });
    this.#running.set(entity, running);
    return running;
  }

  async #run(entity: Entity, run: SnapshotRun): Promise<SnapshotProgress> {
    const { connection, inbox, store, onProgress } = this.options;
    const { signal } = run;
    const progress: SnapshotProgress = { entity, read: 0, changed: 0, gone: 0 };
    const rechecks = await dueRechecks(store, connection.system, entity);
    const seen = new SeenIds();
    for await (const { records } of connection.list(entity, signal ? { signal } : {})) {
      run.onTaking?.(records.length);
      const taken = await Promise.all(records.map((record) => {
        const { id } = connection.identify(entity, record);
        seen.add(id);
        return this.#take(entity, id, record, run, rechecks.has(id));
      }));
      const fresh = taken.filter(Boolean).length;
      run.onTaken?.(records.length, fresh);
      progress.read += records.length;
      progress.changed += fresh;
      onProgress?.({ ...progress });
      await inbox.room(mostPending, signal);
      if (signal?.aborted) return progress;
    }
    if (!run.backfill?.dryRun) await this.#takeGone(progress, seen, run.confirmed === true);
    if (progress.gone > 0) onProgress?.({ ...progress });
    return progress;
  }

  /** `wanted`: somebody wants it once more, though it has not changed. */
  async #take(entity: Entity, id: string, record: Native, { backfill }: SnapshotRun, wanted: boolean): Promise<boolean> {
    const { connection, intake, inbox } = this.options;
    const before = await intake.latest(inbox, entity, id);
    const hash = hashOf(connection, entity, record);
    const again = backfill?.again ? backfill.run : undefined;
    if (before?.hash === hash && again === undefined && !wanted) return false;
    // With what went before: the same content may come back, and is then a change again.
    const state = `${hash}:${again ?? String(before?.updatedAt ?? 0)}${wanted ? ':again' : ''}`;
    const also = backfill?.dryRun ? [] : [await this.#owed(entity, id, Date.parse(connection.identify(entity, record).time), !before)];
    return intake.take(inbox, entity, record, { state, also, ...(backfill ? { backfill: { ...backfill, again: false } } : {}) });
  }

  /** A read that missed half of the records must not empty the other system: what is gone is told only in small numbers, or when somebody says so. */
  async #takeGone(progress: SnapshotProgress, seen: SeenIds, confirmed: boolean): Promise<void> {
    const { connection, intake, inbox } = this.options;
    const { entity } = progress;
    const time = new Date((this.options.now ?? Date.now)()).toISOString();
    const missing: string[] = [];
    let known = 0;
    const prefix = `${connection.system}/${entity}/`;
    for await (const { subject, status } of inbox.latestOf(prefix)) {
      const id = subject.slice(prefix.length);
      known++;
      if (status !== gone && !seen.has(id) && connection.gone?.(entity, id, time)) missing.push(id);
    }
    progress.gone = missing.length;
    if (missing.length > goneUnasked(known) && !confirmed) {
      progress.held = true;
      return;
    }
    for (const id of missing) await intake.takeGone(inbox, entity, { id, time }, [await this.#owed(entity, id, Date.parse(time), false)]);
  }

  #owed(entity: Entity, id: string, asOf: number, never: boolean): ReturnType<typeof owedWrite> {
    const { store, connection, now = Date.now } = this.options;
    return owedWrite(store, connection.system, entity, id, { since: now(), asOf, never });
  }
}

/** Of the document, or, of a record that cannot be one, of the record: its mistake is told once, not at each run. */
function hashOf(connection: Connection, entity: Entity, record: Native): string {
  try {
    return contentHash(connection.toCanonical(entity, record));
  } catch (reason) {
    if (errorClass(reason) === undefined) throw reason;
    return contentHash({ ...record, readAt: undefined });
  }
}
