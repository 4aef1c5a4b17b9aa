import type { WorldProduct } from '../world';
import { badRequest, compareKeys, connection, type Key, type PageArgs } from './connection';
import { productNode, variantNode } from './graph/catalogue';
import type { NodeContext } from './graph/context';
import { orderNode } from './graph/order';
import { companyNode, customerNode, locationNode } from './graph/parties';
import { gid, parseGid } from './ids';
import type { Order } from './model';
import { compileSearch, numberFilter, textFilter, timeFilter, type Filter, type SearchWarning } from './search';
import type { CompanyRecord } from './payload-parties';
import { companyOf, type Person } from './trade';

/** Facts and limits a query runs with. */
export interface QueryContext extends NodeContext {
  scopes: readonly string[];
  /** How long a change takes to reach the search index, ms. */
  indexLagMs: number;
  warn: (field: string, query: string, warnings: SearchWarning[]) => void;
}

type ListArgs = PageArgs & { query?: string | null; sortKey?: string };

interface Resource<T> {
  name: string;
  items: (context: QueryContext) => readonly T[];
  keys: Record<string, (item: T) => number | string>;
  id: (item: T, context: QueryContext) => string;
  filters: Record<string, Filter<T>>;
  text: (item: T) => string;
  node: (context: QueryContext, item: T) => object;
}

const sixtyDays = 60 * 86_400_000;

const orders: Resource<Order> = {
  name: 'orders',
  items: (context) => {
    const all = [...context.state.orders.values()];
    const now = context.now();
    const oldest = context.scopes.includes('read_all_orders') ? -Infinity : now - sixtyDays;
    if (oldest === -Infinity && context.indexLagMs === 0) return all;
    return all.filter((order) => order.createdAt >= oldest && order.updatedAt <= now - context.indexLagMs);
  },
  keys: { UPDATED_AT: (order) => order.updatedAt, CREATED_AT: (order) => order.createdAt, PROCESSED_AT: (order) => order.processedAt, ORDER_NUMBER: (order) => order.number, ID: () => 0 },
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
    status: (order, _op, value) => ({ open: order.closedAt === null && order.cancelledAt === null, closed: order.closedAt !== null, cancelled: order.cancelledAt !== null, not_closed: order.closedAt === null }[value] ?? true),
  },
  text: (order) => `${order.name} ${order.email ?? ''} ${order.poNumber ?? ''}`,
  node: orderNode,
};

const customers: Resource<Person> = {
  name: 'customers', items: ({ state }) => state.trade.people,
  keys: { ID: () => 0, UPDATED_AT: (person) => person.updatedAt, CREATED_AT: (person) => person.createdAt, NAME: (person) => `${person.lastName}, ${person.firstName}` },
  id: (person) => person.id,
  filters: {
    updated_at: timeFilter((person) => person.updatedAt), email: textFilter((person) => person.email),
    phone: textFilter((person) => person.phone), id: idFilter('Customer', (person) => person.id),
    first_name: textFilter((person) => person.firstName), last_name: textFilter((person) => person.lastName),
    tag: (person, _op, value) => person.tags.includes(value),
  },
  text: (person) => `${person.firstName} ${person.lastName} ${person.email}`, node: customerNode,
};

const companies: Resource<CompanyRecord> = {
  name: 'companies', items: ({ state }) => [...state.companies.values()],
  keys: { ID: (company) => company.index, UPDATED_AT: (company) => company.updatedAt, CREATED_AT: (company) => company.createdAt, NAME: (company) => company.index },
  id: (company, { state }) => state.ids.of('Company', company.index),
  filters: { updated_at: timeFilter((company) => company.updatedAt), created_at: timeFilter((company) => company.createdAt), external_id: textFilter((company) => company.externalId), id: numberFilter((company) => company.index) },
  text: (company) => company.externalId ?? '', node: (context, company) => companyNode(context, company.index),
};

