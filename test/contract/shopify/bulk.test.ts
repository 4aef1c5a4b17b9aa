import assert from 'node:assert/strict';
import type { BulkOutcome, Native } from '../../../lib/connectors/contract';
import type { Product } from '../../../lib/documents/types';
import type { ShopifySandboxOptions } from '../../../sandbox/shopify';
import { openShop, type Shop } from './support';

const erp = 'sap-s4:prd-100';

function material(sku: string, change: Partial<Product> = {}): Product {
  return {
    schemaVersion: '1.0', id: `${erp}:Product:${sku}`, externalIds: [{ system: erp, type: 'Product', id: sku, number: sku }], version: { sourceUpdatedAt: '2026-11-25T08:00:00Z' },
    systemOfRecord: erp, name: `Name of ${sku}`, productType: 'simple', status: 'active', sku, variants: [{ id: sku, sku, status: 'active', baseUnitCode: 'C62' }], ...change,
  };
}

describe('Shopify bulk operations', function () {
  this.timeout(30_000);
  let shop: Shop;
  beforeEach(() => open());
  afterEach(() => shop[Symbol.asyncDispose]());
  async function open(options: ShopifySandboxOptions = {}): Promise<void> { shop = await openShop(options, { settings: { newProducts: 'active' } }); }

  const upsertAll = (documents: Product[]): Promise<BulkOutcome[]> =>
    shop.connection.upsertMany?.('product', documents.map((document): Native => shop.connection.fromCanonical('product', { ...document }))) ?? assert.fail();
  const skus = (count: number): string[] => Array.from({ length: count }, (_, at) => `NEW-${String(at).padStart(3, '0')}`);
  const made = (): string[] => shop.sandbox.products().flatMap(({ variants }) => variants.map(({ sku }) => sku ?? '')).filter((sku) => sku.startsWith('NEW-')).sort();
  const codes = (outcomes: BulkOutcome[]): string[] => outcomes.map((one) => 'error' in one ? one.error.code : one.result.outcome);
  const calls = (name: string): number => shop.sandbox.counters.mutations[name] ?? 0;

  it('make many new products in one go, past the limit on points, each with its own result', async () => {
    const before = shop.sandbox.counters.pointsSpent;
    const outcomes = await upsertAll(skus(120).map((sku) => material(sku)));
    assert.deepEqual(codes(outcomes), Array.from({ length: 120 }, () => 'created'));
    assert.deepEqual(made(), skus(120));
    assert.equal(calls('bulkOperationRunMutation'), 1);
    assert.ok(shop.sandbox.counters.pointsSpent - before < 120 * 4, `${String(shop.sandbox.counters.pointsSpent - before)} points`);
    for (const [at, outcome] of outcomes.entries()) {
      assert.ok('result' in outcome);
      assert.equal(outcome.result.externalId.id, shop.sandbox.product(skus(120)[at] ?? '').id);
    }
  });

  it('are not worth it for a few, nor for what is there already: that is compared, and only what differs is sent', async () => {
    assert.deepEqual(codes(await upsertAll(skus(10).map((sku) => material(sku)))), Array.from({ length: 10 }, () => 'created'));
    assert.equal(calls('bulkOperationRunMutation'), 0);
    const again = await upsertAll(skus(70).map((sku) => material(sku)));
    assert.deepEqual(codes(again), [...Array.from({ length: 10 }, () => 'unchanged'), ...Array.from({ length: 60 }, () => 'created')]);
    assert.equal(calls('bulkOperationRunMutation'), 1);
    assert.deepEqual(codes(await upsertAll(skus(70).map((sku) => material(sku)))), Array.from({ length: 70 }, () => 'unchanged'));
    assert.equal(calls('bulkOperationRunMutation'), 1);
    assert.deepEqual(made(), skus(70));
  });

  it('C11 refuse a bad record by name, and make all others', async () => {
    const outcomes = await upsertAll(skus(60).map((sku, at) => material(sku, at === 7 ? { name: 'x'.repeat(300) } : at === 9 ? { status: 'archived' } : {})));
    assert.deepEqual(codes(outcomes).map((code, at) => `${String(at)} ${code}`).filter((code) => !code.endsWith('created')), ['7 DATA_REFUSED', '9 DATA_NOTHING_TO_ARCHIVE']);
    const refused = outcomes[7];
    assert.match(refused && 'error' in refused ? refused.error.message : '', /NEW-007/);
    assert.equal(made().length, 58);
  });

  it('do not overwrite somebody else\'s product that stands at the address a new one would get', async () => {
    shop.sandbox.addProduct({ title: 'By hand', sku: 'HAND', handle: 'new-003' });
    const taken = shop.sandbox.products().find(({ handle }) => handle === 'new-003') ?? assert.fail();
    const upper = skus(60).map((sku) => material(sku, { handle: sku.toLowerCase() }));
    assert.equal(codes(await upsertAll(upper))[3], 'DATA_HANDLE_TAKEN');
    assert.equal(shop.sandbox.products().find(({ id }) => id === taken.id)?.title, 'By hand');
  });

  it('C16 that end half way tell what they did, of the others that it is not known; the next try makes what is missing and doubles nothing', async () => {
    shop.sandbox.fault({ kind: 'bulk-failure' });
    const first = await upsertAll(skus(60).map((sku) => material(sku)));
    assert.deepEqual(codes(first), [...Array.from({ length: 30 }, () => 'created'), ...Array.from({ length: 30 }, () => 'TRANSIENT_BULK_FAILED')]);
    const unknown = first[59];
    assert.equal(unknown && 'error' in unknown && unknown.error.cause.unknownOutcome, true);
    const second = await upsertAll(skus(60).map((sku) => material(sku)));
    assert.deepEqual(codes(second), [...Array.from({ length: 30 }, () => 'unchanged'), ...Array.from({ length: 30 }, () => 'created')]);
    assert.deepEqual(made(), skus(60));
  });

  it('wait for room while five others run', async () => {
    await shop[Symbol.asyncDispose]();
    await open({ bulkLineMs: 5 });
    const parts = Array.from({ length: 7 }, (_, part) => skus(60).map((sku) => material(`${sku}-${String(part)}`)));
    const outcomes = await Promise.all(parts.map((documents) => upsertAll(documents)));
    assert.deepEqual(new Set(outcomes.flatMap(codes)), new Set(['created']));
    assert.equal(made().length, 420);
    assert.ok(calls('bulkOperationRunMutation') > 7, 'none was refused for want of room');
  });

  it('whose answers are lost on the way are not repeated blindly', async () => {
    shop.sandbox.fault({ kind: 'lost-response', match: (_, body) => body.includes('bulkOperationRunMutation') });
    await assert.rejects(upsertAll(skus(60).map((sku) => material(sku))), ({ code }: { code: string }) => code.startsWith('TRANSIENT_'));
    const again = await upsertAll(skus(60).map((sku) => material(sku)));
    assert.ok(codes(again).every((code) => code === 'created' || code === 'unchanged'));
    assert.deepEqual(made(), skus(60));
  });

  it('end with an error at once when the connection is closed', async () => {
    await shop[Symbol.asyncDispose]();
    await open({ bulkLineMs: 1000 });
    const running = upsertAll(skus(60).map((sku) => material(sku)));
    const ended = assert.rejects(running, ({ code }: { code: string }) => code.startsWith('TRANSIENT_') && code !== 'TRANSIENT_TIMEOUT');
    while ((shop.sandbox.counters.queries['bulkOperation'] ?? 0) === 0) await new Promise((resolve) => { setImmediate(resolve); });
    await shop.connection.close();
    await ended;
  });
});
