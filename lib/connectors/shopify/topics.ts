import type { Entity, Verb } from '../../documents/event';

/** What a webhook topic tells about. */
export interface Topic {
  entity: Entity;
  verb: Verb;
  /** GraphQL type of the record, for topics whose body has only a number. */
  type: string;
  /** The body is not the record itself: read the record by its id. */
  partial?: true;
  /** `ensure` does not ask for it: another topic comes with every one of its deliveries. */
  implied?: true;
}

const order = { entity: 'order', type: 'Order' } as const;
const company = { entity: 'customer', type: 'Company', partial: true } as const;

/**
 * Topics that are understood (https://shopify.dev/docs/api/webhooks). Paying, fulfilling and editing an order each send
 * `orders/updated`, too. `app/uninstalled` and the privacy topics tell about no record and are not in here.
 */
export const topics: Partial<Record<string, Topic>> = {
  'orders/create': { ...order, verb: 'created' },
  'orders/updated': { ...order, verb: 'updated' },
  'orders/cancelled': { ...order, verb: 'cancelled' },
  'orders/delete': { ...order, verb: 'deleted', partial: true },
  'orders/paid': { ...order, verb: 'updated', implied: true },
  'orders/fulfilled': { ...order, verb: 'updated', implied: true },
  'orders/partially_fulfilled': { ...order, verb: 'updated', implied: true },
  'orders/edited': { ...order, verb: 'updated', implied: true, partial: true },
  // The body does not tell whether the account is a company's contact, which is a part of it.
  'customers/create': { entity: 'customer', verb: 'created', type: 'Customer', partial: true },
  'customers/update': { entity: 'customer', verb: 'updated', type: 'Customer', partial: true },
  'customers/delete': { entity: 'customer', verb: 'deleted', type: 'Customer', partial: true },
  'companies/create': { ...company, verb: 'created' },
  'companies/update': { ...company, verb: 'updated' },
  'companies/delete': { ...company, verb: 'deleted' },
  'company_locations/create': { ...company, verb: 'updated' },
  'company_locations/update': { ...company, verb: 'updated' },
  'company_locations/delete': { ...company, verb: 'updated' },
  'products/create': { entity: 'product', verb: 'created', type: 'Product' },
  'products/update': { entity: 'product', verb: 'updated', type: 'Product' },
  'products/delete': { entity: 'product', verb: 'deleted', type: 'Product', partial: true },
  'inventory_levels/update': { entity: 'inventory', verb: 'updated', type: 'InventoryLevel' },
  'order_transactions/create': { entity: 'payment', verb: 'created', type: 'OrderTransaction', partial: true },
  'fulfillments/create': { entity: 'shipment', verb: 'created', type: 'Fulfillment' },
  'fulfillments/update': { entity: 'shipment', verb: 'updated', type: 'Fulfillment' },
  'refunds/create': { entity: 'return', verb: 'created', type: 'Refund' },
};

/** A topic by its name; undefined if it is not understood. */
export function findTopic(name: string): Topic | undefined { return Object.hasOwn(topics, name) ? topics[name] : undefined; }

/** The topics to subscribe to for an entity and these verbs. */
export function topicsFor(entity: Entity, verbs: readonly Verb[]): string[] {
  return Object.entries(topics).flatMap(([name, topic]) =>
    topic && !topic.implied && topic.entity === entity && verbs.includes(topic.verb) ? [name] : []);
}

/** `orders/create` as the GraphQL enum writes it: `ORDERS_CREATE`. */
export function topicEnum(topic: string): string { return topic.toUpperCase().replace('/', '_'); }

/** `ORDERS_CREATE` back into `orders/create`; undefined for a topic that is not understood. */
export function topicName(topic: string): string | undefined {
  return Object.keys(topics).find((name) => topicEnum(name) === topic);
}
