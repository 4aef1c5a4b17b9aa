import type Big from 'big.js';
import type { AllowanceCharge, ExchangeRate, MonetaryTotal } from '../../documents/types';
import type { Issue } from '../../errors';
import { minorUnits } from '../../documents/codes';
import { amount, decimal, share, sum, type MoneyRules } from './money';
import type { OrderFacts } from './order-facts';

/** Sums of an order's parts, in the buyer's currency. */
export interface Sums {
  lines: Big;
  /** Shipping, without tax. */
  shipping: Big;
  /** Duties and fees. */
  charges: Big;
  tax: Big;
  /** How many amounts were rounded on their own. */
  roundings: number;
}

/** Duties and fees stand beside the lines. */
export function chargesOf(facts: OrderFacts, rules: MoneyRules): AllowanceCharge[] {
  const charge = (value: string | undefined, reason: string): AllowanceCharge[] => decimal(value).eq(0) ? [] : [{
    chargeIndicator: true, amount: amount(decimal(value), rules), kind: 'other', reason,
    taxCategory: { code: 'O', exemptionReason: 'Not subject to tax in the shop' },
  }];
  return [...charge(facts.totals?.duties, 'Import duties'), ...charge(facts.totals?.fees, 'Additional fees')];
}

/**
 * Totals as the shop has them now. Each amount was rounded on its own, so the parts may differ from the shop's total by
 * half a cent each: such a difference is shown as payableRoundingAmount, beside the rounding of a cash payment. A larger
 * one is an issue, never rounded into shape.
 */
export function monetaryTotal(facts: OrderFacts, sums: Sums, rules: MoneyRules): { total: MonetaryTotal; issues: Issue[] } {
  const exclusive = sums.lines.plus(sums.shipping).plus(sums.charges);
  const inclusive = exclusive.plus(sums.tax);
  const stated = decimal(facts.totals?.total);
  const payable = stated.plus(decimal(facts.totals?.cashRounding));
  const tolerance = decimal(1).div(decimal(10).pow(rules.scale)).times(Math.max(1, sums.roundings / 2));
  const issues = [
    ...differs(inclusive, stated, tolerance, rules, { path: 'monetaryTotal.payableAmount', rule: 'SHOP-TOTAL', what: 'Lines, shipping, fees and taxes' }),
    ...differs(sums.tax, decimal(facts.totals?.tax), tolerance, rules, { path: 'taxTotals[0].taxAmount', rule: 'SHOP-TAX', what: 'The taxes of lines and shipping' }),
  ];
  const charges = sums.shipping.plus(sums.charges);
  const rounding = payable.minus(inclusive);
  return {
    issues,
    total: {
      lineExtensionAmount: amount(sums.lines, rules), ...(charges.eq(0) ? {} : { chargeTotalAmount: amount(charges, rules) }),
      taxExclusiveAmount: amount(exclusive, rules), taxInclusiveAmount: amount(inclusive, rules),
      ...(rounding.eq(0) ? {} : { payableRoundingAmount: amount(rounding, rules) }), payableAmount: amount(payable, rules),
    },
  };
}

function differs(ours: Big, theirs: Big, tolerance: Big, { currency, scale }: MoneyRules, about: { path: string; rule: string; what: string }): Issue[] {
  if (ours.minus(theirs).abs().lte(tolerance)) return [];
  return [{ path: about.path, rule: about.rule, message: `${about.what} come to ${ours.toFixed(scale)} ${currency}, but the shop says ${theirs.toFixed(scale)} ${currency}.` }];
}

/** The totals in the shop's currency, where the buyer paid in another one: for reconciliation, from the shop's own figures. */
export function accountingTotals(facts: OrderFacts, sums: Sums, asOf: string): { accountingCurrencyCode?: string; exchangeRate?: ExchangeRate; accountingTotals?: MonetaryTotal } {
  const { shopCurrency: currency, currency: buyers, totals } = facts;
  if (!currency || !buyers || currency === buyers) return {};
  const rules: MoneyRules = { currency, scale: minorUnits(currency), taxesIncluded: false };
  const total = decimal(totals?.total);
  const shopTotal = decimal(totals?.shopTotal);
  if (total.eq(0)) return { accountingCurrencyCode: currency };
  const inclusive = shopTotal;
  const exclusive = inclusive.minus(decimal(totals?.shopTax));
  const charges = share(sum([sums.shipping, sums.charges]), shopTotal, total, rules);
  return {
    accountingCurrencyCode: currency,
    exchangeRate: { sourceCurrency: buyers, targetCurrency: currency, rate: shopTotal.div(total).toFixed(8), asOf, source: 'shopify' },
    accountingTotals: {
      lineExtensionAmount: amount(exclusive.minus(charges), rules), ...(charges.eq(0) ? {} : { chargeTotalAmount: amount(charges, rules) }),
      taxExclusiveAmount: amount(exclusive, rules), taxInclusiveAmount: amount(inclusive, rules), payableAmount: amount(inclusive, rules),
    },
  };
}
