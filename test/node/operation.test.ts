import assert from 'node:assert/strict';
import helper from 'node-red-node-test-helper';
import type { ExternalId, Order, Product } from '../../lib/documents/types';
import { showsStatus } from '../support/node-events';
import { catchNode, commerceNode, erpNode, Inlet, mapperNode, type Message, send, sink, SyncBench } from '../support/sync-flow';

describe('b2b-erp and b2b-commerce as writers', () => {
  let bench: SyncBench;
  before(async () => { bench = await SyncBench.open(); });
  afterEach(async () => {
    bench.erp.clearFaults();
    bench.shop.clearFaults();
    await helper.unload();
  });
  after(() => bench.close());

  /** Lets an order be placed and reads it with the commerce node. */
  async function placed(): Promise<Order> {
    const order = bench.shop.placeOrder({ company: 1, currency: 'EUR', lines: 2 });
    await bench.load(commerceNode({ operation: 'get' }), catchNode('failed'), sink(), sink('failed'));
    const { payload, error } = await run('commerce', { payload: `gid://shopify/Order/${order.id}` });
    assert.equal(error, undefined);
    return payload as Order;
  }
  const eventOf = (order: Order, key: string): Record<string, unknown> => ({ id: key, originsystem: order.systemOfRecord, idempotencykey: key, subject: `order/${order.externalIds[0]?.id ?? ''}` });
  async function run(id: string, message: Message): Promise<Message> {
    const [done, failed] = [new Inlet(), new Inlet('failed')];
    send(id, message);
    const answer = await Promise.race([done.next(), failed.next()]);
    await helper.unload();
    return answer;
  }
  const idIn = (message: Message, system: RegExp): ExternalId | undefined => (message.payload as Order).externalIds.find((one) => system.test(one.system));

  it('create: the document goes on with the ERP\'s number, other properties stay, and a second time nothing is written', async () => {
    const order = await placed();
    for (let i = 0; i < 2; i++) {
      await bench.load(erpNode({ operation: 'create', onMissingCustomer: 'create' }), catchNode('failed'), sink(), sink('failed'));
      const written = await run('erp', { payload: order, note: 'kept', confirmation: 'assumed', event: eventOf(order, 'c-1') });
      const [made, another] = bench.erp.ordersByReference(order.orderNumber);
      assert.ok(made && !another, written.error?.message);
      assert.equal(idIn(written, /^sap-s4/)?.number, made['SalesOrder']);
      assert.deepEqual([written['note'], written['confirmation'], (written.payload as Order).orderNumber], ['kept', undefined, order.orderNumber]);
    }
  });

  it('the whole way: mapper, ERP, and the number back to the shop', async () => {
    const order = await placed();
    await bench.load(mapperNode({ wires: [['erp'], ['failed']] }), erpNode({ operation: 'create', onMissingCustomer: 'create', wires: [['commerce']] }), commerceNode({ operation: 'update' }), catchNode('failed'), sink(), sink('failed'));
    const end = await run('mapper', { payload: order, event: eventOf(order, 'w-1') });
    const number = bench.erp.ordersByReference(order.orderNumber)[0]?.['SalesOrder'];
    assert.ok(number, end.error?.message);
    assert.equal(bench.shop.metafields(order.externalIds[0]?.id ?? '').find(({ key }) => key === 'erp_number')?.value, number);
    assert.deepEqual([idIn(end, /^sap-s4/)?.number, idIn(end, /^shopify/)?.id, end['native']], [number, order.externalIds[0]?.id, undefined]);
  });

  it('C54 a dry run writes nothing and tells what would change; the document goes on as it was', async () => {
    const order = await placed();
    const writes = { ...bench.erp.counters.writes };
    await bench.load(erpNode({ operation: 'create', dryRun: true }), catchNode('failed'), sink(), sink('failed'));
    const tried = await run('erp', { payload: order, event: eventOf(order, 'dry-1') });
    assert.equal(tried.error, undefined);
    const { dryRun, outcome, changes } = tried['preview'] as { dryRun: boolean; outcome: string; changes: { path: string; after: unknown }[] };
    assert.deepEqual([dryRun, outcome, changes.find(({ path }) => path === 'PurchaseOrderByCustomer')?.after], [true, 'created', order.orderNumber]);
    assert.deepEqual(tried.payload, order);
    assert.deepEqual(bench.erp.counters.writes, writes);
    assert.deepEqual(bench.erp.ordersByReference(order.orderNumber), []);
  });

  it('C11 a list is written in the vendor\'s bulk form, and goes on with each record\'s number; of bad ones the error names the places, and all others are written', async () => {
    const erpId = 'sap-s4:test-100';
    const product = (sku: string, change: object = {}): object => ({
      schemaVersion: '1.0', id: `${erpId}:Product:${sku}`, externalIds: [{ system: erpId, type: 'Product', id: sku, number: sku }], version: { sourceUpdatedAt: '2026-11-25T08:00:00Z' },
      systemOfRecord: erpId, name: sku, productType: 'simple', status: 'active', sku, variants: [{ id: sku, sku, status: 'active', baseUnitCode: 'C62' }], ...change,
    });
    const list = (name: string): object[] => Array.from({ length: 60 }, (_, at) => product(`${name}-${String(at)}`));
    await bench.load(commerceNode({ operation: 'upsert', entity: 'product' }), catchNode('failed'), sink(), sink('failed'));
    const done = await run('commerce', { payload: list('LIST') });
    assert.equal(done.error, undefined);
    assert.deepEqual((done.payload as Product[]).map(({ sku, externalIds }) => [sku, externalIds.find(({ type, system }) => type === 'Product' && system !== erpId)?.id]),
      list('LIST').map((_, at) => [`LIST-${String(at)}`, bench.shop.product(`LIST-${String(at)}`).id]));
    assert.equal(bench.shop.counters.mutations['bulkOperationRunMutation'], 1);
    await bench.load(commerceNode({ operation: 'upsert', entity: 'product' }), catchNode('failed'), sink(), sink('failed'));
    const bad = list('SOME').map((one, at) => at === 3 || at === 30 ? { ...one, status: 'odd' } : one);
    const { error, payload } = await run('commerce', { payload: bad });
    assert.equal(error?.code, 'DATA_SOME_REFUSED');
    assert.deepEqual((error.cause?.['issues'] as { path: string }[]).map(({ path }) => path), ['[3]', '[30]']);
    assert.deepEqual(payload, bad);
    assert.equal(bench.shop.products().filter(({ title }) => title.startsWith('SOME-')).length, 58);
  });

  it('C55 what a system is the system of record for is not written there', async () => {
    const order = await placed();
    const writes = { ...bench.erp.counters.writes };
    await bench.loadWith({ owns: [{ entity: 'order' }] }, erpNode({ operation: 'create' }), catchNode('failed'), sink(), sink('failed'));
    const { error } = await run('erp', { payload: order, event: eventOf(order, 'owner-1') });
    assert.equal(error?.code, 'DATA_NOT_OWNER');
    assert.match(error.message, /is the system of record/);
    assert.deepEqual(bench.erp.counters.writes, writes);
  });

  it('C17 update and cancel in the ERP, by the link, with the document still there', async () => {
    const order = await placed();
    await bench.load(erpNode({ operation: 'create', onMissingCustomer: 'create' }), catchNode('failed'), sink(), sink('failed'));
    await run('erp', { payload: order, event: eventOf(order, 'u-0') });
    await bench.load(erpNode({ operation: 'update' }), catchNode('failed'), sink(), sink('failed'));
    bench.erp.fault({ kind: 'stale-etag' });
    const updated = await run('erp', { payload: { ...order, purchaseOrderNumber: 'PO-77' }, event: eventOf(order, 'u-1') });
    assert.equal(bench.erp.ordersByReference(order.orderNumber)[0]?.['PurchaseOrderByShipToParty'], 'PO-77', updated.error?.message);
    assert.equal(updated['confirmation'], 'confirmed');
    await bench.load(erpNode({ operation: 'cancel' }), catchNode('failed'), sink(), sink('failed'));
    const cancelled = await run('erp', { payload: order, event: eventOf(order, 'u-2') });
    assert.equal((cancelled.payload as Order).orderNumber, order.orderNumber, cancelled.error?.message);
    assert.ok(bench.erp.ordersByReference(order.orderNumber)[0]?.to_Item.every((item) => item['SalesDocumentRjcnReason'] !== ''));
  });

  it('a conflict that comes back reaches the catch node as CONFLICT_STALE', async () => {
    const order = await placed();
    await bench.load(erpNode({ operation: 'create', onMissingCustomer: 'create' }), catchNode('failed'), sink(), sink('failed'));
    await run('erp', { payload: order, event: eventOf(order, 'k-0') });
    await bench.load(erpNode({ operation: 'update' }), catchNode('failed'), sink(), sink('failed'));
    bench.erp.fault({ kind: 'stale-etag', times: 2 });
    const { error } = await run('erp', { payload: { ...order, purchaseOrderNumber: 'PO-78' }, event: eventOf(order, 'k-1') });
    assert.deepEqual([error?.code, error?.cause?.['status']], ['CONFLICT_STALE', 412]);
  });

  it('cancel in the shop', async () => {
    const order = await placed();
    await bench.load(commerceNode({ operation: 'cancel' }), catchNode('failed'), sink(), sink('failed'));
    const cancelled = await run('commerce', { payload: order, event: eventOf(order, 'x-1') });
    assert.ok(bench.shop.order(order.externalIds[0]?.id ?? '')?.cancelledAt, cancelled.error?.message);
  });

  it('C39 C53 a refused order reaches the catch node with code, text, record and its payload; nothing secret or personal is in the error', async () => {
    const order = await placed();
    const stranger: Order = { ...order, buyerParty: { contact: { name: 'Stranger Danger', email: 'stranger@nowhere.example' } } };
    await bench.load(erpNode({ operation: 'create' }), catchNode('failed'), sink(), sink('failed'));
    const { error, payload } = await run('erp', { payload: stranger, event: eventOf(order, 'r-1') });
    assert.deepEqual([error?.code, error?.cause?.['record']], ['DATA_UNKNOWN_CUSTOMER', `order ${order.orderNumber}`]);
    assert.match(error?.message ?? '', /a guest.*tried number, taxId, email, phone/);
    assert.deepEqual(payload, stranger);
    assert.doesNotMatch(JSON.stringify(error), /Stranger|nowhere\.example|sandbox-password/);
  });

  it('shows its count and the last number', async () => {
    const order = await placed();
    await bench.load(erpNode({ operation: 'create', onMissingCustomer: 'create' }), sink());
    const shown = showsStatus('erp', /\b\d{7}\b/);
    send('erp', { payload: order, event: eventOf(order, 's-1') });
    await shown;
  });

  it('without a system, or with one that is not set up, each message fails with the reason', async () => {
    const codes: unknown[] = [];
    for (const system of ['', 'gone']) {
      await bench.load(erpNode({ operation: 'create', system }), catchNode('failed'), sink(), sink('failed'));
      codes.push((await run('erp', { payload: {} })).error?.code);
    }
    assert.deepEqual(codes, ['CONFIG_NO_SYSTEM', 'CONFIG_NO_SYSTEM']);
  });

  it('what is no document is refused by name of what to do', async () => {
    await bench.load(erpNode({ operation: 'create' }), catchNode('failed'), sink(), sink('failed'));
    assert.equal((await run('erp', { payload: 'text' })).error?.code, 'CONFIG_NO_IDEMPOTENCY_KEY');
    await bench.load(erpNode({ operation: 'update' }), catchNode('failed'), sink(), sink('failed'));
    assert.equal((await run('erp', { payload: { orderNumber: '#1' } })).error?.code, 'DATA_UNKNOWN_RECORD');
  });

  it('C41 links two customers by hand, and writes one where the link says', async () => {
    const [first, second] = bench.erp.world.companies;
    const number = first?.customerNumber.replace(/^0+/, '') ?? '';
    await bench.load(commerceNode({ operation: 'find', entity: 'customer' }), sink(), sink('failed'), catchNode('failed'));
    const [found] = (await run('commerce', { payload: second?.customerNumber })).payload as { externalId: ExternalId }[];
    await bench.load(erpNode({ operation: 'find', entity: 'customer', key: 'key' }), sink(), sink('failed'), catchNode('failed'));
    const [erp] = (await run('erp', { key: { number } })).payload as { externalId: ExternalId }[];
    await bench.load(erpNode({ operation: 'link', entity: 'customer' }), sink(), sink('failed'), catchNode('failed'));
    const linked = await run('erp', { payload: { externalIds: [found?.externalId, erp?.externalId] }, note: 'kept' });
    assert.deepEqual([linked.error, linked['note'], (linked.payload as { outcome: string }).outcome], [undefined, 'kept', 'updated']);
    await bench.load(commerceNode({ operation: 'get', entity: 'customer', wires: [['erp']] }), erpNode({ operation: 'upsert', entity: 'customer' }), sink(), sink('failed'), catchNode('failed'));
    const written = await run('commerce', { payload: found?.externalId.id });
    assert.equal(idIn(written, /^sap-s4/)?.id, number, written.error?.message);
    await bench.load(erpNode({ operation: 'link', entity: 'customer' }), sink(), sink('failed'), catchNode('failed'));
    assert.equal((await run('erp', { payload: { externalIds: [erp?.externalId] } })).error?.code, 'DATA_LINK_IDS');
  });

  it('C40 a customer that several match is refused, by the ways of the node', async () => {
    bench.shop.updateCompany(5, { externalId: '55' });
    bench.shop.updateCompany(6, { externalId: '0000000055' });
    const document = { schemaVersion: '1.0', id: 'erp:55', externalIds: [{ system: 'erp', type: 'Customer', id: '55' }], version: { sourceUpdatedAt: '2026-11-21T10:00:00Z' }, customerType: 'company', status: 'active', customerNumber: '55', legalName: 'Neu GmbH' };
    await bench.load(commerceNode({ operation: 'upsert', entity: 'customer' }), sink(), sink('failed'), catchNode('failed'));
    assert.equal((await run('commerce', { payload: document })).error?.code, 'DATA_AMBIGUOUS_CUSTOMER');
    await bench.load(commerceNode({ operation: 'upsert', entity: 'customer', matchCustomersBy: ['email'] }), sink(), sink('failed'), catchNode('failed'));
    const { error } = await run('commerce', { payload: document });
    assert.equal(error?.code, 'CONFLICT_TAKEN', 'the number is another company\'s');
  });
});
