/** GraphQL documents. Tests validate each against the vendor's schema of every API version offered. */

const address = 'firstName lastName company address1 address2 city zip province provinceCode countryCodeV2 phone';

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

const customer = `
  id firstName lastName displayName state locale taxExempt tags createdAt updatedAt
  defaultEmailAddress { emailAddress } defaultPhoneNumber { phoneNumber } defaultAddress { ${address} }`;

const companyAddress = 'recipient firstName lastName companyName address1 address2 city zip province zoneCode countryCode phone';

const contactFields = 'id isMainContact title locale customer { id firstName lastName defaultEmailAddress { emailAddress } defaultPhoneNumber { phoneNumber } }';
const locationFields = `id name externalId phone currency
    billingAddress { ${companyAddress} } shippingAddress { ${companyAddress} }
    buyerExperienceConfiguration { checkoutToDraft paymentTermsTemplate { name paymentTermsType dueInDays } }
    taxSettings { taxRegistrationId taxExempt }`;

const company = `
  id name externalId note createdAt updatedAt
  mainContact { id }
  contacts(first: 10) { pageInfo { hasNextPage endCursor } nodes { ${contactFields} } }
  locations(first: 10) { pageInfo { hasNextPage endCursor } nodes { ${locationFields} } }`;

const product = `
  id handle title status vendor productType descriptionHtml tags isGiftCard createdAt updatedAt
  options { name }
  variants(first: 50) { pageInfo { hasNextPage endCursor } nodes { ...VariantFields } }`;

const variant = `fragment VariantFields on ProductVariant { id sku barcode title inventoryPolicy availableForSale taxable
  selectedOptions { name value } inventoryItem { id tracked requiresShipping harmonizedSystemCode countryCodeOfOrigin } }`;

export const shopQuery = 'query Shop { shop { name myshopifyDomain ianaTimezone currencyCode } }';

export const checkQuery = `query Check {
  shop { name myshopifyDomain ianaTimezone currencyCode }
  currentAppInstallation { accessScopes { handle } }
}`;

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

export const customersQuery = `query Customers($first: Int!, $after: String, $query: String) {
  customers(first: $first, after: $after, query: $query, sortKey: UPDATED_AT) { pageInfo { hasNextPage endCursor } nodes { ${customer} } }
}`;

export const customerQuery = `query Customer($id: ID!) { customer(id: $id) { ${customer} } }`;

export const companiesQuery = `query Companies($first: Int!, $after: String, $query: String) {
  companies(first: $first, after: $after, query: $query, sortKey: UPDATED_AT) { pageInfo { hasNextPage endCursor } nodes { ${company} } }
}`;

export const companyQuery = `query Company($id: ID!) { company(id: $id) { ${company} } }`;

/** Further contacts and locations of a company. */
export const companyContactsQuery = `query CompanyContacts($id: ID!, $first: Int!, $after: String) {
  company(id: $id) { contacts(first: $first, after: $after) { pageInfo { hasNextPage endCursor } nodes { ${contactFields} } } }
}`;

export const companyLocationsOfQuery = `query CompanyLocationsOf($id: ID!, $first: Int!, $after: String) {
  company(id: $id) { locations(first: $first, after: $after) { pageInfo { hasNextPage endCursor } nodes { ${locationFields} } } }
}`;

export const locationCompanyQuery = 'query LocationCompany($id: ID!) { companyLocation(id: $id) { company { id } } }';

export const companyLocationsQuery = `query CompanyLocations($query: String!) {
  companyLocations(first: 5, query: $query) { nodes { id name externalId company { id name externalId } } }
}`;

export const productsQuery = `query Products($first: Int!, $after: String, $query: String) {
  products(first: $first, after: $after, query: $query, sortKey: UPDATED_AT) { pageInfo { hasNextPage endCursor } nodes { ${product} } }
} ${variant}`;

export const productQuery = `query Product($id: ID!) { product(id: $id) { ${product} } } ${variant}`;

