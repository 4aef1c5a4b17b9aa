import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Ajv2020 from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { schemaForWebhook } from 'shopify-webhook-schemas';
import { startShopifySandbox, type ShopifySandbox, type ShopifySandboxOptions } from '../../sandbox/shopify';
import { Receiver, ShopifyClient } from './shopify-client';

interface UserError { field: string[] | null; message: string; code?: string }
interface Done { product: { id: string } | null; productVariants?: { id: string; sku: string | null }[] | null; userErrors: UserError[] }
type Input = Record<string, unknown>;

const set = 'mutation ($identifier: ProductSetIdentifiers, $input: ProductSetInput!) { productSet(identifier: $identifier, input: $input) { product { id } userErrors { field message code } } }';
const create = 'mutation ($id: ID!, $variants: [ProductVariantsBulkInput!]!, $strategy: ProductVariantsBulkCreateStrategy) { productVariantsBulkCreate(productId: $id, variants: $variants, strategy: $strategy) { product { id } productVariants { id sku } userErrors { field message code } } }';
const update = 'mutation ($id: ID!, $variants: [ProductVariantsBulkInput!]!, $partial: Boolean) { productVariantsBulkUpdate(productId: $id, variants: $variants, allowPartialUpdates: $partial) { product { id } userErrors { field message code } } }';
const remove = 'mutation ($id: ID!, $ids: [ID!]!) { productVariantsBulkDelete(productId: $id, variantsIds: $ids) { product { id } userErrors { field message code } } }';
const change = 'mutation ($product: ProductUpdateInput!, $media: [CreateMediaInput!]) { productUpdate(product: $product, media: $media) { product { id } userErrors { field message } } }';

