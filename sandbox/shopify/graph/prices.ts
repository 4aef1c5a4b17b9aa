import { connection, partsConnection, type PageArgs } from '../connection';
import { gid, parseGid } from '../ids';
import { decimalAmount, type Currency } from '../money';
import type { QuantityBreak, QuantityRule } from '../price-book';
import type { PriceList } from '../price-lists';
import { compileSearch, idFilter } from '../search';
import { variantNode } from './catalogue';
import type { NodeContext } from './context';
import { locationNode } from './parties';

type PricesArgs = PageArgs & { originType?: 'FIXED' | 'RELATIVE' | null; query?: string | null };

/** A `MoneyV2`. */
function money(minor: number, currency: Currency): object { return { amount: decimalAmount(minor, currency), currencyCode: currency }; }

/** A `PriceList`. */
export function priceListNode(context: NodeContext, list: PriceList): object {
  const { state } = context;
  const id = state.ids.of('PriceList', list.index);
  return {
    __typename: 'PriceList', id: gid('PriceList', id), name: list.name, currency: list.currency,
    catalog: () => catalogNode(context, list),
    parent: { adjustment: { type: 'PERCENTAGE_DECREASE', value: list.percent }, settings: { compareAtMode: 'NULLIFY' } },
    fixedPricesCount: () => state.prices.fixedIn(list.index).length,
    prices: (args: PricesArgs) => pricesOf(context, list, args), quantityRules: (args: PricesArgs) => rulesOf(context, list, args),
  };
}

/** The catalog a price list belongs to; null for one that nobody uses. */
export function catalogNode(context: NodeContext, list: PriceList): object | null {
  const { audience, name } = list;
  if (audience.kind === 'nobody') return null;
  const type = audience.kind === 'market' ? 'MarketCatalog' : 'CompanyLocationCatalog';
  const id = context.state.ids.of(type, list.index);
  const common = { __typename: type, id: gid(type, id), title: name, status: 'ACTIVE', priceList: () => priceListNode(context, list) };
  if (audience.kind === 'market') return common;
  const locations = [...context.state.companies.values()].filter(({ index }) => audience.companies.includes(index))
    .flatMap((company) => company.locations.map((location) => ({ company, location })));
  return {
    ...common, companyLocationsCount: { count: locations.length, precision: 'EXACT' },
    companyLocations: (args: PageArgs) => partsConnection(
      args, locations, `locations of catalog ${id}`, ({ company, location }) => locationNode(context, company, location)),
  };
}

/** A `PriceListPrice`. */
export function priceNode(context: NodeContext, list: PriceList, variant: number): object {
  const { prices } = context.state;
  const { price, compareAt } = prices.price(list, variant);
  const { fixed, breaks } = prices.entry(list.index, variant);
  return {
    __typename: 'PriceListPrice', price: money(price, list.currency), compareAtPrice: compareAt === null ? null : money(compareAt, list.currency),
    originType: fixed ? 'FIXED' : 'RELATIVE', variant: () => variantNode(context, variant),
    quantityPriceBreaks: (args: PageArgs) => partsConnection(
      args, breaks, `breaks of ${String(list.index)} ${String(variant)}`, (one) => breakNode(context, list, variant, one)),
  };
}

function breakNode(context: NodeContext, list: PriceList, variant: number, { minimum, price }: QuantityBreak): object {
  return {
    __typename: 'QuantityPriceBreak', id: breakGid(context, list.index, variant, minimum), minimumQuantity: minimum, price: money(price, list.currency),
    priceList: () => priceListNode(context, list), variant: () => variantNode(context, variant),
  };
}

/** One list has one break of a variant at a quantity. */
export function breakGid({ state }: NodeContext, list: number, variant: number, minimum: number): string {
  return gid('QuantityPriceBreak', state.ids.of('QuantityPriceBreak', (list * 1_000_000 + variant) * 1_000_000 + minimum));
}

/** The quantity break with this gid. */
export function breakOf({ state }: NodeContext, id: string): { list: number; variant: number; minimum: number } | undefined {
  const { type, id: digits } = parseGid(id);
  if (type !== 'QuantityPriceBreak') return undefined;
  const index = state.ids.indexOf('QuantityPriceBreak', digits);
  const found = { list: Math.floor(index / 1e12), variant: Math.floor(index / 1e6) % 1e6, minimum: index % 1e6 };
  const exists = state.prices.list(found.list) && state.prices.entry(found.list, found.variant).breaks.some(({ minimum }) => minimum === found.minimum);
  return exists ? found : undefined;
}

/** The price list with this gid. */
export function priceListOf({ state }: NodeContext, id: string): PriceList | undefined {
  const { type, id: digits } = parseGid(id);
  return type === 'PriceList' ? state.prices.list(state.ids.indexOf('PriceList', digits)) : undefined;
}

/** Index of the variant with this gid. */
export function variantOf({ state }: NodeContext, id: string): number | undefined {
  const { type, id: digits } = parseGid(id);
  return type === 'ProductVariant' && state.exists('ProductVariant', digits) ? state.ids.indexOf('ProductVariant', digits) : undefined;
}

function variantsOf({ state }: NodeContext, list: number, origin: PricesArgs['originType']): readonly number[] {
  if (origin === 'FIXED') return state.prices.fixedIn(list);
  const all = state.catalogue.variants().map(({ index }) => index);
  return origin === 'RELATIVE' ? all.filter((variant) => !state.prices.entry(list, variant).fixed) : all;
}

function pricesOf(context: NodeContext, list: PriceList, args: PricesArgs): object {
  const { catalogue, ids, prices } = context.state;
  const query = args.query ?? '';
  const search = query.trim() === '' ? undefined : compileSearch<number>(query, {
    variant_id: idFilter('ProductVariant', (variant) => ids.of('ProductVariant', variant)),
    product_id: idFilter('Product', (variant) => ids.of('Product', catalogue.variant(variant)?.product ?? 0)),
  }, () => '', {
    variant_id: (value) => {
      const found = variantOf(context, gid('ProductVariant', value.slice(value.lastIndexOf('/') + 1)));
      return found === undefined ? [] : [found];
    },
  });
  const origin = args.originType ?? null;
  const wanted = (variant: number): boolean => origin === null || (prices.entry(list.index, variant).fixed !== null) === (origin === 'FIXED');
  const items = search?.candidates ? search.candidates.filter(wanted).sort((a, b) => a - b) : variantsOf(context, list.index, origin);
  return connection(args, {
    items: search ? items.filter(search.test) : items, key: (variant) => [variant, ''],
    scope: `prices of ${String(list.index)}|${String(origin)}|${query}`, toNode: (variant) => priceNode(context, list, variant),
  });
}

const byDefault: QuantityRule = { minimum: 1, maximum: null, increment: 1 };

function rulesOf(context: NodeContext, list: PriceList, args: PricesArgs): object {
  const { state } = context;
  const origin = args.originType ?? null;
  const items = state.catalogue.variants().flatMap(({ index }) => {
    const { rule } = state.prices.entry(list.index, index);
    return origin === null || (rule !== null) === (origin === 'FIXED') ? [{ variant: index, rule }] : [];
  });
  return connection(args, {
    items, key: ({ variant }) => [variant, ''], scope: `rules of ${String(list.index)}|${String(origin)}`,
    toNode: ({ variant, rule }) => ({
      __typename: 'QuantityRule', ...rule ?? byDefault, isDefault: rule === null, originType: rule ? 'FIXED' : 'RELATIVE',
      productVariant: () => variantNode(context, variant),
    }),
  });
}
