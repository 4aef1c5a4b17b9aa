import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { startSapSandbox, type SapSandbox } from '../sandbox/sap-s4hana';
import { startShopifySandbox, type ShopifySandbox } from '../sandbox/shopify';
import { example } from '../test/support/examples';
import { startNodeRed } from '../test/support/node-red';
import { until } from '../test/support/sandboxes';

const perSecond = 50, erpMs = 50;
/** Two minutes, or what the command line says. */
const seconds = Number(process.argv[2] ?? 120);

/**
 * The example flow as it is, at a steady rate, against an ERP that takes its time and fails one call in a hundred: half of
 * those before it has done its work, half after. How long the shop waits for its answer, how long it takes until the sales
 * order is there, and what memory that needs. Ends with code 1 if an order was lost or doubled.
 */
async function main(): Promise<void> {
  // What is measured is our work and not the shop's limit.
  const shop = await startShopifySandbox({ bucket: { size: 1e9, restoreRate: 1e9 } });
  const erp = await startSapSandbox({ latencyMs: erpMs });
  for (const kind of ['html-error', 'lost-response'] as const) erp.fault({ kind, oneIn: 200, match: ({ method }) => method === 'POST' });
  const nodeRed = await startNodeRed({ flows: example('order sync/Shopify to SAP S4HANA'), env: { B2B_SANDBOX_SHOPIFY: line(shop), B2B_SANDBOX_SAP_S4HANA: line(erp) } });
  try {
    await until(() => Promise.resolve(shop.subscriptions().length > 0), 60_000);
    const answers: number[] = [], placed = new Map<string, number>(), memory = [rss(nodeRed.process.pid)];
    shop.events.on('delivered', ({ ms }) => answers.push(ms));
    shop.events.on('placed', ({ name }) => placed.set(name, Date.now()));
    const sampler = setInterval(() => { memory.push(rss(nodeRed.process.pid)); }, 1000);
    await place(shop, perSecond * seconds);
    await until(() => Promise.resolve((shop.counters.mutations['orderUpdate'] ?? 0) >= placed.size), 300_000).catch(() => undefined);
    clearInterval(sampler);
    const end = rss(nodeRed.process.pid);
    report('webhook answered', answers, [50, 99]);
    report('order is in the ERP', arrivals(erp, placed), [50, 95, 99]);
    process.stdout.write(`memory (RSS): ${String(memory[0])} MB at the start, ${String(end)} MB at the end, ${String(Math.max(...memory))} MB at most\n`);
    check(shop, erp);
  } finally {
    await nodeRed.stop();
    await Promise.all([shop.close(), erp.close()]);
  }
}

/** Places orders at the rate; a slow moment is caught up. */
async function place(shop: ShopifySandbox, count: number): Promise<void> {
  const begin = performance.now();
  for (let placed = 0; placed < count;) {
    for (const due = Math.min(count, (performance.now() - begin) / 1000 * perSecond); placed < due; placed++) shop.placeOrder({ channel: 'b2b' });
    await setTimeout(5);
  }
}

/** How long each order of the ERP took from its being placed, ms. */
function arrivals(erp: SapSandbox, placed: Map<string, number>): number[] {
  return erp.orders().map((order) => Number(/\d+/.exec(String(order['LastChangeDateTime']))?.[0]) - (placed.get(String(order['PurchaseOrderByCustomer'])) ?? NaN));
}

function report(what: string, times: number[], percentiles: number[]): void {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (percent: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * percent / 100))] ?? NaN;
  process.stdout.write(`${what}: ${percentiles.map((percent) => `p${String(percent)} ${at(percent).toFixed(0)} ms`).join(', ')}\n`);
}

function check(shop: ShopifySandbox, erp: SapSandbox): void {
  const counts = new Map<string, number>();
  for (const order of erp.orders()) counts.set(String(order['PurchaseOrderByCustomer']), (counts.get(String(order['PurchaseOrderByCustomer'])) ?? 0) + 1);
  const orders = shop.orders();
  const lost = orders.filter(({ name }) => !counts.has(name)).length;
  const doubled = [...counts.values()].filter((count) => count > 1).length;
  const unwritten = orders.filter(({ id }) => shop.metafields(`gid://shopify/Order/${id}`).length === 0).length;
  const failed = erp.requests.filter(({ status }) => status === 0 || status >= 500).length;
  process.stdout.write(`${String(orders.length)} orders: ${String(lost)} lost, ${String(doubled)} doubled, ${String(unwritten)} without their number (of the ERP's last ${String(erp.requests.length)} calls ${String(failed)} failed)\n`);
  if (lost + doubled + unwritten > 0) process.exitCode = 1;
}

function line({ url, settings, secrets }: ShopifySandbox | SapSandbox): string { return JSON.stringify({ url, settings, secrets }); }

/** MB; Linux only. */
function rss(pid: number | undefined): number { return Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8'))?.[1]) / 1024); }

main().catch((reason: unknown) => {
  process.stderr.write(`${reason instanceof Error ? reason.stack ?? reason.message : String(reason)}\n`);
  process.exitCode = 1;
});
