import assert from 'node:assert/strict';
import type { Entity } from '../../../lib/documents/event';
import { openShop } from './support';

describe('how many records a shop has', () => {
  for (const entity of ['product', 'price'] as const) {
    it(`is told of ${entity} records in one query`, async () => {
      await using shop = await openShop({ products: 30 });
      let found = 0;
      for await (const { records } of shop.connection.list(entity)) found += records.length;
      assert.ok(found > 0);
      const counted = (): number => Object.values(shop.sandbox.counters.queries).reduce((sum, count) => sum + count, 0);
      const before = counted();
      assert.equal(await shop.connection.count?.(entity), found);
      // The price lists themselves are known.
      assert.ok(counted() - before <= 2);
    });
  }

  it('is told of products since a time', async () => {
    await using shop = await openShop({ products: 30 });
    assert.equal(await shop.connection.count?.('product', { updatedSince: '2999-01-01T00:00:00Z' }), 0);
  });

  it('of customers includes the contacts of companies, and is not known since a time', async () => {
    await using shop = await openShop();
    const { companies } = shop.sandbox.world;
    let found = 0;
    for await (const { records } of shop.connection.list('customer')) found += records.length;
    assert.equal(await shop.connection.count?.('customer'), found + companies.length);
    assert.equal(await shop.connection.count?.('customer', { updatedSince: '2020-01-01T00:00:00Z' }), undefined);
  });

  it('is not told of what stands in orders, and of stock', async () => {
    await using shop = await openShop();
    for (const entity of ['payment', 'shipment', 'inventory'] satisfies Entity[]) assert.equal(await shop.connection.count?.(entity), undefined);
  });
});
