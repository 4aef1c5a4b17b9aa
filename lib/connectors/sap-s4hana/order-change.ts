import { ConflictError, type LineState } from '../../errors';
import type { LineQuantities, Native } from '../contract';
import { difference } from './difference';
import { listOf, text } from './fields';
import { entityPath } from './odata/literals';
import { etagOf } from './odata/rows';
import { isBilled, isRejected, deliveredOf, matchItems, planItems, type ItemPlan } from './order-items';
import type { SapOptions } from './options';

const keys = ['SalesOrder', 'SalesOrderItem', 'ScheduleLine'] as const;
/** Settled when the order was made. */
const fixed = ['SalesOrderType', 'SalesOrganization', 'DistributionChannel', 'OrganizationDivision', 'SoldToParty', 'TransactionCurrency', 'DeliveryBlockReason', ...keys];
/** Settled when the item was made: a line of the shop keeps its product, and what SAP calls it was looked up then. */
const fixedOfItems = [...keys, 'Material'];
/** Fields of an item that the unit of its quantity is known by. */
const units = ['RequestedQuantityUnit', 'RequestedQuantitySAPUnit', 'RequestedQuantityISOUnit'] as const;

/** What the pieces of an order are called and told apart by. */
interface Part { navigation: string; set: string; key: (row: Native) => Record<string, string> }

const conditionKey = (row: Native): Record<string, string> => ({ PricingProcedureStep: text(row, 'PricingProcedureStep'), PricingProcedureCounter: text(row, 'PricingProcedureCounter') });
const headerParts: (Part & { name: string })[] = [
  { navigation: 'to_Partner', set: 'A_SalesOrderHeaderPartner', name: 'PartnerFunction', key: (row) => ({ PartnerFunction: text(row, 'PartnerFunction') }) },
  { navigation: 'to_Text', set: 'A_SalesOrderText', name: 'LongTextID', key: (row) => ({ Language: text(row, 'Language'), LongTextID: text(row, 'LongTextID') }) },
  { navigation: 'to_PricingElement', set: 'A_SalesOrderHeaderPrElement', name: 'ConditionType', key: conditionKey },
];
const itemParts: typeof headerParts = [{ navigation: 'to_PricingElement', set: 'A_SalesOrderItemPrElement', name: 'ConditionType', key: conditionKey }];

/** One call: a PATCH of a row that is there, or a POST of one that is new. */
export interface OrderWrite { path: string; body: Native; found?: Native; etag?: string | undefined }

/** `kept`: lines that somebody in SAP changed and the document does not: they stay as they are there. */
export interface OrderChange { writes: OrderWrite[]; kept: LineState[] }

/**
 * What brings an order that is there to what a document says, in as few calls as possible: header, items (new ones are
 * added, missing ones rejected), partners, texts and price elements. Parts the document does not speak of stay. The header
 * goes first, under the etag that was read, so that somebody else's change is noticed before ours begins.
 *
 * A revision is written as a whole or not at all: an order that is half one and half the other adds up to neither. So all
 * lines are looked at before the first call; if one can no longer become what is wanted, nothing is written and a
 * ConflictError CONFLICT_ORDER_CLOSED tells of every line how it is there and how it is wanted. Cut off between two calls,
 * the next try does what is left.
 */
export function orderChange(there: Native, wanted: Native, options: SapOptions, record: string, before?: LineQuantities): OrderChange {
  const plans = 'to_Item' in wanted ? planItems(matchItems(there, wanted, options), options, before) : [];
  if (plans.some(({ state }) => state.closed)) throw closedOrder(options.system, record, plans.map(({ state }) => state));
  const id = text(there, 'SalesOrder');
  const taken = new Set(listOf(there['to_Item']).map((item) => text(item, 'SalesOrderItem')));
  const header: Owner = { path: entityPath('A_SalesOrder', id), key: { SalesOrder: id } };
  return {
    writes: [
      ...patched(header.path, there, difference(there, wanted, fixed), etagOf(there)), ...partWrites(headerParts, header, there, wanted, options),
      ...plans.flatMap((plan) => itemWrites(plan, header, taken, options)),
    ],
    kept: plans.filter(({ act }) => act === 'keep').map(({ state }) => state),
  };
}

