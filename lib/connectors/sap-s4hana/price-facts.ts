import Big from 'big.js';
import { minorUnits } from '../../documents/codes';
import { startOfDay } from '../../documents/dates';
import { defined, filled } from '../../documents/defined';
import { DataError } from '../../errors';
import type { Native } from '../contract';
import { listOf, text } from './fields';
import { isoTime } from './odata/literals';
import type { PriceList, SapOptions } from './options';

/** What one material costs in one list and currency: the conditions of the list that hold when it is read. */
export interface PriceRecord extends Native {
  /** Code of the list. */
  list: string;
  currency: string;
  Material: string;
  /** ISO 8601 UTC. */
  readAt: string;
  /** One, unless the system has several of equal standing. */
  conditions: Native[];
  /** Compare-at prices that hold too; absent where the list has none. */
  compareAt?: Native[];
}

interface Amount { value: string; currency: string }
/** A condition's amounts for `per` of the base unit: amounts are what stands there times `times`, so that `per` is whole. */
interface Base { unit: string; per: bigint; times: bigint }

const everAfter = '9999-12-31';

/** A record with what the mapping cannot work out itself, as `facts`. Throws DataError for what is no exact price per quantity. */
export function withPriceFacts(record: PriceRecord, list: PriceList, options: SapOptions): Native {
  const { currency } = record;
  const condition = onlyOne(record, record.conditions);
  if (!condition) throw refused(record, 'DATA_PRICE_MISSING', 'no condition holds');
  const base = baseOf(record, condition);
  const { price, tiers } = pricesOf(record, condition, base);
  return {
    ...record,
    facts: defined<Native>({
      ...sharedFacts(list, options), operation: 'upsert', unit: base.unit, per: base.per === 1n ? undefined : String(base.per), price, tiers: filled(tiers),
      compareAtPrice: record.compareAt && compareAt(record, base), validFrom: edge(condition, 'ConditionValidityStartDate', options.timeZone),
      validThrough: edge(condition, 'ConditionValidityEndDate', options.timeZone),
    }),
  };

  /** Null takes a compare-at price away; it is for as much as the price. */
  function compareAt(of: PriceRecord, { unit, per }: Base): Amount | null {
    const found = onlyOne(of, of.compareAt ?? []);
    if (!found) return null;
    const own = baseOf(of, found);
    const total = rateOf(of, found).times(own.times.toString()).times(per.toString());
    const value = total.div(own.per.toString()).round(8);
    if (own.unit !== unit || !value.times(own.per.toString()).eq(total)) throw refused(of, 'DATA_PRICE_NOT_EXACT', `the compare-at price is per ${String(own.per)} ${own.unit}, which cannot be said exactly per ${String(per)} ${unit}`);
    return amount(value, currency);
  }
}

/** The facts of a record that tells of a price which is no more. */
export function goneFacts(list: PriceList, options: SapOptions): Native { return { ...sharedFacts(list, options), operation: 'delete' }; }

function sharedFacts({ appliesTo, value }: PriceList, { system, timeZone }: SapOptions): Native {
  switch (appliesTo) {
    case 'everybody': return { system, timeZone, priceType: 'list' };
    case 'customer': return { system, timeZone, priceType: 'contract', assignedTo: { customerNumbers: [value.padStart(10, '0')] } };
    case 'customerPriceGroup': case 'priceListType': return { system, timeZone, priceType: 'customerGroup', assignedTo: { customerGroups: [value] } };
  }
}

/** SAP would choose by its access sequence, which no service tells. */
function onlyOne(record: PriceRecord, conditions: Native[]): Native | undefined {
  if (conditions.length < 2) return conditions[0];
  const numbers = conditions.map((one) => text(one, 'ConditionRecord')).join(', ');
  throw refused(record, 'DATA_PRICE_AMBIGUOUS', `the conditions ${numbers} hold at once, so it cannot be told which applies. End all but one, or give the list a condition type of its own`);
}

/** Throws DataError for a percentage, a fixed amount or the like, and for another currency than the list's. */
function rateOf(record: PriceRecord, condition: Native, row = condition): Big {
  const [kind, unit, document] = [text(condition, 'ConditionCalculationType'), text(row, 'ConditionRateValueUnit') || text(row, 'ConditionCurrency'), text(condition, 'TransactionCurrency')];
  if (kind !== 'C') throw refused(record, 'DATA_NO_PRICE', `condition type ${text(condition, 'ConditionType')} is not a price per quantity (calculation type ${kind || 'none'}). Percentages and fixed amounts cannot be a price list`);
  if ((unit !== '' && unit !== record.currency) || (document !== '' && document !== record.currency)) throw refused(record, 'DATA_PRICE_CURRENCY', `a rate of it is in ${unit} for documents in ${document || record.currency}`);
  const rate = new Big(text(row, 'ConditionRateValue') || 0);
  if (rate.lt(0)) throw refused(record, 'DATA_NO_PRICE', 'a price cannot be negative');
  return rate;
}

