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
    nodes { id sku tracked inventoryLevels(first: $locations) { pageInfo { hasNextPage endCursor } nodes { ${level} } } }
  }
}`;

/** Further levels of an item that lies at many locations. */
export const itemLevelsQuery = `query ItemLevels($id: ID!, $first: Int!, $after: String) {
  inventoryItem(id: $id) { inventoryLevels(first: $first, after: $after) { pageInfo { hasNextPage endCursor } nodes { ${level} } } }
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
