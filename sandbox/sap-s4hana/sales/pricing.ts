import Big from 'big.js';
import type { Row } from '../odata/model';
import { conditionTypes, type ConditionType } from './conditions';

const zero = new Big(0);

export interface PricedItem {
  item: Row;
  /** Its A_SalesOrderItemPrElement rows. */
  conditions: Row[];
}

export interface Currency { code: string; places: number }

/** The money of an order. Amounts are decimal strings with the currency's places. */
export interface Totals { net: string; tax: string; rounding: string; payable: string }

/**
 * Runs the pricing procedure: writes ConditionAmount and its like into the conditions, NetAmount and TaxAmount into the
 * items, and returns the totals. Header amounts are spread over the items by net value; the remainder goes to the
 * largest, so that they add up exactly. Rejected items do not count.
 */
export function price(currency: Currency, header: Row[], items: PricedItem[]): Totals {
  const { places } = currency;
  const live = items.filter(({ item }) => item.SalesDocumentRjcnReason === '');
  const net = new Map<Row, Big>();
  const tax = new Map<Row, Big>();
  for (const { item, conditions } of items) net.set(item, itemNet(item, conditions, currency));

  const own = (item: Row): Big => net.get(item) ?? zero;
  const weights = live.map(({ item }) => own(item));
  for (const condition of header) {
    const { kind } = typeOf(condition);
    if (kind !== 'discount' && kind !== 'charge') continue;
    const amount = signed(condition, kind);
    settle(condition, amount, sum(weights), currency);
    spread(amount, weights, places).forEach((share, i) => { const item = live[i]?.item; if (item) net.set(item, own(item).plus(share)); });
  }

  for (const { item, conditions } of items) {
    for (const condition of conditions) if (typeOf(condition).kind === 'tax') addTax(tax, item, taxOf(condition, own(item), currency));
  }
  for (const condition of header) if (typeOf(condition).kind === 'tax') headerTax(condition);

  for (const { item } of items) {
    item.NetAmount = own(item).toFixed(places);
    item.TaxAmount = (tax.get(item) ?? zero).toFixed(places);
    item.TransactionCurrency = currency.code;
  }
  const totals = { net: sum(live.map(({ item }) => own(item))), tax: sum(live.map(({ item }) => tax.get(item) ?? zero)), rounding: zero };
  for (const condition of header) {
    if (typeOf(condition).kind !== 'rounding') continue;
    const amount = new Big(String(condition.ConditionRateValue));
    settle(condition, amount, totals.net, currency);
    totals.rounding = totals.rounding.plus(amount);
  }
  return {
    net: totals.net.toFixed(places), tax: totals.tax.toFixed(places), rounding: totals.rounding.toFixed(places),
    payable: totals.net.plus(totals.tax).plus(totals.rounding).toFixed(places),
  };

  function headerTax(condition: Row): void {
    const nets = live.map(({ item }) => own(item));
    const shares = condition.ConditionCurrency === ''
      ? nets.map((value) => rounded(value.times(String(condition.ConditionRateValue)).div(100), places))
      : spread(new Big(String(condition.ConditionRateValue)), nets, places);
    settle(condition, sum(shares), sum(nets), currency);
    shares.forEach((share, i) => { const item = live[i]?.item; if (item) addTax(tax, item, share); });
  }
}

function itemNet(item: Row, conditions: Row[], currency: Currency): Big {
  const quantity = new Big(String(item.RequestedQuantity));
  const manual = conditions.filter((c) => typeOf(c).kind === 'manual-price').at(-1);
  const active = manual ?? conditions.filter((c) => typeOf(c).kind === 'price').at(-1);
  let net = zero;
  for (const condition of conditions) {
    const { kind } = typeOf(condition);
    if (kind === 'price' || kind === 'manual-price') {
      const per = new Big(String(condition.ConditionQuantity));
      const amount = rounded(quantity.times(String(condition.ConditionRateValue)).div(per), currency.places);
      settle(condition, amount, quantity, currency);
      // The vendor's mark for "inactive because of a later price".
      condition.ConditionInactiveReason = condition === active ? '' : 'Y';
      if (condition === active) net = net.plus(amount);
    } else if (kind === 'discount') {
      const amount = signed(condition, kind);
      settle(condition, amount, net, currency);
      net = net.plus(amount);
    }
  }
  return net;
}

function taxOf(condition: Row, base: Big, currency: Currency): Big {
  const rate = new Big(String(condition.ConditionRateValue));
  const amount = condition.ConditionCurrency === '' ? rounded(base.times(rate).div(100), currency.places) : rate;
  settle(condition, amount, base, currency);
  return amount;
}

/** Shares of an amount in proportion to the weights, exact in sum. */
function spread(amount: Big, weights: Big[], places: number): Big[] {
  const total = sum(weights);
  const shares = weights.map((weight) => total.eq(0) ? zero : rounded(amount.times(weight).div(total), places));
  const largest = weights.reduce((best, weight, i) => weight.gt(weights[best] ?? zero) ? i : best, 0);
  const rest = amount.minus(sum(shares));
  return shares.map((share, i) => i === largest ? share.plus(rest) : share);
}

function settle(condition: Row, amount: Big, base: Big, currency: Currency): void {
  const { conditionClass, kind } = typeOf(condition);
  condition.ConditionAmount = amount.toFixed(currency.places);
  condition.ConditionBaseValue = base.toFixed(9);
  condition.TransactionCurrency = currency.code;
  condition.ConditionClass = conditionClass;
  condition.ConditionCalculationType = kind === 'price' || kind === 'manual-price' ? 'C' : kind === 'tax' && condition.ConditionCurrency === '' ? 'A' : 'B';
}

function typeOf(condition: Row): ConditionType {
  const type = conditionTypes[String(condition.ConditionType)];
  if (!type) throw new RangeError(`No condition type ${String(condition.ConditionType)}`);
  return type;
}

function signed(condition: Row, kind: 'discount' | 'charge'): Big {
  const rate = new Big(String(condition.ConditionRateValue));
  return kind === 'discount' ? rate.abs().neg() : rate;
}

const rounded = (value: Big, places: number): Big => value.round(places, Big.roundHalfUp);
const sum = (values: Big[]): Big => values.reduce((total, value) => total.plus(value), zero);
const addTax = (taxes: Map<Row, Big>, item: Row, amount: Big): void => { taxes.set(item, (taxes.get(item) ?? zero).plus(amount)); };
