import { errorClass, errorDetails, isRetryable } from '../../errors';
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
}

/** How a flow ended, as far as the queue is concerned. */
export interface Ending { state: 'done' | 'failed' | 'timeout' | 'retrying' | 'dead' | 'skipped'; error?: Error }

export type Verdict =
  | { act: 'ack' }
  /** `tries` is what the message carries from now on: its failed tries that count. */
  | { act: 'requeue' | 'wait'; delayMs: number; tries: number }
  | { act: 'dead-letter'; error: Error; tries: number };

/**
 * The fate of a message. Errors that waiting may mend are tried again; the rest is a dead letter at once. A throttled call
 * waits as long as the server asked and does not count as a try.
 */
export function judge({ state, error }: Ending, failedTries: number, policy: FailurePolicy): Verdict {
  if (!error || (state !== 'failed' && state !== 'timeout')) return { act: 'ack' };
  const { onFailure, maxTries, firstDelayMs, maxDelayMs } = policy;
  const throttled = errorClass(error) === 'THROTTLED';
  const tries = failedTries + (throttled ? 0 : 1);
  if (onFailure === 'dead-letter' || !isRetryable(error) || tries >= maxTries) return { act: 'dead-letter', error, tries };
  const asked = errorDetails(error).retryAfterMs;
  const delayMs = Math.max(delayFor(Math.max(1, tries), firstDelayMs, maxDelayMs), asked === undefined ? 0 : delayAtLeast(asked, firstDelayMs, maxDelayMs));
  return { act: onFailure, delayMs, tries };
}
