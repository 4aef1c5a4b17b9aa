import { setTimeout } from 'node:timers/promises';
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
  /** The lane a retry shuts if the flow fails; default: this source's lane of `laneKey`. */
  lane?: LaneName | undefined;
  /** The message, made when its turn comes; undefined means there is nothing to send after all. */
  message: () => SourceMessage | undefined | Promise<SourceMessage | undefined>;
  /**
   * Told how the flow ended; the lane stays shut until it resolves. A number asks for the message to be made and sent
   * once more after so many ms. Not called after the source was closed. Must not reject.
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
  /** Hears of settle functions that reject: a bug, but one that must be seen. */
  onError: (error: unknown) => void;
}

/** Where messages enter a flow: keeps their order per key and tells how the flow ended with each. */
export class Source {
  readonly #lanes: Lanes;
  readonly #closing = new AbortController();

  constructor(private readonly options: SourceOptions) {
    this.#lanes = new Lanes(options.id, options.parallel, options.holds);
  }

  get waiting(): number { return this.#lanes.waiting; }
  get running(): number { return this.#lanes.running; }

  deliver(delivery: Delivery): void {
    this.#lanes.add(delivery.laneKey, async () => {
      const { signal } = this.#closing;
      try {
        while (!signal.aborted) {
          const again = await this.#once(delivery);
          if (again === undefined) return;
          await setTimeout(again, undefined, { signal });
        }
      } catch (reason) {
        if (!signal.aborted) this.options.onError(reason);
      }
    });
  }

  async #once(delivery: Delivery): Promise<number | undefined> {
    const closed = (): boolean => this.#closing.signal.aborted;
    const message = await delivery.message();
    if (!message || closed()) return undefined;
    const { completion, send, timeLimitMs } = this.options;
    const lane = delivery.lane ?? (delivery.laneKey === undefined ? undefined : { source: this.options.id, key: delivery.laneKey });
    const outcome = await completion.run({ message, send, timeLimitMs, lane });
    return closed() ? undefined : delivery.settle(outcome);
  }

  /** Starts nothing more and settles nothing more: whatever is under way is delivered again after the restart. */
  close(): void {
    this.#closing.abort();
    this.#lanes.close();
  }
}
