import assert from 'node:assert/strict';
import type { Product } from '../../lib/documents/types';
import { preview } from '../../lib/sync/preview';
import { write } from '../../lib/sync/operation';
import { policies } from './desk';
import { TwoSystems } from './two-systems';

describe('C44 the tombstone of a product the shop never had', () => {
  const request = (change: Partial<Product>): Parameters<typeof write>[0] => {
    const document: Product = {
      schemaVersion: '1.0', id: 'erp:T-1', externalIds: [{ system: 'sap:t', type: 'Product', id: 'T-1', number: 'T-1' }], version: { sourceUpdatedAt: '2026-11-21T10:00:00Z' }, name: 'Bolt',
      productType: 'simple', status: 'active', variants: [{ id: 'T-1', sku: 'T-1', status: 'active', baseUnitCode: 'C62' }], ...change,
    };
    return { operation: 'upsert', entity: 'product', document, policies };
  };
  const gone = request({ status: 'archived', deleted: true });

  it('is skipped with the reason, in a dry run too, and keeps nobody from making the product when it comes back', async () => {
    await using both = await TwoSystems.open();
    const services = both.services(both.shop);
    for (let n = 0; n < 2; n++) {
      const { result, payload, repeated } = await write(gone, services);
      assert.deepEqual([result.outcome, result.reason, repeated], ['skipped', `product T-1 is deleted and was never in ${both.shop.system}: there is nothing to archive.`, false]);
      assert.deepEqual(payload, gone.document);
    }
    const { outcome, reason, changes } = await preview(gone, services);
    assert.deepEqual([outcome, reason?.slice(0, 22), changes], ['skipped', 'product T-1 is deleted', []]);
    assert.equal(both.writes().shop, 0);
    assert.equal((await write(request({ version: { sourceUpdatedAt: '2026-11-22T10:00:00Z' } }), services)).result.outcome, 'created');
    assert.equal((await write(request({ deleted: true, status: 'archived', version: { sourceUpdatedAt: '2026-11-23T10:00:00Z' } }), services)).result.outcome, 'cancelled');
  });
});
