import { startShopifySandbox } from '../sandbox/shopify';
import { startNodeRed } from '../test/support/node-red';
import { until } from '../test/support/sandboxes';
import { inTurns, median, rates, times, type BenchRow } from './bench';
import { startStockFlow, stockFlowName } from './stock-flow';
import { post, webhookMaker, type Stood } from './webhooks';

const seconds = 5, rounds = 3;

/**
 * Signed Shopify orders over 16 connections into `commerce events`, answered when on disk, against the stock flow. Behind
 * our node each order is made canonical, checked, counted by a Function node and settled, while further ones come in.
 */
export async function run(): Promise<BenchRow[]> {
  const shop = await startShopifySandbox();
  const { url, settings, secrets } = shop;
  const [nodeRed, stock] = [await startNodeRed({ flows: flow(), env: { B2B_SANDBOX_SHOPIFY: JSON.stringify({ url, settings, secrets }) } }), await startStockFlow()];
  const make = webhookMaker(shop);
  let accepted = 0;
  const ours = async (): Promise<Stood> => {
    const stood = await post(`${nodeRed.url}/b2b/hooks/orders`, make, seconds);
    accepted += stood.accepted;
    // Those that were answered in the last moment are in, too: the generator had stopped counting.
    await until(async () => await counted(nodeRed.url) >= accepted, 60_000, 100);
    return stood;
  };
  try {
    // Node-RED says that it is ready before its nodes are; an unsigned request is refused once ours is.
    await until(async () => (await fetch(`${nodeRed.url}/b2b/hooks/orders`, { method: 'POST' })).status === 401, 60_000, 50);
    const [mine = [], others = []] = await inTurns(rounds, ours, () => post(stock.url, make, seconds));
    const of = (key: 'rate' | 'p99') => [median(mine.map((one) => one[key])), [stockFlowName, median(others.map((one) => one[key]))]] as [number, [string, number]];
    return [rates('webhook accepted and on disk, 16 connections', ...of('rate'), 3), times('the same, 99th percentile of the answer', ...of('p99'))];
  } finally {
    await Promise.all([nodeRed.stop(), stock.stop(), shop.close()]);
  }
}

async function counted(url: string): Promise<number> { return Number(await (await fetch(`${url}/count`)).text()); }

function flow(): Record<string, unknown>[] {
  const node = { z: 'tab', x: 0, y: 0 };
  const code = { outputs: 1, timeout: 0, noerr: 0, initialize: '', finalize: '', libs: [] };
  return [
    { id: 'tab', type: 'tab', label: 'webhooks' },
    { id: 'shop', type: 'b2b-commerce-system', name: 'Shop', vendor: 'shopify', mode: 'sandbox', settings: {}, timeout: 30, concurrency: '', rate: '', tls: '', sandboxEvery: 0, sandboxSeed: 1, publicUrl: '' },
    {
      ...node, id: 'events', type: 'b2b-commerce-events', system: 'shop', path: 'orders', entities: { order: ['created'] }, format: 'canonical', webhooks: true, poll: 0,
      lookback: 24, parallel: 8, timeLimit: 300, wires: [['counter']],
    },
    { ...node, ...code, id: 'counter', type: 'function', func: "flow.set('count', (flow.get('count') || 0) + 1);", wires: [[]] },
    { ...node, id: 'asked', type: 'http in', url: '/count', method: 'get', upload: false, wires: [['answer']] },
    { ...node, ...code, id: 'answer', type: 'function', func: "msg.payload = String(flow.get('count') || 0); return msg;", wires: [['response']] },
    { ...node, id: 'response', type: 'http response', statusCode: '', headers: {}, wires: [] },
  ];
}
