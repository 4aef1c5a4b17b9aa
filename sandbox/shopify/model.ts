import type { Bag, Currencies } from './money';

/** A tax by its name; `rate` in 1/100,000, so 8.1 % is 8,100. */
export interface TaxRate { title: string; rate: number }

export interface TaxLine extends TaxRate { amount: Bag }

/** How the shop rounds tax: per unit, per line, or once per rate over the whole order. */
export type TaxRounding = 'unit' | 'line' | 'document';

/** The intention of a discount; what it came to stands in the allocations of the lines. */
export interface Discount {
  kind: 'discount_code' | 'automatic' | 'manual';
  title: string;
  target: 'line_item' | 'shipping_line';
  /** `all` lines of the target, or the one `line` it was given on. */
  selection: 'all' | 'explicit';
  line?: number;
  /** Per cent (10 is 10 %), or a fixed amount in minor units of the buyer's currency. */
  value: { percent: number } | { fixed: number };
}

export interface Allocation { discount: number; amount: Bag }

export interface Line {
  id: string;
  /** Empty on a line without a product (a tip). */
  sku: string;
  productIndex?: number;
  title: string;
  kind: 'product' | 'tip' | 'custom';
  quantity: number;
  /** Quantity left after edits, refunds and cancellation. */
  currentQuantity: number;
  grams: number;
  /** Index of the world's site whose stock it takes; none for what is not stocked. */
  site?: number;
  /** What of it somebody has given to other sites to send. */
  moved?: { site: number; quantity: number }[];
  unitPrice: Bag;
  allocations: Allocation[];
  taxes: TaxLine[];
  properties: { name: string; value: string }[];
}

export interface Shipping {
  id: string;
  title: string;
  code: string;
  price: Bag;
  allocations: Allocation[];
  taxes: TaxLine[];
}

export interface Address {
  firstName: string | null; lastName: string | null; company: string | null;
  address1: string; address2: string | null; city: string; zip: string;
  provinceCode: string | null; province: string | null; countryCode: string; country: string; phone: string | null;
}

export interface Transaction {
  id: string;
  kind: 'sale' | 'authorization' | 'capture' | 'refund' | 'void';
  status: 'success' | 'pending' | 'failure';
  gateway: string;
  amount: Bag;
  /** Rounding of a cash payment to coins that exist. */
  rounding: Bag;
  /** ms since 1970: when it happened, and when the shop learnt of it. */
  processedAt: number;
  createdAt: number;
  /** The authorization a capture is of, the sale a refund is of. */
  parentId?: string;
}

export interface RefundLine { line: number; quantity: number; restock: boolean; subtotal: Bag; tax: Bag }

/** Goods and shipping taken back, and the money for them. */
export interface Refund {
  id: string;
  /** ms since 1970. */
  createdAt: number;
  note: string | null;
  /** Of its transactions; none if no money went back. */
  transactionIds: string[];
  lines: RefundLine[];
  /** Price and tax of the shipping taken back. */
  shipping: Bag; shippingTax: Bag;
  /** Money beyond what was taken back; below nothing for less. */
  adjustment: Bag;
}

/** How a parcel, or several, can be followed. */
export interface Tracking { company: string | null; numbers: string[]; urls: string[] }

/** What has left from one site. */
export interface Fulfillment {
  id: string;
  /** `#1001.1`. */
  name: string;
  site: number;
  status: 'success' | 'cancelled';
  /** Ids of the order's lines. */
  lines: { line: string; quantity: number }[];
  tracking: Tracking;
  /** Nothing was left for the site to send after it. */
  closed: boolean;
  /** ms since 1970. */
  createdAt: number; updatedAt: number;
}

export interface Metafield { namespace: string; key: string; type: string; value: string; createdAt: number; updatedAt: number; id: string }

export type FinancialStatus = 'pending' | 'authorized' | 'paid' | 'partially_paid' | 'partially_refunded' | 'refunded' | 'voided';
export type CancelReason = 'customer' | 'declined' | 'fraud' | 'inventory' | 'staff' | 'other';

/** One order as the shop keeps it; both the webhook body and the GraphQL object are made from it. Never changed in place. */
export interface Order {
  /** The number within gid://shopify/Order/…, as digits. */
  id: string;
  number: number;
  /** `#1001`. */
  name: string;
  channel: 'b2b' | 'web' | 'pos';
  /** All times are ms since 1970; the API shows whole seconds. */
  createdAt: number;
  processedAt: number;
  updatedAt: number;
  closedAt: number | null;
  cancelledAt: number | null;
  cancelReason: CancelReason | null;
  currencies: Currencies;
  taxesIncluded: boolean;
  taxExempt: boolean;
  test: boolean;
  edited: boolean;
  financialStatus: FinancialStatus;
  fulfillmentStatus: 'fulfilled' | 'partial' | null;
  /** In the order they were made; cancelled ones stay. */
  fulfillments: Fulfillment[];
  /** Index of the company and of its location in the sandbox's world. */
  company: { index: number; location: number } | null;
  /** Digits of the customer's id; nobody for an anonymous sale at a till. */
  customerId: string | null;
  email: string | null;
  phone: string | null;
  locale: string;
  poNumber: string | null;
  note: string | null;
  attributes: { name: string; value: string }[];
  tags: string[];
  billingAddress: Address | null;
  shippingAddress: Address | null;
  discounts: Discount[];
  /** The tip stands here too, as a line of kind `tip`. */
  lines: Line[];
  shipping: Shipping[];
  terms: { name: string; netDays: number; issuedAt: number; dueAt: number } | null;
  transactions: Transaction[];
  refunds: Refund[];
}
