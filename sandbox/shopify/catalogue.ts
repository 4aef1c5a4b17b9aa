import { convert, decimalAmount, minorOf, type Currency } from './money';
import { filled } from './stock';
import type { Trade } from './trade';

export type ProductStatus = 'ACTIVE' | 'ARCHIVED' | 'DRAFT' | 'UNLISTED';
export type WeightUnit = 'GRAMS' | 'KILOGRAMS' | 'OUNCES' | 'POUNDS';

export interface Translation { locale: string; key: string; value: string; digest: string; updatedAt: number }

/** An image of a product; the shop fetches it and serves it itself. */
export interface Medium { id: string; source: string; alt: string | null }

/** A product as the shop keeps it. Never changed in place. */
export interface Product {
  /** 1, 2, 3 …: ids come of it. */
  index: number;
  title: string; handle: string; status: ProductStatus; vendor: string; productType: string; descriptionHtml: string;
  tags: string[];
  /** `Title` where there is but one variant without options. */
  options: string[];
  /** Indices of its variants, in their order. */
  variants: number[];
  media: Medium[];
  translations: Translation[];
  /** In the shop's channels and catalogues? */
  published: boolean;
  createdAt: number; updatedAt: number;
}

/** A variant together with its inventory item; its index is that of its stock, too. Never changed in place. */
export interface Variant {
  index: number;
  product: number;
  sku: string | null; barcode: string | null;
  /** Decimal string in the shop's currency, two places. */
  price: string;
  compareAtPrice: string | null;
  /** In the order of the product's options. */
  values: string[];
  inventoryPolicy: 'CONTINUE' | 'DENY';
  taxable: boolean; requiresShipping: boolean;
  hsCode: string | null; country: string | null;
  weight: { value: number; unit: WeightUnit } | null;
  /** Numbers of the publications it was taken from: a variant is in all others. */
  unpublished: number[];
  createdAt: number; updatedAt: number;
}

/** What products without options have for one. */
export const standalone = { option: 'Title', value: 'Default Title' } as const;

/** Everything the shop sells: the world's products, one variant each, until somebody changes it; only that takes memory. */
export class Catalogue {
  readonly #trade: Trade;
  readonly #currency: Currency;
  readonly #products = new Map<number, Product | undefined>();
  readonly #variants = new Map<number, Variant | undefined>();
  #bySku: Map<string, number[]> | undefined;
  #handles: Map<string, number> | undefined;
  #lastProduct: number;
  #lastVariant: number;
  /** Goes up with every change: sorted views are kept until then. */
  revision = 0;

  constructor(trade: Trade, currency: Currency) {
    this.#trade = trade;
    this.#currency = currency;
    this.#lastProduct = this.#lastVariant = trade.world.products.length;
  }

  product(index: number): Product | undefined { return this.#products.has(index) ? this.#products.get(index) : this.#ofWorld(index)?.product; }
  variant(index: number): Variant | undefined { return this.#variants.has(index) ? this.#variants.get(index) : this.#ofWorld(index)?.variant; }

  variantsOf({ variants }: Product): Variant[] { return variants.flatMap((index) => this.variant(index) ?? []); }

  products(): Product[] { return indices(this.#lastProduct).flatMap((index) => this.product(index) ?? []); }
  variants(): Variant[] { return indices(this.#lastVariant).flatMap((index) => this.variant(index) ?? []); }

  /** Without regard to case, as the shop's search has it. */
  withSku(sku: string): Variant[] {
    if (!this.#bySku) {
      this.#bySku = new Map();
      for (const variant of this.variants()) this.#note(this.#bySku, variant);
    }
    return (this.#bySku.get(sku.toLowerCase()) ?? []).flatMap((index) => this.variant(index) ?? []).filter((one) => one.sku?.toLowerCase() === sku.toLowerCase());
  }

  /** The variant with exactly this SKU. Throws RangeError if there is none. */
  bySku(sku: string): Variant {
    const found = this.withSku(sku).find((variant) => variant.sku === sku);
    if (!found) throw new RangeError(`The sandbox has no product ${sku}`);
    return found;
  }

  withHandle(handle: string): Product | undefined {
    this.#handles ??= new Map(this.products().map((product) => [product.handle, product.index]));
    const found = this.product(this.#handles.get(handle) ?? 0);
    return found?.handle === handle ? found : undefined;
  }

  nextProduct(): number { return ++this.#lastProduct; }
  nextVariant(): number { return ++this.#lastVariant; }

  putProduct(product: Product): void {
    this.revision++;
    this.#lastProduct = Math.max(this.#lastProduct, product.index);
    this.#products.set(product.index, product);
    this.#handles?.set(product.handle, product.index);
  }

  putVariant(variant: Variant): void {
    this.revision++;
    this.#lastVariant = Math.max(this.#lastVariant, variant.index);
    this.#variants.set(variant.index, variant);
    if (this.#bySku) this.#note(this.#bySku, variant);
  }

  dropProduct(index: number): void { this.revision++; this.#lastProduct = Math.max(this.#lastProduct, index); this.#products.set(index, undefined); }
  dropVariant(index: number): void { this.revision++; this.#lastVariant = Math.max(this.#lastVariant, index); this.#variants.set(index, undefined); }

  #note(bySku: Map<string, number[]>, { sku, index }: Variant): void {
    if (sku === null) return;
    const key = sku.toLowerCase();
    const there = bySku.get(key);
    if (!there) bySku.set(key, [index]);
    else if (!there.includes(index)) there.push(index);
  }

  #ofWorld(index: number): { product: Product; variant: Variant } | undefined {
    const item = this.#trade.world.products[index - 1];
    if (!item) return undefined;
    const { name, sku, gtin, price, weightGrams } = item;
    const times = { createdAt: filled, updatedAt: filled };
    return {
      product: {
        index, title: name, handle: `${handleOf(name)}-${String(index)}`, status: 'ACTIVE', vendor: 'Sandbox', productType: 'Component', descriptionHtml: '',
        tags: [], options: [standalone.option], variants: [index], media: [], translations: [], published: true, ...times,
      },
      variant: {
        index, product: index, sku, barcode: gtin, values: [standalone.value], inventoryPolicy: 'DENY', taxable: true, requiresShipping: true,
        // `Money` has two places always, other than `Decimal`.
        price: Number(decimalAmount(convert(minorOf(price, 'EUR'), 'EUR', this.#currency), this.#currency)).toFixed(2),
        compareAtPrice: null, hsCode: null, country: 'DE', weight: { value: weightGrams, unit: 'GRAMS' }, unpublished: [], ...times,
      },
    };
  }
}

/** A title as it stands in an address. */
export function handleOf(title: string): string { return title.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, ''); }

function indices(last: number): number[] { return Array.from({ length: last }, (_, at) => at + 1); }
