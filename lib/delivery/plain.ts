import { types } from 'node:util';
import { errorDetails, toError, type ErrorDetails } from '../errors';

/** An error as the store keeps it. */
export interface PlainError { code: string; message: string; details: ErrorDetails }

/** What anything thrown says, as plain data; errors that are not ours (bugs) get the code `UNEXPECTED`. */
export function plainError(reason: unknown): PlainError {
  const code = typeof reason === 'object' && reason !== null && 'code' in reason ? reason.code : undefined;
  return { code: typeof code === 'string' ? code : 'UNEXPECTED', message: toError(reason).message, details: errorDetails(reason) };
}

export interface Plain {
  value: unknown;
  /** What was left out or changed, e.g. `req: not plain data`. Empty: nothing. */
  notes: string[];
}

/** Longest message that is kept whole, characters of JSON. */
const maxLength = 16 * 2 ** 20;
const maxDepth = 100;
/** HTTP nodes put live sockets here. */
const live: ReadonlySet<string> = new Set(['req', 'res']);

/**
 * A message as plain data: functions, live objects and circular references are left out and named in the notes,
 * buffers become `{$buffer: base64}` ({@link fromPlain} brings them back), dates ISO strings. Never throws.
 */
export function toPlain(message: unknown, limit = maxLength): Plain {
  const notes: string[] = [];
  const value = copy(message, '', [], notes) ?? null;
  const length = JSON.stringify(value).length;
  if (length <= limit) return { value, notes };
  notes.push(`payload: left out, the message has ${length} characters, ${limit} are kept at most`);
  const { event, topic, _msgid } = (value ?? {}) as Record<string, unknown>;
  return { value: { _msgid, topic, event }, notes };
}

/** Brings the buffers of {@link toPlain} back. */
export function fromPlain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(fromPlain);
  if (typeof value !== 'object' || value === null) return value;
  if ('$buffer' in value && typeof value.$buffer === 'string') return Buffer.from(value.$buffer, 'base64');
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fromPlain(item)]));
}

function copy(value: unknown, path: string, above: object[], notes: string[]): unknown {
  const leftOut = whyNotPlain(value, above);
  if (leftOut !== undefined) {
    notes.push(`${path || 'message'}: ${leftOut}`);
    return undefined;
  }
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Buffer.isBuffer(value)) return { $buffer: value.toString('base64') };
  if (types.isDate(value)) return value.toISOString();
  if (types.isNativeError(value)) return { name: value.name, ...plainError(value) };
  const inside = [...above, value];
  if (Array.isArray(value)) return value.map((item, index) => copy(item, `${path}[${index}]`, inside, notes) ?? null);
  const entries: [string, unknown][] = [];
  for (const [key, item] of Object.entries(value)) {
    if (path === '' && live.has(key)) notes.push(`${key}: not plain data`);
    else {
      const copied = copy(item, path === '' ? key : `${path}.${key}`, inside, notes);
      if (copied !== undefined) entries.push([key, copied]);
    }
  }
  // Defines, where `result[key] = …` would take a key `__proto__` for the prototype.
  return Object.fromEntries(entries);
}

function whyNotPlain(value: unknown, above: object[]): string | undefined {
  if (typeof value === 'function' || typeof value === 'symbol') return `a ${typeof value}`;
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : 'not a finite number';
  if (typeof value !== 'object' || value === null) return undefined;
  if (above.includes(value)) return 'circular';
  if (above.length >= maxDepth) return 'nested too deep';
  if (Array.isArray(value) || Buffer.isBuffer(value) || types.isNativeError(value)) return undefined;
  if (types.isDate(value)) return Number.isNaN(value.getTime()) ? 'not a date' : undefined;
  // Objects of another realm (Function nodes run in one) have another Object.prototype: it is one without a parent.
  const proto: unknown = Object.getPrototypeOf(value);
  return proto === null || Object.getPrototypeOf(proto) === null ? undefined : `a ${value.constructor.name}, not plain data`;
}
