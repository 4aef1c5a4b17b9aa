import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection } from '../../lib/connectors/contract';
import { shopify } from '../../lib/connectors/shopify';
import { Breaker } from '../../lib/delivery/breaker';
import { Ledger } from '../../lib/delivery/ledger';
import { Links } from '../../lib/delivery/links';
import type { Product } from '../../lib/documents/types';
import type { Store } from '../../lib/store/contract';
import { openLmdbStore } from '../../lib/store/lmdb';
import { BulkCreator } from '../../lib/sync/bulk-creator';
import type { WriteRequest, Written } from '../../lib/sync/operation';
import type { ShopifySandbox } from '../../sandbox/shopify';
import { noLimit } from '../contract/shopify/support';
import { startShopifySandbox } from '../../sandbox/shopify';
import { policies } from './desk';

const erp = 'sap-s4:test-100';
const count = 80;
const skus = Array.from({ length: count }, (_, at) => `LOAD-${String(at).padStart(3, '0')}`);

describe('new products from an ERP to a shop, many at a time', function () {
  this.timeout(60_000);
  let dir: string;
  let store: Store;
  let shop: ShopifySandbox;
  let connection: Connection;
  let creator: BulkCreator;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'b2b-load-'));
    shop = await startShopifySandbox({ bucket: noLimit, bulkLineMs: 3 });
    await begin();
  });
  afterEach(async () => {
    await end();
    await shop.close();
    await rm(dir, { recursive: true });
  });

  /** As a process begins: with what an earlier one has left on disk. */
  async function begin(): Promise<void> {
    store = await openLmdbStore(dir);
    connection = shopify.connect({ baseUrl: shop.url, settings: { ...shop.settings, newProducts: 'active' }, secrets: shop.secrets });
    await connection.ready?.();
    creator = new BulkCreator('product', 500, { connection, ledger: new Ledger(store), links: new Links(store), breaker: new Breaker({ system: connection.system }), store });
  }
  async function end(): Promise<void> {
    await connection.close();
    await store.close();
  }

  function request(sku: string, change: Partial<Product> = {}): WriteRequest {
    const document: Product = {
      schemaVersion: '1.0', id: `${erp}:Product:${sku}`, externalIds: [{ system: erp, type: 'Product', id: sku, number: sku }], version: { sourceUpdatedAt: '2026-11-25T08:00:00Z' },
      systemOfRecord: erp, name: `Name of ${sku}`, productType: 'simple', status: 'active', sku, variants: [{ id: sku, sku, status: 'active', baseUnitCode: 'C62' }], ...change,
    };
    return { operation: 'upsert', entity: 'product', document, policies, event: { subject: `product/${sku}`, originsystem: erp } };
  }
  const load = (): Promise<PromiseSettledResult<Written>[]> => Promise.allSettled(skus.map((sku) => creator.write(request(sku))));
  const made = (): string[] => shop.products().flatMap(({ variants }) => variants.flatMap(({ sku }) => sku?.startsWith('LOAD-') ? [sku] : [])).sort();
  const operations = (): number => shop.counters.mutations['bulkOperationRunMutation'] ?? 0;
  async function until(holds: () => boolean): Promise<void> { while (!holds()) await new Promise((resolve) => { setImmediate(resolve); }); }

  it('each message gets its own result and its link, and what comes again is changed by itself', async () => {
    const ended = await load();
    assert.equal(operations(), 1);
    ended.forEach((one, at) => {
      assert.ok(one.status === 'fulfilled');
      assert.deepEqual((one.value.payload as unknown as Product).externalIds.find(({ system }) => system === connection.system)?.id, shop.product(skus[at] ?? '').id);
    });
    const again = await creator.write(request('LOAD-007', { name: 'Another name', version: { sourceUpdatedAt: '2026-11-25T09:00:00Z' } }));
    assert.equal(again.result.outcome, 'updated');
    assert.deepEqual([operations(), shop.product('LOAD-007').title], [1, 'Another name']);
  });

  it('one that is refused fails alone', async () => {
    shop.addProduct({ title: 'By hand', sku: 'HAND', handle: 'load-005' });
    const ended = await load();
    assert.deepEqual(ended.flatMap((one, at) => one.status === 'rejected' ? [[at, (one.reason as { code: string }).code]] : []), [[5, 'DATA_HANDLE_TAKEN']]);
    assert.equal(made().length, count - 1);
  });

  const moments: Record<string, () => Promise<void>> = {
    'after the upload': async () => {
      shop.fault({ kind: 'outage', match: (_, body) => body.includes('bulkOperationRunMutation'), times: Infinity });
      await load();
      assert.equal(made().length, 0);
    },
    'while the operation runs': async () => {
      const running = load();
      await until(() => made().length > 5);
      await connection.close();
      await running;
      assert.ok(made().length < count, 'the operation was through already');
    },
    'before its results are taken': async () => {
      shop.fault({ kind: 'outage', match: ({ url }) => url?.startsWith('/bulk-results/') ?? false, times: Infinity });
      await load();
      assert.equal(made().length, count);
    },
  };
  for (const [moment, stop] of Object.entries(moments)) {
    it(`C16 a process that ends ${moment} leaves nothing lost and nothing doubled to the next`, async () => {
      await stop();
      await end();
      shop.clearFaults();
      await begin();
      const ended = await load();
      assert.deepEqual(ended.flatMap((one) => one.status === 'rejected' ? [String(one.reason)] : []), []);
      await until(() => made().length >= count);
      assert.deepEqual(made(), skus);
      assert.equal(new Set(shop.products().map(({ handle }) => handle)).size, shop.products().length);
      const links = new Links(store);
      for (const sku of skus) assert.deepEqual((await links.linkedIds({ system: erp, type: 'Product', id: sku })).map(({ id }) => id), [shop.product(sku).id]);
    });
  }
});
