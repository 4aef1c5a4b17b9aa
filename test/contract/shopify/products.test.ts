import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Connection, ConnectOptions, FieldChange, Native, WriteResult } from '../../../lib/connectors/contract';
import { productWriteOf } from '../../../lib/connectors/shopify/product-documents';
import example from '../../../lib/documents/examples/product.example.json';
import type { Product, Variant } from '../../../lib/documents/types';
import { checkDocument } from '../../../lib/documents/validate';
import { shopify } from '../../../lib/connectors/shopify';
import type { ProductView, ShopifySandboxOptions } from '../../../sandbox/shopify';
import { openShop, type Shop } from './support';

const at = (minute: number): string => new Date(Date.UTC(2026, 10, 25, 8, minute)).toISOString();
const erp = 'sap-s4:prd-100';

describe('Shopify products are written', function () {
  this.timeout(30_000);
  let shop: Shop;
  const open = async (options: ShopifySandboxOptions = {}, settings: ConnectOptions['settings'] = {}): Promise<void> => {
    shop = await openShop(options, { settings: { newProducts: 'active', ...settings } });
  };
  beforeEach(() => open());
  afterEach(() => shop[Symbol.asyncDispose]());
  const reopen = async (options: ShopifySandboxOptions = {}, settings: ConnectOptions['settings'] = {}): Promise<void> => {
    await shop[Symbol.asyncDispose]();
    await open(options, settings);
  };

  /** A document of one variant, as an ERP's material is. */
  function material(sku: string, change: Partial<Product> = {}, variant: Partial<Variant> = {}): Product {
    const status = change.status === 'blocked' ? 'blocked' : 'active';
    return {
      schemaVersion: '1.0', id: `${erp}:Product:${sku}`, externalIds: [{ system: erp, type: 'Product', id: sku, number: sku }], version: { sourceUpdatedAt: at(0) },
      systemOfRecord: erp, name: `Name of ${sku}`, productType: 'simple', status: 'active', sku,
      variants: [{ id: sku, sku, status, baseUnitCode: 'C62', ...variant }], ...change,
    };
  }
  /** A document of a variant each for sizes. */
  function sizes(names: string[], change: Partial<Product> = {}, variant: (size: string) => Partial<Variant> = () => ({})): Product {
    return material('SIZED', {
      productType: 'configurable', optionNames: ['Size'],
      variants: names.map((size) => ({ id: size, sku: `SIZED-${size}`, status: 'active', baseUnitCode: 'C62', options: [{ name: 'Size', value: size }], ...variant(size) })), ...change,
    });
  }
  const native = (document: Product, connection: Connection = shop.connection): Native => connection.fromCanonical('product', { ...document });
  const upsert = (document: Product, id?: string): Promise<WriteResult> => shop.connection.upsert('product', native(document), id);
  const seen = (sku: string): ProductView => shop.sandbox.product(sku);
  const sku = (n = 0): string => shop.sandbox.world.products[n]?.sku ?? '';
  const gid = (n = 0): string => seen(sku(n)).id;
  const count = (): number => shop.sandbox.products().length;
  const writes = (): number => Object.values(shop.sandbox.counters.mutations).reduce((sum, one) => sum + one, 0);
  const calls = (): number => writes() + Object.values(shop.sandbox.counters.queries).reduce((sum, one) => sum + one, 0);
  const noteOf = (view: ProductView, key = 'sync'): Record<string, unknown> => JSON.parse(view.metafields.find((one) => one.key === key)?.value ?? '{}') as Record<string, unknown>;
  const purchasable = (name: string): boolean => seen(name).variants.find((one) => one.sku === name)?.purchasable === true;
  const read = async (id: string): Promise<Product> => {
    const found = await shop.connection.get('product', id) ?? assert.fail();
    const document = shop.connection.toCanonical('product', found) as unknown as Product;
    assert.deepEqual(checkDocument('product', document), []);
    return document;
  };

  describe('that the shop does not have', () => {
    it('are made in one call, with stock that can be written', async () => {
      const result = await upsert(material('NEW-1', { brand: 'Acme', productGroup: 'L001', description: 'A < B\n\nC', tags: ['din933'] }, { gtin: '4012345000016', hsCode: '73181535', countryOfOrigin: 'TW', grossWeight: { value: '2.450', unitCode: 'KGM' } }));
      assert.deepEqual([result.outcome, result.externalId.type, result.externalId.number], ['created', 'Product', 'NEW-1']);
      assert.equal(writes(), 1);
      const made = seen('NEW-1');
      assert.deepEqual([made.title, made.vendor, made.productType, made.status, made.handle, made.descriptionHtml], ['Name of NEW-1', 'Acme', 'L001', 'ACTIVE', 'new-1', '<p>A &lt; B</p>\n<p>C</p>']);
      const [variant] = made.variants;
      assert.deepEqual([variant?.barcode, variant?.hsCode, variant?.country, variant?.weight, variant?.tracked, variant?.inventoryPolicy], ['4012345000016', '73181535', 'TW', { value: 2.45, unit: 'KILOGRAMS' }, true, 'DENY']);
      const [stock] = await shop.connection.upsertMany?.('inventory', ['Augsburg', 'Dresden'].map((code) => shop.connection.fromCanonical('inventory', {
        schemaVersion: '1.0', id: `l:${code}`, externalIds: [{ system: erp, type: 'StockLocation', id: code }], version: { sourceUpdatedAt: at(0) }, sku: 'NEW-1', location: { code },
        mode: 'absolute', asOf: at(0), unitCode: 'C62', quantities: { available: '7' }, includesOpenCommerceOrders: true,
      }))) ?? [];
      assert.ok(stock && 'result' in stock);
      assert.deepEqual(['Augsburg', 'Dresden'].map((one) => shop.sandbox.stock('NEW-1', one).available), [7, 7]);
    });

    it('stay drafts until somebody has looked, unless the settings say otherwise', async () => {
      await reopen({}, { newProducts: 'draft' });
      await upsert(material('NEW-1'));
      assert.equal(seen('NEW-1').status, 'DRAFT');
      assert.equal((await upsert(material('NEW-1', { version: { sourceUpdatedAt: at(1) } }))).outcome, 'unchanged');
      shop.sandbox.updateProduct('NEW-1', { status: 'ACTIVE' });
      await upsert(material('NEW-1', { name: 'Other', version: { sourceUpdatedAt: at(2) } }));
      assert.equal(seen('NEW-1').status, 'ACTIVE');
    });

    it('C44 are not made of a tombstone, and say so', async () => {
      await assert.rejects(upsert(material('NEW-1', { deleted: true, status: 'archived' })), { code: 'DATA_NOTHING_TO_ARCHIVE', message: /product NEW-1/ });
      await assert.rejects(upsert(material('NEW-1', { handle: seen(sku()).handle })), { code: 'DATA_HANDLE_TAKEN' });
      assert.equal(writes(), 0);
    });

    it('are services without stock', async () => {
      await upsert(material('HOUR', { productType: 'service' }));
      const [variant] = seen('HOUR').variants;
      assert.deepEqual([variant?.tracked, variant?.requiresShipping], [false, false]);
    });
  });

  describe('that the shop has', () => {
    it('are found by SKU and taken over, whatever else staff has made of them', async () => {
      shop.sandbox.addProduct({ title: 'By hand', sku: 'HAND-1', tags: ['sale'], descriptionHtml: '<p>Ours</p>', vendor: 'Us' });
      const before = count();
      const result = await upsert(material('HAND-1', { tags: ['din933'] }));
      assert.deepEqual([result.outcome, result.externalId.id, count()], ['updated', seen('HAND-1').id, before]);
      const { title, tags, descriptionHtml, vendor } = seen('HAND-1');
      assert.deepEqual([title, tags, descriptionHtml, vendor], ['Name of HAND-1', ['din933', 'sale'], '<p>Ours</p>', 'Us']);
    });

    it('are refused if several match, and none is picked', async () => {
      shop.sandbox.addProduct({ title: 'One', sku: 'TWICE' });
      shop.sandbox.addProduct({ title: 'Two', sku: 'TWICE' });
      await assert.rejects(upsert(material('TWICE')), { code: 'DATA_AMBIGUOUS_ITEM', message: /none was picked/ });
      shop.sandbox.addProduct({ title: 'Both', options: ['Size'], variants: [{ sku: 'SAME', values: ['S'] }, { sku: 'SAME', values: ['M'] }] });
      await assert.rejects(upsert(material('SAME')), { code: 'DATA_AMBIGUOUS_ITEM' });
      assert.equal(writes(), 0);
    });

    it('are found by GTIN only if the settings say so', async () => {
      const { gtin } = shop.sandbox.world.products[0] ?? assert.fail();
      assert.equal((await upsert(material('OTHER-NO', {}, { gtin }))).outcome, 'created');
      await reopen({}, { matchProductsBy: 'sku-gtin' });
      assert.equal((await upsert(material('OTHER-NO', {}, { gtin }))).outcome, 'updated');
      assert.deepEqual([count(), seen('OTHER-NO').variants.length], [shop.sandbox.world.products.length, 1]);
    });

    it('numbers that look alike in an address are two products', async () => {
      await Promise.all(['A.1', 'A-1', 'a-1'].map((one) => upsert(material(one))));
      assert.equal(new Set(['A.1', 'A-1', 'a-1'].map((one) => seen(one).id)).size, 3);
    });

    it('get only what differs, and nothing where nothing does', async () => {
      const document = material('NEW-1', { brand: 'Acme', attributes: [{ code: 'thread', value: 'M8' }] }, { gtin: '4012345000016', grossWeight: { value: '2.450', unitCode: 'KGM' } });
      const { externalId: { id } } = await upsert(document);
      const [before, asked] = [writes(), calls()];
      assert.equal((await upsert(document, id)).outcome, 'unchanged');
      assert.deepEqual([writes() - before, calls() - asked], [0, 1]);
      assert.equal((await upsert({ ...document, name: 'Newer', version: { sourceUpdatedAt: at(1) } }, id)).outcome, 'updated');
      assert.equal(writes() - before, 1);
      assert.deepEqual([seen('NEW-1').title, seen('NEW-1').vendor], ['Newer', 'Acme']);
    });

    it('keep what the document does not speak of', async () => {
      const { externalId: { id } } = await upsert(material('NEW-1', { brand: 'Acme', description: 'One', attributes: [{ code: 'a', value: '1' }] }, { gtin: '4012345000016', mpn: 'X-1' }));
      await upsert(material('NEW-1', { version: { sourceUpdatedAt: at(1) } }), id);
      const { brand, description, attributes, variants: [variant] } = await read(id);
      assert.deepEqual([brand, description, attributes, variant?.gtin, variant?.mpn], ['Acme', 'One', [{ code: 'a', value: '1' }], '4012345000016', 'X-1']);
    });

    it('come back as they were written, in all that the document speaks of', async () => {
      const { categories, attributes, tags, brand, productGroup } = example as unknown as Product;
      const document = material('ROUND', {
        status: 'active', brand: brand ?? '', productGroup: productGroup ?? '', tags: tags ?? [], categories: categories ?? [], attributes: attributes ?? [], productType: 'configurable', description: 'DIN 933\nA2 & A4',
        optionNames: ['Length', 'Packaging'], version: { sourceUpdatedAt: at(0) },
        variants: [40, 60].map((length) => ({
          id: String(length), sku: `ROUND-${String(length)}`, gtin: length === 40 ? '4012345000016' : '4012345000030', mpn: `933-${String(length)}`, status: 'active', baseUnitCode: 'XBX',
          options: [{ name: 'Length', value: `${String(length)} mm` }, { name: 'Packaging', value: 'Box' }],
          alternativeUnits: [{ unitCode: 'C62', numerator: '1', denominator: '3' }, { unitCode: 'XPX', numerator: '48', denominator: '1', gtin: '4012345000016' }],
          quantityRule: { minimum: '5', increment: '5' }, trackInventory: true, inventoryPolicy: 'deny', requiresShipping: true, grossWeight: { value: '2.450', unitCode: 'KGM' }, netWeight: { value: '2.4', unitCode: 'KGM' },
          hsCode: '73181535', countryOfOrigin: 'TW', taxCategory: { code: 'S', percent: '19', scheme: 'VAT' },
        })),
      });
      assert.deepEqual(checkDocument('product', document), []);
      const { externalId: { id } } = await upsert(document);
      const back = await read(id) as unknown as Record<string, unknown>;
      for (const [name, value] of Object.entries(document)) {
        if (['id', 'sku', 'externalIds', 'version', 'systemOfRecord', 'variants'].includes(name)) continue;
        assert.deepEqual(name === 'tags' ? [...back[name] as string[]].sort() : back[name], name === 'tags' ? [...value as string[]].sort() : value, name);
      }
      (back['variants'] as Variant[]).forEach((variant, index) => {
        for (const [name, value] of Object.entries(document.variants[index] ?? {})) if (name !== 'id') assert.deepEqual((variant as unknown as Record<string, unknown>)[name], value, name);
      });
      assert.equal((await upsert(document, id)).outcome, 'unchanged');
    });

    it('a dry run tells field by field what would change, and changes nothing', async () => {
      const preview = (document: Product, id?: string): Promise<FieldChange[] | undefined> => shop.connection.preview?.('product', native(document), id) ?? assert.fail();
      assert.deepEqual((await preview(material('NEW-1')))?.find(({ path }) => path === 'title'), { path: 'title', after: 'Name of NEW-1' });
      assert.equal(writes(), 0);
      const { externalId: { id } } = await upsert(sizes(['S', 'M']));
      const before = writes();
      const changes = await preview(sizes(['S', 'L'], { name: 'Other', status: 'blocked', version: { sourceUpdatedAt: at(1) } }, () => ({ gtin: '4012345000016' })), id);
      assert.deepEqual(changes, [
        { path: 'title', before: 'Name of SIZED', after: 'Other' }, { path: 'variants[SIZED-S].barcode', after: '4012345000016' }, { path: 'variants[SIZED-L]', after: 'SIZED-L' },
        { path: 'status', before: 'ACTIVE', after: 'DRAFT' },
      ]);
      assert.equal(writes(), before);
    });

    it('a link to a product that is gone says what to do', async () => {
      const { externalId: { id } } = await upsert(material('NEW-1'));
      shop.sandbox.deleteProduct('NEW-1');
      await assert.rejects(upsert(material('NEW-1'), id), { code: 'DATA_NOT_FOUND', message: /Remove the link/ });
    });
  });

  describe('C38 that are blocked', () => {
    it('as a whole are not for sale, and come back as they were', async () => {
      for (const status of ['ACTIVE', 'UNLISTED', 'DRAFT', 'ARCHIVED'] as const) {
        const one = sku(['ACTIVE', 'UNLISTED', 'DRAFT', 'ARCHIVED'].indexOf(status));
        shop.sandbox.updateProduct(one, { status });
        const { id } = seen(one);
        await upsert(material(one, { status: 'blocked', version: { sourceUpdatedAt: at(1) } }), id);
        assert.equal(purchasable(one), false, status);
        assert.equal((await upsert(material(one, { status: 'blocked', version: { sourceUpdatedAt: at(2) } }), id)).outcome, 'unchanged', status);
        await upsert(material(one, { version: { sourceUpdatedAt: at(3) } }), id);
        assert.equal(seen(one).status, status);
      }
      assert.equal(purchasable(sku()), true);
    });

    it('read as blocked; what staff decides meanwhile counts', async () => {
      await upsert(material(sku(), { status: 'blocked' }));
      const { status, variants: [variant] } = await read(gid());
      assert.deepEqual([status, variant?.status, variant?.purchasable], ['blocked', 'blocked', false]);
      // Somebody makes it active although it is blocked: it is hidden again.
      shop.sandbox.updateProduct(sku(), { status: 'ACTIVE' });
      await upsert(material(sku(), { status: 'blocked', version: { sourceUpdatedAt: at(1) } }));
      assert.equal(purchasable(sku()), false);
      shop.sandbox.updateProduct(sku(), { status: 'ARCHIVED' });
      await upsert(material(sku(), { version: { sourceUpdatedAt: at(2) } }));
      assert.equal(seen(sku()).status, 'ARCHIVED');
    });

    it('new ones are never for sale, not even for a moment', async () => {
      await upsert(material('NEW-1', { status: 'blocked' }));
      assert.equal(seen('NEW-1').status, 'DRAFT');
      await upsert(material('NEW-1', { version: { sourceUpdatedAt: at(1) } }));
      assert.equal(seen('NEW-1').status, 'ACTIVE');
    });

    it('one variant of several is taken out of every publication, and given back to those it was in', async () => {
      const { externalId: { id } } = await upsert(sizes(['S', 'M', 'L']));
      const view = shop.sandbox.updateProduct('SIZED-S', { published: true, variants: [{}, { unpublished: [2] }] });
      assert.deepEqual(view.variants.map(({ soldIn }) => soldIn.length), [4, 3, 4]);
      const blocked = (minute: number): Product => sizes(['S', 'M', 'L'], { version: { sourceUpdatedAt: at(minute) } }, (size) => size === 'M' ? { status: 'blocked', purchasable: false } : {});
      assert.equal((await upsert(blocked(1), id)).outcome, 'updated');
      assert.deepEqual(seen('SIZED-S').variants.map((one) => one.purchasable), [true, false, true]);
      assert.deepEqual((await read(id)).variants.map(({ status }) => status), ['active', 'blocked', 'active']);
      assert.equal((await upsert(blocked(1), id)).outcome, 'unchanged');
      // Somebody publishes it although it is blocked.
      shop.sandbox.updateProduct('SIZED-S', { variants: [{}, { unpublished: [2, 3, 4] }] });
      await upsert(blocked(2), id);
      assert.equal(purchasable('SIZED-M'), false);
      await upsert(sizes(['S', 'M', 'L'], { version: { sourceUpdatedAt: at(3) } }), id);
      assert.deepEqual(seen('SIZED-S').variants.map(({ soldIn }) => soldIn), [['Online Store', 'Point of Sale', 'Germany', 'Wholesale'], ['Online Store', 'Germany', 'Wholesale'], ['Online Store', 'Point of Sale', 'Germany', 'Wholesale']]);
    });

    it('all variants are the product', async () => {
      const { externalId: { id } } = await upsert(sizes(['S', 'M']));
      shop.sandbox.updateProduct('SIZED-S', { published: true });
      await upsert(sizes(['S', 'M'], { version: { sourceUpdatedAt: at(1) } }, () => ({ status: 'blocked' })), id);
      assert.equal(seen('SIZED-S').status, 'DRAFT');
      await upsert(sizes(['S', 'M'], { version: { sourceUpdatedAt: at(2) } }, (size) => size === 'M' ? { status: 'blocked' } : {}), id);
      assert.deepEqual(['SIZED-S', 'SIZED-M'].map(purchasable), [true, false]);
    });

    it('a new variant that is blocked is not for sale', async () => {
      const { externalId: { id } } = await upsert(sizes(['S']));
      shop.sandbox.updateProduct('SIZED-S', { published: true });
      await upsert(sizes(['S', 'M'], { version: { sourceUpdatedAt: at(1) } }, (size) => size === 'M' ? { status: 'blocked' } : {}), id);
      assert.deepEqual(['SIZED-S', 'SIZED-M'].map(purchasable), [true, false]);
    });

    it('killed between any two calls, the next try ends it, and unblocking still knows the places', async () => {
      for (let cut = 0; cut < 6; cut++) {
        await reopen();
        const { externalId: { id } } = await upsert(sizes(['S', 'M']));
        shop.sandbox.updateProduct('SIZED-S', { published: true, variants: [{}, { unpublished: [1] }] });
        let seenWrites = 0;
        shop.sandbox.fault({ kind: 'internal-error', match: (_, body) => body.includes('mutation') && seenWrites++ === cut, oneIn: 1 });
        const document = sizes(['S', 'M'], { name: 'Other', version: { sourceUpdatedAt: at(1) } }, (size) => size === 'M' ? { status: 'blocked' } : {});
        await upsert(document, id).catch(() => undefined);
        shop.sandbox.clearFaults();
        await upsert(document, id);
        assert.deepEqual(['SIZED-S', 'SIZED-M'].map(purchasable), [true, false], String(cut));
        await upsert(sizes(['S', 'M'], { version: { sourceUpdatedAt: at(2) } }), id);
        assert.deepEqual(seen('SIZED-M').variants.map(({ soldIn }) => soldIn.length), [4, 3], String(cut));
      }
    });

    it('an API version that cannot block single variants says so, and writes nothing', async () => {
      await reopen({}, { apiVersion: '2026-04' });
      const { externalId: { id } } = await upsert(sizes(['S', 'M']));
      const before = writes();
      await assert.rejects(upsert(sizes(['S', 'M'], { version: { sourceUpdatedAt: at(1) } }, (size) => size === 'M' ? { status: 'blocked' } : {}), id), { code: 'CONFIG_API_VERSION', message: /SIZED-M/ });
      assert.equal(writes(), before);
      await upsert(sizes(['S', 'M'], { status: 'blocked', version: { sourceUpdatedAt: at(1) } }), id);
      assert.equal(seen('SIZED-S').status, 'DRAFT');
    });
  });

  describe('C44 that go', () => {
    it('a tombstone archives, is told as one, and can be taken back', async () => {
      const tombstone = material(sku(), { deleted: true, status: 'archived', version: { sourceUpdatedAt: at(1) } });
      assert.equal((await upsert(tombstone, gid())).outcome, 'cancelled');
      const { status, deleted } = await read(gid());
      assert.deepEqual([seen(sku()).status, seen(sku()).variants.length, status, deleted], ['ARCHIVED', 1, 'archived', true]);
      assert.equal((await upsert(tombstone, gid())).outcome, 'unchanged');
      await upsert(material(sku(), { version: { sourceUpdatedAt: at(2) } }), gid());
      assert.equal(seen(sku()).status, 'ACTIVE');
    });

    it('C06 an older document, and an older tombstone, changes nothing', async () => {
      await upsert(material(sku(), { version: { sourceUpdatedAt: at(5) } }), gid());
      const before = writes();
      for (const document of [material(sku(), { name: 'Old', version: { sourceUpdatedAt: at(4) } }), material(sku(), { deleted: true, version: { sourceUpdatedAt: at(4) } })]) {
        assert.equal((await upsert(document, gid())).outcome, 'stale');
      }
      assert.equal(writes(), before);
      // The clock of another system is another clock.
      const other = { ...material(sku(), { name: 'From elsewhere', version: { sourceUpdatedAt: at(4) } }), externalIds: [{ system: 'pim:main', type: 'Item', id: '7' }] };
      assert.equal((await upsert(other, gid())).outcome, 'updated');
    });

    it('a newer document without changes is noted, so that what lies between comes too late', async () => {
      await upsert(material(sku(), { version: { sourceUpdatedAt: at(1) } }), gid());
      assert.equal((await upsert(material(sku(), { version: { sourceUpdatedAt: at(3) } }), gid())).outcome, 'unchanged');
      assert.equal((await upsert(material(sku(), { name: 'Between', version: { sourceUpdatedAt: at(2) } }), gid())).outcome, 'stale');
    });

    it('a bare tombstone archives by link', async () => {
      const { externalIds, version, schemaVersion, id } = material(sku(), { version: { sourceUpdatedAt: at(1) } });
      const document = { schemaVersion, id, externalIds, version, deleted: true } as unknown as Product;
      assert.equal((await upsert(document, gid())).outcome, 'cancelled');
      assert.equal(seen(sku()).status, 'ARCHIVED');
    });

    it('cancelling archives, and once', async () => {
      assert.equal((await shop.connection.cancel('product', gid())).outcome, 'cancelled');
      assert.equal((await shop.connection.cancel('product', gid())).outcome, 'unchanged');
      assert.equal(noteOf(seen(sku()))['before'], 'ACTIVE');
    });

    it('variants stay unless the document is complete or says that they go', async () => {
      const { externalId: { id } } = await upsert(sizes(['S', 'M', 'L', 'XL']));
      await upsert(sizes(['S'], { version: { sourceUpdatedAt: at(1) } }), id);
      assert.equal(seen('SIZED-S').variants.length, 4);
      await upsert(sizes(['S', 'XL'], { version: { sourceUpdatedAt: at(2) } }, (size) => size === 'XL' ? { status: 'archived' } : {}), id);
      assert.deepEqual(seen('SIZED-S').variants.map((one) => one.sku), ['SIZED-S', 'SIZED-M', 'SIZED-L']);
      await upsert(sizes(['S', 'M'], { version: { sourceUpdatedAt: at(3) }, extensions: { 'b2b-sync.complete-variants': true } }), id);
      assert.deepEqual(seen('SIZED-S').variants.map((one) => one.sku), ['SIZED-S', 'SIZED-M']);
    });

    it('more than half of a product or more than 50 of it is refused, and nothing changes', async () => {
      const names = Array.from({ length: 120 }, (_, n) => String(n));
      const { externalId: { id } } = await upsert(sizes(names));
      const before = writes();
      const complete = { version: { sourceUpdatedAt: at(1) }, extensions: { 'b2b-sync.complete-variants': true } };
      for (const left of [69, 59, 1]) await assert.rejects(upsert(sizes(names.slice(0, left), complete), id), { code: 'DATA_MASS_DELETE', message: /120 variants/ });
      assert.equal(writes(), before);
      await upsert(sizes(names.slice(0, 70), complete), id);
      assert.equal(seen('SIZED-1').variants.length, 70);
    });
  });

  describe('of many variants', () => {
    it('2,000 of them, in as few calls as the shop allows', async () => {
      const names = Array.from({ length: 2000 }, (_, n) => String(n));
      const { externalId: { id } } = await upsert(sizes(names));
      assert.equal(seen('SIZED-0').variants.length, 2000);
      assert.deepEqual([shop.sandbox.counters.mutations['productSet'], shop.sandbox.counters.mutations['productVariantsBulkCreate']], [1, 7]);
      const before = writes();
      assert.equal((await upsert(sizes(names), id)).outcome, 'unchanged');
      assert.equal(writes(), before);
      await upsert(sizes(names, { version: { sourceUpdatedAt: at(1) } }, (size) => Number(size) % 4 === 0 ? { gtin: '4012345000016' } : {}), id);
      assert.equal(writes() - before, 3);
      await assert.rejects(upsert(sizes([...names, ...Array.from({ length: 49 }, (_, n) => `x${String(n)}`)], { version: { sourceUpdatedAt: at(2) } }), id), { code: 'DATA_REFUSED' });
    }).timeout(60_000);

    for (const size of [249, 250, 251]) {
      it(`C13 ${String(size)} of them`, async () => {
        const { externalId: { id } } = await upsert(sizes(Array.from({ length: size }, (_, n) => String(n))));
        assert.equal((await read(id)).variants.length, size);
      });
    }

    it('C11 one that the shop refuses is named, and the others are written', async () => {
      const { externalId: { id } } = await upsert(sizes(['S', 'M']));
      const poisoned = sizes(['S', 'M', 'L', 'XL'], { name: 'Other', version: { sourceUpdatedAt: at(1) } }, (size) => size === 'L' ? { options: [{ name: 'Size', value: 's' }] } : { gtin: '4012345000016' });
      await assert.rejects(upsert(poisoned, id), { code: 'DATA_REFUSED', message: /refused 1 variants of product SIZED: SIZED-L: .*already exists/ });
      const view = seen('SIZED-S');
      assert.deepEqual([view.title, view.variants.map((one) => [one.sku, one.barcode])], ['Other', [['SIZED-S', '4012345000016'], ['SIZED-M', '4012345000016'], ['SIZED-XL', '4012345000016']]]);
      await assert.rejects(upsert(sizes(['A', 'B'], { sku: 'Z', externalIds: [{ system: erp, type: 'Product', id: 'Z' }], name: 'Z' }, (size) => ({ sku: `Z-${size}`, options: [{ name: 'Size', value: 'same' }] }))), { code: 'DATA_REFUSED', message: /Z-B/ });
      assert.throws(() => seen('Z-A'), RangeError);
    });

    it('options that do not fit are refused before anything is written', async () => {
      const { externalId: { id } } = await upsert(sizes(['S']));
      const before = writes();
      await assert.rejects(upsert(sizes(['S', 'M'], { version: { sourceUpdatedAt: at(1) } }, (size) => size === 'M' ? { options: [{ name: 'Colour', value: 'red' }] } : {}), id), { code: 'DATA_OPTIONS', message: /Size.*Colour/ });
      assert.equal(writes(), before);
    });

    it('C53 a weight in a unit that is none of weight is refused by name', () => {
      assert.throws(() => native(material('NEW-1', {}, { grossWeight: { value: '1', unitCode: 'MTR' } })), { code: 'DATA_UNKNOWN_UNIT', message: /NEW-1.*MTR/ });
    });
  });

  describe('once', () => {
    it('a lost answer after the commit, then again: one product', async () => {
      const before = count();
      shop.sandbox.fault({ kind: 'lost-response', match: (_, body) => body.includes('mutation SetProduct'), times: 1 });
      await assert.rejects(shop.connection.create('product', native(material('NEW-1'))), { code: /^TRANSIENT_/ });
      assert.equal(count(), before + 1);
      const { reference } = shop.connection.referenceOf('product', native(material('NEW-1'))) ?? assert.fail();
      const [found, ...others] = await shop.connection.findByReference('product', reference);
      assert.deepEqual([found?.externalId.id, others], [seen('NEW-1').id, []]);
      assert.equal((await shop.connection.create('product', native(material('NEW-1')))).outcome, 'existing');
      assert.equal(count(), before + 1);
    });

    it('also while the search index does not know of it yet', async () => {
      await reopen({ indexLagMs: 3_600_000 });
      await upsert(material('NEW-1'));
      const before = count();
      assert.equal((await upsert(material('NEW-1', { name: 'Other', version: { sourceUpdatedAt: at(1) } }))).outcome, 'updated');
      assert.equal(count(), before);
    });

    it('two workers at once: one product', async () => {
      const before = count();
      const other = shopify.connect({ baseUrl: shop.sandbox.url, settings: { ...shop.sandbox.settings, newProducts: 'active' }, secrets: shop.sandbox.secrets });
      const made = await Promise.all([shop.connection, other, shop.connection].map((connection) => connection.create('product', native(material('NEW-1'), connection))));
      await other.close();
      assert.equal(new Set(made.map(({ externalId: { id } }) => id)).size, 1);
      assert.equal(count(), before + 1);
    });

    it('one that was made in part is made whole, not taken for done', async () => {
      const names = Array.from({ length: 600 }, (_, n) => String(n));
      shop.sandbox.fault({ kind: 'internal-error', match: (_, body) => body.includes('mutation CreateVariants'), times: 1 });
      await assert.rejects(shop.connection.create('product', native(sizes(names))), { code: /^TRANSIENT_/ });
      assert.equal(seen('SIZED-0').variants.length, 250);
      assert.deepEqual(await shop.connection.findByReference('product', 'SIZED-0'), []);
      assert.equal((await shop.connection.create('product', native(sizes(names)))).outcome, 'created');
      assert.equal(seen('SIZED-0').variants.length, 600);
      assert.equal((await shop.connection.findByReference('product', 'SIZED-0')).length, 1);
    });
  });

  describe('images', () => {
    const url = 'https://pim.example/img/hx.jpg';
    const media = (...urls: string[]): Product['media'] => urls.map((one) => ({ url: one, altText: 'Bolt', role: 'main' }));

    it('are added once; what staff adds or takes away stays so', async () => {
      const { externalId: { id } } = await upsert(material('NEW-1', { media: media(url) ?? [] }));
      await upsert(material(sku(), { media: media(url) ?? [] }), gid());
      assert.deepEqual([seen('NEW-1'), seen(sku())].map((one) => one.media.map(({ source, alt }) => [source, alt])), [[[url, 'Bolt']], [[url, 'Bolt']]]);
      shop.sandbox.updateProduct(sku(), { media: [{ id: '1', source: 'https://shop.example/own.jpg', alt: null }] });
      for (const one of [id, gid()]) assert.equal((await upsert(material(one === id ? 'NEW-1' : sku(), { media: media(url) ?? [] }), one)).outcome, 'unchanged');
      await upsert(material(sku(), { media: media(url, `${url}?2`) ?? [], version: { sourceUpdatedAt: at(1) } }), gid());
      assert.deepEqual(seen(sku()).media.map(({ source }) => source), ['https://shop.example/own.jpg', `${url}?2`]);
    });

    it('are not doubled by a lost answer', async () => {
      shop.sandbox.fault({ kind: 'lost-response', match: (_, body) => body.includes('mutation UpdateProduct'), times: 1 });
      await assert.rejects(upsert(material(sku(), { media: media(url) ?? [] }), gid()), { code: /^TRANSIENT_/ });
      await upsert(material(sku(), { media: media(url) ?? [] }), gid());
      assert.equal(seen(sku()).media.length, 1);
    });

    it('files that are none are told of, not dropped in silence', async () => {
      const result = await upsert(material('NEW-1', { media: [{ url: 'https://pim.example/ds.pdf', mediaType: 'application/pdf', role: 'datasheet' }] }));
      assert.match(result.warnings?.join() ?? '', /1 of 1 files/);
    });
  });

  describe('translations', () => {
    const texts = (de: string): Product['translations'] => [{ language: 'en', name: 'Hex bolt' }, { language: 'de', name: de }, { language: 'fr', name: 'Boulon' }];
    const german = (name: string): string | undefined => seen(name).translations.find(({ locale, key }) => locale === 'de' && key === 'title')?.value;

    it('go to the languages of the shop, its own first, and are written when they change', async () => {
      const { externalId: { id } } = await upsert(material('NEW-1', { name: 'HEX BOLT', translations: texts('Schraube') ?? [] }));
      assert.deepEqual([seen('NEW-1').title, german('NEW-1'), seen('NEW-1').translations.length], ['Hex bolt', 'Schraube', 1]);
      const before = calls();
      assert.equal((await upsert(material('NEW-1', { name: 'HEX BOLT', translations: texts('Schraube') ?? [] }), id)).outcome, 'unchanged');
      assert.equal(calls() - before, 1);
      assert.equal((await upsert(material('NEW-1', { translations: texts('Sechskantschraube') ?? [], version: { sourceUpdatedAt: at(1) } }), id)).outcome, 'updated');
      assert.equal(german('NEW-1'), 'Sechskantschraube');
    });

    it('of a shop of one language are its title, and ask for nothing else', async () => {
      await reopen({ locales: [{ locale: 'de', name: 'German', primary: true, published: true }] });
      await upsert(material('NEW-1', { translations: texts('Schraube') ?? [] }));
      assert.deepEqual([seen('NEW-1').title, writes()], ['Schraube', 1]);
    });
  });

  it('what a document asks for depends on it alone, and leaves it as it was', () => {
    const text = fc.string({ minLength: 1, maxLength: 20 });
    const documents = fc.record({
      name: text, brand: text, description: text, status: fc.constantFrom('active', 'blocked', 'archived', 'draft', 'unlisted'), deleted: fc.boolean(),
      variants: fc.array(fc.record({ id: text, sku: text, status: fc.constantFrom('active', 'blocked', 'archived'), baseUnitCode: fc.constantFrom('C62', 'XBX'), gtin: fc.constantFrom('4012345000016', '4012345000030') }, { noNullPrototype: true }), { minLength: 1, maxLength: 4 }),
    }, { noNullPrototype: true }).map((change) => material('P-1', change as unknown as Partial<Product>));
    fc.assert(fc.property(documents, (document) => {
      const before = structuredClone(document);
      const first = productWriteOf({ ...document }, 'shopify:x');
      assert.deepEqual(document, before);
      assert.deepEqual(productWriteOf(structuredClone({ ...document }), 'shopify:x'), first);
    }));
  });
});
