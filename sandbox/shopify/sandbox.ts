import { EventEmitter } from 'node:events';
import { jsonAnswer, type SandboxAnswer } from '../answers';
import type { Fault } from '../contract';
import { withJournal } from '../journal';
import { Random } from '../random';
import { SandboxServer, type SandboxRequest } from '../server';
import { listPrices } from '../world';
import { defaultScopes } from './access';
import { Auth } from './auth';
import { BulkDesk } from './bulk-desk';
import { CostBucket, plans } from './bucket';
import { apiVersions, type ShopifyCounters, type ShopifyEvents, type ShopifySandbox, type ShopifySandboxOptions } from './contract';
import { controlOf } from './control';
import { Courier } from '../courier';
import type { OrderEdit } from './edits';
import { Engine, type EngineContext, type GraphqlRequest } from './engine';
import { Idempotency } from './idempotency';
import { Ids } from './ids';
import type { CancelReason, Order } from './model';
import type { OrderOverrides } from './orders';
import { PriceDesk, type PriceChange, type PriceView } from './price-desk';
import type { RefundOrder } from './refunds';
import { Shop, type OrderChange } from './shop';
import { attend } from './staff';
import { ShopState } from './state';
import { subscriptionOf, type Subscription } from './subscription';
import type { ShopLocale } from './product-places';
import { Shelves, type ProductChange, type ProductView } from './shelves';
import { Stockroom, type StockCount, type StockView } from './stockroom';
import { makeTrade } from './trade';
import { Webhooks } from './webhooks';

const defaults = {
  shop: 'b2b-sandbox.myshopify.com', clientId: 'sandbox-client', clientSecret: 'sandbox-client-secret',
  accessToken: 'shpat_sandbox_fixed_token', scopes: defaultScopes,
  tokenLifetimeMs: 86_400_000, plan: 'plus', currency: 'EUR', timeZone: 'Europe/Berlin', indexLagMs: 0, staleFields: true,
  webhookVersion: '2026-10', locales: [{ locale: 'en', name: 'English', primary: true, published: true }, { locale: 'de', name: 'German', primary: false, published: true }] as ShopLocale[],
  seed: 1, now: Date.now,
} as const;

/** Starts a shop that speaks the Admin GraphQL API and sends webhooks. */
export async function startShopifySandbox(options: ShopifySandboxOptions = {}): Promise<ShopifySandbox> {
  const sandbox = new RunningShop({ ...defaults, ...options });
  await sandbox.listen();
  return sandbox;
}

type Settings = ShopifySandboxOptions & { [K in keyof typeof defaults]: NonNullable<ShopifySandboxOptions[K]> };

