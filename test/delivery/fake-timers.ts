import type { Timers } from '../../lib/delivery/retry-schedule';

/** A clock that moves only when told, with the timers that hang on it. */
export class FakeTimers implements Timers {
  now: number;
  readonly #timers = new Map<number, { at: number; callback: () => void }>();
  #next = 1;

  constructor(now = 1_000_000) { this.now = now; }

  /** How many timers are set. */
  get size(): number { return this.#timers.size; }

  set(callback: () => void, ms: number): number {
    this.#timers.set(this.#next, { at: this.now + ms, callback });
    return this.#next++;
  }

  clear(timer: unknown): void { this.#timers.delete(timer as number); }

  /** Moves the clock and runs what falls due, in its order. */
  advance(ms: number): void {
    const until = this.now + ms;
    for (;;) {
      const [first] = [...this.#timers].filter(([, { at }]) => at <= until).sort(([, a], [, b]) => a.at - b.at);
      if (!first) break;
      this.#timers.delete(first[0]);
      this.now = Math.max(this.now, first[1].at);
      first[1].callback();
    }
    this.now = until;
  }
}
