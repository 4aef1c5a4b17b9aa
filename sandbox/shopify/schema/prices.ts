/** A subset of the vendor's Admin GraphQL schema, held against the published introspection by a test: catalogs, price lists and prices. */
export const pricesSchema = /* GraphQL */ `
extend type QueryRoot {
  catalog(id: ID!): Catalog
  catalogs(after: String, before: String, first: Int, last: Int, query: String, reverse: Boolean = false, sortKey: CatalogSortKeys = ID, type: CatalogType = null): CatalogConnection!
  priceList(id: ID!): PriceList
  priceLists(after: String, before: String, first: Int, last: Int, reverse: Boolean = false, sortKey: PriceListSortKeys = ID): PriceListConnection!
}

extend type Mutation {
  priceListFixedPricesAdd(priceListId: ID!, prices: [PriceListPriceInput!]!): PriceListFixedPricesAddPayload
  priceListFixedPricesUpdate(priceListId: ID!, pricesToAdd: [PriceListPriceInput!]!, variantIdsToDelete: [ID!]!): PriceListFixedPricesUpdatePayload
  priceListFixedPricesDelete(priceListId: ID!, variantIds: [ID!]!): PriceListFixedPricesDeletePayload
  quantityPricingByVariantUpdate(input: QuantityPricingByVariantUpdateInput!, priceListId: ID!): QuantityPricingByVariantUpdatePayload
}

interface Catalog implements Node {
  id: ID!
  title: String!
  status: CatalogStatus!
  priceList: PriceList
}

type CompanyLocationCatalog implements Catalog & Node {
  id: ID!
  title: String!
  status: CatalogStatus!
  priceList: PriceList
  companyLocations(after: String, before: String, first: Int, last: Int, query: String, reverse: Boolean = false, sortKey: CompanyLocationSortKeys = ID): CompanyLocationConnection!
  companyLocationsCount: Count
}

type MarketCatalog implements Catalog & Node {
  id: ID!
  title: String!
  status: CatalogStatus!
  priceList: PriceList
}

type CatalogConnection {
  edges: [CatalogEdge!]!
  nodes: [Catalog!]!
  pageInfo: PageInfo!
}

type CatalogEdge {
  cursor: String!
  node: Catalog!
}

enum CatalogSortKeys { ID TITLE TYPE }

enum CatalogStatus { ACTIVE ARCHIVED DRAFT }

type PriceList implements Node {
  id: ID!
  name: String!
  currency: CurrencyCode!
  catalog: Catalog
  parent: PriceListParent
  fixedPricesCount: Int!
  prices(after: String, before: String, first: Int, last: Int, originType: PriceListPriceOriginType, query: String, reverse: Boolean = false): PriceListPriceConnection!
  quantityRules(after: String, before: String, first: Int, last: Int, originType: QuantityRuleOriginType, reverse: Boolean = false): QuantityRuleConnection!
}

type PriceListConnection {
  edges: [PriceListEdge!]!
  nodes: [PriceList!]!
  pageInfo: PageInfo!
}

type PriceListEdge {
  cursor: String!
  node: PriceList!
}

enum PriceListSortKeys { ID NAME }

type PriceListParent {
  adjustment: PriceListAdjustment!
  settings: PriceListAdjustmentSettings!
}

type PriceListAdjustment {
  type: PriceListAdjustmentType!
  value: Float!
}

type PriceListAdjustmentSettings {
  compareAtMode: PriceListCompareAtMode!
}

enum PriceListAdjustmentType { PERCENTAGE_DECREASE PERCENTAGE_INCREASE }

enum PriceListCompareAtMode { ADJUSTED NULLIFY }

type PriceListPrice {
  price: MoneyV2!
  compareAtPrice: MoneyV2
  originType: PriceListPriceOriginType!
  quantityPriceBreaks(after: String, before: String, first: Int, last: Int, reverse: Boolean = false, sortKey: QuantityPriceBreakSortKeys = MINIMUM_QUANTITY): QuantityPriceBreakConnection!
  variant: ProductVariant!
}

type PriceListPriceConnection {
  edges: [PriceListPriceEdge!]!
  nodes: [PriceListPrice!]!
  pageInfo: PageInfo!
}

type PriceListPriceEdge {
  cursor: String!
  node: PriceListPrice!
}

enum PriceListPriceOriginType { FIXED RELATIVE }

type QuantityPriceBreak implements Node {
  id: ID!
  minimumQuantity: Int!
  price: MoneyV2!
  priceList: PriceList!
  variant: ProductVariant!
}

type QuantityPriceBreakConnection {
  edges: [QuantityPriceBreakEdge!]!
  nodes: [QuantityPriceBreak!]!
  pageInfo: PageInfo!
}

type QuantityPriceBreakEdge {
  cursor: String!
  node: QuantityPriceBreak!
}

enum QuantityPriceBreakSortKeys { ID MINIMUM_QUANTITY }

type QuantityRule {
  minimum: Int!
  maximum: Int
  increment: Int!
  isDefault: Boolean!
  originType: QuantityRuleOriginType!
  productVariant: ProductVariant!
}

type QuantityRuleConnection {
  edges: [QuantityRuleEdge!]!
  nodes: [QuantityRule!]!
  pageInfo: PageInfo!
}

type QuantityRuleEdge {
  cursor: String!
  node: QuantityRule!
}

enum QuantityRuleOriginType { FIXED RELATIVE }

input PriceListPriceInput {
  variantId: ID!
  price: MoneyInput!
  compareAtPrice: MoneyInput
}

type PriceListFixedPricesAddPayload {
  prices: [PriceListPrice!]
  userErrors: [PriceListPriceUserError!]!
}

type PriceListFixedPricesUpdatePayload {
  priceList: PriceList
  pricesAdded: [PriceListPrice!]
  deletedFixedPriceVariantIds: [ID!]
  userErrors: [PriceListPriceUserError!]!
}

type PriceListFixedPricesDeletePayload {
  deletedFixedPriceVariantIds: [ID!]
  userErrors: [PriceListPriceUserError!]!
}

type PriceListPriceUserError implements DisplayableError {
  code: PriceListPriceUserErrorCode
  field: [String!]
  message: String!
}

enum PriceListPriceUserErrorCode { BLANK PRICE_LIST_CURRENCY_MISMATCH PRICE_LIST_NOT_FOUND PRICE_NOT_FIXED VARIANT_NOT_FOUND }

input QuantityPricingByVariantUpdateInput {
  pricesToAdd: [PriceListPriceInput!]!
  pricesToDeleteByVariantId: [ID!]!
  quantityPriceBreaksToAdd: [QuantityPriceBreakInput!]!
  quantityPriceBreaksToDelete: [ID!]!
  quantityPriceBreaksToDeleteByVariantId: [ID!]
  quantityRulesToAdd: [QuantityRuleInput!]!
  quantityRulesToDeleteByVariantId: [ID!]!
}

input QuantityPriceBreakInput {
  variantId: ID!
  minimumQuantity: Int!
  price: MoneyInput!
}

input QuantityRuleInput {
  variantId: ID!
  minimum: Int!
  maximum: Int = null
  increment: Int!
}

type QuantityPricingByVariantUpdatePayload {
  productVariants: [ProductVariant!]
  userErrors: [QuantityPricingByVariantUserError!]!
}

type QuantityPricingByVariantUserError implements DisplayableError {
  code: QuantityPricingByVariantUserErrorCode
  field: [String!]
  message: String!
}

enum QuantityPricingByVariantUserErrorCode {
  PRICE_ADD_CURRENCY_MISMATCH PRICE_ADD_DUPLICATE_INPUT_FOR_VARIANT PRICE_ADD_VARIANT_NOT_FOUND PRICE_DELETE_PRICE_NOT_FIXED
  PRICE_DELETE_VARIANT_NOT_FOUND PRICE_LIST_NOT_FOUND QUANTITY_PRICE_BREAK_ADD_CURRENCY_MISMATCH
  QUANTITY_PRICE_BREAK_ADD_DUPLICATE_INPUT_FOR_VARIANT_AND_MIN QUANTITY_PRICE_BREAK_ADD_INVALID QUANTITY_PRICE_BREAK_ADD_LIMIT_EXCEEDED
  QUANTITY_PRICE_BREAK_ADD_MIN_HIGHER_THAN_QUANTITY_RULES_MAX QUANTITY_PRICE_BREAK_ADD_MIN_LOWER_THAN_QUANTITY_RULES_MIN
  QUANTITY_PRICE_BREAK_ADD_MIN_NOT_A_MULTIPLE_OF_QUANTITY_RULES_INCREMENT QUANTITY_PRICE_BREAK_ADD_PRICE_LIST_PRICE_NOT_FOUND
  QUANTITY_PRICE_BREAK_ADD_VARIANT_NOT_FOUND QUANTITY_PRICE_BREAK_DELETE_BY_VARIANT_ID_VARIANT_NOT_FOUND
  QUANTITY_PRICE_BREAK_DELETE_NOT_FOUND QUANTITY_RULE_ADD_CATALOG_CONTEXT_NOT_SUPPORTED QUANTITY_RULE_ADD_DUPLICATE_INPUT_FOR_VARIANT
  QUANTITY_RULE_ADD_INCREMENT_IS_GREATER_THAN_MINIMUM QUANTITY_RULE_ADD_INCREMENT_IS_LESS_THAN_ONE
  QUANTITY_RULE_ADD_MAXIMUM_NOT_A_MULTIPLE_OF_INCREMENT QUANTITY_RULE_ADD_MINIMUM_GREATER_THAN_MAXIMUM
  QUANTITY_RULE_ADD_MINIMUM_IS_LESS_THAN_ONE QUANTITY_RULE_ADD_MINIMUM_NOT_A_MULTIPLE_OF_INCREMENT QUANTITY_RULE_ADD_VARIANT_NOT_FOUND
  QUANTITY_RULE_DELETE_RULE_NOT_FOUND QUANTITY_RULE_DELETE_VARIANT_NOT_FOUND
}
`;
