import Big from 'big.js';
import type { Native } from '../contract';

/** The scalar fields of `wanted` that `there` does not have already. Decimals and dates count by value, not by spelling. */
export function difference(there: Native, wanted: Native, except: readonly string[] = []): Native {
  return Object.fromEntries(Object.entries(wanted)
    .filter(([name, value]) => (typeof value !== 'object' || value === null) && !except.includes(name) && !same(there[name], value)));
}

function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'string' || typeof b !== 'string') return (a ?? '') === (b ?? '');
  if (isDecimal(a) && isDecimal(b)) return new Big(a).eq(b);
  return dateOf(a) !== undefined && dateOf(a) === dateOf(b);
}

const isDecimal = (text: string): boolean => /^-?\d+(\.\d+)?$/.test(text);
const dateOf = (text: string): string | undefined => /^\/Date\((-?\d+)/.exec(text)?.[1];

/** The same for texts, where each character counts (`01067` is another postal code than `1067`); nothing is ''. */
export function textDifference(there: Native, wanted: Native, except: readonly string[] = []): Native {
  return Object.fromEntries(Object.entries(wanted)
    .filter(([name, value]) => (typeof value !== 'object' || value === null) && !except.includes(name) && (there[name] ?? '') !== (value ?? '')));
}
