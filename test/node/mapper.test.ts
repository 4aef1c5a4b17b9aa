import assert from 'node:assert/strict';
import helper from 'node-red-node-test-helper';
import order from '../../lib/documents/examples/order.example.json';
import { catchNode, Inlet, mapperNode, send, sink, SyncBench } from '../support/sync-flow';

const custom = (mapping: object): Record<string, unknown> => ({ preset: 'custom', mapping: JSON.stringify({ mapping: 1, source: 'a', target: 'b', ...mapping }) });
const rules = [{ to: 'Number', from: 'number', required: true }, { to: 'Unit', from: 'unit', codes: 'units' }, { to: 'Material', from: 'sku', lookup: 'materials' }];
const lists = { codes: '{ "units": { "C62": "PC" } }', tables: '{ "materials": { "A": "1000" } }' };

describe('b2b-mapper', () => {
  let bench: SyncBench;
  before(async () => { bench = await SyncBench.open(); });
  afterEach(async () => { await helper.unload(); });
  after(() => bench.close());

  it('maps a canonical order to the ERP\'s, and leaves the order as it is', async () => {
    await bench.load(mapperNode({ wires: [['sink'], []] }), sink());
    const done = new Inlet();
    send('mapper', { payload: order, note: 'kept' });
    const { payload, native, note } = await done.next();
    assert.deepEqual([payload, note], [order, 'kept']);
    assert.equal((native as { PurchaseOrderByCustomer: string }).PurchaseOrderByCustomer, order.orderNumber);
  });
  it('uses its own code lists and look-up tables, and any properties', async () => {
    await bench.load(mapperNode({ ...custom({ rules }), ...lists, property: 'from', target: 'to.it', wires: [['sink'], []] }), sink());
    const done = new Inlet();
    send('mapper', { from: { number: '1', unit: 'C62', sku: 'A' } });
    assert.deepEqual((await done.next())['to'], { it: { Number: '1', Unit: 'PC', Material: '1000' } });
  });
  it('sends a document that fails to its second output, with the path and rule of every mistake', async () => {
    await bench.load(mapperNode({ ...custom({ rules }), ...lists, wires: [['sink'], ['refused']] }), sink(), sink('refused'));
    const [done, refused] = [new Inlet(), new Inlet('refused')];
    send('mapper', { payload: { unit: 'XBX', sku: 'B' } });
    const { error, payload } = await refused.next();
    assert.ok(error);
    assert.equal(error.code, 'DATA_MAPPING');
    assert.deepEqual((error.cause?.['issues'] as { path: string; rule: string }[]).map(({ path, rule }) => `${path} ${rule}`), ['Number required', 'Unit codes', 'Material lookup']);
    assert.deepEqual([payload, done.all], [{ unit: 'XBX', sku: 'B' }, []]);
  });
  it('… and to the catch node if nothing is wired there', async () => {
    await bench.load(mapperNode({ ...custom({ rules }), ...lists, wires: [['sink'], []] }), catchNode('failed'), sink(), sink('failed'));
    const failed = new Inlet('failed');
    send('mapper', { payload: {} });
    assert.equal((await failed.next()).error?.code, 'DATA_MAPPING');
  });
  it('computes with JSONata', async () => {
    await bench.load(mapperNode({ ...custom({ rules: [{ to: 'Sum', expr: '$sum(lines.n)' }] }), wires: [['sink'], []] }), sink());
    const done = new Inlet();
    send('mapper', { payload: { lines: [{ n: 1 }, { n: 2 }] } });
    assert.deepEqual((await done.next())['native'], { Sum: 3 });
  });
  for (const [what, changes] of [['that is no JSON', { preset: 'custom', mapping: '{' }], ['with a rule that cannot be', custom({ rules: [{ to: 'a', from: 'b[' }] })], ['nobody knows', { preset: 'nope' }]] as const) {
    it(`a mapping ${what} fails every message with a ConfigError, and nothing stops`, async () => {
      await bench.load(mapperNode(changes), catchNode('failed'), sink('failed'));
      const failed = new Inlet('failed');
      send('mapper', { payload: order });
      assert.equal((await failed.next()).error?.code, 'CONFIG_MAPPING');
    });
  }
  it('its form asks what is wrong with a mapping, and for the presets', async () => {
    await bench.load(mapperNode());
    const check = await helper.request().post('/b2b/mappings/check').send({ mapping: { mapping: 1, source: 'a', target: 'b', rules: [{ to: 'x', from: 'a', codes: 'nope' }] } }).expect(200);
    assert.deepEqual((check.body as { issues: { path: string }[] }).issues.map(({ path }) => path), ['rules[0].codes']);
    const preset = await helper.request().get('/b2b/mappings/presets/order-to-sap-s4hana').expect(200);
    assert.equal((preset.body as { mapping: { target: string } }).mapping.target, 'sap-s4hana:A_SalesOrder');
    const unknown = await helper.request().get('/b2b/mappings/presets/nope').expect(500);
    assert.match((unknown.body as { message: string }).message, /no mapping called "nope"/);
  });
});
