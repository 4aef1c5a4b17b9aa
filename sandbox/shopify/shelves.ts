import { handleOf, standalone, type Product, type Variant } from './catalogue';
import { isInPublication, publications } from './graph/publications';
import { gid } from './ids';
import type { Metafield } from './model';
import type { Shop } from './shop';
import type { ShopState } from './state';

/** A product as the shop's pages and its admin show it. */
export interface ProductView extends Omit<Product, 'variants'> {
  /** gid */
  id: string;
  metafields: readonly Metafield[];
  variants: (Variant & {
    /** gid */
    id: string; tracked: boolean;
    /** Offered anywhere: in a channel, a market or a company's catalogue. Stock is not looked at. */
    purchasable: boolean;
    /** Names of the publications that have it. */
    soldIn: string[];
    metafields: readonly Metafield[];
  })[];
}

/** What staff changes of a product. */
export type ProductChange = Partial<Omit<Product, 'index' | 'variants' | 'createdAt' | 'updatedAt'>> & { variants?: Partial<Omit<Variant, 'index' | 'product'>>[] };

/** What staff does with products in the shop's admin. All that take a SKU throw RangeError for one that does not exist. */
export class Shelves {
  constructor(private readonly state: ShopState, private readonly shop: Shop, private readonly now: () => number) {}

  view(sku: string): ProductView { return this.#view(this.#of(sku)); }

  all(): ProductView[] { return this.state.catalogue.products().map((product) => this.#view(product)); }

  add({ title, sku, variants, ...change }: ProductChange & { title: string; sku?: string }): ProductView {
    const { catalogue } = this.state;
    const index = catalogue.nextProduct();
    const times = { createdAt: this.now(), updatedAt: this.now() };
    const made = (variants ?? [{ ...(sku === undefined ? {} : { sku }) }]).map((one): Variant => ({
      index: catalogue.nextVariant(), product: index, sku: null, barcode: null, price: '10.00', compareAtPrice: null, values: [standalone.value], inventoryPolicy: 'DENY', taxable: true,
      requiresShipping: true, hsCode: null, country: null, weight: null, unpublished: [], ...times, ...one,
    }));
    return this.#view(this.shop.putProduct({
      index, title, handle: `${handleOf(title)}-${String(index)}`, status: 'ACTIVE', vendor: '', productType: '', descriptionHtml: '', tags: [], options: [standalone.option],
      media: [], translations: [], published: true, ...times, ...change, variants: made.map((one) => one.index),
    }, made));
  }

  change(sku: string, { variants = [], ...change }: ProductChange): ProductView {
    const product = this.#of(sku);
    const changed = this.state.catalogue.variantsOf(product).flatMap((variant, at) => variants[at] ? [{ ...variant, ...variants[at] }] : []);
    return this.#view(this.shop.putProduct({ ...product, ...change }, changed));
  }

  remove(sku: string): void { this.shop.deleteProduct(this.#of(sku)); }

  #of(sku: string): Product {
    const { catalogue } = this.state;
    const product = catalogue.product(catalogue.bySku(sku).product);
    if (!product) throw new RangeError(`The sandbox has no product ${sku}`);
    return product;
  }

  #view(product: Product): ProductView {
    const { catalogue, ids, stock } = this.state;
    const id = gid('Product', ids.of('Product', product.index));
    const offered = product.status === 'ACTIVE' || product.status === 'UNLISTED';
    return {
      ...product, id, metafields: this.state.metafields.of(id),
      variants: catalogue.variantsOf(product).map((variant) => {
        const own = gid('ProductVariant', ids.of('ProductVariant', variant.index));
        const soldIn = publications.filter(({ number }) => isInPublication(product, number) && !variant.unpublished.includes(number)).map(({ name }) => name);
        return { ...variant, id: own, tracked: stock.tracked(variant.index), soldIn, purchasable: offered && soldIn.length > 0, metafields: this.state.metafields.of(own) };
      }),
    };
  }
}
