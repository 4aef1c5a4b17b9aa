import { standalone } from './catalogue';
import { productNode, variantNode } from './graph/catalogue';
import { gid } from './ids';
import { fieldErrors, fieldOf, limited, type MetafieldInput, type MutationContext } from './mutations';
import { keyOfValues, limits, unfitFields, unfitVariant, valuesOf, withFields, type ProductError, type ProductFields, type VariantInput } from './product-input';
import { applied, blankVariant, coded, mediaOf, productOf, unfitMedia, variantOf, type MediaInput } from './product-parts';
import { setProduct, type SetInput } from './product-set';

interface UpdateInput extends ProductFields { id?: string | null; metafields?: MetafieldInput[] | null }

const noProduct = (field: string): ProductError => ({ field: [field], message: 'Product does not exist', code: 'PRODUCT_DOES_NOT_EXIST' });

/** The mutations that write products and their variants. */
export const productMutations = {
  productSet: ({ identifier, input }: { identifier?: { handle?: string; id?: string } | null; input: SetInput }, context: MutationContext) => {
    const done = setProduct(context, identifier ?? {}, input);
    return 'userErrors' in done ? { product: null, ...done } : { product: productNode(context, done.product.index), userErrors: [] };
  },

  productUpdate: ({ product: input, media }: { product?: UpdateInput | null; media?: MediaInput[] | null }, context: MutationContext) => {
    limited(media, 'media', 250);
    limited(input?.tags, 'tags', 250);
    limited(input?.metafields, 'metafields', 250);
    const product = productOf(context, input?.id ?? '');
    if (!product || !input) return { product: null, userErrors: [{ field: ['id'], message: 'Product does not exist' }] };
    const { catalogue } = context.state;
    const taken = typeof input.handle === 'string' && (catalogue.withHandle(input.handle)?.index ?? product.index) !== product.index;
    const userErrors = [
      ...unfitFields(input, 'product'), ...unfitMedia(media, 'media'), ...fieldErrors(input.metafields ?? [], (at) => ['product', 'metafields', String(at)]),
      ...(taken ? [{ field: ['product', 'handle'], message: `Handle '${input.handle ?? ''}' already in use. Please provide a new handle.`, code: '' }] : []),
    ];
    if (userErrors.length > 0) return { product: null, userErrors };
    const owner = gid('Product', context.state.ids.of('Product', product.index));
    if (input.metafields && input.metafields.length > 0) context.actions.setMetafields(input.metafields.map((field) => fieldOf(owner, field)));
    context.actions.putProduct({ ...withFields(product, input), media: [...product.media, ...mediaOf(context, media ?? [])] });
    return { product: productNode(context, product.index), userErrors: [] };
  },

  productVariantsBulkCreate: (
    { productId, variants, strategy }: { productId: string; variants: VariantInput[]; strategy: string }, context: MutationContext,
  ) => {
    limited(variants, 'variants', 250);
    const product = productOf(context, productId);
    if (!product) return { product: null, productVariants: null, userErrors: [noProduct('productId')] };
    const { catalogue } = context.state;
    const there = catalogue.variantsOf(product);
    const [only] = there;
    const isDefault = there.length === 1 && only?.values.join() === standalone.value;
    const drops = only && there.length === 1 && (strategy === 'REMOVE_STANDALONE_VARIANT' || (strategy === 'DEFAULT' && isDefault)) ? [only.index] : [];
    const taken = new Set(there.filter(({ index }) => !drops.includes(index)).map(({ values }) => keyOfValues(values)));
    const userErrors: ProductError[] = [];
    const made = variants.flatMap((input, at) => {
      const path = ['variants', String(at)];
      const found = valuesOf(product.options, input, path);
      if (input.id) userErrors.push({ field: [...path, 'id'], message: 'Key is not allowed on create', code: 'NO_KEY_ON_CREATE' });
      userErrors.push(...unfitVariant(input, path), ...fieldErrors(input.metafields ?? [], (n) => [...path, 'metafields', String(n)]).map(coded));
      if ('message' in found) {
        userErrors.push(found.code === 'OPTION_DOES_NOT_EXIST' ? { ...found, code: 'OPTION_VALUES_FOR_NUMBER_OF_UNKNOWN_OPTIONS' } : { ...found, code: found.code === 'NEED_TO_ADD_OPTION_VALUES' ? found.code : 'INVALID_INPUT' });
        return [];
      }
      if (taken.has(keyOfValues(found.values))) {
        userErrors.push({ field: path, message: `The variant '${found.values.join(' / ')}' already exists. Please change at least one option value.`, code: 'VARIANT_ALREADY_EXISTS' });
      }
      taken.add(keyOfValues(found.values));
      return [{ values: found.values, input }];
    });
    if (there.length - drops.length + variants.length > limits.variants) {
      userErrors.push({ field: ['variants'], message: `You can only have a maximum of ${String(limits.variants)} variants per product`, code: 'INVALID_INPUT' });
    }
    if (userErrors.length > 0) return { product: null, productVariants: null, userErrors };
    const created = made.map(({ values, input }) => applied(context, blankVariant(context, product.index, values), input, true));
    const kept = product.variants.filter((index) => !drops.includes(index));
    context.actions.putProduct({ ...product, variants: [...kept, ...created.map(({ index }) => index)] }, created, drops);
    return { product: productNode(context, product.index), productVariants: created.map(({ index }) => variantNode(context, index)), userErrors: [] };
  },

  productVariantsBulkUpdate: (
    { productId, variants, allowPartialUpdates }: { productId: string; variants: VariantInput[]; allowPartialUpdates: boolean }, context: MutationContext,
  ) => {
    limited(variants, 'variants', 250);
    const product = productOf(context, productId);
    if (!product) return { product: null, productVariants: null, userErrors: [noProduct('productId')] };
    const taken = new Map(context.state.catalogue.variantsOf(product).map(({ index, values }) => [keyOfValues(values), index]));
    const userErrors: ProductError[] = [];
    const good = variants.flatMap((input, at) => {
      const path = ['variants', String(at)];
      const variant = variantOf(context, input.id);
      const errors = [...unfitVariant(input, path), ...fieldErrors(input.metafields ?? [], (n) => [...path, 'metafields', String(n)]).map(coded)];
      if (!input.id) errors.push({ field: [...path, 'id'], message: 'Product variant is missing ID attribute', code: 'PRODUCT_VARIANT_ID_MISSING' });
      else if (variant?.product !== product.index) errors.push({ field: [...path, 'id'], message: 'Product variant does not exist', code: 'PRODUCT_VARIANT_DOES_NOT_EXIST' });
      const found = input.optionValues && variant ? valuesOf(product.options, input, path) : undefined;
      if (found && 'message' in found) errors.push(found);
      else if (found && variant && (taken.get(keyOfValues(found.values)) ?? variant.index) !== variant.index) {
        errors.push({ field: path, message: `The variant '${found.values.join(' / ')}' already exists. Please change at least one option value.`, code: 'VARIANT_ALREADY_EXISTS' });
      }
      userErrors.push(...errors);
      if (errors.length > 0 || !variant) return [];
      return [{ variant: found && 'values' in found ? { ...variant, values: found.values } : variant, input }];
    });
    if (good.length === 0 || (userErrors.length > 0 && !allowPartialUpdates)) return { product: null, productVariants: null, userErrors };
    const changed = good.map(({ variant, input }) => applied(context, variant, input, false));
    context.actions.putProduct(product, changed);
    context.actions.writePrices([], good.filter(({ input }) => input.price !== undefined || input.compareAtPrice !== undefined).length);
    return { product: productNode(context, product.index), productVariants: changed.map(({ index }) => variantNode(context, index)), userErrors };
  },

  productVariantsBulkDelete: ({ productId, variantsIds }: { productId: string; variantsIds: string[] }, context: MutationContext) => {
    limited(variantsIds, 'variantsIds', 250);
    const product = productOf(context, productId);
    if (!product) return { product: null, userErrors: [noProduct('productId')] };
    const found = variantsIds.map((id) => variantOf(context, id));
    const userErrors = found.flatMap((variant, at) => variant?.product === product.index ? [] : [{
      field: ['variantsIds', String(at)], message: 'At least one variant does not belong to the product', code: 'AT_LEAST_ONE_VARIANT_DOES_NOT_BELONG_TO_THE_PRODUCT',
    }]);
    const drops = new Set(found.flatMap((variant) => variant?.index ?? []));
    const left = product.variants.filter((index) => !drops.has(index));
    if (userErrors.length === 0 && left.length === 0) userErrors.push({ field: ['variantsIds'], message: 'Cannot delete last variant', code: 'CANNOT_DELETE_LAST_VARIANT' });
    if (userErrors.length > 0) return { product: null, userErrors };
    context.actions.putProduct({ ...product, variants: left }, [], [...drops]);
    return { product: productNode(context, product.index), userErrors: [] };
  },
};
