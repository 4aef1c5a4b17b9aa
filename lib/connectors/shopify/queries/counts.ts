/** Without a limit a count is exact. */
export const ordersCountQuery = 'query OrdersCount($query: String) { ordersCount(query: $query, limit: null) { count precision } }';
export const productsCountQuery = 'query ProductsCount($query: String) { productsCount(query: $query, limit: null) { count precision } }';
export const customersCountQuery = 'query CustomersCount { customersCount(limit: null) { count precision } companiesCount(limit: null) { count precision } }';
/** Prices of the shop's own, one for each variant, and of its price lists. */
export const pricesCountQuery = `query PricesCount {
  productVariantsCount(limit: null) { count precision }
  priceLists(first: 250) { nodes { id fixedPricesCount } }
}`;
