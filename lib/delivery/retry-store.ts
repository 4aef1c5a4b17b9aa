import { prefixEnd, timeKey, type Entry, type Precondition, type Store, type Write } from '../store/contract';
import type { PlainError } from './plain';

/** A message that waits for its next try. */
export interface RetryEntry {
  id: string;
  /** When it is to be released, ms since 1970. */
  due: number;
  /** Tries that count. */
  tries: number;
  /** Failures in a row that did not count: throttling, system down, parked. */
  throttles: number;
  firstAt: number;
  /** Plain message data, see `toPlain`. */
  message: unknown;
  /** What of the message could not be kept. */
  notes: string[];
  error: PlainError;
  /** Waits for an unknown item or customer to appear. */
  parked: boolean;
  lane?: { source: string; key: string };
  source?: string;
  /** Its place among the waiting messages of its lane. */
  order?: string;
}

/** What the index by due time knows of an entry. */
export interface DueMark { id: string; due: number; parked: boolean; system?: string }

/** Names of all schedules that have left anything in the store. */
export async function* scheduleNames(store: Store): AsyncIterable<string> {
  let from = 'retry/';
  for (;;) {
    let name: string | undefined;
    for await (const { key } of store.range({ from, to: prefixEnd('retry/'), limit: 1 })) name = key.split('/')[1];
    if (name === undefined) return;
    yield decodeURIComponent(name);
    from = prefixEnd(`retry/${name}/`);
  }
}

interface Lane { source: string; key: string; count: number }

/**
 * How the retry schedule lies in the store. Only the first waiting message of each lane is in the index by due time:
 * the others follow when it is gone. Every change of a lane goes through its `lane/` entry, so that two changes at the
 * same instant cannot both believe to have seen the whole lane.
 */
export class RetryStore {
  readonly #prefix: string;
  #lastOrder = 0;

