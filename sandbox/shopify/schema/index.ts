import { buildSchema, extendSchema, parse, type GraphQLSchema } from 'graphql';
import { bulkSchema } from './bulk';
import { catalogueSchema } from './catalogue';
import { fulfillmentSchema } from './fulfillment';
import { inventorySchema } from './inventory';
import { orderEditsSchema } from './order-edits';
import { orderPartsSchema } from './order-parts';
import { orderWritesSchema } from './order-writes';
import { ordersSchema } from './orders';
import { partiesSchema } from './parties';
import { partyWritesSchema } from './party-writes';
import { paymentsSchema } from './payments';
import { pricesSchema } from './prices';
import { productsSchema, variantPublishingSchema } from './products';
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

const schemas = new Map<boolean, GraphQLSchema>();

/** Can variants be published one by one in this API version? */
export function hasVariantPublishing(apiVersion: string): boolean { return apiVersion >= '2026-07'; }

/** The sandbox's part of the Admin GraphQL schema, as an API version has it; without one what all of them have. */
export function adminSchema(apiVersion = ''): GraphQLSchema {
  const later = hasVariantPublishing(apiVersion);
  let schema = schemas.get(later);
  if (!schema) schemas.set(later, schema = later ? extendSchema(adminSchema(), parse(variantPublishingSchema)) : buildSchema([
    types, rootSchema, ordersSchema, orderPartsSchema, orderWritesSchema, orderEditsSchema, partiesSchema, partyWritesSchema, catalogueSchema, inventorySchema,
    fulfillmentSchema, productsSchema, shopSchema, paymentsSchema, pricesSchema, bulkSchema,
  ].join('\n')));
  return schema;
}
