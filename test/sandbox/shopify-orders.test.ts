import assert from 'node:assert/strict';
import Big from 'big.js';
import { goldenOrders, startShopifySandbox, type Order } from '../../sandbox/shopify';
import type { Bag } from '../../sandbox/shopify/money';
import { mulDiv, sides, spread } from '../../sandbox/shopify/money';
import { orderPayload } from '../../sandbox/shopify/payload';
import { makeTrade } from '../../sandbox/shopify/trade';

interface Set { shop_money: { amount: string; currency_code: string }; presentment_money: { amount: string; currency_code: string } }
interface Priced { price_set: Set; tax_lines: { price_set: Set; rate: number; title: string }[]; discount_allocations: { amount_set: Set; discount_application_index: number }[] }
interface Payload extends Record<string, unknown> {
  line_items: (Priced & { quantity: number; title: string; sku: string | null; tip?: object })[]; shipping_lines: (Priced & { discounted_price_set: Set })[]; tax_lines: { price_set: Set; rate: number; title: string }[];
  subtotal_price_set: Set; total_price_set: Set; total_tax_set: Set; total_discounts_set: Set; total_line_items_price_set: Set; total_shipping_price_set: Set; current_total_price_set: Set;
  taxes_included: boolean; total_tip_received: string; total_price: string; discount_applications: object[]; total_outstanding: string; total_cash_rounding_payment_adjustment_set: Set;
}

const trade = makeTrade(1);
const facts = { domain: 'b2b-sandbox.myshopify.com', timeZone: 'Europe/Berlin' };
const payloadOf = (order: Order): Payload => orderPayload(order, trade, facts) as Payload;

/** Checks with decimals, from the payload alone, that an order adds up in the currency of one side. */
function checkSums(payload: Payload, side: 'shop_money' | 'presentment_money', name: string): void {
  const of = (set: Set): Big => new Big(set[side].amount);
  const sum = (items: readonly Big[]): Big => items.reduce((a, b) => a.plus(b), new Big(0));
  const equal = (actual: Big, expected: Big, what: string): void => {
    assert.equal(actual.toString(), expected.toString(), `${name} ${side}: ${what}`);
  };
  const discount = (line: Priced): Big => sum(line.discount_allocations.map((one) => of(one.amount_set)));
  const goods = payload.line_items.filter((line) => !line.tip);
  const tips = sum(payload.line_items.filter((line) => line.tip).map((line) => of(line.price_set)));
  const priced = [...goods, ...payload.shipping_lines];

  const lineTotals = sum(goods.map((line) => of(line.price_set).times(line.quantity)));
  equal(lineTotals, of(payload.total_line_items_price_set), 'unit prices times quantities are the line total');
  equal(lineTotals.minus(sum(goods.map(discount))), of(payload.subtotal_price_set), 'lines less their discounts are the subtotal');
  equal(sum(priced.map(discount)), of(payload.total_discounts_set), 'allocations are the discounts');
  for (const line of payload.shipping_lines) equal(
    of(line.price_set).minus(discount(line)), of(line.discounted_price_set), 'shipping less its discounts',
  );
  equal(sum(payload.shipping_lines.map((line) => of(line.price_set))), of(payload.total_shipping_price_set), 'shipping before discounts');
  const lineTaxes = sum(priced.flatMap((line) => line.tax_lines.map((tax) => of(tax.price_set))));
  equal(lineTaxes, of(payload.total_tax_set), 'taxes of the lines are the tax');
  equal(sum(payload.tax_lines.map((tax) => of(tax.price_set))), of(payload.total_tax_set), 'tax lines of the order are the tax');
  const shipping = sum(payload.shipping_lines.map((line) => of(line.discounted_price_set)));
  const total = of(payload.subtotal_price_set).plus(shipping).plus(tips).plus(payload.taxes_included ? 0 : lineTaxes);
  equal(total, of(payload.total_price_set), 'subtotal, shipping, tip and tax on top are the total');
  for (const line of goods) assert.ok(
    of(line.price_set).times(line.quantity).gte(discount(line)), `${name}: a discount takes more than there is`,
  );
}

