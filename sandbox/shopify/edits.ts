import type { WorldCompany } from '../world';
import { remainingOf } from './fulfillment';
import type { Discount, Line, Order, TaxRate } from './model';
import { convert, minorOf, mulDiv } from './money';
import { afterDiscounts, bagOf, taxesOf, times } from './pricing';
import type { ShopState } from './state';
import { taxesFor } from './tax-rates';
import { productIndex } from './trade';

/** What a merchant changes of an order in one go. Lines are named by their id; amounts are decimal strings in the buyer's currency. */
export type EditStep =
  | { line: string; quantity: number; restock?: boolean }
  | { line: string; discount: { percent: number } | { fixed: string }; reason?: string }
  /** `product`: its index in the world. Taxes by default those of the order's destination. */
  | { product: number; quantity: number; price?: string; taxes?: TaxRate[] }
  | { title: string; price: string; quantity: number; taxes?: TaxRate[] };

/** The same as tests and the control endpoint say it: lines by their place in the order, products by their SKU. */
export type OrderEdit =
  | { line: number; quantity: number }
  | { line: number; discount: { percent: number } | { fixed: string } }
  | { sku: string; quantity: number; price?: string; taxes?: TaxRate[] }
  | { title: string; price: string; quantity: number; taxes?: TaxRate[] };

export type Edited = Pick<Order, 'lines' | 'discounts' | 'edited'>;

/** Throws RangeError for a line or a SKU that is not there. */
export function stepOf(edit: OrderEdit, order: Order, { trade }: ShopState): EditStep {
  if ('title' in edit) return edit;
  if ('line' in edit) {
    const line = order.lines[edit.line];
    if (!line) throw new RangeError(`Order ${order.name} has no line ${String(edit.line)}`);
    return { ...edit, line: line.id };
  }
  const { sku, ...rest } = edit;
  const product = productIndex(trade.world, sku);
  if (product === undefined) throw new RangeError(`The sandbox has no product ${sku}`);
  return { product, ...rest };
}

/** How many of a line have left the house: those cannot be taken off by an edit. */
export function fulfilledOf(order: Order, line: Line): number { return line.kind === 'tip' ? line.currentQuantity : line.currentQuantity - remainingOf(order, line); }

/** What is taken off can be sold again, unless a step says otherwise. */
export function restocks(steps: readonly EditStep[]): boolean { return !steps.some((step) => 'restock' in step && !step.restock); }

/**
 * The order after all steps. Units that are taken off stay in `quantity` and leave `currentQuantity`; units that come are
 * added to both, also after others were taken off, as the vendor counts. Discounts and taxes stand for `quantity`.
 */
export function edited(order: Order, steps: readonly EditStep[], state: ShopState): Edited {
  const lines = new Map(order.lines.map((line) => [line.id, line]));
  const discounts = [...order.discounts];
  for (const step of steps) {
    if ('product' in step || 'title' in step) {
      const line = added(order, step, lines.size, state);
      lines.set(line.id, line);
      continue;
    }
    const line = lines.get(step.line);
    if (!line) throw new RangeError(`Order ${order.name} has no line ${step.line}`);
    // From what there was before the edit: five, three and five again is no change.
    if ('quantity' in step) lines.set(line.id, withQuantity(line, order.lines.find(({ id }) => id === line.id) ?? line, step.quantity, order));
    else {
      const index = [...lines.keys()].indexOf(line.id);
      const { reason: title = 'Manual discount' } = step;
      const value = 'percent' in step.discount ? step.discount : { fixed: minorOf(step.discount.fixed, order.currencies.presentment) };
      discounts.push({ kind: 'manual', title, target: 'line_item', selection: 'explicit', line: index, value });
      lines.set(line.id, discounted(line, value, discounts.length - 1, order));
    }
  }
  return { lines: [...lines.values()], discounts, edited: true };
}

function withQuantity(line: Line, before: Line, wanted: number, order: Order): Line {
  const isNew = before === line && !order.lines.includes(line);
  if (isNew) return taxed({ ...line, quantity: wanted, currentQuantity: wanted }, order);
  const more = wanted - before.currentQuantity;
  const quantity = before.quantity + Math.max(0, more);
  const changed = { ...line, quantity, currentQuantity: wanted };
  return quantity === line.quantity ? changed : taxed(changed, order);
}

/** A fixed discount is for what is left of the line: of the whole line it is as much more. */
function discounted(line: Line, value: Discount['value'], discount: number, order: Order): Line {
  const net = afterDiscounts(times(line.unitPrice, line.quantity), line.allocations);
  const given = 'percent' in value ? mulDiv(net.presentment, Math.round(value.percent * 100), 10_000) : mulDiv(value.fixed, line.quantity, line.currentQuantity);
  const presentment = Math.min(given, net.presentment);
  const amount = { presentment, shop: net.presentment === 0 ? 0 : mulDiv(presentment, net.shop, net.presentment) };
  return taxed({ ...line, allocations: [...line.allocations, { discount, amount }] }, order);
}

function added(order: Order, step: Extract<EditStep, { product: number } | { title: string; price: string }>, index: number, { ids, catalogue, trade }: ShopState): Line {
  const variant = 'product' in step ? catalogue.variant(step.product) : undefined;
  if ('product' in step && !variant) throw new RangeError(`The sandbox has no product ${String(step.product)}`);
  const { shop, presentment } = order.currencies;
  const price = step.price === undefined ? convert(minorOf(variant?.price ?? '0', shop), shop, presentment) : minorOf(step.price, presentment);
  const country = (order.shippingAddress ?? order.billingAddress)?.countryCode ?? 'DE';
  const rates = step.taxes ?? (order.taxExempt ? [] : taxesFor(country as WorldCompany['country'], 'product' in step ? step.product : 0));
  return taxed({
    id: ids.inOrder('LineItem', order.number, index), sku: variant?.sku ?? '', title: 'title' in step ? step.title : catalogue.product(variant?.product ?? 0)?.title ?? '',
    kind: variant ? 'product' : 'custom', ...('product' in step ? { productIndex: step.product } : {}),
    quantity: step.quantity, currentQuantity: step.quantity, grams: ('product' in step && trade.world.products[step.product - 1]?.weightGrams) || 0, unitPrice: bagOf(price, order.currencies), allocations: [], properties: [],
    taxes: rates.map((rate) => ({ ...rate, amount: { shop: 0, presentment: 0 } })),
  }, order);
}

/** The line with its taxes worked out anew, by the rates it has. */
function taxed(line: Line, { taxesIncluded }: Order): Line {
  const charge = { target: 'line_item' as const, quantity: line.quantity, unit: line.unitPrice, taxes: line.taxes };
  const net = afterDiscounts(times(line.unitPrice, line.quantity), line.allocations);
  const [taxes = []] = taxesOf([charge], [net], { taxesIncluded, rounding: 'line' });
  return { ...line, taxes };
}
