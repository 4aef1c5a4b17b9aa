import { createHash } from 'node:crypto';
import type { Connection, Delivery, Incoming, Native, Webhooks } from '../connectors/contract';
import { maskCardsIn, maskCardsInJson } from '../documents/cards';
import { kindOf, topicOf, type Entity, type EventAttributes, type Verb } from '../documents/event';
import { contentHash } from '../documents/hash';
import { DataError } from '../errors';
import type { Headers } from '../http/headers';
import { changeEvent } from './change-event';
import type { Deletions } from './deletions';
import { isEcho, markOf, writesEnded, type WriteMark } from './echo';
import { numberOf } from '../delivery/business-numbers';
import type { Inbox, InboxEntry, Latest, Prepared } from '../delivery/inbox';
import type { Write } from '../store/contract';
import { gone, goneState, stateOf, type State } from './record-state';

/** What an HTTP route answers. */
export interface Answer { status: number; text: string; headers?: Record<string, string> }

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
  /** Its deletion was told of, and somebody has confirmed it. */
  confirmed?: true;
  /** An event told of it: it was read to be sent, and not found by asking. */
  told?: true;
  /** The run of a backfill that listed it. */
  backfill?: string;
  /** Nothing is to be written of it. */
  dryRun?: true;
}

/** A run of a backfill. */
export interface BackfillRun {
  run: string;
  /** What was sent before is sent, too. */
  again: boolean;
  dryRun?: true;
}

export interface TakeOptions {
  /** Which state of the record this is, where it has no time of change. */
  state?: string;
  /** An event told of it. */
  told?: boolean;
  backfill?: BackfillRun;
  /** Written with it. */
  also?: Write[];
}

/** Which record an arrival is about. */
interface Head extends Incoming, Listed {
  entity: Entity;
  masked?: number | undefined;
  /** What was told is that it was deleted. */
  deleted?: boolean;
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
  /** Judges deletions that events tell of. Without it none is sent. */
  deletions?: Deletions;
}

/** Everything a shop tells us, by webhook or by being asked, on its way to the inbox and out of it again as a message. */
export class Intake {
  constructor(private readonly options: IntakeOptions) {}

  /** Answers 2xx once the delivery is durable; what is wrong with a document is found later, for shops drop subscriptions that are refused. */
  async receive(inbox: Inbox, body: Buffer, headers: Headers): Promise<Answer> {
    const webhooks = this.options.connection.webhooks;
    if (!webhooks?.verify(body, headers)) return { status: 401, text: 'The signature does not match. Check the webhook secret of the system.' };
    const whole = body.toString('utf8');
    const delivery = deliveryOf(webhooks, headers, whole);
    if (delivery instanceof DataError) return { status: 400, text: delivery.message };
    if (!delivery || !this.options.wanted[delivery.entity]) return { status: 200, text: 'Nobody asked for this topic.' };
    const { text, masked } = maskCardsInJson(whole);
    const id = webhooks.glance(text, delivery) ?? idOf(webhooks, text, delivery);
    const head: Kept = { ...delivery, ...(masked > 0 ? { masked } : {}) };
    const key = delivery.key === undefined ? `body:${digest(`${delivery.topic}\n${text}`)}` : `webhook:${delivery.key}`;
    const fresh = await inbox.accept({ key, laneKey: id && `${delivery.entity}:${id}`, head, body: text }, { urgent: true });
    return { status: 200, text: fresh ? 'Received.' : 'Received before.' };
  }

  /** Answers a system that asks whether it may send (CloudEvents, "HTTP 1.1 Web Hooks for Event Delivery", 4). */
  handshake(headers: Headers): Answer {
    const webhooks = this.options.connection.webhooks;
    if (!webhooks?.handshake) return { status: 405, text: 'This address takes POST only.', headers: { allow: 'POST' } };
    if (!webhooks.verify(Buffer.alloc(0), headers)) return { status: 401, text: 'The credentials do not match. Check those for events in the system.' };
    const asked = webhooks.handshake(headers);
    if (!asked) return { status: 400, text: 'WebHook-Request-Origin does not say who asks.' };
    if (!asked.allowed) return { status: 403, text: `${asked.origin} asks to send events and is none of the allowed origins of ${this.options.connection.system}.` };
    return { status: 200, text: 'Welcome.', headers: { 'allow': 'POST', 'webhook-allowed-origin': asked.origin, 'webhook-allowed-rate': '*' } };
  }