class RunningShop implements ShopifySandbox {
  readonly events = new EventEmitter<ShopifyEvents>();
  readonly #options: Settings;
  readonly #state: ShopState;
  readonly #actions: Shop;
  readonly #stockroom: Stockroom;
  readonly #shelves: Shelves;
  readonly #priceDesk: PriceDesk;
  readonly #auth: Auth;
  readonly #bucket: CostBucket;
  readonly #engine: Engine;
  readonly #idempotency = new Idempotency();
  readonly #courier: Courier;
  readonly #bulk: BulkDesk;
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #counts = {
    placed: 0, throttled: 0, quantitiesWritten: 0, pricesWritten: 0, queries: {} as Record<string, number>, mutations: {} as Record<string, number>,
  };
  #server!: SandboxServer;
  #secret: string;

  constructor(options: Settings) {
    this.#options = options;
    this.#secret = options.previousSecret ?? options.clientSecret;
    const { now, seed, shop: domain, currency, timeZone } = options;
    this.#state = withJournal(options, 'shopify', (journal) => new ShopState(makeTrade(seed, new Ids(options.hugeIds), sizeOf(options)), currency, journal)).opened;
    // Not the orders of the last run again, when there was one.
    const random = new Random(seed + this.#state.orders.size);
    this.#actions = new Shop(this.#state, { domain, name: 'B2B Sandbox', currency, timeZone }, random, now);
    this.#stockroom = new Stockroom(this.#state, (levels) => { this.#actions.putLevels(levels); }, now);
    this.#shelves = new Shelves(this.#state, this.#actions, now);
    this.#priceDesk = new PriceDesk(this.#state, currency, this.#actions, now);
    this.#auth = new Auth(this.#state, options, now);
    this.#bucket = new CostBucket(options.bucket ?? plans[options.plan], now);
    this.#engine = new Engine({
      bucket: this.#bucket, maxQueryCost: options.maxQueryCost ?? 1000, throttleStatus: options.throttleStatus ?? true,
      onField: (kind, field) => {
        const counts = kind === 'query' ? this.#counts.queries : this.#counts.mutations;
        counts[field] = (counts[field] ?? 0) + 1;
      },
    });
    const fault = (kind: Fault['kind']): Fault | undefined => this.#server.faults.none ? undefined : this.#server.faults.take([kind]);
    this.#bulk = new BulkDesk({
      ids: this.#state.ids, url: () => this.url, fault, now, lineMs: options.bulkLineMs ?? 0, onFinish: (operation) => { this.#actions.tellBulk(operation); },
    });
    this.#courier = new Courier({
      fault,
      ...(options.retryScale === undefined ? {} : { retryScale: options.retryScale }),
      ...(options.webhookTimeoutMs === undefined ? {} : { timeoutMs: options.webhookTimeoutMs }),
      ...(options.webhookConcurrency === undefined ? {} : { concurrency: options.webhookConcurrency }),
    });
    this.#connect(new Webhooks(this.#state, this.#courier, { domain, apiVersion: options.webhookVersion, secret: () => this.#secret }));
  }

  async listen(): Promise<void> {
    const { port, seed, now, control } = this.#options;
    this.#server = await SandboxServer.start({
      handler: (request) => this.#handle(request), seed, now, ...(port === undefined ? {} : { port }),
      ...(control === true ? controlOf(this) : {}),
    });
  }

  get url(): string { return this.#server.url; }
  get shop(): string { return this.#options.shop; }
  get world(): ShopifySandbox['world'] { return this.#state.trade.world; }
  get settings(): ShopifySandbox['settings'] {
    return {
      shop: this.shop, apiVersion: '2026-10', auth: 'client-credentials', clientId: this.#options.clientId,
      priceLists: [{ list: listPrices, target: 'variants' }, ...this.world.priceLists.map(({ code, name, currency }) => ({ list: code, currency, target: name }))],
    };
  }
  get secrets(): ShopifySandbox['secrets'] {
    const { clientSecret, accessToken } = this.#options;
    return { clientSecret, webhookSecret: clientSecret, accessToken };
  }
  get counters(): ShopifyCounters { return { ...this.#counts, pointsSpent: this.#bucket.spent, ...this.#courier.counters, tokensIssued: this.#auth.issued }; }

  fault(fault: Fault): void { this.#server.faults.add(fault); }
  clearFaults(): void { this.#server.faults.clear(); }

  placeOrder(overrides?: OrderOverrides): Order { return this.#actions.place(overrides); }
  addOrder(order: Order): Order { return this.#actions.add(order); }
  updateOrder(id: string, change: OrderChange): Order { return this.#actions.change(id, change); }
  editOrder(id: string, edits: OrderEdit[], restock?: boolean): Order { return this.#actions.editOrder(id, edits, restock); }
  cancelOrder(id: string, reason?: CancelReason): Order { return this.#actions.cancel(id, reason); }
  payOrder(...payment: Parameters<Shop['pay']>): Order { return this.#actions.pay(...payment); }
  captureOrder(id: string, amount?: string): Order { return this.#actions.capture(id, amount); }
  refundOrder(id: string, refund: RefundOrder): Order { return this.#actions.refund(id, refund); }
  settleRefund(id: string, status: 'success' | 'failure' = 'success', transaction?: string): Order {
    const pending = (this.order(id)?.transactions ?? []).filter((one) => one.status === 'pending' && (transaction === undefined || one.id === transaction));
    const orders = pending.map((one) => this.#actions.settle(id, one.id, status));
    const last = orders.at(-1);
    if (!last) throw new RangeError(`Order ${id} has nothing pending`);
    return last;
  }
  fulfillOrder(id: string): Order { return this.#actions.fulfill(id); }
  reassign(id: string, line: number, quantity: number, location: string): Order {
    return this.#actions.reassign(id, line, quantity, this.#stockroom.site(location));
  }
  orders(): Order[] { return [...this.#state.orders.values()]; }
  order(id: string): Order | undefined { return this.#state.findOrder(id); }
  payload(order: Order): string { return this.#actions.body(order).toString(); }
  metafields(owner: string): ReturnType<ShopifySandbox['metafields']> { return this.#state.metafields.of(owner); }
  companies(): ReturnType<ShopifySandbox['companies']> { return [...this.#state.companies.values()]; }
  updateCustomer(...change: Parameters<Shop['changePerson']>): ReturnType<Shop['changePerson']> {
    return this.#actions.changePerson(...change);
  }
  updateCompany(...change: Parameters<Shop['changeCompany']>): ReturnType<Shop['changeCompany']> {
    return this.#actions.changeCompany(...change);
  }
  stock(sku: string, location?: string): StockView { return this.#stockroom.view(sku, location); }
  setStock(count: StockCount): void { this.#stockroom.count(count); }
  unstock(sku: string, location: string): void { this.#stockroom.unstock(sku, location); }
  trackStock(sku: string, tracked: boolean): void { this.#stockroom.track(sku, tracked); }
  product(sku: string): ProductView { return this.#shelves.view(sku); }
  products(): ProductView[] { return this.#shelves.all(); }
  addProduct(change: ProductChange & { title: string; sku?: string }): ProductView { return this.#shelves.add(change); }
  updateProduct(sku: string, change: ProductChange): ProductView { return this.#shelves.change(sku, change); }
  deleteProduct(sku: string): void { this.#shelves.remove(sku); }
  priceOf(list: string | undefined, sku: string): PriceView { return this.#priceDesk.view(list, sku); }
  setPrice(change: PriceChange): void { this.#priceDesk.set(change); }
  removePriceList(name: string): void { this.#priceDesk.removeList(name); }
  subscriptions(): Subscription[] { return [...this.#state.subscriptions.values()]; }
  signWith(secret: string): void { this.#secret = secret; }
  uninstall(): void { this.#actions.uninstall(); this.#auth.revoke(); }
  idle(): Promise<void> { return this.#courier.idle(); }

  subscribe(topic: string, uri: string): Subscription {
    const subscription = subscriptionOf(this.#state.nextId('WebhookSubscription'), topic, uri, this.#options.now());
    this.#state.putSubscription(subscription);
    return subscription;
  }

  autoPlace(everyMs: number, overrides?: OrderOverrides): () => void {
    return this.every(everyMs, () => {
      this.placeOrder(overrides);
      attend(this, this.#options.now());
    });
  }

  every(ms: number, work: () => void): () => void {
    const timer = setInterval(work, ms);
    this.#timers.add(timer);
    return () => { clearInterval(timer); this.#timers.delete(timer); };
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    this.#courier.close();
    this.#bulk.close();
    await this.#server.close();
    this.#state.close();
  }

  #connect(webhooks: Webhooks): void {
    this.#actions.on('placed', (order) => { this.#counts.placed++; this.events.emit('placed', order); });
    this.#actions.on('stockWritten', (quantities) => { this.#counts.quantitiesWritten += quantities; });
    this.#actions.on('pricesWritten', (given) => { this.#counts.pricesWritten += given; });
    this.#actions.on('event', (event) => { webhooks.publish(event); });
    this.#courier.on('delivered', (attempt) => { this.events.emit('delivered', attempt); });
    this.#courier.on('failed', (attempt) => { this.events.emit('failed', attempt); });
    this.#courier.on('gaveUp', ({ subscriptionId }) => {
      const subscription = this.#state.subscriptions.get(subscriptionId);
      if (subscription && this.#state.deleteSubscription(subscriptionId)) this.events.emit('subscriptionRemoved', subscription);
    });
  }

  async #handle(request: SandboxRequest): Promise<SandboxAnswer> {
    const host = request.headers['x-forwarded-host'] ?? request.headers.host;
    if (typeof host === 'string' && host.endsWith('.myshopify.com') && host !== this.shop) return notFound;
    if (request.method === 'POST' && request.path === '/admin/oauth/access_token') return this.#auth.issue(request);
    const file = await this.#bulk.answer(request);
    if (file) return file;
    const version = /^\/admin\/api\/([^/]+)\/graphql\.json$/.exec(request.path)?.[1];
    if (request.method !== 'POST' || version === undefined || !(apiVersions as readonly string[]).includes(version)) return notFound;
    if (request.fault('expire-token')) { this.#auth.expire(); return unauthorized; }
    if (!this.#auth.accepts(request.headers['x-shopify-access-token'])) return unauthorized;
    if (request.fault('internal-error')) return failed;
    const query = readQuery(request.body);
    if (!query) return jsonAnswer(400, { errors: { query: 'Required parameter missing or invalid' } });
    const throttled = request.fault('throttle') !== undefined;
    const answer = await this.#engine.answer(query, this.#context(version), throttled);
    if (isThrottled(answer)) this.#counts.throttled++;
    return jsonAnswer(200, answer, { 'x-shopify-api-version': version });
  }

  #context(apiVersion: string): EngineContext {
    const { now, scopes, indexLagMs, staleFields, clientId, plan, locales } = this.#options;
    return {
      state: this.#state, facts: this.#actions.facts, actions: this.#actions, idempotency: this.#idempotency, bulk: this.#bulk,
      now, scopes, indexLagMs, staleFields, clientId, plan, apiVersion, locales,
    };
  }
}

const notFound = jsonAnswer(404, { errors: 'Not Found' });
const requestId = '00000000-0000-0000-0000-000000000000';
const failed = jsonAnswer(200, {
  errors: [{
    message: `Internal error. Looks like something went wrong on our end.\nRequest ID: ${requestId} (include this in support requests).`,
    extensions: { code: 'INTERNAL_SERVER_ERROR', requestId },
  }],
});
const unauthorized = jsonAnswer(401, { errors: '[API] Invalid API key or access token (unrecognized login or wrong password)' });

function readQuery(body: string): GraphqlRequest | undefined {
  try {
    const request = JSON.parse(body) as Partial<GraphqlRequest> | null;
    return typeof request?.query === 'string' && request.query !== '' ? { ...request, query: request.query } : undefined;
  } catch {
    return undefined;
  }
}

function sizeOf({ products, sites, contracts }: ShopifySandboxOptions): Parameters<typeof makeTrade>[2] {
  return { ...(products !== undefined && { products }), ...(sites !== undefined && { sites }), ...(contracts !== undefined && { contracts }) };
}

function isThrottled(answer: { errors?: { extensions?: { code?: string } }[] }): boolean {
  return answer.errors?.[0]?.extensions?.code === 'THROTTLED';
}
