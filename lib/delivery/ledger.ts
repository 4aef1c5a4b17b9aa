import { setTimeout as sleep } from 'node:timers/promises';
import { randomUUID } from 'node:crypto';
import { ConflictError, errorClass, errorDetails, TransientError } from '../errors';
import type { Store, Write } from '../store/contract';
import { sweep } from '../store/sweep';

export interface LedgerOptions {
  /**
   * Names this process among those that share the store, and stays the same over restarts: claims of its earlier life
   * are then known to be dead at once. Never give one name to two that live at the same time. Default `local`.
   */
  owner?: string;
  /** How long a claim of another process that gives no sign of life is respected, ms. Default 60,000. */
  leaseMs?: number;
  /** How long run() waits for another process or for an uncertain try to settle before it gives up, ms. Default 5,000. */
  waitMs?: number;
  /** Injected for tests. Default Date.now. */
  now?: () => number;
  /** Injected for tests. */
  wait?: (ms: number) => Promise<unknown>;
}

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

type State<T> =
  | { state: 'claimed'; owner: string; claim: string; until: number; interrupted: boolean }
  | { state: 'uncertain'; settledAt: number }
  | { state: 'done'; result: T; at: number };

/** Our hold on a key. */
interface Claim {
  key: string;
  /** Tells it from every other claim, also from those of an earlier life under the same owner name. */
  id: string;
  /** An earlier try may have written: ask before writing. Stays so until the key is done. */
  interrupted: boolean;
  /** write() was called. */
  reached: boolean;
}

const prefix = 'ledger/';

/**
 * Makes writes to other systems effectively-once. A key is claimed atomically before the write and keeps the result
 * after it. A try that was cut off between the two, or whose answer was lost, is looked for by `find` before anything
 * is written again.
 */
export class Ledger {
  readonly #running = new Map<string, Promise<Ran<unknown>>>();
  readonly #session = randomUUID();
  #claims = 0;
  readonly #options: Required<LedgerOptions>;
  readonly #bornAt: number;

  constructor(private readonly store: Store, options: LedgerOptions = {}) {
    this.#options = { owner: 'local', leaseMs: 60_000, waitMs: 5000, now: Date.now, wait: sleep, ...options };
    this.#bornAt = this.#options.now();
  }

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

  /** Forgets a key: the next run writes again. For records that were deleted on purpose. */
  async forget(key: string): Promise<void> { await this.store.delete(prefix + key); }

  /** Forgets results older than this (ms since 1970). Returns how many. */
  async prune(before: number): Promise<number> {
    return sweep<State<unknown>>(this.store, prefix, ({ key, value }) => value.state === 'done' && value.at < before ? [key] : undefined);
  }

  async #run<T>(name: string, once: Once<T>): Promise<Ran<T>> {
    const claimed = await this.#claim(name, once.uncertainMs ?? defaultUncertainMs);
    if ('result' in claimed) return { result: claimed.result as T, outcome: 'stored' };
    const beat = setInterval(() => { this.#renew(claimed); }, this.#options.leaseMs / 3);
    beat.unref();
    let ran: Ran<T>;
    try {
      ran = await this.#try(name, claimed, once);
    } catch (error) {
      await this.#failed(claimed, error, once.uncertainMs ?? defaultUncertainMs);
      throw error;
    } finally {
      clearInterval(beat);
    }
    return this.#done(claimed, ran, once);
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

  /** Takes the key, or returns its result, waiting a while for another process or for an uncertain try to settle. */
  async #claim(name: string, uncertainMs: number): Promise<Claim | { result: unknown }> {
    const { owner, leaseMs, waitMs, now, wait } = this.#options;
    const key = prefix + name;
    const deadline = now() + waitMs;
    for (let pause = 20; ; pause = Math.min(pause * 2, 500)) {
      const entry = await this.store.get<State<unknown>>(key);
      if (entry?.value.state === 'done') return { result: entry.value.result };
      const busy = entry && this.#busy(entry.value, uncertainMs);
      if (busy) {
        const left = busy.until - now();
        const ms = busy.code === 'TRANSIENT_UNCERTAIN' ? left : Math.min(left, pause);
        if (now() + ms > deadline) throw new TransientError(busy.code, `${name}: ${busy.why} The message is tried again later.`, { record: name, retryAfterMs: Math.min(left, 5000) });
        await wait(ms);
        continue;
      }
      const claim: Claim = { key, id: `${this.#session}:${this.#claims++}`, interrupted: entry !== undefined, reached: false };
      const state: State<unknown> = { state: 'claimed', owner, claim: claim.id, until: now() + leaseMs, interrupted: claim.interrupted };
      if (await this.store.commit([{ put: key, value: state }], [{ key, version: entry?.version ?? null }])) return claim;
    }
  }

  /** Why and until when a key that is not done cannot be taken. */
  #busy(state: State<unknown>, uncertainMs: number): { until: number; code: 'TRANSIENT_CLAIMED' | 'TRANSIENT_UNCERTAIN'; why: string } | undefined {
    const now = this.#options.now();
    if (state.state === 'claimed' && state.owner !== this.#options.owner) {
      return state.until > now ? { until: state.until, code: 'TRANSIENT_CLAIMED', why: `${state.owner} is writing it.` } : undefined;
    }
    // Whatever an earlier life of this process had sent, it had sent before this one began.
    const settledAt = state.state === 'uncertain' ? state.settledAt : this.#bornAt + uncertainMs;
    return settledAt > now ? { until: settledAt, code: 'TRANSIENT_UNCERTAIN', why: 'the answer to an earlier try was lost, and the system may still carry it out.' } : undefined;
  }

