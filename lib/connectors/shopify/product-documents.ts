import { createHash } from 'node:crypto';
import { defined, filled } from '../../documents/defined';
import type { ExternalId, Product, Variant } from '../../documents/types';
import { DataError } from '../../errors';
import type { Canonical, Native } from '../contract';
import { htmlOf, picked, productFacts, variantFacts, weightOf, type ProductFacts, type ProductState, type VariantFacts } from './product-record';

/** What is to be written of a variant. What is undefined is left as it is. */
export interface VariantWrite {
  sku: string;
  /** gid, where it is known. */
  id?: string;
  /** Not to be sold. */
  blocked: boolean;
  /** To be taken out of the product. */
  gone: boolean;
  barcode?: string;
  inventoryPolicy?: 'CONTINUE' | 'DENY';
  /** Goods, of which stock is kept; services are none. */
  goods: boolean;
  /** Fields of its inventory item, under the shop's names. */
  item: Native;
  options?: { name: string; value: string }[];
  facts: VariantFacts;
}

/** What is to be written of a product. What is undefined is left as it is. */
export interface ProductWrite extends Native {
  /** For errors, e.g. `product MAT-1`. */
  record: string;
  /** SKUs it is found by. */
  skus: string[];
  /** `<system>/<id>` of the record it comes from. */
  source: string;
  /** When that changed, ISO 8601. */
  updatedAt: string;
  state: ProductState;
  /** Of new products only: an address in the shop is nobody's to change later. */
  handle: string;
  title?: string;
  descriptionHtml?: string;
  vendor?: string;
  productType?: string;
  /** Are added to those of the shop. */
  tags?: string[];
  images: { url: string; alt?: string }[];
  translations: { language: string; title?: string; body_html?: string; meta_title?: string; meta_description?: string }[];
  facts: ProductFacts;
  /** Are those all there are? Then others go. */
  complete: boolean;
  variants: VariantWrite[];
  warnings: string[];
}

/** The key among a document's `extensions` that says, with true, that it names every variant there is. */
export const completeVariants = 'b2b-sync.complete-variants';

/** What a canonical product, or a tombstone of one, asks to be written. Throws DataError for a weight in a unit that is none of weight. */
export function productWriteOf(document: Canonical, system: string): ProductWrite {
  const product = document as unknown as Partial<Product> & Pick<Product, 'id' | 'externalIds' | 'version'>;
  const { externalIds, name, media = [], variants = [] } = product;
  const home = externalIds.find((one) => one.system !== system);
  const number = product.sku ?? variants[0]?.sku ?? home?.number ?? home?.id ?? product.id;
  const record = `product ${number}`;
  const state = product.deleted === true ? 'deleted' : product.status ?? 'active';
  const description = product.descriptionHtml ?? (product.description === undefined ? undefined : htmlOf(product.description));
  const images = media.filter(isImage);
  return defined<ProductWrite>({
    record, skus: variants.length > 0 ? variants.map(({ sku }) => sku) : [number], source: home ? `${home.system}/${home.id}` : product.id, updatedAt: product.version.sourceUpdatedAt, state,
    handle: product.handle ?? handleOf(number), title: name, descriptionHtml: description, vendor: product.brand, productType: product.productGroup,
    tags: product.tags && filled(product.tags),
    images: images.map(({ url, altText }) => defined<{ url: string; alt?: string }>({ url, alt: altText })),
    translations: (product.translations ?? []).map((one) => defined<ProductWrite['translations'][number]>({
      language: one.language, title: one.name, body_html: one.descriptionHtml ?? (one.description === undefined ? undefined : htmlOf(one.description)),
      meta_title: one.seoTitle, meta_description: one.seoDescription,
    })),
    facts: picked(product, productFacts), complete: product.extensions?.[completeVariants] === true,
    variants: variants.map((variant) => variantWriteOf(variant, record, system, product.productType !== 'service' && product.productType !== 'digital')),
    warnings: images.length < media.length ? [`${String(media.length - images.length)} of ${String(media.length)} files are no images; the shop has no place for them.`] : [],
  });
}

function variantWriteOf(variant: Variant, record: string, system: string, goods: boolean): VariantWrite {
  const weight = variant.grossWeight ?? variant.netWeight;
  const measured = weight && weightOf(weight);
  if (weight && !measured) {
    const issue = { path: 'variants.grossWeight.unitCode', rule: 'unit', message: `${weight.unitCode} of ${variant.sku} is no unit of weight the shop has` };
    throw new DataError('DATA_UNKNOWN_UNIT', `${record} cannot be written to ${system}: the weight of ${variant.sku} is in ${weight.unitCode}; the shop has kilograms, grams, pounds and ounces. Convert it in a mapper.`, { system, record, issues: [issue] });
  }
  return defined<VariantWrite>({
    sku: variant.sku, id: ofShop(variant.externalIds, system), blocked: variant.status === 'blocked' || variant.purchasable === false, gone: variant.status === 'archived',
    goods, barcode: variant.gtin, inventoryPolicy: variant.inventoryPolicy === undefined ? undefined : variant.inventoryPolicy === 'continue' ? 'CONTINUE' : 'DENY',
    item: defined<Native>({
      tracked: variant.trackInventory, requiresShipping: variant.requiresShipping, harmonizedSystemCode: variant.hsCode, countryCodeOfOrigin: variant.countryOfOrigin,
      measurement: measured && { weight: measured },
    }),
    options: variant.options && filled(variant.options), facts: picked(variant, variantFacts),
  });
}

function ofShop(ids: ExternalId[] | undefined, system: string): string | undefined { return ids?.find((one) => one.system === system && one.type === 'ProductVariant')?.id; }

function isImage({ mediaType, role = 'main' }: NonNullable<Product['media']>[number]): boolean {
  return mediaType === undefined ? role === 'main' || role === 'gallery' : mediaType.startsWith('image/');
}

/** An address that only this number gets, whatever the product's name is by then: it keeps two who make it at once from making two. */
function handleOf(number: string): string {
  const handle = number.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '');
  return handle.toUpperCase() === number ? handle : [handle, createHash('sha256').update(number).digest('hex').slice(0, 8)].filter(Boolean).join('-');
}
