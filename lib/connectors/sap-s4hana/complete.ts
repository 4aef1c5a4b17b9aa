import type { Native } from '../contract';
import { listOf, text } from './fields';
import { lineReference } from './line-ids';
import type { ConditionTypes, SapOptions } from './options';
import { exactPrice, type Condition } from './prices';

/** What mapping documents write; the settings say what stands for it in this system. */
const written: ConditionTypes & Record<'note' | 'delivery', string> = {
  price: 'PMP0', discount: 'DRV1', freight: 'HD00', surcharge: 'HM00', tax: 'MWST', rounding: 'ZRND', note: 'TX01', delivery: 'TX02',
};

/** What mapping documents write of an order that waits for its payment. */
const untilPaid = 'until paid';

/**
 * Adds to a sales order what is the system's and not the document's: order type, sales area, language, its own condition
 * types and text ids, the delivery block of orders that wait for their payment if the settings have one, and the field of
 * line ids. What the document says of its own wins. Prices become exact, see {@link exactPrice}.
 */
export function complete(order: Native, options: SapOptions): Native {
  const { conditionTypes, taxes, noteTextId, deliveryTextId, language, lineIdField, deliveryBlock } = options;
  const own = new Map(Object.entries({ ...conditionTypes, note: noteTextId, delivery: deliveryTextId })
    .map(([part, name]) => [written[part as keyof typeof written], name]));
  const named = (name: unknown): unknown => own.get(String(name)) ?? name;
  const conditions = (list: unknown, quantity?: string): Condition[] => listOf<Condition>(list)
    .filter(({ ConditionType }) => taxes === 'shop' || named(ConditionType) !== conditionTypes.tax)
    .map((condition) => exactPrice({ ...condition, ConditionType: named(condition.ConditionType) as string }, quantity ?? '0', `order ${text(order, 'PurchaseOrderByCustomer')}`));
  const texts = (list: unknown): Native[] => listOf(list)
    .map((row) => ({ Language: language, ...row, LongTextID: named(row['LongTextID']), LongText: tidy(text(row, 'LongText')) }));
  const parts = (of: Native, quantity?: string): Native => ({
    ...('to_PricingElement' in of && { to_PricingElement: conditions(of['to_PricingElement'], quantity) }),
    ...('to_Text' in of && { to_Text: texts(of['to_Text']) }),
  });
  const lineId = ({ PurchaseOrderByShipToParty: id, ...item }: Native): Native =>
    typeof id === 'string' ? { ...item, [lineIdField]: lineReference(id) } : item;
  const { DeliveryBlockReason: block, ...given } = order;
  const blocked = block === untilPaid ? deliveryBlock : block;
  return {
    SalesOrderType: options.orderType, SalesOrganization: options.salesOrganization, DistributionChannel: options.distributionChannel,
    OrganizationDivision: options.division, ...given, ...(blocked !== undefined && { DeliveryBlockReason: blocked }), ...parts(order),
    ...('to_Item' in order && { to_Item: listOf(order['to_Item']).map((item) => ({ ...lineId(item), ...parts(item, text(item, 'RequestedQuantity')) })) }),
  };
}

/** Lines of an address that were empty leave nothing behind. */
function tidy(text: string): string { return text.split('\n').map((line) => line.trim()).filter((line) => line !== '').join('\n'); }
