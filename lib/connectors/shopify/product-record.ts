import Big from 'big.js';
import type { Product, Quantity, Variant } from '../../documents/types';
import type { Native } from '../contract';
import { reader } from './customer';
import type { NodePage } from './records';

export type ProductStatus = 'ACTIVE' | 'ARCHIVED' | 'DRAFT' | 'UNLISTED';

/** What the ERP says of a product; what it holds back is not offered. */
export type ProductState = Product['status'] | 'deleted';

/** The metafield `sync` of a product: what is noted of our last write. */
export interface SyncNote {
  /** `<system>/<id>` of the record it was written from. */
  source?: string;
  /** `version.sourceUpdatedAt` of that record; absent until all of a new product is there. */
  updatedAt?: string;
  state?: ProductState;
  /** The status before the product was held back. */
  before?: ProductStatus;
  /** Addresses of images that were added. */
  images?: string[];
  /** Digest of the translations that were written. */
  translations?: string;
}

/** The metafield `block` of a variant: the publications (gids) it was taken from, to be given back to them. */
export interface BlockNote { blocked: boolean; publications: string[] }

/** The metafields `facts`: what a document says and the shop has no field for. */
export type ProductFacts = Partial<Pick<Product, 'productType' | 'manufacturer' | 'categories' | 'attributes' | 'relations'>>;
export type VariantFacts = Partial<Pick<Variant, typeof variantFacts[number]>>;

export const productFacts = ['productType', 'manufacturer', 'categories', 'attributes', 'relations'] as const;
export const variantFacts = [
  'status', 'name', 'mpn', 'baseUnitCode', 'alternativeUnits', 'quantityRule', 'lotControlled', 'serialControlled', 'netWeight', 'grossWeight', 'dimensions',
  'taxCategory', 'dangerousGoods',
] as const;

export interface WeightRecord { value: number; unit: 'GRAMS' | 'KILOGRAMS' | 'OUNCES' | 'POUNDS' }

interface Field { value: string }

export interface VariantRecord extends Native {
  id: string; sku: string | null; barcode: string | null; inventoryPolicy: string;
  selectedOptions: { name: string; value: string }[];
  facts: Field | null; block: Field | null;
  inventoryItem: {
    tracked: boolean; requiresShipping: boolean; harmonizedSystemCode: string | null; countryCodeOfOrigin: string | null;
    measurement: { weight: WeightRecord | null };
  };
}

/** A product as GraphQL has it. */
export interface ProductRecord extends Native {
  id: string; title: string; status: ProductStatus; vendor: string; productType: string; descriptionHtml: string; tags: string[];
  options: { name: string }[]; sync: Field | null; facts: Field | null;
  variants: Omit<NodePage, 'nodes'> & { nodes: VariantRecord[] };
}

/** The JSON of one of our metafields; nothing where there is none, or somebody has written something else into it. */
export function noted<T extends object>(record: Native, name: string): Partial<T> {
  const text = reader(record).text(`${name}.value`);
  try {
    const value: unknown = JSON.parse(text ?? '{}');
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
  } catch {
    return {};
  }
}

/** Is a product of this state not to be offered? */
export function isHeld(state: ProductState | undefined): boolean { return state !== undefined && state !== 'active' && state !== 'unlisted'; }

/** The status that holding back gives a product. */
export function statusWhen(state: ProductState | undefined): ProductStatus { return state === 'archived' || state === 'deleted' ? 'ARCHIVED' : 'DRAFT'; }

const weightUnits: Partial<Record<string, { unit: WeightRecord['unit']; times: number }>> = {
  KGM: { unit: 'KILOGRAMS', times: 1 }, GRM: { unit: 'GRAMS', times: 1 }, TNE: { unit: 'KILOGRAMS', times: 1000 }, MGM: { unit: 'GRAMS', times: 0.001 },
  LBR: { unit: 'POUNDS', times: 1 }, ONZ: { unit: 'OUNCES', times: 1 },
};
const grams: Record<WeightRecord['unit'], string> = { GRAMS: '1', KILOGRAMS: '1000', OUNCES: '28.349523125', POUNDS: '453.59237' };

/** A weight in a unit the shop has; undefined for a unit that is none of weight. */
export function weightOf({ value, unitCode }: Quantity): WeightRecord | undefined {
  const found = weightUnits[unitCode];
  return found && { value: new Big(value).times(found.times).toNumber(), unit: found.unit };
}

/** Do they weigh the same, whatever the unit? */
export function sameWeight(a: WeightRecord | null | undefined, b: WeightRecord | null | undefined): boolean {
  return a && b ? new Big(a.value).times(grams[a.unit]).eq(new Big(b.value).times(grams[b.unit])) : !a && !b;
}

/** A weight of the shop in a document. */
export function quantityOf({ value, unit }: WeightRecord): Quantity {
  const unitCode = Object.entries(weightUnits).find(([, one]) => one?.unit === unit && one.times === 1)?.[0] ?? 'KGM';
  return { value: new Big(value).toFixed(), unitCode };
}

/** Text as simple HTML: a paragraph for each block of lines. */
export function htmlOf(text: string): string {
  const escaped = text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
  return escaped.split(/\n{2,}/).map((block) => `<p>${block.replace(/\n/g, '<br>')}</p>`).join('\n');
}

/** The text of HTML that {@link htmlOf} made; undefined for any other. */
export function textOf(html: string): string | undefined {
  const text = html.split('\n').map((block) => /^<p>(.*)<\/p>$/.exec(block)?.[1]?.replace(/<br>/g, '\n') ?? '<').join('\n\n');
  return text.includes('<') ? undefined : text.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');
}

/** Some fields of a record, those that are there. */
export function picked<T extends object, K extends keyof T>(from: T, keys: readonly K[]): Partial<Pick<T, K>> {
  return Object.fromEntries(keys.flatMap((key) => from[key] === undefined ? [] : [[key, from[key]]])) as Partial<Pick<T, K>>;
}
