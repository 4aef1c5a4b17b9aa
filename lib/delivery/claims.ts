import { setTimeout as sleep } from 'node:timers/promises';
import { randomUUID } from 'node:crypto';
import { errorClass, errorDetails, TransientError } from '../errors';
import type { Store, Write } from '../store/contract';

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

/** What the ledger keeps of a key. */
export type State<T> =
  | { state: 'claimed'; owner: string; claim: string; until: number; interrupted: boolean; note?: unknown }
  | { state: 'uncertain'; settledAt: number; note?: unknown }
  | { state: 'free'; note: unknown; at: number }
  | { state: 'done'; result: T; at: number };

/** Our hold on a key. */
export interface Claim {
  key: string;
  /** Tells it from every other claim, also from those of an earlier life under the same owner name. */
  id: string;
  /** An earlier try may have written: ask before writing. Stays so until the key is done. */
  interrupted: boolean;
  /** write() was called. */
  reached: boolean;
  /** Of a turn. */
  note?: { of: unknown; before: unknown };
}

/** Who holds which key of the ledger: one claim at a time, in this process and among those that share the store. */
export class Claims {
  readonly options: Required<LedgerOptions>;
  readonly #session = randomUUID();
  #claims = 0;
  readonly #bornAt: number;

  constructor(private readonly store: Store, options: LedgerOptions) {
    this.options = { owner: 'local', leaseMs: 60_000, waitMs: 5000, now: Date.now, wait: sleep, ...options };
    this.#bornAt = this.options.now();
  }

  /**
   * Takes the key, or returns its result, waiting a while for another process or for an uncertain try to settle. `begin`
   * decides in view of the key's note whether it is to be taken, and with which note. `name`: the key in texts. Throws
   * TransientError TRANSIENT_CLAIMED or TRANSIENT_UNCERTAIN, with the wait.
   */
  async take(key: string, name: string, uncertainMs: number, begin?: (note: unknown) => { result: unknown } | { note: unknown }): Promise<Claim | { result: unknown }> {
    const { owner, leaseMs, waitMs, now, wait } = this.options;
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
      const before = entry && 'note' in entry.value ? entry.value.note : undefined;
      const begun = begin?.(before);
      if (begun && 'result' in begun) return begun;
      const claim: Claim = { key, id: `${this.#session}:${this.#claims++}`, interrupted: entry !== undefined, reached: false, ...(begun && { note: { of: begun.note, before } }) };
      const state: State<unknown> = { state: 'claimed', owner, claim: claim.id, until: now() + leaseMs, interrupted: claim.interrupted, ...noted(claim) };
      if (await this.store.commit([{ put: key, value: state }], [{ key, version: entry?.version ?? null }])) return claim;
    }
  }

  /** Works while the claim is kept alive. */
  async hold<R>(claim: Claim, uncertainMs: number, work: () => Promise<R>): Promise<R> {
    const beat = setInterval(() => { this.#renew(claim); }, this.options.leaseMs / 3);
    beat.unref();
    try {
      return await work();
    } catch (error) {
      await this.#failed(claim, error, uncertainMs);
      throw error;
    } finally {
      clearInterval(beat);
    }
  }

  /** Why and until when a key that is not done cannot be taken. */
  #busy(state: State<unknown>, uncertainMs: number): { until: number; code: 'TRANSIENT_CLAIMED' | 'TRANSIENT_UNCERTAIN'; why: string } | undefined {
    if (state.state === 'free') return undefined;
    const now = this.options.now();
    if (state.state === 'claimed' && state.owner !== this.options.owner) {
      return state.until > now ? { until: state.until, code: 'TRANSIENT_CLAIMED', why: `${state.owner} is writing it.` } : undefined;
    }
    // Whatever an earlier life of this process had sent, it had sent before this one began.
    const settledAt = state.state === 'uncertain' ? state.settledAt : this.#bornAt + uncertainMs;
    return settledAt > now ? { until: settledAt, code: 'TRANSIENT_UNCERTAIN', why: 'the answer to an earlier try was lost, and the system may still carry it out.' } : undefined;
  }

  #renew(claim: Claim): void {
    const { owner, leaseMs, now } = this.options;
    const state: State<unknown> = { state: 'claimed', owner, claim: claim.id, until: now() + leaseMs, interrupted: claim.interrupted, ...noted(claim) };
    // A renewal that fails is made good by the next one, or the claim expires, which is safe.
    this.replace(claim, { put: claim.key, value: state }).catch(() => undefined);
  }

  /** A try that cannot have written gives the key back; any other leaves the note that somebody must look first. */
  async #failed(claim: Claim, error: unknown, uncertainMs: number): Promise<void> {
    const unknown = claim.reached && isUnknown(error);
    if (unknown) {
      const details = errorDetails(error);
      details.retryAfterMs = Math.max(details.retryAfterMs ?? 0, uncertainMs);
    }
    const state: State<unknown> = { state: 'uncertain', settledAt: this.options.now() + (unknown ? uncertainMs : 0), ...noted(claim) };
    await this.replace(claim, unknown || claim.interrupted || claim.note ? { put: claim.key, value: state } : { delete: claim.key });
  }

  /** Writes over our claim as long as it is ours. */
  async replace(claim: Claim, write: Write): Promise<void> {
    for (;;) {
      const entry = await this.store.get<State<unknown>>(claim.key);
      if (entry?.value.state !== 'claimed' || entry.value.claim !== claim.id) return;
      if (await this.store.commit([write], [{ key: claim.key, version: entry.version }])) return;
    }
  }
}

const noted = ({ note }: Claim): { note?: unknown } => note ? { note: note.of } : {};

/** How long an answer that was lost may still be carried out, ms. */
export const defaultUncertainMs = 2000;

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
