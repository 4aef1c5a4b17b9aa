import type { Clock } from '../../lib/http/limits/clock';

interface Timer { at: number; callback: () => void }

/** A clock that stands until it is moved; timers fire in order of time. */
export class FakeClock implements Clock {
  #now = 0;
  readonly #timers = new Set<Timer>();

  now(): number { return this.#now; }

  after(ms: number, callback: () => void): () => void {
    const timer = { at: this.#now + ms, callback };
    this.#timers.add(timer);
    return () => { this.#timers.delete(timer); };
  }

  /** Moves on, firing what falls due on the way; what waits for promises only runs in between. */
  async move(ms: number): Promise<void> {
    const until = this.#now + ms;
    for (;;) {
      for (let turn = 0; turn < 6; turn++) await Promise.resolve();
      let next: Timer | undefined;
      for (const timer of this.#timers) if (timer.at <= until && (!next || timer.at < next.at)) next = timer;
      if (!next) break;
      this.#now = next.at;
      this.#timers.delete(next);
      next.callback();
    }
    this.#now = until;
  }
}
