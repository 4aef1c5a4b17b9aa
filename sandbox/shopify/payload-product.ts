import { numericId, type Json } from './body';
import type { Product, Variant } from './catalogue';
import { gid, type Ids } from './ids';
import type { Stock } from './stock';
import { shopTime } from './times';

/** The body of products/create and products/update. */
export function productPayload(product: Product, variants: readonly Variant[], { ids, stock, timeZone }: { ids: Ids; stock: Stock; timeZone: string }): Json {
  const id = ids.of('Product', product.index);
  const time = (ms: number): string => shopTime(ms, timeZone);
  const variantGid = ({ index }: Variant): string => gid('ProductVariant', ids.of('ProductVariant', index));
  return {
    admin_graphql_api_id: gid('Product', id), body_html: product.descriptionHtml, created_at: time(product.createdAt), handle: product.handle,
    id: numericId(id), product_type: product.productType, published_at: product.published ? time(product.createdAt) : null, template_suffix: null,
    title: product.title, updated_at: time(product.updatedAt), vendor: product.vendor, status: product.status.toLowerCase(), published_scope: 'global',
    tags: product.tags.join(', '),
    variants: variants.map((variant, at) => ({
      admin_graphql_api_id: variantGid(variant), barcode: variant.barcode, compare_at_price: variant.compareAtPrice, created_at: time(variant.createdAt),
      id: numericId(ids.of('ProductVariant', variant.index)), inventory_policy: variant.inventoryPolicy.toLowerCase(), position: at + 1, price: variant.price,
      product_id: numericId(id), sku: variant.sku, taxable: variant.taxable, title: variant.values.join(' / '), updated_at: time(variant.updatedAt),
      option1: variant.values[0] ?? null, option2: variant.values[1] ?? null, option3: variant.values[2] ?? null, image_id: null,
      inventory_item_id: numericId(ids.of('InventoryItem', variant.index)), inventory_quantity: stock.available(variant.index), old_inventory_quantity: stock.available(variant.index),
    })),
    options: product.options.map((name, at) => ({
      id: numericId(`${id}${String(at + 1)}`), product_id: numericId(id), name, position: at + 1, values: [...new Set(variants.map(({ values }) => values[at] ?? ''))],
    })),
    images: [], image: null, media: [], variant_gids: variants.map((variant) => ({ admin_graphql_api_id: variantGid(variant), updated_at: new Date(variant.updatedAt).toISOString() })),
    has_variants_that_requires_components: false, category: null,
  };
}
