import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Native } from '../../lib/connectors/contract';
import { sapS4hana } from '../../lib/connectors/sap-s4hana';
import { contentHash } from '../../lib/documents/hash';
import { System } from '../contract/sap-s4hana/system';

describe('a large catalogue', () => {
  const begin = Date.UTC(2020, 0, 1);
  let server: Server;
  let template: Native;
  /** Products there are; one changed each second since the beginning. */
  let count: number;

  before(async () => {
    const system = await System.start({ materials: 1 });
    for await (const { records: [product = {}] } of system.connect().list('product')) template = product;
    await system.stop();
    server = createServer((request, response) => {
      const query = new URL(request.url ?? '/', 'http://sap').searchParams;
      const since = Date.parse(/datetimeoffset'([^']+)'/.exec(query.get('$filter') ?? '')?.[1] ?? '');
      const from = Math.max(0, Math.ceil((since - begin) / 1000));
      const row = (n: number): Native => ({ ...template, Product: `P${String(n)}`, LastChangeDateTime: `/Date(${String(begin + n * 1000)}+0000)/` });
      const results = Array.from({ length: Math.min(Number(query.get('$top')), Math.max(0, count - from)) }, (_, at) => row(from + at));
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ d: { results } }));
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
  });
  after(() => { server.close(); });

  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as () => void;
  const heap = (): number => { gc(); return process.memoryUsage().heapUsed / 2 ** 20; };

  /** Lists, maps and sums up so many products. Returns the heap (MiB) at the end of it, while the list is still open, above what there was before. */
  async function needs(products: number): Promise<number> {
    count = products;
    const baseUrl = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
    const settings = { baseUrl, user: 'test', auth: 'basic', salesOrganization: '1010', distributionChannel: '10', division: '00' };
    const connection = sapS4hana.connect({ settings, secrets: { password: 'test' }, baseUrl });
    const before = heap();
    let [seen, most] = [0, 0];
    for await (const { records } of connection.list('product', { pageSize: 500 })) {
      for (const record of records) assert.match(contentHash(connection.toCanonical('product', record)), /^sha256:/);
      seen += records.length;
      if (seen === products) most = heap() - before;
    }
    assert.equal(seen, products);
    await connection.close();
    return most;
  }

  it('C56 of 40,000 products is listed, mapped and compared in the memory of 2,000', async function () {
    this.timeout(120_000);
    await needs(1000); // what is compiled and opened once
    const few = await needs(2000);
    const many = await needs(40_000);
    // A leak of a hundred bytes a record would show.
    assert.ok(many < few + 3, `${few.toFixed(1)} MiB for 2,000, ${many.toFixed(1)} MiB for 40,000`);
  });
});
