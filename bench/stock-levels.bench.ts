import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { shopify } from '../lib/connectors/shopify';
import { Breaker } from '../lib/delivery/breaker';
import { Ledger } from '../lib/delivery/ledger';
import { Links } from '../lib/delivery/links';
import { openLmdbStore } from '../lib/store/lmdb';
import { BulkWriter } from '../lib/sync/bulk-writer';
import { plans } from '../sandbox/shopify/bucket';
import { startShopifySandbox } from '../sandbox/shopify';
import type { Policies } from '../lib/sync/parties';
import type { BenchRow } from './bench';

/** With two locations each; on the Plus plan the points of all would be there at once. */
const products = 50_000;
const policies: Policies = { onMissingCustomer: 'refuse', onMissingItem: 'refuse', matchCustomersBy: [], matchItemsBy: [] };
/** Messages under way at once, as the example has them. */
const parallel = 250;

/** 100,000 levels, each read before it is set, against the least time that the shop's points allow and the least calls its batches need. */
export async function run(): Promise<BenchRow[]> {
  const { restoreRate, size } = plans.advanced;
  const shop = await startShopifySandbox({ products, plan: 'advanced' });
  const dir = await mkdtemp(join(tmpdir(), 'b2b-bench-stock-'));
  const store = await openLmdbStore(dir);
  const connection = shopify.connect({ settings: shop.settings, secrets: shop.secrets, baseUrl: shop.url });
  const writer = new BulkWriter('inventory', 250, { connection, ledger: new Ledger(store), links: new Links(store), breaker: new Breaker({ system: connection.system }), store });
  const levels = shop.world.sites.flatMap(({ name }) => shop.world.products.map(({ sku }) => ({ sku, location: name })));

  async function send(quantity: (index: number) => number): Promise<number> {
    const began = performance.now();
    let next = 0;
    const asOf = new Date().toISOString();
    await Promise.all(Array.from({ length: parallel }, async () => {
      for (let index = next++; index < levels.length; index = next++) {
        await writer.write({ operation: 'upsert', entity: 'inventory', document: level(levels[index], quantity(index), asOf), policies });
      }
    }));
    return performance.now() - began;
  }

  try {
    const tookMs = await send((index) => index % 400);
    const { pointsSpent, throttled, quantitiesWritten } = shop.counters;
    const calls = [...Object.values(shop.counters.queries), ...Object.values(shop.counters.mutations)].reduce((sum, count) => sum + count, 0);
    const leastMs = Math.max(0, pointsSpent - size) / restoreRate * 1000;
    const leastCalls = 2 * levels.length / 250;
    const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
    return [
      row(`${String(levels.length / 1000)},000 stock levels to Shopify (Advanced plan), compare-and-set`, seconds(tookMs), `least time for its ${pointsSpent.toLocaleString('en')} points: ${seconds(leastMs)}`, tookMs / Math.max(leastMs, 1), 1.1),
      row('the same, calls', String(calls), `a read and a write for each 250: ${String(leastCalls)}`, calls / leastCalls, 1.1),
      { what: 'the same, throttled calls', ours: String(throttled), yardstick: `${String(calls)} calls`, result: `${(100 * throttled / calls).toFixed(1)} %`, budget: '< 1 %', isMet: throttled < calls / 100 && quantitiesWritten === levels.length },
    ];
  } finally {
    await connection.close();
    await shop.close();
    await store.close();
    await rm(dir, { recursive: true });
  }
}

function level(at: { sku: string; location: string } | undefined, available: number, asOf: string): object {
  const { sku = '', location = '' } = at ?? {};
  return {
    schemaVersion: '1.0', id: `erp:${sku}/${location}`, externalIds: [{ system: 'erp', type: 'StockLocation', id: `${sku}/${location}` }], version: { sourceUpdatedAt: asOf }, sku,
    location: { code: location }, mode: 'absolute', asOf, unitCode: 'C62', includesOpenCommerceOrders: true, quantities: { available: String(available) },
  };
}

function row(what: string, ours: string, yardstick: string, ratio: number, atMost: number): BenchRow {
  return { what, ours, yardstick, result: `${ratio.toFixed(2)} x`, budget: `<= ${String(atMost)} x`, isMet: ratio <= atMost };
}
