import { startOfDay } from '../../documents/dates';
import { defined, filled } from '../../documents/defined';
import type { Native } from '../contract';
import { text } from './fields';
import { isoTime } from './odata/literals';
import type { PriceList, SapOptions } from './options';
import { PriceCondition, refused, type PriceKey } from './price-condition';

/** What one material costs in one list and currency: the conditions of the list that hold when it is read. */
export interface PriceRecord extends Native, PriceKey {
  /** ISO 8601 UTC. */
  readAt: string;
  /** One, unless the system has several of equal standing. */
  conditions: Native[];
  /** Compare-at prices that hold too; absent where the list has none. */
  compareAt?: Native[];
}

/** The day that SAP means always by. */
const always = '9999-12-31';

/** A record with what the mapping cannot work out itself, as `facts`. Throws DataError for what is no exact price per quantity. */
export function withPriceFacts(record: PriceRecord, list: PriceList, options: SapOptions): Native {
  const condition = onlyOne(record, record.conditions);
  if (!condition) throw refused(record, 'DATA_PRICE_MISSING', 'no condition holds');
  const found = new PriceCondition(record, condition);
  const { price, breaks } = found.prices();
  const other = onlyOne(record, record.compareAt ?? []);
  return {
    ...record,
    facts: defined<Native>({
      ...sharedFacts(list, options), operation: 'upsert', unit: found.baseUnit, per: found.per === 1n ? undefined : String(found.per), price, tiers: filled(breaks),
      // Null takes it away.
      compareAtPrice: record.compareAt && (other ? new PriceCondition(record, other).priceFor(found) : null),
      validFrom: startOf(condition, options), validThrough: endOf(condition, options),
    }),
  };
}

/** The facts of a price that is no more. */
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
  throw refused(record, 'DATA_PRICE_AMBIGUOUS',
    `the conditions ${numbers} hold at once, and which of them applies is not to be seen. End all but one, or use another condition type`);
}

function startOf(condition: Native, { timeZone }: SapOptions): string | undefined {
  const day = dayOf(condition, 'ConditionValidityStartDate');
  return day && new Date(startOfDay(day, timeZone)).toISOString();
}

/** The last second of the day. */
function endOf(condition: Native, { timeZone }: SapOptions): string | undefined {
  const day = dayOf(condition, 'ConditionValidityEndDate');
  if (day === undefined || day === always) return undefined;
  const next = new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10);
  return new Date(startOfDay(next, timeZone) - 1000).toISOString();
}

function dayOf(condition: Native, name: string): string | undefined { return isoTime(condition[name])?.slice(0, 10); }
