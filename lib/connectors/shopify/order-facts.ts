/**
 * What an order says, whichever way it came: both mapping documents, of webhooks and of GraphQL, make this of it and do
 * nothing but rename. What the facts mean is decided once, in order.ts and money.ts. Amounts are decimal strings in the
 * buyer's (presentment) currency unless named otherwise; with `taxesIncluded` they are gross.
 */
export interface OrderFacts {
  id?: string;
  name?: string;
  createdAt?: string;
  updatedAt?: string;
  processedAt?: string;
  closedAt?: string | null;
  cancelledAt?: string | null;
  cancelReason?: string | null;
  test?: boolean;
  source?: string | null;
  /** A list, or one string parted by commas. */
  tags?: string[] | string;
  note?: string | null;
  poNumber?: string | null;
  email?: string | null;
  phone?: string | null;
  locale?: string | null;
  financialStatus?: string | null;
  fulfillmentStatus?: string | null;
  shopCurrency?: string;
  currency?: string;
  taxesIncluded?: boolean;
  taxExempt?: boolean;
  attributes?: NamedValue[];
  customer?: { id?: string; firstName?: string | null; lastName?: string | null };
  /** gids, or a webhook's bare numbers. */
  company?: { id?: string | number; locationId?: string | number };
  billingAddress?: AddressFacts;
  shippingAddress?: AddressFacts;
  terms?: { type?: string; name?: string | null; days?: number | null; dueAt?: string | null };
  /** Totals as they are now: after edits and refunds. */
  totals?: {
    total?: string; tax?: string; duties?: string | null; fees?: string | null; tips?: string | null; cashRounding?: string | null;
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
  firstName?: string | null; lastName?: string | null; company?: string | null;
  address1?: string | null; address2?: string | null; city?: string | null; zip?: string | null;
  province?: string | null; provinceCode?: string | null; countryCode?: string | null; phone?: string | null;
}

export interface DiscountFacts { kind?: string | null; code?: string | null; title?: string | null }

export interface AllocationFacts extends DiscountFacts { amount?: string; index?: number }

export interface TaxFacts { title?: string; rate?: number | null; amount?: string; channelLiable?: boolean | null }

export interface LineFacts {
  id?: string;
  sku?: string | null;
  title?: string;
  variantTitle?: string | null;
  quantity?: number;
  /** What is left after edits, refunds and cancellation. */
  currentQuantity?: number;
  giftCard?: boolean;
  taxable?: boolean;
  requiresShipping?: boolean;
  /** Present on tips of webhooks, whatever its value. */
  tip?: unknown;
  variantId?: string | number | null;
  productId?: string | number | null;
  price?: string;
  discounts?: AllocationFacts[];
  taxes?: TaxFacts[];
  properties?: NamedValue[];
}

export interface ShippingFacts {
  id?: string | number | null;
  /** Taken off the order again. */
  removed?: boolean;
  title?: string;
  code?: string | null;
  carrier?: string | null;
  /** Before discounts, after discounts, and what is left of that after refunds. */
  price?: string; discounted?: string; current?: string;
  discounts?: AllocationFacts[];
  taxes?: TaxFacts[];
}
