import assert from 'node:assert/strict';
import helper from 'node-red-node-test-helper';
import { recordsByNumber } from '../../lib/delivery/records';
import type { Order } from '../../lib/documents/types';
import { showsStatus } from '../support/node-events';
import { catchNode, erpNode, Inlet, retryNode, send, sink, SyncBench, type FlowNode } from '../support/sync-flow';

/** Orders come in by webhook, are written to the ERP, and what fails goes to retry and from there to the ERP again. */
describe('b2b-retry behind a shop and an ERP', () => {
  let bench: SyncBench;
  beforeEach(async () => { bench = await SyncBench.open(); });
  afterEach(async () => {
    bench.erp.clearFaults();
    await bench.close();
  });

  const events: FlowNode = {
    id: 'events', type: 'b2b-commerce-events', name: '', system: 'shop', path: 'orders', entities: { order: ['created'] }, format: 'canonical', webhooks: true, poll: 0, lookback: 1,
    parallel: 8, timeLimit: 60, wires: [['erp']],
  };
  async function run(retry: Record<string, unknown> = {}, erp: Record<string, unknown> = {}): Promise<{ done: Inlet; dead: Inlet }> {
    await bench.load(events, erpNode({ operation: 'create', onMissingCustomer: 'create', ...erp }), catchNode('retry'), retryNode({ wires: [['erp'], ['dead']], ...retry }), sink(), sink('dead'));
    await subscribed();
    return { done: new Inlet(), dead: new Inlet('dead') };
  }
  /** Webhooks come only once the node has registered for them. */
  async function subscribed(): Promise<void> {
    while (bench.shop.subscriptions().length === 0) await new Promise((resolve) => { setImmediate(resolve); });
  }
  const skuOf = (name: string): string => (bench.shop.order(name)?.lines[0] as { sku: string }).sku;
  it('C42 an order with a material nobody knows is parked, and goes through by itself when the material appears', async () => {
    const { done, dead } = await run();
    const material = bench.erp.world.products[0] ?? assert.fail();
    bench.erp.dropMaterial(material.sku);
    const waits = showsStatus('retry', /waiting/);
    const order = bench.shop.placeOrder({ company: 1, currency: 'EUR', lines: [{ sku: material.sku, quantity: 2 }] });
    const other = bench.shop.placeOrder({ company: 2, currency: 'EUR', lines: [{ sku: bench.erp.world.products[1]?.sku ?? '', quantity: 1 }] });
    assert.equal((await done.next()).payload && (done.all[0]?.payload as Order).orderNumber, other.name, 'the order of another buyer does not wait');
    await waits;
    // Tried several times in vain, and still waiting: parking uses up no tries.
    const refused = (): number => bench.erp.requests.filter(({ method, url, status }) => method === 'POST' && url.includes('A_SalesOrder') && status === 400).length;
    const before = refused();
    while (refused() < before + 12) await new Promise((resolve) => { setTimeout(resolve, 20); });
    assert.deepEqual([bench.erp.ordersByReference(order.name).length, dead.all.length], [0, 0]);
    bench.erp.addMaterial(material);
    const { payload } = await done.next();
    assert.equal((payload as Order).orderNumber, order.name);
    assert.equal(bench.erp.ordersByReference(order.name).length, 1);
    assert.equal(skuOf(order.name), material.sku);
  }).timeout(60_000);

  it('C16 C53 what nothing mends is a dead letter with class, text, the ERP\'s answer, and its payload; found by the order number', async () => {
    const { dead } = await run({ parkUnknown: false });
    bench.erp.dropMaterial(bench.erp.world.products[0]?.sku ?? '');
    const order = bench.shop.placeOrder({ company: 1, currency: 'EUR', lines: [{ sku: bench.erp.world.products[0]?.sku ?? '', quantity: 1 }] });
    const { error, payload } = await dead.next();
    assert.deepEqual([error?.code, (payload as Order).orderNumber], ['DATA_UNKNOWN_ITEM', order.name]);
    const { deadLetters } = await bench.services();
    const [letter] = await deadLetters.findByNumber(order.name);
    assert.ok(letter);
    assert.deepEqual([letter.error.code, letter.error.details.status, letter.error.details.record], ['DATA_UNKNOWN_ITEM', 400, `order ${order.name}`]);
    assert.match(letter.error.message, /does not exist/);
    assert.match(letter.error.details.answer ?? '', /\S/);
    assert.equal((letter.message as { payload: Order }).payload.orderNumber, order.name);
  });

  it('C40 an ambiguous customer is a dead letter at once, naming the numbers', async () => {
    const { dead } = await run({}, { matchCustomersBy: ['email'] });
    const [one, two] = bench.erp.world.companies;
    assert.ok(one && two);
    for (const index of [10, 20]) bench.erp.changeRow('A_AddressEmailAddress', `${String(20_000 + index)}||1`, { EmailAddress: one.contact.email, SearchEmailAddress: one.contact.email.slice(0, 20).toUpperCase() });
    bench.shop.placeOrder({ company: 1, currency: 'EUR', lines: 1 });
    const { error } = await dead.next();
    assert.ok(error);
    assert.equal(error.code, 'DATA_AMBIGUOUS_CUSTOMER');
    assert.match(error.message, /100001, 100002/);
  });

  it('an ERP that is down: orders wait, and each becomes one sales order when it is back', async () => {
    const { done } = await run({ breakerThreshold: 3 });
    bench.erp.fault({ kind: 'html-error', status: 503, times: 8, match: ({ method }) => method === 'POST' });
    const orders = [1, 2, 3].map((company) => bench.shop.placeOrder({ company, currency: 'EUR', lines: 1 }));
    await done.count(3);
    assert.deepEqual(orders.map(({ name }) => bench.erp.ordersByReference(name).length), [1, 1, 1]);
  }).timeout(60_000);

  it('a message without an error, or not behind a catch node, is not lost: it is a dead letter that says so', async () => {
    await bench.load(retryNode({ wires: [['sink'], ['dead']] }), sink(), sink('dead'));
    const dead = new Inlet('dead');
    send('retry', { payload: { orderNumber: '#9' } });
    await dead.next();
    const [letter] = await (await bench.services()).deadLetters.findByNumber('#9');
    assert.match(letter?.error.message ?? '', /without an error/);
  });

  it('deleted, it turns what waits into dead letters', async () => {
    const { done } = await run({ parkInterval: 10 });
    bench.erp.dropMaterial(bench.erp.world.products[0]?.sku ?? '');
    const waits = showsStatus('retry', /waiting/);
    const order = bench.shop.placeOrder({ company: 1, currency: 'EUR', lines: [{ sku: bench.erp.world.products[0]?.sku ?? '', quantity: 1 }] });
    await waits;
    const { deadLetters } = await bench.services();
    const flow = (helper as unknown as { _redNodes: { getFlows(): { flows: { id: string }[] } } })._redNodes.getFlows().flows;
    await helper.setFlows(flow.filter(({ id }) => id !== 'retry') as unknown as Parameters<typeof helper.setFlows>[0], 'full');
    const [letter] = await deadLetters.findByNumber(order.name);
    assert.equal(letter?.error.code, 'CONFIG_RETRY_REMOVED');
    assert.equal(done.all.length, 0);
    assert.deepEqual((await recordsByNumber((await bench.services()).store, order.name)).map(({ state }) => state), ['dead']);
  });
});
