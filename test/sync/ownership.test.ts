import assert from 'node:assert/strict';
import { ownershipOf, respectOwner } from '../../lib/sync/ownership';
import type { WriteRequest } from '../../lib/sync/operation';
import { policies } from './desk';

const shop = 'shopify:acme.myshopify.com';
const document = { schemaVersion: '1.0', name: 'Bolt', descriptions: [{ language: 'de', text: 'Schraube' }], variants: [{ sku: 'A', gtin: '1', weight: '2' }, { sku: 'B' }] };
const request = (change: Partial<WriteRequest> = {}): WriteRequest => ({ operation: 'upsert', entity: 'product', document, policies, event: { subject: 'product/A' }, ...change });

describe('C55 system of record', () => {
  it('a write against the owner of the whole record is refused with a reason, whatever the operation', () => {
    const rules = ownershipOf([{ entity: 'product' }]);
    for (const operation of ['create', 'upsert', 'update', 'cancel'] as const) {
      assert.throws(() => respectOwner(request({ operation }), rules, shop), (reason: { code: string; message: string }) => {
        assert.equal(reason.code, 'DATA_NOT_OWNER');
        assert.match(reason.message, /product\/A was not written \(\w+\): shopify:acme\.myshopify\.com is the system of record/);
        return true;
      });
    }
    assert.deepEqual(respectOwner(request({ entity: 'price' }), rules, shop).document, document);
  });

  it('a write of a field that belongs to it is refused, naming the field', () => {
    const rules = ownershipOf([{ entity: 'product', fields: 'descriptions variants.gtin notThere' }]);
    assert.throws(() => respectOwner(request(), rules, shop), (reason: { cause: { issues: { path: string }[] } }) => {
      assert.deepEqual(reason.cause.issues.map(({ path }) => path), ['descriptions', 'variants.gtin']);
      return true;
    });
    assert.deepEqual(respectOwner(request({ document: { name: 'Bolt' } }), rules, shop).document, { name: 'Bolt' });
  });

  it('or goes on without it, in the document and in the native one, and without changing what came', () => {
    const rules = ownershipOf([{ entity: 'product', fields: 'descriptions  variants.gtin', otherwise: 'leaveOut' }]);
    const before = structuredClone(document);
    const written = respectOwner(request({ native: { descriptions: 'x', Product: 'A' } }), rules, shop);
    assert.deepEqual(written.document, { schemaVersion: '1.0', name: 'Bolt', variants: [{ sku: 'A', weight: '2' }, { sku: 'B' }] });
    assert.deepEqual(written.native, { Product: 'A' });
    assert.deepEqual(document, before);
  });

  it('a new record is complete', () => {
    for (const otherwise of ['refuse', 'leaveOut']) {
      assert.deepEqual(respectOwner(request({ operation: 'create' }), ownershipOf([{ entity: 'product', fields: 'name', otherwise }]), shop).document, document);
    }
  });

  it('a rule that cannot be is told, a blank row is none', () => {
    assert.deepEqual(ownershipOf([{}]), []);
    assert.deepEqual(ownershipOf(undefined), []);
    assert.throws(() => ownershipOf([{ entity: 'prodcut' }]), { code: 'CONFIG_OWNS' });
    assert.throws(() => ownershipOf([{ entity: 'product', otherwise: 'ignore' }]), { code: 'CONFIG_OWNS' });
  });
});
