import type { Node, NodeAPI, NodeDef, NodeMessageInFlow } from 'node-red';
import { encodeBody } from '../../lib/brokers/rabbitmq/body';
import { toHeaders } from '../../lib/brokers/rabbitmq/cloud-events';
import type { OutgoingMessage } from '../../lib/brokers/rabbitmq/publisher';
import type { ExchangeSettings, QueueType, Topology } from '../../lib/brokers/rabbitmq/topology';
import type { EventAttributes } from '../../lib/documents/event';
import { ConfigError, DataError } from '../../lib/errors';
import { evaluate } from '../common/evaluate';

type Numeric = number | string;

export interface RabbitOutDef extends NodeDef {
  broker: string;
  /** Straight to a queue, or through an exchange. */
  target: 'queue' | 'exchange';
  queue: string;
  queueType: QueueType;
  exchange: string;
  exchangeType: ExchangeSettings['type'];
  /** Create what is missing. */
  declare: boolean;
  routingKey: string;
  routingKeyType: string;
  persistent: boolean;
  mandatory: boolean;
  /** s; blank: never */
  expiry: Numeric;
  /** 0-255; blank: none */
  priority: Numeric;
  /** More headers, as an object. */
  headers: string;
  headersType: string;
  window: Numeric;
  waitingLimit: Numeric;
  /** s */
  confirmTimeout: Numeric;
}

type Message = NodeMessageInFlow & { event?: Partial<EventAttributes> };

const isBlank = (value: Numeric | undefined): boolean => value === undefined || String(value).trim() === '';

/** What is declared when the node starts; what exists with the same settings stays. */
export function topologyOf({ declare, target, queue, queueType, exchange, exchangeType }: RabbitOutDef): Topology {
  if (!declare) return {};
  if (target === 'queue') return { queues: [{ name: queue.trim(), type: queueType }] };
  return exchange.trim() === '' ? {} : { exchanges: [{ name: exchange.trim(), type: exchangeType }] };
}

/**
 * The AMQP message of a Node-RED message. Its id is that of the event, so a receiver knows a repeated one.
 * @throws ConfigError `CONFIG_NO_TARGET`, DataError `DATA_ROUTING_KEY`, `DATA_HEADERS`, `DATA_PAYLOAD`
 */
export async function outgoing(RED: NodeAPI, node: Node, config: RabbitOutDef, msg: Message): Promise<OutgoingMessage> {
  const { event = {} } = msg;
  const { content, contentType } = encodeBody(msg.payload);
  return {
    ...await addressOf(RED, node, config, msg), content,
    properties: {
      persistent: config.persistent, mandatory: config.mandatory, contentType,
      headers: { ...await headersOf(RED, node, config, msg), ...toHeaders(event) },
      timestamp: Math.floor(Date.now() / 1000),
      ...(event.id === undefined ? {} : { messageId: event.id }),
      ...(event.correlationid === undefined ? {} : { correlationId: event.correlationid }),
      ...(event.type === undefined ? {} : { type: event.type }),
      ...(isBlank(config.expiry) ? {} : { expiration: Math.round(Number(config.expiry) * 1000) }),
      ...(isBlank(config.priority) ? {} : { priority: Number(config.priority) }),
    },
  };
}

async function addressOf(RED: NodeAPI, node: Node, config: RabbitOutDef, msg: Message): Promise<Pick<OutgoingMessage, 'exchange' | 'routingKey'>> {
  const name = (config.target === 'queue' ? config.queue : config.exchange).trim();
  if (name === '') throw new ConfigError('CONFIG_NO_TARGET', 'The RabbitMQ out node does not say where to send to. Enter a queue or an exchange.');
  if (config.target === 'queue') return { exchange: '', routingKey: name };
  if (config.exchangeType === 'fanout' || config.exchangeType === 'headers' || (config.routingKey === '' && config.routingKeyType === 'str')) return { exchange: name, routingKey: '' };
  const key = await evaluate(RED, node, config.routingKey, config.routingKeyType, msg);
  if (typeof key !== 'string' || Buffer.byteLength(key) > 255) {
    throw new DataError('DATA_ROUTING_KEY', `The routing key (${config.routingKeyType} ${config.routingKey}) must be text of at most 255 bytes, but is ${typeof key}.`);
  }
  return { exchange: name, routingKey: key };
}

async function headersOf(RED: NodeAPI, node: Node, config: RabbitOutDef, msg: Message): Promise<object> {
  if (isBlank(config.headers)) return {};
  const headers = await evaluate(RED, node, config.headers, config.headersType, msg);
  if (headers === undefined || headers === null) return {};
  if (typeof headers === 'object' && !Array.isArray(headers)) return headers;
  throw new DataError('DATA_HEADERS', `The headers (${config.headersType} ${config.headers}) must be an object, but are ${Array.isArray(headers) ? 'an array' : typeof headers}.`);
}
