import { badRequest, compareKeys, connection, type Key, type PageArgs } from './connection';
import { productNode, variantNode } from './graph/catalogue';
import { orderNode } from './graph/order';
import { companyNode, customerNode, locationNode } from './graph/parties';
import { gid, parseGid } from './ids';
import { companies, customers, locations, orders, products, variants, type QueryContext, type Resource } from './resources';
import { compileSearch } from './search';

type ListArgs = PageArgs & { query?: string | null; sortKey?: string };

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
  return connection(
    { ...args },
    {
      items: search ? sorted.filter(search.test) : sorted, key, scope: `${resource.name}|${sortKey}|${query}`,
      toNode: (item) => resource.node(context, item),
    },
  );
}

function sortedView<T>(context: QueryContext, resource: Resource<T>, sortKey: string, key: (item: T) => Key): readonly T[] {
  const sort = (): readonly T[] => resource.items(context).map((item) => ({ item, at: key(item) }))
    .sort((a, b) => compareKeys(a.at, b.at)).map(({ item }) => item);
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

/** A thing by its gid; null for one of another kind or none. */
export function nodeOf(context: QueryContext, globalId: string): object | null {
  const { type, id } = parseGid(globalId);
  const { state } = context;
  const { world } = state.trade;
  switch (type) {
    case 'Order': { const order = state.orders.get(id); return order ? orderNode(context, order) : null; }
    case 'Customer': {
      const person = state.trade.people.find((one) => one.id === id);
      return person ? customerNode(context, person) : null;
    }
    case 'Company': return state.exists('Company', id) ? companyNode(context, state.ids.indexOf('Company', id)) : null;
    case 'CompanyLocation': {
      const at = state.ids.indexOf('CompanyLocation', id);
      return state.exists('CompanyLocation', id) ? locationNode(context, Math.floor(at / 10), at % 10) : null;
    }
    case 'Product': return state.exists('Product', id) ? productNode(context, state.ids.indexOf('Product', id)) : null;
    case 'ProductVariant': {
      const at = state.ids.indexOf('ProductVariant', id);
      return at >= 1 && at <= world.products.length ? variantNode(context, at) : null;
    }
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
  orderByIdentifier: (
    { identifier }: { identifier: { id?: string; customId?: { namespace?: string; key: string; value: string } } },
    context: QueryContext,
  ) => {
    if (identifier.id !== undefined) return typed(context, 'Order', identifier.id);
    const wanted = identifier.customId;
    const found = wanted && [...context.state.orders.values()].find((order) => context.state.metafields(gid('Order', order.id))
      .some((field) => field.key === wanted.key && field.value === wanted.value
        && (wanted.namespace === undefined || field.namespace === wanted.namespace)));
    return found ? orderNode(context, found) : null;
  },
  customers: (args: ListArgs, context: QueryContext) => list(context, customers, args, args.sortKey ?? 'ID'),
  customersCount: (_args: unknown, { state }: QueryContext) => ({ count: state.trade.people.length, precision: 'EXACT' }),
  customer: ({ id }: { id: string }, context: QueryContext) => typed(context, 'Customer', id),
  customerByIdentifier: (
    { identifier }: { identifier: { id?: string; emailAddress?: string; phoneNumber?: string } }, context: QueryContext,
  ) => {
    if (identifier.id !== undefined) return typed(context, 'Customer', identifier.id);
    const found = context.state.trade.people.find(({ email, phone }) => {
      return email === identifier.emailAddress || (phone !== null && phone === identifier.phoneNumber);
    });
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
