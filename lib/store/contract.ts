/** What the store keeps: plain JSON-compatible data. */
export type Value = string | number | boolean | null | Value[] | { [key: string]: Value | undefined };

export interface Entry<T = Value> {
  key: string;
  value: T;
  /** Changes with every write of the key; for compare-and-set. */
  version: number;
}

export type Write = { put: string; value: unknown } | { delete: string };

/** What must still hold when a batch commits: the key has this version, or is absent (`null`). */
export interface Precondition { key: string; version: number | null }

export interface RangeOptions {
  /** First key, inclusive. */
  from: string;
  /** End of the range, exclusive. */
  to: string;
  /** At most this many entries. Default: all. */
  limit?: number;
  /** Largest key first. Default false. */
  reverse?: boolean;
}

/**
 * Everything that must survive a crash. Keys are strings of at most 1,000 characters (no NUL), ordered by code point.
 * Parts of a key are joined by `/`, times in keys are zero-padded by {@link timeKey}, so a due-time index is a key range.
 * A write that has resolved is on disk.
 */
export interface Store {
  get<T = Value>(key: string): Promise<Entry<T> | undefined>;
  /** Entries in key order. Reads in chunks: memory stays flat, and entries written meanwhile may or may not be seen. */
  range<T = Value>(options: RangeOptions): AsyncIterable<Entry<T>>;
  /** Applies all writes or none. Resolves to false, having written nothing, if a precondition does not hold. */
  commit(writes: Write[], preconditions?: Precondition[]): Promise<boolean>;
  put(key: string, value: unknown): Promise<void>;
  /** The atomic claim: true for exactly one of any number of concurrent callers. */
  putIfAbsent(key: string, value: unknown): Promise<boolean>;
  /** Writes if the key still has this version. */
  compareAndSet(key: string, version: number, value: unknown): Promise<boolean>;
  delete(key: string): Promise<void>;
  /**
   * Takes or renews a named lease for `owner`; true if the owner holds it until now + ttlMs.
   * For work that exactly one of several processes may do.
   */
  lease(name: string, owner: string, ttlMs: number): Promise<boolean>;
  /** Gives a lease back early. */
  release(name: string, owner: string): Promise<void>;
  close(): Promise<void>;
}

/** A time (ms since 1970) as a fixed-width key part, so that key order is time order. */
export function timeKey(ms: number): string { return String(Math.max(0, Math.floor(ms))).padStart(15, '0'); }

/** The end of the range of all keys that begin with `prefix`. */
export function prefixEnd(prefix: string): string { return `${prefix}\u{10ffff}`; }
