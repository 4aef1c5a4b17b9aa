/** A subset of the vendor's Admin GraphQL schema, held against the published introspection by a test: products and variants. */
export const catalogueSchema = /* GraphQL */ `
type Product implements HasMetafields & LegacyInteroperability & Node {
  id: ID!
  legacyResourceId: UnsignedInt64!
  handle: String!
  title: String!
  status: ProductStatus!
  vendor: String!
  productType: String!
  tags: [String!]!
  descriptionHtml: HTML!
  isGiftCard: Boolean!
  createdAt: DateTime!
  updatedAt: DateTime!
  options(first: Int): [ProductOption!]!
  variants(after: String, before: String, first: Int, last: Int, reverse: Boolean = false, sortKey: ProductVariantSortKeys = POSITION): ProductVariantConnection!
  metafield(key: String!, namespace: String): Metafield
  metafields(after: String, before: String, first: Int, keys: [String!], last: Int, namespace: String, reverse: Boolean = false): MetafieldConnection!
}

type ProductOption implements Node {
  id: ID!
  name: String!
  position: Int!
  values: [String!]!
}

enum ProductStatus { ACTIVE ARCHIVED DRAFT UNLISTED }

type ProductConnection {
  edges: [ProductEdge!]!
  nodes: [Product!]!
  pageInfo: PageInfo!
}

type ProductEdge {
  cursor: String!
  node: Product!
}

enum ProductSortKeys { CREATED_AT ID TITLE UPDATED_AT }

type ProductVariant implements HasMetafields & LegacyInteroperability & Node {
  id: ID!
  legacyResourceId: UnsignedInt64!
  sku: String
  barcode: String
  title: String!
  displayName: String!
  price: Money!
  compareAtPrice: Money
  position: Int!
  taxable: Boolean!
  availableForSale: Boolean!
  inventoryPolicy: ProductVariantInventoryPolicy!
  inventoryQuantity: Int
  selectedOptions: [SelectedOption!]!
  inventoryItem: InventoryItem!
  product: Product!
  createdAt: DateTime!
  updatedAt: DateTime!
  metafield(key: String!, namespace: String): Metafield
  metafields(after: String, before: String, first: Int, keys: [String!], last: Int, namespace: String, reverse: Boolean = false): MetafieldConnection!
}

type ProductVariantConnection {
  edges: [ProductVariantEdge!]!
  nodes: [ProductVariant!]!
  pageInfo: PageInfo!
}

type ProductVariantEdge {
  cursor: String!
  node: ProductVariant!
}

enum ProductVariantSortKeys { ID POSITION SKU TITLE }

type SelectedOption {
  name: String!
  value: String!
}

enum ProductVariantInventoryPolicy { CONTINUE DENY }
`;
