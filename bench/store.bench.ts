import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLmdbStore } from '../lib/store/lmdb';
import { rates, type BenchRow } from './bench';

const value = { order: '#1001', text: 'x'.repeat(200) };

/** Durable claims a second: 64 at a time, against one after the other (a flush each). */
export async function run(): Promise<BenchRow[]> {
  const dir = await mkdtemp(join(tmpdir(), 'b2b-bench-'));
  const store = await openLmdbStore(dir);
  const rate = async (prefix: string, total: number, atOnce: number): Promise<number> => {
    let next = 0;
    const began = performance.now();
    await Promise.all(Array.from({ length: atOnce }, async () => {
      while (next < total) if (!await store.putIfAbsent(`${prefix}/${String(next++)}`, value)) throw new Error('A fresh key was taken.');
    }));
    return total / ((performance.now() - began) / 1000);
  };
  try {
    await rate('warm', 2000, 64);
    const ours = await rate('many', 60_000, 64);
    const alone = await rate('one', 2000, 1);
    return [rates('durable claims, 64 at a time', ours, ['one flush each', alone], 10)];
  } finally {
    await store.close();
    await rm(dir, { recursive: true });
  }
}
