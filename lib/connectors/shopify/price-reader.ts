import Big from 'big.js';
import { minorUnits } from '../../documents/codes';
import { bySku } from './by-sku';
import { gidParts } from './gid';
import type { Graphql } from './graphql';
import { exact, type Count } from './listing';
import type { Price, Tier } from './price-documents';
import type { PriceTarget } from './price-lists';
import { fixedPricesQuery, pricesCountQuery, variantPricesBySkuQuery, variantPricesQuery } from './queries';
import type { NodePage } from './records';

/** A variant with the shop's own price. */
export interface PricedVariant { id: string; sku: string | null; price: string; compareAtPrice: string | null; product: { id: string } }

interface MoneyNode { amount: string }
interface FixedNode {
  variant: { id: string; sku: string | null }; price: MoneyNode; compareAtPrice: MoneyNode | null;
  quantityPriceBreaks: { nodes: { minimumQuantity: number; price: MoneyNode }[] };
}

interface FixedPage { pageInfo: NodePage['pageInfo']; nodes: FixedNode[] }

/** A price that a list has. */
export interface ListedPrice { variant: { id: string; sku: string | null }; price: Price }

export interface PricePage { prices: ListedPrice[]; after: string | null }

/** Variants that one search is for. */
const most = 250;

/** Reads prices of the shop. */
export class PriceReader {
  constructor(private readonly graphql: Graphql) {}

  variants(skus: Iterable<string>): Promise<Map<string, PricedVariant[]>> {
    return bySku(skus, async (search) => {
      const { productVariants } = await this.graphql.run<{ productVariants: { nodes: PricedVariant[] } }>(variantPricesBySkuQuery, search);
      return productVariants.nodes;
    });
  }

  /** How many prices there are: by the gid of their price list, undefined for the shop's own. */
  async counts(): Promise<Map<string | undefined, number | undefined>> {
    const answer = await this.graphql.run<{ productVariantsCount: Count | null; priceLists: { nodes: { id: string; fixedPricesCount: number }[] } }>(pricesCountQuery);
    return new Map<string | undefined, number | undefined>([
      [undefined, exact(answer.productVariantsCount)], ...answer.priceLists.nodes.map(({ id, fixedPricesCount }): [string, number] => [id, fixedPricesCount]),
    ]);
  }

  /** What a target has for variants, by their gid; undefined if its price list is gone. */
  async current({ id, currency }: PriceTarget, variants: readonly PricedVariant[]): Promise<Map<string, Price> | undefined> {
    if (id === undefined) return new Map(variants.map((variant) => [variant.id, ownPrice(variant, currency)]));
    const found = new Map<string, Price>();
    for (let from = 0; from < variants.length; from += most) {
      const query = variants.slice(from, from + most).map((variant) => `variant_id:${gidParts(variant.id)?.tail ?? ''}`).join(' OR ');
      const page = await this.#fixed(id, { first: most, after: null, query });
      if (!page) return undefined;
      for (const node of page.nodes) found.set(node.variant.id, fixedPrice(node, currency));
    }
    return found;
  }

  /** A page of all prices that a target has; undefined if its price list is gone. */
  async page({ id, currency }: PriceTarget, first: number, after: string | null, signal?: AbortSignal): Promise<PricePage | undefined> {
    if (id === undefined) {
      const { productVariants: page } = await this.graphql.run<{ productVariants: NodePage }>(variantPricesQuery, { first, after }, signal ? { signal } : {});
      return { prices: (page.nodes as unknown as PricedVariant[]).map((variant) => ({ variant, price: ownPrice(variant, currency) })), after: nextOf(page) };
    }
    const page = await this.#fixed(id, { first, after, query: null }, signal);
    return page && { prices: page.nodes.map((node) => ({ variant: node.variant, price: fixedPrice(node, currency) })), after: nextOf(page) };
  }

  async #fixed(list: string, page: { first: number; after: string | null; query: string | null }, signal?: AbortSignal): Promise<FixedPage | undefined> {
    const { priceList } = await this.graphql.run<{ priceList: { prices: FixedPage } | null }>(fixedPricesQuery, { list, ...page }, signal ? { signal } : {});
    return priceList?.prices;
  }
}

function nextOf({ pageInfo }: Pick<NodePage, 'pageInfo'>): string | null { return pageInfo.hasNextPage ? pageInfo.endCursor : null; }

/** With the places of the currency: the shop writes `8.2` here and `1200.00` for yen there. */
function amountOf(value: string, currency: string): string {
  const amount = new Big(value);
  return amount.toFixed(Math.max(minorUnits(currency), amount.c.length - amount.e - 1));
}

function ownPrice({ price, compareAtPrice }: PricedVariant, currency: string): Price {
  return { price: amountOf(price, currency), compareAtPrice: compareAtPrice === null ? null : amountOf(compareAtPrice, currency), tiers: [] };
}

function fixedPrice({ price, compareAtPrice, quantityPriceBreaks }: FixedNode, currency: string): Price {
  return {
    price: amountOf(price.amount, currency), compareAtPrice: compareAtPrice && amountOf(compareAtPrice.amount, currency),
    tiers: quantityPriceBreaks.nodes.map((one): Tier => ({ minimum: one.minimumQuantity, price: amountOf(one.price.amount, currency) }))
      .sort((a, b) => a.minimum - b.minimum),
  };
}
