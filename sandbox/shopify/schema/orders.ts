/** A subset of the vendor's Admin GraphQL schema, held against the published introspection by a test: orders and their money. */
export const ordersSchema = /* GraphQL */ `
type Order implements HasMetafields & LegacyInteroperability & Node {
  id: ID!
  legacyResourceId: UnsignedInt64!
  name: String!
  number: Int!
  createdAt: DateTime!
  updatedAt: DateTime!
  processedAt: DateTime!
  closed: Boolean!
  closedAt: DateTime
  cancelledAt: DateTime
  cancelReason: OrderCancelReason
  confirmed: Boolean!
  confirmationNumber: String
  test: Boolean!
  edited: Boolean!
  merchantEditable: Boolean!
  merchantEditableErrors: [String!]!
  email: String
  phone: String
  note: String
  poNumber: String
  tags: [String!]!
  customAttributes: [Attribute!]!
  sourceName: String
  sourceIdentifier: String
  customerLocale: String
  statusPageUrl: URL!
  currencyCode: CurrencyCode!
  presentmentCurrencyCode: CurrencyCode!
  taxesIncluded: Boolean!
  taxExempt: Boolean!
  dutiesIncluded: Boolean!
  estimatedTaxes: Boolean!
  displayFinancialStatus: OrderDisplayFinancialStatus
  displayFulfillmentStatus: OrderDisplayFulfillmentStatus!
  fullyPaid: Boolean!
  unpaid: Boolean!
  capturable: Boolean!
  canMarkAsPaid: Boolean!
  refundable: Boolean!
  restockable: Boolean!
  paymentGatewayNames: [String!]!
  subtotalLineItemsQuantity: Int!
  currentSubtotalLineItemsQuantity: Int!
  customer: Customer
  purchasingEntity: PurchasingEntity
  paymentTerms: PaymentTerms
  billingAddress: MailingAddress
  shippingAddress: MailingAddress
  displayAddress: MailingAddress
  billingAddressMatchesShippingAddress: Boolean!
  lineItems(after: String, before: String, first: Int, last: Int, reverse: Boolean = false): LineItemConnection!
  shippingLine: ShippingLine
  shippingLines(after: String, before: String, first: Int, includeRemovals: Boolean = false, last: Int, reverse: Boolean = false): ShippingLineConnection!
  discountApplications(after: String, before: String, first: Int, last: Int, reverse: Boolean = false): DiscountApplicationConnection!
  discountCode: String
  discountCodes: [String!]!
  cartDiscountAmountSet: MoneyBag
  currentCartDiscountAmountSet: MoneyBag!
  taxLines: [TaxLine!]!
  currentTaxLines: [TaxLine!]!
  subtotalPriceSet: MoneyBag
  currentSubtotalPriceSet: MoneyBag!
  totalPriceSet: MoneyBag!
  originalTotalPriceSet: MoneyBag!
  currentTotalPriceSet: MoneyBag!
  currentTotalDutiesSet: MoneyBag
  currentTotalAdditionalFeesSet: MoneyBag
  totalTaxSet: MoneyBag
  currentTotalTaxSet: MoneyBag!
  totalDiscountsSet: MoneyBag
  currentTotalDiscountsSet: MoneyBag!
  totalShippingPriceSet: MoneyBag!
  currentShippingPriceSet: MoneyBag!
  totalTipReceivedSet: MoneyBag!
  totalOutstandingSet: MoneyBag!
  totalReceivedSet: MoneyBag!
  totalRefundedSet: MoneyBag!
  netPaymentSet: MoneyBag!
  totalCapturableSet: MoneyBag!
  totalCashRoundingAdjustment: CashRoundingAdjustment!
  totalWeight: UnsignedInt64
  transactions(capturable: Boolean, first: Int, manuallyResolvable: Boolean): [OrderTransaction!]!
  transactionsCount: Count
  refunds(first: Int): [Refund!]!
  metafield(key: String!, namespace: String): Metafield
  metafields(after: String, before: String, first: Int, keys: [String!], last: Int, namespace: String, reverse: Boolean = false): MetafieldConnection!
}

type Refund implements LegacyInteroperability & Node {
  id: ID!
  legacyResourceId: UnsignedInt64!
  createdAt: DateTime
  updatedAt: DateTime!
  note: String
  totalRefundedSet: MoneyBag!
}

type OrderConnection {
  edges: [OrderEdge!]!
  nodes: [Order!]!
  pageInfo: PageInfo!
}

type OrderEdge {
  cursor: String!
  node: Order!
}

enum OrderSortKeys { CREATED_AT ID ORDER_NUMBER PROCESSED_AT UPDATED_AT }

input OrderIdentifierInput @oneOf {
  id: ID
  customId: UniqueMetafieldValueInput
}

input UniqueMetafieldValueInput {
  key: String!
  namespace: String
  value: String!
}

enum OrderDisplayFinancialStatus { AUTHORIZED EXPIRED PAID PARTIALLY_PAID PARTIALLY_REFUNDED PENDING REFUNDED VOIDED }

enum OrderDisplayFulfillmentStatus {
  FULFILLED IN_PROGRESS ON_HOLD OPEN PARTIALLY_FULFILLED PENDING_FULFILLMENT REQUEST_DECLINED RESTOCKED SCHEDULED UNFULFILLED
}

enum OrderCancelReason { CUSTOMER DECLINED FRAUD INVENTORY OTHER STAFF }
`;
