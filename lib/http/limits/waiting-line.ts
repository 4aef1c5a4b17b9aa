import { TransientError } from '../../errors';
import type { Clock } from './clock';

interface Waiter { take: () => number; start: () => void }

/**
 * First come, first served: nobody overtakes, so a dear call does not starve behind cheap ones.
 */
export class WaitingLine {
  readonly #waiting = new Set<Waiter>();
  #cancelTimer: (() => void) | undefined;

  constructor(private readonly clock: Clock) {}

  /**
   * Resolves when it is this call's turn and `take` has taken its part: it returns 0 then, or else how many ms to wait;
   * Infinity means until `pump` is called. Rejects with TransientError when the signal ends the wait.
   */
  enter(take: () => number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const ended = () => {
        this.#waiting.delete(waiter);
        reject(new TransientError('TRANSIENT_ABORTED', 'The call was ended while it waited for its turn.'));
        this.pump();
      };
      const waiter: Waiter = { take, start: () => { signal?.removeEventListener('abort', ended); resolve(); } };
      if (signal?.aborted) { ended(); return; }
      signal?.addEventListener('abort', ended, { once: true });
      this.#waiting.add(waiter);
      if (this.#waiting.size === 1) this.pump();
    });
  }

  /** Starts whoever may start now; called when something was given back. */
  pump(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    for (const waiter of this.#waiting) {
      const wait = waiter.take();
      if (wait > 0) {
        if (wait !== Infinity) this.#cancelTimer = this.clock.after(wait, () => { this.pump(); });
        return;
      }
      this.#waiting.delete(waiter);
      waiter.start();
    }
  }
}
