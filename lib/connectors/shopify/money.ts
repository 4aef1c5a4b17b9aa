import Big from 'big.js';
import type { Amount } from '../../documents/types';
import type { AllocationFacts, LineFacts, ShippingFacts, TaxFacts } from './order-facts';

/** How amounts of an order are read and written. */
export interface MoneyRules {
  currency: string;
  /** Decimals of the currency. */
  scale: number;
  /** Prices, discounts and shipping hold their tax. */
  taxesIncluded: boolean;
}

/** A tax on a line, as much of it as is still owed. */
export interface Tax { title: string; percent: string; amount: Big; channelLiable: boolean }

/** What a line or a shipping line comes to now. */
export interface Priced {
  /** After discounts, without tax. */
  net: Big;
  /** As the prices are: with tax if those hold it. */
  discounts: { amount: Big; source: AllocationFacts }[];
  taxes: Tax[];
}

const zero = new Big(0);

/** The number of a fact; nothing is 0, also as the empty text which mappings let pass. The totals tell if it should have been something. */
export function decimal(value: string | number | undefined): Big { return value === undefined || value === '' ? zero : new Big(value); }

export function sum(values: readonly Big[]): Big { return values.reduce((total, value) => total.plus(value), zero); }

export function amount(value: Big, { currency, scale }: MoneyRules): Amount { return { value: value.toFixed(scale), currency }; }

/** A unit price keeps the decimals it has beyond the currency's. */
export function unitAmount(value: Big, { currency, scale }: MoneyRules): Amount {
  return { value: value.toFixed(Math.max(scale, value.c.length - value.e - 1)), currency };
}

/** Per cent of a rate: `19` of 0.19. */
export function percent(rate: string | undefined): string { return decimal(rate).times(100).round(6).toFixed(); }

/**
 * A line as it is now. Shopify states discounts and taxes for the quantity first ordered: they shrink in proportion to
 * what is left, rounded to the currency.
 */
export function priceLine(line: LineFacts, rules: MoneyRules): Priced {
  const whole = decimal(line.quantity);
  const part = decimal(line.currentQuantity ?? line.quantity);
  const unit = decimal(line.price);
  const discounts = line.discounts ?? [];
  const after = unit.times(whole).round(rules.scale).minus(total(discounts));
  return price({ list: unit.times(part).round(rules.scale), now: share(after, part, whole, rules), discounts, taxes: line.taxes ?? [], part, whole }, rules);
}

/** A shipping line as it is now: the shop states what is left of it after refunds. Its discounts are in the price already. */
export function priceShipping(line: ShippingFacts, rules: MoneyRules): Priced {
  const whole = decimal(line.discounted ?? line.price);
  const now = decimal(line.current ?? line.discounted ?? line.price);
  const discounts = line.discounts ?? [];
  return price({ list: now.plus(share(total(discounts), now, whole, rules)), now, discounts, taxes: line.taxes ?? [], part: now, whole }, rules);
}

interface Item {
  /** What is left, before and after discounts. */
  list: Big; now: Big;
  discounts: readonly AllocationFacts[];
  taxes: readonly TaxFacts[];
  /** How much is left of how much. */
  part: Big; whole: Big;
}

function price({ list, now, discounts, taxes, part, whole }: Item, rules: MoneyRules): Priced {
  const owed = taxes.map((tax): Tax => ({
    title: tax.title ?? '', percent: percent(tax.rate), amount: share(decimal(tax.amount), part, whole, rules), channelLiable: tax.channelLiable === true,
  }));
  const net = rules.taxesIncluded ? now.minus(sum(owed.map((tax) => tax.amount))) : now;
  return { net, taxes: owed, discounts: shrink(discounts, list.minus(now), rules) };
}

/** Discounts as much as they are still given; the last one takes what rounding left over. */
function shrink(discounts: readonly AllocationFacts[], given: Big, rules: MoneyRules): Priced['discounts'] {
  const before = total(discounts);
  let left = given;
  return discounts.map((source, index) => {
    const part = index === discounts.length - 1 ? left : share(decimal(source.amount), given, before, rules);
    left = left.minus(part);
    return { amount: part, source };
  });
}

function total(discounts: readonly AllocationFacts[]): Big { return sum(discounts.map((one) => decimal(one.amount))); }

/** `value * part / whole`, rounded half up to the currency; the value itself where nothing was taken off. */
export function share(value: Big, part: Big, whole: Big, { scale }: Pick<MoneyRules, 'scale'>): Big {
  if (part.eq(whole)) return value;
  return whole.eq(0) ? zero : value.times(part).div(whole).round(scale);
}
