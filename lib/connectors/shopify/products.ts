import type { ItemKeys, ListOptions, Native, Page, WriteResult } from '../contract';
import { externalId, gidParts } from './gid';
import type { Graphql } from './graphql';
import { listPages } from './listing';
import { productQuery, productsQuery, productVariantsQuery, variantProductQuery, variantsQuery } from './queries';
import { quoted, type NodePage } from './records';

interface Variant { id: string; sku: string | null; barcode: string | null }

const sizes = { page: 20, moreVariants: 250 };

/** Products of a shop with all their variants. */
export class Products {
  constructor(private readonly graphql: Graphql, private readonly system: string) {}

  async* list(options: ListOptions = {}): AsyncIterable<Page> {
    for await (const page of listPages(this.graphql, productsQuery, 'products', sizes.page, options)) {
      for (const product of page.records) await this.complete(product);
      yield page;
    }
  }

  /** A product, or the product of a variant. */
  async get(id: string): Promise<Native | undefined> {
    if (gidParts(id)?.type === 'ProductVariant') {
      const { productVariant } = await this.graphql.run<{ productVariant: { product: { id: string } } | null }>(variantProductQuery, { id });
      return productVariant ? this.get(productVariant.product.id) : undefined;
    }
    const { product } = await this.graphql.run<{ product: Native | null }>(productQuery, { id });
    if (product) await this.complete(product);
    return product ?? undefined;
  }

  /** Variants by SKU, else by bar code. More than one is ambiguous. */
  async find({ sku, gtin }: ItemKeys): Promise<WriteResult[]> {
    const bySku = sku ? await this.#variants(`sku:${quoted(sku)}`, (one) => one.sku === sku) : [];
    return bySku.length > 0 || !gtin ? bySku : this.#variants(`barcode:${quoted(gtin)}`, (one) => one.barcode === gtin);
  }

  async #variants(query: string, matches: (variant: Variant) => boolean): Promise<WriteResult[]> {
    const { productVariants } = await this.graphql.run<{ productVariants: { nodes: Variant[] } }>(variantsQuery, { query });
    return productVariants.nodes.filter(matches).map((one) => ({ entity: 'product', outcome: 'existing', externalId: externalId(this.system, one.id, one.sku ?? one.barcode) }));
  }

  /** Reads the variants that did not fit into the answer. */
  async complete(product: Native): Promise<void> {
    const variants = product['variants'] as NodePage;
    while (variants.pageInfo.hasNextPage) {
      const { product: more } = await this.graphql.run<{ product: { variants: NodePage } | null }>(
        productVariantsQuery, { id: product['id'], first: sizes.moreVariants, after: variants.pageInfo.endCursor });
      if (!more) return;
      variants.nodes.push(...more.variants.nodes);
      variants.pageInfo = more.variants.pageInfo;
    }
  }
}
