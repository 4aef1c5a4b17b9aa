import { randomUUID } from 'node:crypto';
import type { EventAttributes } from '../documents/event';
import { TransientError } from '../errors';
import { prefixEnd, timeKey, type Store, type Write } from '../store/contract';
import { businessNumbers, normalNumber } from './business-numbers';
import { plainError, toPlain, type PlainError } from './plain';

/** A message that nothing but a person can help. */
export interface DeadLetter {
  id: string;
  /** ms since 1970 */
  at: number;
  /** Id of the node that gave it up. */
  node: string;
  event?: Partial<EventAttributes>;
  /** Plain message data, see `toPlain`. */
  message: unknown;
  /** What of the message could not be kept. */
  notes: string[];
  error: PlainError;
  tries: number;
  firstTriedAt: number;
  /** The lane it was in, for opening it again. */
  lane?: { source: string; key: string };
  /** Business numbers it is found by. */
  numbers: string[];
}

export interface DeadLetterInput {
  /** Put again with the same id it replaces the earlier one. Default: a new one. */
  id?: string;
  node: string;
  message: unknown;
  error: unknown;
  tries: number;
  firstTriedAt: number;
  lane?: { source: string; key: string };
}

export interface DeadLetterOptions {
  /** Dead letters at most; more are refused, never dropped. Default 100,000. */
  quota?: number;
  /** Injected for tests. Default Date.now. */
  now?: () => number;
}

export interface DeadLetterPage {
  entries: DeadLetter[];
  /** Hand it to the next list() to go on. Absent on the last page. */
  next?: string;
}

/** Kept until somebody replays or removes them; found by id, time and business number. */
export class DeadLetters {
  readonly #quota: number;
  readonly #now: () => number;
  readonly #listeners = new Set<(count: number, quota: number) => void>();
  #loaded: Promise<void> | undefined;
  #size = 0;
  /** Places taken by puts that are not on disk yet. */
  #pending = 0;

  constructor(private readonly store: Store, options: DeadLetterOptions = {}) {
    this.#quota = options.quota ?? 100_000;
    this.#now = options.now ?? Date.now;
  }

  /**
   * Resolves once it is on disk. Throws TransientError TRANSIENT_DEAD_LETTERS_FULL at the quota: the message must stay
   * where it is.
   */
  async put(input: DeadLetterInput): Promise<DeadLetter> {
    const { value: message, notes } = toPlain(input.message);
    const error = plainError(input.error);
    const { event } = (message ?? {}) as { event?: Partial<EventAttributes> };
    const letter: DeadLetter = {
      id: input.id ?? randomUUID(), at: this.#now(), node: input.node, message, notes, error, tries: input.tries, firstTriedAt: input.firstTriedAt,
      numbers: businessNumbers(message, error.details.record), ...(event ? { event } : {}), ...(input.lane ? { lane: input.lane } : {}),
    };
    const key = entryKey(letter.id);
    for (;;) {
      const old = await this.store.get<DeadLetter>(key);
      if (!old) await this.#reserve();
      const writes: Write[] = [...old ? removal(old.value) : [], { put: key, value: letter }, { put: timeIndex(letter), value: letter.id },
        ...letter.numbers.map((number) => ({ put: numberIndex(number, letter.id), value: letter.id }))];
      let written = false;
      try {
        written = await this.store.commit(writes, [{ key, version: old?.version ?? null }]);
      } finally {
        if (!old) this.#pending--;
      }
      if (!written) continue;
      if (!old) this.#changed(1);
      return letter;
    }
  }

  async get(id: string): Promise<DeadLetter | undefined> { return (await this.store.get<DeadLetter>(entryKey(id)))?.value; }

  /** One page, by default the newest 50. */
  async list({ oldestFirst = false, limit = 50, after }: { oldestFirst?: boolean; limit?: number; after?: string } = {}): Promise<DeadLetterPage> {
    const bounds = oldestFirst
      ? { from: after === undefined ? times : `${times}${after}\u0001`, to: prefixEnd(times) }
      : { from: times, to: after === undefined ? prefixEnd(times) : times + after, reverse: true };
    const entries: DeadLetter[] = [];
    let last: string | undefined;
    for await (const { key, value } of this.store.range<string>({ ...bounds, limit: limit + 1 })) {
      if (entries.length === limit) return { entries, ...(last === undefined ? {} : { next: last }) };
      const letter = await this.get(value);
      if (letter) entries.push(letter);
      last = key.slice(times.length);
    }
    return { entries };
  }

  /** Those of a business number, e.g. `#1001` or `1001`. */
  async findByNumber(number: string): Promise<DeadLetter[]> {
    const prefix = numberPrefix(normalNumber(number));
    const found: DeadLetter[] = [];
    for await (const { value } of this.store.range<string>({ from: prefix, to: prefixEnd(prefix) })) {
      const letter = await this.get(value);
      if (letter) found.push(letter);
    }
    return found;
  }

  /** Removes it, together with `also` in one commit. False, writing nothing, if it is not there (any more). */
  async remove(id: string, also: Write[] = []): Promise<boolean> {
    const key = entryKey(id);
    for (;;) {
      const old = await this.store.get<DeadLetter>(key);
      if (!old) return false;
      await this.count();
      if (!await this.store.commit([...removal(old.value), ...also], [{ key, version: old.version }])) continue;
      this.#changed(-1);
      return true;
    }
  }

  /** How many there are. */
  async count(): Promise<number> {
    await (this.#loaded ??= this.#load());
    return this.#size;
  }

  /** Calls `listener` when the count changes. Returns the way to stop it. */
  onChange(listener: (count: number, quota: number) => void): () => void {
    this.#listeners.add(listener);
    return () => { this.#listeners.delete(listener); };
  }

  /** Every change in this process waits for this first, so the figure is exact for one process. */
  async #load(): Promise<void> {
    let size = 0;
    for await (const { key } of this.store.range({ from: times, to: prefixEnd(times) })) size += key === '' ? 0 : 1;
    this.#size = size;
  }

  /** Takes a place before the write, so that puts at the same instant cannot pass the quota together. */
  async #reserve(): Promise<void> {
    // Another process may have made room.
    if (await this.count() >= this.#quota && this.#pending === 0) await (this.#loaded = this.#load());
    if (this.#size + this.#pending >= this.#quota) throw this.#full();
    this.#pending++;
  }

  #changed(by: number): void {
    this.#size += by;
    for (const listener of this.#listeners) listener(this.#size, this.#quota);
  }

  #full(): TransientError {
    return new TransientError('TRANSIENT_DEAD_LETTERS_FULL', `${this.#quota} dead letters wait already. Replay or remove some in the sidebar; messages stay where they are until there is room.`, { retryAfterMs: 5000 });
  }
}

const times = 'dead/time/';

function entryKey(id: string): string { return `dead/entry/${id}`; }
function timeIndex({ at, id }: DeadLetter): string { return `${times}${timeKey(at)}/${id}`; }
function numberPrefix(number: string): string { return `dead/number/${encodeURIComponent(number)}/`; }
function numberIndex(number: string, id: string): string { return numberPrefix(number) + id; }

function removal(letter: DeadLetter): Write[] {
  return [{ delete: entryKey(letter.id) }, { delete: timeIndex(letter) }, ...letter.numbers.map((number) => ({ delete: numberIndex(number, letter.id) }))];
}