describe('sandbox shopify: products', () => {
  let shop: ShopifySandbox;
  let client: ShopifyClient;
  const start = async (options: ShopifySandboxOptions = {}, version = '2026-10'): Promise<void> => {
    shop = await startShopifySandbox({ bucket: { size: 1_000_000, restoreRate: 1_000_000 }, ...options });
    client = new ShopifyClient(shop, version);
  };
  beforeEach(() => start());
  afterEach(() => shop.close());

  const run = async (query: string, variables: object): Promise<Done> => Object.values(await client.data<Record<string, Done>>(query, variables))[0] ?? assert.fail();
  const refused = async (query: string, variables: object): Promise<[string | undefined, string | undefined][]> => (await run(query, variables)).userErrors.map(({ field, code }) => [field?.join('.'), code]);
  const sized = (...sizes: string[]): Input => ({
    productOptions: [{ name: 'Size', values: [...new Set(sizes)].map((name) => ({ name })) }],
    variants: sizes.map((name) => ({ optionValues: [{ optionName: 'Size', name }], inventoryItem: { sku: `S-${name}` } })),
  });
  const one = (name: string, more: Input = {}): Input => ({ optionValues: [{ optionName: 'Size', name }], inventoryItem: { sku: `S-${name}` }, ...more });
  const made = async (...sizes: string[]): Promise<string> => (await run(set, { identifier: { handle: 'sized' }, input: { title: 'Sized', ...sized(...sizes) } })).product?.id ?? assert.fail();
  const skus = (): (string | null)[] => shop.product('S-S').variants.map(({ sku }) => sku);
  const idOf = (sku: string): string => shop.product(sku).variants.find((variant) => variant.sku === sku)?.id ?? assert.fail();

  it('productSet makes a product once by its handle; what its lists do not name goes', async () => {
    const id = await made('S', 'M');
    assert.equal(await made('S', 'L'), id);
    assert.deepEqual(skus(), ['S-S', 'S-L']);
    assert.equal((await run(set, { identifier: { id }, input: { vendor: 'Acme' } })).product?.id, id);
    assert.deepEqual([skus(), shop.product('S-S').vendor, shop.product('S-S').title], [['S-S', 'S-L'], 'Acme', 'Sized']);
    const { product } = await client.data<{ product: { handle: string; options: { values: string[] }[]; variantsCount: { count: number } } }>('query ($id: ID!) { product(id: $id) { handle options { values } variantsCount { count } } }', { id });
    assert.deepEqual(product, { handle: 'sized', options: [{ values: ['S', 'L'] }], variantsCount: { count: 2 } });
  });

  it('productSet refuses what the vendor refuses, and makes nothing then', async () => {
    await made('S');
    const before = shop.products().length;
    const handle = { handle: 'new' };
    const many = Array.from({ length: 2049 }, (_, n) => String(n));
    const cases: [Input, object, string, string][] = [
      [handle, { title: '' }, 'input.title', 'INVALID_PRODUCT'], [handle, { title: 'x', handle: 'other' }, 'input.handle', 'INPUT_MISMATCH'],
      [{ id: 'gid://shopify/Product/1' }, { title: 'x' }, 'identifier.id', 'PRODUCT_DOES_NOT_EXIST'],
      [handle, { title: 'x', variants: [one('S')] }, 'input.productOptions', 'PRODUCT_OPTIONS_INPUT_MISSING'],
      [handle, { title: 'x', productOptions: [{ name: 'Size', values: [{ name: 'S' }] }] }, 'input.variants', 'VARIANTS_INPUT_MISSING'],
      [handle, { title: 'x', ...sized('S'), productOptions: ['a', 'b', 'c', 'd'].map((name) => ({ name, values: [{ name: 'v' }] })) }, 'input.productOptions', 'OPTIONS_OVER_LIMIT'],
      [handle, { title: 'x', ...sized(...many) }, 'input.variants', 'VARIANTS_OVER_LIMIT'], [handle, { title: 'x', ...sized('S', 'S') }, 'input.variants.1', 'INVALID_VARIANT'],
      [handle, { title: 'x', ...sized('S'), variants: [one('M')] }, 'input.variants.0.optionValues', 'OPTION_VALUE_DOES_NOT_EXIST'],
      [handle, { title: 'x', ...sized('S'), variants: [one('S', { price: '-1' })] }, 'input.variants.0.price', 'INVALID_VARIANT'],
      [handle, { title: 'x', files: [{ originalSource: 'no address' }] }, 'input.files.0.originalSource', 'INVALID_INPUT'],
      [handle, { title: 'x', metafields: [{ namespace: 'b2b_sync', key: 'k', type: 'json', value: '{}' }] }, 'input.metafields.0.key', 'INVALID_METAFIELD'],
    ];
    for (const [identifier, input, field, code] of cases) assert.deepEqual(await refused(set, { identifier, input }), [[field, code]]);
    assert.match((await client.graphql(set, { identifier: handle, input: { title: 'x', tags: many.slice(0, 251) } })).errors?.[0]?.message ?? '', /250/);
    assert.equal(shop.products().length, before);
  });

  it('a product without options has one variant, which goes when others come', async () => {
    const { product } = await run(set, { input: { title: 'Plain' } });
    const id = product?.id ?? assert.fail();
    const { product: read } = await client.data<{ product: { handle: string; status: string; variants: { nodes: { title: string; selectedOptions: object[]; inventoryItem: { tracked: boolean } }[] } } }>(
      'query ($id: ID!) { product(id: $id) { handle status variants(first: 5) { nodes { title selectedOptions { name value } inventoryItem { tracked } } } } }', { id });
    assert.deepEqual(read, { handle: 'plain', status: 'ACTIVE', variants: { nodes: [{ title: 'Default Title', selectedOptions: [{ name: 'Title', value: 'Default Title' }], inventoryItem: { tracked: false } }] } });
    const title = (name: string): object => ({ id, variants: [{ optionValues: [{ optionName: 'Title', name }], inventoryItem: { sku: name } }] });
    assert.equal((await run(create, title('First'))).userErrors.length, 0);
    assert.deepEqual(shop.product('First').variants.map(({ sku }) => sku), ['First']);
    assert.equal((await run(create, title('Second'))).userErrors.length, 0);
    assert.equal(shop.product('First').variants.length, 2);
  });

  it('variants are made all or none, of 250 at once and 2,048 in all', async () => {
    const id = await made('S');
    assert.deepEqual(await refused(create, { id, variants: [one('M'), one('s'), one('M'), { inventoryItem: { sku: 'x' } }, one('L', { id: idOf('S-S') }), { optionValues: [{ optionName: 'Colour', name: 'red' }] }] }), [
      ['variants.1', 'VARIANT_ALREADY_EXISTS'], ['variants.2', 'VARIANT_ALREADY_EXISTS'], ['variants.3.optionValues', 'NEED_TO_ADD_OPTION_VALUES'],
      ['variants.4.id', 'NO_KEY_ON_CREATE'], ['variants.5.optionValues.0', 'OPTION_VALUES_FOR_NUMBER_OF_UNKNOWN_OPTIONS'],
    ]);
    assert.deepEqual(skus(), ['S-S']);
    const batch = (from: number, count: number): Input[] => Array.from({ length: count }, (_, n) => one(String(from + n)));
    assert.match((await client.graphql(create, { id, variants: batch(0, 251) })).errors?.[0]?.message ?? '', /maximum allowed of 250/);
    for (let from = 0; from < 2000; from += 250) assert.equal((await run(create, { id, variants: batch(from, 250) })).productVariants?.length, 250);
    assert.deepEqual(await refused(create, { id, variants: batch(3000, 48) }), [['variants', 'INVALID_INPUT']]);
    assert.equal((await run(create, { id, variants: batch(3000, 47) })).userErrors.length, 0);
    assert.equal(skus().length, 2048);
  });

  it('variants are updated all or none, or those that can be', async () => {
    const id = await made('S', 'M');
    const variants = [{ id: idOf('S-S'), barcode: '1' }, { id: idOf('S-M'), inventoryItem: { harmonizedSystemCode: '1' } }, { barcode: '2' }, { id: idOf('MAT-00001'), barcode: '3' }];
    const wrong = [['variants.1.inventoryItem.harmonizedSystemCode', 'INVALID_INPUT'], ['variants.2.id', 'PRODUCT_VARIANT_ID_MISSING'], ['variants.3.id', 'PRODUCT_VARIANT_DOES_NOT_EXIST']];
    assert.deepEqual(await refused(update, { id, variants, partial: false }), wrong);
    assert.equal(shop.product('S-S').variants[0]?.barcode, null);
    assert.deepEqual(await refused(update, { id, variants, partial: true }), wrong);
    assert.equal(shop.product('S-S').variants[0]?.barcode, '1');
    assert.deepEqual(await refused(update, { id, variants: [{ id: idOf('S-S'), optionValues: [{ optionName: 'Size', name: 'M' }] }] }), [['variants.0', 'VARIANT_ALREADY_EXISTS']]);
  });

  it('variants are deleted, but not the last one nor one of another product', async () => {
    const id = await made('S', 'M');
    const stranger = idOf('MAT-00001');
    assert.deepEqual(await refused(remove, { id, ids: [idOf('S-M'), stranger] }), [['variantsIds.1', 'AT_LEAST_ONE_VARIANT_DOES_NOT_BELONG_TO_THE_PRODUCT']]);
    assert.deepEqual(await refused(remove, { id, ids: [idOf('S-S'), idOf('S-M')] }), [['variantsIds', 'CANNOT_DELETE_LAST_VARIANT']]);
    const gone = idOf('S-M');
    await run(remove, { id, ids: [gone] });
    assert.deepEqual(skus(), ['S-S']);
    assert.deepEqual((await client.data<{ productVariant: object | null }>('query ($id: ID!) { productVariant(id: $id) { id } }', { id: gone })).productVariant, null);
  });

  it('an update changes what it names, adds media and refuses a taken handle', async () => {
    const id = await made('S');
    assert.deepEqual((await run(change, { product: { id, handle: shop.product('MAT-00001').handle } })).userErrors.map(({ field }) => field), [['product', 'handle']]);
    assert.equal((await run(change, { product: { id: 'gid://shopify/Product/1', title: 'x' } })).userErrors[0]?.message, 'Product does not exist');
    const source = 'https://pim.example/a.jpg';
    await run(change, { product: { id, status: 'UNLISTED', tags: ['b', 'a', 'b'] }, media: [{ originalSource: source, mediaContentType: 'IMAGE', alt: 'A' }] });
    const { title, status, tags, media } = shop.product('S-S');
    assert.deepEqual([title, status, tags, media.map((each) => each.source)], ['Sized', 'UNLISTED', ['a', 'b'], [source]]);
    const { product } = await client.data<{ product: { media: { nodes: { alt: string; originalSource: { url: string } }[] } } }>('query ($id: ID!) { product(id: $id) { media(first: 5) { nodes { alt ... on MediaImage { originalSource { url } } } } } }', { id });
    assert.equal(product.media.nodes[0]?.alt, 'A');
    assert.match(product.media.nodes[0].originalSource.url, /^https:\/\/cdn\.shopify\.com\//);
  });

  it('translations go by the digest of what they translate, and by the languages of the shop', async () => {
    const id = await made('S');
    const content = async (): Promise<{ key: string; digest: string | null }[]> => (await client.data<{ translatableResource: { translatableContent: { key: string; digest: string | null }[] } }>('query ($id: ID!) { translatableResource(resourceId: $id) { translatableContent { key digest } } }', { id })).translatableResource.translatableContent;
    const digest = (await content()).find(({ key }) => key === 'title')?.digest ?? '';
    assert.equal((await content()).find(({ key }) => key === 'body_html')?.digest, null);
    const register = (translation: object): Promise<[string | undefined, string | undefined][]> => refused('mutation ($id: ID!, $translations: [TranslationInput!]!) { translationsRegister(resourceId: $id, translations: $translations) { userErrors { field message code } } }', { id, translations: [{ locale: 'de', key: 'title', value: 'Groß', translatableContentDigest: digest, ...translation }] });
    assert.deepEqual(await register({ locale: 'fr' }), [['translations.0.locale', 'INVALID_LOCALE_FOR_SHOP']]);
    assert.deepEqual(await register({ locale: 'en' }), [['translations.0.locale', 'INVALID_LOCALE_FOR_SHOP']]);
    assert.deepEqual(await register({ key: 'price' }), [['translations.0.key', 'INVALID_KEY_FOR_MODEL']]);
    assert.deepEqual(await register({ value: '' }), [['translations.0.value', 'BLANK']]);
    assert.deepEqual(await register({ translatableContentDigest: 'x' }), [['translations.0.translatableContentDigest', 'INVALID_TRANSLATABLE_CONTENT']]);
    assert.deepEqual(await register({}), []);
    await run(change, { product: { id, title: 'Other' } });
    const { translatableResource } = await client.data<{ translatableResource: { translations: object[] } }>('query ($id: ID!) { translatableResource(resourceId: $id) { translations(locale: "de") { key value outdated } } }', { id });
    assert.deepEqual(translatableResource.translations, [{ key: 'title', value: 'Groß', outdated: true }]);
  });

  for (const version of ['2026-04', '2026-10']) {
    it(`${version}: a variant ${version === '2026-04' ? 'cannot be' : 'is'} sold in some places and not in others`, async () => {
      await shop.close();
      await start({}, version);
      const id = idOf('MAT-00001');
      const places = async (): Promise<string[]> => {
        const { node } = await client.data<{ node: { a?: { nodes: { publication: { id: string } }[] } } }>('query ($id: ID!) { node(id: $id) { ... on Publishable { a: resourcePublicationsV2(first: 10) { nodes { publication { id } } } } } }', { id });
        return (node.a?.nodes ?? []).map(({ publication }) => publication.id);
      };
      const before = await places();
      assert.equal(before.length, version === '2026-04' ? 0 : 2);
      const unpublish = (publicationId: string): Promise<Done> => run('mutation ($id: ID!, $input: [PublicationInput!]!) { publishableUnpublish(id: $id, input: $input) { userErrors { field message } } }', { id, input: [{ publicationId }] });
      const [first = 'gid://shopify/Publication/1'] = before;
      assert.equal((await unpublish(first)).userErrors.length, version === '2026-04' ? 1 : 0);
      assert.deepEqual(await places(), before.slice(1));
      assert.equal((await unpublish('gid://shopify/Publication/1')).userErrors.length, 1);
    });
  }

  it('needs the scopes', async () => {
    await shop.close();
    await start({ scopes: ['read_products'] });
    for (const [query, variables] of [[set, { input: { title: 'x' } }], ['{ shopLocales { locale } }', {}]] as const) assert.equal((await client.graphql(query, variables)).errors?.[0]?.extensions?.['code'], 'ACCESS_DENIED');
  });

  it('tells of what is made, changed and deleted, in bodies that fit the vendor\'s schemas', async () => {
    const receiver = new Receiver();
    const address = await receiver.start();
    for (const topic of ['PRODUCTS_CREATE', 'PRODUCTS_UPDATE', 'PRODUCTS_DELETE']) shop.subscribe(topic, address);
    const id = await made('S', 'M');
    await run(update, { id, variants: [{ id: idOf('S-S'), barcode: '4012345000016' }] });
    shop.updateProduct('S-S', { title: 'By hand', published: true });
    shop.deleteProduct('S-S');
    await shop.idle();
    await receiver.stop();
    assert.deepEqual(receiver.received.map(({ headers, json }) => [headers['x-shopify-topic'], json['title']]), [
      ['products/create', 'Sized'], ['products/update', 'Sized'], ['products/update', 'By hand'], ['products/delete', undefined],
    ]);
    // What the sample that the schema was made of has null or empty, it takes for null or empty only.
    const known = /\/(created_at|published_at|barcode|sku|inventory_item_id|compare_at_price|image) must be|\/options\/\d+ boolean schema is false/;
    for (const { headers, json } of receiver.received) {
      const ajv = new Ajv2020({ allErrors: true, strict: false });
      addFormats(ajv);
      const validate = ajv.compile(schemaForWebhook('2026-07', String(headers['x-shopify-topic'])) as object);
      validate(json);
      assert.deepEqual((validate.errors ?? []).map((error) => `${error.instancePath} ${String(error.message)}`).filter((text) => !known.test(text)), []);
    }
  });

  it('is there again after a restart', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'shopify-products-'));
    try {
      await shop.close();
      await start({ dataDir });
      await made('S', 'M');
      await run(change, { product: { id: shop.product('S-S').id }, media: [{ originalSource: 'https://pim.example/a.jpg', mediaContentType: 'IMAGE' }] });
      shop.deleteProduct('MAT-00003');
      const before = shop.products();
      await shop.close();
      await start({ dataDir });
      assert.deepEqual(shop.products(), before);
      assert.throws(() => shop.product('MAT-00003'), RangeError);
      const { id } = shop.addProduct({ title: 'Next', sku: 'NEXT' });
      assert.ok(!before.some((product) => product.id === id));
      shop.setStock({ sku: 'NEXT', available: 5 });
      assert.equal(shop.stock('NEXT').available, 5);
    } finally {
      rmSync(dataDir, { recursive: true });
    }
  });
});
