/** A subset of the vendor's Admin GraphQL schema, held against the published introspection by a test: what is to be sent, and from where. */
export const fulfillmentSchema = /* GraphQL */ `
type FulfillmentOrder implements Node {
  id: ID!
  orderId: ID!
  orderName: String!
  order: Order!
  status: FulfillmentOrderStatus!
  requestStatus: FulfillmentOrderRequestStatus!
  assignedLocation: FulfillmentOrderAssignedLocation!
  lineItems(after: String, before: String, first: Int, last: Int, reverse: Boolean = false): FulfillmentOrderLineItemConnection!
  createdAt: DateTime!
  updatedAt: DateTime!
}

type FulfillmentOrderConnection {
  edges: [FulfillmentOrderEdge!]!
  nodes: [FulfillmentOrder!]!
  pageInfo: PageInfo!
}

type FulfillmentOrderEdge {
  cursor: String!
  node: FulfillmentOrder!
}

type FulfillmentOrderAssignedLocation {
  name: String!
  city: String
  zip: String
  countryCode: CountryCode!
  location: Location
}

type FulfillmentOrderLineItem implements Node {
  id: ID!
  inventoryItemId: ID
  sku: String
  productTitle: String!
  requiresShipping: Boolean!
  totalQuantity: Int!
  remainingQuantity: Int!
  lineItem: LineItem!
  variant: ProductVariant
}

type FulfillmentOrderLineItemConnection {
  edges: [FulfillmentOrderLineItemEdge!]!
  nodes: [FulfillmentOrderLineItem!]!
  pageInfo: PageInfo!
}

type FulfillmentOrderLineItemEdge {
  cursor: String!
  node: FulfillmentOrderLineItem!
}

enum FulfillmentOrderSortKeys { ID UPDATED_AT }

enum FulfillmentOrderStatus { CLOSED OPEN }

enum FulfillmentOrderRequestStatus { CLOSED UNSUBMITTED }
`;
