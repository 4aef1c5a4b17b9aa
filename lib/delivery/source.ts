import { setTimeout } from 'node:timers/promises';
import { errorDetails } from '../errors';
import type { FlowCompletion, FlowMessage, Outcome } from './flow-completion';
import { Lanes, type Holds, type LaneName } from './lanes';

/** A message that enters a flow. Plain data. */
export interface SourceMessage extends FlowMessage {
  payload: unknown;
  topic?: string;
  event: { id: string; deliveryid?: string; partitionkey?: string };
}

export interface Delivery {
  /** Messages of one key are delivered one at a time, in order. */
  laneKey?: string | undefined;
  /** Goes behind all that is not in the background. */
  background?: boolean;
  /** The lane a retry shuts if the flow fails; default: this source's lane of `laneKey`. */
  lane?: LaneName | undefined;
  /** The message, made when its turn comes; undefined means there is nothing to send after all. If it rejects it is asked again. */
  message: () => SourceMessage | undefined | Promise<SourceMessage | undefined>;
  /**
   * Told how the flow ended; the lane stays shut until it resolves. A number asks for the message to be made and sent
   * once more after so many ms. Not called after the source was closed. If it rejects it is told again.
   */
  settle: (outcome: Outcome) => Promise<number | undefined> | number | undefined;
}

export interface SourceOptions {
  /** The node's id: names its lanes. */
  id: string;
  /** Lanes that run at once. */
  parallel: number;
  /** How long a flow may take with one message, ms. */
  timeLimitMs: number;
  send: (message: FlowMessage) => void;
  completion: FlowCompletion;
  holds: Holds;
  /** Hears of each step that failed and is tried again. */
  onError: (error: unknown) => void;
}

/** Pauses between the tries of a step that fails, ms. */
const firstPauseMs = 1000, longestPauseMs = 30_000;

/** Where messages enter a flow: keeps their order per key and tells how the flow ended with each. */
export class Source {
  readonly #lanes: Lanes;
  readonly #closing = new AbortController();

  constructor(private readonly options: SourceOptions) {
    this.#lanes = new Lanes(options.id, options.parallel, options.holds);
  }

  get waiting(): number { return this.#lanes.waiting; }
  get running(): number { return this.#lanes.running; }

  /** Messages of a key that wait behind the one under way. */
  behind(laneKey: string): number { return this.#lanes.behind(laneKey); }

  deliver(delivery: Delivery): void {
    this.#lanes.add(delivery.laneKey, async () => {
      let pause = await this.#once(delivery);
      while (pause !== undefined && await this.#slept(pause)) pause = await this.#once(delivery);
    }, delivery.background);
  }

  /** Does at once what somebody outside waits for; see {@link Lanes.urgent}. */
  urgent<T>(work: () => Promise<T>): Promise<T> { return this.#lanes.urgent(work); }

  async #once(delivery: Delivery): Promise<number | undefined> {
    const message = await this.#insist(() => delivery.message());
    if (!message || this.#isClosed()) return undefined;
    const { completion, send, timeLimitMs } = this.options;
    const lane = delivery.lane ?? (delivery.laneKey === undefined ? undefined : { source: this.options.id, key: delivery.laneKey });
    const outcome = await completion.run({ message, send, timeLimitMs, lane });
    return this.#insist(() => delivery.settle(outcome));
  }

  /** A step that fails (a full disk, a system that does not answer) is tried until it works: the lane stays shut, so nothing passes the message. */
  async #insist<T>(step: () => T | Promise<T>): Promise<T | undefined> {
    for (let pause = firstPauseMs; !this.#isClosed(); pause = Math.min(pause * 2, longestPauseMs)) {
      try {
        return await step();
      } catch (reason) {
        if (!this.#isClosed()) this.options.onError(reason);
        await this.#slept(Math.max(pause, Math.min(errorDetails(reason).retryAfterMs ?? 0, longestPauseMs)));
      }
    }
    return undefined;
  }

  /** False if the source was closed meanwhile. */
  async #slept(ms: number): Promise<boolean> {
    const { signal } = this.#closing;
    await setTimeout(ms, undefined, { signal }).catch(() => undefined);
    return !this.#isClosed();
  }

  #isClosed(): boolean { return this.#closing.signal.aborted; }

  /** Starts nothing more and settles nothing more: whatever is under way is delivered again after the restart. */
  close(): void {
    this.#closing.abort();
    this.#lanes.close();
  }
}
