import assert from 'node:assert/strict';
import { ownedApart, ownershipOf, respectOwner, type OwnershipRule } from '../../lib/sync/ownership';
import type { Customer } from '../../lib/documents/types';
import type { WriteRequest } from '../../lib/sync/operation';
import { preview } from '../../lib/sync/preview';
import { policies } from './desk';
import { TwoSystems } from './two-systems';

const shop = 'shopify:acme.myshopify.com';
const document = { schemaVersion: '1.0', name: 'Bolt', descriptions: [{ language: 'de', text: 'Schraube' }], variants: [{ sku: 'A', gtin: '1', weight: '2' }, { sku: 'B' }] };
/** What is written of a record that is there. */
const changed = (one: WriteRequest, rules: OwnershipRule[], isNew = false): WriteRequest => ownedApart(respectOwner(one, rules, shop), isNew);
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
    assert.throws(() => changed(request(), rules), (reason: { cause: { issues: { path: string }[] } }) => {
      assert.deepEqual(reason.cause.issues.map(({ path }) => path), ['descriptions', 'variants.gtin']);
      return true;
    });
    assert.deepEqual(changed(request({ document: { name: 'Bolt' } }), rules).document, { name: 'Bolt' });
  });

  it('or goes on without it, in the document and in the native one, and without changing what came', () => {
    const rules = ownershipOf([{ entity: 'product', fields: 'descriptions  variants.gtin', otherwise: 'leaveOut' }]);
    const before = structuredClone(document);
    const written = changed(request({ native: { descriptions: 'x', Product: 'A' } }), rules);
    assert.deepEqual(written.document, { schemaVersion: '1.0', name: 'Bolt', variants: [{ sku: 'A', weight: '2' }, { sku: 'B' }] });
    assert.deepEqual(written.native, { Product: 'A' });
    assert.deepEqual(document, before);
  });

  it('a new record is complete, unless the rule is strict', () => {
    for (const otherwise of ['refuse', 'leaveOut']) {
      assert.deepEqual(changed(request(), ownershipOf([{ entity: 'product', fields: 'name', otherwise }]), true).document, document);
    }
    const { name: _, ...nameless } = document;
    assert.deepEqual(changed(request(), ownershipOf([{ entity: 'product', fields: 'name', otherwise: 'leaveOut', onCreate: 'same' }]), true).document, nameless);
    assert.throws(() => changed(request(), ownershipOf([{ entity: 'product', fields: 'name', onCreate: 'same' }]), true), { code: 'DATA_NOT_OWNER' });
  });

  describe('of customers in a shop and an ERP', () => {
    const customer = (document: Partial<Customer>): Customer => ({
      schemaVersion: '1.0', id: 'shop:1', externalIds: [{ system: 'other:shop', type: 'Company', id: '1', number: 'N-1' }], version: { sourceUpdatedAt: '2026-11-21T10:00:00Z' }, systemOfRecord: 'other:shop',
      customerType: 'company', status: 'active', legalName: 'Neu GmbH', language: 'de', ...document,
      addresses: [{ address: { streetName: 'Ring', buildingNumber: '7', cityName: 'Ulm', postalZone: '89073', countryCode: 'DE' }, usage: ['billing', 'shipping'], isDefault: true }],
    });
    const name = (both: TwoSystems, number: string): Promise<string | undefined> => both.read(both.erp, number).then(({ legalName }) => legalName);
    const rules = ownershipOf([{ entity: 'customer', fields: 'legalName', otherwise: 'leaveOut' }]);

    it('an upsert that makes one takes the owner\'s fields, and leaves them out ever after: by link, by match, and in a dry run', async () => {
      await using both = await TwoSystems.open();
      const owner = { system: both.erp.system, rules };
      const tried = await preview({ operation: 'upsert', entity: 'customer', document: customer({}), policies, owner }, both.services(both.erp));
      assert.match(JSON.stringify(tried.changes), /Neu GmbH/);
      const { result } = await both.write(both.erp, customer({}), { owner });
      assert.deepEqual([result.outcome, await name(both, result.externalId.id)], ['created', 'Neu GmbH']);
      const renamed = customer({ legalName: 'Anders GmbH' });
      assert.deepEqual((await preview({ operation: 'upsert', entity: 'customer', document: renamed, policies, owner }, both.services(both.erp))).changes, []);
      assert.equal((await both.write(both.erp, renamed, { owner })).result.outcome, 'unchanged');
      const twin = customer({ id: 'shop:2', legalName: 'Anders GmbH', customerNumber: result.externalId.id, externalIds: [{ system: 'other:shop', type: 'Company', id: '2' }] });
      assert.equal((await both.write(both.erp, twin, { owner })).result.externalId.id, result.externalId.id);
      assert.equal(await name(both, result.externalId.id), 'Neu GmbH');
      await assert.rejects(both.write(both.erp, renamed, { owner: { ...owner, rules: ownershipOf([{ entity: 'customer', fields: 'legalName' }]) } }), { code: 'DATA_NOT_OWNER' });
    });

    it('a company of the shop keeps its name, and its location the one it has', async () => {
      await using both = await TwoSystems.open();
      const document = customer({ customerNumber: 'N-1', email: 'neu@customer.example' });
      const { result } = await both.write(both.shop, document);
      const before = await both.read(both.shop, result.externalId.id);
      const moved = { ...document, legalName: 'Anders GmbH', addresses: [{ address: { streetName: 'Kai', buildingNumber: '3', cityName: 'Kiel', postalZone: '24103', countryCode: 'DE' }, usage: ['billing' as const, 'shipping' as const], isDefault: true }] };
      assert.equal((await both.write(both.shop, moved, { owner: { system: both.shop.system, rules } })).result.outcome, 'updated');
      const after = await both.read(both.shop, result.externalId.id);
      assert.deepEqual([after.legalName, after.locations?.map(({ name: one, shippingAddress }) => [one, shippingAddress?.cityName])], ['Neu GmbH', [[before.locations?.[0]?.name, 'Kiel']]]);
    });
  });

  it('a rule that cannot be is told, a blank row is none', () => {
    assert.deepEqual(ownershipOf([{}]), []);
    assert.deepEqual(ownershipOf(undefined), []);
    assert.throws(() => ownershipOf([{ entity: 'prodcut' }]), { code: 'CONFIG_OWNS' });
    assert.throws(() => ownershipOf([{ entity: 'product', otherwise: 'ignore' }]), { code: 'CONFIG_OWNS' });
    assert.throws(() => ownershipOf([{ entity: 'product', onCreate: 'never' }]), { code: 'CONFIG_OWNS' });
  });
});
