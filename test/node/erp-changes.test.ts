import assert from 'node:assert/strict';
import { once } from 'node:events';
import helper from 'node-red-node-test-helper';
import { recordsByNumber } from '../../lib/delivery/records';
import { showsStatus } from '../support/node-events';
import { commerceNode, Inlet, sink, SyncBench, type FlowNode, type Message } from '../support/sync-flow';

describe('b2b-erp-changes', () => {
  let bench: SyncBench;
  beforeEach(async () => { bench = await SyncBench.open(); });
  afterEach(() => bench.close());

  async function open(changes: Record<string, unknown> = {}, ...behind: FlowNode[]): Promise<{ changed: Inlet; reports: Inlet }> {
    const node: FlowNode = {
      id: 'changes', type: 'b2b-erp-changes', name: '', system: 'sap', entities: { product: ['created', 'updated'], inventory: ['updated'] }, format: 'canonical',
      when: 'every', poll: 0, lookback: 0, parallel: 8, timeLimit: 60, wires: [['sink'], ['reports']], ...changes,
    };
    await bench.load(node, ...behind, sink(), sink('reports'));
    return { changed: new Inlet(), reports: new Inlet('reports') };
  }
  const ask = (message: Record<string, unknown>): void => { (helper.getNode('changes') as unknown as { receive: (message: object) => void }).receive(message); };
  const errorOf = async (): Promise<string | undefined> => {
    const [call] = await once(helper.getNode('changes') as unknown as NodeJS.EventEmitter, 'call:error') as [{ firstArg: { code?: string } }];
    return call.firstArg.code;
  };
  async function report(reports: Inlet, wanted: (payload: Record<string, unknown>) => boolean): Promise<Message> {
    for (let n = 1; ; n++) {
      const message = (await reports.count(n))[n - 1];
      if (message && wanted(message.payload as Record<string, unknown>)) return message;
    }
  }

  it('C48 reads the past when a message asks for it, and tells how far it is', async () => {
    const { changed, reports } = await open();
    bench.erp.changeRow('A_Product', bench.erp.world.products[4]?.sku ?? '', { BaseUnit: 'ZZZ' });
    ask({ topic: 'backfill', payload: { entities: 'product' } });
    const { topic, payload } = await report(reports, ({ state }) => state !== 'running');
    assert.equal(topic, 'backfill');
    const { entity, state, read, of, done, dead, waiting } = payload as Record<string, unknown>;
    assert.deepEqual({ entity, state, read, of, done, dead, waiting }, { entity: 'product', state: 'partial', read: 120, of: 120, done: 119, dead: 1, waiting: 0 });
    assert.equal((await changed.count(119)).length, 119);
  });

  it('C44 asks before it tells that much is gone', async () => {
    const { changed, reports } = await open({ entities: { inventory: ['updated'] } });
    ask({ topic: 'read' });
    await changed.count(240);
    for (const { sku } of bench.erp.world.products.slice(0, 30)) bench.erp.dropMaterial(sku);
    ask({ topic: 'read' });
    const { topic, payload } = await report(reports, () => true);
    assert.deepEqual([topic, payload], ['held', { entity: 'inventory', gone: 60 }]);
    assert.equal(changed.all.length, 240);
    ask({ topic: 'confirm' });
    const last = (await changed.count(300)).at(-1)?.payload as { quantities: { onHand: string } };
    assert.equal(last.quantities.onHand, '0');
  });

  it('C44 C53 what the shop never had and SAP deletes is skipped: counted, and found with its reason', async () => {
    const [first] = bench.erp.world.products;
    const sku = first?.sku ?? '';
    bench.shop.deleteProduct(sku);
    await open({ entities: { product: ['created', 'updated'] }, lookback: 24, wires: [['commerce'], []] }, commerceNode({ operation: 'upsert', entity: 'product' }));
    const shown = ['commerce', 'changes'].map((id) => showsStatus(id, /^common\.status\.skipped/));
    bench.erp.changeMaterial({ sku, deleted: true });
    ask({ topic: 'read' });
    await Promise.all(shown);
    const { store } = await bench.services();
    assert.match((await recordsByNumber(store, sku)).map(({ state, reason }) => `${state}: ${String(reason)}`).join(), /^skipped: product \S+ is deleted and was never in shopify:/);
  });

  it('C37 tells which changes nobody has brought to the other system in time', async () => {
    const { reports } = await open({ entities: { inventory: ['updated'] }, poll: 0.002 });
    const { topic, payload } = await report(reports, ({ count }) => count === 240);
    const { count, never, samples } = payload as { count: number; never: number; samples: string[] };
    assert.deepEqual([topic, count, never, samples.length], ['late', 240, 240, 10]);
  });

  it('says what it does not understand', async () => {
    await open();
    for (const [message, code] of [
      [{ topic: 'nonsense' }, 'DATA_UNKNOWN_COMMAND'], [{ topic: 'backfill', payload: { entities: ['order'] } }, 'DATA_UNKNOWN_ENTITY'], [{ topic: 'backfill', payload: { since: 'yesterday' } }, 'DATA_SINCE'],
    ] as const) {
      const wrong = errorOf();
      ask(message);
      assert.equal(await wrong, code);
    }
  });
});
