import type { Random } from '../random';
import type { Discount, TaxRate } from './model';
import { convert, minorOf, type Currency } from './money';
import { productIndex, type Trade } from './trade';

/** What to fix of one line. */
export interface LineOverride {
  /** A product of the world; without one the line is a custom item. */
  sku?: string;
  title?: string;
  quantity?: number;
  /** Unit price, decimal string in the buyer's currency; default: the list price. */
  price?: string;
  taxes?: TaxRate[];
  properties?: { name: string; value: string }[];
}

/** One thing in a cart, before prices are worked out. */
export interface Ware {
  sku: string;
  productIndex?: number;
  title: string;
  quantity: number;
  grams: number;
  /** For one, minor units of the buyer's currency. */
  price: number;
  taxes?: TaxRate[];
  properties: { name: string; value: string }[];
}

/** The lines asked for, or so many of the world's products; list prices where none is given. */
export function drawWares(trade: Trade, random: Random, lines: number | LineOverride[], currency: Currency): Ware[] {
  const { products } = trade.world;
  const wanted: LineOverride[] = typeof lines === 'number'
    ? Array.from({ length: lines }, () => ({ sku: random.pick(products).sku })) : lines;
  return wanted.map((line): Ware => {
    const index = line.sku === undefined ? undefined : productIndex(trade.world, line.sku);
    const product = index === undefined ? undefined : products[index - 1];
    return {
      sku: line.sku ?? '', title: line.title ?? product?.name ?? 'Custom item',
      price: line.price === undefined ? convert(minorOf(product?.price ?? '10.00', 'EUR'), 'EUR', currency) : minorOf(line.price, currency),
      quantity: line.quantity ?? random.pick([1, 1, 2, 3, 5, 10, 12, 100, 250]),
      grams: product?.weightGrams ?? 0, properties: line.properties ?? [],
      ...(index === undefined ? {} : { productIndex: index }), ...(line.taxes ? { taxes: line.taxes } : {}),
    };
  });
}

/** Now and then a discount on a line, on the order, on shipping. */
export function drawDiscounts(random: Random, lines: number, ships: boolean): Discount[] {
  const discounts: Discount[] = [];
  if (random.chance(4)) discounts.push({
    kind: 'manual', title: 'Project price', target: 'line_item', selection: 'explicit', line: random.int(0, lines - 1),
    value: { percent: random.pick([5, 7.5, 10, 33.33]) },
  });
  if (random.chance(5)) discounts.push({
    kind: 'discount_code', title: 'WELCOME10', target: 'line_item', selection: 'all', value: { percent: 10 },
  });
  if (ships && random.chance(8)) discounts.push({
    kind: 'automatic', title: 'Free shipping', target: 'shipping_line', selection: 'all', value: { percent: 100 },
  });
  return discounts;
}
