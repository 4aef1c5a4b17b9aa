import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import { ConfigError, toError, TransientError, type SyncError } from '../errors';
import { assertKey, BaseStore, encode } from './base';
import type { Entry, Precondition, RangeOptions, Store, Value, Write } from './contract';
import { openDatabase, type Database } from './lmdb-database';
import type { Answer, Batch, Encoded, Result, WriterData } from './lmdb-writer';

export interface LmdbOptions {
  /** Bytes of data from which on new work is refused with TRANSIENT_STORE_FULL. Default 16 GiB. */
  maxBytes?: number;
  /** Injected for tests. Default Date.now. */
  now?: () => number;
}

interface Commit { batch: Batch; resolve: (committed: boolean) => void; reject: (error: Error) => void }

/** Entries read at a time by range(). */
const chunkSize = 200;
/** Commits that share one flush at most, so that a burst does not hold the thread. */
const groupSize = 1000;

/**
 * Opens, or makes, the store in a directory. Throws ConfigError CONFIG_STORE if that is not possible. One open store
 * per directory and process; several processes of one machine may share a directory.
 */
export async function openLmdbStore(dir: string, options: LmdbOptions = {}): Promise<Store> {
  try {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    return new LmdbStore(openDatabase(dir), { dir, maxBytes: options.maxBytes ?? 16 * 2 ** 30 }, options.now ?? Date.now);
  } catch (error) {
    throw new ConfigError('CONFIG_STORE',
      `The store in ${dir} cannot be opened: ${toError(error).message}. Check that it is a directory on a local disk, that this user may write there, and that the disk has room.`);
  }
}

/** Reads here, writes in a thread of its own: neither a flush nor a transaction holds the event loop. */
class LmdbStore extends BaseStore {
  #writer: Worker | undefined;
  #queue: Commit[] = [];
  #draining: Promise<void> | undefined;
  #closed = false;

  constructor(private readonly db: Database, private readonly data: WriterData, now: () => number) { super(now); }

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
      this.#queue.push({ batch: { writes: encoded, preconditions }, resolve, reject });
      this.#draining ??= this.#drain().finally(() => { this.#draining = undefined; });
    });
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#draining;
    const writer = this.#writer;
    if (writer) {
      writer.ref();
      writer.postMessage('close');
      await once(writer, 'exit');
    }
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
        const results = await this.#write(group.map(({ batch }) => batch));
        this.db.resetReadTxn();
        group.forEach(({ resolve, reject }, index) => {
          const result = results[index];
          if (result === 'full') reject(storeFull(`it holds ${Math.round(this.data.maxBytes / 2 ** 20)} MiB`));
          else resolve(result === 'written');
        });
      } catch (reason) {
        const error = failure(toError(reason));
        for (const commit of group) commit.reject(error);
      }
    }
  }

  /** One group at a time. Throws what failed. */
  async #write(group: Batch[]): Promise<Result[]> {
    const writer = this.#writer ??= this.#startWriter();
    // Only a write under way keeps the process alive.
    writer.ref();
    writer.postMessage(group);
    const settled = new AbortController();
    const { signal } = settled;
    try {
      const [answer] = await Promise.race([
        once(writer, 'message', { signal }) as Promise<[Answer]>,
        once(writer, 'exit', { signal }).then(() => { throw new Error('its thread ended'); }),
      ]);
      writer.unref();
      if (Array.isArray(answer)) return answer;
      throw Object.assign(new Error(answer.message), { code: answer.code });
    } finally {
      settled.abort();
    }
  }

  /** If the thread ends, the next write starts another. */
  #startWriter(): Worker {
    const writer = new Worker(require.resolve('./lmdb-writer'), { workerData: this.data });
    const forget = (): void => { if (this.#writer === writer) this.#writer = undefined; };
    return writer.once('error', forget).once('exit', forget);
  }
}

function storeFull(why: string): SyncError {
  return new TransientError('TRANSIENT_STORE_FULL', `The store takes no new work: ${why}. Make room on its disk, or remove dead letters and old records.`);
}

/** EFBIG, ENOSPC and EDQUOT on Linux and macOS, LMDB's own MDB_MAP_FULL, and EIO: LMDB's name for a page written by half. */
const fullCodes: ReadonlySet<unknown> = new Set([27, 28, 69, 122, -30792, 5]);

function failure(error: Error & { code?: unknown }): SyncError {
  if (fullCodes.has(error.code) || /MDB_MAP_FULL|No space left|File too large|Input\/output error/.test(error.message)) return storeFull('its disk is full or failing');
  return new TransientError('TRANSIENT_STORE', `The store could not write: ${error.message.slice(0, 200)}`);
}
