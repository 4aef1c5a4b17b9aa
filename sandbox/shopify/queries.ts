import { badRequest, compareKeys, connection, type Key, type PageArgs } from './connection';
import { findFulfillment, findFulfillmentOrder } from './fulfillment';
import { productNode, variantNode } from './graph/catalogue';
import { fulfillmentNode, fulfillmentOrderNode } from './graph/fulfillment';
import { itemNode, levelNode, siteNode } from './graph/inventory';
import { orderNode, transactionNode } from './graph/order';
import { companyNode, contactNode, customerNode, locationNode } from './graph/parties';
import { catalogNode, priceListNode, priceListOf } from './graph/prices';
import { gid, parseGid } from './ids';
import { termsTemplateNode, termsTemplates } from './payment-terms';
import {
  catalogs, companies, customers, fulfillments, inventoryItems, locations, openFulfillments, orders, priceLists, products, sites, variants,
  type QueryContext, type Resource,
} from './resources';
import { compileSearch } from './search';

type ListArgs = PageArgs & { query?: string | null; sortKey?: string };

interface CountArgs { query?: string | null; limit?: number | null }

interface View { revision: number; items: readonly unknown[] }

/** Sorted views by shop, list and sort key are kept until the next change. */
const views = new WeakMap<object, Map<unknown, Map<string, View>>>();

function list<T>(context: QueryContext, resource: Resource<T>, args: ListArgs, sortKey: string): object {
  const value = resource.keys[sortKey];
  if (!value) throw badRequest(`The sandbox does not sort ${resource.name} by ${sortKey}`);
  const key = (item: T): Key => [value(item), resource.id(item, context)];
  const query = args.query ?? '';
  const search = query.trim() === '' ? undefined : compileSearch(query, resource.filters, resource.text, resource.lookups?.(context));
  const candidates = search?.candidates && [...new Map(search.candidates.map((item) => [resource.id(item, context), item])).values()];
  const sorted = candidates ? sort(candidates, key) : sortedView(context, resource, sortKey, key);
  if (search && search.warnings.length > 0) context.warn(resource.name, query, search.warnings);
  return connection(
    { ...args },
    {
      items: search ? sorted.filter(search.test) : sorted, key, scope: `${resource.name}|${sortKey}|${query}`,
      toNode: (item) => resource.node(context, item),
    },
  );
}

/** Without a limit it is exact. */
function count<T>(context: QueryContext, resource: Resource<T>, { query, limit }: CountArgs): { count: number; precision: string } {
  const search = query ? compileSearch(query, resource.filters, resource.text, resource.lookups?.(context)) : undefined;
  const items = resource.items(context);
  const found = search ? items.filter(search.test).length : items.length;
  const most = limit ?? Infinity;
  return { count: Math.min(found, most), precision: found > most ? 'AT_LEAST' : 'EXACT' };
}

function sortedView<T>(context: QueryContext, resource: Resource<T>, sortKey: string, key: (item: T) => Key): readonly T[] {
  const revision = resource.revision?.(context);
  if (revision === undefined) return sort(resource.items(context), key);
  const lists = views.get(context.state) ?? new Map<unknown, Map<string, View>>();
  views.set(context.state, lists);
  const kept = lists.get(resource) ?? new Map<string, View>();
  lists.set(resource, kept);
  const view = kept.get(sortKey);
  if (view?.revision === revision) return view.items as readonly T[];
  const items = sort(resource.items(context), key);
  kept.set(sortKey, { revision, items });
  return items;
}

function sort<T>(items: readonly T[], key: (item: T) => Key): readonly T[] {
  return items.map((item) => ({ item, at: key(item) })).sort((a, b) => compareKeys(a.at, b.at)).map(({ item }) => item);
}

