import { createHmac, randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DeadLetters, type DeadLetter } from '../../lib/delivery/dead-letters';
import { recordsByNumber, type RecordEntry } from '../../lib/delivery/records';
import type { Store } from '../../lib/store/contract';
import { openLmdbStore } from '../../lib/store/lmdb';
import { startSapSandbox, type SapSandbox, type SapSandboxOptions } from '../../sandbox/sap-s4hana';
import { startShopifySandbox, type Order, type ShopifySandbox, type ShopifySandboxOptions } from '../../sandbox/shopify';
import { example, type FlowNodes } from './examples';
import { startNodeRed, type NodeRed } from './node-red';
import { until } from './sandboxes';

/** Ids of the example's nodes, by what they do. */
export const ids = {
  tab: 'bbbbbbb2b0a10001', events: 'bbbbbbb2b0a10003', mapper: 'bbbbbbb2b0a10004', erp: 'bbbbbbb2b0a10005', commerce: 'bbbbbbb2b0a10006',
  written: 'bbbbbbb2b0a10007', catch: 'bbbbbbb2b0a10009', retry: 'bbbbbbb2b0a1000a', dead: 'bbbbbbb2b0a1000b', shop: 'bbbbbbb2b0a10020', sap: 'bbbbbbb2b0a10021',
} as const;

export interface OrderFlowOptions {
  /** Properties that go over those of a node, by its id. */
  changes?: Record<string, Record<string, unknown>>;
  /** Nodes besides those of the example. */
  more?: Record<string, unknown>[];
  shop?: ShopifySandboxOptions;
  erp?: SapSandboxOptions;
  /** Secrets of the shop besides the sandbox's own. */
  secrets?: Record<string, string>;
  settings?: Record<string, unknown>;
  env?: Record<string, string>;
}

/** A webhook as a test sends it; what is not given is as the shop would have it. */
export interface Hook { topic?: string; id?: string; secret?: string; signature?: string | null }

/** Quick retries, and no polling unless a test asks for it. */
const quick = {
  [ids.events]: { poll: 0 },
  [ids.retry]: { base: 0.2, cap: 1, parkInterval: 0.01 },
};

/** Logs every message that arrives, so that a test can look for it. */
export function spy(id: string, label: string): Record<string, unknown> {
  return { id, z: ids.tab, type: 'function', name: label, func: `node.log(${JSON.stringify(`${label} `)} + JSON.stringify(msg)); return null;`, outputs: 1, timeout: 0, noerr: 0, initialize: '', finalize: '', libs: [], x: 100, y: 500, wires: [[]] };
}

/** Logs every status that a node of the tab shows, as `status <node type> <text>`. */
export const statusLog: Record<string, unknown>[] = [
  { id: 'status', z: ids.tab, type: 'status', scope: null, x: 100, y: 600, wires: [['status-log']] },
  { ...spy('status-log', 'status'), func: 'node.log("status " + msg.status.source.type + " " + msg.status.text); return null;' },
];

/** The example flow from Shopify to SAP in a real Node-RED, with both simulators in the hands of the test. */
export class OrderFlow {
  red!: NodeRed;
  #store: Store | undefined;
  private constructor(readonly shop: ShopifySandbox, readonly erp: SapSandbox, private readonly options: OrderFlowOptions) {}

  static async start(options: OrderFlowOptions = {}): Promise<OrderFlow> {
    const [shop, erp] = await Promise.all([
      startShopifySandbox({ bucket: { size: 1_000_000, restoreRate: 1_000_000 }, ...options.shop }), startSapSandbox({ ...options.erp }),
    ]);
    const flow = new OrderFlow(shop, erp, options);
    await flow.#launch();
    return flow;
  }

