import assert from 'node:assert/strict';
import fc from 'fast-check';
import { minorUnits } from '../../lib/documents/codes';
import { checkDocument } from '../../lib/documents/validate';
import { Random } from '../../sandbox/random';
import { broken, changed, example } from './documents';
import { shopOrder, type Item, type Shop } from './golden-orders';

const order = example('order');
const foreign = example('order', '.multicurrency');
const invoice = example('invoice');
const eur = (value: string): object => ({ value, currency: 'EUR' });
const orderWith = (changes: Record<string, unknown>): string[] => broken('order', changed(order, changes));

describe('money of an order', () => {
  it('LINE-1 a line is quantity x price - allowances + charges', () => {
    assert.deepEqual(orderWith({ 'lines[0].quantity.value': '41' }), ['LINE-1 lines[0].lineExtensionAmount']);
    assert.deepEqual(orderWith({ 'lines[1].allowanceCharges[0].chargeIndicator': true }), ['LINE-1 lines[1].lineExtensionAmount']);
  });

  it('LINE-1 a price may be for a number of pieces and finer than the currency', () => {
    const line = { 'lines[0].quantity': { value: '840', unitCode: 'C62' }, 'lines[0].unitPrice.priceAmount': eur('35.0003') };
    assert.deepEqual(orderWith({ ...line, 'lines[0].unitPrice.baseQuantity': { value: '100', unitCode: 'C62' } }), []);
    assert.deepEqual(orderWith({ ...line, 'lines[0].unitPrice.baseQuantity': { value: '0', unitCode: 'C62' } }), ['LINE-1 lines[0].unitPrice.baseQuantity.value']);
  });

  it('LINE-1 of a price that includes tax the tax of the line goes off', () => {
    const gross = { 'lines[0].quantity.value': '1', 'lines[0].unitPrice.includesTax': true };
    assert.deepEqual(orderWith({ ...gross, 'lines[0].unitPrice.priceAmount.value': '349.86' }), []);
    assert.deepEqual(orderWith({ ...gross, 'lines[0].unitPrice.priceAmount.value': '349.88' }), ['LINE-1 lines[0].lineExtensionAmount']);
  });

  it('LINE-1 allowances of a price that includes tax include it too', () => {
    const stated = { taxableAmount: eur('2249.10'), taxAmount: eur('427.33'), category: order.lines[1]?.taxCategory };
    assert.deepEqual(orderWith({
      'lines[1].unitPrice.priceAmount.value': '1486.905', 'lines[1].unitPrice.includesTax': true, 'lines[1].allowanceCharges[0].amount.value': '297.38', 'lines[1].taxes': [stated],
    }), []);
  });

  it('says what an amount is and what it should be', () => {
    assert.deepEqual(checkDocument('order', changed(order, { 'monetaryTotal.payableAmount.value': '3094.37' })), [{
      path: 'monetaryTotal.payableAmount', rule: 'BR-CO-16',
      message: 'is 3094.37, but taxInclusiveAmount - prepaidAmount + payableRoundingAmount is 3094.38',
    }]);
  });

  const totals: Record<string, string[]> = {
    lineExtensionAmount: ['BR-CO-10 monetaryTotal.lineExtensionAmount', 'BR-CO-13 monetaryTotal.taxExclusiveAmount'],
    allowanceTotalAmount: ['BR-CO-11 monetaryTotal.allowanceTotalAmount', 'BR-CO-13 monetaryTotal.taxExclusiveAmount'],
    chargeTotalAmount: ['BR-CO-12 monetaryTotal.chargeTotalAmount', 'BR-CO-13 monetaryTotal.taxExclusiveAmount'],
    taxExclusiveAmount: ['BR-CO-13 monetaryTotal.taxExclusiveAmount', 'BR-CO-15 monetaryTotal.taxInclusiveAmount'],
    taxInclusiveAmount: ['BR-CO-15 monetaryTotal.taxInclusiveAmount', 'BR-CO-16 monetaryTotal.payableAmount'],
    prepaidAmount: ['BR-CO-16 monetaryTotal.payableAmount'],
    payableRoundingAmount: ['BR-CO-16 monetaryTotal.payableAmount'],
    payableAmount: ['BR-CO-16 monetaryTotal.payableAmount'],
  };
  for (const [name, rules] of Object.entries(totals)) {
    it(`${name} far off is found by ${rules.map((rule) => rule.split(' ')[0]).join(' and ')}`, () => {
      assert.deepEqual(orderWith({ [`monetaryTotal.${name}.value`]: '0.01' }), rules);
    });
  }

  it('BR-CO-14 a tax total is the sum of its subtotals', () => {
    const rules = orderWith({ 'taxTotals[0].taxAmount.value': '494.07', 'monetaryTotal.taxInclusiveAmount.value': '3094.39', 'monetaryTotal.payableAmount.value': '3094.39' });
    assert.deepEqual(rules, ['BR-CO-14 taxTotals[0].taxAmount', 'BR-CO-17 taxTotals']);
  });

  it('BR-S-08 a category has the taxable amount of its lines, charges and allowances', () => {
    assert.deepEqual(orderWith({ 'lines[2].taxCategory.percent': '7' }), ['BR-S-08 taxTotals[0].subtotals[0].taxableAmount', 'BR-CO-18 lines[2]']);
  });

  it('a percent is the same with and without zeros behind it', () => {
    assert.deepEqual(orderWith({ 'lines[2].taxCategory.percent': '19.00' }), []);
  });

  it('BR-CO-17 the tax of a category is its percent of the taxable amount', () => {
    const subtotals = { 'taxTotals[0].subtotals[0].taxAmount.value': '494.07', 'taxTotals[0].taxAmount.value': '494.07', 'monetaryTotal.taxInclusiveAmount.value': '3094.39', 'monetaryTotal.payableAmount.value': '3094.39' };
    assert.deepEqual(orderWith({ ...subtotals, taxRounding: undefined }), ['BR-CO-17 taxTotals[0].subtotals[0].taxAmount']);
    assert.deepEqual(orderWith({ 'taxTotals[0].subtotals[0].category.percent': undefined, 'lines[0].taxCategory.percent': undefined }).at(-1), 'BR-CO-18 lines[1]');
  });

  it('BR-CO-17 where the source rounded by line it is the sum of the lines', () => {
    const less = { 'lines[0].taxes[0].taxAmount.value': '0.61' };
    assert.deepEqual(broken('order', changed(foreign, less)), ['BR-CO-17 taxTotals[0].subtotals[0].taxAmount']);
  });

  it('BR-32 an allowance of the document says to which tax category it belongs', () => {
    assert.deepEqual(orderWith({ 'allowanceCharges[0].taxCategory': undefined }), ['BR-S-08 taxTotals[0].subtotals[0].taxableAmount', 'BR-32 allowanceCharges[0].taxCategory']);
  });

  it('TAX-1 taxes rounded by unit have to be stated by the lines', () => {
    assert.ok(orderWith({ taxRounding: { level: 'unit', mode: 'halfUp' } }).includes('TAX-1 lines[0].taxes'));
  });

  it('untaxed categories need no subtotal and no percent', () => {
    const exempt = { code: 'E', exemptionReason: 'resale certificate' };
    const categories = ['lines[0]', 'lines[1]', 'lines[2]', 'shippingLines[0]', 'allowanceCharges[0]'];
    assert.deepEqual(orderWith({
      ...Object.fromEntries(categories.map((at) => [`${at}.taxCategory`, exempt])), taxTotals: [], 'monetaryTotal.taxInclusiveAmount': eur('2600.32'), 'monetaryTotal.payableAmount': eur('2600.32'),
    }), []);
  });

  it('AC-1 an allowance is never negative', () => {
    assert.ok(orderWith({ 'lines[1].allowanceCharges[0].amount.value': '-249.90' }).includes('AC-1 lines[1].allowanceCharges[0].amount.value'));
  });

  it('C22 amounts of another currency are refused wherever they stand', () => {
    const places = ['lines[0].unitPrice.priceAmount', 'shippingLines[0].amount', 'monetaryTotal.payableAmount'];
    assert.deepEqual(orderWith(Object.fromEntries(places.map((at) => [`${at}.currency`, 'USD']))), places.map((at) => `CUR-1 ${at}.currency`));
    assert.deepEqual(broken('order', changed(foreign, { 'accountingTotals.payableAmount.currency': 'USD' })), ['CUR-1 accountingTotals.payableAmount.currency']);
    assert.deepEqual(broken('order', changed(foreign, { accountingCurrencyCode: undefined })), ['required accountingCurrencyCode']);
  });

  it('C22 of an invoice only the tax totals may stand in the tax currency too', () => {
    const taxTotals = [...invoice.taxTotals, { taxAmount: { value: '500.00', currency: 'CHF' }, subtotals: [] }];
    assert.deepEqual(broken('invoice', { ...invoice, taxTotals, taxCurrencyCode: 'CHF' }), []);
    assert.deepEqual(broken('invoice', { ...invoice, taxTotals }), ['CUR-1 taxTotals[1].taxAmount.currency']);
  });

  it('BR-DEC amounts have no more decimals than their currency, unit prices may', () => {
    assert.deepEqual(orderWith({ 'lines[0].lineExtensionAmount.value': '294.000' }), ['BR-DEC lines[0].lineExtensionAmount.value']);
    assert.deepEqual(orderWith({ 'lines[0].unitPrice.priceAmount.value': '7.35000' }), []);
  });

  it('CUR-2 a currency has to exist', () => {
    assert.equal(orderWith({ documentCurrencyCode: 'QQQ' }).at(0), 'CUR-2 ');
  });

  it('C24 an optional amount may be absent or "0", and is refused if it is null', () => {
    assert.deepEqual(orderWith({ 'monetaryTotal.prepaidAmount': undefined }), []);
    assert.deepEqual(orderWith({ 'monetaryTotal.prepaidAmount': eur('0') }), []);
    assert.deepEqual(orderWith({ 'monetaryTotal.prepaidAmount': null }), ['type monetaryTotal.prepaidAmount']);
  });

  it('C27 an order whose lines were edited without its totals is refused', () => {
    assert.deepEqual(orderWith({ 'lines[2]': undefined }), ['BR-S-08 taxTotals[0].subtotals[0].taxableAmount', 'BR-CO-10 monetaryTotal.lineExtensionAmount']);
  });
});

