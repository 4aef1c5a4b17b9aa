import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection } from '../../lib/connectors/contract';
import '../../lib/connectors';
import { sapS4hana } from '../../lib/connectors/sap-s4hana';
import { Breaker } from '../../lib/delivery/breaker';
import { Ledger } from '../../lib/delivery/ledger';
import { Links } from '../../lib/delivery/links';
import type { Store } from '../../lib/store/contract';
import { openLmdbStore } from '../../lib/store/lmdb';
import { write } from '../../lib/sync/operation';
import { Reconciliation, type ReconcileOptions } from '../../lib/sync/reconcile';
import type { Found } from '../../lib/sync/reconcile/store';
import { startSapSandbox, type SapSandbox, type SapSandboxOptions } from '../../sandbox/sap-s4hana';
import type { Order, ShopifySandbox, ShopifySandboxOptions } from '../../sandbox/shopify';
import { gidOf, openShop, type Shop } from '../contract/shopify/support';
import { policies } from '../sync/desk';

/** Both simulators with a connection to each, and a store: what a reconciliation works with. */
export class ReconcileBench {
  /** What was sent, in order. */
  readonly taken: Found[] = [];
  private constructor(private readonly opened: Shop, readonly erp: SapSandbox, readonly sap: Connection, readonly store: Store, private readonly dir: string) {}

  static async open({ shop: ofShop = {}, erp: ofErp = {} }: { shop?: ShopifySandboxOptions; erp?: SapSandboxOptions } = {}): Promise<ReconcileBench> {
    const [opened, erp] = await Promise.all([openShop(ofShop), startSapSandbox(ofErp)]);
    const sap = sapS4hana.connect({ settings: erp.settings, secrets: erp.secrets, baseUrl: erp.url });
    const dir = await mkdtemp(join(tmpdir(), 'b2b-reconcile-'));
    return new ReconcileBench(opened, erp, sap, await openLmdbStore(dir), dir);
  }

  get shop(): ShopifySandbox { return this.opened.sandbox; }
  get shopify(): Connection { return this.opened.connection; }
  get links(): Links { return new Links(this.store); }

  /** Orders of the shop are right, unless something else is said. */
  reconciliation(options: Partial<ReconcileOptions> = {}): Reconciliation {
    return new Reconciliation({
      id: 'node', store: this.store, links: this.links, entity: 'order', here: this.shopify, there: this.sap, days: 7, guard: { most: 50, percent: 5 }, samples: 10,
      take: (found) => { this.taken.push(found); return Promise.resolve(); }, ...options,
    });
  }

  /** Stock of the ERP is right. */
  stock(options: Partial<ReconcileOptions> = {}): Reconciliation { return this.reconciliation({ entity: 'inventory', here: this.sap, there: this.shopify, ...options }); }

  /** Brings an order into the ERP, as the ERP node does. Returns its number there. */
  async bring(order: Order): Promise<string> {
    const native = await this.shopify.get('order', gidOf(order));
    const document = this.shopify.toCanonical('order', native ?? {});
    const services = { connection: this.sap, ledger: new Ledger(this.store), links: this.links, breaker: new Breaker({ system: this.sap.system }) };
    const { result } = await write({ operation: 'create', entity: 'order', document, policies: { ...policies, onMissingCustomer: 'create' } }, services);
    return result.externalId.id;
  }

  async keys(prefix: string): Promise<string[]> {
    const keys: string[] = [];
    for await (const { key } of this.store.range({ from: prefix, to: `${prefix}\u{10ffff}` })) keys.push(key);
    return keys;
  }

  async close(): Promise<void> {
    await this.sap.close();
    await this.opened[Symbol.asyncDispose]();
    await this.erp.close();
    await this.store.close();
    await rm(this.dir, { recursive: true });
  }
}
