import type { Store } from '../store/contract';

/** When a node first began, ms: `begin` at its very first start, and that same time ever after. */
export async function firstStart(store: Store, id: string, begin: number): Promise<number> {
  const key = `start/${id}`;
  await store.putIfAbsent(key, begin);
  return (await store.get<number>(key))?.value ?? begin;
}
