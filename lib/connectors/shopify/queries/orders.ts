import { address } from './fragments';

/** Amounts are read in the buyer's currency; the shop's is read of totals only. */
const buyers = '{ presentmentMoney { amount } }';
const both = '{ presentmentMoney { amount } shopMoney { amount } }';

const taxLines = `taxLines { title rate channelLiable priceSet ${buyers} }`;
const discounts = `discountAllocations { allocatedAmountSet ${buyers} discountApplication { __typename
  ... on DiscountCodeApplication { code } ... on ManualDiscountApplication { title } ... on AutomaticDiscountApplication { title } ... on ScriptDiscountApplication { title } } }`;

const lines = `pageInfo { hasNextPage endCursor }
  nodes { id sku title variantTitle quantity currentQuantity isGiftCard taxable requiresShipping
    variant { id } product { id } customAttributes { key value }
    originalUnitPriceSet ${buyers} ${discounts} ${taxLines} }`;

const order = `
  id name createdAt updatedAt processedAt closedAt cancelledAt cancelReason test sourceName tags note poNumber email phone customerLocale
  displayFinancialStatus displayFulfillmentStatus currencyCode presentmentCurrencyCode taxesIncluded taxExempt
  customAttributes { key value }
  customer { id firstName lastName }
  purchasingEntity { ... on PurchasingCompany { company { id } location { id } } }
  billingAddress { ${address} } shippingAddress { ${address} }
  paymentTerms { paymentTermsType paymentTermsName dueInDays paymentSchedules(first: 1) { nodes { dueAt } } }
  currentTotalPriceSet ${both} currentTotalTaxSet ${both}
  currentTotalDutiesSet ${buyers} currentTotalAdditionalFeesSet ${buyers}
  totalTipReceivedSet ${buyers} totalCashRoundingAdjustment { paymentSet ${buyers} }
  shippingLines(first: 10) { nodes { id title code carrierIdentifier originalPriceSet ${buyers} discountedPriceSet ${buyers}
    currentDiscountedPriceSet ${buyers} ${discounts} ${taxLines} } }`;

const placed = 'pageInfo { hasNextPage endCursor } nodes { totalQuantity lineItem { id } }';

export const ordersQuery = `query Orders($first: Int!, $after: String, $query: String, $lines: Int!) {
  orders(first: $first, after: $after, query: $query, sortKey: UPDATED_AT) {
    pageInfo { hasNextPage endCursor }
    nodes { ${order} lineItems(first: $lines) { ${lines} } }
  }
}`;

export const orderQuery = `query Order($id: ID!, $lines: Int!) {
  order(id: $id) { ${order} lineItems(first: $lines) { ${lines} } }
}`;

/** Further lines of an order; `updatedAt` tells whether it changed while it was being read. */
export const orderLinesQuery = `query OrderLines($id: ID!, $first: Int!, $after: String) {
  order(id: $id) { updatedAt lineItems(first: $first, after: $after) { ${lines} } }
}`;

/** Which location is to send what of an order: as it was assigned, sent already or not. */
export const orderPlacesQuery = `query OrderPlaces($id: ID!, $after: String) {
  order(id: $id) { fulfillmentOrders(first: 10, after: $after) { pageInfo { hasNextPage endCursor }
    nodes { id status assignedLocation { name location { id name } } lineItems(first: 50) { ${placed} } } } }
}`;

export const placedLinesQuery = `query PlacedLines($id: ID!, $first: Int!, $after: String) {
  fulfillmentOrder(id: $id) { lineItems(first: $first, after: $after) { ${placed} } }
}`;

export const ordersByNameQuery = 'query OrdersByName($query: String!) { orders(first: 5, query: $query) { nodes { id name } } }';

export const orderStateQuery = 'query OrderState($id: ID!) { order(id: $id) { id name cancelledAt } }';

export const orderUpdateMutation = `mutation OrderUpdate($input: OrderInput!) {
  orderUpdate(input: $input) { order { id name } userErrors { field message } }
}`;

export const tagsAddMutation = 'mutation TagsAdd($id: ID!, $tags: [String!]!) { tagsAdd(id: $id, tags: $tags) { node { id } userErrors { field message } } }';

export const orderCancelMutation = `mutation OrderCancel($id: ID!, $reason: OrderCancelReason!, $restock: Boolean!, $note: String) {
  orderCancel(orderId: $id, reason: $reason, restock: $restock, notifyCustomer: false, staffNote: $note) {
    job { id done } orderCancelUserErrors { field message code }
  }
}`;

/** What an edit must know of an order's lines: what is left of each, and how much of that has not been sent. */
export const orderEditableQuery = `query OrderEditable($id: ID!, $first: Int!, $after: String) {
  order(id: $id) { id name cancelledAt merchantEditable merchantEditableErrors
    lineItems(first: $first, after: $after) { pageInfo { hasNextPage endCursor } nodes { id sku currentQuantity unfulfilledQuantity } } }
}`;

export const orderEditBeginMutation = 'mutation OrderEditBegin($id: ID!) { orderEditBegin(id: $id) { calculatedOrder { id } userErrors { field message } } }';

export const orderEditSetQuantityMutation = `mutation OrderEditSetQuantity($id: ID!, $line: ID!, $quantity: Int!) {
  orderEditSetQuantity(id: $id, lineItemId: $line, quantity: $quantity, restock: true) { calculatedLineItem { id } userErrors { field message } }
}`;

export const orderEditCommitMutation = `mutation OrderEditCommit($id: ID!, $note: String) {
  orderEditCommit(id: $id, notifyCustomer: false, staffNote: $note) { order { id name } userErrors { field message } }
}`;
