import { createHash } from 'node:crypto';
import type { EventAttributes } from '../../documents/event';
import { DataError } from '../../errors';

type HeaderValue = string | number | boolean;

/** Header values stay below this many characters: the broker keeps headers in memory, and 64 KB is amqplib's limit for all. */
const maxLength = 1024;

/** What makes an event this event: cut, they would name another one. */
const identity = new Set(['id', 'source', 'type', 'subject', 'partitionkey', 'idempotencykey']);

const internal = new Set(['deliveryid', 'datacontenttype']);
/** CloudEvents names; also the only header names we take over. */
const attributeName = /^[a-z0-9]{1,40}$/;
const prefix = /^(?:cloudEvents[:_]|ce-)/i;

/**
 * The attributes of an event as headers `cloudEvents:<name>`, as in the CloudEvents AMQP binding. `datacontenttype`
 * travels as the content type; `deliveryid` never leaves the process.
 * @throws DataError `DATA_EVENT_ATTRIBUTE` if an attribute that identifies the event is too long.
 */
export function toHeaders(event: Partial<EventAttributes>): Record<string, HeaderValue> {
  const headers: Record<string, HeaderValue> = {};
  for (const [name, value] of Object.entries(event)) {
    if (internal.has(name) || !attributeName.test(name) || !isHeaderValue(value)) continue;
    if (typeof value === 'string' && value.length > maxLength && identity.has(name)) {
      throw new DataError('DATA_EVENT_ATTRIBUTE', `msg.event.${name} has ${value.length} characters; at most ${maxLength} can travel.`);
    }
    headers[`cloudEvents:${name}`] = typeof value === 'string' ? cut(value, maxLength) : value;
  }
  return headers;
}

function isHeaderValue(value: unknown): value is HeaderValue {
  return typeof value === 'string' || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value));
}

/** The first `length` characters, without half a surrogate pair at the end. */
export function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  return text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '');
}

/** What a message says of itself, as far as an event is made of it. */
export interface Origin {
  headers: Readonly<Record<string, unknown>>;
  contentType?: string | undefined;
  messageId?: string | undefined;
  correlationId?: string | undefined;
  type?: string | undefined;
  /** Seconds since 1970, as AMQP has it. */
  timestamp?: number | undefined;
  routingKey: string;
  queue: string;
  content: Buffer;
}

/** The attributes of an event without those that have defaults. */
const required = ['id', 'source', 'type'] as const;

/**
 * `msg.event` of a message: its CloudEvents headers (`cloudEvents:`, `cloudEvents_` or `ce-`), or, where they are missing or
 * not complete, a fresh event made of message id, type and routing key. The same message makes the same event when it is
 * delivered again.
 */
export function toEvent(origin: Origin, now: () => number = Date.now): EventAttributes {
  const given: Record<string, HeaderValue> = {};
  for (const [header, value] of Object.entries(origin.headers)) {
    const name = header.replace(prefix, '');
    if (name !== header && attributeName.test(name) && !internal.has(name) && isHeaderValue(value)) given[name] = value;
  }
  const complete = required.every((name) => typeof given[name] === 'string' && given[name] !== '');
  if (!complete) return fresh(origin, now);
  return { ...identified(fresh({ ...origin, messageId: String(given['id']) }, now), given), ...checked(given), specversion: '1.0', datacontenttype: 'application/json' };
}

const texts = ['time', 'subject', 'dataschema', 'partitionkey', 'idempotencykey', 'correlationid', 'causationid', 'recordedtime', 'originsystem'];

/** Leaves out what has the wrong type, so that the fallback's value counts. */
function checked(given: Record<string, HeaderValue>): Partial<EventAttributes> {
  return Object.fromEntries(Object.entries(given).filter(([name, value]) => {
    if (name === 'hops' || name === 'maskedcards') return Number.isInteger(value);
    if (name === 'replay') return typeof value === 'boolean';
    return !texts.includes(name) || (typeof value === 'string' && value !== '');
  }));
}

/** Keys that were not sent are made of the event's own identity, not of the AMQP message's. */
function identified(fallback: EventAttributes, { id, source, subject }: Record<string, HeaderValue>): EventAttributes {
  const key = String(subject ?? id).replace(/\s/g, '_');
  return { ...fallback, subject: `message/${String(id)}`, partitionkey: `event:${key}`, idempotencykey: `event:${String(source)}#${String(id)}`.replace(/\s/g, '_'), correlationid: String(id) };
}

function fresh({ messageId, correlationId, type, timestamp, routingKey, queue, content, contentType }: Origin, now: () => number): EventAttributes {
  const id = cut(messageId || createHash('sha256').update(routingKey).update('\0').update(content).digest('hex').slice(0, 32), 255);
  const time = typeof timestamp === 'number' && timestamp > 0 && timestamp < 1e11 ? timestamp * 1000 : now();
  return {
    specversion: '1.0', id, source: `rabbitmq:${encodeURIComponent(queue)}`, type: type || routingKey || 'message',
    time: new Date(time).toISOString(), subject: `message/${id}`, datacontenttype: 'application/json',
    dataschema: `rabbitmq:${contentType?.split(';')[0] || 'application/octet-stream'}`,
    partitionkey: `message:${id}`, idempotencykey: `message:${encodeURIComponent(queue)}:${id.replace(/\s/g, '_')}`,
    correlationid: correlationId || id,
  };
}
