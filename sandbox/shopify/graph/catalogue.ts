import type { Medium } from '../catalogue';
import { partsConnection, type PageArgs } from '../connection';
import { gid } from '../ids';
import { utcTime } from '../times';
import type { NodeContext } from './context';
import { itemNode } from './inventory';
import { metafieldsOf } from './metafields';
import { isInPublication, publishableFields } from './publications';

/** A `Product` by its index (1 …); null where there is none. */
export function productNode(context: NodeContext, index: number): object | null {
  const { state } = context;
  const product = state.catalogue.product(index);
  if (!product) return null;
  const id = state.ids.of('Product', index);
  const variants = state.catalogue.variantsOf(product);
  return {
    __typename: 'Product', id: gid('Product', id), legacyResourceId: id, handle: product.handle, title: product.title, status: product.status,
    vendor: product.vendor, productType: product.productType, tags: product.tags, descriptionHtml: product.descriptionHtml, isGiftCard: false,
    createdAt: utcTime(product.createdAt), updatedAt: utcTime(product.updatedAt),
    options: () => product.options.map((name, at) => ({
      __typename: 'ProductOption', id: gid('ProductOption', `${id}${String(at + 1)}`), name, position: at + 1,
      values: [...new Set(variants.map(({ values }) => values[at] ?? ''))],
    })),
    variantsCount: { count: variants.length, precision: 'EXACT' },
    variants: (args: PageArgs) => partsConnection(args, product.variants, `variants of ${id}`, (at) => variantNode(context, at) ?? {}),
    media: (args: PageArgs) => partsConnection(args, product.media, `media of ${id}`, mediaNode),
    ...publishableFields(context, (publication) => isInPublication(product, publication)),
    ...metafieldsOf(context, gid('Product', id), 'PRODUCT'),
  };
}

/** A `ProductVariant` by its index; null where there is none. */
export function variantNode(context: NodeContext, index: number): object | null {
  const { state } = context;
  const variant = state.catalogue.variant(index);
  const product = variant && state.catalogue.product(variant.product);
  if (!product) return null;
  const id = state.ids.of('ProductVariant', index);
  const title = variant.values.join(' / ');
  return {
    __typename: 'ProductVariant', id: gid('ProductVariant', id), legacyResourceId: id, sku: variant.sku, barcode: variant.barcode,
    title, displayName: `${product.title} - ${title}`, price: variant.price, compareAtPrice: variant.compareAtPrice, position: () => product.variants.indexOf(index) + 1,
    taxable: variant.taxable, availableForSale: variant.inventoryPolicy === 'CONTINUE' || !state.stock.tracked(index) || state.stock.available(index) > 0,
    inventoryPolicy: variant.inventoryPolicy, inventoryQuantity: () => state.stock.available(index),
    selectedOptions: product.options.map((name, at) => ({ name, value: variant.values[at] ?? '' })),
    inventoryItem: () => itemNode(context, index), product: () => productNode(context, product.index),
    createdAt: utcTime(variant.createdAt), updatedAt: utcTime(variant.updatedAt),
    ...publishableFields(context, (publication) => !variant.unpublished.includes(publication)),
    ...metafieldsOf(context, gid('ProductVariant', id), 'PRODUCTVARIANT'),
  };
}

/** Served by the shop itself: the address it came from is told for images only, as `originalSource`. */
function mediaNode({ id, source, alt }: Medium): object {
  return {
    __typename: 'MediaImage', id: gid('MediaImage', id), alt, mediaContentType: 'IMAGE', status: 'READY',
    originalSource: { url: `https://cdn.shopify.com/s/files/1/0001/files/${id}_${encodeURIComponent(source.split('/').at(-1) ?? '')}` },
  };
}
