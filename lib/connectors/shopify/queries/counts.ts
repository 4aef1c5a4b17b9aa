/** Without a limit a count is exact. */
export const ordersCountQuery = 'query OrdersCount($query: String) { ordersCount(query: $query, limit: null) { count precision } }';