/** A thing by its gid; null for one of another kind or none. */
export function nodeOf(context: QueryContext, globalId: string): object | null {
  const { type, id, item } = parseGid(globalId);
  const { state } = context;
  const { world } = state.trade;
  switch (type) {
    case 'Order': { const order = state.orders.get(id); return order ? orderNode(context, order) : null; }
    case 'Customer': { const person = state.person(id); return person ? customerNode(context, person) : null; }
    case 'Company': { const company = state.companyOf(type, id); return company ? companyNode(context, company) : null; }
    case 'CompanyLocation': {
      const [company, location] = [state.companyOf(type, id), state.location(id)];
      return company && location ? locationNode(context, company, location) : null;
    }
    case 'CompanyContact': {
      const [company, contact] = [state.companyOf(type, id), state.contact(id)];
      return company && contact ? contactNode(context, company, contact) : null;
    }
    case 'PaymentTermsTemplate': { const template = termsTemplates.find((one) => one.id === id); return template ? termsTemplateNode(template) : null; }
    case 'Product': return productNode(context, state.ids.indexOf('Product', id));
    case 'ProductVariant': return variantNode(context, state.ids.indexOf('ProductVariant', id));
    case 'InventoryItem': return state.exists('InventoryItem', id) ? itemNode(context, state.ids.indexOf('InventoryItem', id)) : null;
    case 'Location': return state.exists('Location', id) ? siteNode(context, state.ids.indexOf('Location', id) - 1) : null;
    case 'InventoryLevel': {
      const site = state.ids.indexOf('InventoryLevel', id) - 1;
      if (item === undefined || !world.sites[site] || !state.exists('InventoryItem', item)) return null;
      return levelNode(context, state.ids.indexOf('InventoryItem', item), site);
    }
    case 'OrderTransaction': {
      const order = state.orders.get(state.ids.orderOf(id));
      const found = order?.transactions.find((one) => one.id === id);
      return order && found ? transactionNode(context, order, found) : null;
    }
    case 'FulfillmentOrder': { const found = findFulfillmentOrder(state, id); return found ? fulfillmentOrderNode(context, found) : null; }
    case 'Fulfillment': {
      const found = findFulfillment(state, id);
      return found ? fulfillmentNode(context, found.order, found.fulfillment) : null;
    }
    case 'PriceList': { const list = priceListOf(context, globalId); return list ? priceListNode(context, list) : null; }
    case 'CompanyLocationCatalog': case 'MarketCatalog': {
      const list = state.prices.list(state.ids.indexOf(type, id));
      return list && catalogKind[list.audience.kind] === type ? catalogNode(context, list) : null;
    }
    default: return null;
  }
}

function typed(context: QueryContext, type: string, id: string): object | null {
  const found = parseGid(id).type;
  if (found !== type) throw badRequest(`Invalid global id '${id}'`);
  return nodeOf(context, id);
}

const catalogKind = { companies: 'CompanyLocationCatalog', market: 'MarketCatalog', nobody: undefined };
const catalogTypes: Partial<Record<string, string>> = { COMPANY_LOCATION: 'companies', MARKET: 'market' };

