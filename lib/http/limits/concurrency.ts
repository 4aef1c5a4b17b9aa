import type { Limit } from '../contract';
import { systemClock, type Clock } from './clock';
import { WaitingLine } from './waiting-line';

export interface ConcurrencyOptions {
  /** How often a limit that changes by itself is looked at while calls wait, ms. Default: when a call ends. */
  recheckMs?: number;
  clock?: Clock;
}

/** At most `max` calls in flight. One that changes is a function. */
export function concurrency(max: number | (() => number), { recheckMs = Infinity, clock = systemClock }: ConcurrencyOptions = {}): Limit {
  let inFlight = 0;
  const line = new WaitingLine(clock);
  const take = (): number => {
    if (inFlight >= (typeof max === 'number' ? max : max())) return recheckMs;
    inFlight++;
    return 0;
  };
  return {
    async acquire(_cost, signal) {
      await line.enter(take, signal);
      let released = false;
      return () => {
        if (released) return;
        released = true;
        inFlight--;
        line.pump();
      };
    },
  };
}
