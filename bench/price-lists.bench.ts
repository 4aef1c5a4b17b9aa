import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { shopify } from '../lib/connectors/shopify';
import { Breaker } from '../lib/delivery/breaker';
import { Ledger } from '../lib/delivery/ledger';
import { Links } from '../lib/delivery/links';
import { openLmdbStore } from '../lib/store/lmdb';
import { BulkWriter } from '../lib/sync/bulk-writer';
import type { Policies } from '../lib/sync/parties';
import { plans } from '../sandbox/shopify/bucket';
import { startShopifySandbox } from '../sandbox/shopify';
import type { BenchRow } from './bench';

/** Prices in each list: the ratio is the same for 100,000, which take the shop's points three quarters of an hour and more. */
const products = Number(process.env['B2B_BENCH_PRICES'] ?? 5000);
const listCount = 20;
/** So many come again. */
const again = 10_000;
const policies: Policies = { onMissingCustomer: 'refuse', onMissingItem: 'refuse', matchCustomersBy: [], matchItemsBy: [] };
/** Messages under way at once, as the examples have them. */
const parallel = 250;

/** Prices in 20 lists, each compared before it is set, against the least time that the shop's points allow and the least calls. */
export async function run(): Promise<BenchRow[]> {
  const { restoreRate, size } = plans.advanced;
  const shop = await startShopifySandbox({ products, contracts: listCount - 7, plan: 'advanced' });
  const dir = await mkdtemp(join(tmpdir(), 'b2b-bench-prices-'));
  const store = await openLmdbStore(dir);
  const lists = [...shop.world.priceLists, { name: 'Europe', currency: 'EUR' }, { name: 'Staff', currency: 'EUR' }];
  // Breaks that are there take a call of another kind to go.
  for (const { name } of lists) for (const { sku } of shop.world.products) if (shop.priceOf(name, sku).breaks.length > 0) shop.setPrice({ list: name, sku, price: null });
  const priceLists = lists.map(({ name }) => ({ list: name, target: name }));
  const connection = shopify.connect({ settings: { ...shop.settings, priceLists }, secrets: shop.secrets, baseUrl: shop.url });
  const services = { connection, ledger: new Ledger(store), links: new Links(store), breaker: new Breaker({ system: connection.system }), store };
  const writer = new BulkWriter('price', 250, services);
  const prices = lists.flatMap(({ name, currency }) => shop.world.products.map(({ sku }) => ({ list: name, sku, currency })));

  /** Sends the first so many prices and tells how long that took (ms). */
  async function send(count: number, cents: (index: number) => number): Promise<number> {
    const began = performance.now();
    let next = 0;
    const time = new Date().toISOString();
    await Promise.all(Array.from({ length: parallel }, async () => {
      for (let index = next++; index < count; index = next++) {
        await writer.write({ operation: 'upsert', entity: 'price', document: document(prices[index], cents(index), time), policies, event: { time } });
      }
    }));
    return performance.now() - began;
  }
  const calls = (): number => [...Object.values(shop.counters.queries), ...Object.values(shop.counters.mutations)].reduce((sum, count) => sum + count, 0);

  try {
    const price = (index: number): number => 100 * (1 + index % 400);
    const tookMs = await send(prices.length, price);
    const { pointsSpent, throttled, pricesWritten } = shop.counters;
    const first = calls();
    const leastMs = Math.max(0, pointsSpent - size) / restoreRate * 1000;
    const leastCalls = 3 * prices.length / 250;
    // One price in a thousand is another one the next time.
    await send(again, (index) => price(index) + (index % 1000 === 0 ? 100 : 0));
    const changed = shop.counters.pricesWritten - pricesWritten;
    const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
    return [
      row(`${prices.length.toLocaleString('en')} prices in ${String(lists.length)} lists to Shopify (Advanced plan), compared first`, seconds(tookMs), `least time for its ${pointsSpent.toLocaleString('en')} points: ${seconds(leastMs)}`, tookMs / Math.max(leastMs, 1), 1.1),
      row('the same, calls', String(first), `two queries and a write for each 250: ${String(leastCalls)}`, first / leastCalls, 1.1),
      { what: 'the same, throttled calls', ours: String(throttled), yardstick: `${String(first)} calls`, result: `${(100 * throttled / first).toFixed(1)} %`, budget: '< 1 %', isMet: throttled < first / 100 && pricesWritten === prices.length },
      row(`${again.toLocaleString('en')} of them again, one in a thousand changed: prices sent`, String(changed), `changed: ${String(again / 1000)}`, changed / (again / 1000), 1),
    ];
  } finally {
    await connection.close();
    await shop.close();
    await store.close();
    await rm(dir, { recursive: true });
  }
}

function document(of: { list: string; sku: string; currency: string } | undefined, cents: number, time: string): object {
  const { list = '', sku = '', currency = '' } = of ?? {};
  const id = `${list}/${currency}/${sku}`;
  return {
    schemaVersion: '1.0', id: `erp:PriceListEntry:${id}`, externalIds: [{ system: 'erp', type: 'PriceListEntry', id }], version: { sourceUpdatedAt: time }, name: list, priceType: 'list',
    priceCurrency: currency, valueAddedTaxIncluded: false, mode: 'delta', entries: [{ operation: 'upsert', sku, price: { value: currency === 'JPY' ? String(cents) : (cents / 100).toFixed(2), currency } }],
  };
}

function row(what: string, ours: string, yardstick: string, ratio: number, atMost: number): BenchRow {
  return { what, ours, yardstick, result: `${ratio.toFixed(2)} x`, budget: `<= ${String(atMost)} x`, isMet: ratio <= atMost };
}
