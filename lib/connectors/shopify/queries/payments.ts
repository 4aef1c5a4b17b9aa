/** Amounts of payments are read in both currencies, each with its name: they are never taken for one another. */
const money = '{ presentmentMoney { amount currencyCode } shopMoney { amount currencyCode } }';

const transaction = `id kind status gateway createdAt processedAt test manualPaymentGateway accountNumber errorCode paymentId
  amountSet ${money} amountRoundingSet { presentmentMoney { amount } shopMoney { amount } } parentTransaction { id }`;

const payer = 'id name updatedAt currencyCode presentmentCurrencyCode';

/** Orders by time of change, with their transactions; `transactionsCount` tells whether all are there. */
export const paymentsQuery = `query Payments($first: Int!, $after: String, $query: String, $transactions: Int!) {
  orders(first: $first, after: $after, query: $query, sortKey: UPDATED_AT) {
    pageInfo { hasNextPage endCursor }
    nodes { ${payer} transactionsCount { count } transactions(first: $transactions) { ${transaction} } }
  }
}`;

export const orderPaymentsQuery = `query OrderPayments($id: ID!, $transactions: Int!) { order(id: $id) { ${payer} transactions(first: $transactions) { ${transaction} } } }`;

export const paymentQuery = `query Payment($id: ID!) { node(id: $id) { ... on OrderTransaction { ${transaction} order { ${payer} } } } }`;

const balance = `id name presentmentCurrencyCode displayFinancialStatus canMarkAsPaid totalOutstandingSet { presentmentMoney { amount currencyCode } }
  transactions(first: 100) { id kind status processedAt manualPaymentGateway amountSet { presentmentMoney { amount } } }`;

/** What has been paid of an order and what is outstanding. */
export const balanceQuery = `query Balance($id: ID!) { order(id: $id) { ${balance} } }`;

export const markAsPaidMutation = `mutation MarkAsPaid($id: ID!) { orderMarkAsPaid(input: { id: $id }) { order { ${balance} } userErrors { field message } } }`;

export const manualPaymentMutation = `mutation ManualPayment($id: ID!, $amount: MoneyInput!, $processedAt: DateTime!) {
  orderCreateManualPayment(id: $id, amount: $amount, processedAt: $processedAt) { order { ${balance} } userErrors { field message code } }
}`;
