import assert from 'node:assert/strict';
import Big from 'big.js';
import fc from 'fast-check';
import type { Connection, Native } from '../../../lib/connectors/contract';
import { exactPrice, type Condition } from '../../../lib/connectors/sap-s4hana/prices';
import { checkMoney } from '../../../lib/documents/money';
import type { Order } from '../../../lib/documents/types';
import { fromOrder, System } from './system';

const places: Record<string, number> = { EUR: 2, JPY: 0, KWD: 3 };

/** Amounts in the smallest unit of the currency. */
interface Sketch {
  currency: string;
  lines: { quantity: string; net: number; discount: number }[];
  discount: number; freight: number; tip: number; tax: number; rounding: number; prepaid: number;
}

/** A valid canonical order of these amounts: what a shop would send. */
function orderOf(system: System, number: string, { currency, lines, discount, freight, tip, tax, rounding, prepaid }: Sketch): Order {
  const products = system.sandbox.world.products.filter(({ unit }) => unit === 'KGM' || unit === 'C62');
  const money = (minor: number): { value: string; currency: string } => ({ value: new Big(minor).div(new Big(10).pow(places[currency] ?? 2)).toFixed(places[currency]), currency });
  const none = { code: 'O' } as const;
  const sum = lines.reduce((total, line) => total + line.net, 0) + tip;
  const exclusive = sum - discount + freight;
  return {
    ...system.order(number), documentCurrencyCode: currency, taxRounding: { level: 'line', mode: 'halfUp' },
    lines: [
      ...lines.map(({ quantity, net, discount: off }, i) => ({
        id: `l${String(i)}`, item: { sku: products[i]?.sku ?? '' }, quantity: { value: quantity, unitCode: products[i]?.unit ?? 'C62' },
        // A price for the whole quantity: any amount is possible, as with tiers and bundles.
        unitPrice: { priceAmount: money(net + off), baseQuantity: { value: quantity, unitCode: products[i]?.unit ?? 'C62' } },
        ...(off > 0 && { allowanceCharges: [{ chargeIndicator: false, amount: money(off) }] }),
        lineExtensionAmount: money(net), taxCategory: { code: 'X' as const },
        taxes: [{ taxableAmount: money(net), taxAmount: money(i === 0 ? tax : 0), category: { code: 'X' as const } }],
      })),
      ...(tip > 0 ? [{
        id: 'tip', lineKind: 'tip' as const, item: { sku: 'TIP' }, quantity: { value: '1', unitCode: 'C62' }, unitPrice: { priceAmount: money(tip) },
        lineExtensionAmount: money(tip), taxCategory: none,
      }] : []),
    ],
    ...(discount > 0 && { allowanceCharges: [{ chargeIndicator: false, amount: money(discount), taxCategory: none }] }),
    ...(freight > 0 && { shippingLines: [{ id: 's', amount: money(freight), taxCategory: none }] }),
    taxTotals: [{ taxAmount: money(tax), subtotals: [{ taxableAmount: money(lines.reduce((total, line) => total + line.net, 0)), taxAmount: money(tax), category: { code: 'X' } }] }],
    monetaryTotal: {
      lineExtensionAmount: money(sum), allowanceTotalAmount: money(discount), chargeTotalAmount: money(freight), taxExclusiveAmount: money(exclusive),
      taxInclusiveAmount: money(exclusive + tax), payableRoundingAmount: money(rounding), prepaidAmount: money(prepaid), payableAmount: money(exclusive + tax + rounding - prepaid),
    },
  };
}

