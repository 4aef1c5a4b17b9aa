import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Sandbox } from '../../sandbox/contract';
import type { JournalEntry } from '../../sandbox/journal';
import { startSapSandbox } from '../../sandbox/sap-s4hana';
import { startShopifySandbox } from '../../sandbox/shopify';
import { System } from '../contract/sap-s4hana/system';

describe('sandboxes that an older version has left behind', () => {
  let dataDir: string;
  let notices: string[];
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'b2b-older-'));
    notices = [];
  });
  afterEach(() => rm(dataDir, { recursive: true, force: true }));
  const onNotice = (text: string): void => { notices.push(text); };
  const starters: [string, () => Promise<Sandbox>][] = [
    ['shopify', () => startShopifySandbox({ dataDir, onNotice })], ['sap-s4hana', () => startSapSandbox({ dataDir, onNotice, materials: 5, customers: 2 })],
  ];

  it('SAP without stock and prices gets those of the world, and keeps what it had', async () => {
    let system = await System.start({ dataDir, onNotice });
    const listed = async (entity: 'inventory' | 'price' | 'product'): Promise<string[]> => {
      const erp = system.connect();
      const ids: string[] = [];
      for await (const { records } of erp.list(entity)) ids.push(...records.map((record) => erp.identify(entity, record).id));
      return ids;
    };
    const before = { inventory: await listed('inventory'), price: await listed('price') };
    system.sandbox.changeMaterial({ sku: 'MAT-00001', name: 'Mine' });
    await system.stop();
    const path = join(dataDir, 'sap-s4hana.journal');
    const lines = (await readFile(path, 'utf8')).trimEnd().split('\n').map((line) => JSON.parse(line) as JournalEntry[]);
    const older = lines.map((entries) => entries.filter(([set]) => !/Stock|SlsPrcg/.test(set))).filter((entries) => entries.length > 0);
    await writeFile(path, older.map((entries) => `${JSON.stringify(entries)}\n`).join(''));

    system = await System.start({ dataDir, onNotice });
    try {
      assert.ok(before.inventory.length > 0 && before.price.length > 0);
      assert.deepEqual({ inventory: await listed('inventory'), price: await listed('price') }, before);
      assert.equal(notices.length, 1);
      assert.match(notices[0] ?? '', /older version.*A_SlsPrcg/);
    } finally {
      await system.stop();
    }
    system = await System.start({ dataDir, onNotice });
    await system.stop();
    assert.equal(notices.length, 1);
    assert.match(await readFile(path, 'utf8'), /Mine/);
  });

  for (const [name, start] of starters) {
    it(`${name}: what cannot be read is set aside, and it begins anew`, async () => {
      await (await start()).close();
      for (const unreadable of ['{"not": "a journal"}\n', '[["order", "1", {"id": 5}]]\n[["A_Product", "1"', 'no JSON at all\n']) {
        await writeFile(join(dataDir, `${name}.journal`), unreadable);
        const sandbox = await start();
        await sandbox.close();
      }
      assert.equal((await readdir(dataDir)).includes(`${name}.journal.unreadable`), true);
      assert.ok(notices.length >= 2);
      assert.match(notices[0] ?? '', new RegExp(`${name} sandbox cannot read what it kept .* begins anew`));
    });
  }
});
