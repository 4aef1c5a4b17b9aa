import { hasCheckDigit } from '../../documents/codes';
import { defined, filled } from '../../documents/defined';
import type { Product, Variant, VariantOption } from '../../documents/types';
import type { Issue } from '../../errors';
import type { Native } from '../contract';
import { reader } from './customer';
import { canonicalId, externalId, gidOf as gidOfRecord, gidParts } from './gid';
import { text } from './parties';
import { isHeld, noted, picked, productFacts, quantityOf, sameWeight, textOf, variantFacts, weightOf, type BlockNote, type ProductFacts, type SyncNote, type VariantFacts, type WeightRecord } from './product-record';
import { identify, utc } from './records';

/** A product with its variants, of GraphQL or of a webhook. Puts every variant without a SKU into `issues`. */
export function canonicalProduct(native: Native, system: string, issues: Issue[]): Product {
  const { id, time } = identify(native, system);
  const of = reader(native);
  const variants = of.list('variants.nodes', 'variants');
  const names = of.list('options').flatMap(({ name }) => typeof name === 'string' ? [name] : []);
  const descriptionHtml = text(of.text('descriptionHtml', 'body_html'));
  const { state } = noted<SyncNote>(native, 'sync');
  const status = statusOf(of.text('status')?.toLowerCase(), state);
  const tags = of.text('tags')?.split(',') ?? of.list('tags').map(String);
  if (variants.length === 0) issues.push({ path: 'variants', rule: 'minItems', message: 'The product has no variants.' });
  return defined<Product>({
    schemaVersion: '1.0', id: canonicalId(system, id), externalIds: [externalId(system, id)], version: { sourceUpdatedAt: time }, systemOfRecord: system,
    deleted: status === 'archived' && state === 'deleted' ? true : undefined, createdAt: utc(native['createdAt']) ?? utc(native['created_at']), updatedAt: time, name: text(of.text('title')) ?? id,
    productType: of.boolean('isGiftCard') === true ? 'giftCard' : variants.length > 1 ? 'configurable' : 'simple',
    status,
    handle: text(of.text('handle')), brand: text(of.text('vendor')),
    productGroup: text(of.text('productType', 'product_type')), description: descriptionHtml && textOf(descriptionHtml), descriptionHtml,
    tags: unique(tags), optionNames: unique(names.filter((name) => name !== 'Title')),
    ...picked(noted<ProductFacts>(native, 'facts'), productFacts),
    variants: variants.map((variant, index) => variantOf(variant, index, names, system, issues, isHeld(status))),
  });
}

/** What of ours was held back is told by why. */
function statusOf(status: string | undefined, state: SyncNote['state']): Product['status'] {
  if (status === 'draft') return state === 'blocked' ? 'blocked' : 'draft';
  return status === 'archived' || status === 'unlisted' ? status : 'active';
}

function variantOf(native: Native, index: number, names: string[], system: string, issues: Issue[], held: boolean): Variant {
  const of = reader(native);
  const id = gidOfRecord(native) ?? '';
  const sku = text(of.text('sku'));
  const title = text(of.text('title'));
  if (!sku) issues.push({ path: `variants[${String(index)}].sku`, rule: 'required', message: `Variant ${String(index + 1)}${title ? ` "${title}"` : ''} has no SKU.` });
  const barcode = text(of.text('barcode'));
  const hsCode = text(of.text('inventoryItem.harmonizedSystemCode'))?.replace(/\D/g, '');
  const options = optionsOf(native, names);
  const policy = of.text('inventoryPolicy', 'inventory_policy')?.toLowerCase();
  const { status, grossWeight, ...facts } = picked(noted<VariantFacts>(native, 'facts'), variantFacts);
  const blocked = status === 'blocked' && (held || noted<BlockNote>(native, 'block').blocked === true);
  const weight = of.object('inventoryItem.measurement.weight') as WeightRecord | undefined;
  return defined<Variant>({
    id: gidParts(id)?.tail ?? id, sku: sku ?? '', externalIds: [externalId(system, id)],
    gtin: barcode && /^(\d{8}|\d{12,14})$/.test(barcode) && hasCheckDigit(barcode) ? barcode : undefined,
    name: title === 'Default Title' ? undefined : title, status: blocked ? 'blocked' : 'active', purchasable: blocked ? false : of.boolean('availableForSale'),
    options: filled(options), baseUnitCode: 'C62', trackInventory: of.boolean('inventoryItem.tracked'),
    inventoryPolicy: policy === 'deny' || policy === 'continue' ? policy : undefined, requiresShipping: of.boolean('inventoryItem.requiresShipping'),
    hsCode: hsCode && /^\d{6,12}$/.test(hsCode) ? hsCode : undefined, countryOfOrigin: of.text('inventoryItem.countryCodeOfOrigin'),
    // The exact figure, unless somebody has changed the weight in the shop.
    grossWeight: grossWeight && sameWeight(weightOf(grossWeight), weight) ? grossWeight : weight && weight.value > 0 ? quantityOf(weight) : undefined,
    ...facts,
  });
}

/** GraphQL names each option; a webhook has `option1` to `option3` in the order of the product's options. */
function optionsOf(native: Native, names: string[]): VariantOption[] {
  const selected = native['selectedOptions'];
  const pairs = Array.isArray(selected) ? selected as { name: string; value: string }[]
    : names.map((name, index) => ({ name, value: native[`option${String(index + 1)}`] }));
  return pairs.flatMap(({ name, value }) => typeof value === 'string' && value !== '' && value !== 'Default Title' ? [{ name, value }] : []);
}

function unique(values: string[]): string[] | undefined {
  return filled([...new Set(values.map((value) => value.trim()).filter(Boolean))]);
}
