import type { Random } from '../random';
import type { WorldCompany } from '../world';
import type { Address, Discount, Line, Order, Shipping, TaxRate, TaxRounding, Transaction } from './model';
import { convert, minorOf, noMoney, type Bag, type Currencies, type Currency } from './money';
import { bagOf, price, type Charge } from './pricing';
import { taxesFor } from './tax-rates';
import { cashRounding, totalsOf } from './totals';
import { addressOf, companyOf, type Person, type Trade } from './trade';

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

/** What to fix of an order; the rest is drawn by the seed. Amounts are decimal strings in the buyer's currency. */
export interface OrderOverrides {
  channel?: Order['channel'];
  /** Index of the buying company (1 …) and of its location (0 …). */
  company?: number;
  location?: number;
  /** Id of the customer; null: nobody (a sale at the till). */
  customerId?: string | null;
  shopCurrency?: Currency;
  /** The buyer's (presentment) currency. */
  currency?: Currency;
  taxesIncluded?: boolean;
  taxExempt?: boolean;
  rounding?: TaxRounding;
  /** How many lines, or which. */
  lines?: number | LineOverride[];
  discounts?: Discount[];
  /** Price before discounts; null: nothing to ship. */
  shipping?: string | null;
  tip?: string;
  /** Paid in full, authorized only, or to be paid later. */
  payment?: 'paid' | 'authorized' | 'pending';
  /** Paid in cash, rounded to coins where the currency asks for it. */
  cash?: boolean;
  poNumber?: string | null;
  note?: string | null;
  attributes?: { name: string; value: string }[];
  tags?: string[];
  test?: boolean;
  /** ms since 1970. */
  createdAt?: number;
}

/** One order with everything that was not fixed drawn from `random`. */
export function makeOrder(trade: Trade, random: Random, number: number, shopCurrency: Currency, now: number, given: OrderOverrides = {}): Order {
  const channel = given.channel ?? (given.company === undefined ? random.pick(['b2b', 'b2b', 'b2b', 'b2b', 'b2b', 'b2b', 'b2b', 'web', 'web', 'pos'] as const) : 'b2b');
  const company = channel === 'b2b' ? companyOf(trade.world, given.company ?? random.int(1, trade.world.companies.length)) : undefined;
  const location = company ? given.location ?? random.int(0, company.locations.length - 1) : 0;
  const customer = customerOf(trade, random, channel, company, given.customerId);
  const country = company?.country ?? (customer?.address.countryCode ?? 'DE') as WorldCompany['country'];
  const shop = given.shopCurrency ?? shopCurrency;
  const currencies: Currencies = { shop, presentment: given.currency ?? (channel === 'pos' ? shop : company?.currency ?? customer?.currency ?? shop) };
  const taxesIncluded = given.taxesIncluded ?? (channel !== 'b2b' && country !== 'US');
  const taxExempt = given.taxExempt ?? (channel === 'b2b' && country === 'AT' && random.chance(2));
  const taxes = taxExempt ? () => [] : (product: number) => taxesFor(country, product);

  const wares = drawLines(trade, random, given.lines ?? random.int(1, 10));
  const charges = wares.map((ware): Charge => ({
    target: 'line_item', quantity: ware.quantity, taxes: ware.taxes ?? taxes(ware.productIndex ?? 0),
    unit: bagOf(ware.price === undefined ? convert(minorOf(ware.listPrice, 'EUR'), 'EUR', currencies.presentment) : minorOf(ware.price, currencies.presentment), currencies),
  }));
  const shippingPrice = given.shipping === undefined ? (channel === 'pos' ? null : random.pick(['0.00', '4.90', '9.90', '25.00'])) : given.shipping;
  if (shippingPrice !== null) {
    charges.push({ target: 'shipping_line', quantity: 1, taxes: taxes(0), unit: bagOf(minorOf(shippingPrice, currencies.presentment), currencies) });
  }
  const discounts = given.discounts ?? drawDiscounts(random, wares.length, shippingPrice !== null);
  const priced = price(charges, discounts, { taxesIncluded, rounding: given.rounding ?? 'line' });

  const { ids } = trade;
  const lines = wares.map((ware, at): Line => ({
    id: ids.inOrder('LineItem', number, at), sku: ware.sku, title: ware.title, kind: ware.productIndex === undefined ? 'custom' : 'product',
    ...(ware.productIndex === undefined ? {} : { productIndex: ware.productIndex }),
    quantity: ware.quantity, currentQuantity: ware.quantity, grams: ware.grams, properties: ware.properties,
    unitPrice: charges[at]?.unit ?? noMoney, allocations: priced[at]?.allocations ?? [], taxes: priced[at]?.taxes ?? [],
  }));
  const tip = given.tip ?? (channel === 'pos' && random.chance(3) ? '2.00' : undefined);
  if (tip !== undefined) lines.push(tipLine(ids.inOrder('LineItem', number, lines.length), bagOf(minorOf(tip, currencies.presentment), currencies)));
  const shipping = priced.slice(wares.length).map((part, at): Shipping => ({
    id: ids.inOrder('ShippingLine', number, at), title: channel === 'b2b' ? 'Spedition' : 'Standard', code: 'STANDARD',
    price: charges[wares.length + at]?.unit ?? noMoney, allocations: part.allocations, taxes: part.taxes,
  }));

  const createdAt = given.createdAt ?? now;
  const terms = company && given.payment === undefined ? termsOf(company, createdAt) : null;
  const payment = given.payment ?? (terms ? 'pending' : random.chance(5) && channel === 'web' ? 'authorized' : 'paid');
  const billingAddress: Address | null = company ? addressOf(company, 0) : customer?.address ?? null;
  const order: Order = {
    id: ids.inOrder('Order', number), number, name: `#${String(number)}`, channel,
    createdAt, processedAt: createdAt, updatedAt: createdAt, closedAt: null, cancelledAt: null, cancelReason: null,
    currencies, taxesIncluded, taxExempt, test: given.test ?? false, edited: false, financialStatus: payment,
    fulfillmentStatus: channel === 'pos' ? 'fulfilled' : null,
    company: company ? { index: company.index, location } : null, customerId: customer?.id ?? null,
    email: customer?.email ?? null, phone: customer?.phone ?? null, locale: customer?.locale ?? 'de',
    poNumber: given.poNumber !== undefined ? given.poNumber : company && !random.chance(10) ? `PO-${String(random.int(4_500_000_000, 4_599_999_999))}` : null,
    note: given.note !== undefined ? given.note : random.chance(6) ? random.pick(['Bitte an Tor 3 anliefern', 'Gift note: Alles Gute, Zoë!', 'call before delivery']) : null,
    attributes: given.attributes ?? (random.chance(4) ? [{ name: 'cost_center', value: `K-${String(random.int(100, 999))}` }] : []),
    tags: given.tags ?? (channel === 'b2b' ? ['b2b'] : []),
    billingAddress, shippingAddress: shippingPrice === null ? null : company ? addressOf(company, location) : billingAddress,
    discounts, lines, shipping, terms, transactions: [],
  };
  return payment === 'pending' ? order : { ...order, transactions: [payIn(order, ids.inOrder('OrderTransaction', number), payment, given.cash ?? (channel === 'pos' && random.chance(2)))] };
}

