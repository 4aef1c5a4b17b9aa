import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startShopifySandbox, type ShopifySandbox, type ShopifySandboxOptions } from '../../sandbox/shopify';
import { Receiver, ShopifyClient, type GraphqlAnswer } from './shopify-client';

interface Money { amount: string; currencyCode: string }
interface Price {
  price: Money; compareAtPrice: Money | null; originType: string; variant: { id: string; sku: string };
  quantityPriceBreaks: { nodes: { id: string; minimumQuantity: number; price: Money }[] };
}
interface List {
  id: string; name: string; currency: string; fixedPricesCount: number; catalog: { id: string; title: string; __typename: string } | null;
  prices: { nodes: Price[]; pageInfo: { hasNextPage: boolean; endCursor: string } };
}
type Errors = { field: string[] | null; message: string; code: string }[];

const priceFields = 'price { amount currencyCode } compareAtPrice { amount currencyCode } originType variant { id sku } quantityPriceBreaks(first: 10) { nodes { id minimumQuantity price { amount currencyCode } } }';
const add = `mutation ($list: ID!, $prices: [PriceListPriceInput!]!) { priceListFixedPricesAdd(priceListId: $list, prices: $prices) { prices { ${priceFields} } userErrors { field message code } } }`;
const update = 'mutation ($list: ID!, $add: [PriceListPriceInput!]!, $ids: [ID!]!) { priceListFixedPricesUpdate(priceListId: $list, pricesToAdd: $add, variantIdsToDelete: $ids) { priceList { fixedPricesCount } pricesAdded { variant { sku } } deletedFixedPriceVariantIds userErrors { field message code } } }';
const remove = 'mutation ($list: ID!, $ids: [ID!]!) { priceListFixedPricesDelete(priceListId: $list, variantIds: $ids) { deletedFixedPriceVariantIds userErrors { field message code } } }';
const pricing = 'mutation ($list: ID!, $input: QuantityPricingByVariantUpdateInput!) { quantityPricingByVariantUpdate(priceListId: $list, input: $input) { productVariants { sku } userErrors { field message code } } }';
const bulk = 'mutation ($product: ID!, $variants: [ProductVariantsBulkInput!]!, $partial: Boolean) { productVariantsBulkUpdate(productId: $product, variants: $variants, allowPartialUpdates: $partial) { product { updatedAt } productVariants { sku price compareAtPrice updatedAt } userErrors { field message code } } }';
const emptyInput = { pricesToAdd: [], pricesToDeleteByVariantId: [], quantityPriceBreaksToAdd: [], quantityPriceBreaksToDelete: [], quantityRulesToAdd: [], quantityRulesToDeleteByVariantId: [] };
const sku = (index: number): string => `MAT-${String(index).padStart(5, '0')}`;
const nobody = 'gid://shopify/ProductVariant/1';

