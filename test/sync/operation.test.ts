import assert from 'node:assert/strict';
import type { Native } from '../../lib/connectors/contract';
import { Breaker } from '../../lib/delivery/breaker';
import type { EventAttributes } from '../../lib/documents/event';
import { write, type WriteRequest } from '../../lib/sync/operation';
import { apiOf, gidOf, openShop } from '../contract/shopify/support';
import { Desk, origin, policies, refusalOf } from './desk';

const event = (key: string): Partial<EventAttributes> => ({ originsystem: origin, idempotencykey: key });

describe('writes to an ERP and a shop', () => {
  let desk: Desk;
  before(async () => { desk = await Desk.open(); });
  afterEach(() => { desk.system.sandbox.clearFaults(); });
  after(() => desk.close());

  const patches = (): number => desk.system.sandbox.requests.filter(({ method }) => method === 'PATCH').length;
  function ask(operation: WriteRequest['operation'], document: unknown, key?: string): ReturnType<typeof write> {
    return write({ operation, entity: 'order', document, policies, ...(key === undefined ? {} : { event: event(key) }) }, desk.services);
  }

  describe('create', () => {
    it('C02 twice at once, and once more later, is one order', async () => {
      const document = desk.system.order('C-1');
      const [first, second] = await Promise.all([desk.create(document), desk.create(document)]);
      const third = await desk.create(document);
      const number = desk.only('C-1')['SalesOrder'];
      assert.deepEqual([first, second, third].map(({ result }) => result.externalId.number), [number, number, number]);
      assert.deepEqual([third.repeated, third.result.outcome], [true, 'existing']);
    });
    it('the document goes on with the number of the system', async () => {
      const { payload } = await desk.create(desk.system.order('C-2'));
      const ids = payload['externalIds'] as { system: string; number?: string }[];
      assert.deepEqual(ids.map(({ system, number }) => [system, number]), [['shop', undefined], [desk.erp.system, desk.only('C-2')['SalesOrder']]]);
      assert.equal(payload['orderNumber'], 'C-2');
    });
    it('C01 what is linked is not written again, though the ledger has forgotten it', async () => {
      const document = desk.system.order('C-3');
      const first = await desk.create(document);
      assert.ok(await desk.services.ledger.prune(Date.now() + 1000) > 0);
      const { result, repeated, payload } = await desk.create(document);
      assert.deepEqual([result.externalId, result.outcome, repeated], [first.result.externalId, 'existing', true]);
      assert.deepEqual(payload, first.payload);
      assert.equal(desk.only('C-3')['SalesOrder'], result.externalId.number);
    });
    it('linked to two, it is a conflict for a person to solve', async () => {
      const document = desk.system.order('C-4');
      const home = document.externalIds[0] ?? assert.fail();
      for (const id of ['1', '2']) await desk.services.links.link(home, { system: desk.erp.system, type: 'SalesOrder', id, number: id });
      assert.equal((await refusalOf(desk.create(document))).code, 'CONFLICT_AMBIGUOUS_LINK');
      assert.deepEqual(desk.system.sandbox.ordersByReference('C-4'), []);
    });
    it('a lost answer: asked for by its reference before it is written again', async () => {
      const document = desk.system.order('C-5');
      desk.system.sandbox.fault({ kind: 'lost-response', match: ({ method }) => method === 'POST' });
      const { name } = await refusalOf(desk.create(document));
      assert.equal(name, 'TransientError');
      const { result, repeated } = await desk.create(document);
      assert.deepEqual([result.externalId.number, repeated], [desk.only('C-5')['SalesOrder'], true]);
    });
  });

  describe('C53 an order the system refuses', () => {
    it('has class, code, plain text, the answer, and the record', async () => {
      const refused = await refusalOf(write({ operation: 'create', entity: 'order', document: desk.system.order('F-1'), native: { ...desk.erp.fromCanonical('order', { ...desk.system.order('F-1') }), CustomerPaymentTerms: 'XXXX' }, policies }, desk.services));
      assert.deepEqual([refused.name, refused.code, refused.cause['system'], refused.cause['status'], refused.cause['record']], ['DataError', 'DATA_REFUSED', desk.erp.system, 400, 'order F-1']);
      assert.match(refused.message, /order F-1.*Terms of payment XXXX are not defined/);
      assert.match(String(refused.cause['answer']), /\S/);
      assert.deepEqual((refused.cause['issues'] as Native[]).map(({ path }) => path), ['CustomerPaymentTerms']);
    });
  });

  describe('update and cancel in the ERP', () => {
    const changed = (number: string, purchaseOrderNumber: string): Record<string, unknown> => ({ ...desk.system.order(number), purchaseOrderNumber });

    it('finds the order by its link, and writes one event once', async () => {
      await desk.create(desk.system.order('U-1'));
      const first = await ask('update', changed('U-1', 'PO-1'), 'u-1');
      assert.deepEqual([first.result.outcome, desk.only('U-1')['PurchaseOrderByShipToParty']], ['updated', 'PO-1']);
      const before = patches();
      const again = await ask('update', changed('U-1', 'PO-1'), 'u-1');
      assert.deepEqual([again.repeated, patches()], [true, before]);
    });
    it('changed meanwhile: read again, applied once more', async () => {
      await desk.create(desk.system.order('U-2'));
      desk.system.sandbox.fault({ kind: 'stale-etag' });
      await ask('update', changed('U-2', 'PO-2'), 'u-2');
      assert.equal(desk.only('U-2')['PurchaseOrderByShipToParty'], 'PO-2');
    });
    it('changed again and again: a ConflictError, and a later try of the same event works', async () => {
      await desk.create(desk.system.order('U-3'));
      desk.system.sandbox.fault({ kind: 'stale-etag', times: 2 });
      const { name, code, cause } = await refusalOf(ask('update', changed('U-3', 'PO-3'), 'u-3'));
      assert.deepEqual([name, code, cause['status']], ['ConflictError', 'CONFLICT_STALE', 412]);
      await ask('update', changed('U-3', 'PO-3'), 'u-3');
      assert.equal(desk.only('U-3')['PurchaseOrderByShipToParty'], 'PO-3');
    });
    it('an order nobody has created is a DataError that says so', async () => {
      const { code, message } = await refusalOf(ask('update', changed('U-4', 'PO-4'), 'u-4'));
      assert.equal(code, 'DATA_UNKNOWN_RECORD');
      assert.match(message, /order U-4 cannot be updated/);
    });
    it('upsert creates, then updates, also when it does not know that the order is there', async () => {
      const { externalIds: _, ...rest } = desk.system.order('U-5');
      const document = { ...rest, externalIds: [{ system: 'shop', type: 'Order', id: 'U-5' }] };
      assert.equal((await ask('upsert', document, 'u-5a')).result.outcome, 'created');
      assert.equal((await ask('upsert', { ...document, purchaseOrderNumber: 'PO-5' }, 'u-5b')).result.outcome, 'updated');
      assert.equal(desk.only('U-5')['PurchaseOrderByShipToParty'], 'PO-5');
      const [one, two] = await Promise.all(['PO-6', 'PO-7'].map((po, i) => ask('upsert', { ...desk.system.order('U-6'), purchaseOrderNumber: po }, `u-6${String(i)}`)));
      assert.deepEqual([one?.result.outcome, two?.result.outcome], ['created', 'updated']);
      assert.equal(desk.only('U-6')['PurchaseOrderByShipToParty'], 'PO-7');
    });
    it('cancel goes on where it was cut off, and once done is done', async () => {
      await desk.create(desk.system.order('U-7'));
      desk.system.sandbox.fault({ kind: 'lost-response', match: ({ method, url }) => method === 'PATCH' && (url ?? '').includes('20') });
      assert.equal((await refusalOf(ask('cancel', desk.system.order('U-7'), 'u-7'))).name, 'TransientError');
      assert.equal((await ask('cancel', desk.system.order('U-7'), 'u-7')).result.outcome, 'cancelled');
      assert.ok(desk.only('U-7').to_Item.every((item: Native) => item['SalesDocumentRjcnReason'] !== ''));
      assert.equal((await ask('cancel', desk.system.order('U-7'), 'u-7b')).result.outcome, 'unchanged');
    });
  });

  describe('update and cancel in the shop', () => {
    it('the ERP\'s number is written back once an event, and an order cancelled once', async () => {
      await using shop = await openShop();
      await shop.connection.ready?.();
      const services = { ...desk.services, connection: shop.connection, breaker: new Breaker({ system: shop.connection.system }) };
      const order = shop.sandbox.placeOrder({ currency: 'EUR', lines: 1 });
      const canonical = shop.connection.toCanonical('order', await apiOf(shop, order));
      const document = { ...canonical, externalIds: [...canonical['externalIds'] as object[], { system: desk.erp.system, type: 'SalesOrder', id: '4711', number: '4711' }] };
      const run = (operation: 'update' | 'cancel', key: string): ReturnType<typeof write> => write({ operation, entity: 'order', document, policies, event: event(key) }, services);
      assert.equal((await run('update', 's-1')).result.outcome, 'updated');
      assert.equal((await run('update', 's-1')).repeated, true);
      assert.equal(shop.sandbox.counters.mutations['orderUpdate'], 1);
      assert.equal(shop.sandbox.metafields(gidOf(order)).find(({ key }) => key === 'erp_number')?.value, '4711');
      assert.equal((await run('cancel', 's-2')).result.outcome, 'cancelled');
      assert.ok(shop.sandbox.order(gidOf(order))?.cancelledAt);
      assert.equal((await run('cancel', 's-3')).result.outcome, 'unchanged');
      assert.equal((await refusalOf(write({ operation: 'create', entity: 'order', document, policies, event: event('s-4') }, services))).code, 'CONFIG_NOT_SUPPORTED');
    });
    it('an order that is gone is a DataError, naming it', async () => {
      await using shop = await openShop();
      const id = 'gid://shopify/Order/999';
      const services = { ...desk.services, connection: shop.connection };
      const document = { externalIds: [{ system: shop.connection.system, type: 'Order', id }] };
      const { name, message } = await refusalOf(write({ operation: 'update', entity: 'order', document, native: { note: 'x' }, policies, event: event('s-5') }, services));
      assert.equal(name, 'DataError');
      assert.match(message, /order 999/);
    });
  });
});
