import { Ledger } from '../../lib/delivery/ledger';
import { openLmdbStore } from '../../lib/store/lmdb';

/** Writes orders to a system at `url` through the ledger, eight at a time, until all are done or it is killed. */
async function main(): Promise<void> {
  const [, , dir = '', url = '', count = '0'] = process.argv;
  const store = await openLmdbStore(dir);
  const ledger = new Ledger(store, { owner: 'worker' });
  let next = 0;
  await Promise.all(Array.from({ length: 8 }, async () => {
    while (next < Number(count)) {
      const reference = String(next++);
      const call = async (method: string): Promise<unknown> => (await fetch(`${url}/${reference}`, { method })).json();
      await ledger.run<unknown>(reference, { find: async () => await call('GET') as unknown[], write: () => call('POST'), uncertainMs: 50 });
    }
  }));
  await store.close();
}

void main();