export const variantProductQuery = 'query VariantProduct($id: ID!) { productVariant(id: $id) { product { id } } }';

export const productVariantsQuery = `query ProductVariants($id: ID!, $first: Int!, $after: String) {
  product(id: $id) { updatedAt variants(first: $first, after: $after) { pageInfo { hasNextPage endCursor } nodes { ...VariantFields } } }
} ${variant}`;

export const variantsQuery = `query Variants($query: String!) {
  productVariants(first: 5, query: $query) { nodes { id sku barcode product { id } } }
}`;

export const locationsQuery = `query Locations($first: Int!, $after: String) {
  locations(first: $first, after: $after) { pageInfo { hasNextPage endCursor } nodes { id name } }
}`;

const level = 'id location { id name } quantities(names: ["available", "committed", "on_hand"]) { name quantity updatedAt }';

/** Stock of items at one location, by SKU. */
export const stockBySkuQuery = `query StockBySku($query: String!, $first: Int!, $location: ID!) {
  inventoryItems(first: $first, query: $query) { nodes { id sku tracked inventoryLevel(locationId: $location) { id quantities(names: ["available", "committed"]) { name quantity updatedAt } } } }
}`;

export const stockQuery = `query Stock($first: Int!, $after: String, $locations: Int!) {
  inventoryItems(first: $first, after: $after) {
    pageInfo { hasNextPage endCursor }
    nodes { id sku tracked inventoryLevels(first: $locations) { nodes { ${level} } } }
  }
}`;

export const inventoryLevelQuery = `query InventoryLevel($id: ID!) { inventoryLevel(id: $id) { ${level} item { id sku tracked } } }`;

export const setStockMutation = `mutation SetStock($input: InventorySetQuantitiesInput!, $key: String!) {
  inventorySetQuantities(input: $input) @idempotent(key: $key) { userErrors { field message code } }
}`;

export const stockItemMutation = `mutation StockItem($item: ID!, $location: ID!, $available: Int!, $key: String!) {
  inventoryActivate(inventoryItemId: $item, locationId: $location, available: $available) @idempotent(key: $key) { inventoryLevel { id } userErrors { field message } }
}`;

/** Orders with something still to be sent, newest first. Without a search, for its index lags behind. */
export const fulfillmentOrdersQuery = `query FulfillmentOrders($first: Int!, $after: String) {
  fulfillmentOrders(first: $first, after: $after, sortKey: ID, reverse: true) {
    pageInfo { hasNextPage endCursor }
    nodes { id orderId createdAt }
  }
}`;

/** What each still needs. */
export const fulfillmentNeedsQuery = `query FulfillmentNeeds($ids: [ID!]!) {
  nodes(ids: $ids) { ... on FulfillmentOrder {
    id orderId assignedLocation { location { id } } lineItems(first: 50) { pageInfo { hasNextPage endCursor } nodes { inventoryItemId remainingQuantity } }
  } }
}`;

export const fulfillmentOrderLinesQuery = `query FulfillmentOrderLines($id: ID!, $first: Int!, $after: String) {
  fulfillmentOrder(id: $id) { lineItems(first: $first, after: $after) { pageInfo { hasNextPage endCursor } nodes { inventoryItemId remainingQuantity } } }
}`;

export const subscriptionsQuery = `query Subscriptions($after: String) {
  webhookSubscriptions(first: 100, after: $after) { pageInfo { hasNextPage endCursor } nodes { id topic uri } }
}`;

export const subscribeMutation = `mutation Subscribe($topic: WebhookSubscriptionTopic!, $webhookSubscription: WebhookSubscriptionInput!) {
  webhookSubscriptionCreate(topic: $topic, webhookSubscription: $webhookSubscription) { webhookSubscription { id topic uri } userErrors { field message } }
}`;

export const unsubscribeMutation = `mutation Unsubscribe($id: ID!) {
  webhookSubscriptionDelete(id: $id) { deletedWebhookSubscriptionId userErrors { field message } }
}`;
