import Big from 'big.js';
import { issueDate } from '../../documents/dates';
import type { Native } from '../contract';
import { listOf, text } from './fields';
import { isoTime } from './odata/literals';
import type { SapOptions } from './options';
import { decimal, priceItems } from './priced-items';

/** A sales order with what the mapping to a canonical order cannot work out itself, as `facts` on the order and on each item. */
export function withFacts(order: Native, { system, timeZone, conditionTypes }: SapOptions): Native {
  const live = listOf(order['to_Item']).filter((item) => isLive(item, order));
  const { items, net, tax, taxTotals, amount } = priceItems(live, text(order, 'TransactionCurrency'), (item) => ({
    quantity: decimal(item, 'RequestedQuantity').toFixed(), unit: text(item, 'RequestedQuantityISOUnit') || text(item, 'RequestedQuantityUnit'),
  }));
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

/** Rejected items count for nothing, unless the whole order is rejected: then they say what was cancelled. */
function isLive(item: Native, order: Native): boolean {
  return text(item, 'SalesDocumentRjcnReason') === '' || order['OverallSDDocumentRejectionSts'] === 'C';
}

/** SAP keeps the day only. An instant that lies on this day in the business time zone: noon in UTC, where that is still the same day. */
export function noonOf(date: string, timeZone: string): string {
  const noon = `${date}T12:00:00Z`;
  return issueDate(noon, timeZone) === date ? noon : `${date}T00:00:00Z`;
}
