import type { Connector } from '../contract';

/** What of each record the connector can do. That one was deleted only events tell. */
export const entities: Connector['entities'] = {
  order: { operations: ['get', 'list', 'find', 'create', 'upsert', 'update', 'cancel'], verbs: ['created', 'updated', 'deleted'] },
  customer: { operations: ['get', 'list', 'find', 'create', 'upsert', 'update'], verbs: ['created', 'updated'] },
  product: { operations: ['get', 'list', 'find'], verbs: ['created', 'updated', 'deleted'] },
  price: { operations: ['get', 'list'], verbs: ['updated'], snapshot: true },
  invoice: { operations: ['get', 'list'], verbs: ['created', 'updated'] },
  payment: { operations: ['get', 'list', 'create', 'upsert'], verbs: ['created', 'updated'] },
  inventory: { operations: ['get', 'list'], verbs: ['updated'], snapshot: true },
  shipment: { operations: ['get', 'list'], verbs: ['created', 'updated', 'deleted'] },
};
