import type { Store } from '../store/contract';

/** When a node first began with a system, ms: `begin` at the very first start, and that same time ever after. */
export async function firstStart(store: Store, id: string, system: string, begin: number): Promise<number> {
  const key = `start/${id}/${encodeURIComponent(system)}`;
  await store.putIfAbsent(key, begin);
  return (await store.get<number>(key))?.value ?? begin;
}
