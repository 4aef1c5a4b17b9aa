import assert from 'node:assert/strict';
import type { Connection, ListOptions } from '../../lib/connectors/contract';
import type { Entity } from '../../lib/documents/event';
import { listed, openRecords } from './records';

describe('lists of every connector', () => {
  for (const { vendor, entity } of listed()) {
    it(`C13 ${entity} of ${vendor}: pages of 1, n-1, n, n+1 and three pages bring the same records, each once, and go on from any cursor`, async () => {
      let now = Date.UTC(2026, 10, 23, 9);
      await using world = await openRecords(vendor, entity, { now: () => now });
      const { connection } = world;
      const added: string[] = [];
      for (let n = 0; n < 6; n++) {
        added.push(await world.add());
        if (n % 2 === 1) now += 5000;
      }
      const whole = (await pagesOf(connection, entity)).flatMap(({ ids }) => ids);
      assert.deepEqual(added.filter((id) => !whole.includes(id)), []);
      assert.equal(new Set(whole).size, whole.length);
      const n = whole.length;
      for (const pageSize of [1, n - 1, n, n + 1]) {
        assert.deepEqual((await pagesOf(connection, entity, { pageSize })).flatMap(({ ids }) => ids), whole, `${String(n)} records, ${String(pageSize)} a page`);
      }
      // Of some entities several records come of what a page counts.
      const pageSize = Math.floor(n / 6);
      const pages = await pagesOf(connection, entity, { pageSize });
      assert.deepEqual(pages.flatMap(({ ids }) => ids), whole);
      assert.ok(pages.length >= 3, `${String(pages.length)} pages`);
      for (const [at, { cursor }] of pages.entries()) {
        if (cursor === undefined) continue;
        const rest = (await pagesOf(connection, entity, { cursor, pageSize })).flatMap(({ ids }) => ids);
        assert.deepEqual(rest, pages.slice(at + 1).flatMap(({ ids }) => ids), `from the cursor of page ${String(at + 1)}`);
      }
    });
  }
});

async function pagesOf(connection: Connection, entity: Entity, options: ListOptions = {}): Promise<{ ids: string[]; cursor: string | undefined }[]> {
  const pages: { ids: string[]; cursor: string | undefined }[] = [];
  for await (const { records, cursor } of connection.list(entity, options)) pages.push({ ids: records.map((record) => connection.identify(entity, record).id), cursor });
  return pages;
}
