import { openLmdbStore } from '../../lib/store/lmdb';
import { noise } from './noise';

/** Writes until the disk takes no more, makes room, and writes once more. Prints what happened as JSON. */
async function main(): Promise<void> {
  const store = await openLmdbStore(process.argv[2] ?? '');
  const acknowledged: number[] = [];
  const codes: string[] = [];
  for (let n = 0; codes.length < 30; n += 10) {
    await Promise.all(Array.from({ length: 10 }, async (_, i) => {
      try {
        await store.put(`k/${String(n + i)}`, noise(4000));
        acknowledged.push(n + i);
      } catch (error) {
        codes.push((error as { code: string }).code);
      }
    }));
  }
  for (const n of acknowledged.slice(0, 50)) await store.delete(`k/${String(n)}`);
  const after = await store.putIfAbsent('after', 1);
  await store.close();
  console.log(JSON.stringify({ acknowledged, codes, after }));
}

void main();
