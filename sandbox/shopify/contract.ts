import type { EventEmitter } from 'node:events';
import type { Sandbox, SandboxOptions } from '../contract';
import type { World } from '../world';
import type { Plan } from './bucket';
import type { CompanyRecord } from './companies';
import type { Attempt } from '../courier';
import type { OrderEdit } from './edits';
import type { CancelReason, Metafield, Order } from './model';
import type { Currency } from './money';
import type { OrderOverrides } from './orders';
import type { PaymentOrder } from './payments';
import type { PriceChange, PriceView } from './price-desk';
import type { ShopLocale } from './product-places';
import type { RefundOrder } from './refunds';
import type { ProductChange, ProductView } from './shelves';
import type { OrderChange, Shop } from './shop';
import type { Subscription } from './subscription';
import type { StockCount, StockView } from './stockroom';

/** API versions the sandbox answers for. */
export const apiVersions = ['2026-04', '2026-07', '2026-10'] as const;

export interface ShopifySandboxOptions extends SandboxOptions {
  /** Default `b2b-sandbox.myshopify.com`. */
  shop?: string;
  clientId?: string;
  /** The app's secret: gets tokens and signs webhooks. */
  clientSecret?: string;
  /** Signs webhooks instead of the current one, as after a rotation. */
  previousSecret?: string;
  accessToken?: string;
  scopes?: string[];
  /** Default 24 h. */
  tokenLifetimeMs?: number;
  /** Size and restore rate of the cost bucket. Default plus. */
  plan?: Plan;
  /** Instead of the plan's. */
  bucket?: { size: number; restoreRate: number };
  /** How many products the world has. Default 120. */
  products?: number;
  /** How many companies have a price list of their own, of 12 lists in all. Default 5. */
  contracts?: number;
  /** How many locations the shop has. Default 2. */
  sites?: number;
  /** Do refusals of stale quantities name their place in the input? Not all shops do. Default true. */
  staleFields?: boolean;
  /** Most points one query may ask for. Default 1,000. */
  maxQueryCost?: number;
  /** Whether answers show the bucket. Default true. */
  throttleStatus?: boolean;
  /** Default EUR. */
  currency?: Currency;
  /** Default Europe/Berlin. */
  timeZone?: string;
  /** Languages of the shop. Default: English, and German besides. */
  locales?: ShopLocale[];
  /** Ids beyond 2^53, as in the published samples. */
  hugeIds?: boolean;
  /** How long a change takes to be found by list queries, ms. Default 0. */
  indexLagMs?: number;
  /** Factor on the waits between webhook retries. Default 1: eight over four hours. */
  retryScale?: number;
  /** Default 5,000 ms. */
  webhookTimeoutMs?: number;
  /** Webhooks on their way at once. Default 64. */
  webhookConcurrency?: number;
  /** API version that webhooks say they are of. Default 2026-10. */
  webhookVersion?: string;
  /** Time each line of a bulk operation takes, ms. Default 0. */
  bulkLineMs?: number;
  /** Offer the control endpoints under `/__sandbox/`. Default false. */
  control?: boolean;
  /** Default Date.now. */
  now?: () => number;
}

export interface ShopifyEvents {
  placed: [Order];
  delivered: [Attempt];
  /** An attempt without a 2xx in time. */
  failed: [Attempt];
  subscriptionRemoved: [Subscription];
}

