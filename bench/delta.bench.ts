import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { shopify } from '../lib/connectors/shopify';
import { Breaker } from '../lib/delivery/breaker';
import { Ledger } from '../lib/delivery/ledger';
import { Links } from '../lib/delivery/links';
import type { Entity } from '../lib/documents/event';
import { openLmdbStore } from '../lib/store/lmdb';
import { BulkWriter } from '../lib/sync/bulk-writer';
import type { Policies } from '../lib/sync/parties';
import { startShopifySandbox } from '../sandbox/shopify';
import { LargeSap } from '../test/support/large-sap';
import { Poller, type Sent } from '../test/sync/poller';
import type { BenchRow } from './bench';

const count = Number(process.env['B2B_BENCH_RECORDS'] ?? 100_000);
const changed = 10;
/** Rows that the connector asks for at once of what has no time of change; the last may not be all of its material. */
const wholePage = 1000;
const policies: Policies = { onMissingCustomer: 'refuse', onMissingItem: 'refuse', matchCustomersBy: [], matchItemsBy: [] };

/** Ten records of 100,000 have changed: the calls that a poll of SAP and the writes to the shop take, against the least there is. */
export async function run(): Promise<BenchRow[]> {
  const [erp, shop] = await Promise.all([LargeSap.start(count), startShopifySandbox({ products: changed, bucket: { size: 1e9, restoreRate: 1e9 } })]);
  const dir = await mkdtemp(join(tmpdir(), 'b2b-bench-delta-'));
  const store = await openLmdbStore(dir);
  const poller = await Poller.open();
  const sap = erp.connect();
  const connection = shopify.connect({ settings: shop.settings, secrets: shop.secrets, baseUrl: shop.url });
  const writer = new BulkWriter('inventory', 250, { connection, ledger: new Ledger(store), links: new Links(store), breaker: new Breaker({ system: connection.system }), store });
  const calls = (): number => [...Object.values(shop.counters.queries), ...Object.values(shop.counters.mutations)].reduce((sum, one) => sum + one, 0);

  /** Of the next poll: what left, how many requests of SAP, and how long it took. */
  async function delta(entity: Entity): Promise<{ sent: Sent[]; reads: number; seconds: number }> {
    const [before, began] = [erp.reads, performance.now()];
    const sent = await poller.poll(sap, entity);
    return { sent, reads: erp.reads - before, seconds: (performance.now() - began) / 1000 };
  }
  const row = (what: string, ours: number, yardstick: string, least: number, seconds: number, found: number): BenchRow => ({
    what: `${String(changed)} of ${count.toLocaleString('en')} ${what}`, ours: `${String(ours)} calls, ${seconds.toFixed(1)} s`, yardstick: `${yardstick}: ${String(least)}`,
    result: `${(ours / least).toFixed(2)} x`, budget: '<= 1 x', isMet: ours <= least && found === changed,
  });

  try {
    for (const entity of ['product', 'inventory'] as const) await poller.poll(sap, entity, { lookbackMs: Date.now() });
    for (let n = 0; n < changed; n++) erp.change(n * count / changed, String(70 + n));
    const products = await delta('product');
    const levels = await delta('inventory');
    // The shop sells ten products, of other numbers: what is measured are the calls.
    const documents = levels.sent.map(({ payload }, at) => ({ ...payload, sku: shop.world.products[at]?.sku }));
    const [before, began] = [calls(), performance.now()];
    await Promise.all(documents.map((document) => writer.write({ operation: 'upsert', entity: 'inventory', document, policies })));
    return [
      row('products changed: read', products.reads, 'one page', 1, products.seconds, products.sent.length),
      row('stock levels changed, which SAP keeps no time of: read', levels.reads, 'open orders, deliveries and all pages', 2 + Math.ceil(count / (wholePage - 1)), levels.seconds, levels.sent.length),
      row('stock levels changed: written', calls() - before, 'the shop\'s locations, a read and a write', 3, (performance.now() - began) / 1000, levels.sent.length),
    ];
  } finally {
    await Promise.all([sap.close(), connection.close(), shop.close(), poller[Symbol.asyncDispose](), store.close()]);
    erp.close();
    await rm(dir, { recursive: true });
  }
}
