import assert from 'node:assert/strict';
import helper from 'node-red-node-test-helper';
import type { CheckReport } from '../../lib/check';
import type { Connection } from '../../lib/connectors/contract';
import { failure } from '../support/node-events';
import { commerceNode, erpNode, send, sink, SyncBench } from '../support/sync-flow';

describe('b2b-commerce-system and b2b-erp-system', () => {
  let bench: SyncBench;
  before(async () => { bench = await SyncBench.open(); });
  beforeEach(async () => { await bench.load(sink()); });
  afterEach(async () => { await helper.unload(); });
  after(() => bench.close());

  const form = (id: string, changes: Record<string, unknown> = {}): Record<string, unknown> => ({
    id, type: 'b2b-erp-system', name: '', vendor: 'sap-s4hana', mode: 'live', settings: { ...bench.erp.settings, eventAuth: 'none', baseUrl: bench.erp.url }, timeout: 5, concurrency: '', rate: '', tls: '', sandboxSeed: 1,
    credentials: { password: bench.erp.secrets.password }, ...changes,
  });
  const check = async (body: Record<string, unknown>): Promise<CheckReport> => (await helper.request().post('/b2b/systems/test').send(body).expect(200)).body as CheckReport;
  const connectionOf = (id: string): Promise<Connection> => (helper.getNode(id) as unknown as { connection(): Promise<Connection> }).connection();

  it('all nodes of a system share one connection, opened when the first asks', async () => {
    const [one, two] = await Promise.all([connectionOf('sap'), connectionOf('sap')]);
    assert.equal(one, two);
    assert.deepEqual([one.vendor, (await connectionOf('shop')).vendor], ['sap-s4hana', 'shopify']);
  });
  it('the test button says what was tried, with what the form holds', async () => {
    assert.deepEqual((await check(form('new'))).steps.filter(({ ok }) => !ok), []);
    assert.equal((await check(form('shop', { type: 'b2b-commerce-system', vendor: 'shopify', mode: 'sandbox', settings: {} }))).ok, true);
  });
  it('… which step failed and why; secrets stay out of it', async () => {
    const wrong = await check(form('new', { credentials: { password: 'wrong-password' } }));
    assert.equal(wrong.ok, false);
    assert.doesNotMatch(JSON.stringify(wrong), /wrong-password/);
    const nowhere = await check(form('new', { settings: { ...bench.erp.settings, eventAuth: 'none', baseUrl: 'http://127.0.0.1:1' } }));
    assert.deepEqual([nowhere.ok, nowhere.steps[0]?.name, nowhere.steps[0]?.code, nowhere.steps[0]?.values?.['host']], [false, 'connect', 'TRANSIENT_CONNECTION_REFUSED', '127.0.0.1:1']);
    const empty = await check(form('new', { settings: {} }));
    assert.equal(empty.ok, false);
    assert.equal((await check(form('new', { vendor: 'nobody' }))).ok, false);
  });
  it('settings and secrets may come from the environment, whole or in part', async () => {
    process.env['B2B_TEST_SAP_PASSWORD'] = bench.erp.secrets.password;
    process.env['B2B_TEST_SAP_PORT'] = new URL(bench.erp.url).port;
    try {
      const report = await check(form('new', { settings: { ...bench.erp.settings, eventAuth: 'none', baseUrl: 'http://127.0.0.1:${B2B_TEST_SAP_PORT}' }, credentials: { password: '${B2B_TEST_SAP_PASSWORD}' } }));
      assert.equal(report.ok, true, JSON.stringify(report));
    } finally {
      delete process.env['B2B_TEST_SAP_PASSWORD'];
      delete process.env['B2B_TEST_SAP_PORT'];
    }
    const missing = await check(form('new', { credentials: { password: '${B2B_TEST_NOWHERE}' } }));
    assert.match(JSON.stringify(missing), /B2B_TEST_NOWHERE is not set/);
  });
  it('a system that cannot be set up fails its messages by the setting\'s name', async () => {
    await helper.unload();
    await bench.load({ id: 'live', type: 'b2b-erp-system', vendor: 'sap-s4hana', mode: 'live', settings: {}, timeout: 5, concurrency: '', rate: '', tls: '', sandboxSeed: 1 }, erpNode({ system: 'live', wires: [] }), commerceNode({ wires: [] }));
    const failed = failure('erp');
    send('erp', { payload: '1' });
    assert.match((await failed).code, /^CONFIG_/);
  });
});
