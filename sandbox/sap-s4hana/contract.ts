import type { Sandbox, SandboxOptions } from '../contract';
import type { Counters, LoggedRequest } from '../request-log';
import type { World, WorldProduct } from '../world';
import type { Events } from './events';
import type { Office } from './finance/office';
import type { MaterialChange } from './materials';
import type { Row } from './odata/model';
import type { PriceChange, PricePlace } from './prices';
import type { Despatch } from './sales/despatch';
import type { SapOrder } from './sales/overview';
import type { StockChange } from './stock';

export interface SapSandboxOptions extends SandboxOptions {
  /** The SAP client that the credentials are good for. Default 100. */
  client?: string;
  /** Rows a page; more come by `__next`. Default 500. */
  pageSize?: number;
  /** Idle time after which a session with its CSRF token ends, ms. Default 30 minutes. */
  sessionMs?: number;
  /** Life of an OAuth token, ms. Default 1 hour. */
  tokenLifetimeMs?: number;
  /** Does HEAD give a CSRF token? Default true. */
  tokenOnHead?: boolean;
  /** Two application servers that do not share sessions; the cookie SERVERID keeps a client on one. Default false. */
  secondNode?: boolean;
  /** Status of a write to an order without If-Match; 0 lets it pass. Default 428. */
  ifMatchMissing?: number;
  /**
   * Calls of one user in work at once; 429 above. Default: no limit. SAP publishes no such figure for S/4HANA: it stands for
   * what gateways and other ERPs do.
   */
  callsAtOnce?: number;
  /** Services the user may not use: 403 without `x-csrf-token`. */
  forbidden?: string[];
  /** Time each answer takes, ms. Default 0. */
  latencyMs?: number;
  gzip?: boolean;
  /** How events are posted. Default `structured`. */
  contentMode?: Events['contentMode'];
  /** Factor on the waits between attempts to post an event. Default 1. */
  retryScale?: number;
  /** Offer the control endpoints under `/__sandbox/`. Default false. */
  control?: boolean;
  /** Size of the world. */
  materials?: number;
  customers?: number;
  /** The time zone of the system's clock: its dates and times of day are of that, its time stamps UTC. Default UTC. */
  timeZone?: string;
  /** Default Date.now. */
  now?: () => number;
}

export interface SapCounters extends Counters {
  /** Entities written, by what was done and entity set, e.g. `created A_SalesOrder`. */
  writes: Record<string, number>;
}

/** A running S/4HANA as far as orders, business partners, products, stock, prices, deliveries, billing and receivables go. */
export interface SapSandbox extends Sandbox, Office {
  readonly settings: Sandbox['settings'] & Record<'user' | 'clientId' | 'tokenUrl', string>;
  readonly world: World;
  latencyMs: number;
  /** All sales orders, oldest first, with their items, partners, price elements and texts. */
  orders(): SapOrder[];
  /** The orders with this PurchaseOrderByCustomer. The system takes duplicates, so may this. */
  ordersByReference(reference: string): SapOrder[];
  /** What is to be paid for an order: net, tax and rounding. Throws RangeError for an unknown number. */
  payable(salesOrder: string): string;
  /**
   * Outbound deliveries, one for each plant, of all that is open of an order, of one of its items, or of what is told; with
   * goods issue and the invoice for it, unless told otherwise. Returns their numbers. Throws RangeError for what is not there.
   */
  deliver(salesOrder: string, how?: string | Despatch): string[];
  /** Goods issue of a delivery that waits for it, and its reversal. Both throw RangeError for one that cannot be. */
  issueGoods(delivery: string): void;
  reverseIssue(delivery: string): void;
  /** Somebody counts or moves goods, past all checks. Throws RangeError for an unknown material. */
  setStock(change: StockChange): void;
  /** What is free for use of a material, at all plants or at one, in its base unit. */
  stock(sku: string, plant?: string): string;
  /** Somebody changes a price or makes one, past all checks. Throws RangeError for an unknown material. */
  setPrice(change: PriceChange): void;
  /** Somebody marks a price that holds today for deletion. Throws RangeError if there is none. */
  dropPrice(place: PricePlace): void;
  /** Somebody maintains a new material; sellable at once for its list price, with nothing in stock. */
  addMaterial(product: WorldProduct): void;
  /** Somebody words, blocks, unblocks or marks a material for deletion. Throws RangeError for an unknown one. */
  changeMaterial(change: MaterialChange): void;
  /** Somebody changes a record by its key, past all checks. Throws RangeError for one that is not there. */
  changeRow(set: string, key: string, values: Row): void;
  /**
   * Goods come and go by themselves and customers pay, every so many ms; now and then a price changes and a material is worded
   * anew. Orders wait for their goods and invoices for their payment for `patienceMs`, default two minutes. Returns the way to stop it.
   */
  autoWork(everyMs: number, patienceMs?: number): () => void;
  /** Somebody deletes a record by its key, past all checks; what belongs to it stays. Throws RangeError for one that is not there. */
  dropRow(set: string, key: string): void;
  /** What tells of changes, and whom. */
  readonly events: Events;
  /** A material is archived. */
  dropMaterial(sku: string): void;
  readonly counters: SapCounters;
  /** The last 2,000 requests. */
  readonly requests: LoggedRequest[];
}
