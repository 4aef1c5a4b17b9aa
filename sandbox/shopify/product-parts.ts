import { handleOf, type Product, type Variant } from './catalogue';
import { gid, parseGid } from './ids';
import { fieldOf, type MutationContext } from './mutations';
import { withInput, type ProductError, type VariantInput } from './product-input';

export interface MediaInput { originalSource: string; alt?: string | null }

/** The product of a gid. */
export function productOf({ state }: MutationContext, id: string): Product | undefined {
  const { type, id: digits } = parseGid(id);
  return type === 'Product' ? state.catalogue.product(state.ids.indexOf('Product', digits)) : undefined;
}

export function variantOf({ state }: MutationContext, id: string | null | undefined): Variant | undefined {
  const { type, id: digits } = parseGid(id ?? '');
  return type === 'ProductVariant' ? state.catalogue.variant(state.ids.indexOf('ProductVariant', digits)) : undefined;
}

/** A variant nobody has said anything of. */
export function blankVariant(context: MutationContext, product: number, values: string[]): Variant {
  const now = context.now();
  return {
    index: context.state.catalogue.nextVariant(), product, sku: null, barcode: null, price: '0.00', compareAtPrice: null, values, inventoryPolicy: 'DENY', taxable: true,
    requiresShipping: true, hsCode: null, country: null, weight: null, unpublished: [], createdAt: now, updatedAt: now,
  };
}

/** Makes a variant of what an app says, and keeps what of it is not the variant's own: whether stock is tracked, metafields. */
export function applied(context: MutationContext, variant: Variant, input: VariantInput, isNew: boolean): Variant {
  const { actions, state, now } = context;
  const tracked = input.inventoryItem?.tracked ?? (isNew ? false : undefined);
  if (tracked !== undefined) state.trackStock(variant.index, tracked);
  const owner = gid('ProductVariant', state.ids.of('ProductVariant', variant.index));
  if (input.metafields && input.metafields.length > 0) actions.setMetafields(input.metafields.map((field) => fieldOf(owner, field)));
  return { ...withInput(variant, input), updatedAt: now() };
}

export function mediaOf(context: MutationContext, media: readonly MediaInput[]): Product['media'] {
  return media.map(({ originalSource, alt }) => ({ id: context.state.nextId('MediaImage'), source: originalSource, alt: alt ?? null }));
}

/** Why an address of an image is refused. */
export function unfitMedia(media: readonly MediaInput[] | null | undefined, at: string): ProductError[] {
  return (media ?? []).flatMap(({ originalSource }, index) => URL.canParse(originalSource) && /^https?:/.test(originalSource) ? [] : [{
    field: [at, String(index), 'originalSource'], message: 'Image URL is invalid', code: 'INVALID_INPUT',
  }]);
}

/** A metafield's error in the words of a mutation that has codes. */
export function coded({ field, message }: { field: string[] | null; message: string }): ProductError { return { field, message, code: 'INVALID_INPUT' }; }

/** A handle nobody has: that of the title, with a number where it is taken. */
export function freeHandle({ state: { catalogue } }: MutationContext, title: string): string {
  const wanted = handleOf(title) || 'product';
  let handle = wanted;
  for (let n = 1; catalogue.withHandle(handle); n++) handle = `${wanted}-${String(n)}`;
  return handle;
}
