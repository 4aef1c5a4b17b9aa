import type { Product, Variant } from './catalogue';
import { gid } from './ids';
import { fieldErrors, fieldOf, limited, type MetafieldInput, type MutationContext } from './mutations';
import { keyOfValues, limits, unfitFields, unfitVariant, valuesOf, withFields, type ProductError, type ProductFields, type VariantInput } from './product-input';
import { applied, blankVariant, coded, freeHandle, mediaOf, productOf, unfitMedia, variantOf } from './product-parts';

export interface SetInput extends ProductFields {
  files?: { originalSource: string; alt?: string | null }[] | null;
  metafields?: MetafieldInput[] | null;
  productOptions?: { name?: string | null; values?: { name?: string | null }[] | null }[] | null;
  variants?: VariantInput[] | null;
}

type Refused = { userErrors: ProductError[] };

/** Makes a product, or makes one that is there what the input says: of the lists given, what they do not name goes. */
export function setProduct(context: MutationContext, identifier: { handle?: string; id?: string }, input: SetInput): { product: Product } | Refused {
  limited(input.metafields, 'metafields', 250);
  limited(input.files, 'files', 250);
  limited(input.tags, 'tags', 250);
  const { catalogue } = context.state;
  const refuse = (field: string[], message: string, code: string): Refused => ({ userErrors: [{ field, message, code }] });
  const there = identifier.id === undefined ? catalogue.withHandle(identifier.handle ?? '') : productOf(context, identifier.id);
  if (identifier.id !== undefined && !there) return refuse(['identifier', 'id'], 'Product does not exist', 'PRODUCT_DOES_NOT_EXIST');
  if (identifier.handle !== undefined && typeof input.handle === 'string' && input.handle !== identifier.handle) {
    return refuse(['input', 'handle'], 'The identifier value does not match the value of the corresponding field in the input.', 'INPUT_MISMATCH');
  }
  if (!there && !input.title) return refuse(['input', 'title'], "Title can't be blank", 'INVALID_PRODUCT');
  const holder = typeof input.handle === 'string' ? catalogue.withHandle(input.handle) : undefined;
  if (holder && holder.index !== there?.index) return refuse(['input', 'handle'], `Handle '${holder.handle}' already in use. Please provide a new handle.`, 'HANDLE_NOT_UNIQUE');
  const userErrors = [
    ...unfitFields(input, 'input'), ...unfitMedia(input.files, 'files').map(({ field, ...error }) => ({ ...error, field: ['input', ...field ?? []] })),
    ...fieldErrors(input.metafields ?? [], (at) => ['input', 'metafields', String(at)]).map((error) => ({ ...coded(error), code: 'INVALID_METAFIELD' })),
    ...unfitParts(input),
  ];
  if (userErrors.length > 0) return { userErrors };
  return { product: write(context, there, identifier, input) };
}

function unfitParts({ productOptions: options, variants }: SetInput): ProductError[] {
  const error = (field: string[], message: string, code: string): ProductError[] => [{ field: ['input', ...field], message, code }];
  if (!options && !variants) return [];
  if (!options) return error(['productOptions'], 'Product options input is required when updating variants.', 'PRODUCT_OPTIONS_INPUT_MISSING');
  if (!variants) return error(['variants'], 'Variants input is required when updating product options.', 'VARIANTS_INPUT_MISSING');
  if (options.length > limits.options) return error(['productOptions'], `Number of product options can't exceed ${String(limits.options)}.`, 'OPTIONS_OVER_LIMIT');
  if (variants.length > limits.variants) return error(['variants'], `Number of product variants can't exceed ${String(limits.variants)}.`, 'VARIANTS_OVER_LIMIT');
  const names = options.map(({ name }) => name ?? '');
  if (new Set(names).size < names.length) return error(['productOptions'], 'Duplicated option name.', 'DUPLICATED_OPTION_NAME');
  const taken = new Set<string>();
  return variants.flatMap((input, at) => {
    const path = ['input', 'variants', String(at)];
    const found = valuesOf(names, input, path);
    const wrong = [
      ...unfitVariant(input, path).map((one) => ({ ...one, code: 'INVALID_VARIANT' })),
      ...fieldErrors(input.metafields ?? [], (n) => [...path, 'metafields', String(n)]).map((one) => ({ ...coded(one), code: 'INVALID_METAFIELD' })),
    ];
    if ('message' in found) return [...wrong, { ...found, code: found.code === 'OPTION_DOES_NOT_EXIST' ? found.code : 'INVALID_VARIANT' }];
    const unknown = found.values.findIndex((value, n) => !options[n]?.values?.some(({ name }) => name === value));
    if (unknown >= 0) return [...wrong, { field: [...path, 'optionValues'], message: `Option value does not exist: ${found.values[unknown] ?? ''}`, code: 'OPTION_VALUE_DOES_NOT_EXIST' }];
    const key = keyOfValues(found.values);
    if (taken.has(key)) return [...wrong, { field: path, message: `The variant '${found.values.join(' / ')}' already exists. Please change at least one option value.`, code: 'INVALID_VARIANT' }];
    taken.add(key);
    return wrong;
  });
}

function write(context: MutationContext, there: Product | undefined, { handle }: { handle?: string }, input: SetInput): Product {
  const { state, actions, now } = context;
  const { catalogue } = state;
  const made = there ?? {
    index: catalogue.nextProduct(), title: '', handle: handle ?? freeHandle(context, input.title ?? ''), status: 'ACTIVE' as const, vendor: 'B2B Sandbox', productType: '',
    descriptionHtml: '', tags: [], options: ['Title'], variants: [], media: [], translations: [],
    // Where it is sold is for somebody to say.
    published: false, createdAt: now(), updatedAt: now(),
  };
  const old = catalogue.variantsOf(made);
  const options = input.productOptions?.map(({ name }) => name ?? '') ?? made.options;
  const inputs = input.variants ?? (there ? undefined : [{ optionValues: [{ optionName: 'Title', name: 'Default Title' }] }]);
  const variants = inputs?.map((one): Variant => {
    const found = valuesOf(options, one, []);
    const values = 'values' in found ? found.values : [];
    const same = variantOf(context, one.id) ?? old.find((variant) => keyOfValues(variant.values) === keyOfValues(values));
    return applied(context, same ? { ...same, values } : blankVariant(context, made.index, values), one, !same);
  });
  const owner = gid('Product', state.ids.of('Product', made.index));
  if (input.metafields && input.metafields.length > 0) actions.setMetafields(input.metafields.map((field) => fieldOf(owner, field)));
  const product: Product = {
    ...withFields(made, input), options, variants: variants?.map(({ index }) => index) ?? made.variants,
    media: input.files ? mediaOf(context, input.files) : made.media,
  };
  return actions.putProduct(product, variants ?? [], made.variants.filter((index) => !product.variants.includes(index)));
}
