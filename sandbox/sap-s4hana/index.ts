import { textAnswer, type SandboxAnswer } from '../answers';
import type { Fault } from '../contract';
import { withJournal } from '../journal';
import { Random } from '../random';
import type { LoggedRequest } from '../request-log';
import { SandboxServer, type SandboxRequest } from '../server';
import { listPrices, makeWorld, type WorldProduct } from '../world';
import type { SapCounters, SapSandbox, SapSandboxOptions } from './contract';
import { numberRanges, openDatabase } from './database';
import { eventQueue, Events } from './events';
import { billingActions, officeControl, officeOf } from './finance/office';
import type { Transaction } from './odata/database';
import { changedRow } from './odata/model';
import { organisation } from './organisation';
import { businessPartnerRules } from './partner-rules';
import { priceRules } from './price-rules';
import { dropPrice, setPrice, type PriceChange, type PricePlace } from './prices';
import { productRules } from './product-rules';
import { deliver, issueGoods, reverseIssue, type Despatch } from './sales/despatch';
import { changeMaterial, type MaterialChange } from './materials';
import { ordersOf, payableOf, type SapOrder } from './sales/overview';
import { salesOrderRules } from './sales/rules';
import { Gate } from './session';
import { Desk } from './desk';
import { holding } from './price-conditions';
import { changeStock, freeStock, setStock, type StockChange } from './stock';
import type { System } from './system';
import { work } from './warehouse';
import { dropProduct, writeProduct } from './world-data';

export type { SapCounters, SapSandbox, SapSandboxOptions } from './contract';
export type { Despatch, Packed } from './sales/despatch';
export type { SapBilling, SapOrder } from './sales/overview';
export type { MaterialChange } from './materials';
export type { StockChange } from './stock';
export type { PriceChange, PricePlace } from './prices';

const user = 'B2B_SYNC';
const password = 'sandbox-password';
const clientId = 'sandbox-client';
const clientSecret = 'sandbox-secret';
const eventUser = 'EVENT_MESH';
const webhookSecret = 'sandbox-event-secret';

