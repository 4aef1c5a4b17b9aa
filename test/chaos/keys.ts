import { prefixEnd, type Store } from '../../lib/store/contract';

/** Every key that begins with a prefix. */
export async function keysOf(store: Store, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of store.range({ from: prefix, to: prefixEnd(prefix) })) keys.push(key);
  return keys;
}
