import type { InventoryLevel } from '../../documents/types';
import { defined } from '../../documents/defined';
import { DataError, type Issue } from '../../errors';
import type { Canonical, Native } from '../contract';
import { canonicalId, externalId, gidOf } from './gid';
import type { LevelRecord, StockWrite } from './inventory';

/** A level of the shop as canonical document. */
export function canonicalLevel(native: Native, system: string, issues: Issue[]): InventoryLevel {
  const { sku, location, code, quantities, readAt } = native as LevelRecord;
  const id = gidOf(native) ?? '';
  const of = (name: string): string | undefined => {
    const found = quantities.find((one) => one.name === name);
    return found && String(found.quantity);
  };
  if (!sku) issues.push({ path: 'sku', rule: 'required', message: `the item of ${id} has no SKU` });
  return {
    schemaVersion: '1.0', id: canonicalId(system, id), externalIds: [externalId(system, id, sku)], version: { sourceUpdatedAt: readAt }, systemOfRecord: system,
    sku: sku ?? '', location: { code, name: location.name, externalIds: [externalId(system, location.id)] },
    unitCode: 'C62', mode: 'absolute', asOf: readAt,
    quantities: defined<InventoryLevel['quantities']>({ onHand: of('on_hand'), available: of('available'), committed: of('committed') }),
  };
}

/** What a canonical level asks to be set. Throws DataError for one that says nothing of what is available. */
export function stockWriteOf(document: Canonical, system: string): StockWrite {
  const { sku, location, quantities, mode, asOf, openOrderCutoff, includesOpenCommerceOrders } = document as unknown as InventoryLevel;
  const record = `stock ${sku} at ${location.code ?? ''}`;
  const refuse = (path: string, rule: string, message: string): DataError =>
    new DataError('DATA_STOCK', `${record} cannot be written to ${system}: ${path} ${message}.`, { system, record, issues: [{ path, rule, message }] });
  if (mode === 'delta') throw refuse('mode', 'absolute', 'must be absolute: a change of stock that came twice would count twice');
  if (location.code === undefined) throw refuse('location.code', 'required', 'is missing');
  if (quantities.available === undefined) throw refuse('quantities.available', 'required', 'is missing');
  // The shop counts whole pieces: what is less than one cannot be sold.
  return { sku, location: location.code, available: Math.floor(Number(quantities.available)), asOf: openOrderCutoff ?? asOf, ordersIncluded: includesOpenCommerceOrders ?? true };
}
