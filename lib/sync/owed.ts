import type { Entity } from '../documents/event';
import { prefixEnd, type Store, type Write } from '../store/contract';

/** A state of a record that was noticed and not confirmed in the other system yet: what freshness is judged by. */
export interface Owed {
  /** When the oldest such change was noticed, ms since 1970. */
  since: number;
  /** Which state is owed, ms since 1970: one written later than that settles it. */
  asOf: number;
  /** Never confirmed at all. */
  never: boolean;
}

function keyOf(system: string, entity: Entity, id: string): string { return `${prefixOf(system, entity)}${encodeURIComponent(id)}`; }
function prefixOf(system: string, entity: Entity): string { return `owed/${encodeURIComponent(system)}/${entity}/`; }

/** The write that notes a change of a record of `system`; an older one that is still owed keeps its time. */
export async function owedWrite(store: Store, system: string, entity: Entity, id: string, owed: Owed): Promise<Write> {
  const key = keyOf(system, entity, id);
  const before = (await store.get<Owed>(key))?.value;
  return { put: key, value: before ? { ...owed, since: before.since, never: before.never } : owed };
}

/** The write that settles what is owed of a record, if the state written is not older. */
export async function paidWrites(store: Store, system: string, entity: Entity, id: string, asOf: number): Promise<Write[]> {
  const key = keyOf(system, entity, id);
  const owed = (await store.get<Owed>(key))?.value;
  return owed && owed.asOf <= asOf ? [{ delete: key }] : [];
}

/** Records that are late: how many, how many of them were never confirmed at all, and some of them. */
export interface Late { count: number; never: number; samples: string[] }

/** What of a system's records was noticed before a time (ms since 1970) and is not confirmed. */
export async function lateOf(store: Store, system: string, entity: Entity, before: number): Promise<Late> {
  const late: Late = { count: 0, never: 0, samples: [] };
  for await (const { id, never } of lateRecords(store, system, entity, before)) {
    late.count++;
    if (never) late.never++;
    if (late.samples.length < 10) late.samples.push(id);
  }
  return late;
}

/** Each of them. */
export async function* lateRecords(store: Store, system: string, entity: Entity, before: number): AsyncIterable<Owed & { id: string }> {
  const prefix = prefixOf(system, entity);
  for await (const { key, value } of store.range<Owed>({ from: prefix, to: prefixEnd(prefix) })) {
    if (value.since < before) yield { ...value, id: decodeURIComponent(key.slice(prefix.length)) };
  }
}
