import type { WorldSite } from '../world';
import type { Product, Variant } from './catalogue';
import type { CompanyRecord, LocationRecord } from './companies';
import { fulfillmentOrderId, fulfillmentOrders, isClosed, type FulfillmentOrder } from './fulfillment';
import { productNode, variantNode } from './graph/catalogue';
import type { NodeContext } from './graph/context';
import { fulfillmentOrderNode } from './graph/fulfillment';
import { itemNode, siteNode } from './graph/inventory';
import { orderNode } from './graph/order';
import { companyNode, customerNode, locationNode } from './graph/parties';
import { catalogNode, priceListNode } from './graph/prices';
import type { Order } from './model';
import type { PriceList } from './price-lists';
import { idFilter, someOf, textFilter, timeFilter, type Filter, type Lookups, type SearchWarning } from './search';
import { filled } from './stock';
import type { Person } from './trade';

/** Facts and limits a query runs with. */
export interface QueryContext extends NodeContext {
  scopes: readonly string[];
  /** How long a change takes to reach the search index, ms. */
  indexLagMs: number;
  warn: (field: string, query: string, warnings: SearchWarning[]) => void;
}

/** A list of the shop's records: what it can be sorted and searched by. */
export interface Resource<T> {
  name: string;
  items: (context: QueryContext) => readonly T[];
  keys: Record<string, (item: T) => number | string>;
  id: (item: T, context: QueryContext) => string;
  filters: Record<string, Filter<T>>;
  text: (item: T) => string;
  /** Fields whose values are found without looking at every item. */
  lookups?: (context: QueryContext) => Lookups<T>;
  /** A sorted list stays good while this number does; without one it is sorted anew each time. */
  revision?: (context: QueryContext) => number | undefined;
  node: (context: QueryContext, item: T) => object;
}

/** Apps without `read_all_orders` see no further back. */
const sixtyDays = 60 * 86_400_000;

export const orders: Resource<Order> = {
  name: 'orders',
  items: (context) => {
    const all = [...context.state.orders.values()];
    const now = context.now();
    const oldest = context.scopes.includes('read_all_orders') ? -Infinity : now - sixtyDays;
    if (oldest === -Infinity && context.indexLagMs === 0) return all;
    return all.filter((order) => order.createdAt >= oldest && order.updatedAt <= now - context.indexLagMs);
  },
  revision: ({ state, indexLagMs, scopes }) => indexLagMs > 0 || !scopes.includes('read_all_orders') ? undefined : state.revision,
  keys: {
    UPDATED_AT: (order) => order.updatedAt, CREATED_AT: (order) => order.createdAt, PROCESSED_AT: (order) => order.processedAt,
    ORDER_NUMBER: (order) => order.number, ID: () => 0,
  },
  id: (order) => order.id,
  filters: {
    updated_at: timeFilter((order) => order.updatedAt), created_at: timeFilter((order) => order.createdAt),
    processed_at: timeFilter((order) => order.processedAt),
    name: (order, _op, value) => [order.name, String(order.number)].includes(value), id: idFilter('Order', (order) => order.id),
    po_number: textFilter((order) => order.poNumber), email: textFilter((order) => order.email),
    test: textFilter((order) => String(order.test)), source_name: textFilter((order) => order.channel === 'pos' ? 'pos' : 'web'),
    financial_status: textFilter((order) => order.financialStatus),
    fulfillment_status: textFilter((order) => order.fulfillmentStatus ?? 'unfulfilled'),
    tag: (order, _op, value) => order.tags.some((tag) => tag.toLowerCase() === value.toLowerCase()),
    customer_id: idFilter('Customer', (order) => order.customerId ?? ''),
    status: (order, _op, value) => hasStatus(order, value),
  },
  text: (order) => `${order.name} ${order.email ?? ''} ${order.poNumber ?? ''}`,
  node: orderNode,
};