interface Owner { path: string; key: Record<string, string> }

function itemWrites({ act, wanted = {}, there: [found] }: ItemPlan, order: Owner, taken: ReadonlySet<string>, options: SapOptions): OrderWrite[] {
  if (act === 'none' || act === 'keep') return [];
  if (!found) {
    // The number of a line may have been given to an item of SAP's own: then SAP picks another.
    const { SalesOrderItem: number, ...rest } = wanted;
    return [{ path: `${order.path}/to_Item`, body: taken.has(String(number)) ? rest : wanted }];
  }
  const key = { ...order.key, SalesOrderItem: text(found, 'SalesOrderItem') };
  const owner = { path: entityPath('A_SalesOrderItem', key), key };
  if (act === 'reject') return patched(owner.path, found, { SalesDocumentRjcnReason: options.rejectionReason });
  const settled = deliveredOf(found).gt(0) || isBilled(found) ? [options.lineIdField] : [];
  const change = withUnit(difference(found, wanted, [...fixedOfItems, ...units, ...settled]), wanted);
  return [...patched(owner.path, found, { ...change, ...(isRejected(found) && { SalesDocumentRjcnReason: '' }) }), ...partWrites(itemParts, owner, found, wanted, options)];
}

/** Pairs rows of one name in their order: the second freight is changed by the second freight. Surplus price elements become zero. */
function partWrites(parts: typeof headerParts, owner: Owner, from: Native, to: Native, { conditionTypes, taxes }: SapOptions): OrderWrite[] {
  /** Price elements that only come from us; others SAP found itself. */
  const ours = new Set(Object.entries(conditionTypes).filter(([part]) => part !== 'tax' || taxes === 'shop').map(([, type]) => type));
  return parts.filter(({ navigation }) => navigation in to).flatMap(({ navigation, set, name, key }) => {
    const left = [...listOf(from[navigation])];
    const pathOf = (row: Native): string => entityPath(set, { ...owner.key, ...key(row) });
    const writes = listOf(to[navigation]).flatMap((row): OrderWrite[] => {
      const at = left.findIndex((other) => other[name] === row[name]);
      const [found] = at < 0 ? [] : left.splice(at, 1);
      if (!found) return [{ path: `${owner.path}/${navigation}`, body: row }];
      return patched(pathOf(found), found, difference(found, row, [...keys, 'Language', ...unitsOfConditions]));
    });
    const surplus = left.filter((row) => ours.has(text(row, 'ConditionType')));
    return [...writes, ...surplus.flatMap((row) => patched(pathOf(row), row, difference(row, { ConditionRateValue: '0' })))];
  });
}

function patched(path: string, found: Native, body: Native, etag?: string): OrderWrite[] { return Object.keys(body).length > 0 ? [{ path, body, found, etag }] : []; }

/** The task for a person: what cannot be changed any more, and every line as it is there and as it is wanted. */
export function closedOrder(system: string, record: string, lines: LineState[]): ConflictError {
  const why = lines.flatMap(({ item, sku, ordered, delivered, wanted, closed }) => closed
    ? [`item ${item ?? ''} (${sku}) has ${ordered} ordered and ${delivered} delivered where ${wanted} ${wanted === '1' ? 'is' : 'are'} wanted: ${reasons[closed]}`] : []);
  return new ConflictError('CONFLICT_ORDER_CLOSED',
    `${system}: ${record} can no longer be changed as wanted: ${why.join('; ')}. Change it in one of the two systems so that both agree, then replay or close this.`,
    { system, record, lines });
}

const reasons: Record<NonNullable<LineState['closed']>, string> = {
  delivered: 'it has left the house', invoiced: 'it is invoiced', rejected: 'it was rejected there', changed: 'it was changed on both sides', split: 'it was split into several items',
};

const unitsOfConditions = ['ConditionQuantityUnit', 'ConditionQuantitySAPUnit', 'ConditionQuantityISOUnit'] as const;

/** A quantity goes with its unit. */
function withUnit(change: Native, item: Native): Native {
  const unit = units.find((name) => item[name] !== undefined);
  return change['RequestedQuantity'] !== undefined && unit ? { ...change, [unit]: item[unit] } : change;
}
