import { sameValue } from '../../documents/changes';
import type { Native } from '../contract';

/** The scalar fields of `wanted` that `there` does not have already. Decimals and dates count by value, not by spelling. */
export function difference(there: Native, wanted: Native, except: readonly string[] = []): Native {
  return differing(there, wanted, except, (a, b) => sameValue(a, b) || sameDate(a, b));
}

/** The same for texts, where each character counts (`01067` is another postal code than `1067`); nothing is ''. */
export function textDifference(there: Native, wanted: Native, except: readonly string[] = []): Native {
  return differing(there, wanted, except, (a, b) => (a ?? '') === (b ?? ''));
}

function differing(there: Native, wanted: Native, except: readonly string[], same: (a: unknown, b: unknown) => boolean): Native {
  return Object.fromEntries(Object.entries(wanted)
    .filter(([name, value]) => (typeof value !== 'object' || value === null) && !except.includes(name) && !same(there[name], value)));
}

function sameDate(a: unknown, b: unknown): boolean { return dateOf(a) !== undefined && dateOf(a) === dateOf(b); }
function dateOf(value: unknown): string | undefined { return typeof value === 'string' ? /^\/Date\((-?\d+)/.exec(value)?.[1] : undefined; }
