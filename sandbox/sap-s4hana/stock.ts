import Big from 'big.js';
import type { Random } from '../random';
import type { WorldProduct, WorldSite } from '../world';
import type { Database, Transaction } from './odata/database';
import { changedRow, fullRow, type Row } from './odata/model';

/** Where stock of a material lies, and of what kind it is. */
export interface StockPlace {
  sku: string;
  /** Default: the first site's. */
  plant?: string;
  /** Default: that of the plant's site. */
  storageLocation?: string;
  /** `01` free for use (default), `02` in quality inspection, `07` blocked. */
  stockType?: string;
}

/** What a material has at a place from now on, in its base unit. */
export interface StockChange extends StockPlace { quantity: string }

/** Writes what there is of the world's n-th product: some at every site, and of some also what is inspected, blocked or made for an order. */
export function writeStock({ sku, unit }: WorldProduct, n: number, sites: readonly WorldSite[], random: Random, to: Transaction): void {
  const quantity = (least: number, most: number): string => String(unit === 'C62' || unit === 'XBX' ? random.int(least, most) : random.int(least * 4, most * 4) / 4);
  sites.forEach(({ plant }, i) => { setStock(to, sites, { sku, plant, quantity: i === 0 ? quantity(200, 5000) : quantity(0, 2000) }); });
  if (n % 10 === 0) setStock(to, sites, { sku, quantity: quantity(1, 100), stockType: '02' });
  if (n % 15 === 0) setStock(to, sites, { sku, quantity: quantity(1, 100), stockType: '07' });
  // The order is older than the first of the sandbox's own.
  if (n % 20 === 0) setStock(to, sites, { sku, quantity: quantity(1, 100) }, { InventorySpecialStockType: 'E', SDDocument: String(3_000_000 + n), SDDocumentItem: '10' });
}

/** Sets what a material has at a place, past all checks. Throws RangeError for an unknown material. */
export function setStock(to: Transaction, sites: readonly WorldSite[], { quantity, ...place }: StockChange, special: Row = {}): void {
  changeStock(to, sites, place, () => new Big(quantity), special);
}

/** Makes a quantity from the one there was; where there is no row yet it makes one. Throws RangeError for an unknown material. */
export function changeStock(to: Transaction, sites: readonly WorldSite[], place: StockPlace, change: (old: Big) => Big, special: Row = {}): void {
  const { sku, plant = sites[0]?.plant ?? '', stockType = '01' } = place;
  const product = to.get('A_Product', sku);
  if (!product) throw new RangeError(`The sandbox has no material ${sku}`);
  const table = to.database.table('A_MatlStkInAcctMod');
  const unit = product.BaseUnit ?? '';
  const row = fullRow(table.type, {
    Material: sku, Plant: plant, StorageLocation: place.storageLocation ?? sites.find((site) => site.plant === plant)?.storageLocation ?? '', InventoryStockType: stockType,
    // Numbers in texts show nothing as 0.
    WBSElementInternalID: '0', SDDocumentItem: '0', MaterialBaseUnit: unit, ...special,
  });
  const old = to.get('A_MatlStkInAcctMod', table.keyOf(row));
  to.put('A_MatlStkInAcctMod', changedRow(old ?? row, { MatlWrhsStkQtyInMatlBaseUnit: change(new Big(String((old ?? row).MatlWrhsStkQtyInMatlBaseUnit))).toFixed(14) }));
  if (!to.get('A_MaterialStock', sku)) to.put('A_MaterialStock', fullRow(to.database.table('A_MaterialStock').type, { Material: sku, MaterialBaseUnit: unit }));
}

/** What is free for use of a material, at all plants or at one. */
export function freeStock(database: Database, sku: string, plant?: string): string {
  let sum = new Big(0);
  for (const row of database.table('A_MatlStkInAcctMod').by('Material', sku) ?? []) {
    if (row.InventoryStockType === '01' && row.InventorySpecialStockType === '' && (plant === undefined || row.Plant === plant)) sum = sum.plus(String(row.MatlWrhsStkQtyInMatlBaseUnit));
  }
  return sum.toFixed();
}

/** Takes a material's stock away with it. */
export function dropStock(to: Transaction, sku: string): void {
  for (const set of ['A_MaterialStock', 'A_MatlStkInAcctMod']) for (const row of to.database.table(set).by('Material', sku) ?? []) to.delete(set, row);
}