  async #launch(userDir?: string): Promise<void> {
    const line = ({ url, settings, secrets }: ShopifySandbox | SapSandbox, more = {}): string => JSON.stringify({ url, settings, secrets: { ...secrets, ...more } });
    this.red = await startNodeRed({
      flows: this.nodes(), ...(this.options.settings ? { settings: this.options.settings } : {}), ...(userDir === undefined ? {} : { userDir }),
      env: { B2B_SANDBOX_SHOPIFY: line(this.shop, this.options.secrets), B2B_SANDBOX_SAP_S4HANA: line(this.erp), ...this.options.env },
    });
    await this.red.logged(/Started flows/);
    if (this.eventsNode()['webhooks'] === true) await until(() => Promise.resolve(this.shop.subscriptions().some((one) => one.uri.startsWith(this.red.url))), 20_000, 50)
      .catch(() => { throw new Error(`no subscription:\n${this.red.log().slice(-3000)}`); });
  }

  /** The nodes of the flow, with further changes. */
  nodes(changes: Record<string, Record<string, unknown>> = {}): FlowNodes {
    const flow = example('order sync/Shopify to SAP S4HANA').map((node) => ({
      ...node, ...(quick as Record<string, object>)[node.id], ...this.options.changes?.[node.id], ...changes[node.id],
    }));
    return [...flow, ...this.options.more as FlowNodes | undefined ?? []];
  }

  eventsNode(): Record<string, unknown> { return this.nodes().find(({ id }) => id === ids.events) ?? {}; }

  /** Ends Node-RED, cleanly or by SIGKILL, and starts it again in the same userDir, on another port. */
  async restart(how: 'stop' | 'kill' = 'stop'): Promise<void> {
    const { userDir } = this.red;
    await this.#closeStore();
    await this.end(how);
    await this.#launch(userDir);
  }

  /** Ends Node-RED and keeps its userDir. */
  async end(how: 'stop' | 'kill'): Promise<void> {
    this.red.process.kill(how === 'kill' ? 'SIGKILL' : 'SIGTERM');
    await this.red.kill();
  }

  async stop(): Promise<void> {
    await this.#closeStore();
    await this.red.kill();
    await rm(this.red.userDir, { recursive: true, force: true });
    await Promise.all([this.shop.close(), this.erp.close()]);
  }

  /** Posts a webhook to Node-RED. */
  async post(body: unknown, { topic = 'orders/create', id = randomUUID(), secret = this.shop.secrets['webhookSecret'] ?? '', signature }: Hook = {}): Promise<{ status: number; text: string; ms: number }> {
    const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
    const signed = signature === undefined ? createHmac('sha256', secret).update(bytes).digest('base64') : signature;
    const began = performance.now();
    const answer = await fetch(`${this.red.url}/b2b/hooks/${ids.events}`, {
      method: 'POST', body: bytes,
      headers: {
        'content-type': 'application/json', 'x-shopify-topic': topic, 'x-shopify-webhook-id': id, 'x-shopify-shop-domain': this.shop.shop,
        'x-shopify-triggered-at': new Date().toISOString(), ...(signed === null ? {} : { 'x-shopify-hmac-sha256': signed }),
      },
    });
    return { status: answer.status, text: await answer.text(), ms: performance.now() - began };
  }

  /** The webhook body an order has now, to be changed and posted. */
  body(order: Order): Record<string, unknown> { return JSON.parse(this.shop.payload(order)) as Record<string, unknown>; }

  erpNumber(order: Order): string | undefined {
    return this.shop.metafields(`gid://shopify/Order/${order.id}`).find(({ namespace, key }) => namespace === 'b2b_sync' && key === 'erp_number')?.value;
  }

  /** Resolves once these orders are in the ERP, each once, and their numbers are back in the shop. */
  async synced(orders: Order[], timeoutMs = 30_000): Promise<void> {
    const missing = (): string[] => orders.filter((order) => this.erpNumber(order) === undefined).map(({ name }) => name);
    await until(() => Promise.resolve(missing().length === 0), timeoutMs, 50).catch(() => { throw new Error(`not synced: ${missing().join(' ')}\n${this.red.log().slice(-3000)}`); });
    for (const order of orders) {
      const found = this.erp.ordersByReference(order.name).map(({ SalesOrder }) => SalesOrder);
      if (found.length !== 1 || found[0] !== this.erpNumber(order)) throw new Error(`${order.name}: ${this.erpNumber(order) ?? ''} in the shop, ${found.join(' ')} in the ERP`);
    }
  }

  /** A good order, placed now, goes through. */
  async nextGoes(): Promise<void> { await this.synced([this.shop.placeOrder({ channel: 'b2b', lines: 1 })]); }

  /** The newest dead letter that matches, once there is one. */
  async deadLetter(matches: (letter: DeadLetter) => boolean, timeoutMs = 20_000): Promise<DeadLetter> {
    let found: DeadLetter | undefined;
    await until(async () => (found = (await this.deadLetters()).find(matches)) !== undefined, timeoutMs, 100)
      .catch(() => { throw new Error(`no such dead letter:\n${this.red.log().slice(-3000)}`); });
    return found as DeadLetter;
  }

  async deadLetters(): Promise<DeadLetter[]> { return (await new DeadLetters(await this.store()).list({ limit: 1000 })).entries; }

  async records(number: string): Promise<RecordEntry[]> { return recordsByNumber(await this.store(), number); }

  /** The store of the running Node-RED: several processes may share it. */
  async store(): Promise<Store> { return this.#store ??= await openLmdbStore(join(this.red.userDir, 'b2b', 'store')); }

  async #closeStore(): Promise<void> {
    await this.#store?.close();
    this.#store = undefined;
  }
}
