import Big from 'big.js';
import type { Random } from '../random';
import type { World, WorldCompany, WorldPriceList, WorldProduct } from '../world';
import type { Transaction } from './odata/database';
import { day, withoutZeros, type Row } from './odata/model';
import { areaKey, conditionTables, forever, holding, scaleOf, touched, writeCondition, type ConditionKey } from './price-conditions';
import { currencies } from './sales/conditions';
import { units } from './sales/units';
import type { System } from './system';

/** Whose price of a material it is. */
export interface PricePlace {
  sku: string;
  /** Default PPR0. */
  conditionType?: string;
  /** Of everybody without any of these three. */
  customer?: string;
  priceGroup?: string;
  /** With `currency`, which belongs to the key of such prices. */
  priceListType?: string;
  currency?: string;
}

/** What a material costs from now on. */
export interface PriceChange extends PricePlace {
  price: string;
  /** Default EUR. */
  currency?: string;
  /** Units that the price is for. Default 1. */
  per?: number;
  /** Unit of the material, as the system shows it. Default: its base unit. */
  unit?: string;
  /** Prices from a quantity on, in ascending order; the first stands for `price`. */
  scale?: { from: string; price: string }[];
  /** Days (YYYY-MM-DD) that it holds from and through. Without either, what holds today is changed; else this takes the place of what there was. */
  from?: string;
  through?: string;
}

/** Sets a price, past all checks. Throws RangeError for an unknown material. */
export function setPrice(system: System, to: Transaction, change: PriceChange): void {
  const now = system.now();
  const { from, through } = change;
  const condition = conditionOf(to, change);
  const old = from === undefined && through === undefined ? holding(to, keyOf(change), now) : undefined;
  if (!old) {
    writeCondition(to, numbered(system.next('condition')), { ...condition, validity: [period(change, from, through)] }, now);
    return;
  }
  for (const line of to.related(old.record, scaleOf)) to.delete(scaleOf.to, line);
  const { ConditionRecord, ConditionValidityStartDate = null, ConditionValidityEndDate = null } = old.record;
  const record = { ...condition.record, ConditionValidityStartDate, ConditionValidityEndDate };
  writeCondition(to, String(ConditionRecord), { record, validity: [], scale: condition.scale }, now);
}

/** Marks the price that holds today for deletion. Throws RangeError if there is none. */
export function dropPrice(system: System, to: Transaction, place: PricePlace): void {
  const now = system.now();
  const found = holding(to, keyOf(place), now);
  if (!found) throw new RangeError(`The sandbox has no such price of ${place.sku}`);
  to.put('A_SlsPrcgConditionRecord', touched(found.record, { ConditionIsDeleted: true }, now));
}

/** One of a material's prices that hold today goes up or down by some percent, its scale with it; each stays exact for one of its unit. */
export function reprice(system: System, to: Transaction, sku: string, lists: readonly WorldPriceList[], random: Random): void {
  const holds = [{ sku }, ...lists.map((list) => placeIn(list, sku))].flatMap((place) => {
    const record = holding(to, keyOf(place), system.now())?.record;
    return record ? [{ place, record }] : [];
  });
  if (holds.length === 0) return;
  const { place, record } = random.pick(holds);
  const percent = random.int(95, 105);
  const currency = String(record.ConditionRateValueUnit);
  const per = Number(record.ConditionQuantity);
  const changed = ({ ConditionRateValue }: Row): string =>
    new Big(String(ConditionRateValue)).times(percent).div(100 * per).round(currencies[currency] ?? 2, Big.roundUp).times(per).toString();
  const scale = to.related(record, scaleOf).map((line) => ({ from: String(line.ConditionScaleQuantity), price: changed(line) }));
  setPrice(system, to, { ...place, price: changed(record), per, currency, unit: String(record.ConditionQuantityUnit), scale });
}

function placeIn({ appliesTo, code, currency }: WorldPriceList, sku: string): PricePlace {
  switch (appliesTo) {
    case 'customerPriceGroup': return { sku, priceGroup: code };
    case 'priceListType': return { sku, priceListType: code, currency };
    case 'customer': return { sku, customer: code };
  }
}

/** What everybody pays for a quantity (in the base unit) on a day, `per` so many base units; nothing if there is no price in the currency. */
export function listPrice(to: Transaction, sku: string, currency: string, at: number, quantity: Big): { rate: string; per: string } | undefined {
  const record = holding(to, { Material: sku, ConditionType: 'PPR0' }, at)?.record;
  if (record?.ConditionRateValueUnit !== currency) return undefined;
  const factor = new Big(String(record.ConditionToBaseQtyNmrtr)).div(String(record.ConditionToBaseQtyDnmntr));
  const per = factor.times(String(record.ConditionQuantity));
  const from = (line: Row): Big => factor.times(String(line.ConditionScaleQuantity));
  const [line] = to.related(record, scaleOf).filter((one) => from(one).lte(quantity)).sort((a, b) => from(b).cmp(from(a)));
  return per.eq(per.round()) ? { rate: String((line ?? record).ConditionRateValue), per: per.toFixed() } : undefined;
}

function keyOf({ sku, conditionType = 'PPR0', customer, priceGroup, priceListType, currency = 'EUR' }: PricePlace): ConditionKey {
  return {
    Material: sku, ConditionType: conditionType, ...(customer !== undefined && { Customer: withoutZeros(customer) }),
    ...(priceGroup !== undefined && { CustomerPriceGroup: priceGroup }),
    ...(priceListType !== undefined && { PriceListType: priceListType, TransactionCurrency: currency }),
  };
}

