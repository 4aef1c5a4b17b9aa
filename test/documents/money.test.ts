import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { minorUnits } from '../../lib/documents/codes';
import type { Amount, Invoice, Order } from '../../lib/documents/types';
import { checkDocument } from '../../lib/documents/validate';
import { Random } from '../../sandbox/random';
import { shopOrder, type Item, type Shop } from './golden-orders';

function read<T>(name: string): T { return JSON.parse(readFileSync(`lib/documents/examples/${name}.example.json`, 'utf8')) as T; }

/** The rules a change of a good document breaks, with their paths. */
function broken<T>(kind: 'order' | 'invoice', document: T, change: (document: T) => void): string[] {
  const copy = structuredClone(document);
  change(copy);
  return checkDocument(kind, copy).map(({ path, rule }) => `${rule} ${path}`);
}

const order = read<Order>('order');
const foreign = read<Order>('order.multicurrency');
const invoice = read<Invoice>('invoice');
const eur = (value: string): Amount => ({ value, currency: 'EUR' });

describe('money of an order', () => {
  it('LINE-1 a line is quantity x price - allowances + charges', () => {
    assert.deepEqual(broken('order', order, (o) => { o.lines[0]!.quantity.value = '41'; }), ['LINE-1 lines[0].lineExtensionAmount']);
    assert.deepEqual(broken('order', order, (o) => { o.lines[1]!.allowanceCharges![0]!.chargeIndicator = true; }), ['LINE-1 lines[1].lineExtensionAmount']);
  });

  it('LINE-1 a price may be for a number of pieces and finer than the currency', () => {
    assert.deepEqual(broken('order', order, (o) => {
      Object.assign(o.lines[0]!, { quantity: { value: '840', unitCode: 'C62' }, unitPrice: { priceAmount: eur('35.0003'), baseQuantity: { value: '100', unitCode: 'C62' } } });
    }), []);
    assert.deepEqual(broken('order', order, (o) => { o.lines[0]!.unitPrice.baseQuantity = { value: '0', unitCode: 'C62' }; }), ['LINE-1 lines[0].unitPrice.baseQuantity.value']);
  });

  it('LINE-1 a price that includes tax gives the net amount after the tax of the line', () => {
    const gross = (o: Order): void => {
      Object.assign(o.lines[0]!, { quantity: { value: '1', unitCode: 'C62' }, unitPrice: { priceAmount: eur('349.86'), includesTax: true } });
    };
    assert.deepEqual(broken('order', order, gross), []);
    assert.deepEqual(broken('order', order, (o) => { gross(o); o.lines[0]!.unitPrice.priceAmount.value = '349.88'; }), ['LINE-1 lines[0].lineExtensionAmount']);
  });

  it('says what an amount is and what it should be', () => {
    const copy = structuredClone(order);
    copy.monetaryTotal.payableAmount.value = '3094.37';
    assert.deepEqual(checkDocument('order', copy), [{
      path: 'monetaryTotal.payableAmount', rule: 'BR-CO-16',
      message: 'is 3094.37, but taxInclusiveAmount - prepaidAmount + payableRoundingAmount is 3094.38',
    }]);
  });

  const totals: [name: keyof Order['monetaryTotal'], rules: string[]][] = [
    ['lineExtensionAmount', ['BR-CO-10 monetaryTotal.lineExtensionAmount', 'BR-CO-13 monetaryTotal.taxExclusiveAmount']],
    ['allowanceTotalAmount', ['BR-CO-11 monetaryTotal.allowanceTotalAmount', 'BR-CO-13 monetaryTotal.taxExclusiveAmount']],
    ['chargeTotalAmount', ['BR-CO-12 monetaryTotal.chargeTotalAmount', 'BR-CO-13 monetaryTotal.taxExclusiveAmount']],
    ['taxExclusiveAmount', ['BR-CO-13 monetaryTotal.taxExclusiveAmount', 'BR-CO-15 monetaryTotal.taxInclusiveAmount']],
    ['taxInclusiveAmount', ['BR-CO-15 monetaryTotal.taxInclusiveAmount', 'BR-CO-16 monetaryTotal.payableAmount']],
    ['prepaidAmount', ['BR-CO-16 monetaryTotal.payableAmount']],
    ['payableRoundingAmount', ['BR-CO-16 monetaryTotal.payableAmount']],
    ['payableAmount', ['BR-CO-16 monetaryTotal.payableAmount']],
  ];
  for (const [name, rules] of totals) {
    it(`${name} one cent off is found by ${rules.map((rule) => rule.split(' ')[0]).join(' and ')}`, () => {
      assert.deepEqual(broken('order', order, (o) => {
        const amount = o.monetaryTotal[name] as Amount;
        amount.value = (Math.round(Number(amount.value) * 100 + 1) / 100).toFixed(2);
      }), rules);
    });
  }

  it('BR-CO-14 a tax total is the sum of its subtotals', () => {
    assert.deepEqual(broken('order', order, (o) => { o.taxTotals[0]!.taxAmount.value = '494.07'; }),
      ['BR-CO-14 taxTotals[0].taxAmount', 'BR-CO-17 taxTotals', 'BR-CO-15 monetaryTotal.taxInclusiveAmount']);
  });

  it('BR-S-08 a category has the taxable amount of its lines, charges and allowances', () => {
    assert.deepEqual(broken('order', order, (o) => { o.lines[2]!.taxCategory.percent = '7'; }),
      ['BR-S-08 taxTotals[0].subtotals[0].taxableAmount', 'BR-CO-18 lines[2]']);
  });

  it('BR-CO-17 the tax of a category is its percent of the taxable amount, or the sum of the lines where these were rounded', () => {
    const more = (o: Order): void => {
      o.taxTotals[0]!.subtotals[0]!.taxAmount.value = o.taxTotals[0]!.subtotals[0]!.taxAmount.value.replace(/\d$/, (digit) => String(Number(digit) + 1));
    };
    assert.deepEqual(broken('order', { ...order, taxRounding: { level: 'taxSubtotal', mode: 'halfUp' } } as Order, more),
      ['BR-CO-17 taxTotals[0].subtotals[0].taxAmount', 'BR-CO-14 taxTotals[0].taxAmount'].reverse());
    assert.deepEqual(broken('order', foreign, more), ['BR-CO-14 taxTotals[0].taxAmount', 'BR-CO-17 taxTotals[0].subtotals[0].taxAmount']);
  });

  it('BR-32 an allowance of the document says in which tax category it belongs', () => {
    assert.deepEqual(broken('order', order, (o) => { delete o.allowanceCharges![0]!.taxCategory; }),
      ['BR-S-08 taxTotals[0].subtotals[0].taxableAmount', 'BR-32 allowanceCharges[0].taxCategory']);
  });

  it('TAX-1 taxes rounded by unit have to be stated by the lines', () => {
    assert.ok(broken('order', order, (o) => { o.taxRounding = { level: 'unit', mode: 'halfUp' }; }).includes('TAX-1 lines[0].taxes'));
  });

  it('untaxed categories need no subtotal and no percent', () => {
    assert.deepEqual(broken('order', order, (o) => {
      for (const line of [...o.lines, ...o.shippingLines!, ...o.allowanceCharges!]) line.taxCategory = { code: 'E', exemptionReason: 'resale certificate' };
      o.taxTotals = [];
      Object.assign(o.monetaryTotal, { taxInclusiveAmount: eur('2600.32'), payableAmount: eur('2600.32') });
    }), []);
  });

  it('an allowance is never negative', () => {
    const rules = broken('order', order, (o) => { o.lines[1]!.allowanceCharges![0]!.amount.value = '-249.90'; });
    assert.ok(rules.includes('AC-1 lines[1].allowanceCharges[0].amount.value'));
  });

  it('C22 amounts of another currency are refused wherever they stand', () => {
    const usd = (amount: Amount): void => { amount.currency = 'USD'; };
    assert.deepEqual(broken('order', order, (o) => { usd(o.lines[0]!.unitPrice.priceAmount); usd(o.monetaryTotal.payableAmount); usd(o.shippingLines![0]!.amount); }),
      ['CUR-1 lines[0].unitPrice.priceAmount.currency', 'CUR-1 shippingLines[0].amount.currency', 'CUR-1 monetaryTotal.payableAmount.currency']);
    assert.deepEqual(broken('order', foreign, (o) => { usd(o.accountingTotals!.payableAmount); }), ['CUR-1 accountingTotals.payableAmount.currency']);
    assert.deepEqual(broken('order', foreign, (o) => { delete o.accountingCurrencyCode; }), ['required accountingCurrencyCode']);
  });

  it('C22 of an invoice only the tax totals may stand in the tax currency too', () => {
    const chf = { taxAmount: { value: '500.00', currency: 'CHF' }, subtotals: [] };
    assert.deepEqual(broken('invoice', invoice, (i) => { i.taxCurrencyCode = 'CHF'; i.taxTotals.push(chf); }), []);
    assert.deepEqual(broken('invoice', invoice, (i) => { i.taxTotals.push(chf); }), ['CUR-1 taxTotals[1].taxAmount.currency']);
  });

  it('BR-DEC amounts have no more decimals than their currency, unit prices may', () => {
    assert.deepEqual(broken('order', order, (o) => { o.lines[0]!.lineExtensionAmount.value = '294.000'; }), ['BR-DEC lines[0].lineExtensionAmount.value']);
    assert.deepEqual(broken('order', order, (o) => { o.lines[0]!.unitPrice.priceAmount.value = '7.35000'; }), []);
    assert.deepEqual(broken('order', order, (o) => { o.documentCurrencyCode = 'QQQ'; }).at(0), 'CUR-2 ');
  });

  it('C24 an optional amount may be absent or "0", and is refused if it is null', () => {
    const prepaid = (change: (total: Order['monetaryTotal']) => void): string[] => broken('order', order, (o) => { change(o.monetaryTotal); });
    assert.deepEqual(prepaid((total) => { delete total.prepaidAmount; }), []);
    assert.deepEqual(prepaid((total) => { total.prepaidAmount = eur('0'); }), []);
    assert.deepEqual(prepaid((total) => { Object.assign(total, { prepaidAmount: null }); }), ['type monetaryTotal.prepaidAmount']);
  });

  it('C27 an order whose lines were edited without its totals is refused', () => {
    assert.deepEqual(broken('order', order, (o) => { o.lines.pop(); }),
      ['BR-S-08 taxTotals[0].subtotals[0].taxableAmount', 'BR-CO-10 monetaryTotal.lineExtensionAmount']);
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
      const amount = golden.lines[at % lines.length]!.lineExtensionAmount;
      amount.value = (Number(amount.value) + by / 10 ** shop.places).toFixed(shop.places);
      assert.notDeepEqual(checkDocument('order', golden), []);
    }), { numRuns: 200 });
  });
});