const locations: Resource<{ company: CompanyRecord; at: number }> = {
  name: 'companyLocations',
  items: ({ state }) => [...state.companies.values()].flatMap((company) => companyOf(state.trade.world, company.index).locations.map((_, at) => ({ company, at }))),
  keys: { ID: ({ company, at }) => company.index * 10 + at, UPDATED_AT: ({ company }) => company.updatedAt, CREATED_AT: ({ company }) => company.createdAt, NAME: ({ company, at }) => company.index * 10 + at },
  id: ({ company, at }, { state }) => state.ids.of('CompanyLocation', company.index * 10 + at),
  filters: { updated_at: timeFilter(({ company }) => company.updatedAt), external_id: textFilter(({ company, at }) => company.externalId && `${company.externalId}-${String(at + 1)}`) },
  text: ({ company }) => company.externalId ?? '', node: (context, { company, at }) => locationNode(context, company.index, at),
};

type Item = WorldProduct & { index: number };
const wares = ({ state }: QueryContext): Item[] => state.trade.world.products.map((product, at) => ({ ...product, index: at + 1 }));
const products: Resource<Item> = {
  name: 'products', items: wares, keys: { ID: (item) => item.index, UPDATED_AT: () => 0, CREATED_AT: () => 0, TITLE: (item) => item.name },
  id: (item, { state }) => state.ids.of('Product', item.index),
  filters: { sku: textFilter((item) => item.sku), barcode: textFilter((item) => item.gtin), title: textFilter((item) => item.name), updated_at: timeFilter(() => 0), status: textFilter(() => 'active') },
  text: (item) => item.name, node: (context, item) => productNode(context, item.index),
};
const variants: Resource<Item> = {
  ...products, name: 'productVariants', keys: { ID: (item) => item.index, POSITION: (item) => item.index, SKU: (item) => item.sku, TITLE: (item) => item.name },
  id: (item, { state }) => state.ids.of('ProductVariant', item.index), node: (context, item) => variantNode(context, item.index),
};

/** Sorted views are kept until the next change. */
const views = new WeakMap<object, Map<string, { revision: number; items: readonly unknown[] }>>();

function list<T>(context: QueryContext, resource: Resource<T>, args: ListArgs, sortKey: string): object {
  const value = resource.keys[sortKey];
  if (!value) throw badRequest(`The sandbox does not sort ${resource.name} by ${sortKey}`);
  const key = (item: T): Key => [value(item), resource.id(item, context)];
  const sorted = sortedView(context, resource, sortKey, key);
  const query = args.query ?? '';
  const search = query.trim() === '' ? undefined : compileSearch(query, resource.filters, resource.text);
  if (search && search.warnings.length > 0) context.warn(resource.name, query, search.warnings);
  return connection({ ...args }, { items: search ? sorted.filter(search.test) : sorted, key, scope: `${resource.name}|${sortKey}|${query}`, toNode: (item) => resource.node(context, item) });
}

function sortedView<T>(context: QueryContext, resource: Resource<T>, sortKey: string, key: (item: T) => Key): readonly T[] {
  const sort = (): readonly T[] => resource.items(context).map((item) => ({ item, at: key(item) })).sort((a, b) => compareKeys(a.at, b.at)).map(({ item }) => item);
  if (resource.name !== 'orders' || context.indexLagMs > 0 || !context.scopes.includes('read_all_orders')) return sort();
  const { state } = context;
  const kept = views.get(state) ?? new Map<string, { revision: number; items: readonly unknown[] }>();
  views.set(state, kept);
  const view = kept.get(sortKey);
  if (view?.revision === state.revision) return view.items as readonly T[];
  const items = sort();
  kept.set(sortKey, { revision: state.revision, items });
  return items;
}

function idFilter<T>(type: string, of: (item: T) => string): Filter<T> {
  return (item, op, value) => {
    const digits = value.replace(`gid://shopify/${type}/`, '');
    if (!/^\d+$/.test(digits)) return false;
    const [a, b] = [BigInt(of(item) || '0'), BigInt(digits)];
    return op === '' ? a === b : op === '>' ? a > b : op === '>=' ? a >= b : op === '<' ? a < b : a <= b;
  };
}

