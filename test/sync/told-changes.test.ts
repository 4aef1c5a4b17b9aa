import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection } from '../../lib/connectors/contract';
import { defaultBackoff } from '../../lib/delivery/backoff';
import { Inbox } from '../../lib/delivery/inbox';
import type { Source, SourceMessage } from '../../lib/delivery/source';
import { openRuntime, type Runtime } from '../../lib/runtime';
import { Deletions } from '../../lib/sync/deletions';
import { Intake } from '../../lib/sync/intake';
import { System } from '../contract/sap-s4hana/system';

describe('changes that SAP tells of by their key', () => {
  let dir: string;
  let system: System;
  let erp: Connection;
  let runtime: Runtime;
  let source: Source;
  let inbox: Inbox;
  let intake: Intake;
  let deletions: Deletions;
  let sent: string[], endings: string[], held: number[];
  let now: number;
  let wake: () => void;
  let ids = 0;

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'b2b-told-'));
    system = await System.start({ materials: 60 });
    erp = system.connect();
    runtime = await openRuntime({ dataDir: dir, onError: (error) => { throw error as Error; } });
    [sent, endings, now, wake] = [[], [], Date.now(), () => undefined];
    await open();
  });
  afterEach(async () => {
    source.close();
    await runtime.close();
    await system.stop();
    await rm(dir, { recursive: true, force: true });
  });

  async function open(): Promise<void> {
    source = runtime.openSource({ id: 'node', parallel: 8, timeLimitMs: 5000, send: (message) => {
      const { topic = '', payload } = message as SourceMessage & { payload: { externalIds: { id: string }[] } };
      sent.push(`${topic} ${payload.externalIds[0]?.id ?? ''}`);
    } });
    // One that was let go may still have something to say.
    const heard: number[] = held = [];
    deletions = new Deletions({
      store: runtime.store, id: 'node', system: erp.system, now: () => now, known: (entity) => intake.known(inbox, entity),
      onHeld: (_, count) => { heard.push(count); wake(); },
    });
    const all = ['created', 'updated', 'deleted'] as const;
    intake = new Intake({ id: 'node', connection: erp, wanted: { product: [...all], order: [...all], customer: [...all], invoice: [...all] }, format: 'canonical', createdSince: 0, deletions });
    inbox = new Inbox({
      store: runtime.store, id: 'node', source, deadLetters: runtime.deadLetters, backoff: defaultBackoff, prepare: (entry) => intake.prepare(inbox, entry),
      onSettled: (state, reason) => { endings.push(reason === undefined ? state : `${state}: ${reason}`); wake(); },
    });
    await inbox.open();
  }
  async function settled(count: number): Promise<string[]> {
    while (endings.length < count) await new Promise<void>((resolve) => { wake = resolve; });
    return endings;
  }
  const authorization = (): string => `Basic ${Buffer.from(`EVENT_MESH:${String(system.sandbox.secrets['webhookSecret'])}`).toString('base64')}`;
  async function event(object: string, operation: string, key: string, id = `e${String(ids++)}`): Promise<string> {
    const type = `sap.s4.beh.${object.toLowerCase()}.v1.${object}.${operation}.v1`;
    const body = JSON.stringify({ type, specversion: '1.0', source: '/s4', id, time: new Date(now).toISOString(), data: { [object]: key } });
    const { status, text } = await intake.receive(inbox, Buffer.from(body), { authorization: authorization() });
    assert.equal(status, 200);
    return text;
  }
  const sku = (at: number): string => system.sandbox.world.products[at]?.sku ?? '';
  async function known(count: number): Promise<void> {
    for (let n = 0; n < count; n++) await event('Product', 'Changed', sku(n));
    await settled(count);
    endings.splice(0);
    sent.splice(0);
  }

  it('C08 killed after the answer and before it is sent, an event is sent after the restart, once', async () => {
    source.close();
    assert.equal(await event('Product', 'Changed', sku(1), 'same'), 'Received.');
    assert.deepEqual(sent, []);
    await open();
    await settled(1);
    assert.equal(await event('Product', 'Changed', sku(1), 'same'), 'Received before.');
    await event('Product', 'Changed', sku(1));
    assert.deepEqual(await settled(2), ['done', 'skipped: unchanged']);
    assert.deepEqual(sent, [`product.created ${sku(1)}`]);
  });

  it('C01 are told from each other by id and source alone, in either mode', async () => {
    const post = async (id: string, source = '/s4'): Promise<string> => {
      const headers = { authorization: authorization(), 'ce-specversion': '1.0', 'ce-id': id, 'ce-source': source, 'ce-type': 'sap.s4.beh.product.v1.Product.Changed.v1' };
      return (await intake.receive(inbox, Buffer.from(JSON.stringify({ Product: sku(1) })), headers)).text;
    };
    assert.deepEqual([await post('1'), await post('2'), await post('1', '/other'), await post('1')], ['Received.', 'Received.', 'Received.', 'Received before.']);
    assert.deepEqual([await event('Product', 'Changed', sku(2), '1'), await event('Product', 'Changed', sku(3), 'x'.repeat(3000)), await event('Product', 'Changed', sku(4), 'x'.repeat(3000))], ['Received before.', 'Received.', 'Received before.']);
    await settled(4);
  });

  it('a customer whose number is not the business partner\'s is sent in the lane of its own, once', async () => {
    const { companies } = system.sandbox.world;
    const partner = (companies[0]?.customerNumber ?? '').replace(/^0+/, '');
    system.sandbox.changeRow('A_BusinessPartner', partner, { Customer: '777' });
    await event('BusinessPartner', 'Changed', partner.padStart(10, '0'));
    assert.deepEqual(await settled(2), ['skipped: superseded', 'done']);
    assert.deepEqual(sent, ['customer.created 777']);
    await event('BusinessPartner', 'Changed', partner);
    assert.deepEqual((await settled(3)).slice(2), ['skipped: superseded']);
    system.sandbox.changeRow('A_BusinessPartner', partner, { Customer: '' });
    await event('BusinessPartner', 'Changed', partner);
    assert.deepEqual((await settled(4)).slice(3), ['skipped: gone']);
    assert.equal(sent.length, 1);
  });

  it('a document that claims nothing is no invoice, whatever is told of it', async () => {
    const order = await erp.create('order', erp.fromCanonical('order', { ...system.order('WEB-1') }));
    system.sandbox.deliver(order.externalId.id);
    const [invoice] = system.sandbox.billingDocuments();
    const number = String(invoice?.BillingDocument);
    const cancellation = system.sandbox.cancelBilling(number);
    await event('BillingDocument', 'Created', cancellation);
    await event('BillingDocument', 'Cancelled', number);
    assert.deepEqual((await settled(2)).sort(), ['done', 'skipped: gone']);
    assert.match(sent.join(), new RegExp(`^invoice\\.\\w+ ${number}$`));
  });

  describe('deletions', () => {
    it('C49 are sent as tombstones of what was sent before, once', async () => {
      await known(1);
      system.sandbox.dropMaterial(sku(0));
      system.sandbox.dropMaterial(sku(9));
      for (const at of [0, 9, 0]) await event('Product', 'Deleted', sku(at));
      assert.deepEqual((await settled(3)).sort(), ['done', 'skipped: gone', 'skipped: gone']);
      assert.deepEqual(sent, [`product.deleted ${sku(0)}`]);
    });

    it('C49 may name the record with zeros in front', async () => {
      const { externalId: { id } } = await erp.create('order', erp.fromCanonical('order', { ...system.order('WEB-2') }));
      await event('SalesOrder', 'Created', id);
      await settled(1);
      system.sandbox.dropRow('A_SalesOrder', id);
      await event('SalesOrder', 'Deleted', id.padStart(10, '0'));
      assert.deepEqual(await settled(2), ['done', 'done']);
      assert.equal(sent[1], `order.deleted ${id}`);
    });

    it('are none of a record that is there', async () => {
      await known(1);
      await event('Product', 'Deleted', sku(0));
      assert.deepEqual(await settled(1), ['skipped: unchanged']);
    });

    it('C44 are judged by what an hour brings, and all are held once one is', async () => {
      await known(12);
      for (let n = 0; n < 12; n++) system.sandbox.dropMaterial(sku(n));
      for (let n = 0; n < 5; n++) await event('Product', 'Deleted', sku(n));
      await settled(5);
      now += 3_600_001;
      await event('Product', 'Deleted', sku(5));
      assert.equal((await settled(6)).at(-1), 'done');
      for (let n = 6; n < 11; n++) await event('Product', 'Deleted', sku(n));
      assert.deepEqual((await settled(11)).slice(6).sort(), ['done', 'done', 'done', 'done', 'skipped: held']);
      now += 3_600_001;
      await event('Product', 'Deleted', sku(11));
      assert.equal((await settled(12)).at(-1), 'skipped: held');
    });

    it('C44 that are held stay so over a restart, and are sent when they are confirmed', async () => {
      await known(8);
      for (let n = 0; n < 8; n++) system.sandbox.dropMaterial(sku(n));
      for (let n = 0; n < 8; n++) await event('Product', 'Deleted', sku(n));
      await settled(8);
      source.close();
      await open();
      await deletions.open('product');
      while (held.length === 0) await new Promise<void>((resolve) => { wake = resolve; });
      assert.deepEqual(held, [3]);
      const confirm = (): Promise<void> => deletions.confirm('product', (id, at, also) => intake.takeDeleted(inbox, 'product', id, at, also));
      await confirm();
      await settled(11);
      await confirm();
      assert.deepEqual([...sent].sort(), Array.from({ length: 8 }, (_, n) => `product.deleted ${sku(n)}`).sort());
    });

    it('that are held are forgotten when the record is there again', async () => {
      await known(6);
      const lot = await Promise.all(Array.from({ length: 6 }, (_, n) => deletions.judge('product', sku(n))));
      assert.deepEqual(lot.map(({ passes }) => passes), [true, true, true, true, true, false]);
      await event('Product', 'Changed', sku(5));
      await settled(1);
      await deletions.confirm('product', () => Promise.reject(new Error('nothing is held')));
    });
  });
});
