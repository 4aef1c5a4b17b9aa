import { tombstone } from '../../documents/tombstone';
import type { Canonical, Native } from '../contract';

/** A field of a record as text; nothing is ''. */
export function text(row: Native, name: string): string {
  const value = row[name];
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

/** A list in a record; nothing is an empty one. */
export function listOf<T = Native>(value: unknown): T[] { return Array.isArray(value) ? value as T[] : []; }

/** A record without its empty fields, at any depth: SAP's database has no nulls, '' stands for nothing. */
export function filled<T>(value: T): T {
  if (Array.isArray(value)) return value.map(filled) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== '' && inner !== null).map(([name, inner]) => [name, filled(inner)])) as T;
}

/** The document of a record that is no more. `type` names what it was, as in its externalIds. */
export function goneOf(system: string, type: string, id: string, time: string): Canonical {
  return tombstone(`${system}:${type}:${id}`, [{ system, type, id, number: id }], time);
}

/** A number as everybody writes it: `0080000012` is `80000012`; what is no number stays. */
export function withoutZeros(number: string): string { return /^\d+$/.test(number) ? number.replace(/^0+(?=\d)/, '') : number; }
