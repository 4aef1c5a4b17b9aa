import type { Connection, Native } from '../connectors/contract';
import type { Inbox } from '../delivery/inbox';
import type { Entity } from '../documents/event';
import { contentHash } from '../documents/hash';
import { errorClass } from '../errors';
import type { Store } from '../store/contract';
import type { Intake } from './intake';
import { dueRechecks } from './recheck';

export interface SnapshotOptions {
  store: Store;
  connection: Connection;
  intake: Intake;
  inbox: Inbox;
  /** Hears after each page how many records were read and how many of them had changed. */
  onProgress?: (progress: SnapshotProgress) => void;
}

export interface SnapshotProgress { entity: Entity; read: number; changed: number }

/** Records that wait to be worked off at most: reading goes no faster. */
const mostPending = 2000;

/** Reads records that carry no time of change, all of them, and takes those whose content is another than last time. */
export class Snapshot {
  readonly #running = new Map<Entity, Promise<SnapshotProgress>>();
  constructor(private readonly options: SnapshotOptions) {}

  /** One run; a second call while it runs joins it. */
  run(entity: Entity, signal?: AbortSignal): Promise<SnapshotProgress> {
    let running = this.#running.get(entity);
    if (!running) {
      running = this.#run(entity, signal).finally(() => this.#running.delete(entity));
      this.#running.set(entity, running);
    }
    return running;
  }

  async #run(entity: Entity, signal?: AbortSignal): Promise<SnapshotProgress> {
    const { connection, inbox, store, onProgress } = this.options;
    const progress: SnapshotProgress = { entity, read: 0, changed: 0 };
    const again = await dueRechecks(store, connection.system, entity);
    for await (const { records } of connection.list(entity, signal ? { signal } : {})) {
      const taken = await Promise.all(records.map((record) => this.#take(entity, record, again)));
      progress.read += records.length;
      progress.changed += taken.filter(Boolean).length;
      onProgress?.({ ...progress });
      await inbox.room(mostPending, signal);
      if (signal?.aborted) break;
    }
    return progress;
  }

  async #take(entity: Entity, record: Native, again: ReadonlySet<string>): Promise<boolean> {
    const { connection, intake, inbox } = this.options;
    const { id } = connection.identify(entity, record);
    const before = await intake.latest(inbox, entity, id);
    const hash = hashOf(connection, entity, record);
    const wanted = again.has(id);
    if (before?.hash === hash && !wanted) return false;
    // With what went before: the same content may come back, and is then a change again.
    return intake.take(inbox, entity, record, `${hash}:${String(before?.updatedAt ?? 0)}${wanted ? ':again' : ''}`);
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
