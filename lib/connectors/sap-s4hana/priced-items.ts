import Big from 'big.js';
import { minorUnits } from '../../documents/codes';
import type { Amount } from '../../documents/types';
import type { Native } from '../contract';
import { text } from './fields';

interface Subtotal { taxableAmount: Amount; taxAmount: Amount; category: { code: string } }

/** The items of an order or a billing document with `facts` on each, and what they come to. */
export interface PricedItems {
  items: Native[];
  net: Big;
  tax: Big;
  taxTotals: { taxAmount: Amount; subtotals: Subtotal[] }[];
  /** An amount with the places of the document's currency. */
  amount: (value: Big) => Amount;
}

/**
 * What items come to, by their NetAmount and TaxAmount; `quantityOf` tells quantity and unit of each. SAP says what the tax of
 * an item is, not at which rate: category X with the amount, O where there is none.
 */
export function priceItems(rows: Native[], currency: string, quantityOf: (row: Native) => { quantity: string; unit: string }): PricedItems {
  const places = minorUnits(currency);
  const amount = (value: Big): Amount => ({ value: value.toFixed(places), currency });
  const items = rows.map((row) => {
    const [net, tax] = [decimal(row, 'NetAmount'), decimal(row, 'TaxAmount')];
    const code = tax.eq(0) ? 'O' : 'X';
    return { row: { ...row, facts: { net: amount(net), tax: amount(tax), category: { code }, ...quantityOf(row) } }, net, tax, code };
  });
  const sum = (values: Big[]): Big => values.reduce((total, value) => total.plus(value), new Big(0));
  const [net, tax] = [sum(items.map((item) => item.net)), sum(items.map((item) => item.tax))];
  const subtotals = ['X', 'O'].map((code) => ({ code, of: items.filter((item) => item.code === code) })).filter(({ of }) => of.length > 0)
    .map(({ code, of }): Subtotal => ({ taxableAmount: amount(sum(of.map((item) => item.net))), taxAmount: amount(sum(of.map((item) => item.tax))), category: { code } }));
  return { items: items.map(({ row }) => row), net, tax, taxTotals: [{ taxAmount: amount(tax), subtotals }], amount };
}

/** A decimal of a record; nothing is 0. */
export function decimal(row: Native, name: string): Big { return new Big(text(row, name) || '0'); }