  #renew(claim: Claim): void {
    const { owner, leaseMs, now } = this.#options;
    const state: State<unknown> = { state: 'claimed', owner, claim: claim.id, until: now() + leaseMs, interrupted: claim.interrupted };
    // A renewal that fails is made good by the next one, or the claim expires, which is safe.
    this.#replace(claim, { put: claim.key, value: state }).catch(() => undefined);
  }

  /** A try that cannot have written gives the key back; any other leaves the note that somebody must look first. */
  async #failed(claim: Claim, error: unknown, uncertainMs: number): Promise<void> {
    const unknown = claim.reached && isUnknown(error);
    if (unknown) {
      const details = errorDetails(error);
      details.retryAfterMs = Math.max(details.retryAfterMs ?? 0, uncertainMs);
    }
    const state: State<unknown> = { state: 'uncertain', settledAt: this.#options.now() + (unknown ? uncertainMs : 0) };
    await this.#replace(claim, unknown || claim.interrupted ? { put: claim.key, value: state } : { delete: claim.key });
  }

  /** Writes over our claim as long as it is ours. */
  async #replace(claim: Claim, write: Write): Promise<void> {
    for (;;) {
      const entry = await this.store.get<State<unknown>>(claim.key);
      if (entry?.value.state !== 'claimed' || entry.value.claim !== claim.id) return;
      if (await this.store.commit([write], [{ key: claim.key, version: entry.version }])) return;
    }
  }

  /** Also when our claim expired meanwhile: the record is there. Only a result that is already kept wins over ours. */
  async #done<T>(claim: Claim, ran: Ran<T>, { onDone }: Once<T>): Promise<Ran<T>> {
    const state: State<T> = { state: 'done', result: ran.result, at: this.#options.now() };
    for (;;) {
      const entry = await this.store.get<State<T>>(claim.key);
      if (entry?.value.state === 'done') return { result: entry.value.result, outcome: 'stored' };
      const writes: Write[] = [{ put: claim.key, value: state }, ...await onDone?.(ran.result) ?? []];
      if (await this.store.commit(writes, [{ key: claim.key, version: entry?.version ?? null }])) return ran;
    }
  }
}

const defaultUncertainMs = 2000;

/** Failures after which nothing can have reached the system, though they are transient. */
const neverSent: ReadonlySet<unknown> = new Set([
  'TRANSIENT_CIRCUIT_OPEN', 'TRANSIENT_CONNECTION_REFUSED', 'TRANSIENT_CONNECT_TIMEOUT', 'TRANSIENT_HOST_NOT_FOUND', 'TRANSIENT_UNREACHABLE',
  'TRANSIENT_TLS_EXPIRED', 'TRANSIENT_TLS_NOT_YET_VALID',
]);

function isUnknown(error: unknown): boolean {
  const { unknownOutcome } = errorDetails(error);
  if (unknownOutcome !== undefined) return unknownOutcome;
  const kind = errorClass(error);
  return kind === undefined || (kind === 'TRANSIENT' && !neverSent.has((error as { code?: unknown }).code));
}

/** The number of a found record, as connectors' results have it. */
function nameOf(found: unknown): string {
  const id = (found as { externalId?: { number?: string; id?: string } } | null)?.externalId;
  return id?.number ?? id?.id ?? 'one without a number';
}
