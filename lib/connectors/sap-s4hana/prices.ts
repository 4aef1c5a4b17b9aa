import Big from 'big.js';
import { minorUnits } from '../../documents/codes';
import { DataError } from '../../errors';
import type { Native } from '../contract';
import { listOf, text } from './fields';
import type { ConditionTypes } from './options';

/** A pricing element of an item or a header. */
export type Condition = Native & { ConditionType?: string; ConditionRateValue?: string; ConditionCurrency?: string; ConditionQuantity?: string };

/** Largest ConditionQuantity (Edm.Decimal 5.0). */
const maxQuantity = 99_999;
const perRound = [1, 10, 100, 1000, 10_000];

/**
 * Brings an item's price (a condition with a ConditionQuantity) into a form that SAP keeps exactly: a rate with the
 * decimals of its currency, per an integer up to 99,999. Per one where that works, else per 10, 100 … or per the whole
 * quantity. Rate x quantity / ConditionQuantity, rounded, stays the same amount. Throws DataError if there is no such form.
 */
export function exactPrice(condition: Condition, quantity: string, record = 'the order'): Condition {
  const { ConditionRateValue: rate, ConditionQuantity: per, ConditionCurrency: currency = '' } = condition;
  if (rate === undefined || per === undefined) return condition;
  const places = minorUnits(currency);
  const pieces = new Big(quantity);
  const amount = pieces.times(rate).div(per).round(places, Big.roundHalfUp);
  const candidates = [...perRound.map((n) => new Big(n)), pieces.times(new Big(10).pow(decimalsOf(pieces)))];
  for (const candidate of pieces.gt(0) ? candidates : []) {
    if (candidate.gt(maxQuantity)) continue;
    const value = amount.times(candidate).div(pieces).round(places, Big.roundHalfUp);
    if (value.times(pieces).eq(amount.times(candidate))) return { ...condition, ConditionRateValue: value.toFixed(places), ConditionQuantity: candidate.toFixed(0) };
  }
  throw new DataError('DATA_PRICE_NOT_EXACT',
    `${record}: ${amount.toFixed(places)} ${currency} for ${quantity} cannot be written as a price SAP keeps exactly. Split the line, or let SAP find the price.`, { record });
}

/** What an order comes to by its conditions, in the places of its currency. `undefined` if SAP finds some of the prices itself. */
export function totalsOf(order: Native, types: ConditionTypes): { net: string; tax: string; rounding: string } | undefined {
  const places = minorUnits(text(order, 'TransactionCurrency'));
  let net = new Big(0);
  let tax = new Big(0);
  let rounding = new Big(0);
  for (const item of listOf(order['to_Item'])) {
    const conditions = listOf<Condition>(item['to_PricingElement']);
    if (!conditions.some(({ ConditionQuantity }) => ConditionQuantity !== undefined)) return undefined;
    for (const { ConditionType, ConditionRateValue = '0', ConditionQuantity: per } of conditions) {
      if (per !== undefined) net = net.plus(new Big(text(item, 'RequestedQuantity')).times(ConditionRateValue).div(per).round(places, Big.roundHalfUp));
      else if (ConditionType === types.discount) net = net.minus(new Big(ConditionRateValue).abs());
      else return undefined;
    }
  }
  for (const { ConditionType, ConditionRateValue = '0' } of listOf<Condition>(order['to_PricingElement'])) {
    switch (ConditionType) {
      case types.discount: net = net.minus(new Big(ConditionRateValue).abs()); break;
      case types.freight: case types.surcharge: net = net.plus(ConditionRateValue); break;
      case types.tax: tax = tax.plus(ConditionRateValue); break;
      case types.rounding: rounding = rounding.plus(ConditionRateValue); break;
      default: return undefined;
    }
  }
  return { net: net.toFixed(places), tax: tax.toFixed(places), rounding: rounding.toFixed(places) };
}

function decimalsOf(value: Big): number { return value.toFixed().split('.')[1]?.length ?? 0; }
