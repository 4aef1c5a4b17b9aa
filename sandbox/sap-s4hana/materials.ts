import type { Random } from '../random';
import type { World } from '../world';
import type { Transaction } from './odata/database';
import { changedRow, day, fullRow, msOf, stamp, type Row } from './odata/model';
import { organisation } from './organisation';

/** What somebody maintains of a material. */
export interface MaterialChange {
  sku: string;
  /** Its description and its long text in a language. */
  name?: string; text?: string;
  /** Two letters; default EN. */
  language?: string;
  /** Cross-plant status, '' for none. */
  status?: string;
  /** Sales status in the sandbox's sales area, '' for none. */
  salesStatus?: string;
  /** Marked for deletion? */
  deleted?: boolean;
}

/** Marks a material as changed, later than ever before. */
export function touchMaterial(to: Transaction, sku: string, at: number): void {
  const product = to.get('A_Product', sku);
  if (!product) return;
  const now = Math.max(at, typeof product.LastChangeDateTime === 'string' ? msOf(product.LastChangeDateTime) + 1 : 0);
  to.put('A_Product', changedRow(product, { LastChangeDate: day(now), LastChangeDateTime: stamp(now) }));
}

/** Maintains a material, past all checks. Throws RangeError for an unknown one. */
export function changeMaterial(to: Transaction, { sku, name, text, language = 'EN', status, salesStatus, deleted }: MaterialChange, at: number): void {
  if (!to.get('A_Product', sku)) throw new RangeError(`The sandbox has no material ${sku}`);
  const put = (set: string, key: Row, values: Row): void => {
    const { type, keyOf } = table(to, set);
    const row = fullRow(type, key);
    to.put(set, changedRow(to.get(set, keyOf(row)) ?? row, values));
  };
  if (name !== undefined) put('A_ProductDescription', { Product: sku, Language: language }, { ProductDescription: name });
  if (text !== undefined) put('A_ProductBasicText', { Product: sku, Language: language }, { LongText: text });
  if (status !== undefined) put('A_Product', { Product: sku }, { CrossPlantStatus: status });
  if (deleted !== undefined) put('A_Product', { Product: sku }, { IsMarkedForDeletion: deleted });
  const { salesOrganization: ProductSalesOrg, distributionChannel: ProductDistributionChnl } = organisation;
  if (salesStatus !== undefined) put('A_ProductSalesDelivery', { Product: sku, ProductSalesOrg, ProductDistributionChnl }, { ProductSalesStatus: salesStatus });
  touchMaterial(to, sku, at);
}

function table(to: Transaction, set: string): { type: Parameters<typeof fullRow>[0]; keyOf: (row: Row) => string } {
  const found = to.database.table(set);
  return { type: found.type, keyOf: (row) => found.keyOf(row) };
}

/** Once in a while somebody words the description of a material anew. */
export function reword({ products }: World, random: Random, to: Transaction, at: number): void {
  const { sku, name } = random.pick(products);
  if (to.get('A_Product', sku)) changeMaterial(to, { sku, name: `${name} ${random.pick(['new', 'improved', 'in a box', 'DIN'])}`.slice(0, 40) }, at);
}
