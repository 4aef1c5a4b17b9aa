import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import type { ProductView } from '../../sandbox/shopify';
import type { MaterialChange } from '../../sandbox/sap-s4hana';
import { makeWorld } from '../../sandbox/world';
import { example } from '../support/examples';
import { startNodeRed, type NodeRed } from '../support/node-red';
import { SandboxProcess, sandboxEnv, until } from '../support/sandboxes';

const flows = example('product sync/SAP S4HANA to Shopify', { 'b2b-erp-changes': { poll: 0.02 }, 'b2b-retry': { base: 0.2, cap: 1 } });
const { products } = makeWorld();

describe('the product example in a real Node-RED', function () {
  this.timeout(120_000);
  let shop: SandboxProcess;
  let erp: SandboxProcess;
  let red: NodeRed;

  before(async () => {
    [shop, erp] = await Promise.all([SandboxProcess.start('shopify'), SandboxProcess.start('sap-s4hana')]);
    red = await startNodeRed({ flows, env: sandboxEnv(shop, erp) });
    await red.logged(/Started flows/);
  });
  after(async () => {
    await red.stop();
    await rm(red.userDir, { recursive: true, force: true });
    await Promise.all([shop.stop(), erp.stop()]);
  });

  const sku = (n: number): string => products[n]?.sku ?? '';
  const maintain = (...changes: MaterialChange[]): Promise<void> => erp.post('material', changes);
  const inShop = (one: string): Promise<ProductView> => shop.get<ProductView>(`product?sku=${one}`);
  const purchasable = async (one: string): Promise<boolean> => (await inShop(one)).variants[0]?.purchasable === true;
  const seen = (check: () => Promise<boolean>): Promise<void> => until(check, 30_000, 50);
  const written = async (): Promise<Record<string, number>> => (await shop.get<{ mutations: Record<string, number> }>('shop')).mutations;
  const polled = async (): Promise<void> => {
    const requests = async (): Promise<number> => (await erp.get<{ requests: number }>('counters')).requests;
    const before = await requests();
    await until(async () => await requests() > before + 4, 30_000, 100);
  };

  it('a material that is worded anew is so in the shop, also in its other language, and is written once', async () => {
    await maintain({ sku: sku(0), name: 'Hex bolt, new' }, { sku: sku(0), language: 'DE', name: 'Sechskantschraube' });
    await seen(async () => (await inShop(sku(0))).translations.some(({ value }) => value === 'Sechskantschraube'));
    assert.equal((await inShop(sku(0))).title, 'Hex bolt, new');
    await polled();
    const before = await written();
    await polled();
    assert.deepEqual(await written(), before);
  });

  it('C38 one that is blocked is not for sale, and is again when it is unblocked', async () => {
    assert.equal(await purchasable(sku(1)), true);
    await maintain({ sku: sku(1), status: '01' }, { sku: sku(2), salesStatus: '01' });
    await seen(async () => !await purchasable(sku(1)) && !await purchasable(sku(2)));
    await maintain({ sku: sku(1), status: '' }, { sku: sku(2), salesStatus: '' });
    await seen(async () => await purchasable(sku(1)) && await purchasable(sku(2)));
  });

  it('C44 one that is marked for deletion is archived, and a new one is a draft with stock to come', async () => {
    await maintain({ sku: sku(3), deleted: true });
    await erp.post('materials', { ...products[0], sku: 'NEW-1', gtin: '4012345000016', name: 'Brand new' });
    await seen(async () => (await inShop(sku(3))).status === 'ARCHIVED');
    await seen(() => inShop('NEW-1').then(({ status, variants: [variant] }) => status === 'DRAFT' && variant?.tracked === true, () => false));
  });

  it('after a kill amid many changes nothing is missing and nothing is doubled', async () => {
    const { userDir, url } = red;
    await maintain(...products.slice(10, 60).map((product) => ({ sku: product.sku, name: `Again ${product.sku}` })));
    await erp.post('materials', { ...products[0], sku: 'NEW-2', gtin: '', name: 'New two' });
    await seen(async () => (await inShop(sku(20))).title === `Again ${sku(20)}`);
    await red.kill();
    await maintain({ sku: sku(11), name: 'After the kill' });
    red = await startNodeRed({ userDir, port: Number(new URL(url).port), env: sandboxEnv(shop, erp) });
    await seen(() => inShop('NEW-2').then(() => true, () => false));
    await seen(async () => (await Promise.all(products.slice(10, 60).map(async (product) => (await inShop(product.sku)).title === (product.sku === sku(11) ? 'After the kill' : `Again ${product.sku}`)))).every(Boolean));
    const all = (await shop.get<ProductView[]>('products')).filter(({ variants }) => variants.some((variant) => variant.sku === 'NEW-2'));
    assert.equal(all.length, 1);
  });
});
