import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import { startShopifySandbox } from '../sandbox/shopify';
import { example } from '../test/support/examples';
import { startNodeRed } from '../test/support/node-red';
import { erpNumber, SandboxProcess, sandboxEnv, type ErpOrder, type ShopOrder } from '../test/support/sandboxes';
import { inTurns, median, rates, type BenchRow } from './bench';
import { startStockFlow, stockFlowName } from './stock-flow';
import { post, webhookMaker } from './webhooks';

const orders = 1000, rounds = 3;
const settings = {
  'b2b-commerce-events': { parallel: 24 }, 'b2b-commerce-system': { concurrency: 12 }, 'b2b-erp-system': { concurrency: 12 }, 'debug': { active: false },
};

/**
 * The example flow: webhook, canonical order, mapping, sales order, its number written back to the shop, all through inbox
 * and ledger. Shop and ERP are processes of their own, so that they share no event loop with the flow, but they do share
 * the machine's processors with it. The shop's bucket of points is made so large that it never holds anything back: what
 * is measured is our work and not its limit; 24 orders and 12 calls may be under way at once, and the debug nodes are off, as
 * the stock flow has none. The stock flow keeps nothing and makes one call to a server that does nothing.
 */
export async function run(): Promise<BenchRow[]> {
  const [shop, erp] = await Promise.all([SandboxProcess.start('shopify', '--points', '1000000000'), SandboxProcess.start('sap-s4hana')]);
  const nodeRed = await startNodeRed({ flows: example('order sync/Shopify to SAP S4HANA', settings), env: sandboxEnv(shop, erp) });
  const stock = await startStockFlow();
  const other = await startShopifySandbox();
  const make = webhookMaker(other);
  let placed = 0;
  const ours = async (): Promise<number> => {
    const rate = await measure(shop, placed, placed += orders);
    await check(shop, erp, placed);
    return rate;
  };
  try {
    while ((await shop.get<unknown[]>('subscriptions')).length === 0) await setTimeout(50);
    const [mine = [], others = []] = await inTurns(rounds, ours, async () => (await post(stock.url, make, 4)).rate);
    return [rates('shop to ERP and back, nothing lost', median(mine), [stockFlowName, median(others)], 0.4)];
  } finally {
    await Promise.all([nodeRed.stop(), stock.stop(), other.close()]);
    await Promise.all([shop.stop(), erp.stop()]);
  }
}

/** Orders a second that were written back, between the first tenth and the last of those placed now. */
async function measure(shop: SandboxProcess, before: number, all: number): Promise<number> {
  const writtenBack = async (atLeast: number): Promise<number> => {
    for (;;) {
      const { mutations } = await shop.get<{ mutations: Record<string, number> }>('shop');
      const count = mutations['orderUpdate'] ?? 0;
      if (count >= atLeast) return count;
      await setTimeout(20);
    }
  };
  await shop.post('place', { count: all - before, overrides: { channel: 'b2b', lines: 5 } });
  const first = await writtenBack(before + (all - before) / 10);
  const begin = performance.now();
  const last = await writtenBack(all);
  return (last - first) / (performance.now() - begin) * 1000;
}

/** Every order of the shop is one sales order and has its number. */
async function check(shop: SandboxProcess, erp: SandboxProcess, expected: number): Promise<void> {
  const [mine, theirs] = await Promise.all([shop.get<ShopOrder[]>('orders'), erp.get<ErpOrder[]>('orders')]);
  assert.equal(theirs.length, expected, 'sales orders');
  const numbers = new Map(theirs.map((order) => [order.PurchaseOrderByCustomer, order.SalesOrder]));
  assert.equal(numbers.size, expected, 'different references');
  for (const order of mine) assert.equal(erpNumber(order), numbers.get(order.name), order.name);
}
