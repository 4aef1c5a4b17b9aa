import type { Native } from '../contract';
import type { PriceList, SapOptions } from './options';
import { text } from './fields';

/** Whom a condition is for. */
export type Scope = Pick<PriceList, 'appliesTo' | 'value'>;

/** Fields of a period of validity that narrow it to nobody in particular, or that the list's settings or the rest of the record account for. */
const neutral: ReadonlySet<string> = new Set([
  'ConditionRecord', 'ConditionValidityEndDate', 'ConditionValidityStartDate', 'ConditionApplication', 'ConditionType', 'ConditionReleaseStatus', 'ConditionProcessingStatus',
  'ConditionScaleBasisValue', 'SalesOrganization', 'DistributionChannel', 'Material', 'TransactionCurrency', 'ETag', 'BPForSoldToParty', 'BPForCustomer', 'PricingDate',
]);
const parties = ['Customer', 'SoldToParty'];

/**
 * Whom a period of validity is for; undefined if it is for some other part of the sales. Every field is looked at, also
 * those of the customer's own (`YY1_…`), for a condition table may have any of them as key.
 */
export function narrowed(row: Native, { division }: SapOptions): Scope | undefined {
  const by = new Set<string>();
  for (const name in row) if (!neutral.has(name) && says(name, row[name]) && !(name === 'Division' && row[name] === division)) by.add(parties.includes(name) ? 'Customer' : name);
  const [field, ...others] = by;
  if (others.length > 0) return undefined;
  switch (field) {
    case undefined: return { appliesTo: 'everybody', value: '' };
    case 'Customer': return sameParty(row);
    case 'CustomerPriceGroup': return { appliesTo: 'customerPriceGroup', value: text(row, field) };
    case 'PriceListType': return { appliesTo: 'priceListType', value: text(row, field) };
    default: return undefined;
  }
}

/** Does a field hold anything? Numbers in texts show nothing as zeros, codes may be made of them. */
function says(name: string, value: unknown): boolean {
  if (typeof value === 'string') return value !== '' && (!/^0+$/.test(value) || name === 'CustomerPriceGroup' || name === 'PriceListType' || name === 'Division');
  return value === true;
}

function sameParty(row: Native): Scope | undefined {
  const numbers = new Set(parties.map((name) => text(row, name).replace(/^0+/, '')).filter(Boolean));
  const [value, ...others] = numbers;
  return value === undefined || others.length > 0 ? undefined : { appliesTo: 'customer', value };
}
