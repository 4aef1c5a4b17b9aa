import type { Connector } from '../contract';
import { connect } from './connection';
import { settings } from './settings';

/** Shopify by its Admin GraphQL API: orders, customers and companies, products; webhooks. */
export const shopify: Connector = {
  vendor: 'shopify',
  kind: 'commerce',
  settings,
  entities: {
    order: { operations: ['get', 'list', 'find', 'update', 'cancel'], verbs: ['created', 'updated', 'cancelled'] },
    customer: { operations: ['get', 'list', 'find'], verbs: ['created', 'updated'] },
    product: { operations: ['get', 'list', 'find'], verbs: ['created', 'updated'] },
  },
  connect,
};
