import Big from 'big.js';

/** A field that a write would change, by its path in the written record: absent before is new, absent after is taken away. */
export interface FieldChange { path: string; before?: unknown; after?: unknown }

/**
 * What of `wanted` is not so already, field by field; what it does not speak of is left out, as are rows of lists beyond
 * its own. Decimals count by value, and nothing is the same as null and ''.
 */
export function fieldChanges(there: unknown, wanted: unknown, path = ''): FieldChange[] {
  if (wanted === undefined || sameValue(there, wanted)) return [];
  if (typeof wanted !== 'object' || wanted === null) return [change(path, there, wanted)];
  const from = (typeof there === 'object' ? there ?? {} : {}) as Record<string, unknown>;
  if (Array.isArray(wanted)) return wanted.flatMap((row, at) => fieldChanges(from[at], row, `${path}[${String(at)}]`));
  return Object.entries(wanted).flatMap(([name, value]) => fieldChanges(from[name], value, path === '' ? name : `${path}.${name}`));
}

function change(path: string, before: unknown, after: unknown): FieldChange {
  return { path, ...(isNothing(before) ? {} : { before }), ...(isNothing(after) ? {} : { after }) };
}

const isNothing = (value: unknown): boolean => value === undefined || value === null || value === '';
const isDecimal = (value: unknown): value is string | number => (typeof value === 'string' || typeof value === 'number') && /^-?\d+(\.\d+)?$/.test(String(value));

/** The same for two scalars: `1` and `1.00`, nothing and ''. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (a === b || (isNothing(a) && isNothing(b))) return true;
  return isDecimal(a) && isDecimal(b) && new Big(a).eq(b);
}
