import { prefixEnd, type Entry, type Precondition, type Store, type Write } from './contract';

/** Entries removed with one commit. */
const batchSize = 200;

/**
 * Removes what lies under a prefix as far as `doomed` says so: it names the keys that go with an entry, or nothing to keep it.
 * What changes meanwhile stays until the next sweep. Returns how many entries went.
 */
export async function sweep<T>(store: Store, prefix: string, doomed: (entry: Entry<T>) => string[] | undefined): Promise<number> {
  let swept = 0;
  let writes: Write[] = [];
  let preconditions: Precondition[] = [];
  const flush = async (): Promise<void> => {
    if (preconditions.length > 0 && await store.commit(writes, preconditions)) swept += preconditions.length;
    writes = [];
    preconditions = [];
  };
  for await (const entry of store.range<T>({ from: prefix, to: prefixEnd(prefix) })) {
    const keys = doomed(entry);
    if (!keys) continue;
    writes.push(...keys.map((key): Write => ({ delete: key })));
    preconditions.push({ key: entry.key, version: entry.version });
    if (preconditions.length === batchSize) await flush();
  }
  await flush();
  return swept;
}
