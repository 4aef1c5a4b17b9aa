const lines = 'pageInfo { hasNextPage endCursor } nodes { id quantity lineItem { id sku title } }';

const fulfillment = `
  id name status displayStatus createdAt updatedAt deliveredAt estimatedDeliveryAt order { id name } location { id name }
  trackingInfo(first: 50) { company number url } fulfillmentLineItems(first: 50) { ${lines} }`;

export const fulfillmentsQuery = `query Fulfillments($ids: [ID!]!) { nodes(ids: $ids) { ... on Fulfillment { ${fulfillment} } } }`;

/** Further lines of a fulfilment. */
export const fulfillmentLinesQuery = `query FulfillmentLines($id: ID!, $first: Int!, $after: String) {
  fulfillment(id: $id) { fulfillmentLineItems(first: $first, after: $after) { ${lines} } }
}`;

/** The shop lists fulfilments only by their order, which changes with them. */
export const fulfilledOrdersQuery = `query FulfilledOrders($first: Int!, $after: String, $query: String) {
  orders(first: $first, after: $after, query: $query, sortKey: UPDATED_AT) { pageInfo { hasNextPage endCursor } nodes { id fulfillments(first: 250) { id updatedAt } } }
}`;

const toSend = `pageInfo { hasNextPage endCursor }
  nodes { id status assignedLocation { name location { id name } } lineItems(first: 50) { pageInfo { hasNextPage endCursor } nodes { id remainingQuantity lineItem { id } } } }`;

/** What is to be sent of an order, what has been, and our notes of it. */
export const orderToShipQuery = `query OrderToShip($id: ID!, $namespace: String!, $key: String!) {
  order(id: $id) {
    id name cancelledAt metafield(namespace: $namespace, key: $key) { value compareDigest } fulfillments(first: 250) { id }
    fulfillmentOrders(first: 10) { ${toSend} }
  }
}`;

/** Further fulfilment orders of an order. */
export const moreToShipQuery = `query MoreToShip($id: ID!, $after: String) { order(id: $id) { fulfillmentOrders(first: 10, after: $after) { ${toSend} } } }`;

/** Further lines of a fulfilment order. */
export const linesToShipQuery = `query LinesToShip($id: ID!, $first: Int!, $after: String) {
  fulfillmentOrder(id: $id) { lineItems(first: $first, after: $after) { pageInfo { hasNextPage endCursor } nodes { id remainingQuantity lineItem { id } } } }
}`;

export const orderNotesQuery = `query OrderNotes($id: ID!, $namespace: String!, $key: String!) {
  order(id: $id) { metafield(namespace: $namespace, key: $key) { value compareDigest } }
}`;

export const orderLineIdsQuery = `query OrderLineIds($id: ID!, $first: Int!, $after: String) {
  order(id: $id) { lineItems(first: $first, after: $after) { pageInfo { hasNextPage endCursor } nodes { id } } }
}`;

export const setNotesMutation = `mutation SetNotes($field: MetafieldsSetInput!) {
  metafieldsSet(metafields: [$field]) { metafields { compareDigest } userErrors { field message code } }
}`;

export const fulfillmentCreateMutation = `mutation FulfillmentCreate($fulfillment: FulfillmentInput!) {
  fulfillmentCreate(fulfillment: $fulfillment) { fulfillment { id name } userErrors { field message } }
}`;

export const trackingMutation = `mutation Tracking($id: ID!, $tracking: FulfillmentTrackingInput!, $notify: Boolean!) {
  fulfillmentTrackingInfoUpdate(fulfillmentId: $id, trackingInfoInput: $tracking, notifyCustomer: $notify) { fulfillment { id } userErrors { field message } }
}`;

export const fulfillmentCancelMutation = `mutation FulfillmentCancel($id: ID!) {
  fulfillmentCancel(id: $id) { fulfillment { id status } userErrors { field message } }
}`;
