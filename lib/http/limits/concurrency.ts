import type { Limit } from '../contract';
import { systemClock } from './clock';
import { WaitingLine } from './waiting-line';

/** At most `max` calls in flight. */
export function concurrency(max: number): Limit {
  let inFlight = 0;
  const line = new WaitingLine(systemClock);
  const take = (): number => {
    if (inFlight >= max) return Infinity;
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
