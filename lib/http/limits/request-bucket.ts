import { retryAfter } from '../classify';
import type { Limit } from '../contract';
import { systemClock, type Clock } from './clock';
import { WaitingLine } from './waiting-line';

export interface RequestBucketOptions {
  /** Calls per second. */
  rate: number;
  /** Calls that may start at once after a pause. Default 1: evenly spaced. */
  burst?: number;
  /** Stop after a 429 that names no time, ms. Default 1,000. */
  pauseMs?: number;
  clock?: Clock;
}

/** A token bucket over calls: in any time of t seconds at most `burst + rate * t` start. A 429 stops all for its Retry-After. */
export function requestBucket(options: RequestBucketOptions): Limit {
  const { rate, burst = 1, pauseMs = 1000, clock = systemClock } = options;
  let tokens = burst;
  let countedAt = clock.now();
  let pausedUntil = 0;
  const line = new WaitingLine(clock);
  const take = (): number => {
    const now = clock.now();
    tokens = Math.min(burst, tokens + Math.max(0, now - countedAt) * rate / 1000);
    countedAt = now;
    if (pausedUntil > now) return pausedUntil - now;
    if (tokens < 1 - 1e-9) return Math.max(1, Math.ceil((1 - tokens) * 1000 / rate));
    tokens--;
    return 0;
  };
  return {
    async acquire(_cost, signal) {
      await line.enter(take, signal);
      return (response) => {
        if (response?.status !== 429 && response?.status !== 503) return;
        const wait = retryAfter(response, clock.now()) ?? (response.status === 429 ? pauseMs : 0);
        pausedUntil = Math.max(pausedUntil, clock.now() + wait);
      };
    },
  };
}
