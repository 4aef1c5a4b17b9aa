import Big from 'big.js';
import type { Random } from '../random';
import type { World } from '../world';
import { settle } from './finance/office';
import type { Database, Transaction } from './odata/database';
import { reword } from './materials';
import { msOf } from './odata/model';
import { holding } from './price-conditions';
import { setPrice } from './prices';
import { deliver } from './sales/despatch';
import { changeStock } from './stock';
import type { System } from './system';

/** Orders wait so long for their goods, ms. */
const pickedAfterMs = 120_000;
/** Once in so many times somebody maintains a material. */
const rewording = 10;
/** Above this nobody orders more of a material. */
const plenty = 5000;
/** A price changes once in so many times. */
const oneIn = 5;

/**
 * What happens from time to time: goods arrive where there are not plenty, and leave for an order that has waited long enough, or an
 * old invoice is paid; now and then a list price changes or a material is worded anew.
 */
export function work(system: System, world: World, random: Random, to: Transaction): void {
  const { sku } = random.pick(world.products);
  const { plant } = random.pick(world.sites);
  const arrived = random.int(10, 400);
  changeStock(to, world.sites, { sku, plant }, (old) => old.gt(plenty) ? old : old.plus(arrived));
  const order = waiting(system.database, system.now() - pickedAfterMs);
  if (order !== undefined) deliver(system, world.sites, to, order, { carrier: 'Spedition Nord', packages: [{ trackingNumber: `SN${String(random.int(1_000_000, 9_999_999))}` }] });
  else settle(system, random, to);
  if (random.chance(oneIn)) reprice(system, random.pick(world.products).sku, random.int(95, 105), to);
  if (random.chance(rewording)) reword(world, random, to, system.now());
}

/** A list price goes up or down by some percent, if it has no scale. */
function reprice(system: System, sku: string, percent: number, to: Transaction): void {
  const record = holding(to, { Material: sku, ConditionType: 'PPR0' }, system.now())?.record;
  if (!record || record.ConditionScaleQuantity !== '0.000') return;
  const price = new Big(String(record.ConditionRateValue)).times(percent).div(100).round(2, Big.roundUp).toString();
  setPrice(system, to, { sku, price, per: Number(record.ConditionQuantity), currency: String(record.ConditionRateValueUnit), unit: String(record.ConditionQuantityUnit) });
}

function waiting(database: Database, before: number): string | undefined {
  for (const row of database.table('A_SalesOrder').rows.values()) {
    if (row.OverallDeliveryStatus === 'A' && row.DeliveryBlockReason === '' && typeof row.LastChangeDateTime === 'string' && msOf(row.LastChangeDateTime) < before) return String(row.SalesOrder);
  }
  return undefined;
}
