import Big from 'big.js';
import { minorUnits } from '../../documents/codes';
import { issueDate } from '../../documents/dates';
import { grouped } from '../../documents/grouped';
import type { Native } from '../contract';
import { listOf, text } from './fields';
import { lineIdOf } from './line-ids';
import { isoTime } from './odata/literals';
import type { SapOptions } from './options';
import { isRejected, orderedOf } from './order-items';
import { decimal, priceItems } from './priced-items';

/** What is known of an item beside its amounts. */
interface ItemFacts { id: string; externalId: string; quantity: string; unit: string; price: { value: string; currency: string }; requested: string; cancelled?: string }

type Item = Native & { line: ItemFacts };

/**
 * A sales order with what the mapping to a canonical order cannot work out itself, as `facts` on the order and on each item.
 * Of a rejected item only what was sent before counts, unless the whole order is rejected: then items say what was cancelled.
 */
export function withFacts(order: Native, options: SapOptions): Native {
  const { system, timeZone, conditionTypes } = options;
  const lines = [...grouped(listOf(order['to_Item']).map((item) => lineOf(item, order, options)), ({ line }) => line.id).values()].map(together);
  const { items, net, tax, taxTotals, amount } = priceItems(lines, text(order, 'TransactionCurrency'), ({ line }) => line as ItemFacts);
  const rounding = listOf(order['to_PricingElement']).filter((one) => one['ConditionType'] === conditionTypes.rounding)
    .reduce((sum: Big, one) => sum.plus(decimal(one, 'ConditionAmount')), new Big(0));
  const date = (isoTime(order['SalesOrderDate']) ?? isoTime(order['CreationDate']))?.slice(0, 10);
  const issuedAt = date && noonOf(date, timeZone);
  return {
    ...order,
    facts: {
      system, timeZone, issueDate: date, issuedAt, changedAt: isoTime(order['LastChangeDateTime']) ?? issuedAt, items,
      taxTotals,
      monetaryTotal: {
        lineExtensionAmount: amount(net), taxExclusiveAmount: amount(net), taxInclusiveAmount: amount(net.plus(tax)),
        ...(!rounding.eq(0) && { payableRoundingAmount: amount(rounding) }), payableAmount: amount(net.plus(tax).plus(rounding)),
      },
    },
  };
}

/** Several items of one line of the shop, as of several plants, are that line. Its amounts are what they come to. */
function together(items: Item[]): Item {
  const [first, ...others] = items as [Item, ...Item[]];
  if (others.length === 0) return first;
  const sum = (values: string[]): string => values.reduce((total, value) => total.plus(value || 0), new Big(0)).toFixed();
  const total = (name: string): string => sum(items.map((item) => text(item, name)));
  const part = (name: 'quantity' | 'requested' | 'cancelled'): string => sum(items.map(({ line }) => line[name] ?? '0'));
  const cancelled = part('cancelled');
  const { value, currency } = { value: sum(items.map(({ line }) => line.price.value)), currency: first.line.price.currency };
  const line: ItemFacts = { ...first.line, quantity: part('quantity'), requested: part('requested'), price: { value: new Big(value).toFixed(minorUnits(currency)), currency } };
  return { ...first, NetAmount: total('NetAmount'), TaxAmount: total('TaxAmount'), line: cancelled === '0' ? line : { ...line, cancelled } };
}

/** An item with the amounts of what counts of it, and its facts as `line`. */
function lineOf(item: Native, order: Native, options: SapOptions): Item {
  const currency = text(order, 'TransactionCurrency');
  const places = minorUnits(currency);
  const isLive = !isRejected(item) || order['OverallSDDocumentRejectionSts'] === 'C';
  const requested = decimal(item, 'RequestedQuantity');
  const quantity = isLive ? requested : orderedOf(item);
  const part = (name: string): string => quantity.eq(requested) ? text(item, name) : decimal(item, name).times(quantity).div(requested).round(places, Big.roundHalfUp).toFixed();
  const number = text(item, 'SalesOrderItem');
  const line: ItemFacts = {
    id: lineIdOf(item, order, options) || number, externalId: `${text(order, 'SalesOrder')}/${number}`,
    quantity: quantity.toFixed(), unit: text(item, 'RequestedQuantityISOUnit') || text(item, 'RequestedQuantityUnit'),
    price: { value: decimal(item, 'NetAmount').toFixed(places), currency }, requested: requested.toFixed(), ...(!isLive && { cancelled: requested.minus(quantity).toFixed() }),
  };
  return { ...item, NetAmount: part('NetAmount'), TaxAmount: part('TaxAmount'), line };
}

/** SAP keeps the day only. An instant that lies on this day in the business time zone: noon in UTC, where that is still the same day. */
export function noonOf(date: string, timeZone: string): string {
  const noon = `${date}T12:00:00Z`;
  return issueDate(noon, timeZone) === date ? noon : `${date}T00:00:00Z`;
}