export const fulfillments: Resource<FulfillmentOrder> = {
  name: 'fulfillmentOrders', items: ({ state }) => [...state.orders.values()].flatMap(fulfillmentOrders),
  revision: ({ state }) => state.revision,
  keys: { ID: ({ order, site }) => order.number * 10 + site, UPDATED_AT: ({ order }) => order.updatedAt },
  id: fulfillmentOrderId,
  filters: {
    updated_at: timeFilter(({ order }) => order.updatedAt), id: idFilter('FulfillmentOrder', fulfillmentOrderId),
    status: textFilter((one) => isClosed(one) ? 'closed' : 'open'),
  },
  text: ({ order }) => order.name, node: fulfillmentOrderNode,
};
export const openFulfillments: Resource<FulfillmentOrder> = {
  ...fulfillments, items: (context) => fulfillments.items(context).filter((one) => !isClosed(one)),
};

export const customers: Resource<Person> = {
  name: 'customers', items: ({ state }) => state.trade.people,
  keys: {
    ID: () => 0, UPDATED_AT: (person) => person.updatedAt, CREATED_AT: (person) => person.createdAt,
    NAME: (person) => `${person.lastName ?? ''}, ${person.firstName ?? ''}`,
  },
  id: (person) => person.id,
  filters: {
    updated_at: timeFilter((person) => person.updatedAt), created_at: timeFilter((person) => person.createdAt), email: textFilter((person) => person.email),
    phone: textFilter((person) => person.phone), id: idFilter('Customer', (person) => person.id),
    first_name: textFilter((person) => person.firstName), last_name: textFilter((person) => person.lastName),
    tag: (person, _op, value) => person.tags.includes(value),
  },
  text: ({ firstName, lastName, email }) => [firstName, lastName, email].join(' '), node: customerNode,
};

export const companies: Resource<CompanyRecord> = {
  name: 'companies', items: ({ state }) => [...state.companies.values()],
  keys: {
    ID: (company) => company.index, UPDATED_AT: (company) => company.updatedAt, CREATED_AT: (company) => company.createdAt,
    NAME: (company) => company.name,
  },
  id: (company, { state }) => state.ids.of('Company', company.index),
  filters: {
    updated_at: timeFilter((company) => company.updatedAt), created_at: timeFilter((company) => company.createdAt),
    external_id: textFilter((company) => company.externalId), name: textFilter((company) => company.name),
  },
  text: (company) => `${company.name} ${company.externalId ?? ''}`, node: companyNode,
};

export const locations: Resource<{ company: CompanyRecord; location: LocationRecord }> = {
  name: 'companyLocations',
  items: ({ state }) => [...state.companies.values()].flatMap((company) => company.locations.map((location) => ({ company, location }))),
  keys: {
    ID: () => 0, UPDATED_AT: ({ location }) => location.updatedAt, CREATED_AT: ({ location }) => location.createdAt,
    NAME: ({ location }) => location.name,
  },
  id: ({ location }) => location.id,
  filters: {
    updated_at: timeFilter(({ location }) => location.updatedAt), external_id: textFilter(({ location }) => location.externalId),
    name: textFilter(({ location }) => location.name),
  },
  text: ({ location }) => `${location.name} ${location.externalId ?? ''}`,
  node: (context, { company, location }) => locationNode(context, company, location),
};

/** The index lags behind what was changed. */
const indexed = ({ now, indexLagMs }: QueryContext, { updatedAt }: { updatedAt: number }): boolean => indexLagMs === 0 || updatedAt <= now() - indexLagMs;
const changes = ({ state, indexLagMs }: QueryContext): number | undefined => indexLagMs > 0 ? undefined : state.catalogue.revision;
const bySku = (context: QueryContext) => (sku: string): Variant[] => context.state.catalogue.withSku(sku).filter((variant) => indexed(context, variant));

