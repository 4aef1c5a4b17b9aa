import { errorClass, errorDetails, isRetryable, TransientError } from '../errors';

export type BreakerState =
  /** Calls go through. */
  | { kind: 'closed'; failures: number }
  /** The system is down: no call until then (ms since 1970). `code` says why. */
  | { kind: 'open'; until: number; code: string; openings: number }
  /** One call is under way to see whether the system is back. */
  | { kind: 'half-open'; code: string; openings: number };

export interface BreakerOptions {
  /** Names the system in errors. */
  system: string;
  /** Failures in a row that open it. Default 5. */
  threshold?: number;
  /** First wait before a probe, ms; doubles with every probe that fails. Default 5,000. */
  openMs?: number;
  /** Longest wait before a probe, ms. Default 60,000. */
  maxOpenMs?: number;
  /** Injected for tests. Default Date.now. */
  now?: () => number;
}

/** How long callers are told to wait while a probe is under way, ms. */
const probeWaitMs = 1000;

/**
 * Spares a system that is down: after some failures in a row, or refused credentials, calls are held until one probe
 * has succeeded. What is wrong with a document, and throttling, is no failure of the system.
 */
export class Breaker {
  #state: BreakerState = { kind: 'closed', failures: 0 };
  readonly #listeners = new Set<(state: BreakerState) => void>();
  readonly #options: Required<BreakerOptions>;

  constructor(options: BreakerOptions) {
    this.#options = { threshold: 5, openMs: 5000, maxOpenMs: 60_000, now: Date.now, ...options };
  }

  get state(): BreakerState { return this.#state; }

  /** Failures in a row that open it. */
  set threshold(failures: number) { this.#options.threshold = failures; }

  /** Until when messages for this system should be held (ms since 1970); undefined: send them. */
  get until(): number | undefined {
    const state = this.#state;
    if (state.kind === 'closed') return undefined;
    return state.kind === 'half-open' ? this.#options.now() + probeWaitMs : state.until;
  }

  /** Calls `listener` with every change of the state's kind. Returns the way to stop it. */
  onChange(listener: (state: BreakerState) => void): () => void {
    this.#listeners.add(listener);
    return () => { this.#listeners.delete(listener); };
  }

  /** Runs a call to the system. Throws TransientError TRANSIENT_CIRCUIT_OPEN, with the wait, while it is down. */
  async run<T>(call: () => Promise<T>): Promise<T> {
    const probe = this.#admit();
    try {
      const result = await call();
      this.#succeeded(probe);
      return result;
    } catch (error) {
      if (isFailure(error)) this.#failed(error, probe);
      // Any other answer shows that the system is there.
      else if (errorClass(error) !== undefined && errorClass(error) !== 'CONFIG') this.#succeeded(probe);
      else if (probe) this.#failed(error, probe);
      throw error;
    }
  }

  /** Closes it by hand, e.g. after new credentials. */
  reset(): void { this.#move({ kind: 'closed', failures: 0 }); }

  #admit(): boolean {
    const state = this.#state;
    if (state.kind === 'closed') return false;
    const now = this.#options.now();
    if (state.kind === 'open' && now >= state.until) {
      this.#move({ kind: 'half-open', code: state.code, openings: state.openings });
      return true;
    }
    const { system } = this.#options;
    throw new TransientError('TRANSIENT_CIRCUIT_OPEN', `${system} is not called: it is down (${state.code}). Messages are held until it answers again.`,
      { system, retryAfterMs: Math.max(0, (this.until ?? now) - now) });
  }

  #succeeded(probe: boolean): void {
    // A call that began before the breaker opened proves nothing about now.
    if (probe || this.#state.kind === 'closed') this.#move({ kind: 'closed', failures: 0 });
  }

  #failed(error: unknown, probe: boolean): void {
    const state = this.#state;
    if (state.kind !== 'closed' && !probe) return;
    const failures = state.kind === 'closed' ? state.failures + 1 : 0;
    if (state.kind === 'closed' && failures < this.#options.threshold && errorClass(error) !== 'AUTH') {
      this.#state = { kind: 'closed', failures };
      return;
    }
    const openings = state.kind === 'closed' ? 1 : state.openings + 1;
    const { openMs, maxOpenMs, now } = this.#options;
    const wait = Math.max(Math.min(maxOpenMs, openMs * 2 ** (openings - 1)), errorDetails(error).retryAfterMs ?? 0);
    this.#move({ kind: 'open', until: now() + wait, code: codeOf(error), openings });
  }

  #move(state: BreakerState): void {
    const changed = state.kind !== this.#state.kind;
    this.#state = state;
    if (changed) for (const listener of this.#listeners) listener(state);
  }
}

function isFailure(error: unknown): boolean { return isRetryable(error) && errorClass(error) !== 'THROTTLED'; }

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : 'UNEXPECTED';
}
