import assert from 'node:assert/strict';
import type { BulkOutcome, Native, PendingOrders } from '../../../lib/connectors/contract';
import type { InventoryLevel } from '../../../lib/documents/types';
import { checkDocument } from '../../../lib/documents/validate';
import { openShop, type Shop } from './support';

const asOf = '2026-11-25T08:00:00Z';

describe('Shopify stock', function () {
  this.timeout(20_000);
  let shop: Shop;
  beforeEach(async () => { shop = await openShop(); });
  afterEach(() => shop[Symbol.asyncDispose]());

  const sku = (at = 0): string => shop.sandbox.world.products[at]?.sku ?? '';
  /** What an ERP tells of a SKU at a location. */
  function level(material: string, available: string, change: Partial<InventoryLevel> = {}): Native {
    return shop.connection.fromCanonical('inventory', {
      schemaVersion: '1.0', id: `erp:${material}`, externalIds: [{ system: 'erp', type: 'StockLocation', id: material }], version: { sourceUpdatedAt: asOf },
      sku: material, location: { code: 'Augsburg' }, mode: 'absolute', asOf, unitCode: 'C62', quantities: { available }, includesOpenCommerceOrders: true, ...change,
    });
  }
  const write = async (documents: Native[], pending?: PendingOrders): Promise<BulkOutcome[]> => {
    const outcomes = await shop.connection.upsertMany?.('inventory', documents, pending);
    assert.ok(outcomes);
    return outcomes;
  };
  const ended = (outcomes: BulkOutcome[]): string[] => outcomes.map((outcome) => 'result' in outcome ? outcome.result.outcome : outcome.error.code);
  const mutations = (): number => shop.sandbox.counters.mutations['inventorySetQuantities'] ?? 0;
  /** Orders the ERP has are `known`. */
  const pendingBut = (...known: string[]): PendingOrders => ({ since: () => Promise.resolve(new Date(Date.now() - 3_600_000).toISOString()), included: (id) => Promise.resolve(known.includes(id)) });

  it('is written in one call for many, and what is so already in none', async () => {
    const documents = Array.from({ length: 100 }, (_, at) => level(sku(at), String(at)));
    assert.deepEqual(new Set(ended(await write(documents))), new Set(['updated']));
    assert.equal(mutations(), 1);
    for (let at = 0; at < 100; at++) assert.equal(shop.sandbox.stock(sku(at), 'Augsburg').available, at);
    assert.equal(shop.sandbox.stock(sku(3), 'Dresden').available, 500);
    assert.deepEqual(new Set(ended(await write(documents))), new Set(['unchanged']));
    assert.equal(mutations(), 1);
  });

  it('C11 tells each record that cannot be written why, and writes the others', async () => {
    shop.sandbox.unstock(sku(2), 'Augsburg');
    const outcomes = await write([
      level(sku(0), '10'), level('NOPE', '1'), level(sku(1), '11'), level(sku(2), '12'), level(sku(3), '13', { location: { code: 'Atlantis' } }), level(sku(4), '2000000000'),
    ]);
    assert.deepEqual(ended(outcomes), ['updated', 'DATA_UNKNOWN_ITEM', 'updated', 'created', 'DATA_UNKNOWN_LOCATION', 'DATA_REFUSED']);
    assert.deepEqual([0, 1, 2].map((at) => shop.sandbox.stock(sku(at), 'Augsburg').available), [10, 11, 12]);
    const atlantis = outcomes[4];
    assert.match(atlantis && 'error' in atlantis ? atlantis.error.message : '', /Augsburg, Dresden/);
  });

  it('is compared before it is set: what somebody else changes meanwhile is read and written again', async () => {
    let touched = 0;
    shop.sandbox.fault({ kind: 'slow', ms: 1, match: (_, body) => {
      // Between our reading and our writing somebody counts in the shop's admin.
      if (body.includes('mutation SetStock') && touched++ < 2) shop.sandbox.setStock({ sku: sku(), available: 40 + touched, location: 'Augsburg' });
      return false;
    }, oneIn: 1 });
    assert.deepEqual(ended(await write([level(sku(), '7'), level(sku(1), '8')])), ['updated', 'updated']);
    assert.deepEqual([shop.sandbox.stock(sku(), 'Augsburg').available, shop.sandbox.stock(sku(1), 'Augsburg').available], [7, 8]);
    assert.equal(touched, 3);
  });

  for (const staleFields of [true, false]) {
    it(`a level that never stands still is a conflict, and the others are written${staleFields ? '' : ', also where the shop does not say which it is'}`, async () => {
      await using restless = await openShop({ staleFields });
      const { sandbox, connection } = restless;
      let touched = 0;
      sandbox.fault({ kind: 'slow', ms: 1, match: (_, body) => {
        if (body.includes('mutation SetStock')) sandbox.setStock({ sku: sku(9), available: 100 + touched++, location: 'Augsburg' });
        return false;
      }, oneIn: 1 });
      const outcomes = await connection.upsertMany?.('inventory', Array.from({ length: 100 }, (_, at) => level(sku(at), '8'))) ?? [];
      assert.deepEqual(ended(outcomes), Array.from({ length: 100 }, (_, at) => at === 9 ? 'CONFLICT_CHANGE_FROM_QUANTITY_STALE' : 'updated'));
      assert.equal(sandbox.stock(sku(99), 'Augsburg').available, 8);
    });
  }

  it('C35 leaves to orders what the ERP does not know of yet', async () => {
    const [known, unknown] = [12, 30].map((quantity) => shop.sandbox.placeOrder({ lines: [{ sku: sku(), quantity }] }));
    assert.deepEqual(shop.sandbox.stock(sku(), 'Augsburg'), { available: 458, committed: 42, onHand: 500 });
    // SAP has 300, less the 12 of the order it knows.
    const [first] = await write([level(sku(), '288')], pendingBut(`gid://shopify/Order/${known?.id ?? ''}`));
    assert.ok(first && 'result' in first);
    assert.equal(first.result.provisional, true, `${unknown?.name ?? ''} is not in SAP`);
    assert.equal(shop.sandbox.stock(sku(), 'Augsburg').available, 258);
  });

  it('a figure that leaves open orders out gets all of them taken off', async () => {
    shop.sandbox.placeOrder({ lines: [{ sku: sku(), quantity: 12 }] });
    await write([level(sku(), '300', { includesOpenCommerceOrders: false })], pendingBut());
    assert.equal(shop.sandbox.stock(sku(), 'Augsburg').available, 288);
  });

  it('of a SKU that several items share is nobody\'s, and the others are still found', async () => {
    await using many = await openShop({ products: 600 });
    const { products } = many.sandbox.world;
    for (const product of products.slice(1, 300)) product.sku = products[0]?.sku ?? '';
    const outcomes = await many.connection.upsertMany?.('inventory', [products[0], products[300], products[301]].map((product) => level(product?.sku ?? '', '9'))) ?? [];
    assert.deepEqual(ended(outcomes), ['DATA_AMBIGUOUS_ITEM', 'updated', 'updated']);
  });

  it('is refused as a change or without what is available, and counts whole pieces only', () => {
    for (const [change, path] of [[{ mode: 'delta' }, /mode/], [{ quantities: { onHand: '5' } }, /quantities\.available/], [{ location: { name: 'x' } }, /location\.code/]] as const) {
      assert.throws(() => level(sku(), '1', change), path);
    }
    assert.equal(level(sku(), '7.9')['available'], 7);
  });

  it('finds a location by the map of the settings', async () => {
    await using mapped = await openShop({}, { settings: { locations: [{ code: '1020', location: 'dresden' }] } });
    const document = level(mapped.sandbox.world.products[0]?.sku ?? '', '5', { location: { code: '1020' } });
    assert.deepEqual(ended(await mapped.connection.upsertMany?.('inventory', [document]) ?? []), ['updated']);
    assert.equal(mapped.sandbox.stock(mapped.sandbox.world.products[0]?.sku ?? '', 'Dresden').available, 5);
  });

  it('C13 is listed whole of a shop with more locations than an item brings along', async () => {
    await using many = await openShop({ products: 2, sites: 123 });
    const found: Native[] = [];
    for await (const { records } of many.connection.list('inventory')) found.push(...records);
    assert.equal(new Set(found.map((one) => many.connection.identify('inventory', one).id)).size, 2 * 123);
    assert.equal(found.length, 2 * 123);
  });

  it('C13 is listed whole, each level a valid document, whatever the page size', async () => {
    const all = async (pageSize?: number): Promise<InventoryLevel[]> => {
      const found: Native[] = [];
      for await (const { records } of shop.connection.list('inventory', pageSize === undefined ? {} : { pageSize })) found.push(...records);
      return found.map((record) => shop.connection.toCanonical('inventory', record) as unknown as InventoryLevel);
    };
    const levels = await all();
    assert.equal(levels.length, 240);
    assert.deepEqual(levels.flatMap((one) => checkDocument('inventory-level', one)), []);
    for (const pageSize of [1, 40, 119, 120, 121]) assert.deepEqual((await all(pageSize)).map(({ id }) => id), levels.map(({ id }) => id), `page size ${String(pageSize)}`);
  });
});
