import assert from 'node:assert/strict';
import type { BulkOutcome, ConnectOptions, FieldChange, Native, WriteResult } from '../../../lib/connectors/contract';
import { shopify } from '../../../lib/connectors/shopify';
import type { PriceList, PriceListEntry } from '../../../lib/documents/types';
import { checkDocument } from '../../../lib/documents/validate';
import type { SyncError } from '../../../lib/errors';
import { sendApart } from '../../../lib/sync/bulk';
import type { PriceView, ShopifySandboxOptions } from '../../../sandbox/shopify';
import { openShop, type Shop } from './support';

const rows = [{ list: 'W1', currency: 'EUR', target: 'Wholesale' }, { list: 'JP', target: 'japan' }, { list: 'BASE', target: 'variants' }];

describe('Shopify prices', function () {
  this.timeout(20_000);
  let shop: Shop;
  const open = (sandbox: ShopifySandboxOptions = {}, options: Partial<ConnectOptions> = {}): Promise<Shop> => openShop(sandbox, { ...options, settings: { priceLists: rows, ...options.settings } });
  beforeEach(async () => { shop = await open(); });
  afterEach(() => shop[Symbol.asyncDispose]());

  const sku = (at = 0, of = shop): string => of.sandbox.world.products[at]?.sku ?? '';
  const eur = (value: string): { value: string; currency: string } => ({ value, currency: 'EUR' });
  const set = (at: number, price: string, change: Partial<PriceListEntry> = {}): PriceListEntry => ({ operation: 'upsert', sku: sku(at), price: eur(price), ...change });
  /** What an ERP tells of a list. */
  function document(list: string, entries: PriceListEntry[], change: Partial<PriceList> = {}): PriceList {
    return {
      schemaVersion: '1.0', id: `erp:${list}/EUR/${entries[0]?.sku ?? ''}`, externalIds: [{ system: 'erp', type: 'PriceListEntry', id: `${list}/EUR/${entries[0]?.sku ?? ''}` }], version: { sourceUpdatedAt: '2026-11-25T08:00:00Z' },
      name: list, priceType: 'list', priceCurrency: 'EUR', valueAddedTaxIncluded: false, mode: 'delta', entries, ...change,
    };
  }
  const native = (one: PriceList, of = shop): Native => {
    assert.deepEqual(checkDocument('price-list', one), []);
    return of.connection.fromCanonical('price', one as unknown as Native);
  };
  const write = async (documents: PriceList[], of = shop): Promise<BulkOutcome[]> => await of.connection.upsertMany?.('price', documents.map((one) => native(one, of))) ?? [];
  const ended = (outcomes: BulkOutcome[]): string[] => outcomes.map((outcome) => 'result' in outcome ? outcome.result.outcome : outcome.error.code);
  const errorOf = (outcome: BulkOutcome | undefined): SyncError => outcome && 'error' in outcome ? outcome.error : assert.fail('was written');
  const resultOf = (outcome: BulkOutcome | undefined): WriteResult => outcome && 'result' in outcome ? outcome.result : assert.fail('was refused');
  const written = async (...documents: PriceList[]): Promise<string[]> => ended(await write(documents));
  const wholesale = (at = 0): PriceView => shop.sandbox.priceOf('Wholesale', sku(at));
  const own = (at = 0): PriceView => shop.sandbox.priceOf(undefined, sku(at));
  const calls = (): number => [shop.sandbox.counters.queries, shop.sandbox.counters.mutations].flatMap((fields) => Object.entries(fields)).reduce((sum, [name, count]) => sum + (name === 'shop' ? 0 : count), 0);
  const mutations = (of = shop): Record<string, number> => ({ ...of.sandbox.counters.mutations });
  /** The fixed prices of every list but these. */
  const others = (...but: (string | undefined)[]): PriceView[] => [undefined, 'Wholesale', 'Dealers', 'Europe', 'Switzerland', 'United States', 'Japan', 'Staff']
    .filter((name) => !but.includes(name)).flatMap((name) => shop.sandbox.world.products.map((product) => shop.sandbox.priceOf(name, product.sku))).filter(({ fixed }) => fixed);

  describe('in a price list', () => {
    it('C14 are read and written in the least calls, only those that changed, and none that is so already', async () => {
      const documents = Array.from({ length: 100 }, (_, at) => document('W1', [set(at, `${String(at + 1)}.50`, { compareAtPrice: null })]));
      shop.sandbox.setPrice({ list: 'Wholesale', sku: sku(5), price: '6.50' });
      shop.sandbox.setPrice({ list: 'Wholesale', sku: sku(7), price: '1.00' });
      // Breaks that are there need quantity pricing to go.
      for (let at = 0; at < 100; at++) if (wholesale(at).breaks.length > 0) shop.sandbox.setPrice({ list: 'Wholesale', sku: sku(at), price: '1' });
      const outcomes = await write(documents);
      assert.deepEqual([ended(outcomes)[0], ended(outcomes)[5], ended(outcomes)[7], ended(outcomes)[8]], ['created', 'unchanged', 'updated', 'updated']);
      assert.deepEqual([mutations(), shop.sandbox.counters.pricesWritten, calls()], [{ priceListFixedPricesAdd: 1 }, 99, 4]);
      for (let at = 0; at < 100; at++) assert.equal(wholesale(at).price, `${String(at + 1)}.50`);
      assert.deepEqual(new Set(await written(...documents)), new Set(['unchanged']));
      assert.deepEqual([mutations(), calls()], [{ priceListFixedPricesAdd: 1 }, 6], 'only two queries more');
      assert.deepEqual(resultOf(outcomes[0]).externalId, { system: shop.connection.system, type: 'PriceListEntry', id: `W1/EUR/${sku()}`, number: sku() });
    });

    it('C11 one that cannot be among 250 hits its own document only', async () => {
      await using many = await open({ products: 300 });
      const documents = Array.from({ length: 250 }, (_, at) => document('W1', [{ ...set(0, '7.00'), sku: sku(at, many) }]));
      documents[17] = document('W1', [{ ...set(0, '7.00'), sku: 'NOPE' }]);
      many.sandbox.world.products[40] = { ...many.sandbox.world.products[40] as (typeof many.sandbox.world.products)[0], sku: sku(41, many) };
      documents[40] = document('W1', [{ ...set(0, '7.00'), sku: sku(299, many) }]);
      // The vendor refuses one, with the place of it in the batch.
      const digits = /\d+$/;
      const { productVariants: { nodes } } = await variantIds(many);
      many.sandbox.fault({ kind: 'internal-error', times: Infinity, match: (_request, body) => body.includes('mutation') && body.includes(digits.exec(nodes[99]?.id ?? '')?.[0] ?? '') });
      const outcomes = await sendApart(documents.map((one) => native(one, many)), async (some) => await many.connection.upsertMany?.('price', some) ?? []);
      const expected = Array.from({ length: 250 }, () => 'written');
      expected[17] = 'DATA_UNKNOWN_ITEM';
      expected[41] = 'DATA_AMBIGUOUS_ITEM';
      expected[99] = 'TRANSIENT_INTERNAL_SERVER_ERROR';
      assert.deepEqual(outcomes.map((outcome) => 'result' in outcome ? 'written' : outcome.error.code), expected);
      assert.match(errorOf(outcomes[41]).message, /gid:.*gid:/);
      assert.equal(many.sandbox.priceOf('Wholesale', sku(249, many)).price, '7.00');
    });

    it('what the shop refuses with its place is told, and the rest is sent again', async () => {
      const eleven = Array.from({ length: 11 }, (_, n) => ({ minQuantity: String(n + 2), price: eur('1.00') }));
      const outcomes = await write([document('W1', [set(0, '2.00')]), document('W1', [set(1, '2.00', { tiers: eleven })]), document('W1', [set(2, '2.00', { tiers: eleven.slice(0, 10) })])]);
      assert.deepEqual(ended(outcomes), ['created', 'DATA_REFUSED', 'created']);
      assert.match(errorOf(outcomes[1]).cause.answer ?? '', /QUANTITY_PRICE_BREAK_ADD_LIMIT_EXCEEDED/);
      assert.equal(errorOf(outcomes[1]).cause.record, `price W1/EUR/${sku(1)}`);
      assert.deepEqual([wholesale(0).price, wholesale(1).fixed, wholesale(2).breaks.length, mutations()], ['2.00', false, 10, { quantityPricingByVariantUpdate: 2 }]);
    });

    it('C43 of no other list than those of the settings are touched, whatever comes', async () => {
      const before = others('Wholesale', 'Japan', undefined);
      const outcomes = await write([
        document('W1', [set(0, '2.00')]), document('Staff', [set(0, '2.00')]), document('W2', [set(1, '2.00')]), document('Dealers', [set(2, '2.00')]), document('BASE', [set(0, '3.00')]),
        document('W1', [set(1, '2.00')], { priceCurrency: 'EUR' }),
      ]);
      assert.deepEqual(ended(outcomes), ['created', 'DATA_PRICE_LIST_NOT_CONFIGURED', 'DATA_PRICE_LIST_NOT_CONFIGURED', 'DATA_PRICE_LIST_NOT_CONFIGURED', 'updated', 'created']);
      assert.match(errorOf(outcomes[1]).message, /add a row .* list Staff, currency EUR/);
      assert.deepEqual(others('Wholesale', 'Japan', undefined), before);
    });

    it('C23 document, entry and target must agree in their currency, else nothing is written', async () => {
      const usd = { value: '2.00', currency: 'USD' };
      const asUsd = (list: string): PriceList => document(list, [{ ...set(0, '2.00'), price: usd }], { priceCurrency: 'USD' });
      const outcomes = await write([asUsd('W1'), asUsd('JP'), asUsd('BASE'), document('W1', [set(1, '2.00')])]);
      assert.deepEqual(ended(outcomes), ['DATA_PRICE_LIST_NOT_CONFIGURED', 'DATA_PRICE_CURRENCY', 'DATA_PRICE_CURRENCY', 'created']);
      assert.match(errorOf(outcomes[1]).message, /is in JPY/);
      const mixed: [PriceListEntry, RegExp][] = [
        [set(0, '2.00', { price: usd }), /entries\[0\]\.price\.currency: is USD/], [set(0, '2.00', { compareAtPrice: usd }), /compareAtPrice\.currency: is USD/],
        [set(0, '2.00', { tiers: [{ minQuantity: '5', price: usd }] }), /tiers\[0\]\.price\.currency: is USD/],
      ];
      for (const [entry, message] of mixed) assert.throws(() => shop.connection.fromCanonical('price', document('W1', [set(1, '3.00'), entry]) as unknown as Native), message.source.includes('entries') ? /entries\[1\]\.price\.currency: is USD/ : message);
      assert.deepEqual([wholesale().fixed, shop.sandbox.counters.pricesWritten], [false, 1]);
      // A row that says another currency than its target has.
      await using wrong = await open({}, { settings: { priceLists: [{ list: 'W1', currency: 'CHF', target: 'Wholesale' }] } });
      const chf = document('W1', [{ ...set(0, '2.00'), price: { value: '2.00', currency: 'CHF' } }], { priceCurrency: 'CHF' });
      assert.deepEqual(ended(await write([chf], wrong)), ['DATA_PRICE_CURRENCY']);
    });

    it('C24 a compare-at price is removed by null, left by nothing, and set by an amount, also of zero', async () => {
      const compareAt = async (...given: [] | [PriceListEntry['compareAtPrice']]): Promise<[string | undefined, string | null]> => {
        const change = given.length === 0 ? {} : { compareAtPrice: given[0] };
        const [outcome] = await written(document('W1', [{ ...set(0, String(++price) + '.00'), ...change } as PriceListEntry]));
        return [outcome, wholesale().compareAtPrice];
      };
      let price = 1;
      assert.deepEqual(await compareAt(), ['created', null]);
      assert.deepEqual(await compareAt(eur('9.90')), ['updated', '9.90']);
      assert.deepEqual(await compareAt(), ['updated', '9.90']);
      assert.deepEqual(await compareAt(eur('0')), ['updated', '0.00']);
      assert.deepEqual(await compareAt(), ['updated', '0.00']);
      assert.deepEqual(await compareAt(null), ['updated', null]);
      price--;
      assert.deepEqual(await compareAt(null), ['unchanged', null]);
    });

    it('C45 four quantity breaks arrive, change and go, with their rule', async () => {
      const tiers = [{ minQuantity: '1', price: eur('8.20') }, { minQuantity: '20', price: eur('7.65') }, { minQuantity: '40.000', price: eur('7.35') }, { minQuantity: '200', percentOff: '15' }, { minQuantity: '1000', price: eur('5.00') }];
      const quantityRule = { minimum: '5', increment: '5' };
      const entry = set(0, '8.20', { compareAtPrice: eur('9.90'), tiers });
      assert.deepEqual(await written(document('W1', [{ ...entry, quantityRule }])), ['created']);
      const breaks = [{ minimum: 20, price: '7.65' }, { minimum: 40, price: '7.35' }, { minimum: 200, price: '6.97' }, { minimum: 1000, price: '5.00' }];
      assert.deepEqual(wholesale(), { price: '8.20', compareAtPrice: '9.90', currency: 'EUR', fixed: true, breaks, rule: { minimum: 5, maximum: null, increment: 5 } });
      assert.deepEqual(mutations(), { quantityPricingByVariantUpdate: 1 });
      assert.deepEqual(await written(document('W1', [entry])), ['unchanged']);
      assert.deepEqual(await written(document('W1', [{ ...entry, tiers: tiers.slice(0, 2) }])), ['updated']);
      assert.deepEqual(wholesale().breaks, breaks.slice(0, 1));
      assert.deepEqual(await written(document('W1', [set(0, '8.20')])), ['updated']);
      assert.deepEqual([wholesale().breaks, wholesale().compareAtPrice, wholesale().rule?.minimum], [[], '9.90', 5]);
      assert.deepEqual(mutations(), { quantityPricingByVariantUpdate: 3 });
    });

    it('are found by the number or gid of their list, too', async () => {
      const { priceLists } = await graphql<{ priceLists: { nodes: { id: string; name: string }[] } }>(shop, '{ priceLists(first: 2) { nodes { id name } } }');
      const [first, second] = priceLists.nodes;
      const options = { baseUrl: shop.sandbox.url, secrets: shop.sandbox.secrets, settings: { ...shop.sandbox.settings, priceLists: [{ list: 'A', target: /\d+$/.exec(first?.id ?? '')?.[0] ?? '' }, { list: 'B', target: second?.id ?? '' }] } };
      const connection = shopify.connect(options);
      try {
        assert.deepEqual(ended(await connection.upsertMany?.('price', [native(document('A', [set(0, '2.00')])), native(document('B', [set(0, '3.00')]))]) ?? []), ['created', 'created']);
      } finally {
        await connection.close();
      }
      assert.deepEqual([first, second].map((one) => shop.sandbox.priceOf(one?.name, sku()).price), ['2.00', '3.00']);
    });

    it('so many breaks that no list in a call gets too long', async () => {
      const tiers = Array.from({ length: 4 }, (_, n) => ({ minQuantity: String(10 * (n + 1)), price: eur('1.00') }));
      const documents = Array.from({ length: 120 }, (_, at) => document('W1', [set(at, '2.00', { tiers })]));
      assert.equal((await written(...documents)).filter((outcome) => /created|updated/.test(outcome)).length, 120);
      assert.deepEqual(mutations(), { quantityPricingByVariantUpdate: 2 });
      for (let at = 0; at < 120; at++) assert.equal(wholesale(at).breaks.length, 4);
    });

    it('are deleted by an entry or a tombstone, with their breaks, and there is nothing to do for what is not there', async () => {
      const gone = (at: number): PriceListEntry => ({ operation: 'delete', sku: sku(at) });
      assert.equal(wholesale(18).breaks.length, 2);
      assert.deepEqual(await written(document('W1', [gone(8)]), document('W1', [gone(0)]), document('W1', [{ operation: 'delete', sku: 'NOPE' }])), ['updated', 'unchanged', 'unchanged']);
      assert.deepEqual(mutations(), { priceListFixedPricesDelete: 1 });
      assert.deepEqual(await written(document('W1', [gone(18)]), document('W1', [set(28, '2.00')], { deleted: true })), ['updated', 'updated']);
      assert.deepEqual([8, 18, 28].map((at) => [wholesale(at).fixed, wholesale(at).breaks]), [[false, []], [false, []], [false, []]]);
      // Somebody else deletes it while we do.
      shop.sandbox.setPrice({ list: 'Wholesale', sku: sku(3), price: '1.00' });
      shop.sandbox.fault({ kind: 'slow', ms: 1, match: (_, body) => {
        if (body.includes('mutation DeletePrices')) shop.sandbox.setPrice({ list: 'Wholesale', sku: sku(3), price: null });
        return false;
      }, oneIn: 1 });
      assert.deepEqual(await written(document('W1', [gone(3)]), document('W1', [gone(38)])), ['updated', 'updated']);
      assert.equal(wholesale(38).fixed, false);
    });

    it('written while the answer is lost are not written again', async () => {
      const documents = [document('W1', [set(0, '2.00')]), document('W1', [set(1, '3.00', { tiers: [{ minQuantity: '10', price: eur('2.50') }] })])];
      shop.sandbox.fault({ kind: 'lost-response', match: (_request, body) => body.includes('mutation') });
      await assert.rejects(write(documents), (error: SyncError) => error.code.startsWith('TRANSIENT_') && error.cause.unknownOutcome === true);
      assert.deepEqual([wholesale(0).price, wholesale(1).breaks.length, shop.sandbox.counters.pricesWritten], ['2.00', 1, 2]);
      assert.deepEqual(await written(...documents), ['unchanged', 'unchanged']);
      assert.equal(shop.sandbox.counters.pricesWritten, 2);
    });

    it('that the shop does not have, or has no longer, are refused, saying so', async () => {
      await using wrong = await open({}, { settings: { priceLists: [{ list: 'W1', target: 'Nope' }] } });
      const outcomes = await write([document('W1', [set(0, '2.00')])], wrong);
      assert.deepEqual(ended(outcomes), ['DATA_UNKNOWN_PRICE_LIST']);
      assert.match(errorOf(outcomes[0]).message, /no price list "Nope".*Wholesale, Dealers/);
      assert.deepEqual(await written(document('W1', [set(0, '2.00')])), ['created']);
      let removed = false;
      shop.sandbox.fault({ kind: 'slow', ms: 1, match: (_, body) => {
        if (body.includes('mutation') && !removed) { removed = true; shop.sandbox.removePriceList('Wholesale'); }
        return false;
      }, oneIn: 1 });
      assert.deepEqual(await written(document('W1', [set(1, '2.00')]), document('BASE', [set(1, '2.00')])), ['DATA_NOT_FOUND', 'updated']);
      assert.deepEqual(await written(document('W1', [set(1, '2.00')])), ['DATA_UNKNOWN_PRICE_LIST']);
      // While it is remembered it goes, and is missed when its prices are read.
      await written(document('JP', []));
      shop.sandbox.removePriceList('Japan');
      const jpy = document('JP', [{ ...set(0, '1.00'), price: { value: '1200', currency: 'JPY' } }], { priceCurrency: 'JPY' });
      assert.deepEqual(await written(jpy), ['DATA_UNKNOWN_PRICE_LIST']);
    });

    it('in a currency without decimals are whole', async () => {
      const jpy = (value: string): PriceList => document('JP', [{ ...set(0, '1.00'), price: { value, currency: 'JPY' }, tiers: [{ minQuantity: '10', price: { value: '1100', currency: 'JPY' } }] }], { priceCurrency: 'JPY' });
      assert.deepEqual(await written(jpy('1200')), ['created']);
      assert.deepEqual([shop.sandbox.priceOf('Japan', sku()).price, shop.sandbox.priceOf('Japan', sku()).breaks], ['1200', [{ minimum: 10, price: '1100' }]]);
      assert.deepEqual(await written(jpy('1200.00')), ['unchanged']);
      assert.throws(() => native(jpy('1200.5')), /1200\.5 JPY is no exact price for one: JPY has 0 decimals/);
    });
  });

  describe('of the shop itself', () => {
    it('C24 C14 are set product by product where they differ; null removes, nothing leaves, zero is an amount', async () => {
      const compareAt = async (price: string, ...given: [] | [PriceListEntry['compareAtPrice']]): Promise<[string | undefined, string, string | null]> => {
        const change = given.length === 0 ? {} : { compareAtPrice: given[0] };
        const [outcome] = await written(document('BASE', [{ ...set(0, price), ...change } as PriceListEntry]));
        return [outcome, own().price, own().compareAtPrice];
      };
      assert.deepEqual(await compareAt('2.00', eur('3.00')), ['updated', '2.00', '3.00']);
      assert.deepEqual(await compareAt('2.50'), ['updated', '2.50', '3.00']);
      assert.deepEqual(await compareAt('2.5'), ['unchanged', '2.50', '3.00']);
      assert.deepEqual(await compareAt('2.50', eur('0')), ['updated', '2.50', '0.00']);
      assert.deepEqual(await compareAt('2.50', null), ['updated', '2.50', null]);
      assert.deepEqual(mutations(), { productVariantsBulkUpdate: 4 });
      assert.deepEqual(await written(...Array.from({ length: 20 }, (_, at) => document('BASE', [set(at, '2.50')]))), ['unchanged', ...Array.from({ length: 19 }, () => 'updated')]);
      assert.deepEqual(mutations(), { productVariantsBulkUpdate: 23 });
    });

    it('what one product refuses, or whose answer is lost, says nothing of the others', async () => {
      const digits = (await variantIds(shop)).productVariants.nodes[1]?.id ?? '';
      shop.sandbox.fault({ kind: 'internal-error', times: Infinity, match: (_request, body) => body.includes('mutation') && body.includes(digits) });
      assert.deepEqual(await written(...[0, 1, 2].map((at) => document('BASE', [set(at, '2.50')]))), ['updated', 'TRANSIENT_INTERNAL_SERVER_ERROR', 'updated']);
      await assert.rejects(write([document('BASE', [set(1, '2.50')])]), /failed inside the shop/);
    });

    it('depend on no quantity and cannot be deleted', async () => {
      const before = own();
      const outcomes = await write([document('BASE', [set(0, '2.00', { tiers: [{ minQuantity: '10', price: eur('1.00') }] })]), document('BASE', [{ operation: 'delete', sku: sku() }]), document('BASE', [set(0, '2.00', { quantityRule: { minimum: '5' } })])]);
      assert.deepEqual(ended(outcomes), ['DATA_PRICE', 'DATA_PRICE_ENDED', 'DATA_PRICE']);
      assert.deepEqual(own(), before);
      const [, deleted] = outcomes;
      assert.match((deleted && 'error' in deleted && deleted.error.message) || '', new RegExp(`price BASE/EUR/${sku()} has ended, .* still costs ${before.price} EUR\\. .*block the item`));
    });

    it('C44 that a whole list does not name stay, and are told of', async () => {
      const { products } = shop.sandbox.world;
      const warnings = async (from: number): Promise<string[]> => {
        const [outcome] = await write([document('BASE', products.slice(from).map((_, at) => set(from + at, '2.50')), { mode: 'full' })]);
        return (outcome && 'result' in outcome && outcome.result.warnings) || [];
      };
      const before = own();
      const [told = '', ...others] = await warnings(1);
      assert.deepEqual(others, []);
      assert.match(told, new RegExp(`No variant can be without a price: .*BASE/EUR.* 1 of ${String(products.length)}: ${sku()} \\(${before.price}\\)\\.$`));
      assert.deepEqual(own(), before);
      assert.match((await warnings(20))[0] ?? '', /20 of \d+: MAT-00001 .*, …\.$/);
      assert.deepEqual(await warnings(0), []);
    });

    it('in yen are whole', async () => {
      await using japan = await open({ currency: 'JPY' });
      const one = document('BASE', [{ operation: 'upsert', sku: sku(0, japan), price: { value: '1200', currency: 'JPY' } }], { priceCurrency: 'JPY' });
      assert.deepEqual(ended(await write([one], japan)), ['updated']);
      assert.equal(japan.sandbox.priceOf(undefined, sku(0, japan)).price, '1200');
      assert.deepEqual(ended(await write([one], japan)), ['unchanged']);
    });
  });

  describe('as documents', () => {
    const refused = (entry: Partial<PriceListEntry>, change: Partial<PriceList> = {}): string => {
      try { native(document('W1', [{ ...set(0, '2.00'), ...entry }], change)); } catch (error) { return (error as SyncError).message; }
      return 'accepted';
    };

    it('are taken for one piece only where that is exact', async () => {
      const per = (price: string, value: string): PriceListEntry => set(0, price, { baseQuantity: { value, unitCode: 'C62' }, compareAtPrice: eur('400.00') });
      assert.match(refused(per('38.45', '100')), /38\.45 EUR for 100 is no exact price for one/);
      assert.match(refused({ price: eur('0.0035') }), /0\.0035 EUR is no exact price/);
      assert.match(refused({ price: eur('-1.00') }), /must not be negative/);
      assert.match(refused({ ...per('38.00', '100'), unitCode: 'MTR' }), /is C62, the price is for MTR/);
      assert.match(refused({ tiers: [{ minQuantity: '10', percentOff: '33.33' }] }), /33\.33 % off 2\.00 EUR is no exact price/);
      assert.deepEqual(await written(document('W1', [per('38.00', '100')])), ['created']);
      assert.deepEqual([wholesale().price, wholesale().compareAtPrice], ['0.38', '4.00']);
    });

    it('are refused where the shop cannot say what they do', () => {
      const { price: _price, ...priceless } = set(0, '2.00');
      assert.match(refused({ tiers: [{ minQuantity: '2.5', price: eur('1.00') }] }), /minQuantity: must be a whole number/);
      assert.match(refused({ tiers: [{ minQuantity: '5', price: eur('1.00') }, { minQuantity: '5.0', price: eur('1.00') }] }), /5 comes twice/);
      assert.match(refused({ tiers: [{ minQuantity: '1', price: eur('1.00') }] }), /is 1\.00 from one on, but the price is 2\.00/);
      assert.match(refused({ quantityRule: { minimum: '0.5' } }), /quantityRule\.minimum: must be a whole number/);
      assert.match(refused({ priceOnRequest: true }), /no prices on request/);
      assert.match(refused({ validFrom: '2126-01-01T00:00:00Z' }), /does not hold yet/);
      assert.match(refused({ validThrough: '2026-01-01T00:00:00Z' }), /holds no more/);
      assert.match(refused({}, { validThrough: '2026-01-01T00:00:00Z' }), /holds no more/);
      assert.match(refused({}, { status: 'draft' }), /is draft/);
      assert.match(refused({}, { adjustment: { basePriceListId: 'x', percent: '-10' } }), /follows from another/);
      const tiersOnly = (...tiers: PriceListEntry['tiers'] & object): PriceListEntry => ({ ...priceless, tiers });
      assert.throws(() => native(document('W1', [tiersOnly({ minQuantity: '5', price: eur('1.00') })])), /price: is missing, and no tier begins with one/);
      assert.deepEqual((native(document('W1', [tiersOnly({ minQuantity: '0', price: eur('1.00') }, { minQuantity: '5', price: eur('0.90') })]))['entries'] as { set: { price: string } }[])[0]?.set.price, '1.00');
    });

    it('without tax do not go into a shop whose prices hold it, nor the other way round', async () => {
      const outcomes = await write([document('W1', [set(0, '2.00')], { valueAddedTaxIncluded: true }), document('BASE', [set(0, '2.00')], { valueAddedTaxIncluded: true })]);
      assert.deepEqual(ended(outcomes), ['DATA_PRICE_TAX', 'DATA_PRICE_TAX']);
      assert.match(errorOf(outcomes[0]).message, /hold value added tax, those of .* do not/);
      assert.equal(shop.sandbox.counters.pricesWritten, 0);
    });

    it('with many entries end as one: what can be written is, what cannot is named', async () => {
      const [outcome] = await write([document('W1', [set(0, '2.00'), { ...set(1, '2.00'), sku: 'NOPE' }, set(2, '2.00'), { ...set(1, '2.00'), sku: 'NEITHER' }])]);
      const error = errorOf(outcome);
      assert.deepEqual([error.code, error.cause.issues?.map(({ path, rule }) => `${path} ${rule}`)], ['DATA_PRICES', ['price W1/EUR/NOPE DATA_UNKNOWN_ITEM', 'price W1/EUR/NEITHER DATA_UNKNOWN_ITEM']]);
      assert.deepEqual([wholesale(0).price, wholesale(2).price], ['2.00', '2.00']);
    });

    it('that name a price twice are written in their order', async () => {
      assert.deepEqual(await written(document('W1', [set(0, '2.00', { compareAtPrice: eur('4.00') })]), document('W1', [set(0, '3.00')])), ['created', 'updated']);
      assert.deepEqual([wholesale().price, wholesale().compareAtPrice], ['3.00', '4.00']);
    });
  });

  describe('C44 of a whole list', () => {
    const whole = (entries: PriceListEntry[], change: Partial<PriceList> = {}): PriceList => document('W1', entries, { mode: 'full', ...change });
    const part = (index: number, last: boolean, ...at: number[]): PriceList => whole(at.map((one) => set(one, '2.00')), { page: { index, last, snapshotId: 's1' } });
    const fixed = (): number[] => shop.sandbox.world.products.flatMap((_, at) => wholesale(at).fixed ? [at] : []);
    /** The list has prices of the first so many products, and no others. */
    const fill = (count: number, of = shop): void => {
      of.sandbox.world.products.forEach((product, at) => {
        if (at < count || of.sandbox.priceOf('Wholesale', product.sku).fixed) of.sandbox.setPrice({ list: 'Wholesale', sku: product.sku, price: at < count ? '2.00' : null });
      });
    };
    const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, n) => from + n);

    it('delete what it does not name after the last page, and only then', async () => {
      fill(100);
      const staff = others('Wholesale');
      assert.deepEqual(await written(part(0, false, ...range(0, 60))), ['unchanged']);
      assert.equal(fixed().length, 100);
      assert.deepEqual(await written(part(1, true, ...range(60, 96))), ['unchanged']);
      assert.deepEqual(fixed(), range(0, 96));
      assert.deepEqual([mutations(), others('Wholesale')], [{ priceListFixedPricesDelete: 1 }, staff]);
    });

    it('without pages is its own last page; what breaks there are go along', async () => {
      fill(100);
      shop.sandbox.setPrice({ list: 'Wholesale', sku: sku(99), price: '2.00', breaks: [{ minimum: 10, price: '1.00' }] });
      assert.deepEqual(await written(whole(range(0, 98).map((at) => set(at, '2.00')))), ['unchanged']);
      assert.deepEqual([fixed().length, wholesale(99).breaks], [98, []]);
      assert.deepEqual(await written(whole(range(1, 98).map((at) => set(at, '2.00')))), ['unchanged']);
      assert.equal(fixed().length, 97, 'another whole list later begins anew');
    });

    it('more than five in a hundred ask a person', async () => {
      fill(100);
      const outcomes = await write([whole(range(0, 94).map((at) => set(at, '3.00')))]);
      assert.deepEqual(ended(outcomes), ['DATA_MASS_DELETE']);
      assert.match(errorOf(outcomes[0]).message, /6 of the 100 prices that .* would be deleted/);
      assert.deepEqual([fixed().length, wholesale(0).price, mutations()], [100, '3.00', { priceListFixedPricesAdd: 1 }]);
    });

    it('more than fifty ask a person, also of very many', async () => {
      await using many = await open({ products: 1100 });
      fill(1100, many);
      const pages = (count: number, snapshotId: string): PriceList[] => [range(0, 1000), range(1000, count)].map((at, index) => (
        document('W1', at.map((one) => ({ ...set(0, '2.00'), sku: sku(one, many) })), { mode: 'full', page: { index, last: index === 1, snapshotId } })));
      const outcomes = await write(pages(1049, 'a'), many);
      assert.deepEqual(ended(outcomes), ['unchanged', 'DATA_MASS_DELETE']);
      assert.match(errorOf(outcomes[1]).message, /51 of the 1100 prices/);
      assert.deepEqual(mutations(many), {});
      assert.deepEqual(ended(await write(pages(1050, 'b'), many)), ['unchanged', 'unchanged']);
      assert.deepEqual([mutations(many), many.sandbox.priceOf('Wholesale', sku(1050, many)).fixed, many.sandbox.priceOf('Wholesale', sku(1049, many)).fixed], [{ priceListFixedPricesDelete: 1 }, false, true]);
    });

    it('whose first pages came before a restart delete nothing, and say so', async () => {
      fill(100);
      await write([part(0, false, ...range(0, 60))]);
      const restarted = shopify.connect({ baseUrl: shop.sandbox.url, settings: { ...shop.sandbox.settings, priceLists: rows }, secrets: shop.sandbox.secrets });
      try {
        const [outcome] = await restarted.upsertMany?.('price', [native(part(1, true, ...range(60, 98)))]) ?? [];
        assert.match(resultOf(outcome).warnings?.[0] ?? '', /not deleted/);
        assert.equal(fixed().length, 100);
      } finally {
        await restarted.close();
      }
    });

    it('of the shop itself delete nothing, and say so', async () => {
      const [outcome] = await write([document('BASE', [set(0, '2.00')], { mode: 'full' })]);
      assert.match(resultOf(outcome).warnings?.[0] ?? '', /not deleted/);
    });

    it('whose deletion is lost on its way back is done all the same', async () => {
      fill(100);
      const one = whole(range(0, 98).map((at) => set(at, '2.00')));
      shop.sandbox.fault({ kind: 'lost-response', match: (_request, body) => body.includes('DeletePrices') });
      await assert.rejects(write([one]), (error: SyncError) => error.cause.unknownOutcome === true);
      assert.deepEqual(await written(one), ['unchanged']);
      assert.deepEqual([fixed().length, mutations()], [98, { priceListFixedPricesDelete: 1 }]);
    });
  });

  it('are previewed field by field, writing nothing', async () => {
    const changes = async (one: PriceList): Promise<FieldChange[] | undefined> => shop.connection.preview?.('price', native(one));
    const before = wholesale(18);
    assert.deepEqual(await changes(document('W1', [set(0, '2.00', { compareAtPrice: eur('3.00') })])), [{ path: 'price', after: '2.00' }, { path: 'compareAtPrice', after: '3.00' }]);
    assert.deepEqual(await changes(document('W1', [set(18, '2.00')])), [{ path: 'price', before: before.price, after: '2.00' }, { path: 'tiers', before: before.breaks }]);
    assert.deepEqual(await changes(document('W1', [set(0, '2.00'), { operation: 'delete', sku: sku(8) }])), [
      { path: 'entries[0].price', after: '2.00' }, { path: 'entries[1].price', before: wholesale(8).price }, ...wholesale(8).compareAtPrice === null ? [] : [{ path: 'entries[1].compareAtPrice', before: wholesale(8).compareAtPrice }],
    ]);
    assert.deepEqual(await changes(document('BASE', [set(0, '2.00', { compareAtPrice: null })])), [{ path: 'price', before: own().price, after: '2.00' }]);
    shop.sandbox.setPrice({ list: 'Wholesale', sku: sku(0), price: '2.00' });
    assert.deepEqual(await changes(document('W1', [set(0, '2.00')])), []);
    await assert.rejects(changes(document('Staff', [set(0, '2.00')])), /add a row/);
    await assert.rejects(changes(document('W1', [{ ...set(0, '2.00'), sku: 'NOPE' }])), /no variant with the SKU NOPE/);
    assert.deepEqual(mutations(), {});
  });

  describe('are read', () => {
    const all = async (pageSize?: number): Promise<{ pages: number; prices: Native[] }> => {
      const prices: Native[] = [];
      let pages = 0;
      for await (const { records } of shop.connection.list('price', pageSize === undefined ? {} : { pageSize })) { prices.push(...records); pages++; }
      return { pages, prices };
    };
    const idOf = (record: Native): string => shop.connection.identify('price', record).id;

    it('C13 list by list, each a valid document of one entry, whatever the page size, and on from any cursor', async () => {
      const { prices } = await all();
      const documents = prices.map((record) => shop.connection.toCanonical('price', record) as unknown as PriceList);
      assert.deepEqual(documents.flatMap((one) => checkDocument('price-list', one)), []);
      const count = (list: string): number => documents.filter(({ name }) => name === list).length;
      assert.deepEqual([count('W1'), count('JP'), count('BASE'), documents.length], [12, 12, 120, 144]);
      for (const pageSize of [1, 4, 11, 12, 13, 119, 120, 121]) assert.deepEqual((await all(pageSize)).prices.map(idOf), prices.map(idOf), `page size ${String(pageSize)}`);
      assert.equal((await all(40)).pages, 5);
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        for await (const page of shop.connection.list('price', { pageSize: 50, ...(cursor === undefined ? {} : { cursor }) })) {
          seen.push(...page.records.map(idOf));
          ({ cursor } = page);
          break;
        }
      } while (cursor !== undefined);
      assert.deepEqual(seen, prices.map(idOf));
    });

    it('with the ids the ERP has, as what would change nothing if written', async () => {
      const { prices } = await all();
      assert.equal(idOf(prices[0] ?? {}), `W1/EUR/${sku(8)}`);
      const document18 = shop.connection.toCanonical('price', prices[1] ?? {}) as unknown as PriceList;
      const { price, breaks } = wholesale(18);
      assert.deepEqual([document18.name, document18.priceCurrency, document18.mode, document18.entries[0]?.price, document18.entries[0]?.tiers], [
        'W1', 'EUR', 'delta', eur(price), breaks.map((one) => ({ minQuantity: String(one.minimum), price: eur(one.price) })),
      ]);
      const documents = prices.slice(0, 60).map((record) => shop.connection.toCanonical('price', record) as unknown as PriceList);
      assert.deepEqual(new Set(await written(...documents)), new Set(['unchanged']));
      assert.deepEqual(mutations(), {});
    });

    it('one by one', async () => {
      const one = await shop.connection.get('price', `W1/EUR/${sku(8)}`);
      assert.equal(one && idOf(one), `W1/EUR/${sku(8)}`);
      assert.equal((await shop.connection.get('price', `BASE/EUR/${sku(1)}`))?.['price'], own(1).price);
      for (const id of [`W1/EUR/${sku(0)}`, 'W1/EUR/NOPE', 'nonsense']) assert.equal(await shop.connection.get('price', id), undefined, id);
      await assert.rejects(shop.connection.get('price', `Staff/EUR/${sku(0)}`), /add a row/);
    });

    it('not at all without lists in the settings', async () => {
      await using bare = await openShop({}, { settings: { priceLists: [] } });
      await assert.rejects(async () => { for await (const _page of bare.connection.list('price')) assert.fail('read something'); }, /name no price lists/);
    });
  });

  it('need settings that are clear', () => {
    const refused = (...priceLists: { list: string; currency?: string; target: string }[]): string => {
      try { shopify.connect({ settings: { ...shop.sandbox.settings, priceLists }, secrets: shop.sandbox.secrets }); } catch (error) { return (error as SyncError).message; }
      return 'accepted';
    };
    assert.match(refused({ list: 'A', target: 'Wholesale' }, { list: 'A', target: 'Dealers' }), /row 2: A has a row already/);
    assert.match(refused({ list: 'A', target: 'Wholesale' }, { list: 'B', target: 'wholesale' }), /row 2: another list is written to wholesale/);
    assert.match(refused({ list: 'A', currency: 'eur', target: 'Wholesale' }), /row 1: currency is "eur"/);
    assert.equal(refused({ list: 'A', currency: 'EUR', target: 'Wholesale' }, { list: 'A', currency: 'CHF', target: 'Switzerland' }, { list: 'A', target: 'Japan' }), 'accepted');
  });

  it('need a scope that the check asks for', async () => {
    await using lacking = await open({ scopes: ['read_orders', 'read_all_orders', 'write_orders', 'read_customers', 'read_products'] });
    const { ok, steps } = await lacking.connection.check();
    assert.equal(ok, false);
    assert.equal(steps.find(({ code }) => code === 'scopes.writeProducts')?.values?.['scopes'], 'write_products');
    await assert.rejects(write([document('W1', [set(0, '2.00')])], lacking), (error: SyncError) => error.code === 'AUTH_ACCESS_DENIED');
  });

  async function graphql<T>({ sandbox }: Shop, query: string): Promise<T> {
    const answer = await fetch(`${sandbox.url}/admin/api/2026-10/graphql.json`, {
      method: 'POST', headers: { 'content-type': 'application/json', 'x-shopify-access-token': sandbox.secrets['accessToken'] ?? '' }, body: JSON.stringify({ query }),
    });
    return (await answer.json() as { data: T }).data;
  }

  const variantIds = (of: Shop): Promise<{ productVariants: { nodes: { id: string }[] } }> => graphql(of, '{ productVariants(first: 250) { nodes { id } } }');
});