/** How much of the material's base unit a rate is for, in lowest terms. Throws DataError if SAP does not say what one of the unit is. */
function baseOf(record: PriceRecord, condition: Native): Base {
  const { numerator, denominator } = factorOf(record, condition);
  const quantity = BigInt(text(condition, 'ConditionQuantity') || 0) || 1n;
  const divisor = gcd(quantity * numerator, denominator);
  return { unit: baseUnitOf(condition), per: quantity * numerator / divisor, times: denominator / divisor };
}

function baseUnitOf(condition: Native): string { return text(condition, 'BaseUnit') || text(condition, 'ConditionQuantityUnit'); }

/** One of the condition's unit is numerator / denominator of the base unit. */
function factorOf(record: PriceRecord, condition: Native): { numerator: bigint; denominator: bigint } {
  const unit = text(condition, 'ConditionQuantityUnit');
  if (unit === '' || unit === baseUnitOf(condition)) return { numerator: 1n, denominator: 1n };
  const [numerator, denominator] = ['ConditionToBaseQtyNmrtr', 'ConditionToBaseQtyDnmntr'].map((name) => BigInt(text(condition, name) || 0));
  if (!numerator || !denominator) throw refused(record, 'DATA_PRICE_UNIT', `it is per ${unit}, and SAP does not say what one ${unit} is in ${baseUnitOf(condition)}. Maintain the unit at the material`);
  return { numerator, denominator };
}

/** The price, which a scale's first line stands for if it begins at one, and what is paid from other quantities on. */
function pricesOf(record: PriceRecord, condition: Native, base: Base): { price: Amount | undefined; tiers: { minQuantity: string; price: Amount }[] } {
  const priceOf = (row: Native): Amount => amount(rateOf(record, condition, row).times(base.times.toString()), record.currency);
  const lines = scaleOf(record, condition).map((row) => ({ row, quantity: new Big(text(row, 'ConditionScaleQuantity') || 0) }))
    .sort((a, b) => a.quantity.cmp(b.quantity));
  const [first, ...others] = lines;
  if (!first) return { price: priceOf(condition), tiers: [] };
  const begins = first.quantity.lte(1);
  return {
    price: begins ? priceOf(first.row) : undefined,
    tiers: (begins ? others : lines).map(({ row, quantity }) => ({ minQuantity: inBaseUnit(record, condition, row, quantity), price: priceOf(row) })),
  };
}

/** The lines of a condition's scale. A scale of one line may stand in the condition itself. Throws DataError for scales that are not prices from a quantity on. */
function scaleOf(record: PriceRecord, condition: Native): Native[] {
  const lines = listOf(condition['to_SlsPrcgCndnRecordScale']);
  const scale = lines.length > 0 || new Big(text(condition, 'ConditionScaleQuantity') || 0).lte(0) ? lines : [condition];
  const [basis, type] = [text(condition, 'PricingScaleBasis'), text(condition, 'PricingScaleType')];
  if (scale.length > 0 && basis !== 'C') throw refused(record, 'DATA_PRICE_SCALE', `its scale goes by something else than quantity (basis ${basis || 'none'})`);
  if (scale.length > 0 && type !== 'A' && type !== '') throw refused(record, 'DATA_PRICE_SCALE', `its scale is of type ${type}; only scales that begin from a quantity (A) can be told`);
  return scale;
}

function inBaseUnit(record: PriceRecord, condition: Native, row: Native, quantity: Big): string {
  const unit = text(row, 'ConditionScaleQuantityUnit');
  if (unit === '' || unit === baseUnitOf(condition)) return quantity.toFixed();
  const { numerator, denominator } = factorOf(record, condition);
  const total = quantity.times(numerator.toString());
  const value = total.div(denominator.toString()).round(8);
  if (unit !== text(condition, 'ConditionQuantityUnit') || !value.times(denominator.toString()).eq(total)) {
    throw refused(record, 'DATA_PRICE_UNIT', `its scale begins at ${quantity.toFixed()} ${unit}, which cannot be said exactly in ${baseUnitOf(condition)}`);
  }
  return value.toFixed();
}

/** At least the decimals of the currency; prices may be finer. */
function amount(value: Big, currency: string): Amount {
  const places = minorUnits(currency);
  return { value: value.eq(value.round(places)) ? value.toFixed(places) : value.toFixed(), currency };
}

/** The first or the last moment of a day in the time zone; none where SAP means always. */
function edge(condition: Native, name: 'ConditionValidityStartDate' | 'ConditionValidityEndDate', timeZone: string): string | undefined {
  const day = isoTime(condition[name])?.slice(0, 10);
  if (day === undefined || day === everAfter) return undefined;
  if (name === 'ConditionValidityStartDate') return new Date(startOfDay(day, timeZone)).toISOString();
  const next = new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10);
  return new Date(startOfDay(next, timeZone) - 1000).toISOString();
}

function gcd(a: bigint, b: bigint): bigint { return b === 0n ? a : gcd(b, a % b); }

/** `why` is the end of a sentence about the record. */
export function refused({ list, currency, Material }: Pick<PriceRecord, 'list' | 'currency' | 'Material'>, code: `DATA_${string}`, why: string): DataError {
  const record = `price ${list}/${currency}/${Material}`;
  return new DataError(code, `The ${record} cannot be told: ${why}.`, { record });
}
