import assert from 'node:assert/strict';
import type { PriceView } from '../../sandbox/shopify/price-desk';
import { makeWorld } from '../../sandbox/world';
import { PriceFlow } from '../support/price-flow';
import { until } from '../support/sandboxes';

const { products, companies, priceLists } = makeWorld();
const contracts = priceLists.filter(({ appliesTo }) => appliesTo === 'customer');
const sku = (at: number): string => products[at]?.sku ?? '';
const scale = (...lines: [from: string, price: string][]): { from: string; price: string }[] => lines.map(([from, price]) => ({ from, price }));

describe('the price list example in a real Node-RED', function () {
  this.timeout(120_000);
  let flow: PriceFlow;
  let untouched: Partial<PriceView>[];

  before(async () => {
    flow = await PriceFlow.open('price sync/Price lists from SAP S4HANA to Shopify');
    untouched = await flow.views('Europe', 'Staff');
    await flow.change({ sku: sku(1), priceGroup: 'P1', price: '10', scale: scale(['1', '10'], ['10', '9.5'], ['50', '9'], ['100', '8.25'], ['500', '7.99']) });
    await flow.start();
  });
  after(async () => { await flow.stop(); });

  const seen = (check: () => Promise<boolean>): Promise<void> => until(check, 30_000, 50);
  const priceOf = async (at: number, list?: string): Promise<string> => (await flow.inShop(sku(at), list)).price;
  const fixed = async (at: number, list: string): Promise<boolean> => (await flow.inShop(sku(at), list)).fixed;

  it('C45 brings the prices of all lists of SAP into the shop, breaks and all, each once', async () => {
    await flow.same();
    const { price, breaks } = await flow.inShop(sku(1), 'Wholesale');
    assert.deepEqual([price, ...breaks.map((one) => [one.minimum, one.price])], ['10.00', [10, '9.50'], [50, '9.00'], [100, '8.25'], [500, '7.99']]);
    const inErp = await flow.inErp();
    assert.equal(inErp.size, 1 + priceLists.length);
    const { written } = await flow.counts();
    assert.ok(written <= [...inErp.values()].flat().length, String(written));
    assert.deepEqual(await flow.deadLetters(), []);
  });

  it('C43 lists of the shop that no row names are as they were, and conditions that no row names go nowhere', async () => {
    const other = companies[contracts.length];
    const before = await flow.counts();
    await flow.change({ sku: sku(0), customer: other?.customerNumber ?? '', price: '0.01' });
    await flow.polled();
    assert.deepEqual(await flow.counts(), before);
    assert.deepEqual(await flow.views('Europe', 'Staff'), untouched);
  });

  it('C15 C47 then writes what changes, in one call, and nothing while nothing does', async () => {
    const before = await flow.counts();
    await flow.polled();
    assert.deepEqual(await flow.counts(), before);
    await flow.change(...products.slice(20, 30).map((product, at) => ({ sku: product.sku, priceGroup: 'P2', price: `${String(at + 1)}.25` })));
    await seen(async () => await priceOf(29, 'Dealers') === '10.25');
    await flow.same();
    assert.deepEqual(await flow.counts(), { written: before.written + 10, calls: before.calls + 1 });
  });

  it('C44 a price that ends in SAP is taken out of the shop\'s list, with its breaks, and no other is', async () => {
    await flow.change({ sku: sku(1), priceGroup: 'P1' });
    await seen(async () => !await fixed(1, 'Wholesale'));
    assert.deepEqual((await flow.inShop(sku(1), 'Wholesale')).breaks, []);
    assert.deepEqual(await flow.different(), []);
  });

  it('C23 a price in another currency than its list is a dead letter that says why, and the others go on', async () => {
    await flow.change({ sku: sku(20), priceGroup: 'P2', price: '3', currency: 'USD' }, { sku: sku(21), priceGroup: 'P2', price: '4' });
    await seen(async () => !await fixed(20, 'Dealers') && await priceOf(21, 'Dealers') === '4.00' && (await flow.deadLetters()).length > 0);
    await flow.polled();
    const letters = await flow.deadLetters();
    assert.deepEqual(letters.map(({ error }) => error.code), ['DATA_PRICE_CURRENCY']);
    assert.match(letters[0]?.error.message ?? '', new RegExp(`P2/USD/${sku(20)} cannot be told: the settings have no list P2 in USD`));
    await flow.change({ sku: sku(20), priceGroup: 'P2', price: '3' });
    await seen(async () => await priceOf(20, 'Dealers') === '3.00');
  });

  it('after a kill amid a change nothing is missing', async () => {
    const price = (at: number): string => `${String(at + 1)}.10`;
    await flow.change(...products.flatMap((product, at) => [
      { sku: product.sku, price: price(at) },
      { sku: product.sku, priceGroup: 'P1', price: price(at), scale: scale(['1', price(at)], ['20', `${String(at)}.50`]) },
    ]));
    await until(async () => (await Promise.all([0, 40, 80, 119].map(async (at) => await priceOf(at) === price(at)))).some(Boolean), 30_000, 5);
    await flow.killed(() => flow.change({ sku: sku(2), price: '99.99' }, { sku: sku(3), priceGroup: 'P1', price: '88.88' }));
    await flow.same();
    assert.equal(await priceOf(2), '99.99');
    assert.deepEqual((await flow.inShop(sku(3), 'Wholesale')).breaks, []);
    assert.deepEqual(await flow.views('Europe', 'Staff'), untouched);
  });

  it('C44 a list price that ends is a dead letter: the product cannot be without one', async () => {
    const { price } = await flow.inShop(sku(5));
    await flow.change({ sku: sku(5) });
    await seen(async () => (await flow.deadLetters()).some(({ error }) => error.code === 'DATA_PRICE_ENDED' && error.message.includes(`list/EUR/${sku(5)} has ended`)));
    assert.equal((await flow.inShop(sku(5))).price, price);
  });
});

describe('the contract price example in a real Node-RED', function () {
  this.timeout(120_000);
  let flow: PriceFlow;
  let others: Partial<PriceView>[];
  const rest = [undefined, ...priceLists.filter((list) => !contracts.includes(list)).map(({ name }) => name)];

  before(async () => {
    flow = await PriceFlow.open('price sync/Contract prices with quantity breaks');
    others = await flow.views(...rest);
    await flow.start();
  });
  after(async () => { await flow.stop(); });

  it('C45 brings contract prices with their breaks into the lists of their customers, and no others', async () => {
    await flow.same(contracts.map(({ code }) => code));
    assert.ok(new Set(contracts.map(({ currency }) => currency)).size > 1);
    await flow.change({ sku: sku(0), price: '77' }, ...contracts.map(({ code, currency }, at) => (
      { sku: sku(0), customer: code, price: `${String(at)}5`, currency, scale: scale(['1', `${String(at)}5`], ['20', `${String(at)}4.5`], ['100', `${String(at)}4`]) })));
    const inLists = (): Promise<PriceView[]> => Promise.all(contracts.map(({ name }) => flow.inShop(sku(0), name)));
    await until(async () => (await inLists()).every(({ price, breaks }, at) => breaks.length === 2 && Number(price) === at * 10 + 5), 30_000, 50);
    await flow.polled();
    for (const [at, { breaks }] of (await inLists()).entries()) assert.deepEqual(breaks.map(({ minimum, price }) => [minimum, Number(price)]), [[20, at * 10 + 4.5], [100, at * 10 + 4]]);
    assert.deepEqual(await flow.views(...rest), others);
    assert.deepEqual(await flow.deadLetters(), []);
  });
});
