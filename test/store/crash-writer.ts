import { openLmdbStore } from '../../lib/store/lmdb';

/**
 * Writes batches until it is killed: `batch/<writer>/<n>` and its twin `twin/<writer>/<n>` in one commit. Says
 * "<writer> <n>" on stdout only after the commit has resolved, so the parent knows what must be there.
 */
async function main(): Promise<void> {
  const [, , dir = ''] = process.argv;
  const store = await openLmdbStore(dir);
  await Promise.all(Array.from({ length: 8 }, async (_, writer) => {
    for (let n = 0; ; n++) {
      const name = `${String(writer)}/${String(n)}`;
      const claimed = await store.commit([{ put: `batch/${name}`, value: { n, text: 'x'.repeat(500) } }, { put: `twin/${name}`, value: n }], [{ key: `batch/${name}`, version: null }]);
      if (claimed) process.stdout.write(`${name}\n`);
    }
  }));
}

void main();
