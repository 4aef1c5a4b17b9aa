import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSapSandbox, type SapSandbox, type SapSandboxOptions } from '../../sandbox/sap-s4hana';
import { SapClient } from './sap-client';

type Rows = Record<string, unknown>[];

describe('SAP S/4HANA sandbox: material stock', () => {
  let sandbox: SapSandbox;
  let client: SapClient;
  const start = async (options: SapSandboxOptions = {}): Promise<void> => {
    sandbox = await startSapSandbox({ materials: 60, customers: 3, ...options });
    client = new SapClient(sandbox, 'API_MATERIAL_STOCK_SRV');
  };
  afterEach(() => sandbox.close());

  const set = 'A_MatlStkInAcctMod';
  const quantity = 'MatlWrhsStkQtyInMatlBaseUnit';
  const query = (options: Record<string, string>): string => Object.entries(options).map(([name, value]) => `$${name}=${encodeURIComponent(value)}`).join('&');
  const rows = async (options: Record<string, string> = {}, path = set): Promise<Rows> => (await client.get(`${path}?${query(options)}`)).json().d.results;
  const idOf = (row: Record<string, unknown>): string => (row.__metadata as { id: string }).id;

  describe('the world\'s', () => {
    beforeEach(() => start());

    it('lies at every site: some free for use of every product, in its base unit', async () => {
      const units = { C62: 'PC', XBX: 'BOX', KGM: 'KG', MTR: 'M' };
      for (const [i, { plant, storageLocation }] of sandbox.world.sites.entries()) {
        const found = await rows({ filter: `Plant eq '${plant}' and InventoryStockType eq '01' and InventorySpecialStockType eq ''` });
        assert.deepEqual(found.map((row) => [row.Material, row.MaterialBaseUnit]), sandbox.world.products.map(({ sku, unit }) => [sku, units[unit]]));
        const [least, most] = i === 0 ? [200, 5000] : [0, 2000];
        for (const row of found) {
          assert.match(String(row[quantity]), row.MaterialBaseUnit === 'PC' || row.MaterialBaseUnit === 'BOX' ? /^\d+\.0{14}$/ : /^\d+\.\d{14}$/);
          assert.ok(Number(row[quantity]) >= least && Number(row[quantity]) <= most, JSON.stringify(row));
          assert.deepEqual(
            [row.StorageLocation, row.Batch, row.Supplier, row.Customer, row.WBSElementInternalID, row.SDDocument, row.SDDocumentItem, row.WBSElementExternalID],
            [storageLocation, '', '', '', '0', '', '0', ''],
          );
        }
        assert.ok(new Set(found.map((row) => row[quantity])).size > 40, 'the quantities differ');
      }
    });

    it('is in part inspected, blocked or made for an order', async () => {
      const skus = async (filter: string): Promise<unknown[]> => (await rows({ filter })).map(({ Material }) => Material);
      assert.deepEqual(await skus("InventoryStockType eq '02'"), ['MAT-00010', 'MAT-00020', 'MAT-00030', 'MAT-00040', 'MAT-00050', 'MAT-00060']);
      assert.deepEqual(await skus("InventoryStockType eq '07'"), ['MAT-00015', 'MAT-00030', 'MAT-00045', 'MAT-00060']);
      const special = await rows({ filter: "InventorySpecialStockType ne ''" });
      assert.deepEqual(special.map((row) => [row.Material, row.InventorySpecialStockType, row.InventoryStockType, row.SDDocument, row.SDDocumentItem]), [
        ['MAT-00020', 'E', '01', '3000020', '10'], ['MAT-00040', 'E', '01', '3000040', '10'], ['MAT-00060', 'E', '01', '3000060', '10'],
      ]);
      assert.equal((await rows()).length, 60 * 2 + 6 + 4 + 3);
    });

    it('is the same for the same seed, and another for another', async () => {
      const mine = (await rows()).map((row) => row[quantity]);
      await sandbox.close();
      await start();
      assert.deepEqual((await rows()).map((row) => row[quantity]), mine);
      await sandbox.close();
      await start({ seed: 2 });
      assert.notDeepEqual((await rows()).map((row) => row[quantity]), mine);
    });

    it('goes with plants that know the product', async () => {
      const plants = (await new SapClient(sandbox, 'API_PRODUCT_SRV').get("A_Product('MAT-00007')/to_Plant")).json().d.results;
      assert.deepEqual(plants.map(({ Plant }) => Plant), sandbox.world.sites.map(({ plant }) => plant));
    });
  });

  describe('is read', () => {
    beforeEach(() => start());

    it('by its eleven keys, numbers with or without zeros in front', async () => {
      const [{ plant, storageLocation } = { plant: '', storageLocation: '' }] = sandbox.world.sites;
      const key = (order: string, position: string): string =>
        `${set}(Material='MAT-00020',Plant='${plant}',StorageLocation='${storageLocation}',Batch='',Supplier='',Customer='',WBSElementInternalID='0',SDDocument='${order}',SDDocumentItem='${position}',InventorySpecialStockType='E',InventoryStockType='01')`;
      const found = (await client.get(key('3000020', '10'))).json().d;
      assert.equal(found.InventorySpecialStockType, 'E');
      assert.equal((await client.get(key('0003000020', '000010'))).json().d[quantity], found[quantity]);
      assert.equal((await client.get(idOf(found))).json().d[quantity], found[quantity]);
      assert.equal((await client.get(key('3000021', '10'))).status, 404);
    });

    it('from a material and back, by navigation and by $expand', async () => {
      const material = (await client.get("A_MaterialStock('MAT-00030')?$expand=to_MatlStkInAcctMod")).json().d;
      const lies = (material.to_MatlStkInAcctMod as { results: Rows }).results;
      assert.deepEqual(lies.map((row) => [row.Plant, row.InventoryStockType]), [['1010', '01'], ['1020', '01'], ['1010', '02'], ['1010', '07']]);
      assert.deepEqual((await rows({}, "A_MaterialStock('MAT-00030')/to_MatlStkInAcctMod")).map(idOf), lies.map(idOf));
      const back = (await client.get(`${idOf(lies[1] ?? {})}/to_MaterialStock`)).json().d;
      assert.deepEqual([back.Material, back.MaterialBaseUnit], [material.Material, material.MaterialBaseUnit]);
      const [expanded] = await rows({ filter: "Material eq 'MAT-00030'", expand: 'to_MaterialStock', top: '1' });
      assert.equal((expanded?.to_MaterialStock as Record<string, unknown>).MaterialBaseUnit, material.MaterialBaseUnit);
      assert.equal((await rows({}, 'A_MaterialStock')).length, 60);
    });

    it('page by page, every row once', async () => {
      await sandbox.close();
      await start({ pageSize: 50 });
      const found: Rows = [];
      for (let next: string | undefined = `${set}?$inlinecount=allpages`; next !== undefined;) {
        const { d } = (await client.get(next)).json();
        assert.equal(d.__count, '133');
        assert.ok(d.results.length <= 50);
        found.push(...d.results);
        next = d.__next;
      }
      assert.equal(new Set(found.map(idOf)).size, 133);
      assert.equal(found.length, 133);
      assert.deepEqual((await rows({ skip: '40', top: '20' })).map(idOf), found.slice(40, 60).map(idOf));
    });

    it('with the properties that were asked for', async () => {
      const [row] = await rows({ select: `Material,${quantity}`, top: '1' });
      assert.deepEqual(Object.keys(row ?? {}), ['__metadata', 'Material', quantity]);
    });

    const orders: [string, (row: Record<string, unknown>) => (string | number)[]][] = [
      [`${quantity} desc`, (row) => [-Number(row[quantity])]],
      ['Material desc', (row) => [-Number(String(row.Material).slice(4))]],
      ['Material,Plant desc', (row) => [String(row.Material), -Number(row.Plant)]],
      ['Plant asc,Material', (row) => [String(row.Plant), String(row.Material)]],
    ];
    for (const [orderby, placeOf] of orders) {
      it(`in the order of ${orderby}`, async () => {
        const compare = (a: (string | number)[], b: (string | number)[]): number => a.map((x, i) => x < (b[i] ?? 0) ? -1 : x > (b[i] ?? 0) ? 1 : 0).find((sign) => sign !== 0) ?? 0;
        const expected = (await rows()).map(placeOf).sort(compare);
        assert.equal(expected.length, 133);
        assert.deepEqual((await rows({ orderby })).map(placeOf), expected);
        assert.deepEqual((await rows({ orderby, top: '5' })).map(placeOf), expected.slice(0, 5));
      });
    }

    it('by key order: a new row is in its place at once, and a changed one as it is now', async () => {
      const from = { filter: "Material gt 'MAT-00007' and InventoryStockType eq '01'", orderby: 'Material', top: '3' };
      const shown = async (): Promise<unknown[]> => (await rows(from)).map((row) => [row.Material, row.Plant, Number(row[quantity])]);
      const [first, second, third] = await rows(from);
      assert.deepEqual([first?.Material, second?.Material, third?.Material], ['MAT-00008', 'MAT-00008', 'MAT-00009']);
      sandbox.setStock({ sku: 'MAT-00008', quantity: '7', plant: '1030' });
      sandbox.setStock({ sku: 'MAT-00008', quantity: '9' });
      assert.deepEqual(await shown(), [['MAT-00008', '1010', 9], ['MAT-00008', '1020', Number(second?.[quantity])], ['MAT-00008', '1030', 7]]);
      sandbox.dropMaterial('MAT-00008');
      assert.deepEqual((await rows(from)).map(({ Material }) => Material), ['MAT-00009', 'MAT-00009', 'MAT-00010']);
    });

    const filters: [string, (row: Record<string, string>) => boolean][] = [
      ["Plant eq '1010' and (StorageLocation eq '101A' or StorageLocation eq '101B')", (r) => r.Plant === '1010'],
      ["Material eq 'MAT-00001' or Material eq 'MAT-00060' or Material eq 'MAT-00001'", (r) => r.Material === 'MAT-00001' || r.Material === 'MAT-00060'],
      ["InventorySpecialStockType eq '' and (Material eq 'MAT-00020' or Material eq 'MAT-00021')", (r) => r.InventorySpecialStockType === '' && (r.Material === 'MAT-00020' || r.Material === 'MAT-00021')],
      ["(Material eq 'MAT-00002' and Plant eq '1010') or (Plant eq '1020' and Material eq 'MAT-00003')", (r) => (r.Material === 'MAT-00002' && r.Plant === '1010') || (r.Material === 'MAT-00003' && r.Plant === '1020')],
      ["Material eq 'MAT-00002' or Plant eq '1020'", (r) => r.Material === 'MAT-00002' || r.Plant === '1020'],
      ["not (Material eq 'MAT-00002') and not (Material gt 'MAT-00005')", (r) => r.Material !== 'MAT-00002' && String(r.Material) <= 'MAT-00005'],
      ["Material gt 'MAT-00055' or InventoryStockType eq '07'", (r) => String(r.Material) > 'MAT-00055' || r.InventoryStockType === '07'],
      ["Material ge 'MAT-00055' and Plant eq '1020' and Material ne 'MAT-00057'", (r) => String(r.Material) >= 'MAT-00055' && r.Plant === '1020' && r.Material !== 'MAT-00057'],
      ["Material gt 'MAT-00050' and (Material gt 'MAT-00055' or Plant eq '1020')", (r) => String(r.Material) > 'MAT-00050' && (String(r.Material) > 'MAT-00055' || r.Plant === '1020')],
      ["Material eq 'NOPE'", () => false],
      [`${quantity} gt 1000M and Plant eq '1020'`, (r) => Number(r[quantity]) > 1000 && r.Plant === '1020'],
    ];
    for (const [filter, test] of filters) {
      it(`where ${filter}`, async () => {
        const all = await rows({ orderby: 'Material,Plant,InventoryStockType,SDDocument' });
        const expected = all.filter((row) => test(row as Record<string, string>));
        const sorted = (found: Rows): string[] => found.map(idOf).sort();
        assert.deepEqual(sorted(await rows({ filter })), sorted(expected));
        const ordered = await rows({ filter, orderby: 'Material' });
        assert.deepEqual(ordered.map(({ Material }) => Material), expected.map(({ Material }) => Material));
        assert.deepEqual(sorted(ordered), sorted(expected));
        const { d } = (await client.get(`${set}?${query({ filter, orderby: 'Material', skip: '1', top: '2', inlinecount: 'allpages' })}`)).json();
        assert.deepEqual([d.results.map(idOf), d.__count], [ordered.slice(1, 3).map(idOf), String(expected.length)]);
      });
    }

    it('but never written', async () => {
      const before = await rows();
      assert.equal((await client.send('POST', set, {})).status, 403, 'without a token');
      await client.fetchToken();
      const key = idOf(before[0] ?? {});
      for (const [method, path] of [['POST', set], ['POST', 'A_MaterialStock'], ['POST', "A_MaterialStock('MAT-00001')/to_MatlStkInAcctMod"], ['PATCH', key], ['MERGE', key], ['PUT', key], ['DELETE', key], ['DELETE', "A_MaterialStock('MAT-00001')"]] as const) {
        assert.equal((await client.send(method, path, { [quantity]: '1' })).status, 405, `${method} ${path}`);
      }
      assert.deepEqual(await rows(), before);
      const metadata = (await client.get('$metadata')).text;
      for (const name of [set, 'A_MaterialStock']) assert.match(metadata, new RegExp(`<EntitySet Name="${name}" [^>]*sap:creatable="false" sap:updatable="false" sap:deletable="false"/>`));
    });
  });

  describe('is set', () => {
    it('at the first site unless told otherwise; a row that is missing is made', async () => {
      await start();
      sandbox.setStock({ sku: 'MAT-00001', quantity: '12.5' });
      assert.deepEqual([sandbox.stock('MAT-00001', '1010'), (await rows({ filter: "Material eq 'MAT-00001'" })).length], ['12.5', 2]);
      sandbox.setStock({ sku: 'MAT-00001', quantity: '3', plant: '1020' });
      assert.deepEqual([sandbox.stock('MAT-00001', '1020'), sandbox.stock('MAT-00001')], ['3', '15.5']);
      sandbox.setStock({ sku: 'MAT-00001', quantity: '4', plant: '1020', storageLocation: '102B' });
      sandbox.setStock({ sku: 'MAT-00001', quantity: '50', stockType: '02' });
      assert.deepEqual(
        (await rows({ filter: "Material eq 'MAT-00001'" })).map((row) => [row.Plant, row.StorageLocation, row.InventoryStockType, row[quantity]]).sort(),
        [['1010', '101A', '01', '12.50000000000000'], ['1010', '101A', '02', '50.00000000000000'], ['1020', '102A', '01', '3.00000000000000'], ['1020', '102B', '01', '4.00000000000000']],
      );
      assert.deepEqual([sandbox.stock('MAT-00001', '1020'), sandbox.stock('MAT-00001')], ['7', '19.5']);
      assert.throws(() => { sandbox.setStock({ sku: 'NOPE', quantity: '1' }); }, RangeError);
    });

    it('and counts without what is inspected, blocked or made for an order', async () => {
      await start();
      const found = await rows({ filter: "Material eq 'MAT-00060'" });
      assert.equal(found.length, 5);
      const free = found.filter((row) => row.InventoryStockType === '01' && row.SDDocument === '').reduce((sum, row) => sum + Number(row[quantity]), 0);
      assert.equal(Number(sandbox.stock('MAT-00060')), free);
      assert.equal(sandbox.stock('NOPE'), '0');
    });

    it('to nothing for a new material, and left alone when a material is maintained again', async () => {
      await start();
      const material = { sku: 'NEW-1', gtin: '04012345777770', name: 'New', price: '1.00', unit: 'KGM' as const, weightGrams: 5 };
      sandbox.addMaterial(material);
      const found = await rows({ filter: "Material eq 'NEW-1'" });
      assert.deepEqual(found.map((row) => [row.Plant, row.StorageLocation, row.MaterialBaseUnit, row[quantity]]), [['1010', '101A', 'KG', '0.00000000000000'], ['1020', '102A', 'KG', '0.00000000000000']]);
      assert.equal((await client.get("A_MaterialStock('NEW-1')")).json().d.MaterialBaseUnit, 'KG');
      sandbox.setStock({ sku: 'NEW-1', quantity: '8' });
      sandbox.addMaterial({ ...material, name: 'Newer' });
      assert.equal(sandbox.stock('NEW-1'), '8');
    });

    it('for good: it is there after a restart, and gone with its material', async () => {
      const dataDir = mkdtempSync(join(tmpdir(), 'sap-stock-'));
      try {
        await start({ dataDir });
        sandbox.setStock({ sku: 'MAT-00001', quantity: '77', plant: '1020', storageLocation: '102B' });
        sandbox.dropMaterial('MAT-00002');
        await sandbox.close();
        await start({ dataDir });
        assert.deepEqual((await rows({ filter: "StorageLocation eq '102B'" })).map((row) => [row.Material, row[quantity]]), [['MAT-00001', '77.00000000000000']]);
        assert.deepEqual(await rows({ filter: "Material eq 'MAT-00002'" }), []);
        assert.equal((await client.get("A_MaterialStock('MAT-00002')")).status, 404);
        assert.equal((await rows()).length, 133 - 2 + 1);
      } finally {
        rmSync(dataDir, { recursive: true });
      }
    });

    it('over HTTP, one change or a list', async () => {
      await start({ control: true });
      const post = async (body: unknown): Promise<number> => (await fetch(`${sandbox.url}/__sandbox/stock`, { method: 'POST', body: JSON.stringify(body) })).status;
      const get = async (search: string): Promise<unknown> => (await fetch(`${sandbox.url}/__sandbox/stock?${search}`)).json();
      assert.equal(await post({ sku: 'MAT-00001', quantity: '5' }), 200);
      assert.equal(await post([{ sku: 'MAT-00001', quantity: '6', plant: '1020' }, { sku: 'MAT-00002', quantity: '0' }]), 200);
      assert.deepEqual([await get('sku=MAT-00001'), await get('sku=MAT-00001&plant=1020'), await get('sku=MAT-00002&plant=1010')], [{ quantity: '11' }, { quantity: '6' }, { quantity: '0' }]);
      assert.notEqual(await post([{ sku: 'MAT-00001', quantity: '9' }, { sku: 'NOPE', quantity: '1' }]).catch(() => 0), 200);
      assert.deepEqual(await get('sku=MAT-00001'), { quantity: '11' }, 'all of a list or nothing');
    });
  });

  it('is there for more products than one entry of the journal takes', async () => {
    await start({ materials: 15_000 });
    const { d } = (await client.get(`${set}?${query({ filter: "Material gt 'MAT-14998' and InventoryStockType eq '01'", orderby: 'Material', inlinecount: 'allpages' })}`)).json();
    assert.deepEqual([d.results.map((row) => `${String(row.Material)} ${String(row.Plant)} ${String(row.SDDocument)}`), d.__count], [
      ['MAT-14999 1010 ', 'MAT-14999 1020 ', 'MAT-15000 1010 ', 'MAT-15000 1020 ', 'MAT-15000 1010 3015000'], '5',
    ]);
  });
});