/** Starts the simulator; it listens when the promise resolves. */
export async function startSapSandbox(options: SapSandboxOptions = {}): Promise<SapSandbox> {
  const now = options.now ?? Date.now;
  const client = options.client ?? '100';
  const seed = options.seed ?? 1;
  const world = makeWorld(seed, {
    ...(options.materials === undefined ? {} : { products: options.materials }), ...(options.customers === undefined ? {} : { companies: options.customers }),
  });
  const { opened: database, journal } = withJournal(options, 'sap-s4hana', (kept) => openDatabase(world, kept, options.onNotice));
  const system: System = { database, now, local: localClock(now, options.timeZone), next: numberRanges(database) };
  const gate = new Gate({
    client, user, password, clientId, clientSecret, now, sessionMs: options.sessionMs ?? 30 * 60_000, tokenLifetimeMs: options.tokenLifetimeMs ?? 3_600_000,
    tokenOnHead: options.tokenOnHead ?? true, secondNode: options.secondNode ?? false,
  });
  const events = new Events({
    client, now, contentMode: options.contentMode ?? 'structured', retryScale: options.retryScale ?? 1,
    fault: (kind) => server.faults.none ? undefined : server.faults.take([kind]),
  });
  database.listen((news) => { events.publish(news); });
  const timers = new Set<NodeJS.Timeout>();
  const random = new Random(seed + database.table('A_SalesOrder').rows.size);
  const writes: Record<string, number> = {};
  const desk = new Desk({
    database, now, pageSize: options.pageSize ?? 500, ifMatchMissing: options.ifMatchMissing ?? 428, forbidden: options.forbidden ?? [],
    rules: {
      API_SALES_ORDER_SRV: salesOrderRules(system), API_BUSINESS_PARTNER: businessPartnerRules(system), API_PRODUCT_SRV: productRules(system), API_MATERIAL_STOCK_SRV: undefined,
      API_SLSPRICINGCONDITIONRECORD_SRV: priceRules(system),
      API_BILLING_DOCUMENT_SRV: undefined, API_GLACCOUNTLINEITEM: undefined, API_OUTBOUND_DELIVERY_SRV: undefined,
    },
    actions: { API_BILLING_DOCUMENT_SRV: billingActions(system) },
    count: (what, set) => { const name = `${what} ${set}`; writes[name] = (writes[name] ?? 0) + 1; },
  });
  const orders = (reference?: string): SapOrder[] => ordersOf(database, reference);

  const commit = <T>(work: (to: Transaction) => T): T => {
    const to = database.begin();
    const result = work(to);
    to.commit();
    return result;
  };
  const despatch = (salesOrder: string, how: Despatch): string[] => commit((to) => deliver(system, world.sites, to, salesOrder, how));
  const move = (delivery: string, how: typeof issueGoods): void => { commit((to) => { how(system, to, world.sites, delivery); }); };
  const addMaterial = (product: WorldProduct): void => {
    commit((to) => {
      writeProduct(product, world.sites, to, now());
      if (!holding(to, { Material: product.sku, ConditionType: 'PPR0' }, now())) setPrice(system, to, { sku: product.sku, price: product.price });
      for (const { plant } of world.sites) changeStock(to, world.sites, { sku: product.sku, plant }, (old) => old);
    });
  };
  const setPrices = (changes: (PriceChange | PricePlace)[]): void => {
    commit((to) => { for (const change of changes) if ('price' in change) setPrice(system, to, change); else dropPrice(system, to, change); });
  };
  const changeMaterials = (changes: MaterialChange[]): void => { commit((to) => { for (const change of changes) changeMaterial(to, change, now()); }); };
  const setStocks = (changes: StockChange[]): void => { commit((to) => { for (const change of changes) setStock(to, world.sites, change); }); };
  const office = officeOf(system, commit);

  const tooMany = ({ headers }: SandboxRequest): boolean => {
    const who = gate.userOf(headers);
    return who !== undefined && server.log.inFlightOf(who) > (options.callsAtOnce ?? Infinity);
  };
  const server: SandboxServer = await SandboxServer.start({
    handler: (request) => tooMany(request) ? throttledAnswer(429, 1000) : answer(request, gate, desk, events), userOf: (headers) => gate.userOf(headers),
    seed, now, latencyMs: options.latencyMs ?? 0, gzip: options.gzip ?? false,
    ...(options.port === undefined ? {} : { port: options.port }),
    ...(options.control === true ? {
      control: {
        orders: (query) => orders(query.get('reference') ?? undefined), writes: () => writes,
        ...officeControl(office).control,
        subscriptions: () => events.subscriptions(), events: () => events.courier.counters,
        stock: (query) => ({ quantity: freeStock(database, query.get('sku') ?? '', query.get('plant') ?? undefined) }),
      },
      actions: {
        materials: (product) => { addMaterial(product as WorldProduct); },
        /** One or a list; one without `price` is marked for deletion. */
        prices: (changes) => { setPrices([changes].flat() as PriceChange[]); },
        material: (changes) => { changeMaterials([changes].flat() as MaterialChange[]); },
        stock: (changes) => { setStocks([changes].flat() as StockChange[]); },
        deliver: (order) => { const { salesOrder, ...how } = order as { salesOrder: string } & Despatch; return { deliveries: despatch(salesOrder, how) }; },
        'reverse-issue': (order) => { move((order as { delivery: string }).delivery, reverseIssue); },
        ...officeControl(office).actions,
      },
    } : {}),
  });

  return {
    url: server.url, world,
    settings: {
      client, auth: 'basic', user, eventAuth: 'basic', eventUser, eventOrigins: '*', eventMesh: server.url, eventQueue, clientId, tokenUrl: `${server.url}/sap/bc/sec/oauth2/token`, orderType: 'OR',
      salesOrganization: organisation.salesOrganization, distributionChannel: organisation.distributionChannel, division: organisation.division,
      paymentTerms: world.paymentTerms.map(({ code, netDays }) => ({ code, netDays: String(netDays) })),
      // Named as the sandbox shop names its locations.
      stockLocations: world.sites.map(({ plant, storageLocation, name }) => ({ plant, storageLocation, location: name })),
      priceLists: [{ list: listPrices, currency: 'EUR' }, ...world.priceLists.map(({ code, appliesTo, currency }) => ({ list: code, appliesTo, value: code, currency }))],
    },
    secrets: { password, clientSecret, webhookSecret },
    fault(fault: Fault): void { server.faults.add(fault); },
    clearFaults(): void { server.faults.clear(); },
    orders: () => orders(),
    ordersByReference: orders,
    payable: (salesOrder) => payableOf(database, salesOrder),
    deliver: (salesOrder, how = {}) => despatch(salesOrder, typeof how === 'string' ? { item: how } : how),
    issueGoods: (delivery) => { move(delivery, issueGoods); },
    reverseIssue: (delivery) => { move(delivery, reverseIssue); },
    ...office,
    setStock: (change) => { setStocks([change]); },
    setPrice: (change) => { setPrices([change]); },
    dropPrice: (place) => { commit((to) => { dropPrice(system, to, place); }); },
    stock: (sku, plant) => freeStock(database, sku, plant),
    addMaterial,
    changeMaterial: (change) => { changeMaterials([change]); },
    changeRow: (set, key, values) => {
      commit((to) => {
        const row = to.get(set, key);
        if (!row) throw new RangeError(`${set} has no ${key}`);
        to.put(set, changedRow(row, values));
      });
    },
    dropRow: (set, key) => {
      commit((to) => {
        const row = to.get(set, key);
        if (!row) throw new RangeError(`${set} has no ${key}`);
        to.delete(set, row);
      });
    },
    events,
    autoWork(everyMs, patienceMs = 120_000): () => void {
      const timer = setInterval(() => { commit((to) => { work(system, world, random, to, patienceMs); }); }, everyMs);
      timers.add(timer);
      return () => { clearInterval(timer); };
    },
    dropMaterial: (sku) => { commit((to) => { dropProduct(sku, to); }); },
    get counters(): SapCounters { return { ...server.log.counters, writes }; },
    get requests(): LoggedRequest[] { return server.log.requests; },
    get latencyMs(): number { return server.latencyMs; },
    set latencyMs(ms: number) { server.latencyMs = ms; },
    async close(): Promise<void> {
      for (const timer of timers) clearInterval(timer);
      events.close();
      await server.close();
      journal.close();
    },
  };
}

