/**
 * What an order says, whichever way it came: both mapping documents, of webhooks and of GraphQL, make this of it and do
 * nothing but rename and see to it that each value is of its type (DataError with its path otherwise). What the facts mean is decided once, in order.ts and money.ts. Amounts are decimal strings in the
 * buyer's (presentment) currency unless named otherwise; with `taxesIncluded` they are gross.
 */
export interface OrderFacts {
  id?: string;
  name?: string;
  createdAt?: string;
  updatedAt?: string;
  processedAt?: string;
  closedAt?: string;
  cancelledAt?: string;
  cancelReason?: string;
  test?: boolean;
  source?: string;
  /** A list, or one string parted by commas. */
  tags?: unknown;
  note?: string;
  poNumber?: string;
  email?: string;
  phone?: string;
  locale?: string;
  financialStatus?: string;
  fulfillmentStatus?: string;
  shopCurrency?: string;
  currency?: string;
  taxesIncluded?: boolean;
  taxExempt?: boolean;
  attributes?: NamedValue[];
  customer?: { id?: string; firstName?: string; lastName?: string };
  /** gids, or a webhook's bare numbers. */
  company?: { id?: string | number; locationId?: string | number };
  billingAddress?: AddressFacts;
  shippingAddress?: AddressFacts;
  terms?: { type?: string; name?: string; days?: number; dueAt?: string };
  /** Totals as they are now: after edits and refunds. */
  totals?: {
    total?: string; tax?: string; duties?: string; fees?: string; tips?: string; cashRounding?: string;
    /** In the shop's currency. */
    shopTotal?: string; shopTax?: string;
  };
  /** Discounts by index, where allocations only name that. */
  applications?: DiscountFacts[];
  lines?: LineFacts[];
  shipping?: ShippingFacts[];
}

export interface NamedValue { name?: string; value?: unknown }

export interface AddressFacts {
  firstName?: string; lastName?: string; company?: string;
  address1?: string; address2?: string; city?: string; zip?: string;
  province?: string; provinceCode?: string; countryCode?: string; phone?: string;
}

export interface DiscountFacts { kind?: string; code?: string; title?: string }

export interface AllocationFacts extends DiscountFacts { amount?: string; index?: number }

export interface TaxFacts { title?: string; rate?: string; amount?: string; channelLiable?: boolean }

export interface LineFacts {
  id?: string;
  sku?: string;
  title?: string;
  variantTitle?: string;
  quantity?: number;
  /** What is left after edits, refunds and cancellation. */
  currentQuantity?: number;
  giftCard?: boolean;
  taxable?: boolean;
  requiresShipping?: boolean;
  /** Present on tips of webhooks, whatever its value. */
  tip?: unknown;
  variantId?: string | number;
  productId?: string | number;
  price?: string;
  discounts?: AllocationFacts[];
  taxes?: TaxFacts[];
  properties?: NamedValue[];
  /** Which location is to send how much, by its code; absent where nobody asked. */
  allocations?: { location?: string; quantity?: number }[];
}

export interface ShippingFacts {
  id?: string | number;
  /** Taken off the order again. */
  removed?: boolean;
  title?: string;
  code?: string;
  carrier?: string;
  /** Before discounts, after discounts, and what is left of that after refunds. */
  price?: string; discounted?: string; current?: string;
  discounts?: AllocationFacts[];
  taxes?: TaxFacts[];
}
