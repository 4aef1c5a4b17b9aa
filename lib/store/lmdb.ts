import { mkdir } from 'node:fs/promises';
import { open, type RootDatabase } from 'lmdb';
import { ConfigError, toError, TransientError, type SyncError } from '../errors';
import { assertKey, BaseStore, encode } from './base';
import type { Entry, Precondition, RangeOptions, Store, Value, Write } from './contract';

export interface LmdbOptions {
  /** Bytes of data from which on new work is refused with TRANSIENT_STORE_FULL. Default 16 GiB. */
  maxBytes?: number;
  /** Injected for tests. Default Date.now. */
  now?: () => number;
}

type Database = RootDatabase<string, string>;

/** A write, its value already JSON text: later changes of the object must not reach the disk. */
interface Encoded { key: string; text: string | undefined }

interface Commit {
  writes: Encoded[];
  preconditions: Precondition[];
  resolve: (committed: boolean) => void;
  reject: (error: Error) => void;
}

/** Entries read at a time by range(). */
const chunkSize = 200;
/** Commits that share one flush at most, so that a burst does not hold the event loop. */
const groupSize = 1000;

/**
 * Opens, or makes, the store in a directory. Throws ConfigError CONFIG_STORE if that is not possible. One open store
 * per directory and process; several processes of one machine may share a directory.
 */
export async function openLmdbStore(dir: string, options: LmdbOptions = {}): Promise<Store> {
  try {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    const db: Database = open<string, string>({
      path: dir, noSubdir: false, encoding: 'string', useVersions: true,
      // Keys of 1,000 characters need up to 3,000 bytes: more than pages of 4 KB allow.
      pageSize: 8192,
      // A commit resolves when it is on disk, and nobody reads what is not.
      overlappingSync: false,
      // Groups are made by #drain: lmdb's own batches reject promises that nobody holds, which would end the process.
      eventTurnBatching: false,
    });
    return new LmdbStore(db, options.maxBytes ?? 16 * 2 ** 30, options.now ?? Date.now);
  } catch (error) {
    throw new ConfigError('CONFIG_STORE',
      `The store in ${dir} cannot be opened: ${toError(error).message}. Check that it is a directory on a local disk, that this user may write there, and that the disk has room.`);
  }
}

class LmdbStore extends BaseStore {
  #queue: Commit[] = [];
  #draining: Promise<void> | undefined;
  #closed = false;

  constructor(private readonly db: Database, private readonly maxBytes: number, now: () => number) { super(now); }

  get<T = Value>(key: string): Promise<Entry<T> | undefined> {
    return new Promise((resolve) => {
      assertKey(key);
      const entry = this.#opened().getEntry(key);
      resolve(entry && { key, value: JSON.parse(entry.value) as T, version: entry.version ?? 0 });
    });
  }

  async *range<T = Value>({ from, to, limit = Infinity, reverse = false }: RangeOptions): AsyncIterable<Entry<T>> {
    const [start, end] = reverse ? [to, from] : [from, to];
    let remaining = limit;
    let last: string | undefined;
    while (remaining > 0 && from < to) {
      const size = Math.min(chunkSize, remaining);
      const chunk = [...this.#opened().getRange({
        start: last ?? start, end, limit: size, reverse, versions: true,
        exclusiveStart: last !== undefined || reverse, inclusiveEnd: reverse,
      })];
      for (const { key, value, version } of chunk) yield { key, value: JSON.parse(value) as T, version: version ?? 0 };
      if (chunk.length < size) return;
      last = chunk.at(-1)?.key;
      remaining -= size;
      await new Promise(setImmediate);
    }
  }

  async commit(writes: Write[], preconditions: Precondition[] = []): Promise<boolean> {
    this.#opened();
    const encoded = writes.map((write): Encoded => 'put' in write
      ? { key: write.put, text: encode(write.put, write.value) }
      : { key: write.delete, text: undefined });
    for (const { key } of [...encoded, ...preconditions]) assertKey(key);
    return new Promise((resolve, reject) => {
      this.#queue.push({ writes: encoded, preconditions, resolve, reject });
      this.#draining ??= this.#drain().finally(() => { this.#draining = undefined; });
    });
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#draining;
    await this.db.close();
  }

  #opened(): Database {
    if (this.#closed) throw new TransientError('TRANSIENT_STORE_CLOSED', 'The store is closed: Node-RED is stopping.');
    return this.db;
  }

  /** Whatever came while one group was being flushed makes the next group: a burst costs few flushes. */
  async #drain(): Promise<void> {
    await new Promise(setImmediate);
    while (this.#queue.length > 0) {
      const group = this.#queue.splice(0, groupSize);
      try {
        const full = this.#isFull();
        // As a child transaction, so that a failure half-way leaves nothing behind.
        const results = await this.db.childTransaction(() => group.map((commit) => this.#apply(commit, full)));
        group.forEach((commit, index) => {
          const result = results[index];
          if (result instanceof Error) commit.reject(result);
          else commit.resolve(result === true);
        });
      } catch (reason) {
        const error = await failure(reason);
        for (const commit of group) commit.reject(error);
      }
    }
  }

  /** Runs inside the write transaction. What throws here fails the whole group. */
  #apply({ writes, preconditions }: Commit, full: boolean): boolean | Error {
    const holds = preconditions.every(({ key, version }) => version === null ? !this.db.doesExist(key) : this.db.doesExist(key, version));
    if (!holds) return false;
    if (full && isNewWork(writes, preconditions)) return storeFull(`it holds ${Math.round(this.maxBytes / 2 ** 20)} MiB`);
    const version = this.db.getWriteTxnId();
    for (const { key, text } of writes) {
      if (text === undefined) void this.db.remove(key);
      else void this.db.put(key, text, version);
    }
    return true;
  }

  #isFull(): boolean {
    const { root } = this.db.getStats() as { root: { pageSize: number; treeBranchPageCount: number; treeLeafPageCount: number; overflowPages: number } };
    return (root.treeBranchPageCount + root.treeLeafPageCount + root.overflowPages) * root.pageSize >= this.maxBytes;
  }
}

/** A full store must still let work under way come to its end, which makes room again. */
function isNewWork(writes: Encoded[], preconditions: Precondition[]): boolean {
  return writes.every(({ text }) => text !== undefined) && preconditions.every(({ version }) => version === null);
}

function storeFull(why: string): SyncError {
  return new TransientError('TRANSIENT_STORE_FULL', `The store takes no new work: ${why}. Make room on its disk, or remove dead letters and old records.`);
}

/** EFBIG, ENOSPC and EDQUOT on Linux and macOS, LMDB's own MDB_MAP_FULL, and EIO: LMDB's name for a page written by half. */
const fullCodes: ReadonlySet<unknown> = new Set([27, 28, 69, 122, -30792, 5]);

/** lmdb rejects with a general error whose `commitError` is a promise that rejects with the real one. */
async function failure(reason: unknown): Promise<SyncError> {
  const { commitError } = reason as { commitError?: Promise<never> };
  const cause: unknown = commitError
    ? await Promise.race([commitError.catch((error: unknown) => error), new Promise((resolve) => { setTimeout(resolve, 1000, reason).unref(); })])
    : reason;
  const error = toError(cause);
  if (fullCodes.has((error as { code?: unknown }).code) || /MDB_MAP_FULL|No space left|File too large|Input\/output error/.test(error.message)) return storeFull('its disk is full or failing');
  return new TransientError('TRANSIENT_STORE', `The store could not write: ${error.message.slice(0, 200)}`);
}
