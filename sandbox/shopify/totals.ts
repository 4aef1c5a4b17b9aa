import type { Line, Order, Shipping, TaxLine } from './model';
import { add, mulDiv, noMoney, share, subtract, type Bag, type Currency, type Side } from './money';
import { afterDiscounts, times } from './pricing';

/** Every total of an order, as placed and as it is now. */
export interface Totals {
  lineItems: Bag; discounts: Bag; subtotal: Bag; shipping: Bag; discountedShipping: Bag; tax: Bag; tip: Bag; total: Bag;
  currentDiscounts: Bag; currentSubtotal: Bag; currentShipping: Bag; currentTax: Bag; currentTotal: Bag;
  /** Received less refunded, without cash rounding. */
  received: Bag; refunded: Bag; outstanding: Bag; cashRounding: Bag;
  taxLines: TaxLine[]; currentTaxLines: TaxLine[];
  weight: number;
}

const cache = new WeakMap<Order, Totals>();

export function totalsOf(order: Order): Totals {
  let totals = cache.get(order);
  if (!totals) cache.set(order, totals = compute(order));
  return totals;
}

export function lineTotal(line: Line): Bag { return times(line.unitPrice, line.quantity); }
export function lineNet(line: Line): Bag { return afterDiscounts(lineTotal(line), line.allocations); }
export function shippingNet(shipping: Shipping): Bag { return afterDiscounts(shipping.price, shipping.allocations); }

/** What cash costs where the smallest coin is bigger than the smallest unit: five rappen in Switzerland. */
export function cashRounding(total: number, currency: Currency): number {
  return currency === 'CHF' ? mulDiv(total, 1, 5) * 5 - total : 0;
}

/** Adds up tax lines of the same name and rate, as the order shows them. */
function merge(lines: readonly TaxLine[]): TaxLine[] {
  const merged = new Map<string, TaxLine>();
  for (const line of lines) {
    const key = `${line.title}\n${String(line.rate)}`;
    merged.set(key, { ...line, amount: add(merged.get(key)?.amount ?? noMoney, line.amount) });
  }
  return [...merged.values()];
}

function compute(order: Order): Totals {
  const products = order.lines.filter((line) => line.kind !== 'tip');
  const tips = order.lines.filter((line) => line.kind === 'tip');
  const sum = <T>(items: readonly T[], of: (item: T) => Bag): Bag => add(...items.map(of));
  const gone = order.cancelledAt !== null;
  const now = (bag: Bag, line: Line): Bag => share(bag, line.currentQuantity, line.quantity);
  const discountOf = (item: Line | Shipping): Bag => sum(item.allocations, (allocation) => allocation.amount);

  const shippingBack = sum(order.refunds, (refund) => refund.shipping);

  const taxLines = merge([...products, ...order.shipping].flatMap((item) => item.taxes));
  const currentTaxLines = merge([
    ...products.flatMap((line) => line.taxes.map((tax) => ({ ...tax, amount: now(tax.amount, line) }))),
    ...order.shipping.flatMap((line) => line.taxes.map((tax) => ({ ...tax, amount: gone ? noMoney : leftOf(tax.amount, line, shippingBack) }))),
  ]);
  const subtotal = sum(products, lineNet);
  const tip = sum(tips, lineTotal);
  const tax = sum(taxLines, (line) => line.amount);
  const discountedShipping = sum(order.shipping, shippingNet);
  const currentSubtotal = sum(products, (line) => now(lineNet(line), line));
  const currentShipping = gone ? noMoney : subtract(discountedShipping, shippingBack);
  const currentTax = sum(currentTaxLines, (line) => line.amount);
  const onTop = (amount: Bag): Bag => order.taxesIncluded ? noMoney : amount;
  const currentTotal = add(currentSubtotal, currentShipping, sum(tips, (line) => now(lineTotal(line), line)), onTop(currentTax));
  const took = sum(
    order.transactions.filter((t) => t.status === 'success' && (t.kind === 'sale' || t.kind === 'capture')), (t) => t.amount,
  );
  const refunded = sum(order.transactions.filter((t) => t.status === 'success' && t.kind === 'refund'), (t) => t.amount);
  return {
    lineItems: sum(products, lineTotal), discounts: sum([...products, ...order.shipping], discountOf),
    subtotal, shipping: sum(order.shipping, (line) => line.price), discountedShipping, tax, tip,
    total: add(subtotal, discountedShipping, tip, onTop(tax)),
    currentDiscounts: add(sum(products, (line) => now(discountOf(line), line)), gone ? noMoney : sum(order.shipping, discountOf)),
    currentSubtotal, currentShipping, currentTax, currentTotal,
    received: took, refunded, outstanding: subtract(subtract(currentTotal, subtract(took, refunded)), sum(order.refunds, (refund) => refund.adjustment)),
    cashRounding: sum(order.transactions, (transaction) => transaction.rounding),
    taxLines, currentTaxLines, weight: products.reduce((grams, line) => grams + line.grams * line.quantity, 0),
  };
}

/** What is left of a shipping line's tax when some of the shipping was given back. The sandbox's orders have one such line. */
export function leftOf(tax: Bag, line: Shipping, back: Bag): Bag {
  const net = shippingNet(line);
  const of = (side: Side): number => net[side] === 0 ? 0 : mulDiv(tax[side], net[side] - back[side], net[side]);
  return back.presentment === 0 ? tax : { shop: of('shop'), presentment: of('presentment') };
}
