import { Random } from '../random';
import type { Discount, Order, TaxRate, TaxRounding } from './model';
import { restAmount, type Currency } from './money';
import { makeOrder, type OrderOverrides } from './orders';
import { makeTrade } from './trade';
import type { LineOverride } from './wares';

const currencies: Currency[] = ['EUR', 'CHF', 'USD', 'JPY'];
const roundings: TaxRounding[] = ['line', 'unit', 'document'];
const taxSets: TaxRate[][] = [
  [{ title: 'MwSt', rate: 19_000 }], [{ title: 'MwSt', rate: 7_000 }], [{ title: 'CT', rate: 10_000 }],
  [{ title: 'USt', rate: 20_000 }], [{ title: 'MWST', rate: 8_100 }],
  [{ title: 'State Tax', rate: 6_000 }, { title: 'County Tax', rate: 1_250 }, { title: 'City Tax', rate: 875 }],
  [{ title: 'Zero rated', rate: 0 }], [],
];
const lineCounts = [1, 2, 3, 5, 8, 20, 1, 4, 60, 2, 250, 3, 12];

/** Discounts by turns: none, on a line, on the order, on shipping, several at once, and all there is. */
function discountsOf(turn: number): Discount[] {
  const onLine = (value: Discount['value']): Discount => ({
    kind: 'manual', title: 'Project price', target: 'line_item', selection: 'explicit', line: 0, value,
  });
  const onOrder = (value: Discount['value'], kind: Discount['kind'] = 'discount_code'): Discount => ({
    kind, title: kind === 'automatic' ? 'Volume' : 'SPRING', target: 'line_item', selection: 'all', value,
  });
  const onShipping = (value: Discount['value']): Discount => ({
    kind: 'automatic', title: 'Freight allowance', target: 'shipping_line', selection: 'all', value,
  });
  switch (turn % 9) {
    case 1: return [onLine({ percent: 33.33 })];
    case 2: return [onLine({ fixed: 100 })];
    case 3: return [onOrder({ percent: 10 })];
    case 4: return [onOrder({ fixed: 1000 })];
    case 5: return [onShipping({ percent: 100 })];
    case 6: return [
      onLine({ percent: 5 }), onOrder({ percent: 7.5 }, 'automatic'), onOrder({ fixed: 300 }), onShipping({ fixed: 200 }),
    ];
    case 7: return [onOrder({ percent: 100 })];
    default: return [];
  }
}

function linesOf(random: Random, skus: readonly string[], at: number, currency: Currency): LineOverride[] {
  const count = lineCounts[at % lineCounts.length] ?? 1;
  const lines = Array.from({ length: count }, (_, line): LineOverride => ({
    sku: random.pick(skus), quantity: random.pick([1, 1, 2, 3, 7, 12, 144, 1000]),
    taxes: taxSets[(at + (at % 3 === 0 ? line : 0)) % taxSets.length] ?? [],
    // Fractions of a cent appear with cheap prices in large numbers and with prices that thirds do not divide.
    price: restAmount(random.pick([random.int(1, 9), 333, 3333, random.int(10, 9_999), random.int(10_000, 500_000)]), currency),
    properties: line === 0 && at % 6 === 0 ? [{ name: 'Engraving', value: 'Zoë – ☃' }] : [],
  }));
  const [first, second] = lines;
  // The same product twice, at two prices.
  if (at % 4 === 1 && first && second && first.sku !== undefined) second.sku = first.sku;
  if (at % 10 === 9 && first) { delete first.sku; first.title = 'Assembly on site'; }
  return lines;
}

/**
 * Orders of four shops that between them show every way an order's money can be made up; deterministic by seed.
 * Each adds up to the smallest unit in both its currencies. Numbers begin at 100,001.
 */
export function goldenOrders(count = 200, seed = 1): Order[] {
  const trade = makeTrade(seed);
  const random = new Random(seed + 7);
  const skus = trade.world.products.map((product) => product.sku);
  const start = Date.UTC(2026, 0, 5, 7, 30);
  return Array.from({ length: count }, (_, at) => {
    const shopCurrency = currencies[at % 4] ?? 'EUR';
    const currency = at % 3 === 0 ? currencies[(at + 1 + Math.floor(at / 12)) % 4] ?? 'EUR' : shopCurrency;
    const channel = (['b2b', 'web', 'b2b', 'pos', 'b2b'] as const)[at % 5] ?? 'b2b';
    const overrides: OrderOverrides = {
      channel, shopCurrency, currency, taxesIncluded: at % 2 === 1, taxExempt: at % 29 === 28,
      rounding: roundings[Math.floor(at / 2) % 3] ?? 'line',
      lines: linesOf(random, skus, at, currency), discounts: discountsOf(Math.floor(at / 2)),
      shipping: at % 7 === 6 ? null : restAmount(random.pick([0, 490, 1295, 2500]), currency),
      ...(at % 8 === 3 ? { tip: restAmount(random.int(50, 900), currency) } : {}),
      ...(channel === 'pos' && at % 2 === 1 ? { cash: true } : {}), ...(at % 11 === 10 ? { payment: 'authorized' as const } : {}),
      ...(channel === 'pos' && at % 10 === 3 ? { customerId: null } : {}),
      ...(at % 6 === 0 ? { note: 'Gift note: Alles Gute, Zoë! 🎁' } : {}),
      ...(at % 5 === 0 ? { attributes: [{ name: 'cost_center', value: 'K-100' }, { name: 'gift_wrap', value: 'yes' }] } : {}),
      test: at % 50 === 49, createdAt: start + at * 3_661_000,
    };
    return makeOrder(trade, random, 100_001 + at, shopCurrency, start, overrides);
  });
}
