import { EventEmitter, once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NodeAPI, NodeInitializer } from 'node-red';
import helper from 'node-red-node-test-helper';
import registerCommerce from '../../nodes/b2b-commerce/b2b-commerce';
import registerEvents from '../../nodes/b2b-commerce-events/b2b-commerce-events';
import registerCommerceSystem from '../../nodes/b2b-commerce-system/b2b-commerce-system';
import registerErp from '../../nodes/b2b-erp/b2b-erp';
import registerErpChanges from '../../nodes/b2b-erp-changes/b2b-erp-changes';
import registerErpSystem from '../../nodes/b2b-erp-system/b2b-erp-system';
import registerMapper from '../../nodes/b2b-mapper/b2b-mapper';
import registerReconcile from '../../nodes/b2b-reconcile/b2b-reconcile';
import registerRetry from '../../nodes/b2b-retry/b2b-retry';
import type { Runtime } from '../../lib/runtime';
import { services } from '../../nodes/common/services';
import type { Sandbox } from '../../sandbox/contract';
import { startSapSandbox, type SapSandbox } from '../../sandbox/sap-s4hana';
import { startShopifySandbox, type ShopifySandbox } from '../../sandbox/shopify';

export type FlowNode = Record<string, unknown> & { id: string; type: string };
export interface Message { payload?: unknown; topic?: string; event?: Record<string, unknown>; error?: { message: string; code?: string; cause?: Record<string, unknown> }; [key: string]: unknown }

/** The environment variable by which system nodes find a simulator that runs already. */
const variables = { shopify: 'B2B_SANDBOX_SHOPIFY', 'sap-s4hana': 'B2B_SANDBOX_SAP_S4HANA' } as const;

/** Flows of shop and ERP nodes in a real runtime, with a simulator of each and a store of their own. */
export class SyncBench {
  #red: NodeAPI | undefined;
  private constructor(readonly shop: ShopifySandbox, readonly erp: SapSandbox, private readonly web: Server, private readonly before: NodeJS.ProcessEnv, private readonly dir: string) {}

