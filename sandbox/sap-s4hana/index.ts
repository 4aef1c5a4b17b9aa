import { textAnswer, type SandboxAnswer } from '../answers';
import type { Fault, Sandbox, SandboxOptions } from '../contract';
import { Journal } from '../journal';
import { Random } from '../random';
import type { Counters, LoggedRequest } from '../request-log';
import { SandboxServer, type SandboxRequest } from '../server';
import { listPrices, makeWorld, type World, type WorldProduct } from '../world';
import { billingActions, officeControl, officeOf, type Office } from './finance/office';
import { billingEntities } from './model/billing';
import { businessPartnerEntities } from './model/business-partner';
import { journalEntryEntities } from './model/journal-entry';
import { materialStockEntities } from './model/material-stock';
import { outboundDeliveryEntities } from './model/outbound-delivery';
import { priceConditionEntities } from './model/price-condition';
import { productEntities } from './model/product';
import { salesOrderEntities } from './model/sales-order';
import { Database, type Transaction } from './odata/database';
import { changedRow, type Row } from './odata/model';
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
import { dropProduct, writeProduct, writeWorld } from './world-data';

export type { Despatch, Packed } from './sales/despatch';
export type { SapBilling, SapOrder } from './sales/overview';
export type { MaterialChange } from './materials';
export type { StockChange } from './stock';
export type { PriceChange, PricePlace } from './prices';

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
  /** Services the user may not use: 403 without `x-csrf-token`. */
  forbidden?: string[];
  /** Time each answer takes, ms. Default 0. */
  latencyMs?: number;
  gzip?: boolean;
  /** Offer the control endpoints under `/__sandbox/`. Default false. */
  control?: boolean;
  /** Size of the world. */
  materials?: number;
  customers?: number;
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
  /** A material is archived. */
  dropMaterial(sku: string): void;
  readonly counters: SapCounters;
  /** The last 2,000 requests. */
  readonly requests: LoggedRequest[];
}

const user = 'B2B_SYNC';
const password = 'sandbox-password';
const clientId = 'sandbox-client';
const clientSecret = 'sandbox-secret';

/** Starts the simulator; it listens when the promise resolves. */
export async function startSapSandbox(options: SapSandboxOptions = {}): Promise<SapSandbox> {
  const now = options.now ?? Date.now;
  const client = options.client ?? '100';
  const seed = options.seed ?? 1;
  const world = makeWorld(seed, {
    ...(options.materials === undefined ? {} : { products: options.materials }), ...(options.customers === undefined ? {} : { companies: options.customers }),
  });
  const journal = new Journal(options.dataDir, 'sap-s4hana');
  const database = openDatabase(world, journal);
  const system: System = { database, now, next: numberRanges(database) };
  const gate = new Gate({
    client, user, password, clientId, clientSecret, now, sessionMs: options.sessionMs ?? 30 * 60_000, tokenLifetimeMs: options.tokenLifetimeMs ?? 3_600_000,
    tokenOnHead: options.tokenOnHead ?? true, secondNode: options.secondNode ?? false,
  });
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

  const server = await SandboxServer.start({
    handler: (request) => answer(request, gate, desk), seed, now, latencyMs: options.latencyMs ?? 0, gzip: options.gzip ?? false,
    ...(options.port === undefined ? {} : { port: options.port }),
    ...(options.control === true ? {
      control: {
        orders: (query) => orders(query.get('reference') ?? undefined), writes: () => writes,
        ...officeControl(office).control,
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
      client, auth: 'basic', user, clientId, tokenUrl: `${server.url}/sap/bc/sec/oauth2/token`, orderType: 'OR',
      salesOrganization: organisation.salesOrganization, distributionChannel: organisation.distributionChannel, division: organisation.division,
      paymentTerms: world.paymentTerms.map(({ code, netDays }) => ({ code, netDays: String(netDays) })),
      // Named as the sandbox shop names its locations.
      stockLocations: world.sites.map(({ plant, storageLocation, name }) => ({ plant, storageLocation, location: name })),
      priceLists: [{ list: listPrices, currency: 'EUR' }, ...world.priceLists.map(({ code, appliesTo, currency }) => ({ list: code, appliesTo, value: code, currency }))],
    },
    secrets: { password, clientSecret },
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
      await server.close();
      journal.close();
    },
  };
}

function openDatabase(world: World, journal: Journal): Database {
  const database = new Database([...salesOrderEntities, ...businessPartnerEntities, ...productEntities, ...materialStockEntities, ...priceConditionEntities,
    ...outboundDeliveryEntities, ...billingEntities, ...journalEntryEntities], {
    A_OutbDeliveryItem: ['ReferenceSDDocument|ReferenceSDDocumentItem'],
    A_SalesOrder: ['PurchaseOrderByCustomer', 'SoldToParty'], A_SalesOrderItem: ['Material'], A_BusinessPartner: ['Customer', 'BusinessPartnerIDByExtSystem'], A_BusinessPartnerTaxNumber: ['BPTaxNumber'],
    A_BusinessPartnerAddress: ['AddressID'],
    A_AddressEmailAddress: ['EmailAddress', 'SearchEmailAddress'], A_AddressPhoneNumber: ['InternationalPhoneNumber', 'PhoneNumber'],
    A_BillingDocumentItem: ['SalesDocument', 'ReferenceSDDocument'], GLAccountLineItem: ['AccountingDocument', 'InvoiceReference', 'ClearingAccountingDocument', 'ReferenceDocument'],
    A_SlsPrcgCndnRecdValidity: ['Material'], A_Product: ['ProductStandardID'], A_ProductUnitsOfMeasure: ['GlobalTradeItemNumber'], A_ProductUnitsOfMeasureEAN: ['ProductStandardID'],
  }, journal);
  if (database.restore() === 0) writeWorld(world, database);
  return database;
}

function numberRanges(database: Database): System['next'] {
  const greatest = (set: string, name: string, least: number): number => {
    let found = least;
    for (const row of database.table(set).rows.values()) found = Math.max(found, Number(row[name]));
    return found;
  };
  const last = {
    order: greatest('A_SalesOrder', 'SalesOrder', 4_000_000), partner: greatest('A_BusinessPartner', 'BusinessPartner', 200_000),
    address: greatest('A_BusinessPartnerAddress', 'AddressID', 30_000), condition: greatest('A_SlsPrcgConditionRecord', 'ConditionRecord', 0),
    billing: greatest('A_BillingDocument', 'BillingDocument', 90_000_000),
    accounting: greatest('GLAccountLineItem', 'AccountingDocument', 1_400_000_000), delivery: greatest('A_OutbDeliveryHeader', 'DeliveryDocument', 80_000_000),
    goodsMovement: greatest('A_OutbDeliveryDocFlow', 'Subsequentdocument', 4_900_000_000), handlingUnit: greatest('A_HandlingUnitHeaderDelivery', 'HandlingUnitInternalId', 1_000_000),
  };
  return (range) => String(++last[range]);
}

function answer(request: SandboxRequest, gate: Gate, desk: Desk): SandboxAnswer {
  if (request.path === '/sap/bc/sec/oauth2/token' || request.path === '/oauth/token') return gate.issueToken(request);
  if (!request.path.startsWith('/sap/opu/odata/sap/')) return textAnswer(404, 'Not found');
  const throttled = request.fault('throttle');
  if (throttled) {
    const seconds = String(Math.ceil((throttled.ms ?? 1000) / 1000));
    return { ...textAnswer(throttled.status ?? 429, 'Too many requests'), headers: { 'content-type': 'text/plain', 'retry-after': seconds } };
  }
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