  constructor(private readonly store: Store, name: string) { this.#prefix = `retry/${encodeURIComponent(name)}/`; }

  get(id: string): Promise<Entry<RetryEntry> | undefined> { return this.store.get<RetryEntry>(this.#entryKey(id)); }

  /** Adds an entry. False if one with this id is there. */
  async insert(entry: RetryEntry, also: Write[]): Promise<boolean> {
    const key = this.#entryKey(entry.id);
    const { lane } = entry;
    if (!lane) return this.store.commit([{ put: key, value: entry }, this.#mark(entry), ...also], [{ key, version: null }]);
    const laneKey = this.#laneKey(lane);
    // The clock may stand still or be set back: within a process the order still grows.
    this.#lastOrder = Math.max(entry.firstAt * 1000, this.#lastOrder + 1);
    const ordered = { ...entry, order: `${timeKey(this.#lastOrder)}-${entry.id}` };
    for (;;) {
      const head = await this.store.get<Lane>(laneKey);
      const writes: Write[] = [
        { put: key, value: ordered }, { put: this.#queueKey(ordered), value: entry.id },
        { put: laneKey, value: { ...lane, count: (head?.value.count ?? 0) + 1 } satisfies Lane }, ...also,
      ];
      if (!head) writes.push(this.#mark(ordered));
      if (await this.store.commit(writes, [{ key, version: null }, { key: laneKey, version: head?.version ?? null }])) return true;
      if (await this.get(entry.id)) return false;
    }
  }

  /** Writes an entry anew and moves its mark. False if it changed meanwhile. */
  async replace(stored: Entry<RetryEntry>, entry: RetryEntry, also: Write[]): Promise<boolean> {
    const writes: Write[] = [{ put: stored.key, value: entry }, ...also];
    const preconditions: Precondition[] = [{ key: stored.key, version: stored.version }];
    if (entry.lane) {
      const key = this.#laneKey(entry.lane);
      preconditions.push({ key, version: (await this.store.get(key))?.version ?? null });
    }
    if (await this.#isFirst(entry)) writes.push({ delete: this.#markKey(stored.value) }, this.#mark(entry));
    return this.store.commit(writes, preconditions);
  }

  /** Removes an entry and marks the next of its lane. False if it is not there. */
  async remove(id: string, also: Write[]): Promise<boolean> {
    for (;;) {
      const stored = await this.get(id);
      if (!stored) return false;
      const writes: Write[] = [{ delete: stored.key }, { delete: this.#markKey(stored.value) }, ...also];
      const preconditions: Precondition[] = [{ key: stored.key, version: stored.version }];
      const { lane } = stored.value;
      if (lane) {
        const laneKey = this.#laneKey(lane);
        const head = await this.store.get<Lane>(laneKey);
        const count = (head?.value.count ?? 1) - 1;
        const next = await this.#nextOf(stored.value);
        if (head) preconditions.push({ key: laneKey, version: head.version });
        if (next) {
          writes.push(this.#mark(next.value));
          preconditions.push({ key: next.key, version: next.version });
        }
        writes.push({ delete: this.#queueKey(stored.value) }, count > 0 ? { put: laneKey, value: { ...lane, count } } : { delete: laneKey });
      }
      if (await this.store.commit(writes, preconditions)) return true;
    }
  }

  /** Entries that may be released, by due time. */
  async *marks(): AsyncIterable<DueMark> {
    const prefix = `${this.#prefix}due/`;
    for await (const { value } of this.store.range<DueMark>({ from: prefix, to: prefixEnd(prefix) })) yield value;
  }

  /** Lanes with waiting messages. */
  async lanes(): Promise<Lane[]> {
    const prefix = `${this.#prefix}lane/`;
    const lanes: Lane[] = [];
    for await (const { value } of this.store.range<Lane>({ from: prefix, to: prefixEnd(prefix) })) lanes.push(value);
    return lanes;
  }

  async waitingIn(lane: { source: string; key: string }): Promise<number> {
    return (await this.store.get<Lane>(this.#laneKey(lane)))?.value.count ?? 0;
  }

  /** Every entry, in no particular order. */
  async *entries(): AsyncIterable<RetryEntry> {
    const prefix = `${this.#prefix}entry/`;
    for await (const { value } of this.store.range<RetryEntry>({ from: prefix, to: prefixEnd(prefix) })) yield value;
  }

  /** All entries: those with a mark and those that stand behind one in a lane. */
  async count(): Promise<number> {
    let count = 0;
    for await (const { id } of this.marks()) count += id === '' ? 0 : 1;
    for (const lane of await this.lanes()) count += lane.count - 1;
    return count;
  }

  async #isFirst(entry: RetryEntry): Promise<boolean> {
    if (!entry.lane) return true;
    return await this.#first(this.#queuePrefix(entry.lane)) === entry.id;
  }

  /** The entry that becomes the first of its lane when `entry`, now the first, is gone. */
  async #nextOf(entry: RetryEntry & { lane?: { source: string; key: string } }): Promise<Entry<RetryEntry> | undefined> {
    if (!entry.lane || !await this.#isFirst(entry)) return undefined;
    const next = await this.#first(`${this.#queueKey(entry)}\u0001`, this.#queuePrefix(entry.lane));
    return next === undefined ? undefined : this.get(next);
  }

  async #first(from: string, prefix = from): Promise<string | undefined> {
    for await (const { value } of this.store.range<string>({ from, to: prefixEnd(prefix), limit: 1 })) return value;
    return undefined;
  }

  #mark(entry: RetryEntry): Write {
    const { system } = entry.error.details;
    const mark: DueMark = { id: entry.id, due: entry.due, parked: entry.parked, ...(system === undefined ? {} : { system }) };
    return { put: this.#markKey(entry), value: mark };
  }

  #entryKey(id: string): string { return `${this.#prefix}entry/${id}`; }
  #markKey({ due, id }: RetryEntry): string { return `${this.#prefix}due/${timeKey(due)}/${id}`; }
  #laneKey({ source, key }: { source: string; key: string }): string { return `${this.#prefix}lane/${lanePart(source, key)}`; }
  #queuePrefix({ source, key }: { source: string; key: string }): string { return `${this.#prefix}queue/${lanePart(source, key)}/`; }
  #queueKey({ lane, order = '' }: RetryEntry): string { return lane ? this.#queuePrefix(lane) + order : ''; }
}

function lanePart(source: string, key: string): string { return `${encodeURIComponent(source)}|${encodeURIComponent(key)}`; }
