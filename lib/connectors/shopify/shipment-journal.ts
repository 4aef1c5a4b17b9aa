import { gid, gidParts } from './gid';

/**
 * What we note of a shipment on its order, for a fulfilment has no field for a number of ours: which fulfilments are it,
 * and before any is made, which ones were there already. After a lost answer a new one that nobody else has is ours.
 */
export interface Entry {
  /** Numbers of the fulfilments. */
  ids: string[];
  /** Numbers of all that were there before; present while a write may be under way. */
  seen?: string[];
  /** Numbers of the other orders the shipment is of. */
  orders?: string[];
}

/** By shipment number. */
export type Journal = Record<string, Entry>;

/** Where the journal stands on an order. */
export const journalKey = 'shipments';

/** What is no journal counts as an empty one. */
export function readJournal(value: string | undefined): Journal {
  try {
    const read: unknown = JSON.parse(value ?? '{}');
    const entries = typeof read === 'object' && read !== null ? Object.entries(read as Record<string, Partial<Entry> | null>) : [];
    return Object.fromEntries(entries.flatMap(([number, entry]) => Array.isArray(entry?.ids) ? [[number, entry as Entry]] : []));
  } catch {
    return {};
  }
}

/** The number of the shipment that a fulfilment is noted as. */
export function shipmentOf(journal: Journal, id: string): string | undefined { return Object.keys(journal).find((number) => journal[number]?.ids.includes(numberOf(id))); }

/** Fulfilments that are other shipments. */
export function takenBy(journal: Journal, except: string): ReadonlySet<string> {
  return new Set(Object.entries(journal).flatMap(([number, { ids }]) => number === except ? [] : ids.map(gidOf)));
}

export function numberOf(id: string): string { return gidParts(id)?.tail ?? id; }
export function gidOf(number: string): string { return gid('Fulfillment', number) ?? number; }
