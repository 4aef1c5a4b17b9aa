import { createHash } from 'node:crypto';
import type { Canonical, Connection, Incoming, Native, Webhooks } from '../connectors/contract';
import { maskCards, maskCardsIn } from '../documents/cards';
import { topicOf, typeOf, type Entity, type EventAttributes, type Verb } from '../documents/event';
import { contentHash } from '../documents/hash';
import type { DocumentKind } from '../documents/validate';
import { DataError, errorClass } from '../errors';
import type { Inbox, InboxEntry, Latest, Prepared } from '../delivery/inbox';

/** One state of a record: what is sent of it, and what it is told from others by. */
interface State { document: Canonical; updatedAt: number; number: string | undefined; hash: string; status: string; createdAt: number }

type Headers = Record<string, string | string[] | undefined>;

/** What an HTTP route answers. */
export interface Answer { status: number; text: string }

/** What is kept beside the body of an arrival. */
interface Head extends Record<string, unknown> {
  entity: Entity;
  verb: Verb;
  id: string;
  /** ISO 8601 UTC */
  time: string;
  /** Card numbers masked on the way in. */
  masked?: number;
  /** The body only tells of the record: it is read when its turn comes. */
  partial?: true;
  /** The body was not what its topic promised. */
  fault?: { code: `DATA_${string}`; message: string };
}

export interface IntakeOptions {
  /** The node's id: the `source` of its events is `/b2b/<id>`. */
  id: string;
  connection: Connection;
  /** Entities and the verbs that leave the node. */
  wanted: Partial<Record<Entity, Verb[]>>;
  format: 'canonical' | 'native';
  /** Records first seen now but created before this time (ms) count as updated, not created. */
  createdSince: number;
  now?: () => number;
}

const kinds: Record<Entity, DocumentKind> = {
  product: 'product', inventory: 'inventory-level', price: 'price-list', customer: 'customer', order: 'order',
  payment: 'payment', shipment: 'shipment', invoice: 'invoice', return: 'return',
};

/** Everything a shop tells us, by webhook or by being asked, on its way to the inbox and out of it again as a message. */
export class Intake {
  constructor(private readonly options: IntakeOptions) {}

  /** Answers 2xx once the delivery is durable; what is wrong with a document is found later, for shops drop subscriptions that are refused. */
  async receive(inbox: Inbox, body: Buffer, headers: Headers): Promise<Answer> {
    const webhooks = this.options.connection.webhooks;
    if (!webhooks?.verify(body, headers)) return { status: 401, text: 'The signature does not match. Check the webhook secret of the system.' };
    const topic = webhooks.topic(headers);
    if (!topic) return { status: 200, text: 'Nobody asked for this topic.' };
    const text = body.toString('utf8');
    const delivery = this.#read(webhooks, text, headers, topic);
    const head: Head = { entity: delivery.entity, verb: delivery.verb, id: delivery.id, time: delivery.time, ...delivery.extra };
    const laneKey = delivery.id === '' ? undefined : `${delivery.entity}:${delivery.id}`;
    const fresh = await inbox.accept({ key: delivery.key, laneKey, head, body: delivery.text }, delivery.parsed);
    return { status: 200, text: fresh ? 'Received.' : 'Received before.' };
  }

  /** Takes a record that was listed rather than delivered. True if it had not been taken before. */
  async take(inbox: Inbox, entity: Entity, record: Native): Promise<boolean> {
    const { value, masked } = maskCardsIn(record);
    const { connection } = this.options;
    const { id, time } = connection.identify(entity, value);
    const head: Head = { entity, verb: 'updated', id, time, ...(masked > 0 ? { masked } : {}) };
    return inbox.accept({ key: `listed:${connection.system}:${entity}:${id}:${time}`, laneKey: `${entity}:${id}`, head, body: JSON.stringify(value) }, value);
  }

