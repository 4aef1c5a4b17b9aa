import { createHash } from 'node:crypto';
import type { Native } from '../contract';
import { text } from './fields';
import type { SapOptions } from './options';

/** Longest reference that the field of an item takes. */
const longest = 35;

/** A line id as items keep it: ids that are too long are hashed. */
export function lineReference(id: string): string {
  return id.length <= longest ? id : createHash('sha256').update(id).digest('hex').slice(0, longest);
}

/**
 * The shop's line id that an item carries; '' if it has none. An item without a ship-to reference of its own shows the
 * header's, which is none.
 */
export function lineIdOf(item: Native, order: Native, { lineIdField }: Pick<SapOptions, 'lineIdField'>): string {
  const id = text(item, lineIdField);
  return lineIdField === 'PurchaseOrderByShipToParty' && id === text(order, lineIdField) ? '' : id;
}
