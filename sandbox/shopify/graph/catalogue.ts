import { partsConnection, type PageArgs } from '../connection';
import { gid } from '../ids';
import { convert, decimalAmount, minorOf, type Currency } from '../money';
import { filled } from '../stock';
import { utcTime } from '../times';
import type { NodeContext } from './context';
import { itemNode } from './inventory';
import { metafieldsOf } from './metafields';

/** A `Product` of the world by its index (1 …): each has one variant. */
export function productNode(context: NodeContext, index: number): object {
  const { state } = context;
  const product = productOf(context, index);
  const id = state.ids.of('Product', index);
  return {
    __typename: 'Product', id: gid('Product', id), legacyResourceId: id,
    handle: `${product.name.toLowerCase().replace(/[^a-z0-9]+/g, '-')}-${String(index)}`, title: product.name, status: 'ACTIVE',
    vendor: 'Sandbox',
    productType: 'Component', tags: [], descriptionHtml: '', isGiftCard: false, createdAt: utcTime(filled), updatedAt: utcTime(filled),
    options: () => [{ id: `gid://shopify/ProductOption/${id}`, name: 'Title', position: 1, values: ['Default Title'] }],
    variants: (args: PageArgs) => partsConnection(args, [index], `variants of ${id}`, (at) => variantNode(context, at)),
    ...metafieldsOf(context, gid('Product', id), 'PRODUCT'),
  };
}

/** A `ProductVariant` of the world by its product's index. */
export function variantNode(context: NodeContext, index: number): object {
  const { state, facts } = context;
  const product = productOf(context, index);
  const id = state.ids.of('ProductVariant', index);
  const currency = facts.currency as Currency;
  return {
    __typename: 'ProductVariant', id: gid('ProductVariant', id), legacyResourceId: id, sku: product.sku, barcode: product.gtin,
    title: 'Default Title', displayName: `${product.name} - Default Title`,
    // `Money` has two places always, other than `Decimal`.
    price: Number(decimalAmount(convert(minorOf(product.price, 'EUR'), 'EUR', currency), currency)).toFixed(2),
    compareAtPrice: null, position: 1, taxable: true,
    availableForSale: true, inventoryPolicy: 'DENY', inventoryQuantity: () => state.stock.available(index),
    selectedOptions: [{ name: 'Title', value: 'Default Title' }],
    inventoryItem: () => itemNode(context, index),
    product: () => productNode(context, index), createdAt: utcTime(filled), updatedAt: utcTime(filled),
    ...metafieldsOf(context, gid('ProductVariant', id), 'PRODUCTVARIANT'),
  };
}

function productOf({ state }: NodeContext, index: number): { sku: string; gtin: string; name: string; price: string } {
  const product = state.trade.world.products[index - 1];
  if (!product) throw new RangeError(`The sandbox has no product ${String(index)}`);
  return product;
}