function conditionOf(to: Transaction, change: PriceChange): { record: Row; scale: Row[] } {
  const { sku, price, currency = 'EUR', per = 1, unit, scale = [] } = change;
  const product = to.get('A_Product', sku);
  if (!product) throw new RangeError(`The sandbox has no material ${sku}`);
  return conditionRow({ key: keyOf(change), price, currency, per, scale, ...unitOf(to, product, unit) });
}

interface Rate {
  key: ConditionKey; price: string; currency: string; per: number; scale: { from: string; price: string }[];
  /** As the system shows them, and how many base units one of the unit is. */
  unit: string; baseUnit: string; numerator: string; denominator: string;
}

function conditionRow({ key, price, currency, per, scale, unit, baseUnit, numerator, denominator }: Rate): { record: Row; scale: Row[] } {
  const percent = currency === '%';
  const [table = ''] = Object.entries(conditionTables).find(([, fields]) => fields.length === Object.keys(key).length - 1 && fields.every((name) => name in key)) ?? [];
  return {
    record: {
      ConditionTable: table, ConditionType: key.ConditionType, ConditionRateValue: decimal(price), ConditionRateValueUnit: currency,
      ...(!percent && {
        ConditionQuantity: String(per), ConditionQuantityUnit: unit, BaseUnit: baseUnit, ConditionToBaseQtyNmrtr: numerator, ConditionToBaseQtyDnmntr: denominator,
      }),
    },
    scale: scale.map((line) => ({ ConditionRateValue: decimal(line.price), ConditionScaleQuantity: decimal(line.from), ConditionScaleQuantityUnit: unit })),
  };
}

/** A unit of a material, and how many of its base unit one is: 1 where nothing is maintained. */
function unitOf(to: Transaction, product: Row, unit = String(product.BaseUnit)): Pick<Rate, 'unit' | 'baseUnit' | 'numerator' | 'denominator'> {
  const row = to.get('A_ProductUnitsOfMeasure', `${String(product.Product)}|${unit}`);
  return { unit, baseUnit: String(product.BaseUnit), numerator: String(row?.QuantityNumerator ?? '1'), denominator: String(row?.QuantityDenominator ?? '1') };
}

function period(place: PricePlace, from = '2026-01-01', through?: string): Row {
  return {
    ...areaKey, ...keyOf(place),
    ConditionValidityStartDate: day(Date.parse(from)), ConditionValidityEndDate: day(through === undefined ? forever : Date.parse(through)),
  };
}

/** A condition number as it is kept. */
export function numbered(number: string): string { return number.padStart(10, '0'); }

function decimal(value: string): string { return new Big(value).toFixed(3); }

/** Materials after so many have a list price only: a large world starts the sooner. */
const mostPriced = 1000;
const rates: Record<WorldCompany['currency'], number> = { EUR: 1, CHF: 0.95, USD: 1.1, JPY: 160 };

/**
 * Writes what the world's n-th product costs: its list price, and of some also the prices of groups, customers and other
 * currencies, and what held before or will hold.
 */
export function writePrices(product: WorldProduct, n: number, { companies, priceLists }: World, to: Transaction, next: () => string, now: number): void {
  const { sku } = product;
  const unit = units.find(({ unece }) => unece === product.unit)?.external ?? 'PC';
  const at = (percent: number, currency: WorldCompany['currency'] = 'EUR'): string =>
    new Big(product.price).times(rates[currency]).times(percent).div(100).round(currencies[currency] ?? 2, Big.roundHalfUp).toString();
  const scaled = (percents: Record<string, number>, currency?: WorldCompany['currency']): { from: string; price: string }[] =>
    Object.entries(percents).map(([from, percent]) => ({ from, price: at(percent, currency) }));
  const write = (change: Omit<PriceChange, 'sku'>, deleted = false): void => {
    const place = { sku, ...change };
    const { price, currency = 'EUR', per = 1, scale: lines = [] } = change;
    const { record, scale } = conditionRow({ key: keyOf(place), price, currency, per, scale: lines, unit, baseUnit: unit, numerator: '1', denominator: '1' });
    writeCondition(to, numbered(next()), { record: { ...record, ConditionIsDeleted: deleted }, scale, validity: [period(place, change.from, change.through)] }, now);
  };

  // Small parts are priced by the hundred.
  const per = unit === 'PC' && n % 8 === 0 ? 100 : 1;
  const plain = n > mostPriced;
  write({ price: at(100 * per), per, ...(!plain && n % 10 === 0 && { through: '2098-12-31' }) });
  if (plain) return;
  if (n % 5 === 0) write({ price: at(90 * per), per, from: '2025-01-01', through: '2025-12-31' });
  if (n % 10 === 0) write({ price: at(110 * per), per, from: '2099-01-01' });
  if (n % 7 === 0) write({ price: at(120), conditionType: 'ZMSR' });
  if (n % 9 === 0) write({ price: '-5', currency: '%', conditionType: 'K004' });
  if (n % 3 === 1) write({ price: at(95), priceGroup: 'P1', scale: scaled({ 1: 95, 10: 93, 50: 90, 100: 88, 500: 85 }) });
  if (n % 4 === 0) write({ price: at(92), priceGroup: 'P2' });
  for (const { code, appliesTo, currency } of priceLists) if (appliesTo === 'priceListType' && n % 2 === 0) write({ price: at(100, currency), currency, priceListType: code });
  for (const { index, customerNumber: customer, currency } of companies.slice(0, 6)) {
    if ((n + index) % 6 !== 0) continue;
    write({ price: at(88, currency), currency, customer, ...(index % 2 === 0 && { scale: scaled({ 1: 88, 20: 85, 100: 80 }, currency) }) });
  }
  if (n % 12 === 0 && companies[0]) write({ price: at(50), customer: companies[0].customerNumber }, true);
}