/** The payment of what is outstanding. */
export function payIn(order: Order, id: string, how: 'paid' | 'authorized', cash: boolean): Transaction {
  const amount = totalsOf(order).total;
  const rounding = cash ? bagOf(cashRounding(amount.presentment, order.currencies.presentment), order.currencies) : noMoney;
  return {
    id, kind: how === 'paid' ? 'sale' : 'authorization', status: 'success',
    gateway: cash ? 'cash' : order.channel === 'b2b' ? 'manual' : 'shopify_payments',
    amount, rounding, processedAt: order.createdAt,
  };
}

interface Ware { sku: string; productIndex?: number; title: string; listPrice: string; price?: string; quantity: number; grams: number; taxes?: TaxRate[]; properties: { name: string; value: string }[] }

function drawLines(trade: Trade, random: Random, lines: number | LineOverride[]): Ware[] {
  const wanted: LineOverride[] = typeof lines === 'number' ? Array.from({ length: lines }, () => ({ sku: random.pick(trade.world.products).sku })) : lines;
  return wanted.map((line): Ware => {
    const at = trade.world.products.findIndex((product) => product.sku === line.sku);
    const product = trade.world.products[at];
    return {
      sku: line.sku ?? '', title: line.title ?? product?.name ?? 'Custom item', listPrice: product?.price ?? '10.00',
      quantity: line.quantity ?? random.pick([1, 1, 2, 3, 5, 10, 12, 100, 250]),
      grams: product?.weightGrams ?? 0, properties: line.properties ?? [],
      ...(product ? { productIndex: at + 1 } : {}), ...(line.price === undefined ? {} : { price: line.price }),
      ...(line.taxes ? { taxes: line.taxes } : {}),
    };
  });
}

function drawDiscounts(random: Random, lines: number, ships: boolean): Discount[] {
  const discounts: Discount[] = [];
  if (random.chance(4)) discounts.push({ kind: 'manual', title: 'Project price', target: 'line_item', selection: 'explicit', line: random.int(0, lines - 1), value: { percent: random.pick([5, 7.5, 10, 33.33]) } });
  if (random.chance(5)) discounts.push({ kind: 'discount_code', title: 'WELCOME10', target: 'line_item', selection: 'all', value: { percent: 10 } });
  if (ships && random.chance(8)) discounts.push({ kind: 'automatic', title: 'Free shipping', target: 'shipping_line', selection: 'all', value: { percent: 100 } });
  return discounts;
}

function customerOf(trade: Trade, random: Random, channel: Order['channel'], company: WorldCompany | undefined, id: string | null | undefined): Person | undefined {
  if (id !== undefined) return trade.people.find((person) => person.id === id);
  if (company) return trade.people.find((person) => person.company === company.index);
  return channel === 'pos' && random.chance(2) ? undefined : random.pick(trade.people.filter((person) => person.company === null));
}

function termsOf(company: WorldCompany, at: number): Order['terms'] {
  const { netDays } = company.terms;
  return { name: netDays === 0 ? 'Due on receipt' : `Net ${String(netDays)}`, netDays, issuedAt: at, dueAt: at + netDays * 86_400_000 };
}

function tipLine(id: string, amount: Bag): Line {
  return { id, sku: '', title: 'Tip', kind: 'tip', quantity: 1, currentQuantity: 1, grams: 0, unitPrice: amount, allocations: [], taxes: [], properties: [] };
}
