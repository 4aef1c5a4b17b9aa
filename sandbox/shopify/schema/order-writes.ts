/** A subset of the vendor's Admin GraphQL schema, held against the published introspection by a test: what changes orders. */
export const orderWritesSchema = /* GraphQL */ `
input OrderInput {
  id: ID!
  note: String
  email: String
  phone: String
  poNumber: String
  tags: [String!]
  customAttributes: [AttributeInput!]
  metafields: [MetafieldInput!]
}

input AttributeInput {
  key: String!
  value: String!
}

input MetafieldInput {
  id: ID
  namespace: String
  key: String
  type: String
  value: String
}

type OrderUpdatePayload {
  order: Order
  userErrors: [UserError!]!
}

type OrderCancelPayload {
  job: Job
  orderCancelUserErrors: [OrderCancelUserError!]!
  userErrors: [UserError!]!
}

type OrderCancelUserError implements DisplayableError {
  code: OrderCancelUserErrorCode
  field: [String!]
  message: String!
}

enum OrderCancelUserErrorCode {
  INTERNAL_ERROR INVALID NOT_FOUND NO_REFUND_PERMISSION NO_REFUND_TO_STORE_CREDIT_PERMISSION STORE_CREDIT_REFUND_B2B_NOT_SUPPORTED
  STORE_CREDIT_REFUND_EXPIRATION_IN_PAST STORE_CREDIT_REFUND_MISSING_CUSTOMER
}

input OrderCancelRefundMethodInput @oneOf {
  originalPaymentMethodsRefund: Boolean
}

type Job {
  id: ID!
  done: Boolean!
}

input OrderCloseInput {
  id: ID!
}

type OrderClosePayload {
  order: Order
  userErrors: [UserError!]!
}

input OrderMarkAsPaidInput {
  id: ID!
}

type OrderMarkAsPaidPayload {
  order: Order
  userErrors: [UserError!]!
}

input MetafieldsSetInput {
  ownerId: ID!
  namespace: String
  key: String!
  type: String
  value: String!
  compareDigest: String
}

type MetafieldsSetPayload {
  metafields: [Metafield!]
  userErrors: [MetafieldsSetUserError!]!
}

type MetafieldsSetUserError implements DisplayableError {
  code: MetafieldsSetUserErrorCode
  elementIndex: Int
  field: [String!]
  message: String!
}

enum MetafieldsSetUserErrorCode {
  APP_NOT_AUTHORIZED BLANK CAPABILITY_VIOLATION INCLUSION INTERNAL_ERROR INVALID INVALID_COMPARE_DIGEST INVALID_TYPE INVALID_VALUE
  LESS_THAN_OR_EQUAL_TO PRESENT STALE_OBJECT TAKEN TOO_LONG TOO_SHORT
}

type TagsAddPayload {
  node: Node
  userErrors: [UserError!]!
}

type TagsRemovePayload {
  node: Node
  userErrors: [UserError!]!
}
`;