/** A thing by its gid; undefined for one of another kind or none. */
export function nodeOf(context: QueryContext, globalId: string): object | null {
  const { type, id } = parseGid(globalId);
  const { state } = context;
  const { world } = state.trade;
  switch (type) {
    case 'Order': { const order = state.orders.get(id); return order ? orderNode(context, order) : null; }
    case 'Customer': { const person = state.trade.people.find((one) => one.id === id); return person ? customerNode(context, person) : null; }
    case 'Company': return state.exists('Company', id) ? companyNode(context, state.ids.indexOf('Company', id)) : null;
    case 'CompanyLocation': { const at = state.ids.indexOf('CompanyLocation', id); return state.exists('CompanyLocation', id) ? locationNode(context, Math.floor(at / 10), at % 10) : null; }
    case 'Product': return state.exists('Product', id) ? productNode(context, state.ids.indexOf('Product', id)) : null;
    case 'ProductVariant': { const at = state.ids.indexOf('ProductVariant', id); return at >= 1 && at <= world.products.length ? variantNode(context, at) : null; }
    default: return null;
  }
}

function typed(context: QueryContext, type: string, id: string): object | null {
  const found = parseGid(id).type;
  if (found !== type) throw badRequest(`Invalid global id '${id}'`);
  return nodeOf(context, id);
}

/** The fields of `QueryRoot` that read the shop's records. */
export const queries = {
  orders: (args: ListArgs, context: QueryContext) => list(context, orders, args, args.sortKey ?? 'PROCESSED_AT'),
  ordersCount: (args: { query?: string | null; limit?: number | null }, context: QueryContext) => {
    const search = compileSearch(args.query ?? '', orders.filters, orders.text);
    const count = orders.items(context).filter((order) => (args.query ?? '') === '' || search.test(order)).length;
    const limit = args.limit ?? Infinity;
    return { count: Math.min(count, limit), precision: count > limit ? 'AT_LEAST' : 'EXACT' };
  },
  order: ({ id }: { id: string }, context: QueryContext) => typed(context, 'Order', id),
  orderByIdentifier: ({ identifier }: { identifier: { id?: string; customId?: { namespace?: string; key: string; value: string } } }, context: QueryContext) => {
    if (identifier.id !== undefined) return typed(context, 'Order', identifier.id);
    const wanted = identifier.customId;
    const found = wanted && [...context.state.orders.values()].find((order) => context.state.metafields(gid('Order', order.id))
      .some((field) => field.key === wanted.key && field.value === wanted.value && (wanted.namespace === undefined || field.namespace === wanted.namespace)));
    return found ? orderNode(context, found) : null;
  },
  customers: (args: ListArgs, context: QueryContext) => list(context, customers, args, args.sortKey ?? 'ID'),
  customersCount: (_args: unknown, { state }: QueryContext) => ({ count: state.trade.people.length, precision: 'EXACT' }),
  customer: ({ id }: { id: string }, context: QueryContext) => typed(context, 'Customer', id),
  customerByIdentifier: ({ identifier }: { identifier: { id?: string; emailAddress?: string; phoneNumber?: string } }, context: QueryContext) => {
    if (identifier.id !== undefined) return typed(context, 'Customer', identifier.id);
    const found = context.state.trade.people.find((person) => person.email === identifier.emailAddress || (person.phone !== null && person.phone === identifier.phoneNumber));
    return found ? customerNode(context, found) : null;
  },
  companies: (args: ListArgs, context: QueryContext) => list(context, companies, args, args.sortKey ?? 'ID'),
  company: ({ id }: { id: string }, context: QueryContext) => typed(context, 'Company', id),
  companyLocations: (args: ListArgs, context: QueryContext) => list(context, locations, args, args.sortKey ?? 'ID'),
  companyLocation: ({ id }: { id: string }, context: QueryContext) => typed(context, 'CompanyLocation', id),
  products: (args: ListArgs, context: QueryContext) => list(context, products, args, args.sortKey ?? 'ID'),
  product: ({ id }: { id: string }, context: QueryContext) => typed(context, 'Product', id),
  productVariants: (args: ListArgs, context: QueryContext) => list(context, variants, args, args.sortKey ?? 'ID'),
  productVariant: ({ id }: { id: string }, context: QueryContext) => typed(context, 'ProductVariant', id),
  node: ({ id }: { id: string }, context: QueryContext) => nodeOf(context, id),
  nodes: ({ ids }: { ids: string[] }, context: QueryContext) => {
    if (ids.length > 250) throw badRequest('The input array size of ids is greater than the maximum allowed of 250.');
    return ids.map((id) => nodeOf(context, id));
  },
};
