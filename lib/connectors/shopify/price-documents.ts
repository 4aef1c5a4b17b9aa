import { minorUnits } from '../../documents/codes';
import { fromUnits, parseDecimal, pow10 } from '../../documents/decimal';
import { defined } from '../../documents/defined';
import type { Amount, PriceList, PriceListEntry, QuantityRule } from '../../documents/types';
import { describeIssues } from '../../documents/validate';
import { DataError, type Issue } from '../../errors';
import type { Canonical, ExternalId, Native } from '../contract';

/** A price from a quantity on. */
export interface Tier { minimum: number; price: string }

/** What a list says of a SKU: amounts for one, as decimal strings with the places of the currency. */
export interface Price {
  price: string;
  compareAtPrice: string | null;
  /** Ascending, from 2 on. */
  tiers: Tier[];
}

/** What a list is to say of a SKU. */
export interface PriceSet extends Omit<Price, 'compareAtPrice'> {
  /** Null: there is to be none; undefined: it stays as it is. */
  compareAtPrice: string | null | undefined;
  /** Undefined: it stays as it is. */
  rule: { minimum: number; maximum: number | null; increment: number } | undefined;
}

/** `set` undefined: the list is to say nothing of it any more. */
export interface PriceEntryWrite { sku: string; set: PriceSet | undefined }

/** Which part of a whole list this is. */
export interface SnapshotPart { id: string | undefined; index: number; last: boolean }

/** What a document asks to be written. */
export interface PriceWrite extends Native {
  /** Code in documents. */
  list: string;
  currency: string;
  taxIncluded: boolean;
  entries: PriceEntryWrite[];
  /** Undefined: only the entries change. */
  whole: SnapshotPart | undefined;
}

/** A price as it was read, and when that was (ISO 8601 UTC). */
export interface PriceRecord extends Native, Price { list: string; currency: string; taxIncluded: boolean; sku: string | null; variant: string; readAt: string }

/** What names a price in both systems: list, currency and SKU. */
export function priceId(list: string, currency: string, sku: string): string { return `${list}/${currency}/${sku}`; }

/** The parts of a price's id; a list's code may hold slashes, and so may a SKU. */
export function priceIdParts(id: string): { list: string; currency: string; sku: string } | undefined {
  const [, list, currency, sku] = /^(.+?)\/([A-Z]{3})\/(.+)$/.exec(id) ?? [];
  return list === undefined || currency === undefined || sku === undefined ? undefined : { list, currency, sku };
}

/** A price in `externalIds`. */
export function priceExternalId(system: string, list: string, currency: string, sku: string): ExternalId {
  return { system, type: 'PriceListEntry', id: priceId(list, currency, sku), number: sku };
}

/** A price of the shop as canonical document: its list, with this one entry. */
export function canonicalPrice(native: Native, system: string, issues: Issue[]): PriceList {
  const { list, currency, taxIncluded, sku, variant, price, compareAtPrice, tiers, readAt } = native as PriceRecord;
  if (!sku) issues.push({ path: 'entries[0].sku', rule: 'required', message: `the variant ${variant} has no SKU` });
  const amount = (value: string): Amount => ({ value, currency });
  const externalId = priceExternalId(system, list, currency, sku ?? variant);
  return {
    schemaVersion: '1.0', id: `${system}:PriceListEntry:${externalId.id}`, externalIds: [externalId], version: { sourceUpdatedAt: readAt }, systemOfRecord: system,
    name: list, priceType: 'list', priceCurrency: currency, valueAddedTaxIncluded: taxIncluded, mode: 'delta',
    entries: [defined<PriceListEntry>({
      operation: 'upsert', sku: sku ?? '', price: amount(price), compareAtPrice: compareAtPrice === null ? null : amount(compareAtPrice),
      tiers: tiers.length === 0 ? undefined : tiers.map((tier) => ({ minQuantity: String(tier.minimum), price: amount(tier.price) })),
    })],
  };
}

/** What a canonical price list asks to be written at a time (ms). Throws DataError with everything in it that the shop cannot say. */
export function priceWriteOf(document: Canonical, system: string, now: number): PriceWrite {
  const prices = document as unknown as PriceList;
  const { name: list, priceCurrency: currency, page, deleted } = prices;
  const issues: Issue[] = [];
  const refuse = (path: string, rule: string, message: string): void => { issues.push({ path, rule, message }); };
  if (prices.adjustment) refuse('adjustment', 'unsupported', 'a list that follows from another one is set up in the shop');
  if (prices.status === 'draft' || prices.status === 'inactive') refuse('status', 'active', `is ${prices.status}: only prices that hold are written`);
  checkValidity(prices, '', now, refuse);
  const entries = prices.entries.map((entry, index): PriceEntryWrite => {
    const path = `entries[${String(index)}]`;
    if (deleted || entry.operation === 'delete') return { sku: entry.sku, set: undefined };
    checkValidity(entry, `${path}.`, now, refuse);
    return { sku: entry.sku, set: priceSetOf(entry, currency, path, refuse) };
  });
  const [only, other] = prices.entries;
  const record = only && !other ? `price ${priceId(list, currency, only.sku)}` : `price list ${list}/${currency}`;
  if (issues.length > 0) throw new DataError('DATA_PRICE', `${record} cannot be written to ${system}. ${describeIssues(issues)}`, { system, record, issues });
  const whole = prices.mode === 'full' && !deleted ? { id: page?.snapshotId, index: page?.index ?? 0, last: page?.last ?? true } : undefined;
  return { list, currency, taxIncluded: prices.valueAddedTaxIncluded, entries, whole };
}

type Refuse = (path: string, rule: string, message: string) => void;

