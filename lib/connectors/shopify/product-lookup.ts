import { DataError } from '../../errors';
import type { Native } from '../contract';
import type { Graphql } from './graphql';
import { cut, listLimit } from './product-calls';
import type { ProductWrite } from './product-documents';
import { noted, type SyncNote } from './product-record';
import { productLookupQuery } from './queries';
import { quoted } from './records';

/** A product as far as a look-up tells of it. */
interface Owner extends Native { id: string; sync: { value: string } | null }
interface Variant { sku: string | null; barcode: string | null; product: Owner }
interface Found { productVariants: { nodes: Variant[] }; productByIdentifier: Owner | null }

/** What there is already: the product that a document is of, or a strange one at the address it would get. */
export interface Existing { id?: string; whole?: boolean; taken?: string }

/** Finds products by what documents call them. */
export class ProductLookup {
  constructor(private readonly graphql: Graphql, private readonly system: string, private readonly matchByGtin: boolean) {}

  /** Ids of the products with a SKU. One whose making was interrupted is left out: it is to be made whole, not taken for done. */
  async bySku(sku: string): Promise<string[]> {
    const { productVariants: { nodes } } = await this.#ask([`sku:${quoted(sku)}`]);
    return [...new Set(nodes.filter((one) => one.sku === sku && isWhole(one.product)).map(({ product }) => product.id))];
  }

  /** By SKU, then, if the settings say so, by GTIN; the search index lags behind, so also by the address we gave it. Throws DataError for several. */
  async existing(write: ProductWrite): Promise<Existing> {
    const { skus } = write;
    const gtins = this.matchByGtin ? write.variants.flatMap(({ barcode }) => barcode ?? []) : [];
    const bySku = await this.#matching(skus.map((sku) => `sku:${quoted(sku)}`), ({ sku }) => sku !== null && skus.includes(sku), write);
    const found = bySku.owner || gtins.length === 0 ? bySku : await this.#matching(gtins.map((gtin) => `barcode:${quoted(gtin)}`), ({ barcode }) => barcode !== null && gtins.includes(barcode), write);
    const { owner, atHandle } = found;
    if (owner) return { id: owner.id, whole: isWhole(owner) };
    if (!atHandle) return {};
    return noted<SyncNote>(atHandle, 'sync').source === write.source ? { id: atHandle.id, whole: isWhole(atHandle) } : { taken: atHandle.id };
  }

  async #matching(terms: string[], matches: (variant: Variant) => boolean, { record, handle }: ProductWrite): Promise<{ owner?: Owner | undefined; atHandle: Owner | null }> {
    const owners = new Map<string, Owner>();
    let atHandle: Owner | null = null;
    for (const some of cut(terms, listLimit)) {
      const found = await this.#ask(some, handle);
      for (const { product } of found.productVariants.nodes.filter(matches)) owners.set(product.id, product);
      atHandle = found.productByIdentifier;
    }
    if (owners.size > 1) {
      throw new DataError('DATA_AMBIGUOUS_ITEM', `${record} matches several products of ${this.system}: ${[...owners.keys()].join(', ')}. Link the right one; none was picked.`, { system: this.system, record });
    }
    return { owner: [...owners.values()][0], atHandle };
  }

  #ask(terms: string[], handle = '-'): Promise<Found> {
    return this.graphql.run<Found>(productLookupQuery, { query: terms.join(' OR '), first: Math.min(listLimit, terms.length * 2 + 3), handle });
  }
}

/** Is all of it there? Products made by hand are whole. */
function isWhole(owner: Owner): boolean {
  const { source, updatedAt } = noted<SyncNote>(owner, 'sync');
  return source === undefined || updatedAt !== undefined;
}
