import { DataError } from '../errors';
import type { Entry, Precondition, RangeOptions, Store, Value, Write } from './contract';

/** What every store has in common: all single writes and leases, made of get() and commit(). */
export abstract class BaseStore implements Store {
  protected constructor(protected readonly now: () => number) {}

  abstract get<T = Value>(key: string): Promise<Entry<T> | undefined>;
  abstract range<T = Value>(options: RangeOptions): AsyncIterable<Entry<T>>;
  abstract commit(writes: Write[], preconditions?: Precondition[]): Promise<boolean>;
  abstract close(): Promise<void>;

  async put(key: string, value: unknown): Promise<void> { await this.commit([{ put: key, value }]); }

  putIfAbsent(key: string, value: unknown): Promise<boolean> {
    return this.commit([{ put: key, value }], [{ key, version: null }]);
  }

  compareAndSet(key: string, version: number, value: unknown): Promise<boolean> {
    return this.commit([{ put: key, value }], [{ key, version }]);
  }

  async delete(key: string): Promise<void> { await this.commit([{ delete: key }]); }

  async lease(name: string, owner: string, ttlMs: number): Promise<boolean> {
    const key = leaseKey(name);
    for (;;) {
      const held = await this.get<Lease>(key);
      const now = this.now();
      if (held && held.value.owner !== owner && held.value.until > now) return false;
      const lease: Lease = { owner, until: now + ttlMs };
      if (await this.commit([{ put: key, value: lease }], [{ key, version: held?.version ?? null }])) return true;
    }
  }

  async release(name: string, owner: string): Promise<void> {
    const key = leaseKey(name);
    const held = await this.get<Lease>(key);
    if (held?.value.owner === owner) await this.commit([{ delete: key }], [{ key, version: held.version }]);
  }
}

interface Lease { owner: string; until: number }

function leaseKey(name: string): string { return `lease/${name}`; }

/** A lone surrogate has no UTF-8 form: two such keys would become one. */
const loneSurrogate = /\p{Surrogate}/u;

/** Throws DataError DATA_STORE_KEY for a key that no store could keep. */
export function assertKey(key: string): void {
  if (key.length > 0 && key.length <= 1000 && !key.includes('\0') && !loneSurrogate.test(key)) return;
  throw new DataError('DATA_STORE_KEY',
    `A key of ${key.length} characters cannot be stored: 1 to 1,000 characters are possible, without NUL and without broken characters. It begins with "${key.slice(0, 40)}".`);
}

/** A value as JSON text. Throws DataError DATA_NOT_PLAIN if it has none (circular, BigInt, undefined). */
export function encode(key: string, value: unknown): string {
  let reason = 'it is undefined or a function';
  try {
    const text = JSON.stringify(value) as string | undefined;
    if (text !== undefined) return text;
  } catch (error) {
    reason = error instanceof Error ? error.message.split('\n', 1)[0] ?? reason : reason;
  }
  throw new DataError('DATA_NOT_PLAIN', `What was to be stored under "${key.slice(0, 100)}" is not plain data: ${reason}`);
}
