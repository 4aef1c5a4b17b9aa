import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSapSandbox, type SapSandbox, type SapSandboxOptions } from '../../sandbox/sap-s4hana';
import { item, order, SapClient } from './sap-client';

type Row = Record<string, unknown>;

const validity = 'A_SlsPrcgCndnRecdValidity', records = 'A_SlsPrcgConditionRecord', scales = 'A_SlsPrcgCndnRecordScale';
const day = (text: string): string => `/Date(${String(Date.parse(text))})/`;
const forever = day('9999-12-31');
const today = Date.UTC(2026, 10, 25, 9);

describe('SAP S/4HANA sandbox: price conditions', () => {
  let sandbox: SapSandbox;
  let client: SapClient;
  let now = today;
  const start = async (options: SapSandboxOptions = {}): Promise<void> => {
    now = today;
    sandbox = await startSapSandbox({ materials: 60, customers: 8, now: () => now, ...options });
    client = new SapClient(sandbox, 'API_SLSPRICINGCONDITIONRECORD_SRV');
  };
  afterEach(() => sandbox.close());

  const query = (options: Record<string, string>): string => Object.entries(options).map(([name, value]) => `$${name}=${encodeURIComponent(value)}`).join('&');
  const rows = async (set: string, options: Record<string, string> = {}): Promise<Row[]> => (await client.get(`${set}?${query(options)}`)).json().d.results;
  const current = "ConditionValidityStartDate le datetime'2026-11-25T00:00:00' and ConditionValidityEndDate ge datetime'2026-11-25T00:00:00'";
  /** What holds on the day for a material, with its record and scale. */
  const holding = async (sku: string, more = ''): Promise<Row[]> =>
    (await rows(validity, { filter: `Material eq '${sku}' and ${current}${more}`, expand: 'to_SlsPrcgConditionRecord/to_SlsPrcgCndnRecordScale' }));
  const recordOf = (row: Row | undefined): Row => row?.to_SlsPrcgConditionRecord as Row;
  const scaleOf = (row: Row | undefined): Row[] => (recordOf(row).to_SlsPrcgCndnRecordScale as { results: Row[] }).results;
  const of = (found: Row[], values: Row): Row | undefined => found.find((row) => Object.entries(values).every(([name, value]) => row[name] === value));
  const everybody = { ConditionType: 'PPR0', Customer: '', CustomerPriceGroup: '', PriceListType: '' };

  describe('the world\'s', () => {
    beforeEach(() => start());

    it('are list prices of every product in EUR, small parts per hundred', async () => {
      let hundreds = 0;
      for (const { sku, price, unit } of sandbox.world.products) {
        const record = recordOf(of(await holding(sku), everybody));
        const per = Number(record.ConditionQuantity);
        hundreds += per === 100 ? 1 : 0;
        assert.equal(Number(record.ConditionRateValue).toFixed(2), (Number(price) * per).toFixed(2), sku);
        assert.deepEqual([record.ConditionRateValueUnit, record.ConditionCalculationType, record.ConditionTable, record.BaseUnit === record.ConditionQuantityUnit, record.ConditionToBaseQtyNmrtr, record.ConditionToBaseQtyDnmntr],
          ['EUR', 'C', '304', true, '1', '1'], `${sku} ${unit}`);
      }
      assert.ok(hundreds > 0);
    });

    it('are those of groups and customers too, with scales, and in the currency they buy in', async () => {
      const found = await rows(validity, { filter: `ConditionType eq 'PPR0' and ${current}`, expand: 'to_SlsPrcgConditionRecord/to_SlsPrcgCndnRecordScale' });
      const group = of(found, { CustomerPriceGroup: 'P1' });
      assert.deepEqual(scaleOf(group).map((line) => [line.ConditionScaleLine, line.ConditionScaleQuantity]), [['0001', '1.000'], ['0002', '10.000'], ['0003', '50.000'], ['0004', '100.000'], ['0005', '500.000']]);
      assert.equal(recordOf(group).ConditionRateValue, scaleOf(group)[0]?.ConditionRateValue, 'a record shows the rate of the first line');
      for (const [currency, PriceListType] of [['CHF', 'CH'], ['USD', 'US'], ['JPY', 'JP']]) assert.equal(recordOf(of(found, { PriceListType, TransactionCurrency: currency })).ConditionRateValueUnit, currency);
      const [customers, currencies] = [new Set(found.map((row) => row.Customer)), new Map(sandbox.world.companies.map((company) => [String(Number(company.customerNumber)), company.currency]))];
      assert.ok(customers.size > 5);
      for (const row of found) if (row.Customer !== '') assert.equal(recordOf(row).ConditionRateValueUnit, recordOf(row).ConditionIsDeleted === true ? 'EUR' : currencies.get(String(row.Customer)));
    });

    it('held, hold and will hold, without gap or overlap, and some are marked for deletion', async () => {
      const all = await rows(validity, { filter: "Material eq 'MAT-00010' and ConditionType eq 'PPR0' and CustomerPriceGroup eq '' and Customer eq '' and PriceListType eq ''", orderby: 'ConditionValidityEndDate' });
      assert.deepEqual(all.map((row) => [row.ConditionValidityStartDate, row.ConditionValidityEndDate]), [
        [day('2025-01-01'), day('2025-12-31')], [day('2026-01-01'), day('2098-12-31')], [day('2099-01-01'), forever],
      ]);
      assert.ok((await rows(records, { filter: 'ConditionIsDeleted eq true' })).length >= 5);
      assert.ok((await rows(records, { filter: "ConditionType eq 'K004' and ConditionRateValueUnit eq '%'" })).length >= 6);
    });

    it('are the same for the same seed', async () => {
      const mine = await rows(records, { select: 'ConditionRecord,ConditionRateValue' });
      const shown = mine.map((row) => [row.ConditionRecord, row.ConditionRateValue]);
      await sandbox.close();
      await start();
      assert.deepEqual((await rows(records)).map((row) => [row.ConditionRecord, row.ConditionRateValue]), shown);
    });

    it('are what an order is priced by, also where they are per hundred or have a scale', async () => {
      const orders = new SapClient(sandbox);
      const hundred = sandbox.world.products.find(({ unit }, i) => unit === 'C62' && (i + 1) % 8 === 0);
      const [first] = sandbox.world.products;
      assert.ok(hundred && first);
      const net = async (sku: string, quantity: string): Promise<unknown> => {
        const created = await orders.createOrder(order({ to_Item: [item(sku, quantity)] }));
        return created.TotalNetAmount;
      };
      assert.equal(await net(hundred.sku, '7'), (Number(hundred.price) * 7).toFixed(2));
      sandbox.setPrice({ sku: first.sku, price: '10', scale: [{ from: '1', price: '10' }, { from: '5', price: '9' }] });
      assert.deepEqual([await net(first.sku, '4'), await net(first.sku, '5')], ['40.00', '45.00']);
      sandbox.setPrice({ sku: first.sku, price: '250', per: 100 });
      assert.equal(await net(first.sku, '3'), '7.50');
      sandbox.setPrice({ sku: first.sku, price: '3', currency: 'USD' });
      assert.equal(await net(first.sku, '3'), '0.00', 'no price in the currency of the order');
      sandbox.setPrice({ sku: first.sku, price: '4' });
      sandbox.dropPrice({ sku: first.sku });
      assert.equal(await net(first.sku, '3'), '0.00');
    });
  });

  describe('read', () => {
    it('by keys, also a day; from a record to its relatives and back', async () => {
      await start();
      const [found] = await holding('MAT-00001', " and CustomerPriceGroup eq 'P1'");
      assert.ok(found);
      const { id } = found.__metadata as { id: string };
      assert.match(id, /A_SlsPrcgCndnRecdValidity\(ConditionRecord='\d{10}',ConditionValidityEndDate=datetime'9999-12-31T00%3A00%3A00'\)$/);
      assert.equal((await client.get(id)).json().d.Material, 'MAT-00001');
      const record = (await client.get(`${id}/to_SlsPrcgConditionRecord?$expand=to_SlsPrcgCndnRecdValidity`)).json().d;
      assert.equal(record.ConditionRecord, found.ConditionRecord);
      assert.equal((record.to_SlsPrcgCndnRecdValidity as { results: Row[] }).results.length, 1);
      assert.equal((await client.get(`${records}('${String(found.ConditionRecord)}')/to_SlsPrcgCndnRecordScale`)).json().d.results.length, 5);
    });

    it('in the order of materials, from one on, page by page', async () => {
      await start({ pageSize: 7 });
      const options = { filter: `ConditionType eq 'PPR0' and ${current} and Material gt '' and Material gt 'MAT-00050'`, orderby: 'Material' };
      const found: Row[] = [];
      for (let next: string | undefined = `${validity}?${query(options)}`; next !== undefined;) {
        const { d } = (await client.get(next)).json();
        found.push(...d.results);
        next = d.__next;
      }
      const materials = found.map((row) => String(row.Material));
      assert.deepEqual([...new Set(materials)], ['51', '52', '53', '54', '55', '56', '57', '58', '59', '60'].map((n) => `MAT-000${n}`));
      assert.deepEqual(materials, [...materials].sort());
      const all = (await client.get(`${validity}/$count?${query({ filter: options.filter })}`)).text;
      assert.equal(String(found.length), all);
      sandbox.setPrice({ sku: 'MAT-00051', price: '1', customer: '100007' });
      assert.equal((await client.get(`${validity}?${query({ ...options, top: '1' })}`)).json().d.results[0]?.Material, 'MAT-00051');
    });
  });

  describe('written', () => {
    beforeEach(async () => { await start(); await client.fetchToken(); });

    const period = (more: Row = {}): Row => ({ SalesOrganization: '1010', DistributionChannel: '10', Material: 'MAT-00001', ConditionValidityStartDate: day('2026-07-01'), ConditionValidityEndDate: forever, ...more });
    const condition = (more: Row = {}): Row => ({
      ConditionTable: '304', ConditionType: 'PPR0', ConditionRateValue: '12.34', ConditionRateValueUnit: 'EUR', ConditionQuantity: '1', to_SlsPrcgCndnRecdValidity: [period()], ...more,
    });
    const create = async (body: Row): Promise<Row> => {
      const answer = await client.send('POST', records, body);
      assert.equal(answer.status, 201, answer.text);
      return answer.json().d;
    };
    const etagOf = (row: Row | undefined): string => (row?.__metadata as { etag: string }).etag;

    it('with their validity and scale in one; what held before ends the day before', async () => {
      const old = of(await holding('MAT-00001'), everybody);
      const made = await create(condition({
        to_SlsPrcgCndnRecordScale: [{ ConditionScaleQuantity: '1', ConditionRateValue: '12.34' }, { ConditionScaleQuantity: '10', ConditionRateValue: '11.00' }],
      }));
      assert.match(String(made.ConditionRecord), /^\d{10}$/);
      assert.match(etagOf(made), /^W\/"'SADL-\d+'"$/);
      const found = of(await holding('MAT-00001'), everybody);
      assert.equal(found?.ConditionRecord, made.ConditionRecord);
      assert.deepEqual(scaleOf(found).map((line) => [line.ConditionScaleQuantity, line.ConditionRateValue, line.ConditionRateValueUnit]), [['1.000', '12.340', 'EUR'], ['10.000', '11.000', 'EUR']]);
      assert.deepEqual([recordOf(found).PricingScaleBasis, recordOf(found).ConditionQuantityUnit, recordOf(found).ConditionToBaseQtyNmrtr], ['C', recordOf(old).ConditionQuantityUnit, '1']);
      const periods = await rows(validity, { filter: `ConditionRecord eq '${String(old?.ConditionRecord)}'` });
      assert.deepEqual(periods.map((row) => row.ConditionValidityEndDate), [day('2026-06-30')]);
    });

    it('in the middle of what holds: that goes on afterwards', async () => {
      const old = of(await holding('MAT-00001'), everybody);
      await create(condition({ to_SlsPrcgCndnRecdValidity: [period({ ConditionValidityStartDate: day('2026-03-01'), ConditionValidityEndDate: day('2026-03-31') })] }));
      const periods = await rows(validity, { filter: `ConditionRecord eq '${String(old?.ConditionRecord)}'`, orderby: 'ConditionValidityEndDate' });
      assert.deepEqual(periods.map((row) => [row.ConditionValidityStartDate, row.ConditionValidityEndDate]), [[day('2026-01-01'), day('2026-02-28')], [day('2026-04-01'), forever]]);
      await create(condition({ to_SlsPrcgCndnRecdValidity: [period({ ConditionValidityStartDate: day('2020-01-01') })] }));
      assert.equal((await client.get(`${records}('${String(old?.ConditionRecord)}')`)).status, 404, 'nothing of it is left');
    });

    it('by key of the condition table: a customer\'s price leaves everybody\'s alone', async () => {
      await create(condition({ ConditionTable: '305', to_SlsPrcgCndnRecdValidity: [period({ Customer: '0000100008' })] }));
      const found = await holding('MAT-00001');
      assert.ok(of(found, { Customer: '100008' }));
      assert.ok(of(found, everybody));
    });

    it('only as the vendor takes them', async () => {
      const cases: [Row, string][] = [
        [condition({ to_SlsPrcgCndnRecdValidity: [] }), 'VK/203'], [condition({ ConditionType: 'NOPE' }), 'VK/087'], [condition({ ConditionTable: '999' }), 'VK/023'],
        [condition({ ConditionRateValueUnit: 'XXX' }), 'VK/154'], [condition({ ConditionQuantityUnit: 'BOX' }), 'VK/781'],
        [condition({ ConditionTable: '305' }), 'VK/119'], [condition({ to_SlsPrcgCndnRecdValidity: [period({ Customer: '100001' })] }), 'VK/120'],
        [condition({ to_SlsPrcgCndnRecdValidity: [period({ Material: 'NOPE' })] }), 'M3/305'], [condition({ ConditionTable: '305', to_SlsPrcgCndnRecdValidity: [period({ Customer: '9' })] }), 'VP/199'],
        [condition({ to_SlsPrcgCndnRecdValidity: [period({ ConditionValidityStartDate: day('9999-12-31'), ConditionValidityEndDate: day('2026-01-01') })] }), 'VK/205'],
        [condition({ to_SlsPrcgCndnRecdValidity: [period({ SalesOrganization: '2020' })] }), 'VK/301'],
        [condition({ to_SlsPrcgCndnRecordScale: [{ ConditionScaleQuantity: '10', ConditionRateValue: '1' }, { ConditionScaleQuantity: '5', ConditionRateValue: '1' }] }), 'VK/066'],
        [condition({ to_SlsPrcgCndnRecordScale: [{ ConditionScaleQuantity: '10', ConditionRateValue: '1', ConditionRateValueUnit: 'USD' }] }), 'VK/067'],
        [condition({ ConditionType: 'K004' }), 'VK/155'], [condition({ Nope: '1' }), '/IWBEP/CM_MGW_RT/021'], [condition({ ConditionRateValue: '1.2345' }), '/IWBEP/CM_MGW_RT/022'],
      ];
      const before = await rows(validity);
      for (const [body, code] of cases) {
        const answer = await client.send('POST', records, body);
        assert.deepEqual([answer.status, answer.status === 400 && answer.json().error.innererror.errordetails[0]?.code], [400, code], answer.text);
      }
      assert.deepEqual(await rows(validity), before);
    });

    it('never as a validity alone, nor without it', async () => {
      const made = await create(condition());
      const path = `${records}('${String(made.ConditionRecord)}')`;
      for (const target of [validity, `${path}/to_SlsPrcgCndnRecdValidity`]) assert.equal((await client.send('POST', target, period())).status, 405, target);
      const [row] = (await client.get(`${path}/to_SlsPrcgCndnRecdValidity`)).json().d.results;
      assert.equal((await client.send('DELETE', (row?.__metadata as { id: string }).id, undefined, { 'if-match': '*' })).status, 405);
      const metadata = (await client.get('$metadata')).text;
      assert.match(metadata, new RegExp(`<EntitySet Name="${validity}" [^>]*sap:creatable="false" sap:deletable="false"/>`));
    });

    it('with the ETag of what the change is based on', async () => {
      const made = await create(condition());
      const path = `${records}('${String(made.ConditionRecord)}')`;
      const patch = (body: Row, etag?: string): Promise<{ status: number }> => client.send('PATCH', path, body, etag === undefined ? {} : { 'if-match': etag });
      assert.equal((await patch({ ConditionRateValue: '9.99' })).status, 428);
      assert.equal((await patch({ ConditionRateValue: '9.99' }, etagOf(made))).status, 204);
      assert.equal((await patch({ ConditionRateValue: '9.98' }, etagOf(made))).status, 412);
      const read = (await client.get(path)).json().d;
      assert.deepEqual([read.ConditionRateValue, read.ConditionRateAmount, read.ConditionCurrency], ['9.990', '9.990000000', 'EUR']);
      assert.notEqual(etagOf(read), etagOf(made));
      assert.equal((await patch({ ConditionRateValueUnit: 'USD' }, etagOf(read))).status, 400, 'what makes the key cannot be changed');
      assert.equal((await patch({ ConditionIsDeleted: true }, etagOf(read))).status, 204);
    });

    it('validity and scale by themselves; the record shows the first line', async () => {
      const made = await create(condition({ to_SlsPrcgCndnRecordScale: [{ ConditionScaleQuantity: '1', ConditionRateValue: '12' }] }));
      const path = `${records}('${String(made.ConditionRecord)}')`;
      const added = await client.send('POST', `${path}/to_SlsPrcgCndnRecordScale`, { ConditionScaleQuantity: '20', ConditionRateValue: '10' });
      assert.equal(added.status, 201, added.text);
      assert.equal((await client.send('POST', `${path}/to_SlsPrcgCndnRecordScale`, { ConditionScaleQuantity: '15', ConditionRateValue: '10' })).status, 400);
      const line = `${scales}(ConditionRecord='${String(made.ConditionRecord)}',ConditionSequentialNumber='01',ConditionScaleLine='0001')`;
      assert.equal((await client.send('PATCH', line, { ConditionRateValue: '11.50' }, { 'if-match': '*' })).status, 204);
      assert.equal((await client.get(path)).json().d.ConditionRateValue, '11.500');
      assert.equal((await client.send('PATCH', path, { ConditionRateValue: '11.70' }, { 'if-match': '*' })).status, 204);
      assert.equal((await client.get(line)).json().d.ConditionRateValue, '11.700');
      const key = `${validity}(ConditionRecord='${String(made.ConditionRecord)}',ConditionValidityEndDate=datetime'9999-12-31T00:00:00')`;
      assert.equal((await client.send('PATCH', key, { ConditionValidityEndDate: day('2026-12-31') }, { 'if-match': '*' })).status, 204);
      assert.equal((await client.get(key)).status, 404);
      assert.equal((await client.get(key.replace('9999', '2026'))).json().d.ConditionValidityStartDate, day('2026-07-01'));
      assert.equal((await client.send('PATCH', key.replace('9999', '2026'), { Material: 'MAT-00002' }, { 'if-match': '*' })).status, 400);
    });

    it('and deleted with their validity and scale', async () => {
      const made = await create(condition({ to_SlsPrcgCndnRecordScale: [{ ConditionScaleQuantity: '1', ConditionRateValue: '12' }] }));
      const number = String(made.ConditionRecord);
      assert.equal((await client.send('DELETE', `${records}('${number}')`, undefined, { 'if-match': etagOf(made) })).status, 204);
      for (const set of [records, validity, scales]) assert.deepEqual(await rows(set, { filter: `ConditionRecord eq '${number}'` }), [], set);
    });
  });

  describe('changed past all checks', () => {
    it('in place where there is one, else anew', async () => {
      await start();
      const before = of(await holding('MAT-00001'), everybody);
      sandbox.setPrice({ sku: 'MAT-00001', price: '5' });
      const after = of(await holding('MAT-00001'), everybody);
      assert.deepEqual([after?.ConditionRecord, recordOf(after).ConditionRateValue, recordOf(after).ConditionValidityStartDate], [before?.ConditionRecord, '5.000', recordOf(before).ConditionValidityStartDate]);
      assert.notEqual((recordOf(after).__metadata as { etag: string }).etag, (recordOf(before).__metadata as { etag: string }).etag);
      sandbox.setPrice({ sku: 'MAT-00001', price: '4', customer: '0000100007', currency: 'CHF', scale: [{ from: '1', price: '4' }, { from: '9', price: '3' }] });
      const [contract] = await holding('MAT-00001', " and Customer eq '100007'");
      assert.deepEqual([recordOf(contract).ConditionTable, recordOf(contract).ConditionRateValueUnit, scaleOf(contract).length], ['305', 'CHF', 2]);
      sandbox.setPrice({ sku: 'MAT-00001', price: '6', from: '2026-11-26', through: '2026-11-30' });
      assert.equal(recordOf(of(await holding('MAT-00001'), everybody)).ConditionRateValue, '5.000');
      assert.equal((await rows(validity, { filter: "Material eq 'MAT-00001' and ConditionType eq 'PPR0' and Customer eq '' and CustomerPriceGroup eq '' and PriceListType eq ''" })).length, 3);
      assert.throws(() => { sandbox.setPrice({ sku: 'NOPE', price: '1' }); }, RangeError);
    });

    it('and dropped: the record stays, marked', async () => {
      await start();
      sandbox.dropPrice({ sku: 'MAT-00001', priceGroup: 'P1' });
      const [dropped] = await holding('MAT-00001', " and CustomerPriceGroup eq 'P1'");
      assert.equal(recordOf(dropped).ConditionIsDeleted, true);
      assert.throws(() => { sandbox.dropPrice({ sku: 'MAT-00001', priceGroup: 'P1' }); }, RangeError);
      sandbox.setPrice({ sku: 'MAT-00001', price: '7', priceGroup: 'P1' });
      assert.equal(recordOf((await holding('MAT-00001', " and CustomerPriceGroup eq 'P1'"))[0]).ConditionRateValue, '7.000');
    });

    it('over HTTP, one or a list, all of it or nothing', async () => {
      await start({ control: true });
      const post = async (body: unknown): Promise<number> => (await fetch(`${sandbox.url}/__sandbox/prices`, { method: 'POST', body: JSON.stringify(body) })).status;
      const rate = async (sku: string): Promise<unknown> => recordOf(of(await holding(sku), everybody)).ConditionRateValue;
      assert.equal(await post({ sku: 'MAT-00001', price: '5' }), 200);
      assert.equal(await post([{ sku: 'MAT-00001', price: '6' }, { sku: 'MAT-00001', price: '7' }, { sku: 'MAT-00002', price: '8' }]), 200);
      assert.deepEqual([await rate('MAT-00001'), await rate('MAT-00002')], ['7.000', '8.000']);
      assert.notEqual(await post([{ sku: 'MAT-00001', price: '9' }, { sku: 'NOPE', price: '1' }]).catch(() => 0), 200);
      assert.equal(await rate('MAT-00001'), '7.000');
      assert.equal(await post({ sku: 'MAT-00001' }), 200);
      assert.equal(recordOf(of(await holding('MAT-00001'), everybody)).ConditionIsDeleted, true);
    });

    it('go with their material, come with a new one, and outlive a restart', async () => {
      const dataDir = mkdtempSync(join(tmpdir(), 'sap-prices-'));
      try {
        await start({ dataDir });
        sandbox.addMaterial({ sku: 'NEW-1', gtin: '04012345777770', name: 'New', price: '1.50', unit: 'KGM', weightGrams: 5 });
        sandbox.dropMaterial('MAT-00002');
        sandbox.setPrice({ sku: 'MAT-00001', price: '5' });
        await sandbox.close();
        await start({ dataDir });
        assert.deepEqual((await holding('NEW-1')).map((row) => [recordOf(row).ConditionRateValue, recordOf(row).ConditionQuantityUnit]), [['1.500', 'KG']]);
        assert.deepEqual(await rows(validity, { filter: "Material eq 'MAT-00002'" }), []);
        assert.equal(recordOf(of(await holding('MAT-00001'), everybody)).ConditionRateValue, '5.000');
        const numbers = (await rows(records)).map((row) => Number(row.ConditionRecord));
        sandbox.setPrice({ sku: 'MAT-00003', price: '5', customer: '100007' });
        assert.equal((await rows(records)).filter((row) => Number(row.ConditionRecord) > Math.max(...numbers)).length, 1);
      } finally {
        rmSync(dataDir, { recursive: true });
      }
    });

    it('by themselves, now and then, while the sandbox works: list prices and others, scales with them, each exact for one', async () => {
      await start({ materials: 16 });
      const rates = async (set: string): Promise<string[]> => (await rows(set)).map((row) => String(row.ConditionRateValue));
      const changed = async (set: string, before: string[]): Promise<number> => (await rates(set)).filter((rate, at) => rate !== before[at]).length;
      const [before, scaled] = [await rates(records), await rates(scales)];
      const stop = sandbox.autoWork(1);
      while (await changed(records, before) < 10 || await changed(scales, scaled) < 5);
      stop();
      assert.equal((await rates(scales)).length, scaled.length);
      for (const row of await rows(records, { filter: "ConditionType eq 'PPR0'" })) {
        const places = row.ConditionRateValueUnit === 'JPY' ? 0 : 2;
        const one = Number(row.ConditionRateValue) / Number(row.ConditionQuantity);
        assert.equal(one.toFixed(8), Number(one.toFixed(places)).toFixed(8), String(row.ConditionRecord));
      }
      const after = await rates(records);
      await new Promise((resolve) => { setTimeout(resolve, 20); });
      assert.deepEqual(await rates(records), after);
    });
  });
});
