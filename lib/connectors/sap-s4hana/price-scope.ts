import type { Native } from '../contract';
import { listOf, text } from './fields';
import type { PriceList, SapOptions } from './options';

/** Whom a condition is for. */
export type Scope = Pick<PriceList, 'appliesTo' | 'value'>;

/** Fields of a period of validity that do not narrow it: its own, and those that lists and prices account for. */
const neutral: ReadonlySet<string> = new Set([
  'ConditionRecord', 'ConditionValidityEndDate', 'ConditionValidityStartDate', 'ConditionApplication', 'ConditionType', 'ConditionReleaseStatus',
  'ConditionProcessingStatus', 'ConditionScaleBasisValue', 'SalesOrganization', 'DistributionChannel', 'Material', 'TransactionCurrency', 'PricingDate',
  'BPForSoldToParty', 'BPForCustomer', 'ETag',
]);
const parties = ['Customer', 'SoldToParty'];
/** Codes that may be made of zeros; numbers in texts show nothing as zeros. */
const codes: ReadonlySet<string> = new Set(['CustomerPriceGroup', 'PriceListType', 'Division']);

/**
 * Whom a period of validity is for; undefined if it is for some other part of the sales. Every field is looked at, also
 * those of the customer's own (`YY1_…`), for a condition table may have any of them as key.
 */
export function scopeOf(row: Native, { division }: SapOptions): Scope | undefined {
  const by = new Set<string>();
  for (const name in row) {
    if (neutral.has(name) || !says(name, row[name]) || (name === 'Division' && row[name] === division)) continue;
    by.add(parties.includes(name) ? 'Customer' : name);
  }
  const [field, ...others] = by;
  if (others.length > 0) return undefined;
  switch (field) {
    case undefined: return { appliesTo: 'everybody', value: '' };
    case 'Customer': return partyOf(row);
    case 'CustomerPriceGroup': return { appliesTo: 'customerPriceGroup', value: text(row, field) };
    case 'PriceListType': return { appliesTo: 'priceListType', value: text(row, field) };
    default: return undefined;
  }
}

function says(name: string, value: unknown): boolean {
  return typeof value === 'string' ? value !== '' && (codes.has(name) || !/^0+$/.test(value)) : value === true;
}

function partyOf(row: Native): Scope | undefined {
  const [value, ...others] = new Set(parties.map((name) => text(row, name).replace(/^0+/, '')).filter(Boolean));
  return value === undefined || others.length > 0 ? undefined : { appliesTo: 'customer', value };
}

const rateFields = ['ConditionRateValue', 'ConditionRateValueUnit', 'ConditionScaleQuantity', 'ConditionScaleQuantityUnit'];
const periodFields = ['ConditionRecord', 'ConditionType', 'ConditionValidityStartDate', 'ConditionValidityEndDate', 'TransactionCurrency'];
const recordFields = [
  ...rateFields, 'ConditionCalculationType', 'ConditionQuantity', 'ConditionQuantityUnit', 'ConditionToBaseQtyNmrtr', 'ConditionToBaseQtyDnmntr', 'BaseUnit',
  'PricingScaleType', 'PricingScaleBasis',
];

/** What of a period of validity, its record and its scale a price is made of; nothing if it is marked for deletion or not released. */
export function conditionOf(row: Native): Native | undefined {
  const record = row['to_SlsPrcgConditionRecord'] as Native | null | undefined;
  if (!record || record['ConditionIsDeleted'] === true || [row, record].some((one) => text(one, 'ConditionReleaseStatus') !== '')) return undefined;
  // The scales of supplements stand among them.
  const place = Number(record['ConditionSequentialNumber']);
  const own = listOf(record['to_SlsPrcgCndnRecordScale']).filter((line) => Number(line['ConditionSequentialNumber']) === place);
  return {
    ...picked(row, periodFields), ...picked(record, recordFields),
    ...(own.length > 0 && { to_SlsPrcgCndnRecordScale: own.map((line) => picked(line, rateFields)) }),
  };
}

function picked(row: Native, names: readonly string[]): Native {
  return Object.fromEntries(names.filter((name) => row[name] !== '' && row[name] != null).map((name) => [name, row[name]]));
}
