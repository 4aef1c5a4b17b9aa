import type { Product, ProductStatus, Variant, WeightUnit } from './catalogue';
import type { MetafieldInput } from './mutations';

export interface ProductError { field: string[] | null; message: string; code: string }

/** What an app may say of a variant. */
export interface VariantInput {
  id?: string | null; barcode?: string | null; sku?: string | null; price?: string | null; compareAtPrice?: string | null;
  taxable?: boolean | null;
  inventoryPolicy?: Variant['inventoryPolicy'] | null;
  inventoryItem?: {
    sku?: string | null; tracked?: boolean | null; requiresShipping?: boolean | null; harmonizedSystemCode?: string | null;
    countryCodeOfOrigin?: string | null; measurement?: { weight?: { value: number; unit: WeightUnit } | null } | null;
  } | null;
  metafields?: MetafieldInput[] | null;
  optionValues?: { name?: string | null; optionName?: string | null }[] | null;
}

/** What an app may say of a product itself. */
export interface ProductFields {
  title?: string | null; handle?: string | null; status?: ProductStatus | null; vendor?: string | null; productType?: string | null;
  descriptionHtml?: string | null; tags?: string[] | null;
}

/** The most variants and options of a product, and characters of an option's value. */
export const limits = { variants: 2048, options: 3, text: 255 } as const;

/** A product as it is after an app has had its say. */
export function withFields(product: Product, given: ProductFields): Product {
  return {
    ...product, title: given.title ?? product.title, handle: given.handle ?? product.handle, status: given.status ?? product.status,
    vendor: given.vendor ?? product.vendor, productType: given.productType ?? product.productType,
    descriptionHtml: given.descriptionHtml ?? product.descriptionHtml,
    tags: given.tags ? [...new Set(given.tags)].sort() : product.tags,
  };
}

/** Why the vendor does not take what is said of a product itself, in its words. */
export function unfitFields({ title, tags }: ProductFields, at: string): ProductError[] {
  return [
    ...(title?.trim() === '' ? [{ field: [at, 'title'], message: "Title can't be blank", code: 'INVALID_PRODUCT' }] : []),
    ...(title && title.length > limits.text ? [{ field: [at, 'title'], message: 'Title is too long (maximum is 255 characters)', code: 'INVALID_PRODUCT' }] : []),
    ...(tags?.some((tag) => tag.length > limits.text) ? [{ field: [at, 'tags'], message: 'Tags is invalid', code: 'INVALID_PRODUCT' }] : []),
  ];
}

/** A variant as it is after an app has had its say, but for its options. */
export function withInput(variant: Variant, input: VariantInput): Variant {
  const { inventoryItem: item } = input;
  return {
    ...variant, sku: item?.sku ?? input.sku ?? variant.sku, barcode: input.barcode === undefined ? variant.barcode : input.barcode,
    price: input.price === undefined || input.price === null ? variant.price : Number(input.price).toFixed(2),
    compareAtPrice: input.compareAtPrice === undefined ? variant.compareAtPrice : input.compareAtPrice && Number(input.compareAtPrice).toFixed(2), taxable: input.taxable ?? variant.taxable,
    inventoryPolicy: input.inventoryPolicy ?? variant.inventoryPolicy, requiresShipping: item?.requiresShipping ?? variant.requiresShipping,
    hsCode: item?.harmonizedSystemCode === undefined ? variant.hsCode : item.harmonizedSystemCode,
    country: item?.countryCodeOfOrigin === undefined ? variant.country : item.countryCodeOfOrigin,
    weight: item?.measurement?.weight ?? variant.weight,
  };
}

/** Why the vendor does not take a variant's fields, in its words. */
export function unfitVariant({ price, compareAtPrice, barcode, inventoryItem: item, sku }: VariantInput, path: string[]): ProductError[] {
  const errors: ProductError[] = [];
  const refuse = (name: string[], message: string, code: string): void => { errors.push({ field: [...path, ...name], message, code }); };
  for (const [name, amount] of Object.entries({ price, compareAtPrice })) {
    if (Number(amount ?? 0) < 0) refuse([name], 'Price must be greater than or equal to 0', 'GREATER_THAN_OR_EQUAL_TO');
  }
  if (barcode && barcode.length > limits.text) refuse(['barcode'], 'Barcode is too long (maximum is 255 characters)', 'INVALID_INPUT');
  if ((item?.sku ?? sku ?? '').length > limits.text) refuse(['inventoryItem', 'sku'], 'SKU is too long (maximum is 255 characters)', 'INVALID_INPUT');
  if (item?.harmonizedSystemCode && !/^\d{6,13}$/.test(item.harmonizedSystemCode)) {
    refuse(['inventoryItem', 'harmonizedSystemCode'], 'Harmonized system code must be a number with between 6 and 13 digits', 'INVALID_INPUT');
  }
  if ((item?.measurement?.weight?.value ?? 0) < 0) refuse(['inventoryItem', 'measurement'], 'Weight must be greater than or equal to 0', 'INVALID_INPUT');
  return errors;
}

/** The values of a variant in the order of the product's options, or why the vendor does not take them. */
export function valuesOf(options: readonly string[], input: VariantInput, path: string[]): { values: string[] } | ProductError {
  const given = input.optionValues ?? [];
  const field = [...path, 'optionValues'];
  const stranger = given.find(({ optionName }) => !options.includes(optionName ?? ''));
  if (stranger) return { field: [...field, String(given.indexOf(stranger))], message: 'Option does not exist', code: 'OPTION_DOES_NOT_EXIST' };
  const values = options.map((option) => given.find(({ optionName }) => optionName === option)?.name ?? '');
  const missing = options[values.indexOf('')];
  if (missing !== undefined) return { field, message: `You need to add option values for ${missing}`, code: 'NEED_TO_ADD_OPTION_VALUES' };
  if (values.some((value) => value.length > limits.text)) return { field, message: 'Option value name is too long.', code: 'OPTION_VALUE_NAME_TOO_LONG' };
  return { values };
}

/** Variants are told from each other by their values. */
export function keyOfValues(values: readonly string[]): string { return values.join('\n').toLowerCase(); }
