import Big from 'big.js';
import { instant, issueDate } from '../documents/dates';
import { ConfigError } from '../errors';

/** A conversion of a rule's `as`; several are carried out one after the other. */
export type Conversion =
  | 'string' | 'number' | 'integer' | 'boolean' | 'decimal' | 'date' | 'dateTime' | 'sapDate'
  | 'upper' | 'lower' | 'trim' | 'stripZeros' | 'negate'
  | { decimal: number } | { padLeft: number } | { cut: number } | { maxLength: number } | { date: string };

/** Converts a value that is neither absent nor null. Throws {@link Refusal} with the reason. `read` gets what a path names. */
export type Convert = (value: unknown, read: (path: string) => unknown) => unknown;

/** Why a value cannot be converted; never holds the value. */
export class Refusal extends Error {}

const decimalText = /^-?\d+(?:\.\d+)?$/;

export function compileConversion(conversion: Conversion): Convert {
  if (typeof conversion === 'string') return named[conversion];
  if ('decimal' in conversion) return (value) => fixed(value, conversion.decimal);
  if ('padLeft' in conversion) return (value) => { const digits = toText(value); return /^\d+$/.test(digits) ? digits.padStart(conversion.padLeft, '0') : digits; };
  if ('cut' in conversion) return (value) => Array.from(toText(value)).slice(0, conversion.cut).join('');
  if ('maxLength' in conversion) return (value) => maxLength(toText(value), conversion.maxLength);
  return (value, read) => dateIn(value, read(conversion.date));
}

const named: Record<Extract<Conversion, string>, Convert> = {
  string: toText,
  number: toNumber,
  integer: (value) => {
    const number = toNumber(value);
    if (!Number.isSafeInteger(number)) throw new Refusal('is not a whole number');
    return number;
  },
  boolean: (value) => {
    if (typeof value === 'boolean') return value;
    const found = booleans.get(toText(value).trim().toLowerCase());
    if (found === undefined) throw new Refusal('is neither true nor false');
    return found;
  },
  decimal: (value) => toBig(value).toFixed(),
  date: (value) => {
    const text = fromSap(value);
    if (/^\d{4}-\d\d-\d\d(?:T00:00:00(?:\.0+)?(?:Z|\+00:00)?)?$/.test(text)) return isoDate(text.slice(0, 10));
    throw new Refusal('is not a date; the date of a time needs a time zone: { "date": "<path of the time zone>" }');
  },
  dateTime: (value) => new Date(timeOf(value)).toISOString(),
  sapDate: (value) => `/Date(${typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value) ? Date.parse(isoDate(value)) : timeOf(value)})/`,
  upper: (value) => toText(value).toUpperCase(),
  lower: (value) => toText(value).toLowerCase(),
  trim: (value) => toText(value).trim(),
  stripZeros: (value) => toText(value).replace(/^0+(?=\d+$)/, ''),
  negate: (value) => {
    const text = toBig(value).toFixed(typeof value === 'string' ? value.split('.')[1]?.length ?? 0 : undefined);
    return text.startsWith('-') ? text.slice(1) : /[1-9]/.test(text) ? `-${text}` : text;
  },
};

/** Also the ways of SAP (X and blank) and NetSuite (T and F). */
const booleans = new Map([['true', true], ['1', true], ['x', true], ['y', true], ['yes', true], ['t', true],
  ['false', false], ['0', false], ['', false], ['n', false], ['no', false], ['f', false]]);

function toText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new Refusal('is not a text');
}

function toBig(value: unknown): Big {
  if (typeof value === 'string' ? decimalText.test(value.trim()) : typeof value === 'number' && Number.isFinite(value)) return new Big(typeof value === 'string' ? value.trim() : value as number);
  throw new Refusal('is not a decimal number');
}

/** A JSON number for systems that want one; refused where it would not be exact. */
function toNumber(value: unknown): number {
  const exact = toBig(value);
  const number = exact.toNumber();
  if (!new Big(number).eq(exact)) throw new Refusal('has too many digits for a number');
  return number;
}

/** Exactly `places` decimals; what would have to be rounded is refused. */
function fixed(value: unknown, places: number): string {
  const exact = toBig(value);
  if (!exact.round(places).eq(exact)) throw new Refusal(`has more than ${places} decimals`);
  return exact.toFixed(places);
}

function maxLength(text: string, length: number): string {
  const is = Array.from(text).length;
  if (is > length) throw new Refusal(`is longer than ${length} characters (${is})`);
  return text;
}

/** SAP's OData V2 writes times as `/Date(ms)/`, with `+0000` where an offset belongs to it. */
function fromSap(value: unknown): string {
  const text = toText(value);
  const ms = /^\/Date\((-?\d+)(?:[+-]\d{4})?\)\/$/.exec(text)?.[1];
  return ms === undefined ? text : new Date(Number(ms)).toISOString();
}

function timeOf(value: unknown): number {
  try {
    return instant(fromSap(value));
  } catch (reason) {
    if (reason instanceof RangeError) throw new Refusal('is not a time with an offset (ISO 8601) or /Date(ms)/');
    throw reason;
  }
}

function dateIn(value: unknown, timeZone: unknown): string {
  if (typeof timeZone !== 'string') throw new Refusal('has no time zone to take its date in');
  const text = fromSap(value);
  if (/^\d{4}-\d\d-\d\d$/.test(text)) return isoDate(text);
  try {
    return issueDate(new Date(timeOf(text)).toISOString(), timeZone);
  } catch (reason) {
    if (reason instanceof ConfigError) throw new Refusal('has a time zone that does not exist');
    throw reason;
  }
}

/** JavaScript takes 31 February for 3 March. */
function isoDate(text: string): string {
  const time = Date.parse(text);
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== text) throw new Refusal('is not a day of the calendar');
  return text;
}
