import assert from 'node:assert/strict';
import helper from 'node-red-node-test-helper';
import { checkDocument } from '../../lib/documents/validate';
import { item, order, SapClient } from '../sandbox/sap-client';
import { failure } from '../support/node-events';
import { Inlet, sink, SyncBench, type FlowNode, type Message } from '../support/sync-flow';

describe('b2b-erp-changes that is told of changes', () => {
  let bench: SyncBench;
  beforeEach(async () => { bench = await SyncBench.open(); });
  afterEach(() => bench.close());

  const all = ['created', 'updated', 'deleted'];
  const node = (changed: Record<string, unknown> = {}): FlowNode => ({
    id: 'changes', type: 'b2b-erp-changes', name: '', system: 'sap', entities: { product: all, order: all, customer: all, shipment: all, invoice: all }, format: 'canonical',
    notice: 'events', path: 'sap', when: 'every', poll: 0, lookback: 0, parallel: 8, timeLimit: 60, wires: [['sink'], ['reports']], ...changed,
  });
  async function open(changed: Record<string, unknown> = {}): Promise<{ told: Inlet; reports: Inlet }> {
    await bench.load(node(changed), sink(), sink('reports'));
    const inlets = { told: new Inlet(), reports: new Inlet('reports') };
    while (!bench.erp.events.subscriptions().some(({ handshakeStatus }) => handshakeStatus === 'Completed')) await turn();
    // What was missed before the subscription is being read: until that is over, whoever asks joins it.
    const entities = Object.keys(node(changed)['entities'] as object).length;
    while (await cursors() < entities) await turn();
    await turn();
    return inlets;
  }
  const cursors = async (): Promise<number> => {
    let count = 0;
    for await (const { key } of (await bench.services()).store.range({ from: 'cursor/', to: 'cursor0' })) count += key === '' ? 0 : 1;
    return count;
  };
  const turn = (): Promise<unknown> => new Promise((resolve) => { setImmediate(resolve); });
  const ask = (topic: string): void => { helper.getNode('changes').receive({ topic }); };
  const sku = (at: number): string => bench.erp.world.products[at]?.sku ?? '';
  const name = (at: number, text: string): void => { bench.erp.changeMaterial({ sku: sku(at), name: text }); };
  const told = ({ topic, payload }: Message): string => `${topic ?? ''} ${String((payload as { externalIds: { id: string }[] }).externalIds[0]?.id)}`;
  /** How every event of the node ended so far, by what it came as: `webhook skipped: stale`. */
  async function endings(): Promise<string[]> {
    const found: string[] = [];
    const { store } = await bench.services();
    for await (const { value } of store.range<{ event: string; state: string; reason?: string }>({ from: 'record/', to: 'record0' })) {
      found.push(`${value.event.split(':')[1] ?? ''} ${value.state}${value.reason === undefined ? '' : `: ${value.reason}`}`);
    }
    return found.sort();
  }
  async function ended(count: number): Promise<string[]> {
    for (;;) {
      const found = await endings();
      if (found.length >= count) return found;
      await turn();
    }
  }
  const event = (data: object, changed: Record<string, unknown> = {}): string => JSON.stringify({
    type: 'sap.s4.beh.product.v1.Product.Changed.v1', specversion: '1.0', source: '/default/sap.s4.beh/S4HCLNT100', id: 'one', time: '2026-11-24T08:00:00Z', datacontenttype: 'application/json', data, ...changed,
  });
  const address = (): string => bench.erp.events.subscriptions()[0]?.pushConfig.endpoint ?? '';
  const right = (): Record<string, string> => ({ authorization: `Basic ${Buffer.from(`EVENT_MESH:${bench.erp.secrets['webhookSecret'] ?? ''}`).toString('base64')}` });
  const post = async (body: string, headers: Record<string, string> = right()): Promise<number> => (await fetch(address(), { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } })).status;

  for (const contentMode of ['structured', 'binary'] as const) {
    it(`is subscribed, and sends what an event in ${contentMode} mode names as it is read back`, async () => {
      const inlets = await open();
      bench.erp.events.contentMode = contentMode;
      name(3, 'New name');
      const { payload, topic, event: { subject, foundby } = {} } = await inlets.told.next();
      assert.deepEqual(checkDocument('product', payload), []);
      assert.deepEqual([topic, subject, foundby, (payload as { name: string }).name], ['product.updated', `product/${sku(3)}`, undefined, 'New name']);
    });
  }

  it('C06 refuses who does not show the secret, and what is no event; nothing of it is kept', async () => {
    const inlets = await open();
    const basic = (text: string): Record<string, string> => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` });
    for (const headers of [{}, basic('EVENT_MESH:'), basic('EVENT_MESH:wrong'), basic('other:sandbox-event-secret'), { authorization: 'Basic' }, { authorization: 'Bearer sandbox-event-secret' }]) {
      assert.equal(await post(event({ Product: sku(1) }), headers), 401);
    }
    for (const body of ['', '[]', '{"a":1}', event({}, { specversion: '0.3' }), event({}, { id: '' }), event({}, { source: undefined })]) assert.equal(await post(body), 400);
    const { store } = await bench.services();
    for await (const { key } of store.range({ from: 'inbox/', to: 'inbox0' })) assert.fail(key);
    for await (const { key } of store.range({ from: 'seen/', to: 'seen0' })) assert.fail(key);
    assert.equal(await post(event({ Product: sku(1) })), 200);
    assert.equal(told(await inlets.told.next()), `product.updated ${sku(1)}`);
  });

  it('takes note of what it was not set to with success, and of an event without a key as a dead letter', async () => {
    await open({ entities: { product: ['updated'] } });
    assert.equal(await post(event({ SalesOrder: '1' }, { type: 'sap.s4.beh.salesorder.v1.SalesOrder.Changed.v1' })), 200);
    assert.equal(await post(event({}, { type: 'sap.s4.beh.journalentry.v1.JournalEntry.Created.v1' })), 200);
    assert.equal(await post(event({ Material: '1' })), 200);
    const [only = '', ...others] = await ended(1);
    assert.match(only, /^webhook dead: .*without Product in its data/);
    assert.deepEqual(others, []);
  });

  it('C01 what comes several times at once is sent once, also when the poll has seen it before or sees it afterwards', async () => {
    const inlets = await open();
    ask('read');
    bench.erp.fault({ kind: 'duplicate-delivery', times: Infinity, copies: 5 });
    name(1, 'first');
    await inlets.told.next();
    await bench.erp.events.courier.idle();
    bench.erp.fault({ kind: 'late-delivery', ms: 100, times: 1 });
    name(2, 'second');
    ask('read');
    await inlets.told.count(2);
    await bench.erp.events.courier.idle();
    ask('read');
    // Which of the two comes first is open; the other finds nothing new.
    assert.deepEqual((await ended(4)).map((one) => one.replace(/^(listed|webhook) /, '')).sort(), ['done', 'done', 'skipped: unchanged', 'skipped: unchanged']);
    assert.deepEqual(inlets.told.all.map(told), [`product.updated ${sku(1)}`, `product.updated ${sku(2)}`]);
  });

  it('C05 what no event brought is found by the poll', async () => {
    const inlets = await open();
    bench.erp.fault({ kind: 'drop-delivery', times: 1 });
    name(1, 'lost');
    await turn();
    assert.equal(bench.erp.events.courier.counters.dropped, 1);
    ask('read');
    const { event: { foundby } = {}, payload } = await inlets.told.next();
    assert.deepEqual([foundby, (payload as { name: string }).name], ['polling', 'lost']);
  });

  it('C06 a burst of 300 events in any order leaves each record as it is last, one after the other', async () => {
    const inlets = await open();
    bench.erp.fault({ kind: 'out-of-order', oneIn: 3 });
    for (let n = 0; n < 300; n++) name(n % 30, `state ${String(n)}`);
    await bench.erp.events.courier.idle();
    await ended(300);
    const last = new Map(inlets.told.all.map((message) => [told(message).split(' ')[1], (message.payload as { name: string }).name]));
    assert.deepEqual([...last].sort(), Array.from({ length: 30 }, (_, n) => [sku(n), `state ${String(270 + n)}`]).sort());
    const times = inlets.told.all.map(({ payload }) => (payload as { updatedAt: string }).updatedAt);
    assert.ok(times.length <= 300);
    assert.equal(bench.erp.events.courier.counters.delivered, 300);
  });

  it('orders, customers, deliveries and invoices are told of, each as the poll has it', async () => {
    const inlets = await open();
    const entities = { order: 1, shipment: 1, invoice: 1, customer: 1 };
    const made = String((await new SapClient(bench.erp).createOrder(order({ to_Item: [item('MAT-00001', '2')] })))['SalesOrder']);
    bench.erp.deliver(made);
    bench.erp.changeRow('A_BusinessPartner', (bench.erp.world.companies[1]?.customerNumber ?? '').replace(/^0+/, ''), { OrganizationBPName1: 'Renamed', LastChangeDate: `/Date(${String(Math.floor(Date.now() / 86_400_000) * 86_400_000)})/`, LastChangeTime: 'PT23H59M59S' });
    const seen = (): string[] => [...new Set(inlets.told.all.map(({ topic = '' }) => topic.split('.')[0] ?? ''))].sort();
    for (let n = 1; seen().length < Object.keys(entities).length; n++) await inlets.told.count(n);
    await bench.erp.events.courier.idle();
    const before = inlets.told.all.length;
    ask('read');
    const listed = async (): Promise<string[]> => (await endings()).filter((one) => one.startsWith('listed'));
    while ((await listed()).length < Object.keys(entities).length) await turn();
    assert.deepEqual([...new Set(await listed())], ['listed skipped: unchanged']);
    assert.equal(inlets.told.all.length, before);
  });

  it('C44 deletions are told of, but not many at once until somebody confirms them', async () => {
    const inlets = await open({ entities: { product: all } });
    const count = 12;
    for (let n = 0; n < count; n++) name(n, 'known');
    await inlets.told.count(count);
    for (let n = 0; n < count; n++) bench.erp.dropMaterial(sku(n));
    const { payload: held } = await inlets.reports.next();
    assert.deepEqual(held, { entity: 'product', gone: 7 });
    assert.deepEqual(inlets.told.all.slice(count).map(({ topic }) => topic), Array.from({ length: 5 }, () => 'product.deleted'));
    const { payload } = inlets.told.all[count] ?? {};
    assert.deepEqual(checkDocument('tombstone', payload), []);
    ask('confirm');
    await inlets.told.count(2 * count);
    assert.deepEqual([...new Set(inlets.told.all.slice(count).map(told))].sort(), Array.from({ length: count }, (_, n) => `product.deleted ${sku(n)}`).sort());
    assert.equal(inlets.told.all.length, 2 * count);
  });

  it('answers the handshake only of senders that show the secret and are allowed', async () => {
    process.env['B2B_SANDBOX_SAP_S4HANA'] = JSON.stringify({ url: bench.erp.url, settings: { ...bench.erp.settings, eventOrigins: 'em.sandbox.example, other.example' }, secrets: bench.erp.secrets });
    await open();
    const asked = async (headers: Record<string, string>): Promise<[number, string | null]> => {
      const answer = await fetch(address(), { method: 'OPTIONS', headers });
      return [answer.status, answer.headers.get('webhook-allowed-origin')];
    };
    assert.deepEqual(await asked({ ...right(), 'WebHook-Request-Origin': 'other.example' }), [200, 'other.example']);
    assert.deepEqual(await asked({ ...right(), 'WebHook-Request-Origin': 'elsewhere.example' }), [403, null]);
    assert.deepEqual(await asked({ ...right(), 'WebHook-Request-Origin': 'a b' }), [400, null]);
    assert.deepEqual(await asked(right()), [400, null]);
    assert.deepEqual(await asked({ 'WebHook-Request-Origin': 'other.example' }), [401, null]);
  });

  it('while it is deployed anew, senders are asked to send or ask again', async () => {
    await open();
    const uri = address();
    await (helper.getNode('changes') as unknown as { close(removed: boolean): Promise<void> }).close(false);
    assert.equal((await fetch(uri, { method: 'POST', body: '{}' })).status, 503);
    assert.equal((await fetch(uri, { method: 'OPTIONS' })).status, 503);
  });

  it('says so where the system sends no events', async () => {
    process.env['B2B_SANDBOX_SAP_S4HANA'] = JSON.stringify({ url: bench.erp.url, settings: { ...bench.erp.settings, eventAuth: 'none' }, secrets: bench.erp.secrets });
    await bench.load(node(), sink(), sink('reports'));
    assert.equal((await failure('changes')).code, 'CONFIG_NO_WEBHOOKS');
  });
});
