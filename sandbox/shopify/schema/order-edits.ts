/** A subset of the vendor's Admin GraphQL schema, held against the published introspection by a test: edits of orders. */
export const orderEditsSchema = /* GraphQL */ `
type CalculatedOrder implements Node {
  id: ID!
  originalOrder: Order!
  lineItems(after: String, before: String, first: Int, last: Int, query: String, reverse: Boolean = false): CalculatedLineItemConnection!
  addedLineItems(after: String, before: String, first: Int, last: Int, reverse: Boolean = false): CalculatedLineItemConnection!
  subtotalLineItemsQuantity: Int!
  subtotalPriceSet: MoneyBag
  taxLines: [TaxLine!]!
  totalPriceSet: MoneyBag!
  totalOutstandingSet: MoneyBag!
}

type CalculatedLineItem {
  id: ID!
  sku: String
  title: String!
  variantTitle: String
  quantity: Int!
  editableQuantity: Int!
  editableQuantityBeforeChanges: Int!
  hasStagedLineItemDiscount: Boolean!
  restockable: Boolean!
  originalUnitPriceSet: MoneyBag!
  variant: ProductVariant
}

type CalculatedLineItemConnection {
  edges: [CalculatedLineItemEdge!]!
  nodes: [CalculatedLineItem!]!
  pageInfo: PageInfo!
}

type CalculatedLineItemEdge {
  cursor: String!
  node: CalculatedLineItem!
}

type OrderEditSession implements Node {
  id: ID!
}

type OrderEditBeginPayload {
  calculatedOrder: CalculatedOrder
  orderEditSession: OrderEditSession
  userErrors: [UserError!]!
}

type OrderEditSetQuantityPayload {
  calculatedLineItem: CalculatedLineItem
  calculatedOrder: CalculatedOrder
  orderEditSession: OrderEditSession
  userErrors: [UserError!]!
}

type OrderEditAddVariantPayload {
  calculatedLineItem: CalculatedLineItem
  calculatedOrder: CalculatedOrder
  orderEditSession: OrderEditSession
  userErrors: [UserError!]!
}

type OrderEditAddCustomItemPayload {
  calculatedLineItem: CalculatedLineItem
  calculatedOrder: CalculatedOrder
  orderEditSession: OrderEditSession
  userErrors: [UserError!]!
}

type OrderEditAddLineItemDiscountPayload {
  calculatedLineItem: CalculatedLineItem
  calculatedOrder: CalculatedOrder
  orderEditSession: OrderEditSession
  userErrors: [UserError!]!
}

type OrderEditCommitPayload {
  order: Order
  successMessages: [String!]
  userErrors: [UserError!]!
}

input OrderEditAppliedDiscountInput {
  description: String
  fixedValue: MoneyInput
  percentValue: Float
}

extend type Mutation {
  orderEditBegin(id: ID!): OrderEditBeginPayload
  orderEditSetQuantity(id: ID!, lineItemId: ID!, locationId: ID, quantity: Int!, restock: Boolean): OrderEditSetQuantityPayload
  orderEditAddVariant(allowDuplicates: Boolean = false, id: ID!, locationId: ID, quantity: Int!, variantId: ID!): OrderEditAddVariantPayload
  orderEditAddCustomItem(id: ID!, locationId: ID, price: MoneyInput!, quantity: Int!, requiresShipping: Boolean, taxable: Boolean, title: String!): OrderEditAddCustomItemPayload
  orderEditAddLineItemDiscount(discount: OrderEditAppliedDiscountInput!, id: ID!, lineItemId: ID!): OrderEditAddLineItemDiscountPayload
  orderEditCommit(id: ID!, notifyCustomer: Boolean, staffNote: String): OrderEditCommitPayload
}
`;
