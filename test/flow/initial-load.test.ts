import assert from 'node:assert/strict';
import type { ProductView } from '../../sandbox/shopify';
import { makeWorld } from '../../sandbox/world';
import { PriceFlow } from '../support/price-flow';
import { until } from '../support/sandboxes';

const ids = { load: 'bbbbbbb2b0af0006', dry: 'bbbbbbb2b0af0007', progress: 'bbbbbbb2b0af0011', wouldChange: 'bbbbbbb2b0af0012' };
const { products, companies, sites } = makeWorld(1, { products: 100 });

describe('the initial load example in a real Node-RED', function () {
  this.timeout(120_000);
  let flow: PriceFlow;
  before(async () => {
    flow = await PriceFlow.open('initial load/SAP S4HANA to Shopify', { shop: ['--products', '30', '--points', '1000000000'], erp: ['--materials', '100'] });
    await flow.start({ [ids.progress]: { console: true }, [ids.wouldChange]: { console: true } });
  });
  after(() => flow.stop());

  const press = async (button: string): Promise<void> => {
    // The server runs before the flows do.
    await flow.red.logged(/Started flows/);
    assert.equal((await fetch(`${flow.red.url}/inject/${button}`, { method: 'POST' })).status, 200);
  };
  const inShop = (): Promise<ProductView[]> => flow.shop.get<ProductView[]>('products');
  const levels = async (): Promise<{ erp: number[]; shop: number[] }> => {
    const places = products.flatMap(({ sku }) => sites.map((site) => ({ sku, ...site })));
    const [erp, shop] = await Promise.all([
      Promise.all(places.map(async ({ sku, plant }) => Math.floor(Number((await flow.erp.get<{ quantity: string }>(`stock?sku=${sku}&plant=${plant}`)).quantity)))),
      Promise.all(places.map(async ({ sku, name }) => (await flow.shop.get<{ available: number }>(`stock?sku=${sku}&location=${name}`)).available)),
    ]);
    return { erp, shop };
  };

  it('C54 shows what would change, and writes nothing', async () => {
    await press(ids.dry);
    await flow.red.logged(/Products 100 of 100 tried · then/);
    await flow.red.logged(/Stock \d+ of 200 tried.* · the load has ended/);
    assert.match(flow.red.log(), /outcome: 'created'/);
    assert.deepEqual(await flow.counts(), { written: 0, calls: 0 });
    assert.equal((await inShop()).length, 30);
  });

  it('C12 C48 loads products, customers, prices and stock, in this order, each once, though it is killed amid products and prices', async () => {
    await press(ids.load);
    await until(async () => (await inShop()).length > 60, 60_000, 20);
    await flow.killed();
    await until(async () => (await flow.counts()).written > 100, 60_000, 20);
    assert.equal((await inShop()).length, 100);
    await flow.killed();
    await flow.red.logged(/Stock 200 of 200 · the load has ended/);

    assert.deepEqual((await inShop()).flatMap(({ variants }) => variants.map(({ sku }) => sku)).sort(), products.map(({ sku }) => sku));
    const found = await flow.shop.get<{ externalId: string }[]>('companies');
    assert.deepEqual(found.map(({ externalId }) => externalId).sort(), companies.map(({ customerNumber }) => customerNumber));
    assert.deepEqual(await flow.different(), []);
    const { erp, shop } = await levels();
    assert.deepEqual(shop, erp);
    assert.deepEqual(await flow.deadLetters(), []);
  });

  it('C47 pressed again it writes nothing', async () => {
    const before = await flow.counts();
    await press(ids.load);
    await flow.red.logged(/Stock 200 of 200 · the load has ended[^]*Stock 200 of 200 · the load has ended/);
    assert.deepEqual(await flow.counts(), before);
  });
});
