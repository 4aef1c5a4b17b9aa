import { buildSchema, type GraphQLSchema } from 'graphql';
import { catalogueSchema } from './catalogue';
import { fulfillmentSchema } from './fulfillment';
import { inventorySchema } from './inventory';
import { orderPartsSchema } from './order-parts';
import { orderWritesSchema } from './order-writes';
import { ordersSchema } from './orders';
import { partiesSchema } from './parties';
import { rootSchema } from './root';
import { shopSchema } from './shop';

const types = `
schema { query: QueryRoot mutation: Mutation }
scalar DateTime
scalar Decimal
scalar HTML
scalar JSON
scalar Money
scalar URL
scalar UnsignedInt64
directive @idempotent(key: String!) on FIELD
`;

let schema: GraphQLSchema | undefined;

/** The sandbox's part of the Admin GraphQL schema; the same for every API version it speaks. */
export function adminSchema(): GraphQLSchema {
  schema ??= buildSchema([
    types, rootSchema, ordersSchema, orderPartsSchema, orderWritesSchema, partiesSchema, catalogueSchema, inventorySchema, fulfillmentSchema,
    shopSchema,
  ].join('\n'));
  return schema;
}
