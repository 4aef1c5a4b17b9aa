import type { Channel } from 'amqplib';
import type { BrokerConnection } from './connection';

export type QueueType = 'quorum' | 'classic' | 'stream';

/** A queue as it is declared. What a queue type does not know is left out; see {@link queueArguments}. */
export interface QueueSettings {
  name: string;
  /** Default `quorum`: replicated, survives the loss of a node of the broker. */
  type?: QueueType | undefined;
  /** Quorum: how often the broker itself hands out a message again before it dead-letters it. */
  deliveryLimit?: number | undefined;
  /** Where rejected, expired and surplus messages go; `` is the default exchange. Not for streams. */
  deadLetterExchange?: string | undefined;
  /** Default: the message's own routing key. */
  deadLetterRoutingKey?: string | undefined;
  /** Messages older than this leave the queue, ms. Not for streams. */
  messageTtlMs?: number | undefined;
  maxLength?: number | undefined;
  maxBytes?: number | undefined;
  /** What a full queue does: drop its oldest message (RabbitMQ's own default) or refuse the new one (ours). */
  overflow?: 'drop-head' | 'reject-publish' | undefined;
  /** Only one consumer gets messages, the others stand by: keeps the order with several processes. Not for streams. */
  singleActiveConsumer?: boolean | undefined;
  /** Classic: the highest priority, 1-255. */
  maxPriority?: number | undefined;
  /** Stream: how long messages are kept, e.g. `7D`, `12h`. */
  maxAge?: string | undefined;
  /** Delete the queue when nobody has used it for so long, ms. */
  expiresMs?: number | undefined;
}

export interface ExchangeSettings {
  name: string;
  type: 'direct' | 'topic' | 'fanout' | 'headers';
  /** Gets what no binding takes. */
  alternateExchange?: string | undefined;
}

export interface Binding { queue: string; exchange: string; routingKey: string }

/** What must be there before messages flow. */
export interface Topology {
  exchanges?: ExchangeSettings[];
  queues?: QueueSettings[];
  bindings?: Binding[];
}

type Arguments = Record<string, string | number | boolean>;

const known: Record<QueueType, (keyof QueueSettings)[]> = {
  quorum: ['deliveryLimit', 'deadLetterExchange', 'deadLetterRoutingKey', 'messageTtlMs', 'maxLength', 'maxBytes', 'overflow', 'singleActiveConsumer', 'expiresMs'],
  classic: ['deadLetterExchange', 'deadLetterRoutingKey', 'messageTtlMs', 'maxLength', 'maxBytes', 'overflow', 'singleActiveConsumer', 'maxPriority', 'expiresMs'],
  stream: ['maxBytes', 'maxAge'],
};

const argumentNames: Partial<Record<keyof QueueSettings, string>> = {
  deliveryLimit: 'x-delivery-limit', deadLetterExchange: 'x-dead-letter-exchange', deadLetterRoutingKey: 'x-dead-letter-routing-key',
  messageTtlMs: 'x-message-ttl', maxLength: 'x-max-length', maxBytes: 'x-max-length-bytes', overflow: 'x-overflow',
  singleActiveConsumer: 'x-single-active-consumer', maxPriority: 'x-max-priority', maxAge: 'x-max-age', expiresMs: 'x-expires',
};

/** The arguments of a queue's declaration: only those its type knows, and only those that are set. */
export function queueArguments(queue: QueueSettings): Arguments {
  const type = queue.type ?? 'quorum';
  const settings: QueueSettings = { ...queue };
  if (settings.singleActiveConsumer === false) delete settings.singleActiveConsumer;
  if (settings.maxLength === undefined && settings.maxBytes === undefined) delete settings.overflow;
  else settings.overflow ??= 'reject-publish';
  if (settings.deadLetterExchange === undefined) delete settings.deadLetterRoutingKey;
  const result: Arguments = { 'x-queue-type': type };
  for (const setting of known[type]) {
    const name = argumentNames[setting], value = settings[setting];
    if (name !== undefined && value !== undefined) result[name] = value;
  }
  return result;
}

export async function declareQueue(channel: Channel, queue: QueueSettings): Promise<void> {
  await channel.assertQueue(queue.name, { durable: true, arguments: queueArguments(queue) });
}

/**
 * Declares exchanges, queues and bindings; what is there already with the same settings stays as it is. Durable throughout.
 * @throws ConfigError `CONFIG_MISMATCH` if something exists with other settings, `CONFIG_NOT_FOUND` for a missing
 * exchange of a binding; AuthError `AUTH_BROKER_PERMISSION`.
 */
export async function declare(connection: BrokerConnection, { exchanges = [], queues = [], bindings = [] }: Topology): Promise<void> {
  if (exchanges.length + queues.length + bindings.length === 0) return;
  await connection.withChannel(async (channel) => {
    for (const { name, type, alternateExchange } of exchanges) {
      await channel.assertExchange(name, type, { durable: true, ...(alternateExchange === undefined ? {} : { alternateExchange }) });
    }
    for (const queue of queues) await declareQueue(channel, queue);
    for (const { queue, exchange, routingKey } of bindings) await channel.bindQueue(queue, exchange, routingKey);
  });
}

/** How many messages wait in a queue, and how many consumers it has. Rejects with ConfigError `CONFIG_NOT_FOUND`. */
export async function queueDepth(connection: BrokerConnection, queue: string): Promise<{ messages: number; consumers: number }> {
  const { messageCount, consumerCount } = await connection.withChannel((channel) => channel.checkQueue(queue));
  return { messages: messageCount, consumers: consumerCount };
}
