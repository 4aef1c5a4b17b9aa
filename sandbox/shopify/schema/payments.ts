/** A subset of the vendor's Admin GraphQL schema, held against the published introspection by a test: what money does. */
export const paymentsSchema = /* GraphQL */ `
extend type Mutation {
  orderCapture(input: OrderCaptureInput!): OrderCapturePayload
  orderCreateManualPayment(amount: MoneyInput, id: ID!, paymentMethodName: String, processedAt: DateTime): OrderCreateManualPaymentPayload
  refundCreate(input: RefundInput!): RefundCreatePayload
}

input MoneyInput {
  amount: Decimal!
  currencyCode: CurrencyCode!
}

input OrderCaptureInput {
  id: ID!
  parentTransactionId: ID!
  amount: Money!
  currency: CurrencyCode
  finalCapture: Boolean
}

type OrderCapturePayload {
  transaction: OrderTransaction
  userErrors: [UserError!]!
}

type OrderCreateManualPaymentPayload {
  order: Order
  userErrors: [OrderCreateManualPaymentOrderCreateManualPaymentError!]!
}

type OrderCreateManualPaymentOrderCreateManualPaymentError implements DisplayableError {
  code: OrderCreateManualPaymentOrderCreateManualPaymentErrorCode
  field: [String!]
  message: String!
}

enum OrderCreateManualPaymentOrderCreateManualPaymentErrorCode {
  AMOUNT_EXCEEDS_BALANCE AMOUNT_NOT_POSITIVE CURRENCY_MISMATCH GATEWAY_NOT_FOUND ORDER_IS_TEMPORARILY_UNAVAILABLE ORDER_NOT_FOUND PROCESSED_AT_INVALID
}

input RefundInput {
  orderId: ID!
  currency: CurrencyCode
  note: String
  notify: Boolean
  refundLineItems: [RefundLineItemInput!]
  shipping: ShippingRefundInput
  transactions: [OrderTransactionInput!]
}

input RefundLineItemInput {
  lineItemId: ID!
  quantity: Int!
  restockType: RefundLineItemRestockType
  locationId: ID
}

enum RefundLineItemRestockType { CANCEL LEGACY_RESTOCK NO_RESTOCK RETURN }

input ShippingRefundInput {
  amount: Money
  fullRefund: Boolean
}

input OrderTransactionInput {
  orderId: ID!
  kind: OrderTransactionKind!
  gateway: String!
  amount: Money!
  parentId: ID
}

type RefundCreatePayload {
  order: Order
  refund: Refund
  userErrors: [UserError!]!
}
`;
