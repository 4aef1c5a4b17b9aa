import { DataError } from '../../errors';
import type { Native } from '../contract';
import { bySku } from './by-sku';
import type { Graphql } from './graphql';
import { cut, listLimit } from './product-calls';
import type { ProductWrite } from './product-documents';
import { noted, type SyncNote } from './product-record';
import { productLookupQuery, productOwnersQuery, productsAtHandlesQuery } from './queries';
import { handlesAtOnce } from './queries/fragments';
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
    return this.#chosen(found.owner, found.atHandle, write);
  }

  /** The same of many, with few calls; an error for one that matches several. */
  async existingOfMany(writes: ProductWrite[]): Promise<(Existing | DataError)[]> {
    const [variants, atHandle] = await Promise.all([
      bySku(writes.flatMap(({ skus }) => skus), async (search) => (await this.graphql.run<Pick<Found, 'productVariants'>>(productOwnersQuery, search)).productVariants.nodes),
      this.#atHandles(writes.map(({ handle }) => handle)),
    ]);
    return Promise.all(writes.map(async (write) => {
      const owners = new Map(write.skus.flatMap((sku) => variants.get(sku) ?? []).map(({ product }) => [product.id, product]));
      try {
        // Few have no SKU in common and a GTIN.
        return owners.size === 0 && this.matchByGtin ? await this.existing(write) : this.#chosen(this.#only(owners, write), atHandle.get(write.handle), write);
      } catch (reason) {
        if (reason instanceof DataError) return reason;
        throw reason;
      }
    }));
  }

  async #atHandles(handles: string[]): Promise<Map<string, Owner>> {
    const found = new Map<string, Owner>();
    await Promise.all(cut(handles, handlesAtOnce).map(async (some) => {
      const owners = await this.graphql.run<Record<string, Owner | null>>(productsAtHandlesQuery, Object.fromEntries(Array.from({ length: handlesAtOnce }, (_, at) => [`h${String(at)}`, some[at] ?? '-'])));
      some.forEach((handle, at) => { const owner = owners[`p${String(at)}`]; if (owner) found.set(handle, owner); });
    }));
    return found;
  }

  #chosen(owner: Owner | undefined, atHandle: Owner | null | undefined, { source }: ProductWrite): Existing {
    if (owner) return { id: owner.id, whole: isWhole(owner) };
    if (!atHandle) return {};
    return noted<SyncNote>(atHandle, 'sync').source === source ? { id: atHandle.id, whole: isWhole(atHandle) } : { taken: atHandle.id };
  }

  #only(owners: ReadonlyMap<string, Owner>, { record }: ProductWrite): Owner | undefined {
    if (owners.size < 2) return [...owners.values()][0];
    throw new DataError('DATA_AMBIGUOUS_ITEM', `${record} matches several products of ${this.system}: ${[...owners.keys()].join(', ')}. Link the right one; none was picked.`, { system: this.system, record });
  }

  async #matching(terms: string[], matches: (variant: Variant) => boolean, write: ProductWrite): Promise<{ owner?: Owner | undefined; atHandle: Owner | null }> {
    const owners = new Map<string, Owner>();
    let atHandle: Owner | null = null;
    for (const some of cut(terms, listLimit)) {
      const found = await this.#ask(some, write.handle);
      for (const { product } of found.productVariants.nodes.filter(matches)) owners.set(product.id, product);
      atHandle = found.productByIdentifier;
    }
    return { owner: this.#only(owners, write), atHandle };
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
