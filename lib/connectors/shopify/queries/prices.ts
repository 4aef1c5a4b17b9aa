export const priceListsQuery = `query PriceLists($first: Int!, $after: String) {
  shop { currencyCode taxesIncluded }
  priceLists(first: $first, after: $after) { pageInfo { hasNextPage endCursor } nodes { id name currency } }
}`;

/** Variants with the shop's own prices, by SKU. */
export const variantPricesBySkuQuery = `query VariantPricesBySku($query: String!, $first: Int!) {
  productVariants(first: $first, query: $query) { nodes { id sku price compareAtPrice product { id } } }
}`;

/** Variants with the shop's own prices, all of them. */
export const variantPricesQuery = `query VariantPrices($first: Int!, $after: String) {
  productVariants(first: $first, after: $after) { pageInfo { hasNextPage endCursor } nodes { id sku price compareAtPrice product { id } } }
}`;

/** Fixed prices of a list, those of the variants that are searched for, or all. */
export const fixedPricesQuery = `query FixedPrices($list: ID!, $first: Int!, $after: String, $query: String) {
  priceList(id: $list) { prices(first: $first, after: $after, originType: FIXED, query: $query) {
    pageInfo { hasNextPage endCursor }
    nodes { variant { id sku } price { amount } compareAtPrice { amount } quantityPriceBreaks(first: 20) { nodes { minimumQuantity price { amount } } } }
  } }
}`;

export const addPricesMutation = `mutation AddPrices($list: ID!, $prices: [PriceListPriceInput!]!) {
  priceListFixedPricesAdd(priceListId: $list, prices: $prices) { userErrors { field message code } }
}`;

export const deletePricesMutation = `mutation DeletePrices($list: ID!, $variantIds: [ID!]!) {
  priceListFixedPricesDelete(priceListId: $list, variantIds: $variantIds) { userErrors { field message code } }
}`;

export const quantityPricingMutation = `mutation QuantityPricing($list: ID!, $input: QuantityPricingByVariantUpdateInput!) {
  quantityPricingByVariantUpdate(priceListId: $list, input: $input) { userErrors { field message code } }
}`;

export const variantPricesMutation = `mutation SetVariantPrices($product: ID!, $variants: [ProductVariantsBulkInput!]!) {
  productVariantsBulkUpdate(productId: $product, variants: $variants, allowPartialUpdates: true) { userErrors { field message code } }
}`;
