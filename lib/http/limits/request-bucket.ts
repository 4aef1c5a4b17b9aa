import { retryAfter } from '../classify';
import type { HttpResponse, Limit } from '../contract';
import { systemClock, type Clock } from './clock';
import { WaitingLine } from './waiting-line';

export interface RequestBucketOptions {
  /** Calls per second; one that changes is a function, and Infinity is no limit. */
  rate: number | (() => number);
  /** Calls that may start at once after a pause. Default 1: evenly spaced. */
  burst?: number;
  /** Calls that may start at once now. Default: the burst. */
  tokens?: number;
  /** Stop after a 429 that names no time, ms. Default {@link defaultPauseMs}. */
  pauseMs?: number;
  clock?: Clock;
}

const defaultPauseMs = 1000;

/** For how long an answer stops all calls, ms. */
export function pauseOf(response: HttpResponse | undefined, now: number, unnamed = defaultPauseMs): number {
  if (response?.status !== 429 && response?.status !== 503) return 0;
  return retryAfter(response, now) ?? (response.status === 429 ? unnamed : 0);
}

/** A token bucket over calls: in any time of t seconds at most `burst + rate * t` start. A 429 stops all for its Retry-After. */
export function requestBucket(options: RequestBucketOptions): Limit {
  const { burst = 1, pauseMs = defaultPauseMs, clock = systemClock } = options;
  const rateNow = (): number => typeof options.rate === 'number' ? options.rate : options.rate();
  let tokens = options.tokens ?? burst;
  let countedAt = clock.now();
  let pausedUntil = 0;
  const line = new WaitingLine(clock);
  const take = (): number => {
    const now = clock.now();
    const rate = rateNow();
    if (rate === Infinity) return 0;
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
        pausedUntil = Math.max(pausedUntil, clock.now() + pauseOf(response, clock.now(), pauseMs));
      };
    },
  };
}
