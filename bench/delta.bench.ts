import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sapS4hana } from '../lib/connectors/sap-s4hana';
import { shopify } from '../lib/connectors/shopify';
import { Breaker } from '../lib/delivery/breaker';
import { Ledger } from '../lib/delivery/ledger';
import { Links } from '../lib/delivery/links';
import type { Entity } from '../lib/documents/event';
import { openLmdbStore } from '../lib/store/lmdb';
import { BulkWriter } from '../lib/sync/bulk-writer';
import type { Policies } from '../lib/sync/parties';
import { startSapSandbox } from '../sandbox/sap-s4hana';
import { startShopifySandbox } from '../sandbox/shopify';
import { Poller, type Sent } from '../test/sync/poller';
import type { BenchRow } from './bench';

const count = 100_000;
const changed = 10;
/** Rows that the connector asks for at once of what has no time of change. */
const wholePage = 1000;
const policies: Policies = { onMissingCustomer: 'refuse', onMissingItem: 'refuse', matchCustomersBy: [], matchItemsBy: [] };

/** Ten records of 100,000 have changed: what a poll of SAP and the writes to the shop take, against the least there is. */
export async function run(): Promise<BenchRow[]> {
  const [erp, shop] = await Promise.all([startSapSandbox({ materials: count, customers: 1, pageSize: wholePage }), startShopifySandbox({ products: count, bucket: { size: 1e9, restoreRate: 1e9 } })]);
  const dir = await mkdtemp(join(tmpdir(), 'b2b-bench-delta-'));
  const store = await openLmdbStore(dir);
  const poller = await Poller.open();
  const [site] = erp.world.sites;
  const sap = sapS4hana.connect({
    settings: { ...erp.settings, stockLocations: [{ plant: site?.plant ?? '', location: site?.name ?? '' }], priceLists: [] }, secrets: erp.secrets, baseUrl: erp.url,
  });
  const connection = shopify.connect({ settings: shop.settings, secrets: shop.secrets, baseUrl: shop.url });
  const services = { connection, ledger: new Ledger(store), links: new Links(store), breaker: new Breaker({ system: connection.system }), store };
  const some = erp.world.products.filter((_, at) => at % (count / changed) === 0).map(({ sku }) => sku);
  const calls = (): number => [...Object.values(shop.counters.queries), ...Object.values(shop.counters.mutations)].reduce((sum, one) => sum + one, 0);

  /** Of the second poll: what left, how many requests of SAP, and how long it took. */
  async function delta(entity: Entity, change: (sku: string) => void): Promise<{ sent: Sent[]; reads: number; seconds: number }> {
    await poller.poll(sap, entity, { lookbackMs: Date.now() });
    for (const sku of some) change(sku);
    const before = erp.counters.requests;
    const began = performance.now();
    const sent = await poller.poll(sap, entity);
    return { sent, reads: erp.counters.requests - before, seconds: (performance.now() - began) / 1000 };
  }
  const row = (what: string, ours: number, yardstick: string, least: number, seconds: number): BenchRow => ({
    what: `${String(changed)} of ${count.toLocaleString('en')} ${what}`, ours: `${String(ours)} calls, ${seconds.toFixed(1)} s`, yardstick, result: `${(ours / least).toFixed(2)} x`, budget: '<= 1.1 x', isMet: ours <= 1.1 * least,
  });

  try {
    const rows: BenchRow[] = [];
    const products = await delta('product', (sku) => { erp.changeMaterial({ sku, name: 'Changed' }); });
    rows.push(row('products changed: read', products.reads, 'one page', 1, products.seconds));
    const levels = await delta('inventory', (sku) => { erp.setStock({ sku, plant: site?.plant ?? '', quantity: '77' }); });
    // Open orders are read before.
    rows.push(row('stock levels changed, of which SAP tells no time: read', levels.reads, `all pages: ${String(count / wholePage + 1)}`, count / wholePage + 1, levels.seconds));
    const prices = await delta('price', (sku) => { erp.setPrice({ sku, price: '77.00' }); });
    rows.push(row('prices changed, of which SAP keeps no time for all that changes them: read', prices.reads, `all pages: ${String(count / wholePage)}`, count / wholePage, prices.seconds));
    const writer = new BulkWriter('inventory', 250, services);
    const write = (...sent: Sent[]): Promise<unknown> => Promise.all(sent.map(({ payload }) => writer.write({ operation: 'upsert', entity: 'inventory', document: payload, policies })));
    const [first, ...others] = levels.sent;
    // The shop's locations are asked for once.
    if (first) await write(first);
    const [before, began] = [calls(), performance.now()];
    await write(...others);
    const written = row('stock levels changed: written to the shop', calls() - before, 'a read and a write', 2, (performance.now() - began) / 1000);
    rows.push({ ...written, isMet: written.isMet && levels.sent.length === changed });
    return rows;
  } finally {
    await Promise.all([sap.close(), connection.close(), erp.close(), shop.close(), poller[Symbol.asyncDispose](), store.close()]);
    await rm(dir, { recursive: true });
  }
}
