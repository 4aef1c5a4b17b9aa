import { createHash } from 'node:crypto';
import type { Canonical, Connection, Delivery, Incoming, Native, Webhooks } from '../connectors/contract';
import { maskCardsIn, maskCardsInJson } from '../documents/cards';
import { kindOf, topicOf, type Entity, type EventAttributes, type Verb } from '../documents/event';
import { contentHash } from '../documents/hash';
import { DataError, errorClass } from '../errors';
import { changeEvent } from './change-event';
import { isEcho, markOf, type WriteMark } from './echo';
import { numberOf } from '../delivery/business-numbers';
import type { Inbox, InboxEntry, Latest, Prepared } from '../delivery/inbox';
import type { Write } from '../store/contract';

/** One state of a record: what is sent of it, and what it is told from others by. */
interface State { document: Canonical; updatedAt: number; number: string | undefined; hash: string; status: string; createdAt: number }

type Headers = Record<string, string | string[] | undefined>;

/** What an HTTP route answers. */
export interface Answer { status: number; text: string }

/** What is kept beside the body of an arrival: what a webhook's headers said, or what a list was asked for. */
type Kept = (Delivery | ({ entity: Entity } & Listed & Incoming)) & {
  /** Card numbers masked on the way in. */
  masked?: number;
};

/** What is kept of a record that was listed. */
interface Listed {
  /** Compared by content, for it has no time of change. */
  snapshot?: true;
  /** No longer there: `id` is all that is known. */
  gone?: true;
  /** The run of a backfill that listed it. */
  backfill?: string;
}

export interface TakeOptions {
  /** Which state of the record this is, where it has no time of change. */
  state?: string;
  /** The run that lists it; `again`: it is sent also if it was before. */
  backfill?: { run: string; again: boolean };
  /** Written with it. */
  also?: Write[];
}

/** Which record an arrival is about. */
interface Head extends Incoming, Listed { entity: Entity; masked?: number | undefined }

export interface IntakeOptions {
  /** The node's id: the `source` of its events is `/b2b/<id>`. */
  id: string;
  connection: Connection;
  /** Entities and the verbs that leave the node. */
  wanted: Partial<Record<Entity, Verb[]>>;
  format: 'canonical' | 'native';
  /** Records first seen now but created before this time (ms) count as updated, not created. */
  createdSince: number;
}

/** Everything a shop tells us, by webhook or by being asked, on its way to the inbox and out of it again as a message. */
export class Intake {
  constructor(private readonly options: IntakeOptions) {}

  /** Answers 2xx once the delivery is durable; what is wrong with a document is found later, for shops drop subscriptions that are refused. */
  async receive(inbox: Inbox, body: Buffer, headers: Headers): Promise<Answer> {
    const webhooks = this.options.connection.webhooks;
    if (!webhooks?.verify(body, headers)) return { status: 401, text: 'The signature does not match. Check the webhook secret of the system.' };
    const delivery = webhooks.delivery(headers);
    if (!delivery) return { status: 200, text: 'Nobody asked for this topic.' };
    const { text, masked } = maskCardsInJson(body.toString('utf8'));
    const id = webhooks.glance(text, delivery) ?? idOf(webhooks, text, delivery);
    const head: Kept = { ...delivery, ...(masked > 0 ? { masked } : {}) };
    const key = delivery.key === undefined ? `body:${createHash('sha256').update(`${delivery.topic}\n${text}`).digest('hex')}` : `webhook:${delivery.key}`;
    const fresh = await inbox.accept({ key, laneKey: id && `${delivery.entity}:${id}`, head, body: text }, { urgent: true });
    return { status: 200, text: fresh ? 'Received.' : 'Received before.' };
  }

  /**
   * Takes a record that was listed rather than delivered. True if it had not been taken before: in this state, or in the
   * one that `state` names for records without a time of change.
   */
  async take(inbox: Inbox, entity: Entity, record: Native, { state, backfill, also }: TakeOptions = {}): Promise<boolean> {
    const { value, masked } = maskCardsIn(record);
    const { connection } = this.options;
    const { id, time } = connection.identify(entity, value);
    const head: Kept = {
      entity, id, time, ...(masked > 0 ? { masked } : {}), ...(state === undefined ? {} : { snapshot: true }), ...(backfill ? { backfill: backfill.run } : {}),
    };
    const key = `listed:${connection.system}:${entity}:${id}:${state ?? time}${backfill?.again ? `:${backfill.run}` : ''}`;
    const arrival = { key, laneKey: `${entity}:${id}`, head, body: JSON.stringify(value), ...(backfill ? { background: true as const } : {}) };
    return inbox.accept(arrival, also ? { also } : {});
  }

  /** Takes note that a record is no longer there. */
  takeGone(inbox: Inbox, entity: Entity, { id, time }: { id: string; time: string }, also: Write[]): Promise<boolean> {
    const head: Kept = { entity, id, time, snapshot: true, gone: true };
    return inbox.accept({ key: `gone:${this.options.connection.system}:${entity}:${id}:${time}`, laneKey: `${entity}:${id}`, head, body: '{}' }, { also });
  }

