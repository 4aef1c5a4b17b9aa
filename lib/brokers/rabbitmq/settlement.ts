import { errorDetails, isRetryable } from '../../errors';
import { delayAtLeast, delayFor } from './delay';

/** What to do with messages whose flow failed. */
export interface FailurePolicy {
  /**
   * `requeue`: through a delay queue; later messages overtake. `wait`: the message stays with us and its lane shut, so the
   * order of its key is kept. `dead-letter`: at once.
   */
  onFailure: 'requeue' | 'wait' | 'dead-letter';
  /** Dead letter after so many failed tries. */
  maxTries: number;
  firstDelayMs: number;
  maxDelayMs: number;
  /** Does this failure count towards `maxTries`? Throttling, for one, does not. */
  countsAsTry: (error: Error) => boolean;
}

/** How a flow ended, as far as the queue is concerned. */
export interface Ending { state: 'done' | 'failed' | 'timeout' | 'retrying' | 'dead' | 'skipped'; error?: Error }

export type Verdict =
  | { act: 'ack' }
  /** `tries` is what the message carries from now on: its failed tries that count. */
  | { act: 'requeue' | 'wait'; delayMs: number; tries: number }
  | { act: 'dead-letter'; error: Error; tries: number };

/**
 * The fate of a message. Errors that waiting may mend are tried again; the rest is a dead letter at once. If a
 * server asked for a wait, the message waits at least so long.
 */
export function judge({ state, error }: Ending, failedTries: number, policy: FailurePolicy): Verdict {
  if (!error || (state !== 'failed' && state !== 'timeout')) return { act: 'ack' };
  const { onFailure, maxTries, firstDelayMs, maxDelayMs, countsAsTry } = policy;
  const tries = failedTries + (countsAsTry(error) ? 1 : 0);
  if (onFailure === 'dead-letter' || !isRetryable(error) || tries >= maxTries) return { act: 'dead-letter', error, tries };
  const asked = delayAtLeast(errorDetails(error).retryAfterMs ?? 0, firstDelayMs, maxDelayMs);
  const delayMs = Math.max(delayFor(tries, firstDelayMs, maxDelayMs), asked);
  return { act: onFailure, delayMs, tries };
}
