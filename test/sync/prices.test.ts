import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Big from 'big.js';
import { shopify } from '../../lib/connectors/shopify';
import { Breaker } from '../../lib/delivery/breaker';
import { Ledger } from '../../lib/delivery/ledger';
import { Links } from '../../lib/delivery/links';
import type { PriceList } from '../../lib/documents/types';
import type { Store } from '../../lib/store/contract';
import { openLmdbStore } from '../../lib/store/lmdb';
import { BulkWriter } from '../../lib/sync/bulk-writer';
import type { Services, WriteRequest, Written } from '../../lib/sync/operation';
import { preview } from '../../lib/sync/preview';
import { System } from '../contract/sap-s4hana/system';
import { openShop, type Shop } from '../contract/shopify/support';
import { policies } from './desk';

const erp = 'sap-s4:test-100';

describe('prices from an ERP to a shop', function () {
  this.timeout(60_000);
  let dir: string;
  let store: Store;
  let shop: Shop;
  let services: Services & { store: Store };
  let writer: BulkWriter;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'b2b-prices-'));
    store = await openLmdbStore(dir);
    shop = await openShop({}, { settings: { priceLists: [{ list: '01', target: 'Wholesale' }] } });
    services = { connection: shop.connection, ledger: new Ledger(store), links: new Links(store), breaker: new Breaker({ system: shop.connection.system }), store };
    writer = new BulkWriter('price', 250, services);
  });
  afterEach(async () => {
    await shop[Symbol.asyncDispose]();
    await store.close();
    await rm(dir, { recursive: true });
  });

  const sku = (at = 0): string => shop.sandbox.world.products[at]?.sku ?? '';
  const products = (): string[] => shop.sandbox.world.products.map((one) => one.sku);
  const priceOf = (at = 0): string => shop.sandbox.priceOf('Wholesale', sku(at)).price;
  function request(of: string, value: string, time = '2026-11-25T08:00:00Z'): WriteRequest {
    const id = `01/EUR/${of}`;
    const document: PriceList = {
      schemaVersion: '1.0', id: `${erp}:PriceListEntry:${id}`, externalIds: [{ system: erp, type: 'PriceListEntry', id }], version: { sourceUpdatedAt: time }, systemOfRecord: erp,
      name: '01', priceType: 'list', priceCurrency: 'EUR', valueAddedTaxIncluded: false, mode: 'delta', entries: [{ operation: 'upsert', sku: of, price: { value, currency: 'EUR' } }],
    };
    return { operation: 'upsert', entity: 'price', document, policies, event: { time } };
  }
  const write = (...given: Parameters<typeof request>): Promise<Written> => writer.write(request(...given));

  it('of many messages go in one call, and each message gets its own result', async () => {
    for (let at = 0; at < 100; at++) if (shop.sandbox.priceOf('Wholesale', sku(at)).breaks.length > 0) shop.sandbox.setPrice({ list: 'Wholesale', sku: sku(at), price: null });
    const ended = await Promise.allSettled(Array.from({ length: 100 }, (_, at) => write(at === 40 ? 'NOPE' : sku(at), `${String(at + 1)}.00`)));
    assert.deepEqual(shop.sandbox.counters.mutations, { priceListFixedPricesAdd: 1 });
    ended.forEach((one, at) => {
      if (at === 40) assert.equal(one.status === 'rejected' && (one.reason as { code: string }).code, 'DATA_UNKNOWN_ITEM');
      else assert.deepEqual(one.status === 'fulfilled' && one.value.payload['externalIds'], [
        { system: erp, type: 'PriceListEntry', id: `01/EUR/${sku(at)}` }, { system: shop.connection.system, type: 'PriceListEntry', id: `01/EUR/${sku(at)}`, number: sku(at) },
      ]);
    });
    assert.equal(priceOf(99), '100.00');
  });

  describe('of a list whose parts all carry its id', () => {
    const id = '01/EUR';
    const part = (change: Partial<PriceList>, ...entries: [at: number, value: string][]): WriteRequest => {
      const given = request('', '1.00');
      const document = given.document as PriceList;
      return {
        ...given, document: {
          ...document, id: `${erp}:PriceList:${id}`, externalIds: [{ system: erp, type: 'PriceList', id }],
          entries: entries.map(([at, value]) => ({ operation: 'upsert', sku: sku(at), price: { value, currency: 'EUR' } })), ...change,
        },
      };
    };
    const both = async (...requests: WriteRequest[]): Promise<void> => { await Promise.all(requests.map((one) => writer.write(one))); };

    it('pages of a whole list that wait together are all written, and what none of them names goes', async () => {
      const gone = products().find((one) => shop.sandbox.priceOf('Wholesale', one).fixed) ?? '';
      const kept = products().filter((one) => one !== gone);
      const halves = [kept.slice(0, 60), kept.slice(60)];
      const pages = halves.map((half, index) => part({ mode: 'full', page: { snapshotId: 's1', index, last: index === 1 } }, ...half.map((one): [number, string] => [products().indexOf(one), '5.00'])));
      await both(...pages);
      assert.deepEqual(kept.map((one) => shop.sandbox.priceOf('Wholesale', one).price), kept.map(() => '5.00'));
      assert.equal(shop.sandbox.priceOf('Wholesale', gone).fixed, false);
    });

    it('changes of some prices do not replace those of others; of the same ones the newest counts', async () => {
      await both(part({}, [0, '1.00'], [1, '2.00']), part({}, [2, '3.00'], [3, '4.00']), part({}, [4, '5.00']), part({}, [5, '6.00']), part({}, [1, '2.50'], [0, '1.50']));
      assert.deepEqual([0, 1, 2, 3, 4, 5].map((at) => priceOf(at)), ['1.50', '2.50', '3.00', '4.00', '5.00', '6.00']);
    });
  });

  it('an older price never overwrites a newer one, whichever comes first', async () => {
    assert.equal((await write(sku(), '2.00', '2026-11-25T09:00:00Z')).result.outcome, 'created');
    assert.equal((await write(sku(), '1.00', '2026-11-25T08:00:00Z')).result.outcome, 'stale');
    assert.equal(priceOf(), '2.00');
  });

  it('of a document that its schema refuses never reach the shop', async () => {
    const { document, ...rest } = request(sku(), '2.00');
    await assert.rejects(writer.write({ ...rest, document: { ...document as object, priceCurrency: 'euro' } }), /priceCurrency/);
    assert.deepEqual(shop.sandbox.counters.queries, {});
  });

  it('are shown by a dry run, which writes nothing', async () => {
    const { changes } = await preview(request(sku(), '2.00'), services);
    assert.deepEqual(changes, [{ path: 'price', after: '2.00' }]);
    assert.deepEqual(shop.sandbox.counters.mutations, {});
  });

  it('C14 of 20 lists are compared and written in the least calls, and the next time only those that changed', async () => {
    await using many = await openShop({ products: 50, contracts: 13 });
    const { sandbox } = many;
    const lists = [...sandbox.world.priceLists, { name: 'Europe', currency: 'EUR' }, { name: 'Staff', currency: 'EUR' }];
    assert.equal(lists.length, 20);
    // Breaks that are there take a call of another kind to go.
    for (const { name } of lists) for (const { sku: of } of sandbox.world.products) if (sandbox.priceOf(name, of).breaks.length > 0) sandbox.setPrice({ list: name, sku: of, price: null });
    const { settings, secrets, url: baseUrl } = sandbox;
    const connection = shopify.connect({ settings: { ...settings, priceLists: lists.map(({ name }) => ({ list: name, target: name })) }, secrets, baseUrl });
    const all = new BulkWriter('price', 250, { ...services, connection });
    /** Sends all prices at once; `more`: index of each that is another one than before. Returns how each ended. */
    async function send(time: string, more: (index: number) => boolean = () => false): Promise<string[]> {
      const documents = lists.flatMap(({ name, currency }) => sandbox.world.products.map(({ sku: of }) => ({ name, currency, of })));
      const ended = await Promise.all(documents.map(({ name, currency, of }, index) => {
        const sent = request(of, `${String(1000 + index + (more(index) ? 5000 : 0))}${currency === 'JPY' ? '' : '.00'}`, time);
        const list = sent.document as PriceList;
        const { entries: [entry] } = list;
        const price = { value: entry?.price?.value ?? '', currency };
        const id = `${name}/${currency}/${of}`;
        return all.write({ ...sent, document: { ...list, id, externalIds: [{ system: erp, type: 'PriceListEntry', id }], name, priceCurrency: currency, entries: [{ ...entry, price }] } });
      }));
      return ended.map(({ result }) => result.outcome);
    }
    const { counters } = sandbox;
    const calls = (): number => [...Object.entries(sandbox.counters.queries), ...Object.entries(sandbox.counters.mutations)].reduce((sum, [name, count]) => sum + (/^(shop|priceLists)$/.test(name) ? 0 : count), 0);
    assert.deepEqual(new Set(await send('2026-11-25T08:00:00Z')), new Set(['created', 'updated']));
    assert.deepEqual([sandbox.counters.pricesWritten, counters.throttled], [1000, 0]);
    // For each 250, of five lists of 50: the variants once, then what each list has, and its write.
    assert.ok(calls() <= 4 * (1 + 5 + 5), `${String(calls())} calls`);
    const again = await send('2026-11-25T09:00:00Z', (index) => index % 100 === 7);
    assert.deepEqual([again.filter((one) => one === 'updated').length, again.filter((one) => one === 'unchanged').length, sandbox.counters.pricesWritten], [10, 990, 1010]);
    await connection.close();
  });

  it('C43 C45 of SAP arrive as they are, breaks and all, in the list of their currency; another list is refused by name', async () => {
    const now = (): number => Date.parse('2026-11-25T09:00:00Z');
    const system = await System.start({ materials: 40, now });
    try {
      const [first = '', second = '', third = ''] = system.sandbox.world.products.map((product) => product.sku);
      system.sandbox.setPrice({ sku: first, price: '10', scale: [['1', '10'], ['10', '9.5'], ['50', '9'], ['100', '8.25'], ['500', '7.99']].map(([from = '', price = '']) => ({ from, price })) });
      system.sandbox.setPrice({ sku: second, price: '38', per: 100 });
      system.sandbox.setPrice({ sku: third, price: '12', currency: 'CHF' });
      const connection = system.connect({ timeZone: 'Europe/Berlin' }, { now });
      const documents: PriceList[] = [];
      for await (const { records } of connection.list('price')) documents.push(...records.map((record) => connection.toCanonical('price', record) as unknown as PriceList));
      await using target = await openShop({}, { now, settings: { priceLists: [{ list: 'list', currency: 'EUR', target: 'Wholesale' }] } });
      const bulk = new BulkWriter('price', 250, { ...services, connection: target.connection });
      const ended = await Promise.allSettled(documents.map((document) => bulk.write({ operation: 'upsert', entity: 'price', document, policies, event: { time: document.version.sourceUpdatedAt } })));
      for (const [at, one] of ended.entries()) {
        const { priceCurrency, entries: [entry] } = documents[at] as PriceList;
        if (priceCurrency === 'CHF') assert.equal(one.status === 'rejected' && (one.reason as { code: string }).code, 'DATA_PRICE_LIST_NOT_CONFIGURED');
        else assert.equal(new Big(target.sandbox.priceOf('Wholesale', entry?.sku ?? '').price).times(entry?.baseQuantity?.value ?? 1).toNumber(), Number(entry?.price?.value), entry?.sku);
      }
      assert.deepEqual(ended.map(({ status }) => status).filter((status) => status === 'rejected').length, 1);
      const shown = target.sandbox.priceOf('Wholesale', first);
      assert.deepEqual([shown.price, shown.breaks], ['10.00', [[10, '9.50'], [50, '9.00'], [100, '8.25'], [500, '7.99']].map(([minimum, price]) => ({ minimum, price }))]);
      assert.equal(target.sandbox.priceOf('Wholesale', second).price, '0.38');
    } finally {
      await system.stop();
    }
  });
});