  static async open(): Promise<SyncBench> {
    helper.init(require.resolve('node-red'));
    const [shop, erp] = await Promise.all([startShopifySandbox({ bucket: { size: 1_000_000, restoreRate: 1_000_000 } }), startSapSandbox()]);
    const before = { ...process.env };
    // Other tests of this process may have a runtime that listens to the same hooks; it listens again when it is asked for.
    if (before['B2B_DATA_DIR']) (await services({ settings: {} } as unknown as NodeAPI)).completion.detach();
    const dir = mkdtempSync(join(tmpdir(), 'b2b-sync-'));
    process.env['B2B_DATA_DIR'] = dir;
    for (const [vendor, { url, settings, secrets }] of [['shopify', shop], ['sap-s4hana', erp]] as [keyof typeof variables, Sandbox][]) process.env[variables[vendor]] = JSON.stringify({ url, settings, secrets });
    const bench: SyncBench = new SyncBench(shop, erp, createServer((request, response) => { (bench.#red?.httpNode as unknown as RequestListener)(request, response); }), before, dir);
    await once(bench.web.listen(0, '127.0.0.1'), 'listening');
    // Settings of a runtime that another test had in this process are still there.
    helper.settings({ uiPort: (bench.web.address() as AddressInfo).port, httpNodeRoot: '/' });
    await new Promise<void>((resolve) => { helper.startServer(() => { resolve(); }); });
    return bench;
  }

  /** Runs a flow below a tab that is there, with both systems. */
  async load(...nodes: FlowNode[]): Promise<void> { await this.loadWith({}, ...nodes); }

  /** The same, with other properties of both system nodes. */
  async loadWith(system: Record<string, unknown>, ...nodes: FlowNode[]): Promise<void> {
    const systems: FlowNode[] = [
      { id: 'shop', type: 'b2b-commerce-system', name: '', vendor: 'shopify', mode: 'sandbox', settings: {}, timeout: 30, concurrency: '', rate: '', tls: '', sandboxEvery: 0, sandboxSeed: 1, publicUrl: '', ...system },
      { id: 'sap', type: 'b2b-erp-system', name: '', vendor: 'sap-s4hana', mode: 'sandbox', settings: {}, timeout: 30, concurrency: '', rate: '', tls: '', sandboxSeed: 1, ...system },
    ];
    const own: NodeInitializer[] = [(red) => { this.#red = red; }, registerCommerceSystem, registerErpSystem, registerCommerce, registerErp, registerErpChanges, registerEvents, registerMapper, registerReconcile, registerRetry];
    const flow = [{ id: 'tab', type: 'tab', label: 'test' }, ...systems, ...nodes.map((node) => ({ z: 'tab', x: 0, y: 0, ...node }))];
    await helper.load(own, flow, {});
  }

  /** The services that the nodes share. */
  services(): Promise<Runtime> {
    if (!this.#red) throw new Error('no flow is loaded');
    return services(this.#red);
  }

  async close(): Promise<void> {
    await helper.unload();
    await (await this.services()).close();
    await new Promise<void>((resolve) => { helper.stopServer(() => { resolve(); }); });
    this.web.close();
    this.web.closeAllConnections();
    await Promise.all([this.shop.close(), this.erp.close()]);
    for (const name of ['B2B_DATA_DIR', ...Object.values(variables)]) {
      if (this.before[name] === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = this.before[name];
    }
    rmSync(this.dir, { recursive: true });
  }
}

const record = {
  name: '', operation: 'get', entity: 'order', property: 'payload', native: 'native', key: 'payload', keyType: 'msg',
  updatedSince: '', updatedSinceType: 'str', pageSize: '', listOutput: 'record', wires: [['sink']],
};

/** Nodes as their forms save them. */
export function erpNode(changes: Record<string, unknown> = {}): FlowNode {
  return {
    ...record, id: 'erp', type: 'b2b-erp', system: 'sap', matchCustomersBy: ['number', 'taxId', 'email', 'phone'], onMissingCustomer: 'refuse', defaultCustomer: '',
    matchItemsBy: ['xref', 'sku', 'gtin'], onMissingItem: 'refuse', defaultItem: '', ...changes,
  };
}
export function commerceNode(changes: Record<string, unknown> = {}): FlowNode { return { ...record, id: 'commerce', type: 'b2b-commerce', system: 'shop', ...changes }; }
export function retryNode(changes: Record<string, unknown> = {}): FlowNode {
  return {
    id: 'retry', type: 'b2b-retry', name: '', maxTries: 10, base: 0.05, cap: 0.2, maxAge: 72, parkUnknown: true, parkInterval: 0.005, parkMaxAge: 168, keepLaneShut: false, breakerThreshold: 5,
    wires: [[], []], ...changes,
  };
}
export function mapperNode(changes: Record<string, unknown> = {}): FlowNode {
  return { id: 'mapper', type: 'b2b-mapper', name: '', preset: 'order-to-sap-s4hana', mapping: '', sourceSchema: '', targetSchema: '', property: 'payload', target: 'native', tables: '{}', codes: '{}', wires: [[], []], ...changes };
}
export function reconcileNode(changes: Record<string, unknown> = {}): FlowNode {
  return {
    id: 'reconcile', type: 'b2b-reconcile', name: '', commerce: 'shop', erp: 'sap', entity: 'order', right: 'commerce', fields: '', days: 7, when: 'message', poll: 60, cron: '0 3 * * *', timeZone: '',
    dry: false, confirmed: false, guardMost: 50, guardPercent: 5, samples: 10, parallel: 8, timeLimit: 300, wires: [['sink'], ['report']], ...changes,
  };
}
export function catchNode(to: string): FlowNode { return { id: 'catch', type: 'catch', name: '', scope: null, uncaught: false, wires: [[to]] }; }
/** A node of the test helper, to be read by {@link Inlet}. */
export function sink(id = 'sink'): FlowNode { return { id, type: 'helper' }; }

/** What reaches a helper node. */
export class Inlet {
  readonly all: Message[] = [];
  readonly #arrived = new EventEmitter();
  constructor(id = 'sink') {
    helper.getNode(id).on('input', (msg, _send, done) => {
      this.all.push(msg as Message);
      this.#arrived.emit('message');
      done();
    });
  }
  async count(n: number): Promise<Message[]> {
    while (this.all.length < n) await once(this.#arrived, 'message');
    return this.all;
  }
  async next(): Promise<Message> {
    const n = this.all.length;
    return (await this.count(n + 1))[n] as Message;
  }
}

/** Hands a message to a node. */
export function send(id: string, message: Message): void { helper.getNode(id).receive(message); }
