import { TransientError } from '../../../errors';

interface Waiter { ask: () => Promise<number>; giveBack: () => void; start: () => void }

/** A waiting line whose first asks somewhere else whether it may start; first come, first served. */
export class AskingLine {
  readonly #waiting = new Set<Waiter>();
  #asking = false;
  #wake: (() => void) | undefined;
  #woken = false;

  /** `onEmpty`: nobody waits any longer, and the last one had asked in vain. */
  constructor(private readonly onEmpty: () => void) {}

  /**
   * Resolves when `ask` has answered 0; else it says how many ms to wait before it is asked again, or until `wake`. It must
   * not reject. What was granted to a call that was ended meanwhile is given back. Rejects with TransientError when the
   * signal ends the wait.
   */
  enter(ask: () => Promise<number>, giveBack: () => void, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const ended = (): void => {
        this.#waiting.delete(waiter);
        reject(new TransientError('TRANSIENT_ABORTED', 'The call was ended while it waited for its turn.'));
        this.wake();
      };
      const waiter: Waiter = { ask, giveBack, start: () => { signal?.removeEventListener('abort', ended); resolve(); } };
      if (signal?.aborted) { ended(); return; }
      signal?.addEventListener('abort', ended, { once: true });
      this.#waiting.add(waiter);
      if (!this.#asking) void this.#run();
    });
  }

  /** The first asks again at once. */
  wake(): void {
    this.#woken = true;
    this.#wake?.();
  }

  async #run(): Promise<void> {
    this.#asking = true;
    let inVain = false;
    for (let [first] = this.#waiting; first; [first] = this.#waiting) {
      this.#woken = false;
      const wait = await first.ask();
      inVain = wait > 0;
      const waits = this.#waiting.has(first);
      if (wait > 0) {
        if (waits) await this.#pause(wait);
      } else if (waits) {
        this.#waiting.delete(first);
        first.start();
      } else first.giveBack();
    }
    this.#asking = false;
    if (inVain) this.onEmpty();
  }

  /** What woke it while it asked counts, too. */
  async #pause(ms: number): Promise<void> {
    if (this.#woken) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms).unref();
      this.#wake = () => { clearTimeout(timer); resolve(); };
    });
    this.#wake = undefined;
  }
}
