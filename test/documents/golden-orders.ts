import Big from 'big.js';
import type { AllowanceCharge, Amount, Order, OrderLine, ShippingLine, TaxCategory, TaxSubtotal } from '../../lib/documents/types';

/** How a shop of this kind computes. */
export interface Shop {
  currency: string;
  places: number;
  level: 'unit' | 'line' | 'taxSubtotal' | 'document';
  mode: 'halfUp' | 'halfEven' | 'down' | 'up';
  pricesIncludeTax: boolean;
  /** Lines say their taxes instead of leaving them to be computed. */
  statesTaxes: boolean;
}

export interface Item { quantity: number; price: string; percent: string; discount: string }

interface Priced { net: Big; tax: Big; gross: Big; percent: string }

const modes = { down: 0, halfUp: 1, halfEven: 2, up: 3 } as const;

/**
 * What a shop would say of a basket, worked out with big.js alone and in the shop's own way. `payable` is what the buyer
 * pays; where the parts of a document cannot come to that, the difference is a rounding charge or allowance of its own.
 */
export function shopOrder(shop: Shop, items: readonly Item[], shipping: { price: string; percent: string }, prepaid: string): { order: Order; payable: string } {
  const { places, level, mode, pricesIncludeTax: included } = shop;
  const round = (value: Big): Big => value.round(places, modes[mode]);
  // Multiplied first: a quotient that goes on for ever would make an exact tax a hair smaller, and `down` takes a whole unit off.
  const taxOn = (value: Big, percent: string): Big => value.times(percent).div(included ? new Big(percent).plus(100) : 100);
  const amount = (value: Big): Amount => ({ value: value.toFixed(places), currency: shop.currency });
  const category = (percent: string): TaxCategory => percent === '0' ? { code: 'Z', percent } : { code: 'S', percent };
  const price = (stated: Big, tax: Big, percent: string): Priced => included
    ? { net: stated.minus(tax), tax, gross: stated, percent } : { net: stated, tax, gross: stated.plus(tax), percent };
  const statedTaxes = ({ net, tax, percent }: Priced, needed = level === 'unit'): { taxes?: TaxSubtotal[] } => shop.statesTaxes || needed
    ? { taxes: [{ taxableAmount: amount(net), taxAmount: amount(tax), category: category(percent) }] } : {};

  const lines: OrderLine[] = [];
  const priced: Priced[] = items.map((item, i) => {
    const discount = level === 'unit' ? new Big(0) : new Big(item.discount);
    const stated = round(new Big(item.price).times(item.quantity)).minus(discount);
    const tax = level === 'unit' ? round(taxOn(new Big(item.price), item.percent)).times(item.quantity) : round(taxOn(stated, item.percent));
    const line = price(stated, tax, item.percent);
    lines.push({
      id: String(i + 1), item: { sku: `SKU-${String(i + 1)}` }, quantity: { value: String(item.quantity), unitCode: 'C62' },
      unitPrice: { priceAmount: { value: item.price, currency: shop.currency } },
      ...(discount.gt(0) ? { allowanceCharges: [{ chargeIndicator: false, amount: amount(discount) }] } : {}),
      lineExtensionAmount: amount(line.net), taxCategory: category(item.percent), ...statedTaxes(line),
    });
    return line;
  });
  const freight = price(new Big(shipping.price), round(taxOn(new Big(shipping.price), shipping.percent)), shipping.percent);
  const shippingLines: ShippingLine[] = [{ id: 's', amount: amount(freight.net), taxCategory: category(shipping.percent), ...statedTaxes(freight, included || level === 'unit') }];

  const groups = new Map<string, { net: Big; tax: Big; stated: Big; percent: string }>();
  for (const one of [...priced, freight]) {
    const group = groups.get(one.percent) ?? { net: new Big(0), tax: new Big(0), stated: new Big(0), percent: one.percent };
    groups.set(one.percent, { percent: one.percent, net: group.net.plus(one.net), tax: group.tax.plus(one.tax), stated: group.stated.plus(included ? one.gross : one.net) });
  }
  const exact = [...groups.values()].map((group) => taxOn(group.stated, group.percent));
  if (level === 'taxSubtotal') [...groups.values()].forEach((group, i) => { group.tax = round(exact[i] as Big); });
  if (level === 'document') {
    // The total is rounded, then shared out: all shares down, and a unit more for the first ones until they come to the total.
    let left = round(exact.reduce((a, b) => a.plus(b), new Big(0)));
    [...groups.values()].forEach((group, i) => { group.tax = (exact[i] as Big).round(places, 0); left = left.minus(group.tax); });
    for (const group of groups.values()) {
      if (left.lte(0) || group.percent === '0') continue;
      const unit = new Big(10).pow(-places);
      group.tax = group.tax.plus(unit);
      left = left.minus(unit);
    }
  }
  // The shop takes the tax out of the whole category: what the lines lack or have too much of is an entry of its own.
  const allowanceCharges = !included ? [] : [...groups.values()].flatMap((group): AllowanceCharge[] => {
    const difference = group.stated.minus(group.tax).minus(group.net);
    group.net = group.net.plus(difference);
    return difference.eq(0) ? [] : [{ chargeIndicator: difference.gt(0), amount: amount(difference.abs()), kind: 'rounding', taxCategory: category(group.percent) }];
  });
  const total = (values: readonly Big[]): Big => values.reduce((a, b) => a.plus(b), new Big(0));
  const of = (isCharge: boolean): Big => total(allowanceCharges.filter((one) => one.chargeIndicator === isCharge).map((one) => new Big(one.amount.value)));
  const net = total(priced.map((one) => one.net));
  const tax = total([...groups.values()].map((group) => group.tax));
  const exclusive = net.plus(freight.net).plus(of(true)).minus(of(false));
  const payable = exclusive.plus(tax).minus(prepaid);
  const order: Order = {
    schemaVersion: '1.0', id: 'golden', externalIds: [], version: { sourceUpdatedAt: '2026-11-23T02:41:03Z' }, orderNumber: '#1', revision: 0,
    issuedAt: '2026-11-23T00:12:44Z', timeZone: 'Europe/Berlin', documentCurrencyCode: shop.currency, pricesIncludeTax: included,
    taxRounding: { level, mode, scale: places }, orderStatus: 'open', paymentStatus: 'unpaid', fulfillmentStatus: 'unfulfilled',
    buyerParty: { customerNumber: '1' }, lines, shippingLines, ...(allowanceCharges.length > 0 ? { allowanceCharges } : {}),
    taxTotals: [{
      taxAmount: amount(tax),
      subtotals: [...groups.values()].map((group) => ({ taxableAmount: amount(group.net), taxAmount: amount(group.tax), category: category(group.percent) })),
    }],
    monetaryTotal: {
      lineExtensionAmount: amount(net), allowanceTotalAmount: amount(of(false)), chargeTotalAmount: amount(freight.net.plus(of(true))),
      taxExclusiveAmount: amount(exclusive), taxInclusiveAmount: amount(exclusive.plus(tax)), prepaidAmount: amount(new Big(prepaid)), payableAmount: amount(payable),
    },
  };
  const paid = included ? total([...priced, freight].map((one) => one.gross)).minus(prepaid) : payable;
  return { order, payable: paid.toFixed(places) };
}