/** The fields of `QueryRoot` that read the shop's records. */
export const queries = {
  orders: (args: ListArgs, context: QueryContext) => list(context, orders, args, args.sortKey ?? 'PROCESSED_AT'),
  ordersCount: (args: CountArgs, context: QueryContext) => count(context, orders, args),
  order: ({ id }: { id: string }, context: QueryContext) => typed(context, 'Order', id),
  orderByIdentifier: (
    { identifier }: { identifier: { id?: string; customId?: { namespace?: string; key: string; value: string } } },
    context: QueryContext,
  ) => {
    if (identifier.id !== undefined) return typed(context, 'Order', identifier.id);
    const wanted = identifier.customId;
    const found = wanted && [...context.state.orders.values()].find((order) => context.state.metafields.of(gid('Order', order.id))
      .some((field) => field.key === wanted.key && field.value === wanted.value
        && (wanted.namespace === undefined || field.namespace === wanted.namespace)));
    return found ? orderNode(context, found) : null;
  },
  customers: (args: ListArgs, context: QueryContext) => list(context, customers, args, args.sortKey ?? 'ID'),
  customersCount: (args: CountArgs, context: QueryContext) => count(context, customers, args),
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
  companiesCount: (args: CountArgs, context: QueryContext) => count(context, companies, args),
  company: ({ id }: { id: string }, context: QueryContext) => typed(context, 'Company', id),
  companyLocations: (args: ListArgs, context: QueryContext) => list(context, locations, args, args.sortKey ?? 'ID'),
  companyLocation: ({ id }: { id: string }, context: QueryContext) => typed(context, 'CompanyLocation', id),
  paymentTermsTemplates: ({ paymentTermsType }: { paymentTermsType?: string | null }) => termsTemplates
    .filter(({ type }) => !paymentTermsType || type === paymentTermsType).map(termsTemplateNode),
  products: (args: ListArgs, context: QueryContext) => list(context, products, args, args.sortKey ?? 'ID'),
  productsCount: (args: CountArgs, context: QueryContext) => count(context, products, args),
  product: ({ id }: { id: string }, context: QueryContext) => typed(context, 'Product', id),
  productVariants: (args: ListArgs, context: QueryContext) => list(context, variants, args, args.sortKey ?? 'ID'),
  /** No search fields, says the schema. */
  productVariantsCount: ({ limit = null }: CountArgs, context: QueryContext) => count(context, variants, { limit }),
  productVariant: ({ id }: { id: string }, context: QueryContext) => typed(context, 'ProductVariant', id),
  inventoryItems: (args: ListArgs, context: QueryContext) => list(context, inventoryItems, args, 'ID'),
  inventoryItem: ({ id }: { id: string }, context: QueryContext) => typed(context, 'InventoryItem', id),
  inventoryLevel: ({ id }: { id: string }, context: QueryContext) => typed(context, 'InventoryLevel', id),
  locations: (args: ListArgs, context: QueryContext) => list(context, sites, args, args.sortKey ?? 'NAME'),
  location: ({ id }: { id?: string | null }, context: QueryContext) => {
    return typeof id === 'string' ? typed(context, 'Location', id) : siteNode(context, 0);
  },
  fulfillmentOrders: (args: ListArgs & { includeClosed?: boolean | null }, context: QueryContext) => list(
    context, args.includeClosed === true ? fulfillments : openFulfillments, args, args.sortKey ?? 'ID',
  ),
  fulfillmentOrder: ({ id }: { id: string }, context: QueryContext) => typed(context, 'FulfillmentOrder', id),
  fulfillment: ({ id }: { id: string }, context: QueryContext) => typed(context, 'Fulfillment', id),
  priceLists: (args: ListArgs, context: QueryContext) => list(context, priceLists, args, args.sortKey ?? 'ID'),
  priceList: ({ id }: { id: string }, context: QueryContext) => typed(context, 'PriceList', id),
  catalogs: (args: ListArgs & { type?: string | null }, context: QueryContext) => {
    const kind = args.type ? catalogTypes[args.type] ?? '' : undefined;
    const resource = kind === undefined ? catalogs : {
      ...catalogs, name: `catalogs of ${kind}`, items: (all: QueryContext) => catalogs.items(all).filter(({ audience }) => audience.kind === kind),
    };
    return list(context, resource, args, args.sortKey ?? 'ID');
  },
  catalog: ({ id }: { id: string }, context: QueryContext) => /\/\w+Catalog\/\d+$/.test(id) ? nodeOf(context, id) : typed(context, 'Catalog', id),
  node: ({ id }: { id: string }, context: QueryContext) => nodeOf(context, id),
  nodes: ({ ids }: { ids: string[] }, context: QueryContext) => {
    if (ids.length > 250) throw badRequest('The input array size of ids is greater than the maximum allowed of 250.');
    return ids.map((id) => nodeOf(context, id));
  },
};
