import assert from 'node:assert/strict';
import { once } from 'node:events';
import helper from 'node-red-node-test-helper';
import { recordOf, type RecordEntry } from '../../lib/delivery/records';
import { checkDocument } from '../../lib/documents/validate';
import type { SapSandbox } from '../../sandbox/sap-s4hana';
import { failure } from '../support/node-events';
import { Inlet, sink, SyncBench, type FlowNode, type Message } from '../support/sync-flow';

/** A field of a record in the sandbox, changed by somebody there. */
let changes = 0;

describe('b2b-erp-changes that is told of changes', () => {
  let bench: SyncBench;
  beforeEach(async () => { bench = await SyncBench.open(); });
  afterEach(() => bench.close());

  const node = (changed: Record<string, unknown> = {}): FlowNode => ({
    id: 'changes', type: 'b2b-erp-changes', name: '', system: 'sap', entities: { product: ['created', 'updated', 'deleted'], order: ['created', 'updated', 'deleted'], customer: ['created', 'updated'], shipment: ['created', 'updated'], invoice: ['created'] },
    format: 'canonical', notice: 'events', path: 'sap', when: 'every', poll: 0, lookback: 0, parallel: 8, timeLimit: 60, wires: [['sink'], ['reports']], ...changed,
  });
  async function open(changed: Record<string, unknown> = {}): Promise<{ told: Inlet; reports: Inlet }> {
    await bench.load(node(changed), sink(), sink('reports'));
    const inlets = { told: new Inlet(), reports: new Inlet('reports') };
    await subscribed(bench.erp);
    return inlets;
  }
  const sku = (at: number): string => bench.erp.world.products[at]?.sku ?? '';
  const reword = (at: number): void => { bench.erp.changeMaterial({ sku: sku(at), name: `worded anew ${String(changes++)}` }); };
  const skuOf = ({ payload }: Message): unknown => ((payload as { externalIds: { id: string }[] }).externalIds[0])?.id;

  it('subscribes in the sandbox with its credentials, answers the handshake, and sends what an event names as it is read back', async () => {
    const { told } = await open();
    reword(3);
    const { payload, topic, event } = await told.next();
    assert.deepEqual(checkDocument('product', payload), []);
    assert.deepEqual([topic, event?.['subject'], event?.['foundby']], ['product.updated', `product/${sku(3)}`, undefined]);
    assert.equal(bench.erp.events.courier.counters.failed, 0);
  });
});

/** Resolves once the sandbox may post. */
async function subscribed(erp: SapSandbox): Promise<void> {
  while (!erp.events.subscriptions().some(({ handshakeStatus }) => handshakeStatus === 'Completed')) await new Promise((resolve) => { setImmediate(resolve); });
}
