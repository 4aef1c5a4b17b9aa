import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { Ledger } from '../../lib/delivery/ledger';
import type { Order as CanonicalOrder } from '../../lib/documents/types';
import type { LineState } from '../../lib/errors';
import { write, type Services } from '../../lib/sync/operation';
import type { Order } from '../../sandbox/shopify';
import { Fuse, FusedStore } from '../delivery/fuse';
import { BothSides } from './both-sides';
import { policies, refusalOf } from './desk';

const isWrite = ({ method }: IncomingMessage): boolean => method === 'PATCH' || method === 'POST';

describe('revisions of an order on their way into the ERP', () => {
  let sides: BothSides;
  before(async () => { sides = await BothSides.open(); });
  afterEach(() => { sides.desk.system.sandbox.clearFaults(); });
  after(() => sides.close());

  /** Another process on the same store. */
  const process = (owner: string): Services => ({ ...sides.services, ledger: new Ledger(sides.desk.store, { owner }) });
  /** The same, whose waits take no time. */
  function worker(owner: string, store = sides.desk.store): Services {
    let ahead = 0;
    const wait = (ms: number): Promise<void> => { ahead += ms; return new Promise((resolve) => { setImmediate(resolve); }); };
    return { ...sides.services, ledger: new Ledger(store, { owner, now: () => Date.now() + ahead, wait }) };
  }
  /** An order with its states after each of some edits; the first is in the ERP. */
  async function edited(...edits: Parameters<BothSides['shop']['sandbox']['editOrder']>[1][]): Promise<{ order: Order; states: CanonicalOrder[] }> {
    const order = sides.place();
    const states = [await sides.canonical(order)];
    await sides.toErp(order);
    for (const edit of edits) {
      sides.shop.sandbox.editOrder(order.id, edit);
      states.push(await sides.canonical(order));
    }
    return { order, states };
  }
  const state = (states: CanonicalOrder[], at: number): CanonicalOrder => states[at] ?? assert.fail();

  it('C06 an older one that comes late changes nothing, also within one second', async () => {
    const { order, states } = await edited([{ line: 0, quantity: 3 }], [{ line: 0, quantity: 4 }]);
    assert.deepEqual(states.map(({ revision }) => revision), [11, 13, 14]);
    const { version } = state(states, 2);
    await sides.send(state(states, 2));
    const before = sides.writes;
    const { result, payload } = await sides.send({ ...state(states, 1), version });
    assert.deepEqual([result.outcome, result.externalId.number, sides.writes], ['stale', sides.number(order), before]);
    assert.deepEqual((payload['externalIds'] as { number: string }[]).at(-1)?.number, sides.number(order));
    sides.assertEqual(order);
  });

  it('C06 an older one by the shop\'s clock is stale whatever its number', async () => {
    const { order, states } = await edited([{ line: 0, quantity: 3 }]);
    const later = { ...state(states, 1), version: { sourceUpdatedAt: '2099-01-01T00:00:00Z' } };
    await sides.send(later);
    assert.equal((await sides.send({ ...state(states, 0), revision: 99 })).result.outcome, 'stale');
    sides.assertEqual(order);
  });

  it('one message twice is written once, and asks the ERP nothing the second time', async () => {
    const { states } = await edited([{ line: 0, quantity: 3 }]);
    const request = { operation: 'update', entity: 'order', document: state(states, 1), policies, event: { originsystem: sides.shop.connection.system, idempotencykey: 'twice' } } as const;
    const [first, second] = await Promise.all([write(request, sides.services), write(request, sides.services)]);
    const calls = sides.desk.system.sandbox.requests.length;
    const third = await write(request, sides.services);
    assert.deepEqual([first, second, third].map(({ repeated, result }) => [repeated, result.outcome]), [[false, 'updated'], [true, 'updated'], [true, 'updated']]);
    assert.equal(sides.desk.system.sandbox.requests.length, calls);
  });

  it('C06 two workers at once end in the newer state, whoever begins', async () => {
    for (const turn of [[1, 2], [2, 1]] as const) {
      const { order, states } = await edited([{ line: 0, quantity: 3 }, { line: 2, quantity: 0 }], [{ line: 0, quantity: 4 }, { line: 3, quantity: 2 }]);
      const outcomes = await Promise.all(turn.map((at, i) => sides.send(state(states, at), 'upsert', process(`worker ${String(i)}`))));
      assert.ok(outcomes.every(({ result }) => ['updated', 'stale'].includes(result.outcome)));
      sides.assertEqual(order);
    }
  });

  it('what is not in the ERP yet is created in its newest state, and an older message adds nothing', async () => {
    const order = sides.place();
    const first = await sides.canonical(order);
    sides.shop.sandbox.editOrder(order.id, [{ line: 0, quantity: 1 }]);
    assert.equal((await sides.toErp(order)).result.outcome, 'created');
    assert.equal((await sides.send(first, 'create')).result.outcome, 'existing');
    assert.equal((await sides.send(first)).result.outcome, 'stale');
    sides.assertEqual(order);
  });

  it('created and changed at the same instant, it is one order in the newer state', async () => {
    const order = sides.place();
    const first = await sides.canonical(order);
    sides.shop.sandbox.editOrder(order.id, [{ line: 0, quantity: 1 }]);
    const newest = await sides.canonical(order);
    await Promise.all([sides.send(first, 'upsert', process('a')), sides.send(newest, 'upsert', process('b'))]);
    sides.assertEqual(order);
  });

  for (const kind of ['lost-response', 'html-error'] as const) {
    it(`C28 cut off at any write of a change (${kind}), the next try does what is left`, async () => {
      let cut = true;
      for (let at = 0; cut; at++) {
        const { order } = await edited([{ line: 0, quantity: 3 }, { line: 1, quantity: 0 }, { line: 2, discount: { percent: 10 } }, { sku: sides.sku(3), quantity: 2, taxes: [{ title: 'MwSt', rate: 19_000 }] }]);
        sides.shop.sandbox.updateOrder(order.id, { poNumber: `PO-${String(at)}` });
        let writes = 0;
        sides.desk.system.sandbox.fault({ kind, match: (request) => isWrite(request) && writes++ === at });
        const services = worker(`cut ${kind} ${String(at)}`);
        const first = await sides.toErp(order, 'upsert', services).then(() => undefined, (reason: unknown) => (reason as Error).name);
        cut = first !== undefined;
        sides.desk.system.sandbox.clearFaults();
        assert.ok(!cut || first === 'TransientError', first);
        await sides.toErp(order, 'upsert', services);
        sides.assertEqual(order);
        assert.equal(sides.erp(order)['PurchaseOrderByShipToParty'], `PO-${String(at)}`);
        assert.equal(sides.erp(order).to_Item.length, 5, 'no item is there twice');
        if (!cut) assert.ok(at >= 5, `only ${String(at)} writes`);
      }
    });
  }

  it('C28 killed at any step of its own, a new life of the process completes it', async () => {
    let killed = true;
    for (let steps = 1; killed; steps++) {
      const { order, states } = await edited([{ line: 0, quantity: 3 }, { line: 1, quantity: 0 }]);
      const fuse = new Fuse(steps);
      const doomed = sides.send(state(states, 1), 'update', worker('one', new FusedStore(sides.desk.store, fuse)));
      killed = await Promise.race([doomed.then(() => false), fuse.blown.then(() => true)]);
      await sides.send(state(states, 1), 'update', worker('one'));
      sides.assertEqual(order);
      assert.ok(steps < 40);
    }
  });

  it('C28 cut off, and then overtaken by a further edit: what we had written ourselves is nobody else\'s change', async () => {
    for (const back of [5, 4]) {
      const { order, states } = await edited([{ line: 0, quantity: 3 }, { line: 2, quantity: 1 }]);
      let writes = 0;
      sides.desk.system.sandbox.fault({ kind: 'lost-response', match: (request) => isWrite(request) && ++writes === 2 });
      const services = worker(`overtaken ${String(back)}`);
      assert.equal((await refusalOf(sides.send(state(states, 1), 'upsert', services))).name, 'TransientError');
      sides.desk.system.sandbox.clearFaults();
      sides.shop.sandbox.editOrder(order.id, [{ line: 0, quantity: back }, { line: 2, quantity: 3 }]);
      await sides.toErp(order, 'upsert', services);
      sides.assertEqual(order);
    }
  });

  it('C30 what was lowered in the ERP stays lowered when the shop changes another line, and is told', async () => {
    const order = sides.place();
    await sides.toErp(order);
    await sides.inSap(order, 0, { RequestedQuantity: '4' });
    await sides.inSap(order, 1, { SalesDocumentRjcnReason: '50' });
    sides.shop.sandbox.editOrder(order.id, [{ line: 2, quantity: 1 }]);
    const { result } = await sides.toErp(order);
    assert.equal(result.outcome, 'updated');
    assert.deepEqual(result.warnings?.map((text) => /stays at (\d)/.exec(text)?.[1]), ['4', '0']);
    const { lines } = sides.now(order);
    assert.deepEqual((sides.inErp(order) as { lines: unknown }).lines, { [lines[0]?.id ?? '']: '4', [lines[2]?.id ?? '']: '1', [lines[3]?.id ?? '']: '1' });
  });

  it('an item that somebody added in the ERP stays, also where its number is the next line\'s', async () => {
    const order = sides.place();
    await sides.toErp(order);
    const { SalesOrder, to_Item } = sides.erp(order);
    const last = to_Item.at(-1) ?? assert.fail();
    await sides.desk.erp.update('order', String(SalesOrder), { to_Item: [...to_Item, { ...plain(last), SalesOrderItem: '50', PurchaseOrderByShipToParty: '' }].map(plain) });
    sides.shop.sandbox.editOrder(order.id, [{ line: 0, quantity: 1 }, { sku: sides.sku(3), quantity: 2 }]);
    await sides.toErp(order);
    // An item without a reference of its own shows the header's.
    const { PurchaseOrderByShipToParty: header = '' } = sides.erp(order);
    const items = sides.erp(order).to_Item.map((item) => [item['SalesOrderItem'], !['', header].includes(item['PurchaseOrderByShipToParty'] ?? ''), item['SalesDocumentRjcnReason']]);
    assert.deepEqual(items, [['10', true, ''], ['20', true, ''], ['30', true, ''], ['40', true, ''], ['50', false, ''], ['60', true, '']]);
  });

  /** What of an item may be sent again. */
  function plain({ SalesOrderItem, Material, RequestedQuantity, PurchaseOrderByShipToParty }: Record<string, unknown>): Record<string, unknown> {
    return { SalesOrderItem, Material, RequestedQuantity, PurchaseOrderByShipToParty };
  }

  describe('C31 cancellations', () => {
    const cancel = async (order: Order): Promise<CanonicalOrder> => {
      sides.shop.sandbox.cancelOrder(order.id, 'inventory');
      return sides.canonical(order);
    };

    it('reject what is in the ERP, once; an older state that comes late opens nothing', async () => {
      const order = sides.place();
      const first = await sides.canonical(order);
      await sides.toErp(order);
      const gone = await cancel(order);
      assert.equal((await sides.send(gone, 'cancel')).result.outcome, 'cancelled');
      assert.equal((await sides.send(gone, 'upsert')).result.outcome, 'unchanged');
      assert.equal((await sides.send(first)).result.outcome, 'stale');
      assert.ok(sides.erp(order).to_Item.every((item) => item['SalesDocumentRjcnReason'] === '00'));
    });

    for (const operation of ['cancel', 'upsert', 'create'] as const) {
      it(`before the order came (${operation}): nothing is created, then or later, and the reason is told`, async () => {
        const order = sides.place();
        const first = await sides.canonical(order);
        const { result, payload } = await sides.send(await cancel(order), operation);
        assert.deepEqual([result.outcome, result.externalId.system], ['cancelled', sides.shop.connection.system]);
        assert.match(result.warnings?.[0] ?? '', new RegExp(`${order.name} was cancelled \\(inventory\\) before it was in ${sides.desk.erp.system}`));
        assert.deepEqual((payload['externalIds'] as unknown[]).length, 1);
        for (const late of ['create', 'upsert', 'create'] as const) assert.equal((await sides.send(first, late)).result.outcome, 'cancelled');
        assert.deepEqual(sides.desk.system.sandbox.ordersByReference(order.name), []);
      });
    }

    it('after a create whose answer was lost: the order is found and rejected', async () => {
      const order = sides.place();
      const services = worker('lost create');
      sides.desk.system.sandbox.fault({ kind: 'lost-response', match: ({ method }) => method === 'POST' });
      assert.equal((await refusalOf(sides.toErp(order, 'create', services))).name, 'TransientError');
      assert.equal((await sides.send(await cancel(order), 'cancel', services)).result.outcome, 'cancelled');
      assert.ok(sides.erp(order).to_Item.every((item) => item['SalesDocumentRjcnReason'] !== ''));
    });

    it('at the same instant as the create: no open order is left', async () => {
      const order = sides.place();
      const first = await sides.canonical(order);
      const gone = await cancel(order);
      await Promise.all([sides.send(first, 'create', process('c')), sides.send(gone, 'cancel', process('d'))]);
      for (const { to_Item: items } of sides.desk.system.sandbox.ordersByReference(order.name)) assert.ok(items.every((item) => item['SalesDocumentRjcnReason'] !== ''));
    });

    it('of what was sent in part: the rest is rejected at once, and the conflict names what has left', async () => {
      const order = sides.place();
      await sides.toErp(order);
      sides.desk.system.sandbox.deliver(sides.number(order), sides.item(order, 3));
      const gone = await cancel(order);
      for (let tries = 0; tries < 2; tries++) {
        const { code, cause } = await refusalOf(sides.send(gone, 'cancel'));
        assert.equal(code, 'CONFLICT_ORDER_CLOSED');
        assert.deepEqual((cause['lines'] as LineState[]).map(({ ordered, delivered, wanted, closed }) => [ordered, delivered, wanted, closed]).at(-1), ['1', '1', '0', 'delivered']);
        assert.deepEqual(sides.erp(order).to_Item.map((item) => item['SalesDocumentRjcnReason']), ['00', '00', '00', '']);
      }
    });
  });
});
