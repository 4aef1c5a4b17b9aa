/** A subset of the vendor's Admin GraphQL schema, held against the published introspection by a test: shop, app and webhook subscriptions. */
export const shopSchema = /* GraphQL */ `
type Shop implements HasMetafields & Node {
  id: ID!
  name: String!
  email: String!
  contactEmail: String!
  myshopifyDomain: String!
  url: URL!
  currencyCode: CurrencyCode!
  enabledPresentmentCurrencies: [CurrencyCode!]!
  ianaTimezone: String!
  timezoneOffset: String!
  timezoneOffsetMinutes: Int!
  taxesIncluded: Boolean!
  taxShipping: Boolean!
  weightUnit: WeightUnit!
  unitSystem: UnitSystem!
  plan: ShopPlan!
  metafield(key: String!, namespace: String): Metafield
  metafields(after: String, before: String, first: Int, keys: [String!], last: Int, namespace: String, reverse: Boolean = false): MetafieldConnection!
  createdAt: DateTime!
  updatedAt: DateTime!
}

type ShopPlan {
  publicDisplayName: String!
  partnerDevelopment: Boolean!
  shopifyPlus: Boolean!
}

enum WeightUnit { GRAMS KILOGRAMS OUNCES POUNDS }

enum UnitSystem { IMPERIAL_SYSTEM METRIC_SYSTEM }

type AppInstallation implements HasMetafields & Node {
  id: ID!
  accessScopes: [AccessScope!]!
  app: App!
  metafield(key: String!, namespace: String): Metafield
  metafields(after: String, before: String, first: Int, keys: [String!], last: Int, namespace: String, reverse: Boolean = false): MetafieldConnection!
}

type App implements Node {
  id: ID!
  title: String!
  handle: String
  apiKey: String!
}

type AccessScope {
  handle: String!
  description: String!
}

type WebhookSubscription implements LegacyInteroperability & Node {
  id: ID!
  legacyResourceId: UnsignedInt64!
  topic: WebhookSubscriptionTopic!
  uri: String!
  format: WebhookSubscriptionFormat!
  includeFields: [String!]!
  metafieldNamespaces: [String!]!
  filter: String
  name: String
  apiVersion: ApiVersion!
  createdAt: DateTime!
  updatedAt: DateTime!
}

type WebhookSubscriptionConnection {
  edges: [WebhookSubscriptionEdge!]!
  nodes: [WebhookSubscription!]!
  pageInfo: PageInfo!
}

type WebhookSubscriptionEdge {
  cursor: String!
  node: WebhookSubscription!
}

type ApiVersion {
  displayName: String!
  handle: String!
  supported: Boolean!
}

enum WebhookSubscriptionFormat { JSON XML }

enum WebhookSubscriptionSortKeys { CREATED_AT ID }

input WebhookSubscriptionInput {
  uri: String
  callbackUrl: URL
  format: WebhookSubscriptionFormat
  includeFields: [String!]
  filter: String
  metafieldNamespaces: [String!]
  name: String
}

enum WebhookSubscriptionTopic {
  APP_UNINSTALLED COMPANIES_CREATE COMPANIES_DELETE COMPANIES_UPDATE COMPANY_LOCATIONS_CREATE COMPANY_LOCATIONS_DELETE COMPANY_LOCATIONS_UPDATE
  CUSTOMERS_CREATE CUSTOMERS_DELETE CUSTOMERS_UPDATE ORDERS_CANCELLED ORDERS_CREATE ORDERS_DELETE ORDERS_EDITED ORDERS_FULFILLED ORDERS_PAID
  ORDERS_PARTIALLY_FULFILLED ORDERS_UPDATED ORDER_TRANSACTIONS_CREATE FULFILLMENTS_CREATE FULFILLMENTS_UPDATE REFUNDS_CREATE PRODUCTS_CREATE
  PRODUCTS_DELETE PRODUCTS_UPDATE INVENTORY_LEVELS_UPDATE INVENTORY_ITEMS_UPDATE BULK_OPERATIONS_FINISH SHOP_UPDATE
}

type WebhookSubscriptionCreatePayload {
  webhookSubscription: WebhookSubscription
  userErrors: [UserError!]!
}

type WebhookSubscriptionUpdatePayload {
  webhookSubscription: WebhookSubscription
  userErrors: [UserError!]!
}

type WebhookSubscriptionDeletePayload {
  deletedWebhookSubscriptionId: ID
  userErrors: [UserError!]!
}
`;
