import type { Random } from '../random';
import type { World } from '../world';
import { isOpen, settle } from './finance/office';
import type { Database, Transaction } from './odata/database';
import { reword } from './materials';
import { msOf, type Row } from './odata/model';
import { reprice } from './prices';
import { deliver } from './sales/despatch';
import { changeStock } from './stock';
import type { System } from './system';

/** So many orders and invoices are dealt with at once. */
const atOnce = 10;
/** So many in a row that are done say that nothing older is left. */
const enough = 100;
/** Once in so many times somebody maintains a material. */
const rewording = 10;
/** Above this nobody orders more of a material. */
const plenty = 5000;
/** A price changes once in so many times. */
const oneIn = 2;

/**
 * What happens from time to time: goods arrive where there are not plenty, and leave for orders that have waited for `patienceMs`,
 * and invoices of that age are paid; now and then a price changes or a material is worded anew.
 */
export function work(system: System, world: World, random: Random, to: Transaction, patienceMs: number): void {
  const { sku } = random.pick(world.products);
  const { plant } = random.pick(world.sites);
  const arrived = random.int(10, 400);
  changeStock(to, world.sites, { sku, plant }, (old) => old.gt(plenty) ? old : old.plus(arrived));
  const before = system.now() - patienceMs;
  const due = oldest(system.database, 'A_SalesOrder', (row) => row.OverallDeliveryStatus !== 'A' || row.DeliveryBlockReason !== '', before);
  for (const { SalesOrder } of due) {
    deliver(system, world.sites, to, String(SalesOrder), { carrier: 'Spedition Nord', packages: [{ trackingNumber: `SN${String(random.int(1_000_000, 9_999_999))}` }] });
  }
  for (const { BillingDocument } of oldest(system.database, 'A_BillingDocument', (row) => !isOpen(to, row), before)) settle(system, random, to, String(BillingDocument));
  if (random.chance(oneIn)) reprice(system, to, random.pick(world.products).sku, world.priceLists, random);
  if (random.chance(rewording)) reword(world, random, to, system.now());
}

/**
 * The oldest rows that have something to be done and have not changed since a time. After many that are done all earlier ones are
 * taken to be: the look must not take longer with each day.
 */
function oldest(database: Database, set: string, isDone: (row: Row) => boolean, before: number): Row[] {
  const due: Row[] = [];
  let done = 0;
  for (const row of [...database.table(set).rows.values()].reverse()) {
    if (done === enough) break;
    if (isDone(row)) done++;
    else if (typeof row.LastChangeDateTime === 'string' && msOf(row.LastChangeDateTime) < before) { due.push(row); done = 0; }
  }
  return due.slice(-atOnce).reverse();
}
