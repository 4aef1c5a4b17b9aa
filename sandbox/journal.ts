import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { SandboxOptions } from './contract';

/** One record as it is after a write: collection, key, value. Two elements alone mean that the record is gone. */
export type JournalEntry = [collection: string, key: string, value?: unknown];

/**
 * Keeps a simulator's records over restarts and kill -9: every commit is one line, handed to the system before the
 * answer goes out. A line that a crash tore is dropped. Without a directory nothing is kept.
 */
export class Journal {
  /** The records there were at the start, in the order they were first written. */
  readonly entries: JournalEntry[];
  readonly #file: number | undefined;

  /** Reads `<dataDir>/<name>.journal` and rewrites it with the last state of each record. */
  constructor(dataDir: string | undefined, name: string) {
    this.entries = [];
    if (dataDir === undefined) return;
    mkdirSync(dataDir, { recursive: true });
    const path = join(dataDir, `${name}.journal`);
    this.entries = lastStates(path);
    writeFileSync(`${path}.new`, this.entries.map((entry) => line([entry])).join(''));
    renameSync(`${path}.new`, path);
    this.#file = openSync(path, 'a');
  }

  /** Writes records that belong together: all of them are there after a crash, or none. */
  commit(...entries: JournalEntry[]): void {
    if (this.#file !== undefined && entries.length > 0) writeSync(this.#file, line(entries));
  }

  close(): void { if (this.#file !== undefined) closeSync(this.#file); }
}

/**
 * Opens what a journal keeps. One that cannot be read, such as that of another version, is set aside as
 * `<name>.journal.unreadable`, and the simulator begins anew.
 */
export function withJournal<T>({ dataDir, onNotice }: Pick<SandboxOptions, 'dataDir' | 'onNotice'>, name: string, open: (journal: Journal) => T): { opened: T; journal: Journal } {
  const attempt = (): { opened: T; journal: Journal } => {
    const journal = new Journal(dataDir, name);
    try {
      return { opened: open(journal), journal };
    } catch (reason) {
      journal.close();
      throw reason;
    }
  };
  try {
    return attempt();
  } catch (reason) {
    // A full disk or a directory one may not write to says nothing of what was kept.
    if (dataDir === undefined || (reason as NodeJS.ErrnoException).syscall !== undefined) throw reason;
    const path = join(dataDir, `${name}.journal`);
    renameSync(path, `${path}.unreadable`);
    onNotice?.(`The ${name} sandbox cannot read what it kept (${reason instanceof Error ? reason.message : String(reason)}) and begins anew. The old state is in ${path}.unreadable.`);
    return attempt();
  }
}

const line = (entries: JournalEntry[]): string => `${JSON.stringify(entries)}\n`;

function lastStates(path: string): JournalEntry[] {
  if (!existsSync(path)) return [];
  const records = new Map<string, JournalEntry>();
  const lines = readFileSync(path, 'utf8').split('\n');
  // What follows the last line feed is a line that was never finished.
  for (const text of lines.slice(0, -1)) {
    for (const entry of JSON.parse(text) as JournalEntry[]) {
      const id = `${entry[0]}\n${entry[1]}`;
      if (entry.length < 3) records.delete(id);
      else records.set(id, entry);
    }
  }
  return [...records.values()];
}
