/** A subset of the vendor's Admin GraphQL schema, held against the published introspection by a test: lines, discounts, taxes and payments of orders. */
export const orderPartsSchema = /* GraphQL */ `
type LineItem implements Node {
  id: ID!
  name: String!
  title: String!
  variantTitle: String
  vendor: String
  sku: String
  quantity: Int!
  currentQuantity: Int!
  refundableQuantity: Int!
  unfulfilledQuantity: Int!
  nonFulfillableQuantity: Int!
  requiresShipping: Boolean!
  restockable: Boolean!
  taxable: Boolean!
  isGiftCard: Boolean!
  merchantEditable: Boolean!
  customAttributes: [Attribute!]!
  product: Product
  variant: ProductVariant
  originalUnitPriceSet: MoneyBag!
  originalTotalSet: MoneyBag!
  discountedUnitPriceSet: MoneyBag!
  discountedUnitPriceAfterAllDiscountsSet: MoneyBag!
  discountedTotalSet(withCodeDiscounts: Boolean = false): MoneyBag!
  totalDiscountSet: MoneyBag!
  discountAllocations: [DiscountAllocation!]!
  taxLines(first: Int): [TaxLine!]!
}

type LineItemConnection {
  edges: [LineItemEdge!]!
  nodes: [LineItem!]!
  pageInfo: PageInfo!
}

type LineItemEdge {
  cursor: String!
  node: LineItem!
}

type ShippingLine {
  id: ID
  title: String!
  code: String
  source: String
  carrierIdentifier: String
  deliveryCategory: String
  phone: String
  custom: Boolean!
  isRemoved: Boolean!
  originalPriceSet: MoneyBag!
  discountedPriceSet: MoneyBag!
  currentDiscountedPriceSet: MoneyBag!
  discountAllocations: [DiscountAllocation!]!
  taxLines: [TaxLine!]!
}

type ShippingLineConnection {
  edges: [ShippingLineEdge!]!
  nodes: [ShippingLine!]!
  pageInfo: PageInfo!
}

type ShippingLineEdge {
  cursor: String!
  node: ShippingLine!
}

type TaxLine {
  title: String!
  rate: Float
  ratePercentage: Float
  priceSet: MoneyBag!
  channelLiable: Boolean
  source: String
}

type MoneyBag {
  shopMoney: MoneyV2!
  presentmentMoney: MoneyV2!
}

type MoneyV2 {
  amount: Decimal!
  currencyCode: CurrencyCode!
}

type CashRoundingAdjustment {
  paymentSet: MoneyBag!
  refundSet: MoneyBag!
}

interface DiscountApplication {
  allocationMethod: DiscountApplicationAllocationMethod!
  index: Int!
  targetSelection: DiscountApplicationTargetSelection!
  targetType: DiscountApplicationTargetType!
  value: PricingValue!
}

type DiscountCodeApplication implements DiscountApplication {
  code: String!
  allocationMethod: DiscountApplicationAllocationMethod!
  index: Int!
  targetSelection: DiscountApplicationTargetSelection!
  targetType: DiscountApplicationTargetType!
  value: PricingValue!
}

type ManualDiscountApplication implements DiscountApplication {
  title: String!
  description: String
  allocationMethod: DiscountApplicationAllocationMethod!
  index: Int!
  targetSelection: DiscountApplicationTargetSelection!
  targetType: DiscountApplicationTargetType!
  value: PricingValue!
}

type AutomaticDiscountApplication implements DiscountApplication {
  title: String!
  allocationMethod: DiscountApplicationAllocationMethod!
  index: Int!
  targetSelection: DiscountApplicationTargetSelection!
  targetType: DiscountApplicationTargetType!
  value: PricingValue!
}

type ScriptDiscountApplication implements DiscountApplication {
  title: String!
  allocationMethod: DiscountApplicationAllocationMethod!
  index: Int!
  targetSelection: DiscountApplicationTargetSelection!
  targetType: DiscountApplicationTargetType!
  value: PricingValue!
}

type DiscountApplicationConnection {
  edges: [DiscountApplicationEdge!]!
  nodes: [DiscountApplication!]!
  pageInfo: PageInfo!
}

type DiscountApplicationEdge {
  cursor: String!
  node: DiscountApplication!
}

type DiscountAllocation {
  allocatedAmountSet: MoneyBag!
  discountApplication: DiscountApplication!
}

union PricingValue = MoneyV2 | PricingPercentageValue

type PricingPercentageValue {
  percentage: Float!
}

enum DiscountApplicationAllocationMethod { ACROSS EACH ONE }

enum DiscountApplicationTargetSelection { ALL ENTITLED EXPLICIT }

enum DiscountApplicationTargetType { LINE_ITEM SHIPPING_LINE }

union PurchasingEntity = Customer | PurchasingCompany

type PurchasingCompany {
  company: Company!
  contact: CompanyContact
  location: CompanyLocation!
}

type PaymentTerms implements Node {
  id: ID!
  paymentTermsName: String!
  paymentTermsType: PaymentTermsType!
  translatedName: String!
  dueInDays: Int
  due: Boolean!
  overdue: Boolean!
  paymentSchedules(after: String, before: String, first: Int, last: Int, reverse: Boolean = false): PaymentScheduleConnection!
}

enum PaymentTermsType { FIXED FULFILLMENT NET RECEIPT UNKNOWN }

type PaymentSchedule implements Node {
  id: ID!
  balanceDue: MoneyV2!
  totalBalance: MoneyV2!
  issuedAt: DateTime
  dueAt: DateTime
  completedAt: DateTime
  due: Boolean!
}

type PaymentScheduleConnection {
  edges: [PaymentScheduleEdge!]!
  nodes: [PaymentSchedule!]!
  pageInfo: PageInfo!
}

type PaymentScheduleEdge {
  cursor: String!
  node: PaymentSchedule!
}

type MailingAddress implements Node {
  id: ID!
  firstName: String
  lastName: String
  name: String
  company: String
  address1: String
  address2: String
  city: String
  zip: String
  province: String
  provinceCode: String
  country: String
  countryCodeV2: CountryCode
  phone: String
  latitude: Float
  longitude: Float
  coordinatesValidated: Boolean!
  formatted(withCompany: Boolean = true, withName: Boolean = false): [String!]!
  formattedArea: String
}

type OrderTransaction implements Node {
  id: ID!
  kind: OrderTransactionKind!
  status: OrderTransactionStatus!
  gateway: String
  formattedGateway: String
  createdAt: DateTime!
  processedAt: DateTime
  amountSet: MoneyBag!
  amountRoundingSet: MoneyBag
  totalUnsettledSet: MoneyBag
  test: Boolean!
  manualPaymentGateway: Boolean!
  manuallyCapturable: Boolean!
  multiCapturable: Boolean!
  paymentId: String
  accountNumber: String
  errorCode: OrderTransactionErrorCode
  parentTransaction: OrderTransaction
  order: Order
}

enum OrderTransactionKind { AUTHORIZATION CAPTURE CHANGE EMV_AUTHORIZATION REFUND SALE SUGGESTED_REFUND VOID }

enum OrderTransactionStatus { AWAITING_RESPONSE ERROR FAILURE PENDING SUCCESS UNKNOWN }

enum OrderTransactionErrorCode {
  AMAZON_PAYMENTS_INVALID_PAYMENT_METHOD AMAZON_PAYMENTS_MAX_AMOUNT_CHARGED AMAZON_PAYMENTS_MAX_AMOUNT_REFUNDED
  AMAZON_PAYMENTS_MAX_AUTHORIZATIONS_CAPTURED AMAZON_PAYMENTS_MAX_REFUNDS_PROCESSED AMAZON_PAYMENTS_ORDER_REFERENCE_CANCELED AMAZON_PAYMENTS_STALE
  AMOUNT_TOO_LARGE AMOUNT_TOO_SMALL AUTHENTICATION_FAILED AUTHENTICATION_REQUIRED AUTHORIZATION_EXPIRED CALL_ISSUER CANCELLED_PAYMENT CARD_DECLINED
  CARD_TESTING CONFIG_ERROR DO_NOT_HONOR EXPIRED_CARD FRAUD_SUSPECTED GENERIC_ERROR INCORRECT_ADDRESS INCORRECT_CVC INCORRECT_NUMBER INCORRECT_PIN
  INCORRECT_ZIP INSTRUMENT_DECLINED INSUFFICIENT_FUNDS INVALID_AMOUNT INVALID_COUNTRY INVALID_CURRENCY INVALID_CVC INVALID_EXPIRY_DATE
  INVALID_NUMBER INVALID_PAYMENT_METHOD INVALID_PURCHASE_TYPE MERCHANT_ACCOUNT_ERROR MERCHANT_RULE PAYMENT_METHOD_UNAVAILABLE
  PAYMENT_METHOD_UNSUPPORTED PAYMENT_PROVIDER_ERROR PICK_UP_CARD PROCESSING_ERROR RETRY_DECLINED TEST_MODE_LIVE_CARD TRANSACTION_LIMIT_EXCEEDED
  UNSUPPORTED_FEATURE
}
`;
