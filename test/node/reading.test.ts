import assert from 'node:assert/strict';
import helper from 'node-red-node-test-helper';
import type { ExternalId } from '../../lib/documents/types';
import { checkDocument } from '../../lib/documents/validate';
import { catchNode, commerceNode, erpNode, Inlet, type Message, send, sink, SyncBench } from '../support/sync-flow';

const entities = ['order', 'customer', 'product'] as const;
type Entity = typeof entities[number];
type Document = Record<string, unknown> & { externalIds: ExternalId[] };

describe('b2b-commerce and b2b-erp as readers', () => {
  let bench: SyncBench;
  /** What each entity is known by in each system, for find. */
  const known: Record<'shop' | 'erp', Record<Entity, unknown>> = { shop: { order: '', customer: '', product: '' }, erp: { order: '', customer: '', product: '' } };
  before(async function () {
    this.timeout(60_000);
    bench = await SyncBench.open();
    const { companies: [company], products: [product] } = bench.shop.world;
    const placed = Array.from({ length: 3 }, () => bench.shop.placeOrder({ company: 1, currency: 'EUR', lines: 2 }));
    // Some orders in the ERP, written by the node itself.
    await bench.load(commerceNode({ operation: 'list', wires: [['create']] }), erpNode({ id: 'create', operation: 'create', onMissingCustomer: 'create' }), sink());
    const written = new Inlet();
    send('commerce', {});
    await written.count(3);
    await helper.unload();
    known.shop = { order: placed[0]?.name, customer: { email: company?.contact.email }, product: { sku: product?.sku } };
    known.erp = { order: placed[0]?.name, customer: { email: company?.contact.email }, product: { gtin: product?.gtin } };
  });
  afterEach(async () => { await helper.unload(); });
  after(() => bench.close());

  const sides = { shop: { id: 'commerce', node: commerceNode }, erp: { id: 'erp', node: erpNode } } as const;
  async function ask(side: 'shop' | 'erp', config: Record<string, unknown>, message: Message, count = 1): Promise<Message[]> {
    const { id, node } = sides[side];
    await bench.load(node(config), catchNode('failed'), sink(), sink('failed'));
    const [found, failed] = [new Inlet(), new Inlet('failed')];
    send(id, message);
    const answer = await Promise.race([found.count(count), failed.next()]);
    if (!Array.isArray(answer)) throw new Error(answer.error?.message);
    await helper.unload();
    return answer;
  }

  for (const side of ['shop', 'erp'] as const) {
    for (const entity of entities) {
      it(`${side}: ${entity}: list gives valid documents one by one, get gives each of them, find its id`, async () => {
        const listed = (await ask(side, { operation: 'list', entity, pageSize: 2 }, { note: 'kept' }, 3)).map(({ payload, note }) => {
          assert.equal(note, 'kept');
          return payload as Document;
        });
        for (const document of listed) assert.deepEqual(checkDocument(entity, document), []);
        const [first] = listed;
        const id = first?.externalIds[0]?.id;
        const [got] = await ask(side, { operation: 'get', entity }, { payload: id });
        assert.deepEqual(got?.payload, first);
        const [found] = await ask(side, { operation: 'find', entity }, { payload: known[side][entity] });
        const matches = found?.payload as { externalId: ExternalId }[];
        assert.equal(matches.length, 1, JSON.stringify(matches));
        assert.match(matches[0]?.externalId.system ?? '', side === 'shop' ? /^shopify:/ : /^sap-s4:/);
      }).timeout(60_000);
    }
    it(`${side}: pages arrive as lists, and only what changed since is read`, async () => {
      const [page] = await ask(side, { operation: 'list', entity: 'product', pageSize: 50, listOutput: 'page' }, {});
      assert.equal((page?.payload as unknown[]).length, 50);
      // Products were made at the start of 2025 and 2026; orders of this test are from now.
      const [order] = await ask(side, { operation: 'list', updatedSince: '2026-06-01T00:00:00Z' }, {});
      assert.deepEqual(checkDocument('order', order?.payload), []);
    });
    it(`${side}: nothing found is an empty list; get of it is a DataError with the id`, async () => {
      const [found] = await ask(side, { operation: 'find', entity: 'order' }, { payload: 'NOPE-1' });
      assert.deepEqual(found?.payload, []);
      const { id, node } = sides[side];
      await bench.load(node({ operation: 'get', entity: 'product' }), catchNode('failed'), sink(), sink('failed'));
      const failed = new Inlet('failed');
      send(id, { payload: side === 'shop' ? '999999' : 'NOPE' });
      const { error } = await failed.next();
      assert.deepEqual([error?.code, error?.cause?.['record']], ['DATA_NOT_FOUND', `product ${side === 'shop' ? '999999' : 'NOPE'}`]);
    });
  }
  it('shop: a record is read by the number that the shop\'s pages show', async () => {
    const [order] = bench.shop.orders();
    const [got] = await ask('shop', { operation: 'get', entity: 'order', key: 'number' }, { number: Number(order?.id) });
    assert.equal((got?.payload as { orderNumber: string }).orderNumber, order?.name);
  });
  it('C53 one record that cannot be a document is told to the catch node with its payload; the list goes on', async () => {
    bench.erp.addMaterial({ sku: 'ODD-1', gtin: '04012345777770', name: 'Odd', price: '1.00', unit: 'C62', weightGrams: 1 });
    bench.erp.addMaterial({ sku: 'EVEN-1', gtin: '04012345777787', name: 'Even', price: '1.00', unit: 'C62', weightGrams: 1 });
    bench.erp.changeRow('A_Product', 'ODD-1', { BaseUnit: 'ZZ9' });
    await bench.load(erpNode({ operation: 'list', entity: 'product', updatedSince: '2026-06-01T00:00:00Z' }), catchNode('failed'), sink(), sink('failed'));
    const [found, failed] = [new Inlet(), new Inlet('failed')];
    const [good, bad] = [found.next(), failed.next()];
    send('erp', {});
    assert.equal((await good).payload && ((await good).payload as { sku: string }).sku, 'EVEN-1');
    const { error, payload } = await bad;
    assert.deepEqual([error?.code, (payload as { Product: string }).Product], ['DATA_MAPPING', 'ODD-1']);
    assert.match(error?.message ?? '', /product ODD-1.*ZZ9/);
  });
  it('an empty key is a ConfigError before anything is asked', async () => {
    await bench.load(erpNode({ operation: 'get' }), catchNode('failed'), sink(), sink('failed'));
    const failed = new Inlet('failed');
    send('erp', { payload: '' });
    assert.equal((await failed.next()).error?.code, 'CONFIG_NO_KEY');
  });
});
