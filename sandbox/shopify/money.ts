/** Currencies of the sandbox's trade. */
export type Currency = 'EUR' | 'CHF' | 'USD' | 'JPY';

/** One amount in the shop's and in the buyer's currency, integers in minor units (cents; whole yen). */
export interface Bag { shop: number; presentment: number }

/** The two currencies of an order. */
export interface Currencies { shop: Currency; presentment: Currency }

export const sides = ['shop', 'presentment'] as const;
export type Side = typeof sides[number];

export const noMoney: Bag = { shop: 0, presentment: 0 };

/** Worth of 100 EUR; fixed, so that the same seed gives the same amounts. */
const per100Eur: Record<Currency, number> = { EUR: 100, CHF: 95, USD: 110, JPY: 16_000 };

/** Decimal places of a currency. */
export function places(currency: Currency): 0 | 2 { return currency === 'JPY' ? 0 : 2; }

/** `value * by / over` in integers, halves away from zero. */
export function mulDiv(value: number, by: number, over: number): number {
  const [quotient, rest] = divide(Math.abs(value), Math.abs(by), over);
  const rounded = quotient + (rest * 2 >= over ? 1 : 0);
  return value * by < 0 ? -rounded : rounded;
}

/** Quotient and remainder of `value * by / over`, also where the product is too big for a number. */
function divide(value: number, by: number, over: number): [quotient: number, rest: number] {
  const product = value * by;
  if (product <= Number.MAX_SAFE_INTEGER) return [(product - product % over) / over, product % over];
  const exact = BigInt(value) * BigInt(by);
  return [Number(exact / BigInt(over)), Number(exact % BigInt(over))];
}

/** Splits `total` in proportion to `weights`; the parts add up to it (largest remainder, first one wins a tie). */
export function spread(total: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((a, b) => a + b, 0);
  if (sum === 0) return weights.map(() => 0);
  const shares = weights.map((weight, index) => {
    const [floor, rest] = divide(total, weight, sum);
    return { index, floor, rest };
  });
  let left = total - shares.reduce((a, share) => a + share.floor, 0);
  const parts = shares.map((share) => share.floor);
  for (const { index } of shares.sort((a, b) => b.rest - a.rest || a.index - b.index)) {
    if (left-- <= 0) break;
    parts[index] = (parts[index] ?? 0) + 1;
  }
  return parts;
}

/** Changes an amount of minor units from one currency into another. */
export function convert(minor: number, from: Currency, to: Currency): number {
  return from === to ? minor : mulDiv(minor, per100Eur[to] * 10 ** places(to), per100Eur[from] * 10 ** places(from));
}

/** Minor units of a decimal string such as a list price. */
export function minorOf(decimal: string, currency: Currency): number {
  const [whole = '0', fraction = ''] = decimal.split('.');
  return Number(whole + fraction.padEnd(places(currency), '0').slice(0, places(currency)));
}

export function add(...bags: readonly Bag[]): Bag {
  const sum = { shop: 0, presentment: 0 };
  for (const bag of bags) { sum.shop += bag.shop; sum.presentment += bag.presentment; }
  return sum;
}

export function subtract(from: Bag, bag: Bag): Bag {
  return { shop: from.shop - bag.shop, presentment: from.presentment - bag.presentment };
}

/** The same share of both amounts. */
export function share(bag: Bag, by: number, over: number): Bag {
  return by === over ? bag : { shop: mulDiv(bag.shop, by, over), presentment: mulDiv(bag.presentment, by, over) };
}

/** An amount as webhooks write it: `12.50`, and `1200` in yen. */
export function restAmount(minor: number, currency: Currency): string {
  if (places(currency) === 0) return String(minor);
  const digits = String(Math.abs(minor)).padStart(3, '0');
  return `${minor < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** An amount as GraphQL's `Decimal` writes it: no trailing zeros but one place at least: `12.5`, `1200.0`. */
export function decimalAmount(minor: number, currency: Currency): string {
  const text = restAmount(minor, currency);
  return places(currency) === 0 ? `${text}.0` : text.replace(/0$/, '');
}
