import type { Connector } from '../contract';

/** Quantities that `inventorySetQuantities` takes at once (https://shopify.dev/docs/api/usage/limits). */
export const stockBatch = 250;

/** Prices that one mutation takes at once, and so any of its lists (https://shopify.dev/docs/api/usage/limits). */
export const priceBatch = 250;

/** Products that are made at once at most: a bulk operation of so many ends within minutes. */
export const productBatch = 500;

/** What of each record the connector can do. */
export const entities: Connector['entities'] = {
  order: { operations: ['get', 'list', 'find', 'update', 'cancel'], verbs: ['created', 'updated', 'cancelled'] },
  customer: { operations: ['get', 'list', 'find', 'create', 'upsert', 'update'], verbs: ['created', 'updated'] },
  product: { operations: ['get', 'list', 'find', 'create', 'upsert', 'update', 'cancel'], verbs: ['created', 'updated'], bulk: productBatch },
  invoice: { operations: ['create', 'upsert'] },
  payment: { operations: ['get', 'list', 'create', 'upsert'], verbs: ['created', 'updated'] },
  price: { operations: ['get', 'list', 'upsert'], snapshot: true, bulk: priceBatch },
  inventory: { operations: ['get', 'list', 'upsert'], snapshot: true, bulk: stockBatch },
  shipment: { operations: ['get', 'list', 'create', 'upsert', 'update', 'cancel'] },
};