describe('SAP S/4HANA prices', () => {
  let system: System;
  let erp: Connection;
  before(async () => { system = await System.start({ materials: 30 }); erp = system.connect(); });
  after(() => system.stop());

  it('SAP\'s total is the shop\'s to the cent: discounts, freight, tips, tax, rounding, any currency', async () => {
    let number = 0;
    const line = fc.record({
      quantity: fc.oneof(fc.integer({ min: 1, max: 5000 }).map(String), fc.integer({ min: 1, max: 99_999 }).map((n) => (n / 1000).toString())),
      net: fc.integer({ min: 0, max: 5_000_000 }), discount: fc.integer({ min: 0, max: 10_000 }),
    });
    const sketch = fc.record({
      currency: fc.constantFrom('EUR', 'JPY', 'KWD'), lines: fc.array(line, { minLength: 1, maxLength: 5 }), discount: fc.integer({ min: 0, max: 500 }),
      freight: fc.integer({ min: 0, max: 9999 }), tip: fc.integer({ min: 0, max: 999 }), tax: fc.integer({ min: 0, max: 99_999 }), rounding: fc.integer({ min: -4, max: 4 }),
      prepaid: fc.integer({ min: 0, max: 100 }),
    });
    await fc.assert(fc.asyncProperty(sketch, async (amounts) => {
      const order = orderOf(system, `P-${String(++number)}`, amounts);
      assert.deepEqual(checkMoney(order), [], 'the test makes orders that add up');
      const { externalId, warnings } = await erp.create('order', fromOrder(erp, order));
      assert.equal(warnings, undefined);
      const payable = new Big(order.monetaryTotal.payableAmount.value).plus(order.monetaryTotal.prepaidAmount?.value ?? '0');
      assert.equal(system.sandbox.payable(externalId.id), payable.toFixed(places[amounts.currency]));
    }), { numRuns: 150 });
  });

  const price = (rate: string, per: string, quantity: string, currency = 'EUR'): [string | undefined, string | undefined] => {
    const exact = exactPrice({ ConditionRateValue: rate, ConditionQuantity: per, ConditionCurrency: currency }, quantity);
    return [exact.ConditionRateValue, exact.ConditionQuantity];
  };

  it('a price is per one piece where that is exact', () => {
    assert.deepEqual(price('294.00', '40', '40'), ['7.35', '1']);
  });
  it('… per 10, 100 or more where a cent is not fine enough', () => {
    assert.deepEqual(price('0.075', '1', '1000'), ['0.75', '10']);
  });
  it('… and per the whole quantity where nothing else is exact', () => {
    assert.deepEqual(price('100.00', '3', '3'), ['100.00', '3']);
    assert.deepEqual(price('142.51', '1.5', '1.5'), ['1425.10', '15']);
    assert.deepEqual(price('1000', '3', '3', 'JPY'), ['1000', '3']);
  });
  it('a price that no form holds exactly is refused by name', () => {
    assert.throws(() => price('0.01', '300007', '300007'), { code: 'DATA_PRICE_NOT_EXACT' });
  });

  it('an order whose amounts do not add up in SAP is refused before it is written', () => {
    const order = system.order('P-X');
    order.monetaryTotal.taxExclusiveAmount = { value: '59.99', currency: 'EUR' };
    assert.throws(() => fromOrder(erp, order), { code: 'DATA_TOTAL_DIFFERS' });
  });
  it('prices that hold tax arrive net', () => {
    const order = system.order('P-G', { pricesIncludeTax: true });
    const [first] = order.lines;
    assert(first);
    Object.assign(first, { unitPrice: { priceAmount: { value: '11.90', currency: 'EUR' } } });
    const item = (fromOrder(erp, order)['to_Item'] as Native[])[0] as { to_PricingElement: Condition[] };
    assert.deepEqual(item.to_PricingElement.map((one) => [one.ConditionRateValue, one.ConditionQuantity]), [['10.00', '1']]);
  });
  it('with taxes left to SAP no tax amount is sent', () => {
    const sap = system.connect({ taxes: 'sap', conditionTypes: 'price=ZPR0' });
    const order = orderOf(system, 'P-T', { currency: 'EUR', lines: [{ quantity: '1', net: 100, discount: 0 }], discount: 0, freight: 0, tip: 0, tax: 19, rounding: 0, prepaid: 0 });
    const native = fromOrder(sap, order);
    assert.deepEqual(native['to_PricingElement'], []);
    assert.equal((native['to_Item'] as { to_PricingElement: Condition[] }[])[0]?.to_PricingElement[0]?.ConditionType, 'ZPR0', 'the settings name the condition types');
  });
});
