import type { Ending } from '../../lib/brokers/rabbitmq/settlement';
import { ConfigError, DataError, TransientError } from '../../lib/errors';

/** What a message at the node's input may ask for as `msg.settle`; default `ack`. */
export type Settle = 'ack' | 'requeue' | 'dead-letter';

interface Pending { given?: Ending; resolve?: (ending: Ending) => void; timer?: NodeJS.Timeout }

const endings: Record<Settle, () => Ending> = {
  'ack': () => ({ state: 'done' }),
  'requeue': () => ({ state: 'failed', error: new TransientError('TRANSIENT_REQUEUED', 'The flow asked for another try.') }),
  'dead-letter': () => ({ state: 'failed', error: new DataError('DATA_REJECTED', 'The flow rejected the message.') }),
};

/** Deliveries that wait for the flow to say how they ended, by `msg.event.deliveryid`. */
export class ManualSettlement {
  readonly #pending = new Map<string, Pending>();

  /** A message goes into the flow: it may be settled from now on. */
  open(id: string): void { this.#pending.set(id, {}); }

  /** What the flow said or says within the limit; after that, a time-out. */
  verdict(id: string, limitMs: number): Promise<Ending> {
    const pending = this.#pending.get(id) ?? {};
    return new Promise((resolve) => {
      const end = (ending: Ending): void => {
        clearTimeout(pending.timer);
        this.#pending.delete(id);
        resolve(ending);
      };
      if (pending.given) { end(pending.given); return; }
      pending.resolve = end;
      pending.timer = setTimeout(() => {
        end({ state: 'timeout', error: new TransientError('TRANSIENT_NOT_SETTLED',
          `The flow did not settle the message within ${limitMs / 1000} s. Send it to the input of the RabbitMQ in node when it is done.`) });
      }, limitMs);
    });
  }

  /** @throws ConfigError `CONFIG_SETTLE` for a message that is not waiting or an unknown wish. */
  settle(id: string | undefined, how: unknown): void {
    const pending = id === undefined ? undefined : this.#pending.get(id);
    if (!pending) throw new ConfigError('CONFIG_SETTLE', 'This message does not wait to be settled: msg.event is missing, it was settled before, or its time limit has passed.');
    if (how !== undefined && !(typeof how === 'string' && Object.hasOwn(endings, how))) throw new ConfigError('CONFIG_SETTLE', 'msg.settle must be "ack", "requeue" or "dead-letter".');
    const ending = endings[(how ?? 'ack') as Settle]();
    if (pending.resolve) pending.resolve(ending);
    else pending.given ??= ending;
  }

  close(): void {
    for (const { timer } of this.#pending.values()) clearTimeout(timer);
    this.#pending.clear();
  }
}
