import type { Entity } from '../documents/event';
import { prefixEnd, type Store, type Write } from '../store/contract';

/** Records of a source that shall be sent once more though they have not changed: their last write was a careful guess. */
function keyOf(system: string, entity: Entity, id: string): string { return `${prefixOf(system, entity)}${encodeURIComponent(id)}`; }
function prefixOf(system: string, entity: Entity): string { return `recheck/${encodeURIComponent(system)}/${entity}/`; }

/** The write that asks for a record of `system` to be sent once more. */
export function recheckWrite(system: string, entity: Entity, id: string, now: number): Write { return { put: keyOf(system, entity, id), value: now }; }

/** The write that takes the wish back. */
export function recheckedWrite(system: string, entity: Entity, id: string): Write { return { delete: keyOf(system, entity, id) }; }

/** Ids of the records to be sent once more. */
export async function dueRechecks(store: Store, system: string, entity: Entity): Promise<ReadonlySet<string>> {
  const prefix = prefixOf(system, entity);
  const ids = new Set<string>();
  for await (const { key } of store.range({ from: prefix, to: prefixEnd(prefix) })) ids.add(decodeURIComponent(key.slice(prefix.length)));
  return ids;
}