const shops: Shop[] = [['EUR', 'halfUp'], ['USD', 'halfEven'], ['JPY', 'down'], ['KWD', 'halfUp'], ['CHF', 'up']].flatMap(([currency = '', mode]) =>
  (['unit', 'line', 'taxSubtotal', 'document'] as const).flatMap((level) => [true, false].flatMap((pricesIncludeTax) =>
    [true, false].map((statesTaxes): Shop => ({ currency, places: minorUnits(currency), level, mode: mode as Shop['mode'], pricesIncludeTax, statesTaxes })))));

function basket(random: Random, { places }: Shop): { items: Item[]; shipping: { price: string; percent: string } } {
  const price = (least: number, most: number): string => (random.int(least, most) / 10 ** places).toFixed(places);
  const percent = (): string => random.pick(['19', '7', '8.625', '0', '25.5']);
  const items = Array.from({ length: random.int(1, 12) }, () => ({ quantity: random.int(1, 40), price: price(150, 99_999), percent: percent(), discount: random.chance(3) ? price(1, 100) : '0' }));
  return { items, shipping: { price: price(0, 5000), percent: percent() } };
}

describe('golden orders', () => {
  it('C21 240 orders of 80 kinds of shops come to what the shop says, to the cent; one cent off is refused', () => {
    const random = new Random(21);
    for (const shop of [...shops, ...shops, ...shops]) {
      const { items, shipping } = basket(random, shop);
      const { order: golden, payable } = shopOrder(shop, items, shipping, '0');
      const kind = JSON.stringify(shop);
      assert.deepEqual(checkDocument('order', golden), [], kind);
      assert.equal(golden.monetaryTotal.payableAmount.value, payable, kind);
      const cent = 1 / 10 ** shop.places;
      golden.monetaryTotal.payableAmount.value = (Number(payable) + cent).toFixed(shop.places);
      assert.deepEqual(checkDocument('order', golden).map(({ rule }) => rule), ['BR-CO-16'], kind);
      golden.monetaryTotal.payableRoundingAmount = { value: cent.toFixed(shop.places), currency: shop.currency };
      assert.deepEqual(checkDocument('order', golden), [], kind);
    }
  });

  it('no line can be changed by a cent unnoticed', () => {
    const line = fc.record({ quantity: fc.integer({ min: 1, max: 999 }), cents: fc.integer({ min: 1, max: 1e9 }), percent: fc.constantFrom('19', '7', '0') });
    fc.assert(fc.property(fc.constantFrom(...shops), fc.array(line, { minLength: 1, maxLength: 8 }), fc.nat(), fc.constantFrom(1, -1), (shop, lines, at, by) => {
      const items = lines.map(({ quantity, cents, percent }) => ({ quantity, price: (cents / 10 ** shop.places).toFixed(shop.places), percent, discount: '0' }));
      const { order: golden } = shopOrder(shop, items, { price: '0', percent: '0' }, '0');
      assert.deepEqual(checkDocument('order', golden), []);
      const path = `lines[${String(at % lines.length)}].lineExtensionAmount.value`;
      const before = Number(golden.lines[at % lines.length]?.lineExtensionAmount.value);
      assert.notDeepEqual(broken('order', changed(golden, { [path]: (before + by / 10 ** shop.places).toFixed(shop.places) })), []);
    }), { numRuns: 200 });
  });
});
