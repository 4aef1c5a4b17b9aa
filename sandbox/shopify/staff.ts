import type { ShopifySandbox } from './contract';
import type { Order } from './model';
import { refundable } from './payments';

/** So many of the newest orders are looked at. */
const newest = 60;
/** Money is taken this long after it was authorized, and a refund is carried out this long after it was made, ms. */
const captureMs = 10_000, settleMs = 60_000;
/** Of every so many orders one is given back in part. */
const oneIn = 5;

/** What staff and payment providers do from time to time: take what was authorized, give a piece back, and carry that out later. */
export function attend(shop: ShopifySandbox, now: number): void {
  for (const order of shop.orders().slice(-newest)) {
    if (order.cancelledAt !== null) continue;
    if (order.transactions.some(({ kind, status, createdAt }) => kind === 'refund' && status === 'pending' && createdAt < now - settleMs)) shop.settleRefund(order.id);
    else if (order.createdAt >= now - captureMs) continue;
    else if (order.financialStatus === 'authorized') shop.captureOrder(order.id);
    else if (isGivenBack(order)) shop.refundOrder(order.id, { lines: { 0: 1 }, pending: true });
  }
}

/** Chosen by the order's number, so that the same seed gives the same. What an ERP has been paid it gives back itself. */
function isGivenBack(order: Order): boolean {
  const [payment] = order.transactions;
  const [line] = order.lines;
  return order.number % oneIn === 0 && order.channel === 'web' && order.financialStatus === 'paid' && order.refunds.length === 0
    && payment?.kind === 'sale' && refundable(order, payment).presentment > 0 && line !== undefined && line.currentQuantity > 0;
}