describe('sandbox shopify: orders', () => {
  const golden = goldenOrders(200, 1);

  it('spreads an amount without losing or making a cent', () => {
    assert.deepEqual(spread(100, [1, 1, 1]), [34, 33, 33]);
    assert.deepEqual(spread(0, [5, 5]), [0, 0]);
    assert.equal(spread(7, [0, 3, 0, 11, 2]).reduce((a, b) => a + b), 7);
    const huge = spread(9_000_000_000_000, [4_000_000_000_001, 5_000_000_000_001]);
    assert.equal((huge[0] ?? 0) + (huge[1] ?? 0), 9_000_000_000_000);
  });

  it('rounds halves away from zero, also where the product has more than 53 bits', () => {
    assert.deepEqual([mulDiv(5, 1, 10), mulDiv(-5, 1, 10), mulDiv(4, 1, 10), mulDiv(15, 1, 10)], [1, -1, 0, 2]);
    assert.equal(mulDiv(9_007_199_254_740_991, 19_000, 100_000), 1_711_367_858_400_788);
  });

  it('C21 makes golden orders that add up to the smallest unit in both currencies', () => {
    for (const order of golden) for (const side of ['shop_money', 'presentment_money'] as const) checkSums(payloadOf(order), side, order.name);
  });

  it('C21 rounds tax as the order says, never further off than one unit per rounding', () => {
    for (const order of golden) {
      const over = (line: Order['lines'][number]): number => 100_000 + (order.taxesIncluded ? line.taxes.reduce((sum, tax) => sum + tax.rate, 0) : 0);
      for (const line of order.lines) for (const tax of line.taxes) for (const side of sides) {
        const net = line.unitPrice[side] * line.quantity - line.allocations.reduce((sum, one) => sum + one.amount[side], 0);
        const exact = net * tax.rate / over(line);
        // Half a unit per line, or per piece where the shop rounds pieces; spreading a document's tax may move a line by one.
        assert.ok(
          Math.abs(tax.amount[side] - exact) <= Math.max(1, line.quantity / 2) + 0.001,
          `${order.name} ${line.title}: ${String(tax.amount[side])} for ${String(exact)}`,
        );
      }
    }
  });

  it('C21 covers every way an order’s money can be made up', () => {
    const payloads = golden.map(payloadOf);
    const count = (test: (order: Order, payload: Payload) => boolean): number => golden.filter((order, at) => test(order, payloads[at] as Payload)).length;
    const differs = (bag: Bag): boolean => bag.shop !== 0;
    const features: Record<string, number> = {
      inclusive: count((o) => o.taxesIncluded), exclusive: count((o) => !o.taxesIncluded),
      ...Object.fromEntries(['EUR', 'CHF', 'USD', 'JPY'].map((c) => [c, count((o) => o.currencies.presentment === c)])),
      'two currencies': count((o) => o.currencies.shop !== o.currencies.presentment),
      ...Object.fromEntries(['b2b', 'web', 'pos'].map((c) => [c, count((o) => o.channel === c)])),
      ...Object.fromEntries(
        [0, 7, 8.1, 10, 19, 20].map((r) => [`${String(r)} %`, count((o) => o.lines.some((l) => l.taxes.length === 1 && l.taxes[0]?.rate === r * 1000))]),
      ),
      'several taxes on a line': count((o) => o.lines.some((l) => l.taxes.length > 1)),
      'no tax': count((o) => o.lines.every((l) => l.taxes.length === 0)), 'several rates': count((_o, p) => p.tax_lines.length > 2),
      'discount on a line': count((o) => o.discounts.some((d) => d.selection === 'explicit')),
      'discount on the order': count((o) => o.discounts.some((d) => d.selection === 'all' && d.target === 'line_item')),
      'discount on shipping': count((o) => o.shipping.some((s) => s.allocations.length > 0)),
      'several discounts on a line': count((o) => o.lines.some((l) => l.allocations.length > 2)),
      'nothing left to pay for goods': count((_o, p) => p.subtotal_price_set.shop_money.amount.match(/^0(\.00)?$/) !== null),
      'discount code': count((o) => o.discounts.some((d) => d.kind === 'discount_code')),
      'automatic discount': count((o) => o.discounts.some((d) => d.kind === 'automatic')),
      'taxed shipping': count((o) => o.shipping.some((s) => s.taxes.some((t) => t.amount.shop > 0))),
      'free shipping': count((o) => o.shipping.some((s) => s.price.shop === 0)),
      'nothing shipped': count((o) => o.shipping.length === 0), tip: count((_o, p) => Number(p.total_tip_received) > 0),
      'cash rounding': count((o) => o.transactions.some((t) => differs(t.rounding))),
      'a single line': count((o) => o.lines.length === 1),
      '250 lines': count((o) => o.lines.filter((l) => l.kind !== 'tip').length === 250),
      'the same product twice': count((o) => o.lines.length === 2 && o.lines[0]?.sku !== '' && o.lines[0]?.sku === o.lines[1]?.sku),
      'line without a product': count((o) => o.lines.some((l) => l.kind === 'custom')),
      'gift note': count((o) => o.note?.includes('Gift note') === true), attributes: count((o) => o.attributes.length > 0),
      properties: count((o) => o.lines.some((l) => l.properties.length > 0)),
      'payment terms': count((o) => o.terms !== null && o.terms.netDays > 0), 'PO number': count((o) => o.poNumber !== null),
      'second location': count((o) => o.company?.location === 1), 'nobody’s sale': count((o) => o.customerId === null),
      authorized: count((o) => o.financialStatus === 'authorized'), test: count((o) => o.test),
      'rounding per unit differs': count((o) => o.lines.some((l) => l.quantity > 1 && l.taxes.some((t) => Math.abs(t.amount.presentment - (l.unitPrice.presentment * l.quantity - l.allocations.reduce((s, a) => s + a.amount.presentment, 0)) * t.rate / (100_000 + (o.taxesIncluded ? l.taxes.reduce((s, x) => s + x.rate, 0) : 0))) > 1))),
    };
    assert.deepEqual(
      Object.entries(features).filter(([, orders]) => orders === 0).map(([feature]) => feature), [],
      'features that no golden order shows',
    );
  });

  it('gives the same orders for the same seed and others for another', () => {
    assert.deepEqual(goldenOrders(20, 1), golden.slice(0, 20));
    assert.notDeepEqual(goldenOrders(20, 2), golden.slice(0, 20));
  });

  it('C21 places orders of its own that add up, also after an edit and a cancellation', async () => {
    const shop = await startShopifySandbox({ seed: 5 });
    try {
      for (let n = 0; n < 100; n++) {
        const order = shop.placeOrder();
        for (const side of ['shop_money', 'presentment_money'] as const) checkSums(
          JSON.parse(shop.payload(order)) as Payload, side, order.name,
        );
      }
      const { id } = shop.placeOrder({
        lines: [{ sku: 'MAT-00001', quantity: 5, price: '10.00' }, { sku: 'MAT-00002', quantity: 1, price: '1.00' }],
        currency: 'EUR', discounts: [], shipping: null, taxesIncluded: true,
      });
      const edited = JSON.parse(shop.payload(shop.updateOrder(id, { quantities: { 0: 3 } }))) as Payload;
      assert.deepEqual([edited.total_price_set.shop_money.amount, edited.current_total_price_set.shop_money.amount], ['51.00', '31.00']);
      const cancelled = JSON.parse(shop.payload(shop.cancelOrder(id))) as Payload;
      assert.deepEqual(
        [cancelled.total_price_set.shop_money.amount, cancelled.current_total_price_set.shop_money.amount, cancelled['cancel_reason']],
        ['51.00', '0.00', 'customer'],
      );
    } finally { await shop.close(); }
  });

  it('writes yen without decimals and everything else with two', () => {
    for (const order of golden) {
      const { shop_money: shop, presentment_money: presentment } = payloadOf(order).total_price_set;
      for (const money of [shop, presentment]) assert.match(money.amount, money.currency_code === 'JPY' ? /^\d+$/ : /^\d+\.\d\d$/);
    }
  });
});
