import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection } from '../../lib/connectors/contract';
import { Breaker } from '../../lib/delivery/breaker';
import { Ledger } from '../../lib/delivery/ledger';
import { Links } from '../../lib/delivery/links';
import type { Customer } from '../../lib/documents/types';
import { openLmdbStore } from '../../lib/store/lmdb';
import type { Store } from '../../lib/store/contract';
import { linkByHand } from '../../lib/sync/link-by-hand';
import { write, type Services, type WriteRequest, type Written } from '../../lib/sync/operation';
import type { SapSandbox, SapSandboxOptions } from '../../sandbox/sap-s4hana';
import type { ShopifySandbox } from '../../sandbox/shopify';
import { System } from '../contract/sap-s4hana/system';
import { openShop, type Shop } from '../contract/shopify/support';
import { policies } from './desk';

/** A sandbox ERP and a sandbox shop of one world, with what the write nodes of both work with. */
export class TwoSystems implements AsyncDisposable {
  readonly erp: Connection;
  private constructor(private readonly sap: System, private readonly shopify: Shop, readonly store: Store, private readonly dir: string) { this.erp = sap.connect(); }

  static async open(options: SapSandboxOptions = {}): Promise<TwoSystems> {
    const dir = await mkdtemp(join(tmpdir(), 'b2b-two-'));
    return new TwoSystems(await System.start({ customers: 40, materials: 120, ...options }), await openShop(), await openLmdbStore(dir), dir);
  }

  get shop(): Connection { return this.shopify.connection; }
  get erpSandbox(): SapSandbox { return this.sap.sandbox; }
  get shopSandbox(): ShopifySandbox { return this.shopify.sandbox; }
  get links(): Links { return new Links(this.store); }

  /** What a worker of its own has; `owner`: its name among those that share the store. */
  services(connection: Connection, owner = 'local'): Services {
    return { connection, ledger: new Ledger(this.store, { owner, leaseMs: 1500 }), links: this.links, breaker: new Breaker({ system: connection.system }) };
  }

  /** Writes a customer into a system as a write node does. */
  write(to: Connection, document: Customer, request: Partial<WriteRequest> = {}, owner?: string): Promise<Written> {
    return write({ operation: 'upsert', entity: 'customer', document, policies, ...request }, this.services(to, owner));
  }

  link(at: Connection, externalIds: unknown, operation: 'link' | 'unlink' = 'link'): Promise<Written> {
    return linkByHand({ operation, entity: 'customer', document: { externalIds } }, this.services(at));
  }

  async read(from: Connection, id: string): Promise<Customer> {
    const native = await from.get('customer', id);
    if (!native) throw new RangeError(`no customer ${id}`);
    return from.toCanonical('customer', native) as unknown as Customer;
  }

  /** Writes that either simulator has carried out so far. */
  writes(): { erp: number; shop: number } {
    const sum = (counts: Record<string, number>): number => Object.values(counts).reduce((total, count) => total + count, 0);
    return { erp: sum(this.erpSandbox.counters.writes), shop: sum(this.shopSandbox.counters.mutations) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.sap.stop();
    await this.shopify[Symbol.asyncDispose]();
    await this.store.close();
    await rm(this.dir, { recursive: true });
  }
}
