import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection } from '../../lib/connectors/contract';
import { Breaker } from '../../lib/delivery/breaker';
import { Ledger } from '../../lib/delivery/ledger';
import { Links } from '../../lib/delivery/links';
import type { Order } from '../../lib/documents/types';
import { openLmdbStore } from '../../lib/store/lmdb';
import type { Store } from '../../lib/store/contract';
import { write, type Services, type WriteRequest, type Written } from '../../lib/sync/operation';
import type { Policies } from '../../lib/sync/parties';
import { System } from '../contract/sap-s4hana/system';
import type { SapOrder, SapSandboxOptions } from '../../sandbox/sap-s4hana';

export const origin = 'shopify:b2b-sandbox.myshopify.com';

/** The policies as the ERP node's form has them at first. */
export const policies: Policies = { onMissingCustomer: 'refuse', onMissingItem: 'refuse', matchCustomersBy: ['number', 'taxId', 'email', 'phone'], matchItemsBy: ['xref', 'sku', 'gtin'] };

/** What an ERP node works with: a store on disk, and a connection to the S/4HANA simulator. */
export class Desk {
  private constructor(readonly system: System, readonly erp: Connection, readonly store: Store, readonly services: Services, private readonly dir: string) {}

  static async open(options: SapSandboxOptions = {}): Promise<Desk> {
    const system = await System.start(options);
    const erp = system.connect();
    const dir = await mkdtemp(join(tmpdir(), 'b2b-desk-'));
    const store = await openLmdbStore(dir);
    const services = { connection: erp, ledger: new Ledger(store), links: new Links(store), breaker: new Breaker({ system: erp.system }) };
    return new Desk(system, erp, store, services, dir);
  }

  create(order: Order | Record<string, unknown>, change: Partial<Policies> = {}, request: Partial<WriteRequest> = {}, services = this.services): Promise<Written> {
    return write({ operation: 'create', entity: 'order', document: order, policies: { ...policies, ...change }, ...request }, services);
  }

  /** The order by this reference; fails if there is not exactly one. */
  only(reference: string): SapOrder {
    const [order, another] = this.system.sandbox.ordersByReference(reference);
    if (!order || another) throw new Error(`${reference}: ${order ? 'several orders' : 'no order'}`);
    return order;
  }

  /** Rows written, e.g. `created A_BusinessPartner`. */
  writes(what: string): number { return this.system.sandbox.counters.writes[what] ?? 0; }

  async close(): Promise<void> {
    await this.system.stop();
    await this.store.close();
    await rm(this.dir, { recursive: true });
  }
}

/** An error's code, message and details, of a promise that must reject. */
export async function refusalOf(promise: Promise<unknown>): Promise<{ name: string; code: string; message: string; cause: Record<string, unknown> }> {
  return promise.then(() => { throw new Error('must reject'); }, (reason: unknown) => reason as Awaited<ReturnType<typeof refusalOf>>);
}