/** The shop knows no time from when or until when a price holds. */
function checkValidity({ validFrom, validThrough }: Pick<PriceListEntry, 'validFrom' | 'validThrough'>, path: string, now: number, refuse: Refuse): void {
  if (validFrom !== undefined && Date.parse(validFrom) > now) {
    refuse(`${path}validFrom`, 'valid', `is ${validFrom}: the price does not hold yet, and the shop cannot wait for it`);
  }
  if (validThrough !== undefined && Date.parse(validThrough) < now) {
    refuse(`${path}validThrough`, 'valid', `was ${validThrough}: the price holds no more; send its end as operation delete`);
  }
}

function priceSetOf(entry: PriceListEntry, currency: string, path: string, refuse: Refuse): PriceSet | undefined {
  const { baseQuantity, unitCode, compareAtPrice, tiers = [], quantityRule } = entry;
  const places = minorUnits(currency);
  const base = parseDecimal(baseQuantity?.value ?? '1');
  if (base.digits <= 0n) refuse(`${path}.baseQuantity.value`, 'positive', 'must be more than zero');
  if (baseQuantity && unitCode !== undefined && unitCode !== baseQuantity.unitCode) {
    refuse(`${path}.baseQuantity.unitCode`, 'unit', `is ${baseQuantity.unitCode}, the price is for ${unitCode}`);
  }
  /** The amount for one, in minor units. */
  const unitsOf = (amount: Amount, at: string): bigint | undefined => {
    const { digits, scale } = parseDecimal(amount.value);
    if (amount.currency !== currency) refuse(`${path}.${at}.currency`, 'CUR-1', `is ${amount.currency}, but the priceCurrency is ${currency}`);
    else if (digits < 0n) refuse(`${path}.${at}.value`, 'negative', 'must not be negative');
    else if (base.digits > 0n) {
      const units = exact(digits * pow10(places + base.scale), base.digits * pow10(scale));
      if (units !== undefined) return units;
      const given = `${amount.value} ${currency}${baseQuantity ? ` for ${baseQuantity.value}` : ''}`;
      refuse(`${path}.${at}.value`, 'BR-DEC', `${given} is no exact price for one: ${currency} has ${String(places)} decimals`);
    }
    return undefined;
  };
  if (entry.priceOnRequest) refuse(`${path}.priceOnRequest`, 'unsupported', 'the shop has no prices on request');
  const breaks = tiers.map((tier, index): { minimum: number; units: bigint | undefined } => {
    const at = `tiers[${String(index)}]`;
    const minimum = wholeNumber(tier.minQuantity);
    if (minimum === undefined) refuse(`${path}.${at}.minQuantity`, 'whole', 'must be a whole number: the shop sells whole pieces');
    return { minimum: Math.max(minimum ?? 0, 1), units: tier.price ? unitsOf(tier.price, `${at}.price`) : undefined };
  });
  const first = breaks.find(({ minimum, units }) => minimum === 1 && units !== undefined)?.units;
  const price = entry.price ? unitsOf(entry.price, 'price') : first;
  if (price === undefined) {
    if (!entry.price && !entry.priceOnRequest) refuse(`${path}.price`, 'required', 'is missing, and no tier begins with one');
    return undefined;
  }
  const written: Tier[] = [];
  breaks.forEach(({ minimum, units }, index) => {
    const { percentOff } = tiers[index] ?? {};
    const at = `${path}.tiers[${String(index)}]`;
    const value = percentOff === undefined ? units : less(price, percentOff);
    if (value === undefined) {
      if (percentOff === undefined) return;
      refuse(`${at}.percentOff`, 'BR-DEC', `${percentOff} % off ${fromUnits(price, places)} ${currency} is no exact price: state the price`);
    } else if (minimum === 1) {
      if (value === price) return;
      refuse(`${at}.price.value`, 'price', `is ${fromUnits(value, places)} from one on, but the price is ${fromUnits(price, places)}`);
    } else if (written.some((one) => one.minimum === minimum)) refuse(`${at}.minQuantity`, 'unique', `${String(minimum)} comes twice`);
    else written.push({ minimum, price: fromUnits(value, places) });
  });
  const compareAt = compareAtPrice ? unitsOf(compareAtPrice, 'compareAtPrice') : undefined;
  return {
    price: fromUnits(price, places), tiers: written.sort((a, b) => a.minimum - b.minimum),
    compareAtPrice: compareAtPrice === null ? null : compareAt === undefined ? undefined : fromUnits(compareAt, places),
    rule: quantityRule && ruleOf(quantityRule, `${path}.quantityRule`, refuse),
  };
}

function ruleOf(given: QuantityRule, path: string, refuse: Refuse): PriceSet['rule'] {
  const read = (name: keyof QuantityRule): number | undefined => {
    const text = given[name];
    const value = text === undefined ? undefined : wholeNumber(text);
    if (text !== undefined && value === undefined) refuse(`${path}.${name}`, 'whole', 'must be a whole number: the shop sells whole pieces');
    return value;
  };
  const increment = read('increment') ?? 1;
  return { increment, minimum: read('minimum') ?? increment, maximum: read('maximum') ?? null };
}

/** `20` of `20.000`; undefined for a part of one. */
function wholeNumber(text: string): number | undefined {
  const { digits, scale } = parseDecimal(text);
  const value = exact(digits, pow10(scale));
  return value === undefined ? undefined : Number(value);
}

function less(units: bigint, percent: string): bigint | undefined {
  const { digits, scale } = parseDecimal(percent);
  const whole = 100n * pow10(scale);
  return exact(units * (whole - digits), whole);
}

/** The quotient, if there is no rest. */
function exact(numerator: bigint, denominator: bigint): bigint | undefined { return numerator % denominator === 0n ? numerator / denominator : undefined; }
