/** One thing that is wrong with a document. `path` is a JSON Pointer-like path such as `lines[2].item.sku`. */
export interface Issue {
  path: string;
  /** Stable name of the rule that was broken, e.g. `BR-CO-15`, `required`, `lookup`. */
  rule: string;
  message: string;
}

/** Facts about a failure. Plain data: it travels as `cause` to Catch nodes and into the store. Never secret or personal. */
export interface ErrorDetails {
  /** The system that answered or should have, e.g. `sap-s4:prd-100`. */
  system?: string;
  /** The record concerned, by its business number, e.g. `order #1001`. */
  record?: string;
  /** HTTP status of the answer. */
  status?: number;
  /** The vendor's own error code and text, cut to 500 characters. */
  answer?: string;
  /** How long to wait before the next try, in ms. */
  retryAfterMs?: number;
  /** A write was on its way and no clear answer came: the system may or may not have carried it out. Ask before writing again. */
  unknownOutcome?: boolean;
  issues?: Issue[];
  /** What the message names besides, for whoever says it in another language: `host`, `user`, … */
  values?: Record<string, string>;
  /** Of a conflict over an order: each of its lines as it is there and as it is wanted. */
  lines?: LineState[];
}

/** A line of an order as it stands in the system that was to be changed. Quantities are decimal strings. */
export interface LineState {
  /** The line's id in the wanted document; of a line that only stands there, its number there. */
  line: string;
  /** Its number in that system, where it has one. */
  item?: string;
  sku: string;
  ordered: string;
  delivered: string;
  wanted: string;
  /** Why it cannot become what is wanted; absent on lines that could. `changed`: on both sides. `split`: several items carry its id. */
  closed?: 'delivered' | 'invoiced' | 'rejected' | 'changed' | 'split';
}

export type ErrorCode =
  | `TRANSIENT_${string}` | `THROTTLED_${string}` | `AUTH_${string}`
  | `DATA_${string}` | `CONFLICT_${string}` | `CONFIG_${string}`;

/**
 * The root of every error this package throws on purpose. `code` is stable and an own property; `cause` holds plain
 * details. Node-RED hands exactly `message`, `code`, `stack` and `cause` to Catch nodes.
 */
export abstract class SyncError extends Error {
  override readonly cause: ErrorDetails;
  constructor(readonly code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message);
    this.cause = details;
  }
  /** Node-RED shows `err.toString()`; the class name in front of it would only be noise. */
  override toString(): string { return this.message; }
}

/** Time-out, reset, 5xx, lost response: try again with backoff. */
export class TransientError extends SyncError {
  override readonly name = 'TransientError';
  declare readonly code: `TRANSIENT_${string}`;
}

/** The rate limit is reached: try again after `cause.retryAfterMs`; not counted as a try. */
export class ThrottledError extends SyncError {
  override readonly name = 'ThrottledError';
  declare readonly code: `THROTTLED_${string}`;
}

/** Credentials were refused, also after one refresh. Holds the messages of the system until a call succeeds. */
export class AuthError extends SyncError {
  override readonly name = 'AuthError';
  declare readonly code: `AUTH_${string}`;
}

/** The document is wrong; `cause.issues` lists why. Trying again changes nothing. */
export class DataError extends SyncError {
  override readonly name = 'DataError';
  declare readonly code: `DATA_${string}`;
}

/** The other side changed meanwhile, or two records claim to be the same one. */
export class ConflictError extends SyncError {
  override readonly name = 'ConflictError';
  declare readonly code: `CONFLICT_${string}`;
}

/** A node or system is set up wrongly. */
export class ConfigError extends SyncError {
  override readonly name = 'ConfigError';
  declare readonly code: `CONFIG_${string}`;
}

const classes = {
  TRANSIENT: TransientError, THROTTLED: ThrottledError, AUTH: AuthError,
  DATA: DataError, CONFLICT: ConflictError, CONFIG: ConfigError,
} as const;

export type ErrorClass = keyof typeof classes;

/** The class of an error by its code; works on errors of another copy of this package and on what a Catch node gets. */
export function errorClass(error: unknown): ErrorClass | undefined {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  if (typeof code !== 'string') return undefined;
  const prefix = code.slice(0, code.indexOf('_'));
  return prefix in classes && code.length > prefix.length + 1 ? prefix as ErrorClass : undefined;
}

/** The details of an error by its `cause`, or nothing. */
export function errorDetails(error: unknown): ErrorDetails {
  const cause = typeof error === 'object' && error !== null && 'cause' in error ? error.cause : undefined;
  return typeof cause === 'object' && cause !== null ? cause : {};
}

/** May the same message succeed later without anybody mending it? */
export function isRetryable(error: unknown): boolean {
  const kind = errorClass(error);
  return kind === 'TRANSIENT' || kind === 'THROTTLED' || kind === 'AUTH';
}

/** Makes an Error of anything that was thrown or rejected with. */
export function toError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}