  /**
   * Takes a record that was listed rather than delivered. True if it had not been taken before: in this state, or in the
   * one that `state` names for records without a time of change.
   */
  async take(inbox: Inbox, entity: Entity, record: Native, { state, backfill, told, also }: TakeOptions = {}): Promise<boolean> {
    const { value, masked } = maskCardsIn(record);
    const { connection } = this.options;
    const { id, time } = connection.identify(entity, value);
    const head: Kept = {
      entity, id, time, ...(masked > 0 ? { masked } : {}), ...(state === undefined ? {} : { snapshot: true }), ...(backfill ? { backfill: backfill.run } : {}),
      ...(backfill?.dryRun ? { dryRun: true } : {}), ...(told ? { told: true } : {}),
    };
    const body = JSON.stringify(value);
    // Of one second there may be several states, and the time does not tell them apart.
    const key = `listed:${connection.system}:${entity}:${id}:${state ?? `${time}:${digest(body).slice(0, 16)}`}${backfill?.again ? `:${backfill.run}` : ''}`;
    // In a lane of its own: a change that waits must not be taken for superseded by what nobody writes.
    const laneKey = `${backfill?.dryRun ? 'dry:' : ''}${entity}:${id}`;
    const arrival = { key, laneKey, head, body, ...(backfill ? { background: true as const } : {}) };
    return inbox.accept(arrival, also ? { also } : {});
  }

  /** Takes note that a record is no longer there. */
  takeGone(inbox: Inbox, entity: Entity, { id, time }: { id: string; time: string }, also: Write[]): Promise<boolean> {
    const head: Kept = { entity, id, time, snapshot: true, gone: true };
    return inbox.accept({ key: `gone:${this.options.connection.system}:${entity}:${id}:${time}`, laneKey: `${entity}:${id}`, head, body: '{}' }, { also });
  }

  /** Takes a deletion that was held and is confirmed. `at`: when it was told of, ms since 1970. */
  takeDeleted(inbox: Inbox, entity: Entity, id: string, at: number, also: Write[]): Promise<boolean> {
    const head: Kept = { entity, id, time: new Date(at).toISOString(), partial: true, confirmed: true };
    return inbox.accept({ key: `deleted:${this.options.connection.system}:${entity}:${id}:${String(at)}`, laneKey: `${entity}:${id}`, head, body: '{}' }, { also });
  }

