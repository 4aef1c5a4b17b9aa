import type { Connection } from '../connectors/contract';
import type { Inbox } from '../delivery/inbox';
import type { Entity } from '../documents/event';
import type { Store } from '../store/contract';
import type { Intake } from './intake';

export interface CatchUpOptions {
  /** The node's id: names the cursors, together with the system. */
  id: string;
  store: Store;
  connection: Connection;
  intake: Intake;
  inbox: Inbox;
  /** How far back the first run reads, ms. */
  lookbackMs: number;
  /** Read again before the cursor, ms, because search indexes lag behind writes. Default two minutes. */
  overlapMs?: number;
  now?: () => number;
}

/** Reads what changed since the last run, for whatever no webhook brought. */
export class CatchUp {
  readonly #running = new Map<Entity, Promise<void>>();
  constructor(private readonly options: CatchUpOptions) {}

  /** One run; a second call while it runs joins it. */
  run(entity: Entity, signal?: AbortSignal): Promise<void> {
    let running = this.#running.get(entity);
    if (!running) {
      running = this.#run(entity, signal).finally(() => this.#running.delete(entity));
      this.#running.set(entity, running);
    }
    return running;
  }

  async #run(entity: Entity, signal?: AbortSignal): Promise<void> {
    const { store, connection, intake, inbox, id } = this.options;
    // A node that is switched to another shop begins anew there.
    const key = `cursor/${id}/${encodeURIComponent(connection.system)}/${entity}`;
    const cursor = await store.get<number>(key);
    const now = this.options.now ?? Date.now;
    let since = cursor?.value ?? now() - this.options.lookbackMs;
    const from = cursor ? since - (this.options.overlapMs ?? 120_000) : since;
    for await (const page of connection.list(entity, { updatedSince: new Date(from).toISOString(), ...(signal ? { signal } : {}) })) {
      await Promise.all(page.records.map((record) => intake.take(inbox, entity, record)));
      // A record that is dated tomorrow must not hide what changes until then.
      for (const record of page.records) since = Math.max(since, Math.min(now(), Date.parse(connection.identify(entity, record).time)));
      await store.put(key, since);
      if (signal?.aborted) break;
    }
    if (!cursor) await store.put(key, since);
  }
}
