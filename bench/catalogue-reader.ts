import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sapS4hana } from '../lib/connectors/sap-s4hana';
import { contentHash } from '../lib/documents/hash';
import { openLmdbStore } from '../lib/store/lmdb';

export interface CatalogueRead { records: number; seconds: number; rssMib: number }

/** Reads all products of the SAP at an address, as a process that does nothing else, and prints a {@link CatalogueRead}. */
async function read(baseUrl: string): Promise<CatalogueRead> {
  const dir = await mkdtemp(join(tmpdir(), 'b2b-bench-catalogue-'));
  const store = await openLmdbStore(dir);
  const connection = sapS4hana.connect({ settings: { baseUrl, user: 'bench', auth: 'basic', salesOrganization: '1010', distributionChannel: '10', division: '00' }, secrets: { password: 'bench' }, baseUrl });
  const began = performance.now();
  let records = 0;
  let rss = 0;
  for await (const page of connection.list('product')) {
    const writes = await Promise.all(page.records.map(async (record) => {
      const { id } = connection.identify('product', record);
      const hash = contentHash(connection.toCanonical('product', record));
      return (await store.get(`bench/${id}`))?.value === hash ? [] : [{ put: `bench/${id}`, value: hash }];
    }));
    await store.commit(writes.flat());
    records += page.records.length;
    rss = Math.max(rss, process.memoryUsage.rss());
  }
  const seconds = (performance.now() - began) / 1000;
  await connection.close();
  await store.close();
  await rm(dir, { recursive: true });
  return { records, seconds, rssMib: rss / 2 ** 20 };
}

void read(process.argv[2] ?? '').then((result) => { process.stdout.write(JSON.stringify(result)); });