  /** How many records of an entity have gone out and are not gone. */
  async known(inbox: Inbox, entity: Entity): Promise<number> {
    let count = 0;
    for await (const { status } of inbox.latestOf(this.#subject(entity, ''))) if (status !== gone) count++;
    return count;
  }

  /** What went out last of a record. */
  latest(inbox: Inbox, entity: Entity, id: string): Promise<Latest | undefined> { return inbox.latest(this.#subject(entity, id)); }

  // With the system: a node may be switched to another one that numbers its records alike.
  #subject(entity: Entity, id: string): string { return `${this.options.connection.system}/${entity}/${id}`; }

  /** Makes the message of an entry, or says why it is not sent. Throws DataError for a document that cannot be one. */
  async prepare(inbox: Inbox, entry: InboxEntry): Promise<Prepared> {
    const body = parse(entry);
    const head = this.#head(entry.head as Kept, body);
    const { connection } = this.options;
    await connection.ready?.();
    await writesEnded(inbox.store, connection.system, head.entity, head.id);
    const subject = this.#subject(head.entity, head.id);
    const before = await inbox.latest(subject);
    const read = head.partial ? await this.#read(head) : undefined;
    if (head.partial && !read) return this.#deleted(entry, head, before);
    if (read && read.id !== head.id) {
      // An event named it by another key than it is known by: it goes on in the lane of its own id.
      await this.take(inbox, head.entity, read.native, { told: true });
      return { skip: 'superseded', event: this.#event(entry, head, 'updated', read.state.updatedAt) };
    }
    const told = read?.state ?? (head.gone ? goneState(this.options.connection, head.entity, head.id, head.time) : this.#state(head.entity, body, head.time));
    // Shops tell times in whole seconds: which of two states of one second is the newer, only the shop knows.
    const { mark, also, seen } = await markOf(inbox.store, connection.system, head.entity, head.id);
    // A write in several steps is told of in several states, and only the last is what was meant.
    const isHalf = !read && !head.gone && mark?.hash !== undefined && mark.hash !== told.hash;
    const isUnclear = isHalf || (!read && told.updatedAt === before?.updatedAt && told.hash !== before.hash);
    const now = isUnclear ? (await this.#read(head))?.state : told;
    // What is asked may lag behind what was told.
    const state = isHalf && now && now.updatedAt < told.updatedAt ? told : now;
    if (!state) return { skip: gone, event: this.#event(entry, head, 'deleted', Date.parse(head.time)) };
    const { document, updatedAt, number, hash, status, createdAt } = state;
    const latest: Latest = { subject, updatedAt, hash, status };
    const verb = head.snapshot ? 'updated' : this.#verb(before, status, createdAt);
    const back = read ? await this.options.deletions?.forget(head.entity, head.id) ?? [] : [];
    also.push(...back);
    const kept = [...seen, ...back];
    // With the content: an entry that is prepared once more, after a kill, may find yet another state of that time.
    const again = before?.updatedAt === updatedAt && before.hash !== hash ? `${entry.seq}:${hash.slice(-16)}` : undefined;
    const event = { ...this.#event(entry, head, verb, updatedAt, again), ...(mark ? causeOf(mark) : {}) };
    const named = number === undefined ? {} : { number };
    if (before && updatedAt < before.updatedAt) return { skip: 'stale', event, ...named };
    if (head.snapshot && inbox.hasNewer(entry)) return { skip: 'superseded', event, ...named };
    // Whoever compared a snapshot may want the same once more, and whoever asks for everything again.
    const wanted = head.backfill !== undefined && entry.key.endsWith(`:${head.backfill}`);
    if (!head.snapshot && !wanted && before?.hash === hash) return { skip: 'unchanged', event, latest, also: kept, ...named };
    if (!wanted && isEcho(mark, hash, before)) return { skip: 'echo', event, latest, also: kept, ...named };
    if (!this.options.wanted[head.entity]?.includes(verb)) return { skip: 'not selected', event, ...(head.dryRun ? {} : { latest, also }), ...named };
    const message = { payload: document, topic: topicOf(event.type), event };
    return head.dryRun ? { message: { ...message, event: { ...event, dryrun: true } }, ...named } : { message, latest, also, ...named };
  }

  #head(kept: Kept, body: Native): Head {
    if (!('topic' in kept)) return kept;
    const { webhooks } = this.options.connection;
    if (!webhooks) throw new DataError('DATA_NO_WEBHOOKS', `${this.options.connection.system} sends no webhooks: this one came from the system that the node had before.`);
    return { entity: kept.entity, masked: kept.masked, deleted: kept.verb === 'deleted', ...webhooks.read(body, kept) };
  }

  /** The record as the system has it now; undefined if it is no longer there. */
  async #read({ entity, id, partial }: Head): Promise<{ id: string; native: Native; state: State } | undefined> {
    const { connection } = this.options;
    const found = await (partial && connection.webhooks?.current ? connection.webhooks.current(entity, id) : connection.get(entity, id));
    if (!found) return undefined;
    const { value } = maskCardsIn(found);
    const named = connection.identify(entity, value);
    return { id: named.id, native: found, state: this.#state(entity, value, named.time) };
  }

  /** It was told of, and is not there. Only who was told of a deletion sends it on, of a record that had been sent, and not of many at once. */
  async #deleted(entry: InboxEntry, head: Head, before: Latest | undefined): Promise<Prepared> {
    const { connection, deletions, wanted } = this.options;
    const { entity, id, time, confirmed } = head;
    const event = this.#event(entry, head, 'deleted', Date.parse(time));
    const document = head.deleted || confirmed ? connection.gone?.(entity, id, time) : undefined;
    if (!document || !deletions || !before || before.status === gone) return { skip: gone, event };
    const number = numberOf(document);
    const named = number === undefined ? {} : { number };
    if (!wanted[entity]?.includes('deleted')) return { skip: 'not selected', event, ...named };
    const { passes, also } = confirmed ? { passes: true, also: [] } : await deletions.judge(entity, id);
    if (!passes) return { skip: 'held', event, also, ...named };
    return { message: { payload: document, topic: topicOf(event.type), event }, latest: { ...before, hash: contentHash(document), status: gone }, also, ...named };
  }

  #state(entity: Entity, native: Native, time: string): State { return stateOf(this.options.connection, this.options.format, entity, native, time); }

  /** By state, not by topic: webhooks come late, twice and in any order. */
  #verb(before: Latest | undefined, status: string, createdAt: number): Verb {
    if (status === 'cancelled' && before?.status !== 'cancelled') return 'cancelled';
    // Shops tell whole seconds: what was created in the very second of the first start is new.
    return !before && createdAt >= this.options.createdSince - this.options.createdSince % 1000 ? 'created' : 'updated';
  }

  /** `again`: tells it from another state of the same time. */
  #event(entry: InboxEntry, head: Head, verb: Verb, updatedAt: number, again?: string): EventAttributes {
    const { id: node, connection, format } = this.options;
    return changeEvent({
      node, arrival: entry.key, system: connection.system, entity: head.entity, id: head.id, verb, changedAt: updatedAt, receivedAt: entry.receivedAt, again,
      dataschema: format === 'native' && verb !== 'deleted' ? `urn:${connection.vendor}:${head.entity}` : `urn:b2b-sync:${kindOf[head.entity]}:v1`,
      masked: head.masked, foundby: entry.key.startsWith('listed:') && !head.told ? 'polling' : undefined,
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

/** What a delivery says of itself, or why it is none. */
function deliveryOf(webhooks: Webhooks, headers: Headers, text: string): Delivery | DataError | undefined {
  try {
    return webhooks.delivery(headers, text);
  } catch (reason) {
    if (reason instanceof DataError) return reason;
    throw reason;
  }
}

function digest(body: string): string { return createHash('sha256').update(body).digest('hex'); }
