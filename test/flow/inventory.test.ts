import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { example } from '../support/examples';
import { startNodeRed, type NodeRed } from '../support/node-red';
import { SandboxProcess, sandboxEnv, until } from '../support/sandboxes';
import { makeWorld } from '../../sandbox/world';

const flows = example('inventory sync/SAP S4HANA to Shopify', { 'b2b-erp-changes': { poll: 0.02 }, 'b2b-retry': { base: 0.2, cap: 1 } });
const { products, sites } = makeWorld();

describe('the inventory example in a real Node-RED', function () {
  this.timeout(120_000);
  let shop: SandboxProcess;
  let erp: SandboxProcess;
  let red: NodeRed;

  before(async () => {
    [shop, erp] = await Promise.all([SandboxProcess.start('shopify'), SandboxProcess.start('sap-s4hana')]);
    red = await startNodeRed({ flows, env: sandboxEnv(shop, erp) });
  });
  after(async () => {
    await red.stop();
    await rm(red.userDir, { recursive: true, force: true });
    await Promise.all([shop.stop(), erp.stop()]);
  });

  const inErp = async (sku: string, plant: string): Promise<number> => Math.floor(Number((await erp.get<{ quantity: string }>(`stock?sku=${sku}&plant=${plant}`)).quantity));
  const inShop = async (sku: string, location: string): Promise<number> => (await shop.get<{ available: number }>(`stock?sku=${sku}&location=${location}`)).available;
  const written = async (): Promise<number> => (await shop.get<{ quantitiesWritten: number }>('shop')).quantitiesWritten;
  const polls = async (): Promise<number> => (await erp.get<{ requests: number }>('counters')).requests;
  /** Every level of the shop is SAP's. */
  async function same(): Promise<boolean> {
    for (const { sku } of products) for (const { plant, name } of sites) if (await inErp(sku, plant) !== await inShop(sku, name)) return false;
    return true;
  }
  /** So many more polls have been made. */
  async function polled(): Promise<void> {
    const before = await polls();
    await until(async () => await polls() > before + 4, 20_000, 100);
  }

  it('brings all levels of SAP into the shop, each once', async () => {
    await until(same, 60_000);
    assert.ok(await written() <= products.length * sites.length);
    assert.match(red.log(), /Started flows/);
  });

  it('C15 C47 then writes what changes, and nothing while nothing does', async () => {
    await polled();
    const before = await written();
    await polled();
    assert.equal(await written(), before);
    const changes = products.slice(0, 10).map(({ sku }, at) => ({ sku, quantity: String(7000 + at) }));
    await erp.post('stock', changes);
    await until(async () => await inShop(changes[9]?.sku ?? '', 'Augsburg') === 7009, 20_000);
    assert.ok(await same());
    assert.equal(await written(), before + 10);
  });

  it('after a kill amid a change nothing is missing', async () => {
    const { userDir, url } = red;
    await erp.post('stock', products.map(({ sku }, at) => ({ sku, quantity: String(3000 + at) })));
    await until(async () => await inShop(products[0]?.sku ?? '', 'Augsburg') === 3000 || await inShop(products.at(-1)?.sku ?? '', 'Augsburg') === 3000 + products.length - 1, 20_000, 5);
    await red.kill();
    await erp.post('stock', [{ sku: products[1]?.sku ?? '', quantity: '1' }]);
    red = await startNodeRed({ userDir, port: Number(new URL(url).port), env: sandboxEnv(shop, erp) });
    await until(same, 60_000);
    assert.equal(await inShop(products[1]?.sku ?? '', 'Augsburg'), 1);
  });
});
