import assert from 'node:assert/strict';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { contentHash } from '../../lib/documents/hash';
import { LargeSap } from '../support/large-sap';

describe('a large catalogue', () => {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as () => void;
  const heap = (): number => { gc(); return process.memoryUsage().heapUsed / 2 ** 20; };

  it('C56 of 40,000 products is listed, mapped and compared in the memory of 2,000', async function () {
    this.timeout(120_000);
    const sap = await LargeSap.start(0);
    /** The heap (MiB) at the end of the list, while it is still open, above what there was before. */
    async function needs(products: number): Promise<number> {
      sap.count = products;
      const connection = sap.connect();
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
    try {
      await needs(1000); // what is compiled and opened once
      const few = await needs(2000);
      const many = await needs(40_000);
      // A hundred bytes kept of each record would show.
      assert.ok(many < few + 3, `${few.toFixed(1)} MiB for 2,000, ${many.toFixed(1)} MiB for 40,000`);
    } finally {
      sap.close();
    }
  });
});
