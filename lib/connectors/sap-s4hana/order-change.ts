import type { Native } from '../contract';
import { difference } from './difference';
import { listOf, text } from './fields';
import { entityPath } from './odata/literals';
import { etagOf } from './odata/rows';
import type { Session } from './session';

const service = 'API_SALES_ORDER_SRV';
const keys = ['SalesOrder', 'SalesOrderItem', 'ScheduleLine'] as const;
/** Settled when the order was made. */
const fixed = ['SalesOrderType', 'SalesOrganization', 'DistributionChannel', 'OrganizationDivision', 'SoldToParty', 'TransactionCurrency', 'DeliveryBlockReason', ...keys];
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

/**
 * Brings an order that is there to what a document says, with as few calls as possible: header, items (new ones are added,
 * missing ones rejected), partners, texts and price elements. Parts the document does not speak of stay. True if anything
 * was written. The header goes first, under the etag that was read, so that somebody else's change is noticed before ours begins.
 */
export async function changeOrder(session: Session, there: Native, wanted: Native, record: string): Promise<boolean> {
  const id = text(there, 'SalesOrder');
  const { conditionTypes, taxes } = session.options;
  /** Price elements that only come from us; others SAP found itself. */
  const ours = new Set(Object.entries(conditionTypes).filter(([part]) => part !== 'tax' || taxes === 'shop').map(([, type]) => type));
  let writes = 0;
  const patch = async (set: string, key: Record<string, string> | string, change: Native, etag?: string): Promise<void> => {
    if (Object.keys(change).length === 0) return;
    await session.patch(service, entityPath(set, key), change, etag, record);
    writes++;
  };
  const post = async (path: string, body: Native): Promise<void> => {
    await session.post(service, path, body, record);
    writes++;
  };

  /** Pairs rows of one name in their order: the second freight is changed by the second freight. Surplus price elements become zero. */
  const syncParts = async (parts: typeof headerParts, owner: { path: string; key: Record<string, string> }, from: Native, to: Native): Promise<void> => {
    for (const { navigation, set, name, key } of parts) {
      if (!(navigation in to)) continue;
      const left = [...listOf(from[navigation])];
      for (const row of listOf(to[navigation])) {
        const at = left.findIndex((other) => other[name] === row[name]);
        const [found] = at < 0 ? [] : left.splice(at, 1);
        if (found) await patch(set, { ...owner.key, ...key(found) }, difference(found, row, [...keys, 'Language', ...unitsOfConditions]));
        else await post(`${owner.path}/${navigation}`, row);
      }
      for (const found of left.filter((row) => ours.has(text(row, 'ConditionType')))) {
        await patch(set, { ...owner.key, ...key(found) }, difference(found, { ConditionRateValue: '0' }));
      }
    }
  };

  const header = entityPath('A_SalesOrder', id);
  await patch('A_SalesOrder', id, difference(there, wanted, fixed), etagOf(there));
  await syncParts(headerParts, { path: header, key: { SalesOrder: id } }, there, wanted);
  if ('to_Item' in wanted) {
    const left = new Map(listOf(there['to_Item']).map((item) => [text(item, 'SalesOrderItem'), item]));
    for (const item of listOf(wanted['to_Item'])) {
      const found = left.get(text(item, 'SalesOrderItem'));
      const key = { SalesOrder: id, SalesOrderItem: text(item, 'SalesOrderItem') };
      if (!found) { await post(`${header}/to_Item`, item); continue; }
      left.delete(text(item, 'SalesOrderItem'));
      await patch('A_SalesOrderItem', key, withUnit(difference(found, item, [...keys, ...units]), item));
      await syncParts(itemParts, { path: entityPath('A_SalesOrderItem', key), key }, found, item);
    }
    for (const [number, item] of left) {
      if (item['SalesDocumentRjcnReason']) continue;
      await patch('A_SalesOrderItem', { SalesOrder: id, SalesOrderItem: number }, { SalesDocumentRjcnReason: session.options.rejectionReason });
    }
  }
  return writes > 0;
}

const unitsOfConditions = ['ConditionQuantityUnit', 'ConditionQuantitySAPUnit', 'ConditionQuantityISOUnit'] as const;

/** A quantity goes with its unit. */
function withUnit(change: Native, item: Native): Native {
  const unit = units.find((name) => item[name] !== undefined);
  return change['RequestedQuantity'] !== undefined && unit ? { ...change, [unit]: item[unit] } : change;
}
