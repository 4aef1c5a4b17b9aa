import assert from 'node:assert/strict';
import type { Native } from '../../../lib/connectors/contract';
import type { Customer, Product } from '../../../lib/documents/types';
import { checkDocument } from '../../../lib/documents/validate';
import { openShop, type Shop } from './support';

describe('Shopify customers and products as canonical documents', () => {
  let shop: Shop;
  before(async () => { shop = await openShop(); });
  after(() => shop[Symbol.asyncDispose]());

  async function all(entity: 'customer' | 'product', pageSize?: number): Promise<Native[]> {
    const records: Native[] = [];
    for await (const page of shop.connection.list(entity, pageSize === undefined ? {} : { pageSize })) records.push(...page.records);
    return records;
  }
  const { companies, products } = { companies: (): typeof shop.sandbox.world.companies => shop.sandbox.world.companies, products: (): typeof shop.sandbox.world.products => shop.sandbox.world.products };

  for (const entity of ['customer', 'product'] as const) {
    it(`every ${entity} listed is valid, comes once whatever the page size, and is the same when it is read alone`, async () => {
      const listed = await all(entity);
      const documents = listed.map((native) => shop.connection.toCanonical(entity, native));
      assert.deepEqual(documents.map((document) => checkDocument(entity, document)).filter((issues) => issues.length > 0), []);
      const ids = listed.map((native) => shop.connection.identify(entity, native).id);
      assert.equal(new Set(ids).size, ids.length);
      assert.ok(ids.length >= (entity === 'product' ? products() : companies()).length);
      assert.deepEqual((await all(entity, 3)).map((native) => shop.connection.identify(entity, native).id), ids);
      for (const at of [0, Math.floor(ids.length / 2), ids.length - 1]) {
        const native = await shop.connection.get(entity, ids[at] ?? '') ?? assert.fail();
        assert.deepEqual(shop.connection.toCanonical(entity, native), documents[at]);
      }
    });
  }
  it('what find gives, get reads: a product by its variant, a company by its location', async () => {
    const [product] = products();
    const [variant] = await shop.connection.findItem?.({ gtin: product?.gtin ?? '' }) ?? [];
    assert.equal(variant?.externalId.type, 'ProductVariant');
    const native = await shop.connection.get('product', variant.externalId.id) ?? assert.fail();
    assert.equal((shop.connection.toCanonical('product', native) as unknown as Product).variants[0]?.sku, product?.sku);
    const company = (await all('customer'))[0] ?? assert.fail();
    const { locations = [] } = shop.connection.toCanonical('customer', company) as unknown as Customer;
    const read = await shop.connection.get('customer', locations[0]?.externalIds?.[0]?.id ?? '') ?? assert.fail();
    assert.equal(shop.connection.identify('customer', read).id, shop.connection.identify('customer', company).id);
    assert.equal(await shop.connection.get('product', 'gid://shopify/ProductVariant/999'), undefined);
    assert.equal(await shop.connection.get('customer', 'gid://shopify/CompanyLocation/999'), undefined);
  });
  it('a company has all its locations, however many', async () => {
    const company = companies().at(-1) ?? assert.fail();
    const before = (await all('customer')).find((native) => native['name'] === company.name) ?? assert.fail();
    const { id } = shop.connection.identify('customer', before);
    const names = [company.locations[0]?.name ?? '', ...Array.from({ length: 74 }, (_, at) => `Plant ${String(at + 1)}`)];
    await shop.connection.update('customer', id, { company: { name: company.name }, contacts: [], locations: names.slice(1).map((name) => ({ name })) });
    const found = (await all('customer')).find((native) => native['name'] === company.name) ?? assert.fail();
    for (const native of [found, await shop.connection.get('customer', id) ?? assert.fail()]) {
      const { locations } = shop.connection.toCanonical('customer', native) as unknown as Customer;
      assert.deepEqual(locations?.map(({ name }) => name), names);
    }
  });
});