type Ware = Product & { parts: Variant[] };
const ware = ({ state }: QueryContext, product: Product): Ware => ({ ...product, parts: state.catalogue.variantsOf(product) });
export const products: Resource<Ware> = {
  name: 'products', revision: changes,
  items: (context) => context.state.catalogue.products().filter((product) => indexed(context, product)).map((product) => ware(context, product)),
  lookups: (context) => ({
    sku: (sku) => [...new Set(bySku(context)(sku).map(({ product }) => product))].flatMap((index) => {
      const product = context.state.catalogue.product(index);
      return product ? [ware(context, product)] : [];
    }),
  }),
  keys: { ID: ({ index }) => index, UPDATED_AT: ({ updatedAt }) => updatedAt, CREATED_AT: ({ createdAt }) => createdAt, TITLE: ({ title }) => title },
  id: ({ index }, { state }) => state.ids.of('Product', index),
  filters: {
    sku: someOf(({ parts }: Ware) => parts, textFilter(({ sku }) => sku)), barcode: someOf(({ parts }: Ware) => parts, textFilter(({ barcode }) => barcode)),
    title: textFilter(({ title }) => title), handle: textFilter(({ handle }) => handle), vendor: textFilter(({ vendor }) => vendor),
    status: textFilter(({ status }) => status), tag: (item, _op, value) => item.tags.includes(value),
    updated_at: timeFilter(({ updatedAt }) => updatedAt), created_at: timeFilter(({ createdAt }) => createdAt),
  },
  text: ({ title }) => title, node: (context, { index }) => productNode(context, index) ?? {},
};
export const variants: Resource<Variant> = {
  name: 'productVariants', revision: changes, items: (context) => context.state.catalogue.variants().filter((variant) => indexed(context, variant)),
  lookups: (context) => ({ sku: bySku(context) }),
  keys: { ID: ({ index }) => index, POSITION: ({ index }) => index, SKU: ({ sku }) => sku ?? '', TITLE: ({ values }) => values.join(' / ') },
  id: ({ index }, { state }) => state.ids.of('ProductVariant', index),
  filters: {
    sku: textFilter(({ sku }) => sku), barcode: textFilter(({ barcode }) => barcode), updated_at: timeFilter(({ updatedAt }) => updatedAt),
    title: textFilter(({ values }) => values.join(' / ')),
  },
  text: ({ sku }) => sku ?? '', node: (context, { index }) => variantNode(context, index) ?? {},
};
export const inventoryItems: Resource<Variant> = {
  ...variants, name: 'inventoryItems', keys: { ID: ({ index }) => index }, id: ({ index }, { state }) => state.ids.of('InventoryItem', index),
  filters: { sku: textFilter(({ sku }) => sku), updated_at: timeFilter(({ updatedAt }) => updatedAt), created_at: timeFilter(({ createdAt }) => createdAt) },
  node: (context, { index }) => itemNode(context, index),
};

export const sites: Resource<{ site: WorldSite; index: number }> = {
  name: 'locations', items: ({ state }) => state.trade.world.sites.map((site, index) => ({ site, index })),
  keys: { ID: ({ index }) => index, NAME: ({ site }) => site.name },
  id: ({ index }, { state }) => state.ids.of('Location', index + 1),
  filters: {
    name: textFilter(({ site }) => site.name), city: textFilter(({ site }) => site.city), zip: textFilter(({ site }) => site.zip),
    active: textFilter(() => 'true'), created_at: timeFilter(() => filled),
  },
  text: ({ site }) => `${site.name} ${site.zip} ${site.city}`, node: (context, { index }) => siteNode(context, index),
};

export const priceLists: Resource<PriceList> = {
  name: 'priceLists', items: ({ state }) => state.prices.lists, keys: { ID: ({ index }) => index, NAME: ({ name }) => name },
  id: ({ index }, { state }) => state.ids.of('PriceList', index), filters: {}, text: ({ name }) => name, node: priceListNode,
};

/** By the lists they belong to. */
export const catalogs: Resource<PriceList> = {
  ...priceLists, name: 'catalogs', items: ({ state }) => state.prices.lists.filter(({ audience }) => audience.kind !== 'nobody'),
  keys: { ID: ({ index }) => index, TITLE: ({ name }) => name, TYPE: ({ audience }) => audience.kind },
  filters: { title: textFilter(({ name }) => name), status: textFilter(() => 'active') },
  node: (context, list) => catalogNode(context, list) ?? {},
};

/** An order as a query for `status:` sees it; an unknown value (`any`) finds all. */
function hasStatus(order: Order, status: string): boolean {
  switch (status) {
    case 'open': return order.closedAt === null && order.cancelledAt === null;
    case 'closed': return order.closedAt !== null;
    case 'cancelled': return order.cancelledAt !== null;
    case 'not_closed': return order.closedAt === null;
    default: return true;
  }
}
