import type { Native } from '../contract';

/** A field of a record as text; nothing is ''. */
export function text(row: Native, name: string): string {
  const value = row[name];
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

/** A list in a record; nothing is an empty one. */
export function listOf<T = Native>(value: unknown): T[] { return Array.isArray(value) ? value as T[] : []; }
