import type { Order, Refund, RefundLine, Transaction } from './model';
import { add, minorOf, noMoney, share, subtract, type Bag } from './money';
import { bagLike, paymentsOf, refundable } from './payments';
import { leftOf, lineNet, shippingNet, totalsOf } from './totals';

/** What is given back of an order, by what is left of it. Amounts are decimal strings in the buyer's currency. */
export interface RefundOrder {
  /** Quantities by index of the line. */
  lines?: Record<number, number>;
  /** Of the price of shipping; `all`: what is left of it. */
  shipping?: string;
  /** Money; `all`: everything that was paid; default: what was taken back comes to. */
  amount?: string;
  /** Can what was taken back be sold again? Default true. */
  restock?: boolean;
  note?: string | null;
  /** The gateway has not carried it out yet: see settleRefund. */
  pending?: boolean;
  /** Id of the payment that is given back. Default: as many as it takes, oldest first. */
  parentId?: string;
}

/** Ids for what a refund makes. */
export interface MoneyIds { refund: string; transaction: (at?: number) => string }

/** The order after a refund. Throws RangeError for more than is left of a line, of shipping or of the money. */
export function refunded(order: Order, given: RefundOrder, ids: MoneyIds, now: number): Pick<Order, 'lines' | 'transactions' | 'refunds'> {
  const lines = Object.entries(given.lines ?? {}).map(([at, quantity]) => backOf(order, Number(at), quantity, given.restock ?? true));
  const { shipping, shippingTax } = shippingBack(order, given.shipping);
  const onTop = (tax: Bag): Bag => order.taxesIncluded ? noMoney : tax;
  const taken = add(...lines.map(({ subtotal, tax }) => add(subtotal, onTop(tax))), shipping, onTop(shippingTax));
  const { received, refunded: gone, outstanding } = totalsOf(order);
  const left = subtract(received, gone);
  const minor = given.amount === 'all' ? left.presentment : given.amount === undefined ? Math.min(taken.presentment, left.presentment) : minorOf(given.amount, order.currencies.presentment);
  const money = spreadOver(order, minor, given.parentId);
  const transactions = money.map(({ parent, amount }, at): Transaction => ({
    id: ids.transaction(at), kind: 'refund', status: given.pending === true ? 'pending' : 'success', gateway: parent.gateway, amount, rounding: noMoney,
    processedAt: now, createdAt: now, parentId: parent.id,
  }));
  const refund: Refund = {
    id: ids.refund, createdAt: now, note: given.note ?? null, transactionIds: transactions.map(({ id }) => id), lines, shipping, shippingTax,
    adjustment: adjustmentOf(minor, taken, -outstanding.presentment, received),
  };
  return { lines: linesAfter(order, refund), transactions: [...order.transactions, ...transactions], refunds: [...order.refunds, refund] };
}

/** Which payments money is given back of: the one named, or as many as it takes, oldest first. */
function spreadOver(order: Order, minor: number, parentId: string | undefined): { parent: Transaction; amount: Bag }[] {
  let rest = minor;
  const parts = paymentsOf(order).filter(({ id }) => parentId === undefined || id === parentId).flatMap((parent) => {
    const left = refundable(order, parent);
    const part = Math.min(rest, left.presentment);
    rest -= part;
    return part > 0 ? [{ parent, amount: bagLike(part, left) }] : [];
  });
  if (rest > 0) throw new RangeError(`Order ${order.name} has not ${String(minor)} left to refund`);
  return parts;
}

/** Money that is neither for what was taken back nor for what was owed already. */
function adjustmentOf(minor: number, taken: Bag, owed: number, received: Bag): Bag {
  const beyond = minor - taken.presentment;
  if (minor === 0 || (beyond >= 0 && beyond <= Math.max(0, owed))) return noMoney;
  return bagLike(beyond > 0 ? beyond - Math.max(0, owed) : beyond, received);
}

/** Lines are rounded by what is left before and after, so that parts come to the whole. */
function backOf(order: Order, at: number, quantity: number, restock: boolean): RefundLine {
  const line = order.lines[at];
  if (!line || quantity < 1 || quantity > line.currentQuantity) throw new RangeError(`Order ${order.name} has not ${String(quantity)} of line ${String(at)} left to refund`);
  const part = (bag: Bag): Bag => subtract(share(bag, line.currentQuantity, line.quantity), share(bag, line.currentQuantity - quantity, line.quantity));
  return { line: at, quantity, restock, subtotal: part(lineNet(line)), tax: add(...line.taxes.map(({ amount }) => part(amount))) };
}

function shippingBack(order: Order, given: string | undefined): Pick<Refund, 'shipping' | 'shippingTax'> {
  const [line] = order.shipping;
  if (given === undefined || !line) return { shipping: noMoney, shippingTax: noMoney };
  const net = shippingNet(line);
  const before = add(...order.refunds.map(({ shipping }) => shipping));
  const left = subtract(net, before);
  const shipping = given === 'all' ? left : bagLike(minorOf(given, order.currencies.presentment), left);
  if (shipping.presentment > left.presentment) throw new RangeError(`Order ${order.name} has not ${given} of shipping left to refund`);
  const after = add(before, shipping);
  return { shipping, shippingTax: add(...line.taxes.map(({ amount }) => subtract(leftOf(amount, line, before), leftOf(amount, line, after)))) };
}

/** The lines of an order after a refund. */
function linesAfter(order: Order, { lines }: Refund): Order['lines'] {
  return order.lines.map((line, at) => ({ ...line, currentQuantity: line.currentQuantity - (lines.find((back) => back.line === at)?.quantity ?? 0) }));
}
