import type { Native } from '../contract';
import { listLimit } from './product-calls';
import type { ProductWrite, VariantWrite } from './product-documents';
import { metafield, newVariant, stateOf } from './product-plan';
import { isHeld, type ProductStatus, type SyncNote } from './product-record';

/** Can all of a new product be made in one call? If not, it is not whole before the rest is there. */
export function isDone({ variants, translations, state }: ProductWrite): boolean {
  return variants.length <= listLimit && translations.length === 0 && (isHeld(state) || variants.every(({ blocked }) => blocked) || !variants.some(({ blocked }) => blocked));
}

/** Input of `productSet` for a new product: as much of it as one call takes. `status`: of products that are offered. */
export function productInput(write: ProductWrite, status: ProductStatus): Native {
  // Who names it later may be the shop.
  const { title = write.skus[0], descriptionHtml, vendor, productType, tags, images, facts, source, updatedAt } = write;
  const variants = write.variants.filter(({ gone }) => !gone).slice(0, listLimit);
  const names = [...new Set(variants.flatMap(({ options = [] }) => options.map(({ name }) => name)))];
  const options = names.length > 0 ? names : ['Title'];
  const valueOf = ({ options: given = [] }: VariantWrite, name: string): string => given.find((one) => one.name === name)?.value ?? (names.length > 0 ? '-' : 'Default Title');
  const state = stateOf(write, 0);
  const offered = state === 'unlisted' && status === 'ACTIVE' ? 'UNLISTED' : status;
  const note: SyncNote = {
    source, state, ...(isDone(write) ? { updatedAt } : {}), ...(isHeld(state) ? { before: status } : {}), ...(images.length > 0 ? { images: images.map(({ url }) => url) } : {}),
  };
  return {
    title, status: isHeld(state) ? 'DRAFT' : offered,
    ...(descriptionHtml === undefined ? {} : { descriptionHtml }), ...(vendor === undefined ? {} : { vendor }),
    ...(productType === undefined ? {} : { productType }), ...(tags === undefined ? {} : { tags }),
    ...(images.length > 0 ? { files: images.map(({ url, alt }) => ({ originalSource: url, contentType: 'IMAGE', ...(alt === undefined ? {} : { alt }) })) } : {}),
    productOptions: options.map((name, at) => ({ name, position: at + 1, values: [...new Set(variants.map((variant) => valueOf(variant, name)))].map((value) => ({ name: value })) })),
    variants: variants.map((variant) => newVariant(variant, options.map((name) => ({ optionName: name, name: valueOf(variant, name) })))),
    metafields: [metafield('facts', facts), metafield('sync', note)],
  };
}
