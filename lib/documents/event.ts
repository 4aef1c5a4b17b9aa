import { DataError } from '../errors';
import type { Documents } from './types';

/** The entities that events speak of, as in the event type `b2b-sync.<entity>.<verb>.v1`. */
export type Entity = 'product' | 'inventory' | 'price' | 'customer' | 'order' | 'payment' | 'shipment' | 'invoice' | 'return';

export type Verb = 'created' | 'updated' | 'cancelled' | 'deleted' | 'synced' | 'snapshot' | 'failed';

/** How a change was found that no webhook had brought. */
export type FoundBy = 'polling' | 'reconcile';

/**
 * CloudEvents 1.0 attributes of a message (`msg.event`): the envelope schema without `data`. Attribute names are
 * lower-case letters and digits, as CloudEvents asks.
 */
export interface EventAttributes {
  specversion: '1.0';
  id: string;
  source: string;
  type: string;
  /** When the change happened in the source, ISO 8601 UTC. */
  time: string;
  /** `<entity>/<id in the source>`, e.g. `order/gid://shopify/Order/1`. */
  subject: string;
  datacontenttype: 'application/json';
  /** `urn:b2b-sync:<document kind>:v1`, or the vendor's own type for native documents. */
  dataschema: string;
  /** Order is kept among events of one partition key. */
  partitionkey: string;
  /** Same change, same key: on every retry, replay and poll. */
  idempotencykey: string;
  correlationid: string;
  causationid?: string;
  recordedtime?: string;
  /** The system where the change was first made. */
  originsystem?: string;
  hops?: number;
  replay?: boolean;
  /** How many card numbers were masked in this event before it was written anywhere. */
  maskedcards?: number;
  /** No webhook had brought it: polling found it, or a comparison of both systems. */
  foundby?: FoundBy;
  /** Only told what would be written: no node writes anything because of it. */
  dryrun?: true;
  /** Names the delivery in this process (see lib/delivery/flow-completion.ts); never leaves the process. */
  deliveryid?: string;
}

/** The kind of canonical document that events of an entity carry. */
export const kindOf: Readonly<Record<Entity, Exclude<keyof Documents, 'tombstone'>>> = {
  product: 'product', inventory: 'inventory-level', price: 'price-list', customer: 'customer', order: 'order',
  payment: 'payment', shipment: 'shipment', invoice: 'invoice', return: 'return',
};

/** The short form of an event's type for `msg.topic`: `order.created`. */
export function topicOf(type: string): string { return type.replace(/^b2b-sync\./, '').replace(/\.v\d+$/, ''); }

export function typeOf(entity: Entity, verb: Verb): string { return `b2b-sync.${entity}.${verb}.v1`; }

/** How many times an event may be sent on because of another one before it counts as a loop between systems. */
export const maxHops = 8;

/**
 * How often a change has been sent on once this event has been, too. Throws DataError `DATA_LOOP` past {@link maxHops}: two
 * systems answer each other's changes.
 */
export function nextHop({ hops = 0, subject = 'A record' }: Partial<EventAttributes> = {}): number {
  if (hops < maxHops) return hops + 1;
  throw new DataError('DATA_LOOP', `${subject} has gone round ${maxHops} times: two systems answer each other's changes. Say in the system nodes which one owns the field.`, { record: subject });
}
