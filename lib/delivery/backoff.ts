import { errorClass, errorDetails } from '../errors';

/** How long, how often and until when a message is tried again. */
export interface BackoffPolicy {
  /** Upper bound of the first wait, ms. */
  baseMs: number;
  /** Upper bound of any wait, ms. */
  capMs: number;
  /** Growth of the upper bound from try to try. */
  factor: number;
  /** Tries at most, the first one included. */
  maxTries: number;
  /** A message older than this is given up, ms. */
  maxAgeMs: number;
  /** Errors of the document that may mend themselves. Default: none. */
  park?: ParkPolicy;
}

/** Unknown items, customers and orders often appear a little later, and pending payments are decided: try at a fixed interval, up to an age. */
export interface ParkPolicy { everyMs: number; maxAgeMs: number }

export const defaultBackoff: BackoffPolicy = { baseMs: 1000, capMs: 300_000, factor: 2, maxTries: 10, maxAgeMs: 72 * 3_600_000 };

export interface Failure {
  /** Tries that count, the failed one included. */
  tries: number;
  /** When the message was tried first, ms since 1970. */
  firstAt: number;
  error: unknown;
  now: number;
  /** Failures in a row that did not count as tries. Default 0. */
  throttles?: number;
  /** From 0 up to, not including 1. Injected for tests. Default Math.random. */
  random?: () => number;
}

const parkable: ReadonlySet<unknown> = new Set(['DATA_UNKNOWN_ITEM', 'DATA_UNKNOWN_CUSTOMER', 'DATA_UNKNOWN_ORDER', 'TRANSIENT_PAYMENT_PENDING']);

/** The try never began: the system was known to be down, another process had the record, or the store was full. */
const notTried: ReadonlySet<unknown> = new Set([
  'TRANSIENT_CIRCUIT_OPEN', 'TRANSIENT_CLAIMED', 'TRANSIENT_UNCERTAIN', 'TRANSIENT_STORE_FULL', 'TRANSIENT_STORE_CLOSED', 'TRANSIENT_DEAD_LETTERS_FULL',
]);

/** May this failure mend itself under the policy's rule for what is not there or not decided yet? */
export function isParkable(policy: BackoffPolicy, error: unknown): boolean {
  return policy.park !== undefined && parkable.has(codeOf(error));
}

/** Does this failure count towards `maxTries`? Throttling, refused credentials, parking and tries that never began do not. */
export function countsAsTry(error: unknown): boolean {
  const kind = errorClass(error);
  return kind !== 'THROTTLED' && kind !== 'AUTH' && !notTried.has(codeOf(error)) && !parkable.has(codeOf(error));
}

/**
 * ms to wait before the next try: exponential with full jitter, never less than the server's Retry-After. Undefined if
 * there is to be none: the error cannot mend itself, or the tries or the age are used up.
 */
export function nextDelay(policy: BackoffPolicy, failure: Failure): number | undefined {
  const { error, firstAt, now } = failure;
  const random = failure.random ?? Math.random;
  if (isParkable(policy, error) && policy.park) {
    const { everyMs, maxAgeMs } = policy.park;
    return now + everyMs - firstAt > maxAgeMs ? undefined : everyMs;
  }
  const kind = errorClass(error);
  if (kind !== 'TRANSIENT' && kind !== 'THROTTLED' && kind !== 'AUTH' && kind !== 'CONFLICT') return undefined;
  const counts = countsAsTry(error);
  if (counts && failure.tries >= policy.maxTries) return undefined;
  const least = errorDetails(error).retryAfterMs;
  const round = counts ? failure.tries : failure.throttles ?? 0;
  const jittered = random() * Math.min(policy.capMs, policy.baseMs * policy.factor ** Math.max(0, round - 1));
  // Just above the server's wait: all who were told the same time must not come back at the same instant.
  const asked = least === undefined ? 0 : least + random() * Math.min(policy.baseMs, least * 0.1 + 50);
  const delay = Math.ceil(kind === 'THROTTLED' && least !== undefined ? asked : Math.max(jittered, asked));
  return now + delay - firstAt > policy.maxAgeMs ? undefined : delay;
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}
