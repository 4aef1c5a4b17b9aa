import type { Connector } from '../contract';
import { connect } from './connection';
import { entities } from './entities';
import { settings } from './settings';

/** Shopify by its Admin GraphQL API: orders, customers and companies, products, stock; webhooks. */
export const shopify: Connector = { vendor: 'shopify', kind: 'commerce', settings, entities, connect };