  /** Makes the message of an entry, or says why it is not sent. Throws DataError for a document that cannot be one. */
  async prepare(inbox: Inbox, entry: InboxEntry): Promise<Prepared> {
    const head = entry.head as Head;
    if (head.fault) throw new DataError(head.fault.code, head.fault.message);
    await this.options.connection.ready?.();
    // With the system: a node may be switched to another shop that numbers its records alike.
    const subject = `${this.options.connection.system}/${head.entity}/${head.id}`;
    const before = await inbox.latest(subject);
    const told = head.partial ? undefined : this.#state(head, (entry.parsed ?? JSON.parse(entry.body)) as Native);
    // Shops tell times in whole seconds: which of two states of one second is the newer, only the shop knows.
    const isUnclear = before && told?.updatedAt === before.updatedAt && told.hash !== before.hash;
    const state = told && !isUnclear ? told : await this.#current(head);
    if (!state) return { skip: 'gone', event: this.#event(entry, head, 'deleted', Date.parse(head.time)) };
    const { document, updatedAt, number, hash, status, createdAt } = state;
    const latest: Latest = { subject, updatedAt, hash, status };
    const verb = this.#verb(before, status, createdAt);
    const event = this.#event(entry, head, verb, updatedAt);
    const named = number === undefined ? {} : { number };
    if (before && updatedAt < before.updatedAt) return { skip: 'stale', event, ...named };
    if (before?.hash === hash) return { skip: 'unchanged', event, latest, ...named };
    if (!this.options.wanted[head.entity]?.includes(verb)) return { skip: 'not selected', event, latest, ...named };
    return { message: { payload: document, topic: topicOf(event.type), event }, latest, ...named };
  }

  #read(webhooks: Webhooks, text: string, headers: Headers, topic: { topic: string; entity: Entity; verb: Verb }): {
    key: string; entity: Entity; verb: Verb; id: string; time: string; text: string; parsed?: Native; extra: Partial<Head>;
  } {
    try {
      const { value, masked } = maskCardsIn(JSON.parse(text) as Native);
      const incoming: Incoming = webhooks.read(value, headers);
      const { entity, verb, id, time, partial } = incoming;
      return {
        key: incoming.deliveryKey, entity, verb, id, time, parsed: value,
        text: masked > 0 ? JSON.stringify(value) : text, extra: { ...(masked > 0 ? { masked } : {}), ...(partial ? { partial } : {}) },
      };
    } catch (reason) {
      const masked = maskCards(text);
      const fault = reason instanceof DataError
        ? { code: reason.code, message: reason.message }
        : { code: 'DATA_NOT_JSON' as const, message: `The body of the ${topic.topic} webhook is not complete JSON (${text.length} characters).` };
      return {
        key: `body:${createHash('sha256').update(text).digest('hex')}`, entity: topic.entity, verb: topic.verb, id: '',
        time: new Date(this.#now()).toISOString(), text: masked.text, extra: { fault, masked: masked.masked },
      };
    }
  }

  /** The record as the shop has it now; undefined if it is no longer there. */
  async #current(head: Head): Promise<State | undefined> {
    const { connection } = this.options;
    const found = await connection.get(head.entity, head.id);
    if (!found) return undefined;
    const { value, masked } = maskCardsIn(found);
    return this.#state({ ...head, masked, time: connection.identify(head.entity, value).time }, value);
  }

  #state(head: Head, native: Native): State {
    const updatedAt = Date.parse(head.time);
    return this.options.format === 'native' ? this.#nativeState(head, native, updatedAt) : this.#canonicalState(head, native, updatedAt);
  }

  #canonicalState(head: Head, native: Native, updatedAt: number): State {
    const document = this.options.connection.toCanonical(head.entity, native);
    const number = text(document['orderNumber']) ?? text(document['customerNumber']);
    return {
      document, updatedAt, number, hash: contentHash(document), status: text(document['orderStatus']) ?? '',
      createdAt: Date.parse(text(document['issuedAt']) ?? text(document['createdAt']) ?? head.time),
    };
  }

  /** The two shapes of one record, of the API and of a webhook, are compared by what they mean; where that is not known, by their time. */
  #nativeState(head: Head, native: Native, updatedAt: number): State {
    try {
      return { ...this.#canonicalState(head, native, updatedAt), document: native };
    } catch (reason) {
      if (errorClass(reason) === undefined) throw reason;
    }
    const cancelled = native['cancelledAt'] ?? native['cancelled_at'];
    return {
      document: native, updatedAt, hash: String(updatedAt), status: cancelled ? 'cancelled' : '', number: text(native['name']),
      createdAt: Date.parse(text(native['createdAt']) ?? text(native['created_at']) ?? head.time),
    };
  }

  /** By state, not by topic: webhooks come late, twice and in any order. */
  #verb(before: Latest | undefined, status: string, createdAt: number): Verb {
    if (status === 'cancelled' && before?.status !== 'cancelled') return 'cancelled';
    // Shops tell whole seconds: what was created in the very second of the first start is new.
    return !before && createdAt >= this.options.createdSince - this.options.createdSince % 1000 ? 'created' : 'updated';
  }

  #event(entry: InboxEntry, head: Head, verb: Verb, updatedAt: number): EventAttributes {
    const { id, connection, format } = this.options;
    return {
      specversion: '1.0', id: `${id}:${entry.key}`, source: `/b2b/${id}`, type: typeOf(head.entity, verb),
      time: new Date(updatedAt).toISOString(), subject: `${head.entity}/${head.id}`, datacontenttype: 'application/json',
      dataschema: format === 'native' ? `urn:${connection.vendor}:${head.entity}` : `urn:b2b-sync:${kinds[head.entity]}:v1`,
      partitionkey: `${head.entity}:${head.id}`, idempotencykey: `${head.entity}:${connection.system}:${head.id}:${String(updatedAt)}`,
      correlationid: `${head.entity}:${connection.system}:${head.id}`, recordedtime: new Date(entry.receivedAt).toISOString(),
      originsystem: connection.system, hops: 0, ...(head.masked ? { maskedcards: head.masked } : {}),
      ...(entry.key.startsWith('listed:') ? { foundby: 'polling' as const } : {}),
    };
  }

  #now(): number { return (this.options.now ?? Date.now)(); }
}

function text(value: unknown): string | undefined { return typeof value === 'string' ? value : undefined; }
