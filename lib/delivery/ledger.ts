import { ConflictError } from '../errors';
import type { Store, Write } from '../store/contract';
import { sweep } from '../store/sweep';
import { Claims, defaultUncertainMs, type Claim, type LedgerOptions, type State } from './claims';

export type { LedgerOptions } from './claims';

/** A write that must happen once. Results are plain data. */
export interface Once<T> {
  /** Looks for what an earlier, interrupted try may have written, by our own reference. */
  find: () => Promise<T[]>;
  write: () => Promise<T>;
  /** How long a slow system may still carry out a write after its answer was lost, ms. Default 2,000. */
  uncertainMs?: number;
  /** Writes to commit together with the result, e.g. links. */
  onDone?: (result: T) => Write[] | Promise<Write[]>;
}

export interface Ran<T> {
  result: T;
  /** `first`: written now. `stored`: was done before. `found`: an interrupted try had written it. */
  outcome: 'first' | 'stored' | 'found';
}

/** One of many writes to the same record, e.g. of its newer and newer states. Notes are plain data. */
export interface Turn<N, T> {
  /** Decides in view of the note of the turn before: nothing is written and this is the result, or this is noted and written. */
  begin: (note: N | undefined) => { result: T } | { note: N };
  /** Gets the note of the turn before; what it returns replaces the one of `begin`, which stays if it fails or is cut off. */
  write: (note: N | undefined) => Promise<{ result: T; note: N }>;
}

const prefix = 'ledger/';

/**
 * Makes writes to other systems effectively-once. A key is claimed atomically before the write and keeps the result
 * after it. A try that was cut off between the two, or whose answer was lost, is looked for by `find` before anything
 * is written again.
 */
export class Ledger {
  readonly #running = new Map<string, Promise<Ran<unknown>>>();
  /** The last turn of each key that has one under way or waiting. */
  readonly #turns = new Map<string, Promise<unknown>>();
  readonly #claims: Claims;

  constructor(readonly store: Store, options: LedgerOptions = {}) { this.#claims = new Claims(store, options); }

  /**
   * Runs a write once per key, however often and from wherever it is called. Concurrent calls of this process share
   * one try and its failure. Throws what `write` and `find` throw; ConflictError CONFLICT_DUPLICATE_REFERENCE if
   * `find` names several; TransientError TRANSIENT_CLAIMED or TRANSIENT_UNCERTAIN, with the wait, if it cannot start yet.
   */
  async run<T>(key: string, once: Once<T>): Promise<Ran<T>> {
    const shared = this.#running.get(key) as Promise<Ran<T>> | undefined;
    if (shared) {
      const { result, outcome } = await shared;
      return { result, outcome: outcome === 'first' ? 'stored' : outcome };
    }
    const running = this.#run(key, once).finally(() => this.#running.delete(key));
    this.#running.set(key, running);
    return running;
  }

  /**
   * Runs writes of one key one after the other, each in view of what the one before noted; from wherever they are called.
   * Keys are not those of run(). Throws what `write` throws, and TransientError as run() does.
   */
  async inTurn<N, T>(key: string, turn: Turn<N, T>): Promise<Pick<Ran<T>, 'result'> & { outcome: 'first' | 'stored' }> {
    const mine = (this.#turns.get(key) ?? Promise.resolve()).then(() => this.#turn(key, turn));
    const ended = mine.catch(() => undefined).finally(() => { if (this.#turns.get(key) === ended) this.#turns.delete(key); });
    this.#turns.set(key, ended);
    return mine;
  }

  /** What the last turn of a key noted. */
  async noteOf(key: string): Promise<unknown> {
    const value = (await this.store.get<State<unknown>>(prefix + key))?.value;
    return value && 'note' in value ? value.note : undefined;
  }

  /** The write that notes what a turn would, to be committed with what makes it so. */
  noteWrite(key: string, note: unknown): Write { return { put: prefix + key, value: { state: 'free', note, at: this.#claims.options.now() } satisfies State<unknown> }; }

  /** Forgets a key: the next run writes again. For records that were deleted on purpose. */
  async forget(key: string): Promise<void> { await this.store.delete(prefix + key); }

  /** Forgets results older than this (ms since 1970). Returns how many. */
  async prune(before: number): Promise<number> {
    return sweep<State<unknown>>(this.store, prefix, ({ key, value }) => {
      const at = 'at' in value ? value.at : 'note' in value && 'settledAt' in value ? value.settledAt : Infinity;
      return at < before ? [key] : undefined;
    });
  }

  async #run<T>(name: string, once: Once<T>): Promise<Ran<T>> {
    const claimed = await this.#claims.take(prefix + name, name, once.uncertainMs ?? defaultUncertainMs);
    if ('result' in claimed) return { result: claimed.result as T, outcome: 'stored' };
    const ran = await this.#claims.hold(claimed, once.uncertainMs ?? defaultUncertainMs, () => this.#try(name, claimed, once));
    return this.#done(claimed, ran, once);
  }

  async #turn<N, T>(name: string, { begin, write }: Turn<N, T>): Promise<{ result: T; outcome: 'first' | 'stored' }> {
    const claimed = await this.#claims.take(prefix + name, name, defaultUncertainMs, (note) => begin(note as N | undefined));
    if ('result' in claimed) return { result: claimed.result as T, outcome: 'stored' };
    const { result, note } = await this.#claims.hold(claimed, defaultUncertainMs, () => {
      claimed.reached = true;
      return write(claimed.note?.before as N | undefined);
    });
    await this.#claims.replace(claimed, { put: claimed.key, value: { state: 'free', note, at: this.#claims.options.now() } });
    return { result, outcome: 'first' };
  }

  async #try<T>(name: string, claim: Claim, { find, write }: Once<T>): Promise<Ran<T>> {
    if (claim.interrupted) {
      const found = await find();
      if (found.length > 1) {
        throw new ConflictError('CONFLICT_DUPLICATE_REFERENCE',
          `${found.length} records carry the reference of ${name}: ${found.map(nameOf).join(', ')}. Keep one, cancel the others in that system, then replay.`, { record: name });
      }
      for (const result of found) return { result, outcome: 'found' };
    }
    claim.reached = true;
    return { result: await write(), outcome: 'first' };
  }

  /** Also when our claim expired meanwhile: the record is there. Only a result that is already kept wins over ours. */
  async #done<T>(claim: Claim, ran: Ran<T>, { onDone }: Once<T>): Promise<Ran<T>> {
    const state: State<T> = { state: 'done', result: ran.result, at: this.#claims.options.now() };
    for (;;) {
      const entry = await this.store.get<State<T>>(claim.key);
      if (entry?.value.state === 'done') return { result: entry.value.result, outcome: 'stored' };
      const writes: Write[] = [{ put: claim.key, value: state }, ...await onDone?.(ran.result) ?? []];
      if (await this.store.commit(writes, [{ key: claim.key, version: entry?.version ?? null }])) return ran;
    }
  }
}

/** The number of a found record, as connectors' results have it. */
function nameOf(found: unknown): string {
  const id = (found as { externalId?: { number?: string; id?: string } } | null)?.externalId;
  return id?.number ?? id?.id ?? 'one without a number';
}
