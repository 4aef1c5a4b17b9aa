import { randomUUID } from 'node:crypto';
import type { Connection } from '../connectors/contract';
import type { Entity } from '../documents/event';
import { prefixEnd, type Store, type Write } from '../store/contract';

/** What shall be read once more, or for the first time. */
export interface BackfillOrder {
  /** Records changed at or after this time (ISO 8601 UTC); absent: all. */
  since?: string;
  /** Send also what was sent before and has not changed. */
  again?: boolean;
  /** Send all as events with `dryrun`: write nodes only tell what they would change, and nothing counts as sent. */
  dryRun?: boolean;
}

/** A run that has not ended, as it is kept. */
export interface KeptRun extends BackfillOrder {
  run: string;
  entity: Entity;
  /** Its turn. */
  place: number;
  /** ms since 1970 */
  startedAt: number;
  read: number;
  of?: number;
  cursor?: string;
  /** All is read. */
  complete?: true;
}

/** The runs of a node that have not ended, in their order, on disk. */
export class BackfillQueue {
  readonly #prefix: string;
  #runs: KeptRun[] = [];
  #lastPlace = 0;
  #adding: Promise<unknown> = Promise.resolve();

  constructor(private readonly id: string, private readonly store: Store, { system }: Connection) {
    this.#prefix = `backfill/${id}/${encodeURIComponent(system)}/`;
  }

  /** Puts entities at the end, all or none; one that waits with the same order already stays where it is. */
  add(entities: readonly Entity[], order: BackfillOrder, now: number): Promise<void> {
    const added = this.#adding.then(() => this.#add(entities, order, now));
    this.#adding = added.catch(() => undefined);
    return added;
  }

  /** All of them. */
  async runs(): Promise<KeptRun[]> {
    const found: KeptRun[] = [];
    for await (const { value } of this.store.range<KeptRun>({ from: this.#prefix, to: prefixEnd(this.#prefix) })) found.push(value);
    return this.#runs = found;
  }

  /** What comes behind a run, as far as was seen last. */
  behind({ place }: KeptRun): Entity[] { return this.#runs.filter((one) => one.place > place).map(({ entity }) => entity); }

  /** Notes how far a run is. */
  async keep(run: KeptRun): Promise<void> { await this.store.put(this.#key(run), run); }

  /** How many records of a run have ended badly. */
  async bad({ run }: KeptRun): Promise<{ dead: number; retrying: number }> {
    const counts = { dead: 0, retrying: 0 };
    const prefix = badPrefix(this.id, run);
    for await (const { value } of this.store.range<keyof typeof counts>({ from: prefix, to: prefixEnd(prefix) })) counts[value]++;
    return counts;
  }

  /** It has ended. */
  async remove(run: KeptRun): Promise<void> {
    const prefix = badPrefix(this.id, run.run);
    const writes: Write[] = [{ delete: this.#key(run) }];
    for await (const { key } of this.store.range({ from: prefix, to: prefixEnd(prefix) })) writes.push({ delete: key });
    await this.store.commit(writes);
  }

  async #add(entities: readonly Entity[], order: BackfillOrder, now: number): Promise<void> {
    const there = await this.runs();
    this.#lastPlace = Math.max(this.#lastPlace, ...there.map(({ place }) => place));
    const fresh = entities.filter((entity) => !there.some((one) => one.entity === entity && isSame(one, order)));
    const writes = fresh.map((entity): Write => {
      const run: KeptRun = { run: randomUUID(), entity, place: ++this.#lastPlace, startedAt: now, read: 0, ...order };
      return { put: this.#key(run), value: run };
    });
    if (writes.length > 0) await this.store.commit(writes);
    await this.runs();
  }

  #key({ place }: KeptRun): string { return `${this.#prefix}${String(place).padStart(12, '0')}`; }
}

/** The write that notes with the end of an entry of a run that it ended badly. */
export function badWrite(id: string, run: string, seq: string, state: 'dead' | 'retrying'): Write { return { put: `${badPrefix(id, run)}${seq}`, value: state }; }

function badPrefix(id: string, run: string): string { return `backfillbad/${id}/${run}/`; }

function isSame(one: BackfillOrder, other: BackfillOrder): boolean {
  return one.since === other.since && (one.again ?? false) === (other.again ?? false) && (one.dryRun ?? false) === (other.dryRun ?? false);
}
