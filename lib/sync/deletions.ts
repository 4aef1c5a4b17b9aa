import type { Entity } from '../documents/event';
import { prefixEnd, type Store, type Write } from '../store/contract';

export interface DeletionsOptions {
  store: Store;
  /** The node's id. */
  id: string;
  system: string;
  /** How many records of an entity the node knows. */
  known: (entity: Entity) => Promise<number>;
  /** Hears how many are held when that has changed, of many at once not of each. */
  onHeld: (entity: Entity, count: number) => void;
  now?: () => number;
}

/** What is kept of a deletion that was told, or waits until somebody confirms it. */
interface Kept { at: number; held?: true }

/** So many may be gone without a question (C44): the least, the most, and the part of all between them. */
const unasked = { least: 5, most: 50, part: 0.05 };
/** Deletions that events tell of within this time are one lot, ms. */
const windowMs = 3_600_000;

const tellAfterMs = 250;

/** How many of so many known records may be gone without a question. */
export function goneUnasked(known: number): number { return Math.min(unasked.most, Math.max(unasked.least, known * unasked.part)); }

/**
 * Deletions as events tell of them, one by one: few pass, and as soon as they become many those that come are held until
 * somebody confirms them. A mistake in the system must not empty the other one.
 */
export class Deletions {
  readonly #lots = new Map<Entity, Promise<Map<string, Kept>>>();
  readonly #timers = new Map<Entity, NodeJS.Timeout>();
  #turn: Promise<unknown> = Promise.resolve();
  constructor(private readonly options: DeletionsOptions) {}

  /** May the deletion of a record be told now? `also`: to be written with what becomes of it. One after the other, so that none slips through between two others. */
  judge(entity: Entity, id: string): Promise<{ passes: boolean; also: Write[] }> {
    const judged = this.#turn.then(() => this.#judge(entity, id));
    this.#turn = judged.catch(() => undefined);
    return judged;
  }

  /** Tells once more what is held from an earlier run. */
  async open(entity: Entity): Promise<void> {
    const lot = await this.#lot(entity);
    if (heldOf(lot) > 0) this.#tell(entity, lot);
  }

  /** The record is there after all. The writes that take note of it. */
  async forget(entity: Entity, id: string): Promise<Write[]> {
    const lot = await this.#lot(entity);
    const kept = lot.get(id);
    if (!lot.delete(id)) return [];
    if (kept?.held) this.#tell(entity, lot);
    return [{ delete: this.#key(entity, id) }];
  }

  /** Somebody has confirmed them: hands out each that is held, with the write that goes with it, and begins to count anew. `at`: ms since 1970. */
  async confirm(entity: Entity, take: (id: string, at: number, also: Write[]) => Promise<unknown>): Promise<void> {
    const lot = await this.#lot(entity);
    for (const [id, { at, held }] of [...lot]) {
      const also: Write[] = [{ delete: this.#key(entity, id) }];
      await (held ? take(id, at, also) : this.options.store.commit(also));
      lot.delete(id);
    }
    this.#tell(entity, lot);
  }

  async #judge(entity: Entity, id: string): Promise<{ passes: boolean; also: Write[] }> {
    const now = (this.options.now ?? Date.now)();
    const lot = await this.#lot(entity);
    const also: Write[] = [];
    for (const [old, { at, held }] of lot) {
      if (held || at > now - windowMs || old === id) continue;
      lot.delete(old);
      also.push({ delete: this.#key(entity, old) });
    }
    const before = lot.get(id);
    lot.delete(id);
    const [...others] = lot.values();
    const passes = !others.some(({ held }) => held) && (others.length < unasked.least || others.length + 1 <= goneUnasked(await this.options.known(entity)));
    const kept: Kept = { at: now, ...(passes ? {} : { held: true }) };
    lot.set(id, kept);
    if (kept.held !== before?.held) this.#tell(entity, lot);
    return { passes, also: [...also, { put: this.#key(entity, id), value: kept }] };
  }

  #tell(entity: Entity, lot: Map<string, Kept>): void {
    if (this.#timers.has(entity)) return;
    this.#timers.set(entity, setTimeout(() => {
      this.#timers.delete(entity);
      this.options.onHeld(entity, heldOf(lot));
    }, tellAfterMs).unref());
  }

  /** As it is on disk, read once. */
  #lot(entity: Entity): Promise<Map<string, Kept>> {
    let lot = this.#lots.get(entity);
    if (!lot) {
      this.#lots.set(entity, lot = this.#read(entity));
      lot.catch(() => this.#lots.delete(entity));
    }
    return lot;
  }

  async #read(entity: Entity): Promise<Map<string, Kept>> {
    const prefix = this.#key(entity, '');
    const lot = new Map<string, Kept>();
    for await (const { key, value } of this.options.store.range<Kept>({ from: prefix, to: prefixEnd(prefix) })) lot.set(decodeURIComponent(key.slice(prefix.length)), value);
    return lot;
  }

  #key(entity: Entity, id: string): string { return `deletion/${this.options.id}/${encodeURIComponent(this.options.system)}/${entity}/${encodeURIComponent(id)}`; }
}

function heldOf(lot: Map<string, Kept>): number { return [...lot.values()].filter(({ held }) => held).length; }