  /** What went out last of a record. */
  latest(inbox: Inbox, entity: Entity, id: string): Promise<Latest | undefined> { return inbox.latest(this.#subject(entity, id)); }

  // With the system: a node may be switched to another one that numbers its records alike.
  #subject(entity: Entity, id: string): string { return `${this.options.connection.system}/${entity}/${id}`; }

  /** Makes the message of an entry, or says why it is not sent. Throws DataError for a document that cannot be one. */
  async prepare(inbox: Inbox, entry: InboxEntry): Promise<Prepared> {
    const body = parse(entry);
    const head = this.#head(entry.head as Kept, body);
    await this.options.connection.ready?.();
    const subject = this.#subject(head.entity, head.id);
    const before = await inbox.latest(subject);
    const told = head.partial ? undefined : head.gone ? this.#goneState(head) : this.#state(head, body);
    // Shops tell times in whole seconds: which of two states of one second is the newer, only the shop knows.
    const isUnclear = before && told?.updatedAt === before.updatedAt && told.hash !== before.hash;
    const state = told && !isUnclear ? told : await this.#current(head);
    if (!state) return { skip: 'gone', event: this.#event(entry, head, 'deleted', Date.parse(head.time)) };
    const { document, updatedAt, number, hash, status, createdAt } = state;
    const latest: Latest = { subject, updatedAt, hash, status };
    const verb = head.snapshot ? 'updated' : this.#verb(before, status, createdAt);
    const { mark, also } = await markOf(inbox.store, this.options.connection.system, head.entity, head.id);
    const event = { ...this.#event(entry, head, verb, updatedAt), ...(mark ? causeOf(mark) : {}) };
    const named = number === undefined ? {} : { number };
    if (before && updatedAt < before.updatedAt) return { skip: 'stale', event, ...named };
    if (head.snapshot && inbox.hasNewer(entry)) return { skip: 'superseded', event, ...named };
    // Whoever compared a snapshot may want the same once more, and whoever asks for everything again.
    const again = head.backfill !== undefined && entry.key.endsWith(`:${head.backfill}`);
    if (!head.snapshot && !again && before?.hash === hash) return { skip: 'unchanged', event, latest, also, ...named };
    if (!again && isEcho(mark, hash, before)) return { skip: 'echo', event, latest, also, ...named };
    if (!this.options.wanted[head.entity]?.includes(verb)) return { skip: 'not selected', event, latest, also, ...named };
    return { message: { payload: document, topic: topicOf(event.type), event }, latest, also, ...named };
  }

  #head(kept: Kept, body: Native): Head {
    if (!('topic' in kept)) return kept;
    const { webhooks } = this.options.connection;
    if (!webhooks) throw new DataError('DATA_NO_WEBHOOKS', `${this.options.connection.system} sends no webhooks: this one came from the system that the node had before.`);
    return { entity: kept.entity, masked: kept.masked, ...webhooks.read(body, kept) };
  }

  /** The record as the shop has it now; undefined if it is no longer there. */
  async #current(head: Head): Promise<State | undefined> {
    const { connection } = this.options;
    const found = await connection.get(head.entity, head.id);
    if (!found) return undefined;
    const { value, masked } = maskCardsIn(found);
    return this.#state({ ...head, masked, time: connection.identify(head.entity, value).time }, value);
  }

  #goneState({ entity, id, time }: Head): State {
    const document = this.options.connection.gone?.(entity, id, time) ?? {};
    return { document, updatedAt: Date.parse(time), number: numberOf(document), hash: contentHash(document), status: 'gone', createdAt: 0 };
  }

  #state(head: Head, native: Native): State {
    const updatedAt = Date.parse(head.time);
    return this.options.format === 'native' ? this.#nativeState(head, native, updatedAt) : this.#canonicalState(head, native, updatedAt);
  }

  #canonicalState(head: Head, native: Native, updatedAt: number): State {
    const document = this.options.connection.toCanonical(head.entity, native);
    const number = numberOf(document);
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
    const { id: node, connection, format } = this.options;
    return changeEvent({
      node, arrival: entry.key, system: connection.system, entity: head.entity, id: head.id, verb, changedAt: updatedAt, receivedAt: entry.receivedAt,
      dataschema: format === 'native' ? `urn:${connection.vendor}:${head.entity}` : `urn:b2b-sync:${kindOf[head.entity]}:v1`,
      masked: head.masked, foundby: entry.key.startsWith('listed:') ? 'polling' : undefined,
    });
  }
}

/** A change that comes of a write of ours goes on with its history. */
function causeOf({ hops, correlationid, causationid }: WriteMark): Partial<EventAttributes> {
  return { hops, ...(correlationid === undefined ? {} : { correlationid }), ...(causationid === undefined ? {} : { causationid }) };
}

/** The body of an arrival. Throws DataError if it is no JSON object. */
function parse({ body, head }: InboxEntry): Native {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch { /* told below */ }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Native;
  throw new DataError('DATA_NOT_JSON', `The body of the ${'topic' in head ? `${String(head.topic)} webhook` : 'record'} is not a complete JSON object (${body.length} characters).`);
}

/** The record of a body that must be parsed to be known; undefined if it cannot be. */
function idOf(webhooks: Webhooks, text: string, delivery: Delivery): string | undefined {
  try {
    return webhooks.read(JSON.parse(text) as Native, delivery).id;
  } catch {
    return undefined; // said when its turn comes
  }
}

function text(value: unknown): string | undefined { return typeof value === 'string' ? value : undefined; }
