import type { Issue } from '../errors';
import { isCurrency, minorUnits } from './codes';
import { decimalsOf } from './decimal';
import type { Documents } from './types';

/** Which currencies a document may hold: by the name of the field below its root, the rest in `all`. */
interface Allowed { all: readonly string[]; fields?: Readonly<Record<string, readonly string[]>>; named: string }

/** Prices may be finer than the currency: 0.0035 EUR a screw. */
const prices = new Set(['priceAmount', 'listPriceAmount', 'price', 'compareAtPrice']);

type Root = Record<string, unknown>;

/**
 * CUR-1: amounts stand in the currency their document is in. An order's `accountingTotals` stand in its
 * `accountingCurrencyCode`, an invoice's tax totals may stand in `taxCurrencyCode` too, a payment's fees and accounting amount
 * in a currency of their own. CUR-2: the currency exists. BR-DEC: amounts have no more decimals than the currency has.
 */
export function checkCurrencies(document: Documents[keyof Documents]): Issue[] {
  const root = document as unknown as Root;
  const allowed = allowedIn(root);
  const issues: Issue[] = [];
  if (!allowed) return issues;
  for (const code of new Set([...allowed.all, ...Object.values(allowed.fields ?? {}).flat()])) {
    if (!isCurrency(code)) issues.push({ path: '', rule: 'CUR-2', message: `${code} is not a currency of ISO 4217` });
  }
  for (const key in root) {
    if (key === 'extensions') continue;
    walk(root[key], key, undefined, { allowed: allowed.fields?.[key] ?? allowed.all, named: allowed.named, issues });
  }
  return issues;
}

function allowedIn(root: Root): Allowed | undefined {
  const code = (name: string): string[] => (typeof root[name] === 'string' ? [root[name]] : []);
  if ('documentCurrencyCode' in root) {
    const all = code('documentCurrencyCode');
    return { all, named: 'documentCurrencyCode', fields: { accountingTotals: code('accountingCurrencyCode'), taxTotals: [...all, ...code('taxCurrencyCode')] } };
  }
  if ('priceCurrency' in root) return { all: code('priceCurrency'), named: 'priceCurrency' };
  if ('amount' in root) {
    const currencyOf = (value: unknown): string[] => (isAmount(value) ? [value.currency] : []);
    const all = currencyOf(root['amount']);
    const accounting = currencyOf(root['accountingAmount']);
    return { all, named: 'amount.currency', fields: { accountingAmount: accounting, fees: [...all, ...accounting] } };
  }
  if ('lines' in root && 'returnNumber' in root) {
    const first = firstCurrency(root);
    return first === undefined ? undefined : { all: [first], named: 'first amount' };
  }
  return undefined;
}

interface Walk { allowed: readonly string[]; named: string; issues: Issue[] }

interface Trail { key: string | number; up: Trail | undefined }

function walk(value: unknown, key: string | number, up: Trail | undefined, context: Walk): void {
  if (typeof value !== 'object' || value === null) return;
  const trail: Trail = { key, up };
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) walk(value[i], i, trail, context);
  } else if (isAmount(value)) {
    check(value, trail, context);
  } else {
    for (const name in value) if (name !== 'extensions') walk((value as Root)[name], name, trail, context);
  }
}

function check(amount: { value: string; currency: string }, trail: Trail, { allowed, named, issues }: Walk): void {
  if (!allowed.includes(amount.currency)) {
    issues.push({ path: `${pathOf(trail)}.currency`, rule: 'CUR-1', message: `is ${amount.currency}, but the ${named} is ${allowed.join(' or ') || 'not stated'}` });
  }
  const places = minorUnits(amount.currency);
  if (decimalsOf(amount.value) > places && !prices.has(String(trail.key))) {
    issues.push({ path: `${pathOf(trail)}.value`, rule: 'BR-DEC', message: `has more decimals than ${amount.currency} allows (${places})` });
  }
}

function isAmount(value: unknown): value is { value: string; currency: string } {
  return typeof value === 'object' && value !== null && 'currency' in value && 'value' in value
    && typeof value.currency === 'string' && typeof value.value === 'string';
}

function firstCurrency(value: unknown): string | undefined {
  if (isAmount(value)) return value.currency;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const item of Object.values(value)) {
    const found = firstCurrency(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

function pathOf(trail: Trail | undefined): string {
  if (!trail) return '';
  const { key, up } = trail;
  return typeof key === 'number' ? `${pathOf(up)}[${key}]` : up ? `${pathOf(up)}.${key}` : key;
}
