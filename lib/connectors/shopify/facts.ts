import { compileMapping, type Mapping } from '../../mapping';
import type { Native } from '../contract';
import type { OrderFacts } from './order-facts';
import graphqlOrder from './order-graphql.mapping.json';
import webhookOrder from './order-webhook.mapping.json';

let mappings: { webhook: Mapping; graphql: Mapping } | undefined;

/** The facts of an order as a webhook or GraphQL brought it. */
export function orderFacts(native: Native): OrderFacts {
  mappings ??= { webhook: compileMapping(webhookOrder), graphql: compileMapping(graphqlOrder) };
  const mapping = isGraphql(native) ? mappings.graphql : mappings.webhook;
  return mapping.map(native, {}, typeof native['name'] === 'string' ? `order ${native['name']}` : undefined);
}

/** GraphQL has a gid for id, webhooks a number. */
function isGraphql(native: Native): boolean { return typeof native['id'] === 'string'; }
