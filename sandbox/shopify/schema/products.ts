/** A subset of the vendor's Admin GraphQL schema, held against the published introspection by a test: writing products, their translations and where they are sold. */
export const productsSchema = /* GraphQL */ `
interface Publishable {
  publishedOnPublication(publicationId: ID!): Boolean!
  resourcePublicationsV2(after: String, before: String, catalogType: CatalogType, first: Int, last: Int, onlyPublished: Boolean = true, reverse: Boolean = false): ResourcePublicationV2Connection!
}

extend type Product implements Publishable {
  publishedOnPublication(publicationId: ID!): Boolean!
  resourcePublicationsV2(after: String, before: String, catalogType: CatalogType, first: Int, last: Int, onlyPublished: Boolean = true, reverse: Boolean = false): ResourcePublicationV2Connection!
  variantsCount: Count
  media(after: String, before: String, first: Int, last: Int, query: String, reverse: Boolean = false): MediaConnection!
}

extend type InventoryItem {
  measurement: InventoryItemMeasurement!
}

extend type QueryRoot {
  productByIdentifier(identifier: ProductIdentifierInput!): Product
  shopLocales(published: Boolean = false): [ShopLocale!]!
  translatableResource(resourceId: ID!): TranslatableResource
}

extend type Mutation {
  productSet(identifier: ProductSetIdentifiers, input: ProductSetInput!, synchronous: Boolean = true): ProductSetPayload
  productUpdate(media: [CreateMediaInput!], product: ProductUpdateInput): ProductUpdatePayload
  productVariantsBulkCreate(productId: ID!, strategy: ProductVariantsBulkCreateStrategy = DEFAULT, variants: [ProductVariantsBulkInput!]!): ProductVariantsBulkCreatePayload
  productVariantsBulkUpdate(allowPartialUpdates: Boolean = false, productId: ID!, variants: [ProductVariantsBulkInput!]!): ProductVariantsBulkUpdatePayload
  productVariantsBulkDelete(productId: ID!, variantsIds: [ID!]!): ProductVariantsBulkDeletePayload
  translationsRegister(resourceId: ID!, translations: [TranslationInput!]!): TranslationsRegisterPayload
  publishablePublish(id: ID!, input: [PublicationInput!]!): PublishablePublishPayload
  publishableUnpublish(id: ID!, input: [PublicationInput!]!): PublishableUnpublishPayload
}

enum CatalogType { APP COMPANY_LOCATION MARKET NONE }

type Publication implements Node {
  id: ID!
}

type ResourcePublicationV2 {
  isPublished: Boolean!
  publication: Publication!
  publishDate: DateTime
}

type ResourcePublicationV2Connection {
  edges: [ResourcePublicationV2Edge!]!
  nodes: [ResourcePublicationV2!]!
  pageInfo: PageInfo!
}

type ResourcePublicationV2Edge {
  cursor: String!
  node: ResourcePublicationV2!
}

input PublicationInput {
  publicationId: ID
  publishDate: DateTime
}

type PublishablePublishPayload {
  publishable: Publishable
  userErrors: [UserError!]!
}

type PublishableUnpublishPayload {
  publishable: Publishable
  userErrors: [UserError!]!
}

type InventoryItemMeasurement implements Node {
  id: ID!
  weight: Weight
}

type Weight {
  unit: WeightUnit!
  value: Float!
}

interface Media {
  id: ID!
  alt: String
  mediaContentType: MediaContentType!
  status: MediaStatus!
}

type MediaImage implements Media & Node {
  id: ID!
  alt: String
  mediaContentType: MediaContentType!
  status: MediaStatus!
  originalSource: MediaImageOriginalSource
}

type MediaImageOriginalSource {
  url: URL
}

type MediaConnection {
  edges: [MediaEdge!]!
  nodes: [Media!]!
  pageInfo: PageInfo!
}

type MediaEdge {
  cursor: String!
  node: Media!
}

enum MediaContentType { EXTERNAL_VIDEO IMAGE MODEL_3D VIDEO }

enum MediaStatus { FAILED PROCESSING READY UPLOADED }

enum FileContentType { EXTERNAL_VIDEO FILE IMAGE MODEL_3D VIDEO }

input CreateMediaInput {
  alt: String
  mediaContentType: MediaContentType!
  originalSource: String!
}

input ProductIdentifierInput @oneOf {
  handle: String
  id: ID
}

input ProductSetIdentifiers @oneOf {
  handle: String
  id: ID
}

input ProductSetInput {
  descriptionHtml: String
  files: [FileSetInput!]
  handle: String
  metafields: [MetafieldInput!]
  productOptions: [OptionSetInput!]
  productType: String
  status: ProductStatus
  tags: [String!]
  title: String
  variants: [ProductVariantSetInput!]
  vendor: String
}

input ProductVariantSetInput {
  barcode: String
  compareAtPrice: Money
  id: ID
  inventoryItem: InventoryItemInput
  inventoryPolicy: ProductVariantInventoryPolicy
  metafields: [MetafieldInput!]
  optionValues: [VariantOptionValueInput!]!
  price: Money
  sku: String
  taxable: Boolean
}

input OptionSetInput {
  name: String
  position: Int
  values: [OptionValueSetInput!]
}

input OptionValueSetInput {
  name: String
}

input FileSetInput {
  alt: String
  contentType: FileContentType
  originalSource: String
}

input ProductUpdateInput {
  descriptionHtml: String
  handle: String
  id: ID
  metafields: [MetafieldInput!]
  productType: String
  status: ProductStatus
  tags: [String!]
  title: String
  vendor: String
}

input ProductVariantsBulkInput {
  barcode: String
  compareAtPrice: Money
  id: ID
  inventoryItem: InventoryItemInput
  inventoryPolicy: ProductVariantInventoryPolicy
  metafields: [MetafieldInput!]
  optionValues: [VariantOptionValueInput!]
  price: Money
  taxable: Boolean
}

input VariantOptionValueInput {
  name: String
  optionName: String
}

input InventoryItemInput {
  countryCodeOfOrigin: CountryCode
  harmonizedSystemCode: String
  measurement: InventoryItemMeasurementInput
  requiresShipping: Boolean
  sku: String
  tracked: Boolean
}

input InventoryItemMeasurementInput {
  weight: WeightInput
}

input WeightInput {
  unit: WeightUnit!
  value: Float!
}

enum ProductVariantsBulkCreateStrategy { DEFAULT PRESERVE_STANDALONE_VARIANT REMOVE_STANDALONE_VARIANT }

type ProductSetPayload {
  product: Product
  userErrors: [ProductSetUserError!]!
}

type ProductSetUserError implements DisplayableError {
  code: ProductSetUserErrorCode
  field: [String!]
  message: String!
}

enum ProductSetUserErrorCode {
  DUPLICATED_OPTION_NAME DUPLICATED_OPTION_VALUE HANDLE_NOT_UNIQUE INPUT_MISMATCH INVALID_INPUT INVALID_METAFIELD INVALID_PRODUCT INVALID_VARIANT
  OPTIONS_OVER_LIMIT OPTION_DOES_NOT_EXIST OPTION_VALUES_MISSING OPTION_VALUE_DOES_NOT_EXIST PRODUCT_DOES_NOT_EXIST PRODUCT_OPTIONS_INPUT_MISSING
  PRODUCT_VARIANT_DOES_NOT_EXIST VARIANTS_INPUT_MISSING VARIANTS_OVER_LIMIT
}

type ProductUpdatePayload {
  product: Product
  userErrors: [UserError!]!
}

type ProductVariantsBulkCreatePayload {
  product: Product
  productVariants: [ProductVariant!]
  userErrors: [ProductVariantsBulkCreateUserError!]!
}

type ProductVariantsBulkCreateUserError implements DisplayableError {
  code: ProductVariantsBulkCreateUserErrorCode
  field: [String!]
  message: String!
}

enum ProductVariantsBulkCreateUserErrorCode {
  GREATER_THAN_OR_EQUAL_TO INVALID INVALID_INPUT NEED_TO_ADD_OPTION_VALUES NEGATIVE_PRICE_VALUE NO_KEY_ON_CREATE
  OPTION_VALUES_FOR_NUMBER_OF_UNKNOWN_OPTIONS PRODUCT_DOES_NOT_EXIST VARIANT_ALREADY_EXISTS
}

type ProductVariantsBulkUpdatePayload {
  product: Product
  productVariants: [ProductVariant!]
  userErrors: [ProductVariantsBulkUpdateUserError!]!
}

type ProductVariantsBulkUpdateUserError implements DisplayableError {
  code: ProductVariantsBulkUpdateUserErrorCode
  field: [String!]
  message: String!
}

enum ProductVariantsBulkUpdateUserErrorCode {
  GREATER_THAN_OR_EQUAL_TO INVALID_INPUT INVALID_VALUE NEED_TO_ADD_OPTION_VALUES NEGATIVE_PRICE_VALUE OPTION_DOES_NOT_EXIST OPTION_VALUE_NAME_TOO_LONG
  PRODUCT_DOES_NOT_EXIST PRODUCT_VARIANT_DOES_NOT_EXIST PRODUCT_VARIANT_ID_MISSING TOO_LONG VARIANT_ALREADY_EXISTS
}

type ProductVariantsBulkDeletePayload {
  product: Product
  userErrors: [ProductVariantsBulkDeleteUserError!]!
}

type ProductVariantsBulkDeleteUserError implements DisplayableError {
  code: ProductVariantsBulkDeleteUserErrorCode
  field: [String!]
  message: String!
}

enum ProductVariantsBulkDeleteUserErrorCode {
  AT_LEAST_ONE_VARIANT_DOES_NOT_BELONG_TO_THE_PRODUCT CANNOT_DELETE_LAST_VARIANT PRODUCT_DOES_NOT_EXIST
}

type ShopLocale {
  locale: String!
  name: String!
  primary: Boolean!
  published: Boolean!
}

type TranslatableResource {
  resourceId: ID!
  translatableContent(marketId: ID): [TranslatableContent!]!
  translations(locale: String!, marketId: ID, outdated: Boolean): [Translation!]!
}

type TranslatableContent {
  digest: String
  key: String!
  locale: String!
  value: String
}

type Translation {
  key: String!
  locale: String!
  outdated: Boolean!
  updatedAt: DateTime
  value: String
}

input TranslationInput {
  key: String!
  locale: String!
  marketId: ID
  translatableContentDigest: String!
  value: String!
}

type TranslationsRegisterPayload {
  translations: [Translation!]
  userErrors: [TranslationUserError!]!
}

type TranslationUserError implements DisplayableError {
  code: TranslationErrorCode
  field: [String!]
  message: String!
}

enum TranslationErrorCode { BLANK INVALID INVALID_KEY_FOR_MODEL INVALID_LOCALE_FOR_SHOP INVALID_TRANSLATABLE_CONTENT RESOURCE_NOT_FOUND TOO_MANY_KEYS_FOR_RESOURCE }
`;

/** What only versions from 2026-07 on have: a variant can be sold in some places and not in others. */
export const variantPublishingSchema = /* GraphQL */ `
extend type ProductVariant implements Publishable {
  publishedOnPublication(publicationId: ID!): Boolean!
  resourcePublicationsV2(after: String, before: String, catalogType: CatalogType, first: Int, last: Int, onlyPublished: Boolean = true, reverse: Boolean = false): ResourcePublicationV2Connection!
}
`;
