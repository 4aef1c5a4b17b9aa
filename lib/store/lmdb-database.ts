import { open, type RootDatabase } from 'lmdb';

export type Database = RootDatabase<string, string>;

/** Opens the files of a store; the same in every thread. */
export function openDatabase(dir: string): Database {
  return open<string, string>({
    path: dir, noSubdir: false, encoding: 'string', useVersions: true,
    // Keys of 1,000 characters need up to 3,000 bytes: more than pages of 4 KB allow.
    pageSize: 8192,
    // A commit ends when it is on disk, and nobody reads what is not.
    overlappingSync: false,
    // Groups are made by the store; lmdb's own would reject promises that nobody holds.
    eventTurnBatching: false,
    // Bodies are JSON and shrink to a quarter, and so does what a flush has to write. Bytes.
    compression: { threshold: 1000 },
  });
}
