import { parentPort, workerData } from 'node:worker_threads';
import type { Precondition } from './contract';
import { openDatabase } from './lmdb-database';

/** A write, its value already JSON text: later changes of the object must not reach the disk. */
export interface Encoded { key: string; text: string | undefined }

/** What is written if all preconditions hold. */
export interface Batch { writes: Encoded[]; preconditions: Precondition[] }

/** How a batch ended: `full` means that the store takes no new work. */
export type Result = 'written' | 'refused' | 'full';

/** How a group of batches ended: each by itself, or all because the transaction failed. */
export type Answer = Result[] | { message: string; code: unknown };

export interface WriterData { dir: string; maxBytes: number }

const { dir, maxBytes } = workerData as WriterData;
const db = openDatabase(dir);

parentPort?.on('message', (message: Batch[] | 'close') => {
  if (message === 'close') void db.close().finally(() => { parentPort?.close(); });
  else parentPort?.postMessage(write(message));
});

/** Writes a group in one transaction, which ends when it is on disk. */
function write(group: Batch[]): Answer {
  try {
    const full = bytes() >= maxBytes;
    return db.transactionSync(() => group.map((batch) => apply(batch, full)));
  } catch (error) {
    const { message, code } = error as { message: string; code?: unknown };
    return { message, code };
  }
}

/** Runs inside the transaction. What throws here undoes the whole group. */
function apply({ writes, preconditions }: Batch, full: boolean): Result {
  const holds = preconditions.every(({ key, version }) => version === null ? !db.doesExist(key) : db.doesExist(key, version));
  if (!holds) return 'refused';
  if (full && isNewWork(writes, preconditions)) return 'full';
  const version = db.getWriteTxnId();
  for (const { key, text } of writes) {
    if (text === undefined) void db.remove(key);
    else void db.put(key, text, version);
  }
  return 'written';
}

/** A full store must still let work under way come to its end, which makes room again. */
function isNewWork(writes: Encoded[], preconditions: Precondition[]): boolean {
  return writes.every(({ text }) => text !== undefined) && preconditions.every(({ version }) => version === null);
}

function bytes(): number {
  const { root } = db.getStats() as { root: { pageSize: number; treeBranchPageCount: number; treeLeafPageCount: number; overflowPages: number } };
  return (root.treeBranchPageCount + root.treeLeafPageCount + root.overflowPages) * root.pageSize;
}
