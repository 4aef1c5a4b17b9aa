import { defined } from '../../documents/defined';
import type { AllowanceCharge, Order } from '../../documents/types';
import type { AllocationFacts, OrderFacts } from './order-facts';
import { text } from './parties';
import { utc } from './records';

/** Words of both shapes; the mappings write them small. */
const payment: Partial<Record<string, Order['paymentStatus']>> = {
  pending: 'unpaid', authorized: 'authorized', partially_paid: 'partiallyPaid', paid: 'paid',
  partially_refunded: 'partiallyRefunded', refunded: 'refunded', voided: 'voided', expired: 'expired',
};

export function paymentStatus(status: string | undefined): Order['paymentStatus'] { return payment[status ?? ''] ?? 'unpaid'; }

/** Webhooks know four states only, so GraphQL's finer ones (on hold, scheduled, in progress …) count as unfulfilled. */
const fulfillment: Partial<Record<string, Order['fulfillmentStatus']>> = {
  partial: 'partiallyFulfilled', partially_fulfilled: 'partiallyFulfilled', fulfilled: 'fulfilled', restocked: 'restocked',
};

export function fulfillmentStatus(status: string | undefined): Order['fulfillmentStatus'] { return fulfillment[status ?? ''] ?? 'unfulfilled'; }

/** Cancelled, closed (archived) or open. */
export function orderState({ cancelledAt, cancelReason, closedAt }: OrderFacts): Pick<Order, 'orderStatus' | 'cancellation'> {
  const at = utc(cancelledAt);
  if (at === undefined) return { orderStatus: closedAt ? 'closed' : 'open' };
  const reason = text(cancelReason);
  return { orderStatus: 'cancelled', cancellation: defined<NonNullable<Order['cancellation']>>({ cancelledAt: at, reason, by: cancelledBy[reason ?? ''] }) };
}

const cancelledBy: Partial<Record<string, 'customer' | 'merchant' | 'fraud' | 'system'>> = {
  customer: 'customer', fraud: 'fraud', declined: 'system', inventory: 'merchant', staff: 'merchant',
};

const channels: Partial<Record<string, NonNullable<Order['channel']>>> = {
  web: 'onlineStore', pos: 'pos', shopify_draft_order: 'draft', subscription_contract: 'subscription',
};

/** Where the order was placed; a company's order in the online store came through the B2B portal. */
export function channelOf({ source, company }: OrderFacts): Pick<Order, 'channel' | 'channelName'> {
  const name = text(source);
  if (!name) return {};
  const channel = channels[name] ?? 'other';
  return { channel: company?.id && channel === 'onlineStore' ? 'b2bPortal' : channel, channelName: name.slice(0, 120) };
}

/** What gave a discount. Webhooks say `discount_code`, GraphQL `DiscountCodeApplication`. */
export function discountKind({ kind, code, title }: AllocationFacts): Pick<AllowanceCharge, 'kind' | 'code' | 'reason'> {
  const word = (kind ?? '').replace(/application$|_/g, '');
  const is = word.startsWith('discountcode') ? 'code' : word.startsWith('manual') ? 'manual' : 'automatic';
  return defined<ReturnType<typeof discountKind>>({ kind: is, code: text(code)?.slice(0, 100), reason: text(title)?.slice(0, 255) });
}
