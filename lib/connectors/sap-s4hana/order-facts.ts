import Big from 'big.js';
import { minorUnits } from '../../documents/codes';
import { issueDate } from '../../documents/dates';
import type { Native } from '../contract';
import { listOf, text } from './fields';
import { isoTime } from './odata/literals';
import type { SapOptions } from './options';

interface Amount { value: string; currency: string }

/** A sales order with what the mapping to a canonical order cannot work out itself, as `facts` on the order and on each item. */
export function withFacts(order: Native, { system, timeZone, conditionTypes }: SapOptions): Native {
  const currency = text(order, 'TransactionCurrency');
  const amount = (value: Big): Amount => ({ value: value.toFixed(minorUnits(currency)), currency });
  const sum = (values: Big[]): Big => values.reduce((total, value) => total.plus(value), new Big(0));
  const items = listOf(order['to_Item']).filter((item) => isLive(item, order)).map((item) => {
    const [net, tax] = [decimal(item, 'NetAmount'), decimal(item, 'TaxAmount')];
    // SAP says what the tax of an item is, not at which rate: X with the amount, O where there is none.
    const category = { code: tax.eq(0) ? 'O' : 'X' };
    const facts = {
      net: amount(net), tax: amount(tax), category, quantity: decimal(item, 'RequestedQuantity').toFixed(),
      unit: text(item, 'RequestedQuantityISOUnit') || text(item, 'RequestedQuantityUnit'),
    };
    return { ...item, net, tax, facts };
  });
  const [net, tax] = [sum(items.map((item) => item.net)), sum(items.map((item) => item.tax))];
  const rounding = sum(listOf(order['to_PricingElement']).filter((one) => one['ConditionType'] === conditionTypes.rounding).map((one) => decimal(one, 'ConditionAmount')));
  const subtotals = ['X', 'O'].map((code) => ({ code, of: items.filter((item) => item.facts.category.code === code) })).filter(({ of }) => of.length > 0)
    .map(({ code, of }) => ({ taxableAmount: amount(sum(of.map((item) => item.net))), taxAmount: amount(sum(of.map((item) => item.tax))), category: { code } }));
  const date = (isoTime(order['SalesOrderDate']) ?? isoTime(order['CreationDate']))?.slice(0, 10);
  const issuedAt = date && noonOf(date, timeZone);
  return {
    ...order,
    facts: {
      system, timeZone, issueDate: date, issuedAt, changedAt: isoTime(order['LastChangeDateTime']) ?? issuedAt, items,
      taxTotals: [{ taxAmount: amount(tax), subtotals }],
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

function decimal(row: Native, name: string): Big { return new Big(text(row, name) || '0'); }

/** SAP keeps the day only. An instant that lies on this day in the business time zone: noon in UTC, where that is still the same day. */
function noonOf(date: string, timeZone: string): string {
  const noon = `${date}T12:00:00Z`;
  return issueDate(noon, timeZone) === date ? noon : `${date}T00:00:00Z`;
}
