import assert from 'node:assert/strict';
import type { Connection, ConnectOptions, Native, Page } from '../../../lib/connectors/contract';
import { contentHash } from '../../../lib/documents/hash';
import type { PriceList } from '../../../lib/documents/types';
import { checkDocument } from '../../../lib/documents/validate';
import { outcome, System } from './system';

const berlin = { timeZone: 'Europe/Berlin' };
const service = 'API_SLSPRICINGCONDITIONRECORD_SRV';
const record = 'A_SlsPrcgConditionRecord', validity = 'A_SlsPrcgCndnRecdValidity';
const forever = `/Date(${String(Date.UTC(9999, 11, 31))})/`;
type Entry = PriceList['entries'][number];

describe('SAP S/4HANA price lists', () => {
  let system: System;
  let erp: Connection;
  let now: number;
  const connect = (settings: ConnectOptions['settings'] = {}): Connection => system.connect({ ...berlin, ...settings }, { now: () => now });
  const rows = (...priceLists: Record<string, string>[]): Connection => connect({ priceLists });
  beforeEach(async () => {
    now = Date.parse('2026-11-25T09:00:00Z');
    system = await System.start({ materials: 24, now: () => now });
    erp = connect();
  });
  afterEach(() => system.stop());

  const products = (): { sku: string; price: string; unit: string }[] => system.sandbox.world.products;
  const sku = (at = 0): string => products()[at]?.sku ?? '';
  async function read(by = erp, pageSize?: number): Promise<Native[]> {
    const found: Native[] = [];
    for await (const { records } of by.list('price', pageSize === undefined ? {} : { pageSize })) found.push(...records);
    return found;
  }
  const idsOf = (by: Connection, found: Native[]): string[] => found.map((one) => by.identify('price', one).id);
  const documentOf = (by: Connection, native: Native): PriceList => by.toCanonical('price', native) as unknown as PriceList;
  async function document(by: Connection, id: string): Promise<PriceList> {
    const found = await by.get('price', id);
    assert.ok(found, id);
    return documentOf(by, found);
  }
  async function entry(id: string, by = erp): Promise<Entry> {
    const [found] = (await document(by, id)).entries;
    assert.ok(found);
    return found;
  }
  /** The code of what converting a price throws, with its text. */
  async function refusal(id: string, by = erp): Promise<string> {
    const found = await by.get('price', id);
    assert.ok(found, id);
    try {
      by.toCanonical('price', found);
    } catch (error) {
      return `${(error as { code: string }).code} ${(error as Error).message}`;
    }
    return 'ok';
  }
  const eur = (value: string): { value: string; currency: string } => ({ value, currency: 'EUR' });
  /** Requests for prices since the last call. */
  let seen = 0;
  function requests(): string[] {
    const all = system.sandbox.requests.filter(({ url }) => url.includes(service)).map(({ url }) => url);
    return all.slice(seen, seen = all.length);
  }
  beforeEach(() => { seen = 0; });
  /** The number of the condition of everybody, or of another place. */
  async function numberOf(id: string, by = erp): Promise<string> {
    const [condition] = (await by.get('price', id))?.['conditions'] as Native[];
    return String(condition?.['ConditionRecord']);
  }
  const change = async (id: string, values: Record<string, string | boolean>, by = erp): Promise<void> => { system.sandbox.changeRow(record, await numberOf(id, by), values); };

  it('without rows in the settings are the list prices of everybody, each a valid document of one entry', async () => {
    const found = await read();
    assert.deepEqual(idsOf(erp, found), products().map((one) => `list/EUR/${one.sku}`));
    const documents = found.map((one) => documentOf(erp, one));
    assert.deepEqual(documents.flatMap((one) => checkDocument('price-list', one)), []);
    for (const [i, one] of documents.entries()) {
      const per = one.entries[0]?.baseQuantity?.value ?? '1';
      assert.equal(Number(one.entries[0]?.price?.value), Number((Number(products()[i]?.price) * Number(per)).toFixed(2)));
      assert.deepEqual([one.name, one.priceCurrency, one.priceType, one.valueAddedTaxIncluded, one.mode, one.assignedTo, one.entries.length], ['list', 'EUR', 'list', false, 'delta', undefined, 1]);
    }
    assert.equal(documents[0]?.id, `${erp.system}:PriceListEntry:list/EUR/${sku()}`);
    assert.deepEqual(documents[0].externalIds, [{ system: erp.system, type: 'PriceListEntry', id: `list/EUR/${sku()}`, number: sku() }]);
  });

  it('C13 are complete whatever the page size, in the order of materials, also where one has more conditions than a page', async () => {
    for (let n = 1; n <= 8; n++) system.sandbox.setPrice({ sku: sku(3), price: String(n), customer: `10000${String(n)}` });
    const by = rows({ list: 'all' }, ...['1', '2', '3', '4', '5', '6'].map((n) => ({ list: `c${n}`, appliesTo: 'customer', value: `10000${n}` })), { list: 'group', appliesTo: 'customerPriceGroup', value: 'P1' });
    const whole = idsOf(by, await read(by));
    assert.ok(whole.length > 40);
    const materials = whole.map((id) => id.split('/').at(-1) ?? '');
    assert.deepEqual(materials, [...materials].sort());
    for (const pageSize of [1, 2, whole.length - 1, whole.length, whole.length + 1, Math.ceil(whole.length / 3)]) assert.deepEqual(idsOf(by, await read(by, pageSize)), whole, `page size ${String(pageSize)}`);
    for (const pageSize of [23, 24, 25]) assert.deepEqual(idsOf(erp, await read(erp, pageSize)), products().map((one) => `list/EUR/${one.sku}`), `page size ${String(pageSize)}`);
  });

  it('C13 … also where the server\'s own pages are smaller than what there is of a material', async () => {
    await system.stop();
    system = await System.start({ materials: 12, customers: 8, pageSize: 4, now: () => now });
    for (let n = 1; n <= 8; n++) system.sandbox.setPrice({ sku: sku(1), price: String(n), customer: `10000${String(n)}` });
    const by = rows({ list: 'all' }, ...[1, 2, 3, 4, 5, 6, 7, 8].map((n) => ({ list: `c${String(n)}`, appliesTo: 'customer', value: `10000${String(n)}` })));
    const found = idsOf(by, await read(by));
    assert.equal(found.filter((id) => id.endsWith(sku(1))).length, 9);
    assert.equal(found.filter((id) => id.startsWith('all/EUR/')).length, 12);
    for (const pageSize of [1, 3, 4, 5, 100]) assert.deepEqual(idsOf(by, await read(by, pageSize)), found, `page size ${String(pageSize)}`);
    const { entries } = await document(by, `c8/EUR/${sku(1)}`);
    assert.deepEqual(entries[0]?.price, eur('8.00'));
  });

  it('go on from a cursor', async () => {
    let first: Page | undefined;
    for await (const page of erp.list('price', { pageSize: 40 })) { first = page; break; }
    assert.ok(first?.cursor !== undefined);
    const rest: Native[] = [];
    for await (const { records } of erp.list('price', { cursor: first.cursor })) rest.push(...records);
    assert.deepEqual(idsOf(erp, [...first.records, ...rest]), products().map((one) => `list/EUR/${one.sku}`));
    assert.ok(first.records.length > 0 && rest.length > 0);
  });

  it('C14 20 lists are read in one pass: one call for each 500 conditions', async () => {
    const lists = Array.from({ length: 20 }, (_, n) => ({ list: `list-${String(n)}`, appliesTo: 'priceListType', value: `L${String.fromCharCode(65 + n)}` }));
    for (const { value } of lists) for (const one of products()) system.sandbox.setPrice({ sku: one.sku, price: one.price, priceListType: value });
    const by = rows(...lists);
    requests();
    const found = await read(by);
    assert.equal(found.length, 20 * 24);
    assert.equal(requests().length, 1);
    assert.equal(new Set(idsOf(by, found)).size, 480);
    assert.equal((await read(by, 120)).length, 480);
    // A page goes on behind its last whole material, so up to one material comes twice.
    assert.equal(requests().length, 5);
    assert.equal((await read(rows(...lists, { list: 'all' }))).length, 504);
    assert.equal(requests().length, 2, 'with everybody\'s among them all conditions of the type are read');
  });

  it('are those of groups, customers and price list types, and say whose they are', async () => {
    const by = rows(
      { list: 'p1', appliesTo: 'customerPriceGroup', value: 'P1' }, { list: 'c5', appliesTo: 'customer', value: '0000100005' }, { list: 'swiss', appliesTo: 'priceListType', value: 'CH', currency: 'CHF' },
    );
    system.sandbox.setPrice({ sku: sku(), price: '3', customer: '100005' });
    const shown = async (id: string): Promise<unknown[]> => {
      const { priceType, assignedTo, priceCurrency } = await document(by, id);
      return [priceType, assignedTo, priceCurrency];
    };
    assert.deepEqual(await shown(`p1/EUR/${sku()}`), ['customerGroup', { customerGroups: ['P1'] }, 'EUR']);
    assert.deepEqual(await shown(`c5/EUR/${sku()}`), ['contract', { customerNumbers: ['0000100005'] }, 'EUR']);
    assert.deepEqual(await shown(`swiss/CHF/${sku(1)}`), ['customerGroup', { customerGroups: ['CH'] }, 'CHF']);
    assert.deepEqual([...new Set((await read(by)).map((one) => one['list']))].sort(), ['c5', 'p1', 'swiss']);
    assert.equal(await by.get('price', `p1/EUR/${sku(1)}`), undefined, 'the group has no price of it');
  });

  it('are of nobody where another field narrows a condition, whichever it is', async () => {
    const key = `${await numberOf(`list/EUR/${sku()}`)}|${forever}`;
    for (const values of [{ Plant: '1010' }, { Country: 'DE' }, { CustomerGroup: '01' }, { OrderQuantityUnit: 'BOX' }, { Division: '10' }, { Customer: '100001', Plant: '1010' }]) {
      system.sandbox.changeRow(validity, key, values);
      assert.equal(await erp.get('price', `list/EUR/${sku()}`), undefined, JSON.stringify(values));
      system.sandbox.changeRow(validity, key, Object.fromEntries(Object.keys(values).map((name) => [name, ''])));
    }
    system.sandbox.changeRow(validity, key, { Division: '00' });
    assert.ok(await erp.get('price', `list/EUR/${sku()}`), 'the division of the settings');
    system.sandbox.changeRow(validity, key, { Division: '', SoldToParty: '100003' });
    assert.equal(await erp.get('price', `list/EUR/${sku()}`), undefined);
    assert.ok(await rows({ list: 'c', appliesTo: 'customer', value: '100003' }).get('price', `c/EUR/${sku()}`), 'a sold-to party is a customer');
    system.sandbox.changeRow(validity, key, { SoldToParty: '', DistributionChannel: '20' });
    assert.equal(await erp.get('price', `list/EUR/${sku()}`), undefined, 'another distribution channel');
  });

  it('marked for deletion or not released are not there', async () => {
    system.sandbox.dropPrice({ sku: sku() });
    assert.equal(await erp.get('price', `list/EUR/${sku()}`), undefined);
    assert.ok(!idsOf(erp, await read()).includes(`list/EUR/${sku()}`));
    await change(`list/EUR/${sku(1)}`, { ConditionReleaseStatus: 'A' });
    assert.equal(await erp.get('price', `list/EUR/${sku(1)}`), undefined);
    assert.equal(await erp.get('price', `list/EUR/NOPE`), undefined);
  });

  describe('hold on a day of the time zone', () => {
    const day = async (time: string, by = erp): Promise<unknown> => {
      now = Date.parse(time);
      return ((await by.get('price', `list/EUR/${sku()}`))?.['conditions'] as Native[] | undefined)?.[0]?.['ConditionRateValue'];
    };
    it('from midnight to midnight, in winter and in summer', async () => {
      system.sandbox.setPrice({ sku: sku(), price: '2', from: '2026-12-01', through: '2026-12-01' });
      system.sandbox.setPrice({ sku: sku(), price: '3', from: '2026-07-01', through: '2026-07-01' });
      const before = await day('2026-11-30T22:59:59Z');
      assert.deepEqual([await day('2026-11-30T23:00:00Z'), await day('2026-12-01T22:59:59Z'), await day('2026-12-01T23:00:00Z')], ['2.000', '2.000', before]);
      assert.deepEqual([await day('2026-06-30T21:59:59Z'), await day('2026-06-30T22:00:00Z'), await day('2026-07-01T21:59:59Z'), await day('2026-07-01T22:00:00Z')], [before, '3.000', '3.000', before]);
      assert.equal(await day('2026-12-01T02:00:00Z', connect({ timeZone: 'America/New_York' })), before, 'it is still yesterday there');
      now = Date.parse('2026-11-30T23:00:00Z');
      const { validFrom, validThrough } = await entry(`list/EUR/${sku()}`);
      assert.deepEqual([validFrom, validThrough], ['2026-11-30T23:00:00.000Z', '2026-12-01T22:59:59.000Z']);
    });
    it('that has 23 or 25 hours because clocks change', async () => {
      system.sandbox.setPrice({ sku: sku(), price: '2', from: '2026-10-25', through: '2026-10-25' });
      system.sandbox.setPrice({ sku: sku(), price: '3', from: '2026-03-29', through: '2026-03-29' });
      assert.deepEqual([await day('2026-10-24T21:59:59Z') === '2.000', await day('2026-10-24T22:00:00Z'), await day('2026-10-25T22:59:59Z'), await day('2026-10-25T23:00:00Z') === '2.000'], [false, '2.000', '2.000', false]);
      now = Date.parse('2026-10-25T01:00:00Z');
      const long = await entry(`list/EUR/${sku()}`);
      assert.deepEqual([long.validFrom, long.validThrough], ['2026-10-24T22:00:00.000Z', '2026-10-25T22:59:59.000Z']);
      now = Date.parse('2026-03-29T01:00:00Z');
      const short = await entry(`list/EUR/${sku()}`);
      assert.deepEqual([short.validFrom, short.validThrough], ['2026-03-28T23:00:00.000Z', '2026-03-29T21:59:59.000Z']);
    });
    it('that begins later where clocks skip midnight', async () => {
      system.sandbox.setPrice({ sku: sku(), price: '2', from: '2026-04-24', through: '2026-04-24' });
      now = Date.parse('2026-04-24T12:00:00Z');
      const { validFrom, validThrough } = await entry(`list/EUR/${sku()}`, connect({ timeZone: 'Africa/Cairo' }));
      assert.deepEqual([validFrom, validThrough], ['2026-04-23T22:00:00.000Z', '2026-04-24T20:59:59.000Z']);
    });
    it('without end where SAP says 9999, and the next one is found when its day has come', async () => {
      const { validThrough } = await entry(`list/EUR/${sku()}`);
      assert.equal(validThrough, undefined);
      const [first] = await read();
      system.sandbox.setPrice({ sku: sku(), price: '99', from: '2026-12-24' });
      assert.equal((await entry(`list/EUR/${sku()}`)).validThrough, '2026-12-23T22:59:59.000Z');
      now = Date.parse('2026-12-24T00:00:00Z');
      const [next] = await read();
      assert.ok(first && next);
      assert.notEqual(contentHash(documentOf(erp, first)), contentHash(documentOf(erp, next)));
      assert.deepEqual(documentOf(erp, next).entries[0]?.price, eur('99.00'));
    });
  });

  it('read again are the same content: the time of reading is none', async () => {
    const first = await document(erp, `list/EUR/${sku()}`);
    now += 3_600_000;
    const later = await document(erp, `list/EUR/${sku()}`);
    assert.notEqual(first.version.sourceUpdatedAt, later.version.sourceUpdatedAt);
    assert.equal(contentHash(first), contentHash(later));
  });

  describe('C45 quantity scales', () => {
    const scale = [['1', '10'], ['10', '9.5'], ['50', '9'], ['100', '8.25'], ['500', '7.999']].map(([from = '', price = '']) => ({ from, price }));
    it('become a price and four breaks', async () => {
      system.sandbox.setPrice({ sku: sku(), price: '10', scale });
      const { price, tiers, baseQuantity } = await entry(`list/EUR/${sku()}`);
      assert.deepEqual([price, baseQuantity], [eur('10.00'), undefined]);
      assert.deepEqual(tiers, [['10', '9.50'], ['50', '9.00'], ['100', '8.25'], ['500', '7.999']].map(([minQuantity, value = '']) => ({ minQuantity, price: eur(value) })));
    });
    it('that begin later have no price below', async () => {
      system.sandbox.setPrice({ sku: sku(), price: '9.5', scale: scale.slice(1, 3) });
      const { price, tiers } = await entry(`list/EUR/${sku()}`);
      assert.deepEqual([price, tiers?.map(({ minQuantity }) => minQuantity)], [undefined, ['10', '50']]);
    });
    it('of one line may stand in the condition itself', async () => {
      await change(`list/EUR/${sku()}`, { ConditionScaleQuantity: '12.000', ConditionRateValue: '5.000', PricingScaleBasis: 'C', PricingScaleType: 'A' });
      const { price, tiers } = await entry(`list/EUR/${sku()}`);
      assert.deepEqual([price, tiers], [undefined, [{ minQuantity: '12', price: eur('5.00') }]]);
    });
    it('by value or weight, graduated or up to a quantity are refused', async () => {
      system.sandbox.setPrice({ sku: sku(), price: '10', scale });
      for (const values of [{ PricingScaleBasis: 'B' }, { PricingScaleBasis: 'D' }, { PricingScaleType: 'B' }, { PricingScaleType: 'D' }]) {
        await change(`list/EUR/${sku()}`, { PricingScaleBasis: 'C', PricingScaleType: 'A', ...values });
        assert.match(await refusal(`list/EUR/${sku()}`), /^DATA_PRICE_SCALE .*price list\/EUR\/MAT-00001.*scale/, JSON.stringify(values));
      }
    });
    it('per 100 are so in each break', async () => {
      system.sandbox.setPrice({ sku: sku(), price: '100', per: 100, scale: [{ from: '1', price: '100' }, { from: '1000', price: '90' }] });
      const { price, tiers, baseQuantity, unitCode } = await entry(`list/EUR/${sku()}`);
      assert.deepEqual([price, tiers, baseQuantity], [eur('100.00'), [{ minQuantity: '1000', price: eur('90.00') }], { value: '100', unitCode }]);
    });
  });

  describe('units', () => {
    const piece = (): string => products().find(({ unit }) => unit === 'C62')?.sku ?? '';
    /** The condition in boxes of so many pieces. */
    const boxes = async (numerator: string, denominator: string, values: Record<string, string> = {}): Promise<void> =>
      change(`list/EUR/${piece()}`, { ConditionQuantityUnit: 'BOX', ConditionToBaseQtyNmrtr: numerator, ConditionToBaseQtyDnmntr: denominator, ConditionRateValue: '30.000', ...values });
    it('are the base unit, with the quantity the price is for', async () => {
      await boxes('12', '1');
      const { unitCode, price, baseQuantity } = await entry(`list/EUR/${piece()}`);
      assert.deepEqual([unitCode, price, baseQuantity], ['C62', eur('30.00'), { value: '12', unitCode: 'C62' }]);
    });
    it('in parts of the base unit stay exact', async () => {
      await boxes('1', '3', { ConditionRateValue: '0.335' });
      const { price, baseQuantity } = await entry(`list/EUR/${piece()}`);
      assert.deepEqual([price, baseQuantity], [eur('1.005'), undefined], 'a third of one for 0.335');
      await boxes('5', '6', { ConditionQuantity: '3' });
      const other = await entry(`list/EUR/${piece()}`);
      assert.deepEqual([other.price, other.baseQuantity?.value], [eur('60.00'), '5'], '30.00 for 5/2');
    });
    it('of scales are converted, or refused where that is not exact', async () => {
      system.sandbox.setPrice({ sku: piece(), price: '30', unit: 'BOX', scale: [{ from: '1', price: '30' }, { from: '10', price: '25' }] });
      await boxes('12', '1');
      assert.deepEqual((await entry(`list/EUR/${piece()}`)).tiers, [{ minQuantity: '120', price: eur('25.00') }]);
      await boxes('1', '3');
      assert.match(await refusal(`list/EUR/${piece()}`), /^DATA_PRICE_UNIT .*10 BOX/);
    });
    it('that SAP cannot convert, or nobody else knows, are refused', async () => {
      await boxes('0', '0');
      assert.match(await refusal(`list/EUR/${piece()}`), /^DATA_PRICE_UNIT .*one BOX/);
      await boxes('1', '1', { BaseUnit: 'ZZZ' });
      assert.match(await refusal(`list/EUR/${piece()}`), /^DATA_/);
    });
  });

  describe('C23 currencies', () => {
    it('make lists of their own; JPY has no decimals', async () => {
      const by = rows({ list: 'intl', appliesTo: 'customer', value: '100001' });
      system.sandbox.setPrice({ sku: sku(), price: '1200', currency: 'JPY', customer: '100001' });
      system.sandbox.setPrice({ sku: sku(1), price: '12', currency: 'USD', customer: '100001' });
      const { priceCurrency, entries } = await document(by, `intl/JPY/${sku()}`);
      assert.deepEqual([priceCurrency, entries[0]?.price], ['JPY', { value: '1200', currency: 'JPY' }]);
      assert.equal((await document(by, `intl/USD/${sku(1)}`)).priceCurrency, 'USD');
    });
    it('that the settings do not name for a list are errors of that price, and of no other', async () => {
      const by = rows({ list: 'eu', currency: 'EUR' });
      system.sandbox.setPrice({ sku: sku(), price: '12', currency: 'USD' });
      const found = await read(by);
      assert.equal(found.length, 24);
      assert.match(await refusal(`eu/USD/${sku()}`, by), /^DATA_PRICE_CURRENCY .*eu\/USD\/MAT-00001.*no list eu in USD.*Add a row/);
      assert.equal(found.filter((one) => one['currency'] === 'EUR').map((one) => documentOf(by, one)).length, 23);
    });
    it('may each have a row', async () => {
      const by = rows({ list: 'own', currency: 'EUR' }, { list: 'own', currency: 'CHF', appliesTo: 'priceListType', value: 'CH' });
      system.sandbox.setPrice({ sku: sku(1), price: '12', currency: 'CHF' });
      const found = idsOf(by, await read(by)).filter((id) => id.endsWith(sku(1)));
      assert.deepEqual(found, [`own/CHF/${sku(1)}`], 'everybody\'s price in CHF is none of the list in CHF, nor an error of the other');
      assert.deepEqual((await document(by, found[0] ?? '')).assignedTo, { customerGroups: ['CH'] });
    });
    it('of a rate must be those of the documents it is for', async () => {
      const by = rows({ list: 'swiss', appliesTo: 'priceListType', value: 'CH' });
      await change(`swiss/CHF/${sku(1)}`, { ConditionRateValueUnit: 'EUR' }, by);
      assert.match(await refusal(`swiss/EUR/${sku(1)}`, by), /^DATA_PRICE_CURRENCY/);
    });
  });

  describe('C24 compare-at prices', () => {
    const at = (): string => sku(6);
    const by = (): Connection => rows({ list: 'all', compareAt: 'ZMSR' }, { list: 'p1', appliesTo: 'customerPriceGroup', value: 'P1', compareAt: 'PPR0' });
    it('are absent where the settings name none, null where none holds, and otherwise an amount, also of zero', async () => {
      assert.ok(!('compareAtPrice' in await entry(`list/EUR/${at()}`)));
      assert.match((await entry(`all/EUR/${at()}`, by())).compareAtPrice?.value ?? '', /^\d+\.\d\d$/);
      assert.equal((await entry(`all/EUR/${sku()}`, by())).compareAtPrice, null);
      system.sandbox.setPrice({ sku: at(), price: '0', conditionType: 'ZMSR' });
      assert.deepEqual((await entry(`all/EUR/${at()}`, by())).compareAtPrice, eur('0.00'));
      system.sandbox.dropPrice({ sku: at(), conditionType: 'ZMSR' });
      assert.equal((await entry(`all/EUR/${at()}`, by())).compareAtPrice, null);
      system.sandbox.setPrice({ sku: at(), price: '9', conditionType: 'ZMSR', currency: 'USD' });
      assert.equal((await entry(`all/EUR/${at()}`, by())).compareAtPrice, null, 'in another currency it is none');
    });
    it('of a group or customer may be everybody\'s list price', async () => {
      const { compareAtPrice, price } = await entry(`p1/EUR/${sku()}`, by());
      assert.deepEqual([compareAtPrice, price], [(await entry(`list/EUR/${sku()}`)).price, (await entry(`p1/EUR/${sku()}`, by())).price]);
      assert.notDeepEqual(compareAtPrice, price);
    });
    it('are for as much as the price, or refused', async () => {
      system.sandbox.setPrice({ sku: at(), price: '100', per: 100 });
      system.sandbox.setPrice({ sku: at(), price: '1.5', conditionType: 'ZMSR' });
      assert.deepEqual((await entry(`all/EUR/${at()}`, by())).compareAtPrice, eur('150.00'));
      system.sandbox.setPrice({ sku: at(), price: '1' });
      system.sandbox.setPrice({ sku: at(), price: '10', per: 3, conditionType: 'ZMSR' });
      assert.match(await refusal(`all/EUR/${at()}`, by()), /^DATA_PRICE_NOT_EXACT .*compare-at/);
    });
  });

  it('that are no price per quantity are refused, each with the type it is of', async () => {
    const by = rows({ list: 'off', conditionType: 'K004' });
    assert.match(await refusal(`off/%/${sku(8)}`, by), /^DATA_NO_PRICE .*K004 is not a price per quantity/);
    await change(`list/EUR/${sku()}`, { ConditionRateValue: '-1.000' });
    assert.match(await refusal(`list/EUR/${sku()}`), /^DATA_NO_PRICE .*negative/);
    await change(`list/EUR/${sku(1)}`, { ConditionCalculationType: 'D' });
    assert.match(await refusal(`list/EUR/${sku(1)}`), /^DATA_NO_PRICE/);
  });

  it('of equal standing are refused: SAP alone knows which applies', async () => {
    const by = rows({ list: 'c', appliesTo: 'customer', value: '100007' }, { list: 'd', appliesTo: 'customer', value: '100008' });
    for (const customer of ['100007', '100008']) system.sandbox.setPrice({ sku: sku(), price: '1', customer });
    const numbers = [await numberOf(`c/EUR/${sku()}`, by), await numberOf(`d/EUR/${sku()}`, by)];
    // As if it had come by another condition table.
    system.sandbox.changeRow(validity, `${numbers[1] ?? ''}|${forever}`, { Customer: '100007' });
    assert.match(await refusal(`c/EUR/${sku()}`, by), new RegExp(`^DATA_PRICE_AMBIGUOUS .*${numbers.join(', ')} hold at once`));
  });

  it('gone are told by an entry that deletes, if the settings still have their list', async () => {
    const by = rows({ list: 'c5', appliesTo: 'customer', value: '100005', currency: 'EUR' });
    const told = by.gone?.('price', 'c5/EUR/A/B 1', '2026-11-25T10:00:00.000Z') as unknown as PriceList;
    assert.deepEqual(checkDocument('price-list', told), []);
    assert.deepEqual([told.name, told.priceCurrency, told.assignedTo, told.mode, told.version.sourceUpdatedAt], ['c5', 'EUR', { customerNumbers: ['0000100005'] }, 'delta', '2026-11-25T10:00:00.000Z']);
    assert.deepEqual(told.entries, [{ operation: 'delete', sku: 'A/B 1' }]);
    system.sandbox.setPrice({ sku: sku(), price: '1', customer: '100005' });
    assert.deepEqual((by.gone?.('price', `c5/EUR/${sku()}`, '2026-11-25T10:00:00.000Z'))?.['id'], (await document(by, `c5/EUR/${sku()}`)).id);
    for (const id of [`c6/EUR/${sku()}`, `c5/USD/${sku()}`]) assert.equal(by.gone?.('price', id, '2026-11-25T10:00:00.000Z'), undefined, id);
  });

  it('name a row of the settings that cannot be', () => {
    for (const [priceLists, text] of [
      [[{ list: '', conditionType: 'PPR0' }], /priceLists, row 1: list is missing/], [[{ list: 'a/b' }], /list is "a\/b"/],
      [[{ list: 'a', appliesTo: 'customer' }], /does not say whose prices the list a holds/], [[{ list: 'a', value: 'P1' }], /value P1 for the list a, which is everybody's/],
      [[{ list: 'a' }, { list: 'a' }], /two rows of the list a in every currency/], [[{ list: 'a', currency: 'EUR' }, { list: 'a', currency: 'EUR' }], /two rows of the list a in EUR/],
      [[{ list: 'a', currency: 'EUR' }, { list: 'a' }], /two rows of the list a in every currency/], [[{ list: 'a', currency: 'XYZ' }], /XYZ, which is not a currency/],
      [[{ list: 'a', currency: 'eur' }], /currency is "eur"/],
    ] as [Record<string, string>[], RegExp][]) assert.throws(() => rows(...priceLists), text);
    rows({ list: 'a', currency: 'EUR' }, { list: 'a', currency: 'USD' }, { list: 'b' });
  });

  it('are read only', async () => {
    assert.equal(await outcome(erp.upsert('price', {})), 'CONFIG_NOT_SUPPORTED');
    assert.equal(await outcome(erp.create('price', {})), 'CONFIG_NOT_SUPPORTED');
  });
});
