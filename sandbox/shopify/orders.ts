import type { Random } from '../random';
import type { WorldCompany } from '../world';
import type { Address, Discount, Line, Order, Shipping, TaxRate, TaxRounding, Transaction } from './model';
import { minorOf, noMoney, type Bag, type Currencies, type Currency } from './money';
import { bagOf, price, type Charge } from './pricing';
import { taxesFor } from './tax-rates';
import { cashRounding, totalsOf } from './totals';
import { addressOf, companyOf, type Person, type Trade } from './trade';
import { drawDiscounts, drawWares, type LineOverride } from './wares';

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

interface Buyer {
  channel: Order['channel'];
  company: WorldCompany | undefined;
  location: number;
  person: Person | undefined;
  country: WorldCompany['country'];
}

/** One order with everything that was not fixed drawn from `random`. */
export function makeOrder(
  trade: Trade, random: Random, number: number, shopCurrency: Currency, now: number, given: OrderOverrides = {},
): Order {
  const buyer = drawBuyer(trade, random, given);
  const { channel, company, location, person, country } = buyer;
  const shop = given.shopCurrency ?? shopCurrency;
  const usual = channel === 'pos' ? shop : company?.currency ?? person?.currency ?? shop;
  const currencies: Currencies = { shop, presentment: given.currency ?? usual };
  const taxesIncluded = given.taxesIncluded ?? (channel !== 'b2b' && country !== 'US');
  const taxExempt = given.taxExempt ?? (channel === 'b2b' && country === 'AT' && random.chance(2));
  const createdAt = given.createdAt ?? now;
  const terms = company && given.payment === undefined ? termsOf(company, createdAt) : null;
  const payment = given.payment ?? (terms ? 'pending' : channel === 'web' && random.chance(5) ? 'authorized' : 'paid');
  const goods = drawGoods(trade, random, number, {
    channel, currencies, taxesIncluded, taxes: taxExempt ? () => [] : (product) => taxesFor(country, product),
  }, given);
  const billingAddress: Address | null = company ? addressOf(company, 0) : person?.address ?? null;
  const delivered = company ? addressOf(company, location) : billingAddress;
  const order: Order = {
    id: trade.ids.inOrder('Order', number), number, name: `#${String(number)}`, channel,
    createdAt, processedAt: createdAt, updatedAt: createdAt, closedAt: null, cancelledAt: null, cancelReason: null,
    currencies, taxesIncluded, taxExempt, test: given.test ?? false, edited: false, financialStatus: payment,
    fulfillmentStatus: channel === 'pos' ? 'fulfilled' : null, fulfillments: [],
    company: company ? { index: company.index, location } : null, customerId: person?.id ?? null,
    email: person?.email ?? null, phone: person?.phone ?? null, locale: person?.locale ?? 'de',
    ...drawRemarks(random, buyer, given), tags: given.tags ?? (channel === 'b2b' ? ['b2b'] : []),
    billingAddress, shippingAddress: goods.shipping.length === 0 ? null : delivered,
    ...goods, terms, transactions: [], refunds: [],
  };
  if (payment === 'pending') return order;
  const cash = given.cash ?? (channel === 'pos' && random.chance(2));
  return { ...order, transactions: [payIn(order, trade.ids.inOrder('OrderTransaction', number), payment, cash)] };
}

function drawBuyer(trade: Trade, random: Random, given: OrderOverrides): Buyer {
  const channel = given.channel ?? (given.company === undefined ? random.pick(channels) : 'b2b');
  const company = channel === 'b2b' ? companyOf(trade.world, given.company ?? random.int(1, trade.world.companies.length)) : undefined;
  const location = company ? given.location ?? random.int(0, company.locations.length - 1) : 0;
  const person = customerOf(trade, random, channel, company, given.customerId);
  const country = company?.country ?? (person?.address?.countryCode ?? 'DE') as WorldCompany['country'];
  return { channel, company, location, person, country };
}

/** Seven of ten orders come from companies. */
const channels = ['b2b', 'b2b', 'b2b', 'b2b', 'b2b', 'b2b', 'b2b', 'web', 'web', 'pos'] as const;

interface Terms {
  channel: Order['channel'];
  currencies: Currencies;
  taxesIncluded: boolean;
  /** Of a product by its index; 0 is shipping. */
  taxes: (product: number) => TaxRate[];
}

