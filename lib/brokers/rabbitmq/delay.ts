import type { QueueSettings, QueueType } from './topology';

/** A delay queue outlives its messages by far, so that none expires with it. */
const spareMs = 600_000;

function label(ms: number): string { return ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`; }

/** The wait before each try: doubles from `firstMs` up to `maxMs`. */
export function delayFor(tries: number, firstMs: number, maxMs: number): number {
  return Math.min(maxMs, firstMs * 2 ** Math.max(0, tries - 1));
}

/** The first step of the same ladder that is at least as long as the server asked for; at most `maxMs`. */
export function delayAtLeast(waitMs: number, firstMs: number, maxMs: number): number {
  let tries = 1;
  while (delayFor(tries, firstMs, maxMs) < Math.min(waitMs, maxMs)) tries++;
  return delayFor(tries, firstMs, maxMs);
}

/**
 * The queue where messages of `queue` wait `delayMs`: nobody consumes from it, its messages expire and are dead-lettered
 * back. One per delay, because a queue expires messages at its head only. It must be declared anew before each use: that
 * keeps it alive, and the broker removes it when it is no longer needed.
 */
export function delayQueue(queue: string, type: QueueType, delayMs: number): QueueSettings & { declareEveryMs: number } {
  return {
    name: `${queue}.delay.${label(delayMs)}`,
    type,
    messageTtlMs: delayMs,
    deadLetterExchange: '',
    deadLetterRoutingKey: queue,
    expiresMs: delayMs + spareMs,
    declareEveryMs: spareMs / 2,
  };
}