/** The simulated shop: what its buyers and staff do, from the outside. */
export interface ShopifySandbox extends Sandbox {
  readonly shop: string;
  readonly world: World;
  readonly events: EventEmitter<ShopifyEvents>;
  readonly counters: ShopifyCounters;
  /** A buyer places an order; what is not fixed is drawn by the seed. */
  placeOrder(overrides?: OrderOverrides): Order;
  /** Takes in an order made elsewhere, e.g. of `goldenOrders`. */
  addOrder(order: Order): Order;
  /** `id`: gid, digits or name. All throw RangeError for an order that does not exist. */
  updateOrder(id: string, change: OrderChange): Order;
  /** Staff edits an order: quantities, further items, discounts on lines. What is taken off is back in stock unless `restock` is false. */
  editOrder(id: string, edits: OrderEdit[], restock?: boolean): Order;
  cancelOrder(id: string, reason?: CancelReason): Order;
  /** Pays all that is outstanding, or an amount of it. */
  payOrder(id: string, payment?: PaymentOrder): Order;
  /** Takes what was authorized, or an amount of it. */
  captureOrder(id: string, amount?: string): Order;
  refundOrder(id: string, refund: RefundOrder): Order;
  /** The gateway says how a pending refund ended: of all of an order, or of one by the id of its transaction. */
  settleRefund(id: string, status?: 'success' | 'failure', transaction?: string): Order;
  /** Sends all that is left, from each location what it is to send. */
  fulfillOrder(id: string): Order;
  /** Another location is to send so much of a line (0 …) that has not been sent yet. */
  reassign(id: string, line: number, quantity: number, location: string): Order;
  orders(): Order[];
  order(id: string): Order | undefined;
  /** The webhook body an order has now. */
  payload(order: Order): string;
  metafields(owner: string): readonly Metafield[];
  /**
   * Of a product at the location of this name, or at all together. 500 are available at each in the beginning.
   * This and what follows throw RangeError for a SKU or a location that does not exist.
   */
  stock(sku: string, location?: string): StockView;
  /** Somebody counts in the shop's admin, past all checks; default: at the first location. */
  setStock(count: StockCount): void;
  /** Somebody stops keeping a product at a location, as if it had never been kept there. */
  unstock(sku: string, location: string): void;
  /** The product that has a variant of this SKU, with everything a buyer or the staff sees of it. */
  product(sku: string): ProductView;
  products(): ProductView[];
  /** Staff makes a product by hand: one variant without options unless told otherwise. */
  addProduct(change: ProductChange & { title: string; sku?: string }): ProductView;
  /** Staff changes a product. */
  updateProduct(sku: string, change: ProductChange): ProductView;
  /** Staff deletes a product with all its variants. */
  deleteProduct(sku: string): void;
  /** Does the shop count the stock of a product? If not, orders take none. */
  trackStock(sku: string, tracked: boolean): void;
  /**
   * What a SKU costs by the price list of this name, or, without one, in the shop itself. Every tenth product has a fixed
   * price in a list. This and what follows throw RangeError for a SKU or a list that does not exist.
   */
  priceOf(list: string | undefined, sku: string): PriceView;
  /** Somebody sets a price in the shop's admin. */
  setPrice(change: PriceChange): void;
  /** Somebody deletes a price list. */
  removePriceList(name: string): void;
  /** Places an order every so often until the function returned is called; staff takes authorized money and gives some back. */
  autoPlace(everyMs: number, overrides?: OrderOverrides): () => void;
  /** Does something every so often until the function returned is called or the sandbox is closed. */
  every(ms: number, work: () => void): () => void;
  /** All companies, with their locations and contacts. */
  companies(): CompanyRecord[];
  updateCustomer: Shop['changePerson'];
  updateCompany: Shop['changeCompany'];
  subscriptions(): Subscription[];
  /** As `webhookSubscriptionCreate` does. */
  subscribe(topic: string, uri: string): Subscription;
  /** From now on webhooks are signed with this secret. */
  signWith(secret: string): void;
  /** The merchant removes the app. */
  uninstall(): void;
  /** Resolves when no webhook is queued, at work or waiting for a retry. */
  idle(): Promise<void>;
}

export interface ShopifyCounters {
  placed: number;
  /** Webhooks answered 2xx; attempts that were not; webhooks never sent; webhooks sent more than once by order. */
  delivered: number; failed: number; dropped: number; duplicated: number;
  tokensIssued: number;
  throttled: number;
  /** Cost points used. */
  pointsSpent: number;
  /** Quantities that the app has set, changed or not; those of mutations answered before do not count again. */
  quantitiesWritten: number;
  /** Prices that the app has set or taken away, changed or not. */
  pricesWritten: number;
  /** Root fields that ran, by name. */
  queries: Record<string, number>;
  mutations: Record<string, number>;
}
