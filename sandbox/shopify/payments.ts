import type { FinancialStatus, Order, Transaction } from './model';
import { add, minorOf, mulDiv, noMoney, subtract, type Bag } from './money';
import { totalsOf } from './totals';

/** What an order is said to be, by its money. */
export function financialStatusOf(order: Order): FinancialStatus {
  const { received, refunded, outstanding, total } = totalsOf(order);
  if (refunded.presentment > 0) return refunded.presentment >= received.presentment ? 'refunded' : 'partially_refunded';
  if (received.presentment > 0) return outstanding.presentment > 0 ? 'partially_paid' : 'paid';
  if (order.cancelledAt !== null) return 'voided';
  if (authorized(order).some((one) => capturable(order, one).presentment > 0)) return 'authorized';
  return total.presentment === 0 ? 'paid' : 'pending';
}

/** May somebody say that the order was paid? */
export function canMarkAsPaid(order: Order): boolean {
  const isOpen = order.financialStatus === 'pending' || order.financialStatus === 'partially_paid';
  return isOpen && order.cancelledAt === null && !order.transactions.some(({ status, kind }) => status === 'pending' && kind !== 'refund') && totalsOf(order).outstanding.presentment > 0;
}

function authorized({ transactions }: Order): Transaction[] { return transactions.filter(({ kind, status }) => kind === 'authorization' && status === 'success'); }

/** What is left to capture of an authorization. */
export function capturable(order: Order, authorization: Transaction): Bag {
  return subtract(authorization.amount, add(...childrenOf(order, authorization, 'capture').map(({ amount }) => amount)));
}

/** What is left to give back of a payment; what is pending counts as given back. */
export function refundable(order: Order, payment: Transaction): Bag {
  return subtract(payment.amount, add(...childrenOf(order, payment, 'refund').map(({ amount }) => amount)));
}

/** Payments that money can be given back of. */
export function paymentsOf({ transactions }: Order): Transaction[] {
  return transactions.filter(({ kind, status }) => (kind === 'sale' || kind === 'capture') && status === 'success');
}

function childrenOf({ transactions }: Order, { id }: Transaction, kind: Transaction['kind']): Transaction[] {
  return transactions.filter((one) => one.kind === kind && one.parentId === id && one.status !== 'failure');
}

/** What somebody pays of an order. */
export interface PaymentOrder {
  /** Decimal string in the buyer's currency; default: all that is outstanding. */
  amount?: string;
  /** ms since 1970. Default: now. */
  processedAt?: number;
  /** Default `manual`. */
  gateway?: string;
}

/** The transactions of an order that was paid, or a part of it. Throws RangeError for more than is outstanding. */
export function paid(order: Order, given: PaymentOrder, id: string, now: number): Transaction[] {
  const { outstanding } = totalsOf(order);
  const minor = given.amount === undefined ? outstanding.presentment : minorOf(given.amount, order.currencies.presentment);
  if (minor > outstanding.presentment) throw new RangeError(`Order ${order.name} has only ${String(outstanding.presentment)} outstanding`);
  return [...order.transactions, {
    id, kind: 'sale', status: 'success', gateway: given.gateway ?? 'manual', amount: bagLike(minor, outstanding), rounding: noMoney, processedAt: given.processedAt ?? now, createdAt: now,
  }];
}

/** The transactions of an order of whose authorization some was captured. Throws RangeError for more than is left of it. */
export function captured(order: Order, amount: string | undefined, id: string, now: number, parentId?: string): Transaction[] {
  const parent = authorized(order).find((one) => parentId === undefined || one.id === parentId);
  const left = parent && capturable(order, parent);
  const minor = amount === undefined ? left?.presentment ?? 0 : minorOf(amount, order.currencies.presentment);
  if (!parent || !left || minor <= 0 || minor > left.presentment) throw new RangeError(`Order ${order.name} has no authorization with ${String(minor)} left to capture`);
  return [...order.transactions, {
    id, kind: 'capture', status: 'success', gateway: parent.gateway, amount: bagLike(minor, left), rounding: noMoney, processedAt: now, createdAt: now, parentId: parent.id,
  }];
}

/** The transactions of an order after its gateway has said how one that was pending ended. Throws RangeError if there is none. */
export function settled(order: Order, id: string, status: 'success' | 'failure', now: number): Transaction[] {
  if (!order.transactions.some((one) => one.id === id && one.status === 'pending')) throw new RangeError(`Order ${order.name} has no pending transaction ${id}`);
  return order.transactions.map((one) => one.id === id ? { ...one, status, processedAt: now } : one);
}

/** An amount in the buyer's currency with its share of an amount in the shop's. */
export function bagLike(minor: number, whole: Bag): Bag {
  if (minor === whole.presentment) return whole;
  return { presentment: minor, shop: whole.presentment === 0 ? 0 : mulDiv(whole.shop, minor, whole.presentment) };
}