/** What a clock in the time zone shows, as if it were UTC. */
function localClock(now: () => number, timeZone = 'UTC'): () => number {
  if (timeZone === 'UTC') return now;
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
  return () => Date.parse(`${format.format(now()).replace(' ', 'T')}Z`);
}

function answer(request: SandboxRequest, gate: Gate, desk: Desk, events: Events): SandboxAnswer {
  if (request.path === '/sap/bc/sec/oauth2/token' || request.path === '/oauth/token') return gate.issueToken(request);
  if (request.path.startsWith('/messagingrest/')) return gate.refuse(request) ?? events.answer(request);
  if (!request.path.startsWith('/sap/opu/odata/sap/')) return textAnswer(404, 'Not found');
  const throttled = request.fault('throttle');
  if (throttled) return throttledAnswer(throttled.status ?? 429, throttled.ms ?? 1000);
  if (request.fault('expire-token')) gate.endTokens();
  if (request.fault('expire-session')) gate.endSessions();
  const refused = gate.refuse(request);
  if (refused) return refused;
  const forbidden = desk.refuse(request);
  if (forbidden) return forbidden;
  if (request.method === 'GET' || request.method === 'HEAD') {
    const found = desk.answer(request);
    return found.status < 300 ? { ...found, headers: { ...found.headers, ...gate.tokenHeaders(request) } } : found;
  }
  return gate.refuseWrite(request) ?? desk.answer(request);
}

function throttledAnswer(status: number, ms: number): SandboxAnswer {
  return { ...textAnswer(status, 'Too many requests'), headers: { 'content-type': 'text/plain', 'retry-after': String(Math.ceil(ms / 1000)) } };
}