describe('sandbox shopify: prices', () => {
  let shop: ShopifySandbox;
  let client: ShopifyClient;
  let now: number;
  const start = async (options: ShopifySandboxOptions = {}): Promise<void> => {
    now = Date.UTC(2026, 2, 1);
    shop = await startShopifySandbox({ seed: 2, now: () => now, ...options });
    client = new ShopifyClient(shop);
  };
  afterEach(() => shop.close());

  const lists = async (): Promise<Map<string, List>> => {
    const { priceLists: { nodes } } = await client.data<{ priceLists: { nodes: List[] } }>('{ priceLists(first: 50) { nodes { id name currency fixedPricesCount catalog { id title __typename } } } }');
    return new Map(nodes.map((list) => [list.name, list]));
  };
  const listId = async (name: string): Promise<string> => (await lists()).get(name)?.id ?? '';
  const variantIds = async (count = 30): Promise<string[]> => {
    const { productVariants: { nodes } } = await client.data<{ productVariants: { nodes: { id: string }[] } }>('query ($first: Int!) { productVariants(first: $first) { nodes { id } } }', { first: count });
    return nodes.map(({ id }) => id);
  };
  const pricesOf = async (list: string, args: string, fields = priceFields): Promise<List['prices']> => {
    const { priceList } = await client.data<{ priceList: List }>(`query ($id: ID!) { priceList(id: $id) { prices(${args}) { nodes { ${fields} } pageInfo { hasNextPage endCursor } } } }`, { id: list });
    return priceList.prices;
  };
  const money = (amount: string, currencyCode = 'EUR'): Money => ({ amount, currencyCode });
  const run = async <T>(mutation: string, variables: object): Promise<T & { userErrors: Errors }> => Object.values(await client.data<Record<string, T & { userErrors: Errors }>>(mutation, variables))[0] as T & { userErrors: Errors };
  const codes = ({ userErrors }: { userErrors: Errors }): string[] => userErrors.map(({ field, code }) => `${field?.join('.') ?? ''} ${code}`);
  const errorOf = ({ errors }: GraphqlAnswer): string => errors?.[0]?.message ?? '';

  describe('as they are read', () => {
    it('stand in lists of groups, contracts and currencies, and in one that no catalog uses', async () => {
      await start();
      const all = await lists();
      assert.deepEqual([...all.values()].slice(0, 7).map(({ name, currency, catalog }) => [name, currency, catalog?.__typename ?? null]), [
        ['Wholesale', 'EUR', 'CompanyLocationCatalog'], ['Dealers', 'EUR', 'CompanyLocationCatalog'], ['Europe', 'EUR', 'MarketCatalog'],
        ['Switzerland', 'CHF', 'MarketCatalog'], ['United States', 'USD', 'MarketCatalog'], ['Japan', 'JPY', 'MarketCatalog'], ['Staff', 'EUR', null],
      ]);
      const company = shop.world.companies[0];
      assert.equal(all.get(`Contract ${company?.name ?? ''}`)?.currency, company?.currency);
      const { catalogs } = await client.data<{ catalogs: { nodes: { title: string; priceList: { name: string }; companyLocations?: { nodes: { company: { name: string } }[] } }[] } }>(
        '{ catalogs(first: 50, type: COMPANY_LOCATION) { nodes { title priceList { name } ... on CompanyLocationCatalog { companyLocations(first: 50) { nodes { company { name } } } } } } }');
      assert.deepEqual(catalogs.nodes.map(({ title }) => title), [...all.keys()].filter((name) => /^(Wholesale|Dealers|Contract)/.test(name)));
      assert.deepEqual(catalogs.nodes[2]?.companyLocations?.nodes.map((one) => one.company.name), company?.locations.map(() => company.name));
      const { market, none } = await client.data<Record<string, { nodes: unknown[] }>>('{ market: catalogs(first: 50, type: MARKET) { nodes { id } } none: catalogs(first: 50, type: NONE) { nodes { id } } }');
      assert.deepEqual([market?.nodes.length, none?.nodes.length], [4, 0]);
      const catalog = all.get('Japan')?.catalog;
      const found = await client.data<{ node: object; catalog: object; priceList: object | null }>(
        'query ($id: ID!) { node(id: $id) { id } catalog(id: $id) { title } priceList(id: "gid://shopify/PriceList/1") { id } }', { id: catalog?.id });
      assert.deepEqual(found, { node: { id: catalog?.id }, catalog: { title: 'Japan' }, priceList: null });
    });

    it('are fixed for every tenth product, and follow from the shop\'s for the others', async () => {
      await start();
      const id = await listId('Wholesale');
      const { nodes } = await pricesOf(id, 'first: 250');
      assert.equal(nodes.length, 120);
      const fixed = nodes.filter(({ originType }) => originType === 'FIXED').map(({ variant }) => variant.sku);
      assert.deepEqual(fixed, Array.from({ length: 12 }, (_, at) => sku(at * 10 + 9)));
      assert.deepEqual((await pricesOf(id, 'first: 250, originType: FIXED')).nodes.map(({ variant }) => variant.sku), fixed);
      assert.equal((await pricesOf(id, 'first: 250, originType: RELATIVE')).nodes.length, 108);
      const own = Number(shop.priceOf(undefined, sku(1)).price);
      assert.equal(Number(nodes[0]?.price.amount), Math.round(own * 90) / 100);
      assert.deepEqual(nodes[18]?.quantityPriceBreaks.nodes.map(({ minimumQuantity }) => minimumQuantity), [12, 120]);
      const japan = (await pricesOf(await listId('Japan'), 'first: 1')).nodes[0];
      assert.deepEqual([japan?.price.currencyCode, japan?.price.amount.endsWith('.0')], ['JPY', true]);
    });

    it('are found by variant and product, and paged through', async () => {
      await start();
      const id = await listId('Wholesale');
      const ids = await variantIds();
      const digits = (at: number): string => ids[at]?.replace(/\D/g, '') ?? '';
      const found = async (query: string, origin = ''): Promise<string[]> => (await pricesOf(id, `first: 250, query: "${query}"${origin}`)).nodes.map(({ variant }) => variant.sku);
      assert.deepEqual(await found(`variant_id:${digits(8)} OR variant_id:${digits(0)} OR variant_id:1`), [sku(1), sku(9)]);
      assert.deepEqual(await found(`variant_id:${digits(8)} OR variant_id:${digits(0)}`, ', originType: FIXED'), [sku(9)]);
      const { product } = (await client.data<{ productVariant: { product: { id: string } } }>('query ($id: ID!) { productVariant(id: $id) { product { id } } }', { id: ids[4] })).productVariant;
      assert.deepEqual(await found(`product_id:${product.id.replace(/\D/g, '')}`), [sku(5)]);
      const paged: string[] = [];
      for (let page = await pricesOf(id, 'first: 5, originType: FIXED'); ; page = await pricesOf(id, `first: 5, originType: FIXED, after: "${page.pageInfo.endCursor}"`)) {
        paged.push(...page.nodes.map(({ variant }) => variant.sku));
        if (!page.pageInfo.hasNextPage) break;
      }
      assert.deepEqual(paged, (await pricesOf(id, 'first: 250, originType: FIXED')).nodes.map(({ variant }) => variant.sku));
      assert.match(errorOf(await client.graphql('query ($id: ID!) { priceList(id: $id) { prices(first: 251) { nodes { originType } } } }', { id })), /cannot exceed 250/);
    });

    it('need the scopes for products', async () => {
      await start({ scopes: ['read_products'] });
      const id = await listId('Staff');
      for (const [mutation, variables] of [
        [add, { list: id, prices: [] }], [remove, { list: id, ids: [] }], [update, { list: id, add: [], ids: [] }], [pricing, { list: id, input: emptyInput }], [bulk, { product: id, variants: [] }],
      ] as const) assert.match(errorOf(await client.graphql(mutation, variables)), /write_products/);
      await shop.close();
      await start({ scopes: [] });
      assert.match(errorOf(await client.graphql('{ priceLists(first: 1) { nodes { id } } }')), /read_products/);
    });
  });

  describe('fixed in a list', () => {
    it('replace what was fixed before, in this list only, with its compare-at price, and keep breaks', async () => {
      await start();
      const [list, ids] = [await listId('Wholesale'), await variantIds()];
      const { prices, userErrors } = await run<{ prices: Price[] }>(add, { list, prices: [
        { variantId: ids[0], price: money('8.20'), compareAtPrice: money('9.9') }, { variantId: ids[18], price: money('5') },
      ] });
      assert.deepEqual([userErrors, prices.map(({ price, compareAtPrice }) => [price.amount, compareAtPrice?.amount])], [[], [['8.2', '9.9'], ['5.0', undefined]]]);
      assert.deepEqual(shop.priceOf('Wholesale', sku(1)), { price: '8.20', compareAtPrice: '9.90', currency: 'EUR', fixed: true, breaks: [], rule: null });
      assert.equal(shop.priceOf('Wholesale', sku(19)).breaks.length, 2);
      await run(add, { list, prices: [{ variantId: ids[0], price: money('8.2') }] });
      assert.equal(shop.priceOf('Wholesale', sku(1)).compareAtPrice, null);
      for (const name of ['Dealers', 'Staff', 'Europe', undefined]) assert.notEqual(shop.priceOf(name, sku(1)).price, '8.20');
      assert.deepEqual([shop.counters.pricesWritten, (await lists()).get('Wholesale')?.fixedPricesCount], [3, 13]);
    });

    it('are refused whole for an unknown list, variant or currency, with the place', async () => {
      await start();
      const [list, ids] = [await listId('Wholesale'), await variantIds()];
      assert.deepEqual(codes(await run(add, { list: 'gid://shopify/PriceList/1', prices: [] })), ['priceListId PRICE_LIST_NOT_FOUND']);
      const refused = await run<{ prices: null }>(add, { list, prices: [
        { variantId: ids[0], price: money('1') }, { variantId: nobody, price: money('1', 'USD') }, { variantId: ids[1], price: money('1', 'USD'), compareAtPrice: money('2', 'CHF') },
      ] });
      assert.deepEqual([refused.prices, codes(refused)], [null, ['prices.1.variantId VARIANT_NOT_FOUND', 'prices.2.price.currencyCode PRICE_LIST_CURRENCY_MISMATCH', 'prices.2.compareAtPrice.currencyCode PRICE_LIST_CURRENCY_MISMATCH']]);
      assert.equal(shop.priceOf('Wholesale', sku(1)).fixed, false);
      assert.equal(shop.counters.pricesWritten, 0);
    });

    it('come 250 at once, and no more', async () => {
      await start({ products: 251 });
      const list = await listId('Wholesale');
      const prices = (await variantIds(250)).map((variantId) => ({ variantId, price: money('1') }));
      assert.deepEqual(codes(await run(add, { list, prices })), []);
      assert.equal(shop.counters.pricesWritten, 250);
      assert.match(errorOf(await client.graphql(add, { list, prices: [...prices, ...prices.slice(0, 1)] })), /maximum allowed of 250/);
    });

    it('go with their breaks, and only where they were fixed', async () => {
      await start();
      const [list, ids] = [await listId('Wholesale'), await variantIds()];
      assert.deepEqual(codes(await run(remove, { list, ids: [ids[8], ids[0], nobody] })), ['variantIds.1 PRICE_NOT_FIXED', 'variantIds.2 VARIANT_NOT_FOUND']);
      assert.equal(shop.priceOf('Wholesale', sku(9)).fixed, true);
      assert.deepEqual((await run<{ deletedFixedPriceVariantIds: string[] }>(remove, { list, ids: [ids[8], ids[18]] })).deletedFixedPriceVariantIds, [ids[8], ids[18]]);
      assert.deepEqual([shop.priceOf('Wholesale', sku(9)).fixed, shop.priceOf('Wholesale', sku(19)).breaks], [false, []]);
      const changed = await run<{ priceList: { fixedPricesCount: number } }>(update, { list, add: [{ variantId: ids[0], price: money('3') }], ids: [ids[28]] });
      assert.deepEqual([changed.userErrors, changed.priceList.fixedPricesCount], [[], 10]);
      assert.deepEqual(codes(await run(update, { list, add: [{ variantId: nobody, price: money('3') }], ids: [ids[28]] })), ['pricesToAdd.0.variantId VARIANT_NOT_FOUND', 'variantIdsToDelete.0 PRICE_NOT_FIXED']);
    });
  });

  describe('by quantity', () => {
    const breaks = (variantId: string | undefined, ...minimums: number[]): object[] => minimums.map((minimumQuantity) => ({ variantId, minimumQuantity, price: money(String(9 - minimumQuantity / 100)) }));

    it('are set with price and rule, deletes first, and are found by id', async () => {
      await start();
      const [list, ids] = [await listId('Wholesale'), await variantIds()];
      const [id, other] = [ids[0], ids[18]];
      const input = { ...emptyInput, pricesToAdd: [{ variantId: id, price: money('9') }], quantityPriceBreaksToAdd: breaks(id, 40, 20), quantityRulesToAdd: [{ variantId: id, minimum: 5, increment: 5 }] };
      const done = await run<{ productVariants: { sku: string }[] }>(pricing, { list, input });
      assert.deepEqual([done.userErrors, done.productVariants], [[], [{ sku: sku(1) }]]);
      assert.deepEqual(shop.priceOf('Wholesale', sku(1)), {
        price: '9.00', compareAtPrice: null, currency: 'EUR', fixed: true, breaks: [{ minimum: 20, price: '8.80' }, { minimum: 40, price: '8.60' }], rule: { minimum: 5, maximum: null, increment: 5 },
      });
      const read = (await pricesOf(list, `first: 1, query: "variant_id:${id?.replace(/\D/g, '') ?? ''}"`)).nodes[0]?.quantityPriceBreaks.nodes ?? [];
      const { priceList } = await client.data<{ priceList: { quantityRules: { nodes: object[] } } }>('query ($id: ID!) { priceList(id: $id) { quantityRules(first: 5, originType: FIXED) { nodes { minimum maximum increment isDefault productVariant { sku } } } } }', { id: list });
      assert.deepEqual(priceList.quantityRules.nodes, [{ minimum: 5, maximum: null, increment: 5, isDefault: false, productVariant: { sku: sku(1) } }]);
      assert.deepEqual(codes(await run(pricing, { list, input: { ...emptyInput, quantityPriceBreaksToDelete: [read[0]?.id], quantityPriceBreaksToDeleteByVariantId: [other], quantityRulesToDeleteByVariantId: [id], quantityPriceBreaksToAdd: breaks(other, 7) } })), []);
      assert.deepEqual([shop.priceOf('Wholesale', sku(1)).breaks.map(({ minimum }) => minimum), shop.priceOf('Wholesale', sku(1)).rule], [[40], null]);
      assert.deepEqual(shop.priceOf('Wholesale', sku(19)).breaks.map(({ minimum }) => minimum), [7]);
      assert.deepEqual(codes(await run(pricing, { list, input: { ...emptyInput, pricesToDeleteByVariantId: [id] } })), []);
      assert.deepEqual([shop.priceOf('Wholesale', sku(1)).fixed, shop.priceOf('Wholesale', sku(1)).breaks], [false, []]);
    });

    it('are refused whole as the vendor refuses them', async () => {
      await start();
      const [list, ids] = [await listId('Wholesale'), await variantIds()];
      const [free, fixed] = [ids[0], ids[8]];
      const rule = (change: object): object => ({ quantityRulesToAdd: [{ variantId: fixed, minimum: 10, increment: 5, ...change }] });
      const cases: [change: object, expected: string[]][] = [
        [{ pricesToAdd: [{ variantId: nobody, price: money('1') }] }, ['input.pricesToAdd.0 PRICE_ADD_VARIANT_NOT_FOUND']],
        [{ pricesToAdd: [{ variantId: free, price: money('1', 'USD') }] }, ['input.pricesToAdd.0 PRICE_ADD_CURRENCY_MISMATCH']],
        [{ pricesToAdd: [1, 2].map((n) => ({ variantId: free, price: money(String(n)) })) }, [0, 1].map((n) => `input.pricesToAdd.${String(n)} PRICE_ADD_DUPLICATE_INPUT_FOR_VARIANT`)],
        [{ pricesToDeleteByVariantId: [fixed, free] }, ['input.pricesToDeleteByVariantId.1 PRICE_DELETE_PRICE_NOT_FIXED']],
        [{ pricesToDeleteByVariantId: [nobody] }, ['input.pricesToDeleteByVariantId.0 PRICE_DELETE_VARIANT_NOT_FOUND']],
        [{ quantityPriceBreaksToDeleteByVariantId: [nobody] }, ['input.quantityPriceBreaksToDeleteByVariantId.0 QUANTITY_PRICE_BREAK_DELETE_BY_VARIANT_ID_VARIANT_NOT_FOUND']],
        [{ quantityPriceBreaksToDelete: ['gid://shopify/QuantityPriceBreak/1'] }, ['input.quantityPriceBreaksToDelete.0 QUANTITY_PRICE_BREAK_DELETE_NOT_FOUND']],
        [{ quantityRulesToDeleteByVariantId: [free] }, ['input.quantityRulesToDeleteByVariantId.0 QUANTITY_RULE_DELETE_RULE_NOT_FOUND']],
        [rule({ minimum: 0 }), ['input.quantityRulesToAdd.0 QUANTITY_RULE_ADD_MINIMUM_IS_LESS_THAN_ONE']],
        [rule({ increment: 0 }), ['input.quantityRulesToAdd.0 QUANTITY_RULE_ADD_INCREMENT_IS_LESS_THAN_ONE']],
        [rule({ increment: 20 }), ['input.quantityRulesToAdd.0 QUANTITY_RULE_ADD_INCREMENT_IS_GREATER_THAN_MINIMUM']],
        [rule({ increment: 3 }), ['input.quantityRulesToAdd.0 QUANTITY_RULE_ADD_MINIMUM_NOT_A_MULTIPLE_OF_INCREMENT']],
        [rule({ maximum: 5 }), ['input.quantityRulesToAdd.0 QUANTITY_RULE_ADD_MINIMUM_GREATER_THAN_MAXIMUM']],
        [rule({ maximum: 12 }), ['input.quantityRulesToAdd.0 QUANTITY_RULE_ADD_MAXIMUM_NOT_A_MULTIPLE_OF_INCREMENT']],
        [{ quantityPriceBreaksToAdd: breaks(nobody, 5) }, ['input.quantityPriceBreaksToAdd.0 QUANTITY_PRICE_BREAK_ADD_VARIANT_NOT_FOUND']],
        [{ quantityPriceBreaksToAdd: breaks(free, 5) }, ['input.quantityPriceBreaksToAdd.0 QUANTITY_PRICE_BREAK_ADD_PRICE_LIST_PRICE_NOT_FOUND']],
        [{ quantityPriceBreaksToAdd: [{ variantId: fixed, minimumQuantity: 5, price: money('1', 'USD') }] }, ['input.quantityPriceBreaksToAdd.0 QUANTITY_PRICE_BREAK_ADD_CURRENCY_MISMATCH']],
        [{ quantityPriceBreaksToAdd: breaks(fixed, 5, 5) }, [0, 1].map((n) => `input.quantityPriceBreaksToAdd.${String(n)} QUANTITY_PRICE_BREAK_ADD_DUPLICATE_INPUT_FOR_VARIANT_AND_MIN`)],
        [{ quantityPriceBreaksToAdd: breaks(fixed, ...Array.from({ length: 11 }, (_, n) => n + 2)) }, Array.from({ length: 11 }, (_, n) => `input.quantityPriceBreaksToAdd.${String(n)} QUANTITY_PRICE_BREAK_ADD_LIMIT_EXCEEDED`)],
        [{ ...rule({ maximum: 50 }), quantityPriceBreaksToAdd: breaks(fixed, 5, 100, 21) }, [
          'input.quantityPriceBreaksToAdd.0 QUANTITY_PRICE_BREAK_ADD_MIN_LOWER_THAN_QUANTITY_RULES_MIN', 'input.quantityPriceBreaksToAdd.1 QUANTITY_PRICE_BREAK_ADD_MIN_HIGHER_THAN_QUANTITY_RULES_MAX',
          'input.quantityPriceBreaksToAdd.2 QUANTITY_PRICE_BREAK_ADD_MIN_NOT_A_MULTIPLE_OF_QUANTITY_RULES_INCREMENT',
        ]],
      ];
      const before = shop.priceOf('Wholesale', sku(9));
      for (const [change, expected] of cases) assert.deepEqual(codes(await run(pricing, { list, input: { ...emptyInput, ...change } })), expected);
      assert.deepEqual(shop.priceOf('Wholesale', sku(9)), before);
      assert.equal(shop.counters.pricesWritten, 0);
      assert.deepEqual(codes(await run(pricing, { list: await listId('Europe'), input: { ...emptyInput, ...rule({}) } })), ['input.quantityRulesToAdd.0 QUANTITY_RULE_ADD_CATALOG_CONTEXT_NOT_SUPPORTED']);
      assert.deepEqual(codes(await run(pricing, { list: 'gid://shopify/PriceList/1', input: emptyInput })), ['priceListId PRICE_LIST_NOT_FOUND']);
      assert.match(errorOf(await client.graphql(pricing, { list, input: { ...emptyInput, quantityPriceBreaksToAdd: Array.from({ length: 251 }, (_, n) => breaks(fixed, n + 2)[0]) } })), /quantityPriceBreaksToAdd is greater than the maximum allowed of 250/);
    });
  });

  describe('of the shop itself', () => {
    const productOf = async (at: number): Promise<{ product: string; variant: string }> => {
      const { products: { nodes } } = await client.data<{ products: { nodes: { id: string; variants: { nodes: { id: string }[] } }[] } }>('{ products(first: 30) { nodes { id variants(first: 1) { nodes { id } } } } }');
      return { product: nodes[at]?.id ?? '', variant: nodes[at]?.variants.nodes[0]?.id ?? '' };
    };

    it('are set per product; what is not named stays, null is removed, 0 is an amount', async () => {
      await start();
      const { product, variant } = await productOf(0);
      const set = async (change: object): Promise<unknown[]> => {
        const { userErrors, productVariants } = await run<{ productVariants: { price: string; compareAtPrice: string | null }[] }>(bulk, { product, variants: [{ id: variant, ...change }] });
        assert.deepEqual(userErrors, []);
        return [productVariants[0]?.price, productVariants[0]?.compareAtPrice];
      };
      assert.deepEqual(await set({ price: '12.5', compareAtPrice: '15' }), ['12.50', '15.00']);
      assert.deepEqual(await set({ price: '12' }), ['12.00', '15.00']);
      assert.deepEqual(await set({ compareAtPrice: '0' }), ['12.00', '0.00']);
      assert.deepEqual(await set({ compareAtPrice: null }), ['12.00', null]);
      assert.equal(shop.priceOf('Wholesale', sku(1)).price, '10.80');
    });

    it('are refused whole with the place, or in part if that is allowed', async () => {
      await start();
      const [{ product, variant }, other] = [await productOf(0), await productOf(1)];
      const variants = [{ id: variant, price: '7' }, { id: other.variant, price: '8' }, { price: '9' }, { id: variant, price: '-1' }];
      const expected = ['variants.1.id PRODUCT_VARIANT_DOES_NOT_EXIST', 'variants.2.id PRODUCT_VARIANT_ID_MISSING', 'variants.3.price GREATER_THAN_OR_EQUAL_TO'];
      const before = shop.priceOf(undefined, sku(1)).price;
      const refused = await run<{ productVariants: null }>(bulk, { product, variants });
      assert.deepEqual([refused.productVariants, codes(refused), shop.priceOf(undefined, sku(1)).price], [null, expected, before]);
      const partial = await run<{ productVariants: object[] }>(bulk, { product, variants, partial: true });
      assert.deepEqual([partial.productVariants.length, codes(partial), shop.priceOf(undefined, sku(1)).price], [1, expected, '7.00']);
      assert.deepEqual(codes(await run(bulk, { product: 'gid://shopify/Product/1', variants })), ['productId PRODUCT_DOES_NOT_EXIST']);
    });

    it('are told of by products/update once they change, those of lists are not', async () => {
      const receiver = new Receiver();
      try {
        await start();
        shop.subscribe('PRODUCTS_UPDATE', await receiver.start());
        const { product, variant } = await productOf(0);
        now += 60_000;
        await run(bulk, { product, variants: [{ id: variant, price: '7', compareAtPrice: '8' }] });
        await run(add, { list: await listId('Wholesale'), prices: [{ variantId: variant, price: money('1') }] });
        await shop.idle();
        assert.deepEqual(receiver.received.map(({ headers }) => headers['x-shopify-topic']), ['products/update']);
        const json = receiver.received[0]?.json as { admin_graphql_api_id: string; updated_at: string; variants: { sku: string; price: string; compare_at_price: string }[] };
        assert.deepEqual([json.admin_graphql_api_id, json.updated_at, json.variants[0]?.sku, json.variants[0]?.price, json.variants[0]?.compare_at_price], [product, '2026-03-01T01:01:00+01:00', sku(1), '7.00', '8.00']);
      } finally {
        await receiver.stop();
      }
    });
  });

  it('in yen have no places in lists, and two in the shop', async () => {
    await start({ currency: 'JPY' });
    const [{ id }] = (await client.data<{ productVariants: { nodes: [{ id: string }] } }>('{ productVariants(first: 1) { nodes { id } } }')).productVariants.nodes;
    await run(add, { list: await listId('Japan'), prices: [{ variantId: id, price: money('1200', 'JPY') }] });
    shop.setPrice({ sku: sku(1), price: '1300' });
    const { productVariant } = await client.data<{ productVariant: { price: string } }>('query ($id: ID!) { productVariant(id: $id) { price } }', { id });
    assert.deepEqual([shop.priceOf('Japan', sku(1)).price, shop.priceOf(undefined, sku(1)).price, productVariant.price], ['1200', '1300', '1300.00']);
  });

  it('are there again after a restart, and shown under the control endpoints', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'shopify-'));
    try {
      await start({ dataDir });
      shop.setPrice({ list: 'Staff', sku: sku(1), price: '3', breaks: [{ minimum: 10, price: '2' }] });
      shop.setPrice({ sku: sku(1), price: '4', compareAtPrice: '5' });
      shop.setPrice({ list: 'Staff', sku: sku(3), price: null });
      shop.removePriceList('Dealers');
      const before = [shop.priceOf('Staff', sku(1)), shop.priceOf(undefined, sku(1)), shop.priceOf('Staff', sku(3))];
      assert.deepEqual(before.map(({ fixed }) => fixed), [true, true, false]);
      await shop.close();
      await start({ dataDir, control: true });
      assert.deepEqual([shop.priceOf('Staff', sku(1)), shop.priceOf(undefined, sku(1)), shop.priceOf('Staff', sku(3))], before);
      assert.deepEqual(await (await fetch(`${shop.url}/__sandbox/price?sku=${sku(1)}&list=Staff`)).json(), before[0]);
      assert.deepEqual([(await lists()).has('Dealers'), (await lists()).has('Europe')], [false, true]);
      assert.throws(() => shop.priceOf('Nope', sku(1)), RangeError);
      assert.throws(() => shop.priceOf('Staff', 'Nope'), RangeError);
    } finally {
      rmSync(dataDir, { recursive: true });
    }
  });
});
