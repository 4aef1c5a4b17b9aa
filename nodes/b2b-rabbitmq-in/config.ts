import type { NodeDef } from 'node-red';
import type { ConsumerOptions } from '../../lib/brokers/rabbitmq/consumer';
import type { FailurePolicy } from '../../lib/brokers/rabbitmq/settlement';
import type { ExchangeSettings, QueueSettings, QueueType, Topology } from '../../lib/brokers/rabbitmq/topology';
import { countsAsTry } from '../../lib/delivery/backoff';
import { ConfigError } from '../../lib/errors';

type Numeric = number | string;

export interface RabbitInDef extends NodeDef {
  broker: string;
  queue: string;
  /** Create what is missing. */
  declare: boolean;
  queueType: QueueType;
  /** Blank: the queue gets messages that are sent straight to it. */
  exchange: string;
  exchangeType: ExchangeSettings['type'];
  /** Separated by commas or blanks. */
  routingKeys: string;
  deliveryLimit: Numeric;
  /** s */
  messageTtl: Numeric;
  maxLength: Numeric;
  overflow: 'reject-publish' | 'drop-head';
  singleActive: boolean;
  /** Stream, e.g. `7D`. */
  maxAge: string;
  offset: 'first' | 'last' | 'next';
  prefetch: Numeric;
  /** When a message is acknowledged. */
  ack: 'flow' | 'manual' | 'receipt';
  /** s */
  timeLimit: Numeric;
  onFailure: FailurePolicy['onFailure'];
  maxTries: Numeric;
  /** s */
  firstDelay: Numeric;
  /** s */
  maxDelay: Numeric;
  /** `queue`: of this broker; `exchange`: one that is there already; `store`: the dead letters of this palette. */
  deadLetter: 'queue' | 'exchange' | 'store';
  /** Blank: `<queue>.dead`. */
  deadLetterQueue: string;
  deadLetterExchange: string;
  deadLetterRoutingKey: string;
}

/** A number of the form; blank or missing: undefined. */
function numberOf(value: Numeric | undefined): number | undefined {
  return value === undefined || String(value).trim() === '' || !Number.isFinite(Number(value)) ? undefined : Number(value);
}

const ms = (seconds: Numeric | undefined): number | undefined => {
  const value = numberOf(seconds);
  return value === undefined ? undefined : Math.round(value * 1000);
};

/** What the consumer needs to know. @throws ConfigError `CONFIG_NO_QUEUE` */
export function consumerOptions(config: RabbitInDef): Omit<ConsumerOptions, 'onDelivery' | 'cursor'> {
  const queue = config.queue.trim();
  if (queue === '') throw new ConfigError('CONFIG_NO_QUEUE', 'The RabbitMQ in node has no queue. Enter its name.');
  const deadLetter = deadLetterOf(config, queue);
  return {
    queue, queueType: config.queueType, prefetch: numberOf(config.prefetch) ?? 50, deadLetter,
    ...(config.queueType === 'stream' ? { offset: config.offset } : {}),
    ...(config.declare ? { topology: topologyOf(config, queue, deadLetter) } : {}),
  };
}

function deadLetterOf(config: RabbitInDef, queue: string): ConsumerOptions['deadLetter'] {
  if (config.deadLetter === 'queue') return { exchange: '', routingKey: config.deadLetterQueue.trim() || `${queue}.dead` };
  if (config.deadLetter === 'exchange') return { exchange: config.deadLetterExchange.trim(), routingKey: config.deadLetterRoutingKey.trim() || queue };
  return undefined;
}

/** A delivery limit that no message reaches; -1 is not known to RabbitMQ 3. */
const endless = 1_000_000_000;

function topologyOf(config: RabbitInDef, queue: string, deadLetter: ConsumerOptions['deadLetter']): Topology {
  const exchange = config.exchange.trim();
  const keys = config.routingKeys.split(/[\s,]+/).filter(Boolean);
  const main: QueueSettings = {
    name: queue, type: config.queueType,
    messageTtlMs: ms(config.messageTtl), maxLength: numberOf(config.maxLength), overflow: config.overflow, singleActiveConsumer: config.singleActive,
    maxAge: config.maxAge.trim() || undefined,
    deadLetterExchange: deadLetter?.exchange, deadLetterRoutingKey: deadLetter?.routingKey,
    // Without a place for dead letters the broker drops what is over the limit, and since RabbitMQ 4 there is one by default.
    deliveryLimit: deadLetter ? numberOf(config.deliveryLimit) : endless,
  };
  const dead: QueueSettings[] = config.deadLetter === 'queue' && deadLetter
    ? [{ name: deadLetter.routingKey, type: config.queueType === 'classic' ? 'classic' : 'quorum' }] : [];
  return {
    exchanges: exchange === '' ? [] : [{ name: exchange, type: config.exchangeType }],
    queues: [...dead, main],
    bindings: exchange === '' ? [] : (keys.length > 0 ? keys : ['#']).map((routingKey) => ({ queue, exchange, routingKey })),
  };
}

/** What becomes of messages whose flow failed. A stream cannot take a message back, so it waits here. */
export function failurePolicy(config: RabbitInDef): FailurePolicy {
  const firstDelayMs = Math.max(1, ms(config.firstDelay) ?? 5000);
  return {
    onFailure: config.queueType === 'stream' && config.onFailure === 'requeue' ? 'wait' : config.onFailure,
    maxTries: numberOf(config.maxTries) ?? 10, firstDelayMs, maxDelayMs: Math.max(firstDelayMs, ms(config.maxDelay) ?? 300_000), countsAsTry,
  };
}

export function timeLimitMs(config: RabbitInDef): number { return ms(config.timeLimit) ?? 300_000; }
