import { lazyMapping } from '../../mapping';
import type { Native } from '../contract';
import type { OrderFacts } from './order-facts';
import graphqlOrder from './order-graphql.mapping.json';
import webhookOrder from './order-webhook.mapping.json';

const webhook = lazyMapping(webhookOrder), graphql = lazyMapping(graphqlOrder);

/** The facts of an order as a webhook or GraphQL brought it. */
export function orderFacts(native: Native): OrderFacts {
  const mapping = isGraphql(native) ? graphql : webhook;
  return mapping().map(native, {}, typeof native['name'] === 'string' ? `order ${native['name']}` : undefined);
}

/** GraphQL has a gid for id, webhooks a number. */
function isGraphql(native: Native): boolean { return typeof native['id'] === 'string'; }
