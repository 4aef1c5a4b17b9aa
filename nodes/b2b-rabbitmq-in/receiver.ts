import { setTimeout } from 'node:timers/promises';
import { decodeBody } from '../../lib/brokers/rabbitmq/body';
import { toEvent } from '../../lib/brokers/rabbitmq/cloud-events';
import type { Delivery } from '../../lib/brokers/rabbitmq/consumer-delivery';
import { type Ending, type FailurePolicy, judge, type Verdict } from '../../lib/brokers/rabbitmq/settlement';
import type { DeadLetters } from '../../lib/delivery/dead-letters';
import type { Source, SourceMessage } from '../../lib/delivery/source';
import { type EventAttributes, topicOf } from '../../lib/documents/event';
import { toError } from '../../lib/errors';
import { ManualSettlement } from './manual-settlement';

export interface ReceiverOptions {
  nodeId: string;
  queue: string;
  ack: 'flow' | 'manual' | 'receipt';
  policy: FailurePolicy;
  timeLimitMs: number;
  source: Source;
  /** Where dead letters go if the queue has no place for them. */
  deadLetters: DeadLetters;
  /** The queue has a place for dead letters. */
  hasDeadLetterQueue: boolean;
  onSettled: (act: Verdict['act']) => void;
  /** A message could not be put aside; it stays here and is tried again. */
  onTrouble: (reason: unknown) => void;
}

/** Wait before the next try to put a message aside, ms. */
const moveRetryMs = 5000;

/** Brings deliveries of a queue into the flow, in order per key, and settles them by how the flow ended. */
export class Receiver {
  readonly manual = new ManualSettlement();
  readonly #waiting = new Set<Delivery>();
  readonly #closing = new AbortController();

  constructor(private readonly options: ReceiverOptions) {}

  receive(delivery: Delivery): void {
    const event = eventOf(delivery, this.options.queue);
    const firstTriedAt = Date.now();
    let { tries } = delivery;
    this.#waiting.add(delivery);
    let message: Message | undefined;
    this.options.source.deliver({
      laneKey: event.partitionkey,
      message: async () => {
        this.#waiting.delete(delivery);
        if (this.#lost(delivery)) return undefined;
        try {
          message = messageOf(delivery, event);
        } catch (reason) {
          await this.#bury(delivery, { payload: delivery.content, event }, toError(reason), tries + 1, firstTriedAt);
          return undefined;
        }
        if (this.options.ack === 'receipt') delivery.ack();
        return message;
      },
      settle: async (outcome) => {
        const verdict = judge(await this.#ending(message, outcome), tries, this.options.policy);
        if (this.#lost(delivery)) return undefined;
        if (verdict.act !== 'ack') ({ tries } = verdict);
        switch (verdict.act) {
          case 'ack': delivery.ack(); break;
          case 'wait': return verdict.delayMs;
          case 'requeue': await this.#insist(delivery, () => delivery.requeue(verdict.delayMs, tries)); break;
          case 'dead-letter': return this.#bury(delivery, { ...message, event }, verdict.error, tries, firstTriedAt);
        }
        this.options.onSettled(verdict.act);
        return undefined;
      },
    });
  }

  /** Deliveries that no flow has begun with go back to the queue at once. */
  drain(): void {
    for (const delivery of this.#waiting) delivery.release();
    this.#waiting.clear();
  }

  close(): void {
    this.#closing.abort();
    this.manual.close();
  }

  /** What counts: the flow's end, or in manual mode what it says. */
  async #ending(message: Message | undefined, outcome: Ending): Promise<Ending> {
    const id = message?.event.deliveryid;
    if (this.options.ack !== 'manual' || id === undefined) return outcome;
    return this.manual.verdict(id, this.options.timeLimitMs);
  }

  /** The channel is gone: the broker delivers the message again, so this copy must not be settled. */
  #lost(delivery: Delivery): boolean { return this.options.ack !== 'receipt' && !delivery.open; }

  async #bury(delivery: Delivery, message: { event: EventAttributes; payload?: unknown }, error: Error, tries: number, firstTriedAt: number): Promise<undefined> {
    const { nodeId: node, deadLetters, hasDeadLetterQueue, ack } = this.options;
    await this.#insist(delivery, async () => {
      if (hasDeadLetterQueue && ack !== 'receipt') { await delivery.deadLetter(error, tries); return; }
      await deadLetters.put({ id: `${node}-${message.event.id}`, node, message, error, tries, firstTriedAt });
      delivery.ack();
    });
    this.options.onSettled('dead-letter');
  }

  /** A message that cannot be put aside must stay: it is tried until it works, the channel is lost or the node stops. */
  async #insist(delivery: Delivery, move: () => Promise<unknown>): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted && !this.#lost(delivery)) {
      try {
        await move();
        return;
      } catch (reason) {
        this.options.onTrouble(reason);
        await setTimeout(moveRetryMs, undefined, { signal }).catch(() => undefined);
      }
    }
  }
}

type Message = SourceMessage & { event: EventAttributes };

function eventOf({ message: { fields, properties }, headers, content }: Delivery, queue: string): EventAttributes {
  const text = (value: unknown): string | undefined => typeof value === 'string' ? value : undefined;
  return toEvent({
    headers, content, queue, routingKey: fields.routingKey, contentType: text(properties.contentType), messageId: text(properties.messageId),
    correlationId: text(properties.correlationId), type: text(properties.type), timestamp: typeof properties.timestamp === 'number' ? properties.timestamp : undefined,
  });
}

/** @throws DataError `DATA_JSON` */
function messageOf({ content, message: { properties } }: Delivery, event: EventAttributes): Message {
  const { contentType, contentEncoding } = properties as { contentType?: string; contentEncoding?: string };
  return { payload: decodeBody(content, contentType, contentEncoding), topic: topicOf(event.type), event };
}
