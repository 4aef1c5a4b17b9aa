import type { Transaction } from './odata/database';
import { changedRow, day, fullRow, msOf, stamp, type Navigation, type Row } from './odata/model';
import { organisation } from './organisation';

/** What a price is looked up by, besides sales organisation and distribution channel, by number of the condition table. */
export const conditionTables: Record<string, readonly string[]> = {
  '304': ['Material'], '305': ['Customer', 'Material'], '306': ['PriceListType', 'TransactionCurrency', 'Material'], '032': ['CustomerPriceGroup', 'Material'],
};

/** Condition types that records are kept of: prices, which are per quantity (C), and a discount in percent (A). */
export const recordTypes: Record<string, 'C' | 'A'> = { PPR0: 'C', PR00: 'C', ZMSR: 'C', K004: 'A' };

/** The end of what ends never. */
export const forever = Date.UTC(9999, 11, 31);

const aDay = 86_400_000;
const keyFields = ['ConditionType', 'SalesOrganization', 'DistributionChannel', ...new Set(Object.values(conditionTables).flat())];
const byMaterial: Navigation = { name: '', to: 'A_SlsPrcgCndnRecdValidity', many: true, on: [['Material', 'Material']] };
const byRecord = (to: string): Navigation => ({ name: '', to, many: true, on: [['ConditionRecord', 'ConditionRecord']] });
export const validityOf = byRecord('A_SlsPrcgCndnRecdValidity');
export const scaleOf = byRecord('A_SlsPrcgCndnRecordScale');

/** A condition record as it is written: its own values, those of each period, and the lines of its scale. */
export interface Condition { record: Row; validity: Row[]; scale: Row[] }

/**
 * Writes a condition under a number, ten digits with zeros in front; what was there for the same key makes room. Without
 * a period it keeps those it has.
 */
export function writeCondition(to: Transaction, number: string, { record, validity, scale }: Condition, now: number): Row {
  const own = { ConditionRecord: number, ConditionSequentialNumber: '01', ETag: stateAfter(to.get('A_SlsPrcgConditionRecord', number), now) };
  const [first] = scale;
  const shared = { ConditionApplication: 'V', ConditionType: record.ConditionType ?? '' };
  for (const period of validity) {
    const row = fullRow(to.database.table(validityOf.to).type, { ...period, ...shared, ConditionRecord: number, Personnel: '00000000', ETag: own.ETag });
    makeRoom(to, row);
    to.put(validityOf.to, row);
  }
  scale.forEach((line, i) => {
    to.put(scaleOf.to, fullRow(to.database.table(scaleOf.to).type, { ...rateOf(record, line), ...own, ConditionScaleLine: String(i + 1).padStart(4, '0') }));
  });
  const [period] = validity;
  return to.put('A_SlsPrcgConditionRecord', fullRow(to.database.table('A_SlsPrcgConditionRecord').type, {
    ...record, ...shared, ...own, ConditionCalculationType: recordTypes[String(record.ConditionType)] ?? 'C',
    // A condition with a scale shows the rate of its first line.
    ...rateOf(record, first), CreatedByUser: 'SANDBOX', CreationDate: day(now), LastChangeDateTime: stamp(now), SAPObjectNodeType: 'SalesPricingConditionRecord',
    ...(period && { ConditionValidityStartDate: period.ConditionValidityStartDate ?? null, ConditionValidityEndDate: period.ConditionValidityEndDate ?? null }),
    ...(first && { PricingScaleType: record.PricingScaleType || 'A', PricingScaleBasis: record.PricingScaleBasis || 'C' }),
  }));
}

/** The rate of a record, or of a line of its scale, which is in the record's currency and unit. */
function rateOf(record: Row, line?: Row): Row {
  const ConditionRateValue = (line ?? record).ConditionRateValue ?? '0.000';
  const unit = record.ConditionRateValueUnit ?? '';
  return {
    ConditionRateValue, ConditionRateValueUnit: unit, ...(unit !== '%' && { ConditionRateAmount: `${String(ConditionRateValue)}000000`, ConditionCurrency: unit }),
    ...(line && {
      ConditionScaleQuantity: line.ConditionScaleQuantity ?? '0.000', ConditionScaleQuantityUnit: line.ConditionScaleQuantityUnit || record.ConditionQuantityUnit || '',
    }),
  };
}

/** Cuts what holds for the same key out of a period; a record of which nothing is left goes. */
export function makeRoom(to: Transaction, row: Row): void {
  const [from, through] = [msOf(String(row.ConditionValidityStartDate)), msOf(String(row.ConditionValidityEndDate))];
  for (const other of to.related(row, byMaterial)) {
    const [start, end] = [msOf(String(other.ConditionValidityStartDate)), msOf(String(other.ConditionValidityEndDate))];
    if (end < from || start > through || keyFields.some((name) => other[name] !== row[name])) continue;
    to.delete(validityOf.to, other);
    if (start < from) to.put(validityOf.to, changedRow(other, { ConditionValidityEndDate: day(from - aDay) }));
    if (end > through) to.put(validityOf.to, changedRow(other, { ConditionValidityStartDate: day(through + aDay) }));
    if (to.related(other, validityOf).length === 0) removeCondition(to, other);
  }
}

/** Takes away the record that a row belongs to, with its periods and its scale. */
export function removeCondition(to: Transaction, row: Row): void {
  for (const { to: set, ...navigation } of [validityOf, scaleOf]) for (const child of to.related(row, { ...navigation, to: set })) to.delete(set, child);
  const record = to.get('A_SlsPrcgConditionRecord', String(row.ConditionRecord));
  if (record) to.delete('A_SlsPrcgConditionRecord', record);
}

/** Takes a material's conditions away with it. */
export function dropConditions(to: Transaction, sku: string): void { for (const row of to.related({ Material: sku }, byMaterial)) removeCondition(to, row); }

/** A changed row with a new state for its ETag. */
export function touched(row: Row, values: Row, now: number): Row {
  return changedRow(row, { ...values, ETag: stateAfter(row, now) });
}

function stateAfter(old: Row | undefined, now: number): string { return `SADL-${String(Math.max(now, Number(String(old?.ETag ?? '').slice(5)) + 1))}`; }

/** What a condition is looked up by. */
export interface ConditionKey {
  Material: string; ConditionType: string; Customer?: string; CustomerPriceGroup?: string; PriceListType?: string; TransactionCurrency?: string;
}

/** The validity row and the record of what holds for a key on a day (ms UTC), unless it is marked for deletion. */
export function holding(to: Transaction, key: ConditionKey, at: number): { validity: Row; record: Row } | undefined {
  const wanted: Row = { ...areaKey, Customer: '', CustomerPriceGroup: '', PriceListType: '', TransactionCurrency: '', ...key };
  for (const validity of to.related({ Material: key.Material }, byMaterial)) {
    const holds = msOf(String(validity.ConditionValidityStartDate)) <= at && at < msOf(String(validity.ConditionValidityEndDate)) + aDay;
    const record = holds && keyFields.every((name) => validity[name] === wanted[name]) ? to.get('A_SlsPrcgConditionRecord', String(validity.ConditionRecord)) : undefined;
    if (record && record.ConditionIsDeleted !== true) return { validity, record };
  }
  return undefined;
}

/** The sales area that the sandbox's conditions are kept for. */
export const areaKey = { SalesOrganization: organisation.salesOrganization, DistributionChannel: organisation.distributionChannel };
