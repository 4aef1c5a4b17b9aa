import type { Entity, Verb } from '../../documents/event';

/** What an event of S/4HANA tells of. */
export interface Topic {
  entity: Entity;
  verb: Verb;
  /** The field of its data that names the record. */
  key: string;
}

const prefix = 'sap.s4.beh';

/** `sap.s4.beh.salesorder.v1.SalesOrder.Changed.v1` and the like. */
function eventsOf(object: string, entity: Entity, operations: Partial<Record<string, Verb>>): [string, Topic][] {
  return Object.entries(operations).map(([operation, verb = 'updated']) => [`${prefix}.${object.toLowerCase()}.v1.${object}.${operation}.v1`, { entity, verb, key: object }]);
}

const saved = { Created: 'created', Changed: 'updated' } as const;

/**
 * Event types that are understood, as the CloudEvents attribute `type` has them; a topic of Event Mesh has slashes for dots and
 * `<namespace>/ce` in front. Their data hold the key of the record, some a few fields more. Published samples are known of
 * SalesOrder and BusinessPartner; of OutboundDelivery, BillingDocument and Product the types are, but no sample of their data
 * [?], nor whether products and business partners tell of deletions [?]. What happens to an item or a status comes as an
 * event of its own, too (`…SalesOrder.ItemChanged.v1`, `…GIStatusChanged.v1` [?]): it moves the record's own stamp, so
 * `Changed` follows [?], and what does not is found by polling.
 */
export const topics: ReadonlyMap<string, Topic> = new Map([
  ...eventsOf('SalesOrder', 'order', { ...saved, Deleted: 'deleted' }),
  ...eventsOf('BusinessPartner', 'customer', saved),
  ...eventsOf('Product', 'product', { ...saved, Deleted: 'deleted' }),
  ...eventsOf('OutboundDelivery', 'shipment', { ...saved, Deleted: 'deleted', GIStatusChanged: 'updated' }),
  ...eventsOf('BillingDocument', 'invoice', { ...saved, Cancelled: 'updated', Canceled: 'updated' }),
]);

/** Entities of which events tell; the others must be asked for. */
export const toldEntities: ReadonlySet<Entity> = new Set([...topics.values()].map(({ entity }) => entity));