function drawGoods(
  trade: Trade, random: Random, number: number, { channel, currencies, taxesIncluded, taxes }: Terms, given: OrderOverrides,
): Pick<Order, 'lines' | 'shipping' | 'discounts'> {
  const { ids } = trade;
  const currency = currencies.presentment;
  const wares = drawWares(trade, random, given.lines ?? random.int(1, 10), currency);
  const charges = wares.map((ware): Charge => ({
    target: 'line_item', quantity: ware.quantity, taxes: ware.taxes ?? taxes(ware.productIndex ?? 0), unit: bagOf(ware.price, currencies),
  }));
  const usual = channel === 'pos' ? null : random.pick(['0.00', '4.90', '9.90', '25.00']);
  const freight = given.shipping === undefined ? usual : given.shipping;
  if (freight !== null) {
    charges.push({ target: 'shipping_line', quantity: 1, taxes: taxes(0), unit: bagOf(minorOf(freight, currency), currencies) });
  }
  const discounts = given.discounts ?? drawDiscounts(random, wares.length, freight !== null);
  const priced = price(charges, discounts, { taxesIncluded, rounding: given.rounding ?? 'line' });

  const lines = wares.map((ware, at): Line => ({
    id: ids.inOrder('LineItem', number, at), sku: ware.sku, title: ware.title,
    kind: ware.productIndex === undefined ? 'custom' : 'product',
    ...(ware.productIndex === undefined ? {} : { productIndex: ware.productIndex }),
    quantity: ware.quantity, currentQuantity: ware.quantity, grams: ware.grams, properties: ware.properties,
    unitPrice: charges[at]?.unit ?? noMoney, allocations: priced[at]?.allocations ?? [], taxes: priced[at]?.taxes ?? [],
  }));
  const tip = given.tip ?? (channel === 'pos' && random.chance(3) ? '2.00' : undefined);
  if (tip !== undefined) lines.push(tipLine(ids.inOrder('LineItem', number, lines.length), bagOf(minorOf(tip, currency), currencies)));
  const shipping = priced.slice(wares.length).map((part, at): Shipping => ({
    id: ids.inOrder('ShippingLine', number, at), title: channel === 'b2b' ? 'Spedition' : 'Standard', code: 'STANDARD',
    price: charges[wares.length + at]?.unit ?? noMoney, allocations: part.allocations, taxes: part.taxes,
  }));
  return { lines, shipping, discounts };
}

const remarks = ['Bitte an Tor 3 anliefern', 'Gift note: Alles Gute, Zoë!', 'call before delivery'];

function drawRemarks(random: Random, { company }: Buyer, given: OrderOverrides): Pick<Order, 'poNumber' | 'note' | 'attributes'> {
  const poNumber = company && !random.chance(10) ? `PO-${String(random.int(4_500_000_000, 4_599_999_999))}` : null;
  const note = random.chance(6) ? random.pick(remarks) : null;
  return {
    poNumber: given.poNumber === undefined ? poNumber : given.poNumber, note: given.note === undefined ? note : given.note,
    attributes: given.attributes ?? (random.chance(4) ? [{ name: 'cost_center', value: `K-${String(random.int(100, 999))}` }] : []),
  };
}

/** The payment of what is outstanding. */
export function payIn(order: Order, id: string, how: 'paid' | 'authorized', cash: boolean): Transaction {
  const amount = totalsOf(order).outstanding;
  const rounding = cash ? bagOf(cashRounding(amount.presentment, order.currencies.presentment), order.currencies) : noMoney;
  return {
    id, kind: how === 'paid' ? 'sale' : 'authorization', status: 'success',
    gateway: cash ? 'cash' : order.channel === 'b2b' ? 'manual' : 'shopify_payments',
    amount, rounding, processedAt: order.createdAt, createdAt: order.createdAt,
  };
}

function customerOf(
  trade: Trade, random: Random, channel: Order['channel'], company: WorldCompany | undefined, id: string | null | undefined,
): Person | undefined {
  if (id !== undefined) return trade.people.find((person) => person.id === id);
  if (company) return trade.people.find((person) => person.company === company.index);
  return channel === 'pos' && random.chance(2) ? undefined : random.pick(trade.people.filter((person) => person.company === null));
}

function termsOf(company: WorldCompany, at: number): Order['terms'] {
  const { netDays } = company.terms;
  return { name: netDays === 0 ? 'Due on receipt' : `Net ${String(netDays)}`, netDays, issuedAt: at, dueAt: at + netDays * 86_400_000 };
}

function tipLine(id: string, amount: Bag): Line {
  return {
    id, sku: '', title: 'Tip', kind: 'tip', quantity: 1, currentQuantity: 1, grams: 0, unitPrice: amount, allocations: [],
    taxes: [], properties: [],
  };
}
