import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Native } from '../../lib/connectors/contract';
import { defaultBackoff } from '../../lib/delivery/backoff';
import { Inbox } from '../../lib/delivery/inbox';
import type { Source, SourceMessage } from '../../lib/delivery/source';
import { openRuntime, type Runtime } from '../../lib/runtime';
import type { EventAttributes } from '../../lib/documents/event';
import type { ExternalId } from '../../lib/documents/types';
import { markWrites } from '../../lib/sync/echo';
import { Intake, type IntakeOptions } from '../../lib/sync/intake';
import { sign } from '../../sandbox/shopify/webhooks';
import { gidOf, openShop, type Shop } from '../contract/shopify/support';

describe('what a shop tells, on its way through the inbox', () => {
  let dir: string;
  let shop: Shop;
  let runtime: Runtime;
  let source: Source;
  let inbox: Inbox;
  let intake: Intake;
  let sent: (SourceMessage & { payload: Record<string, unknown> })[];
  let endings: string[];
  let heard: unknown[];
  let wake: () => void = () => undefined;
  let deliveries = 0;

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'b2b-intake-'));
    shop = await openShop();
    runtime = await openRuntime({ dataDir: dir, onError: (error) => { throw error as Error; } });
    [sent, endings, heard] = [[], [], []];
    await open();
  });
  afterEach(async () => {
    source.close();
    await runtime.close();
    await shop[Symbol.asyncDispose]();
    await rm(dir, { recursive: true, force: true });
  });

  async function open(options: Partial<IntakeOptions> = {}): Promise<void> {
    source = runtime.openSource({ id: 'node', parallel: 4, timeLimitMs: 5000, send: (m) => { sent.push(m as typeof sent[number]); }, onError: (error) => { heard.push(error); } });
    intake = new Intake({
      id: 'node', connection: shop.connection, wanted: { order: ['created', 'updated', 'cancelled'], customer: ['created', 'updated'] }, format: 'canonical', createdSince: 0, ...options,
    });
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
  /** Delivers a signed webhook; each call is a delivery of its own. */
  async function webhook(topic: string, body: string): Promise<number> {
    const bytes = Buffer.from(body);
    const headers = { 'x-shopify-topic': topic, 'x-shopify-webhook-id': String(deliveries++), 'x-shopify-hmac-sha256': sign(bytes, shop.sandbox.secrets.webhookSecret ?? '') };
    return (await intake.receive(inbox, bytes, headers)).status;
  }
  const numbers = (): unknown[] => sent.map(({ topic, payload }) => `${topic ?? ''} ${String(payload['orderNumber'])}`);

  it('C01 an order by webhook, by webhook again and by asking is one message', async () => {
    const order = shop.sandbox.placeOrder();
    assert.equal(await webhook('orders/create', shop.sandbox.payload(order)), 200);
    assert.equal(await webhook('orders/updated', shop.sandbox.payload(order)), 200);
    await settled(2);
    await intake.take(inbox, 'order', await shop.connection.get('order', gidOf(order)) ?? {});
    assert.deepEqual((await settled(3)).sort(), ['done', 'skipped: unchanged', 'skipped: unchanged']);
    assert.deepEqual(numbers(), [`order.created ${order.name}`]);
  });

  describe('C52 what a write of ours brings back', () => {
    const cause: Partial<EventAttributes> = { id: 'erp event', hops: 2, correlationid: 'customer:sap:1' };
    /** A write of ours: whoever makes it knows when the order had changed last before, and how it is afterwards. */
    async function written(note: string, before: string, told = true): Promise<void> {
      shop.sandbox.updateOrder(id, { note });
      const record = await shop.connection.get('order', id) ?? {};
      const externalId: ExternalId = { system: shop.connection.system, type: 'Order', id };
      await runtime.store.commit(markWrites(shop.connection, { entity: 'order', outcome: 'updated', externalId, ...(told ? { state: { record, before: { ...record, note: null, updatedAt: before } } } : {}) }, cause, { note }));
    }
    let id: string;
    let first: string;
    beforeEach(async () => {
      const order = shop.sandbox.placeOrder();
      id = gidOf(order);
      await webhook('orders/create', shop.sandbox.payload(order));
      await settled(1);
      first = shop.connection.identify('order', await shop.connection.get('order', id) ?? {}).time;
    });
    const seen = async (count: number): Promise<string | undefined> => {
      await intake.take(inbox, 'order', { ...await shop.connection.get('order', id), updatedAt: new Date(Date.parse(first) + count * 1000).toISOString() });
      return (await settled(count + 1)).at(-1);
    };

    it('is an echo if nobody else has changed anything; the change that follows may be an answer to it, the next is not', async () => {
      await written('ours', first);
      assert.equal(await seen(1), 'skipped: echo');
      for (const [count, hops] of [[2, 3], [3, 0]] as const) {
        shop.sandbox.updateOrder(id, { note: `a person ${String(count)}` });
        assert.equal(await seen(count), 'done');
        assert.equal((sent.at(-1)?.event as Partial<EventAttributes>).hops, hops);
      }
    });

    it('is sent, one hop older, if somebody had changed something before that we have not seen', async () => {
      await written('ours', new Date(Date.parse(first) + 500).toISOString());
      assert.equal(await seen(1), 'done');
      const { hops, correlationid, causationid } = sent.at(-1)?.event as EventAttributes;
      assert.deepEqual([hops, correlationid, causationid], [3, 'customer:sap:1', 'erp event']);
    });

    it('is sent, one hop older, if somebody changed something afterwards, or it is not known what was written', async () => {
      await written('ours', first);
      shop.sandbox.updateOrder(id, { note: 'a person' });
      assert.equal(await seen(1), 'done');
      await written('ours again', first, false);
      assert.equal(await seen(2), 'done');
      assert.deepEqual(sent.map(({ event }) => (event as Partial<EventAttributes>).hops), [0, 3, 3]);
    });
  });

  it('C06 a late webhook never follows a newer state', async () => {
    const order = shop.sandbox.placeOrder();
    const late = shop.sandbox.payload(order).replace(/"updated_at":"[^"]+"/, '"updated_at":"2020-01-01T00:00:00Z"');
    await webhook('orders/cancelled', shop.sandbox.payload(shop.sandbox.cancelOrder(gidOf(order))));
    await settled(1);
    await webhook('orders/create', late);
    assert.deepEqual(await settled(2), ['done', 'skipped: stale']);
    assert.deepEqual(numbers(), [`order.cancelled ${order.name}`]);
  });

  it('C06 of two states of the same second, the one the shop has now counts', async () => {
    const order = shop.sandbox.placeOrder();
    const late = shop.sandbox.payload(order);
    await webhook('orders/cancelled', shop.sandbox.payload(shop.sandbox.cancelOrder(gidOf(order))).replace(/"updated_at":"[^"]+"/, /"updated_at":"[^"]+"/.exec(late)?.[0] ?? ''));
    await settled(1);
    await webhook('orders/create', late);
    assert.deepEqual(await settled(2), ['done', 'skipped: unchanged']);
    assert.equal(sent.at(-1)?.payload['orderStatus'], 'cancelled');
  });

  it('C01 a native order by webhook and by asking is one message, too', async () => {
    source.close();
    await open({ format: 'native' });
    const order = shop.sandbox.placeOrder();
    await webhook('orders/create', shop.sandbox.payload(order));
    await settled(1);
    await intake.take(inbox, 'order', await shop.connection.get('order', gidOf(order)) ?? {});
    assert.deepEqual(await settled(2), ['done', 'skipped: unchanged']);
    assert.deepEqual(sent.map(({ payload }) => payload['name']), [order.name]);
  });

  it('tells created, updated and cancelled by what was there before, not by the topic', async () => {
    const order = shop.sandbox.placeOrder();
    await webhook('orders/updated', shop.sandbox.payload(order));
    await settled(1);
    await webhook('orders/updated', shop.sandbox.payload(shop.sandbox.updateOrder(gidOf(order), { note: 'please ring' })));
    await settled(2);
    await webhook('orders/updated', shop.sandbox.payload(shop.sandbox.cancelOrder(gidOf(order))));
    assert.deepEqual(await settled(3), ['done', 'done', 'done']);
    assert.deepEqual(sent.map(({ topic }) => topic), ['order.created', 'order.updated', 'order.cancelled']);
  });

  it('an order from before the first start is no new one', async () => {
    source.close();
    await open({ createdSince: Date.now() + 60_000 });
    await webhook('orders/create', shop.sandbox.payload(shop.sandbox.placeOrder()));
    await settled(1);
    assert.deepEqual(sent.map(({ topic }) => topic), ['order.updated']);
  });

  it('C46 a listed record that changes again within the second it was read in is told again, and once', async () => {
    const order = shop.sandbox.placeOrder();
    const first = await shop.connection.get('order', gidOf(order)) ?? {};
    const { time } = shop.connection.identify('order', first);
    assert.equal(await intake.take(inbox, 'order', first), true);
    await settled(1);
    shop.sandbox.updateOrder(gidOf(order), { note: 'please ring' });
    const second = { ...await shop.connection.get('order', gidOf(order)), updatedAt: time };
    assert.deepEqual([await intake.take(inbox, 'order', second), await intake.take(inbox, 'order', structuredClone(second))], [true, false]);
    await settled(2);
    assert.deepEqual(sent.map(({ payload }) => payload['customerNote']), [undefined, 'please ring']);
    const keys = sent.map(({ event }) => (event as EventAttributes).idempotencykey);
    assert.notEqual(keys[0], keys[1], 'the ledger takes it for another write');
  });

  it('a body that is cut off is answered and becomes a dead letter with its reason', async () => {
    const body = shop.sandbox.payload(shop.sandbox.placeOrder());
    assert.equal(await webhook('orders/create', body.slice(0, body.length / 2)), 200);
    const [ending = ''] = await settled(1);
    assert.match(ending, /^dead: The body of the orders\/create webhook is not a complete JSON object/);
    const [letter] = (await runtime.deadLetters.list()).entries;
    assert.equal(letter?.error.code, 'DATA_NOT_JSON');
  });

  describe('with a webhook that only names the record', () => {
    let company: Native;
    const body = (gid: string): string => JSON.stringify({ name: 'said the webhook', updated_at: '2026-11-23T10:00:00Z', admin_graphql_api_id: gid });

    beforeEach(async () => {
      for await (const { records } of shop.connection.list('customer', { pageSize: 1 })) { company = records[0] ?? {}; break; }
    });

    it('reads the record: a company has its locations', async () => {
      await webhook('companies/update', body(String(company['id'])));
      assert.deepEqual(await settled(1), ['done']);
      assert.deepEqual(sent[0]?.payload, shop.connection.toCanonical('customer', company));
      assert.ok((sent[0].payload['locations'] as unknown[]).length > 0);
    });

    it('skips one that is gone meanwhile', async () => {
      await webhook('companies/update', body('gid://shopify/Company/999999'));
      assert.deepEqual(await settled(1), ['skipped: gone']);
    });

    it('waits while the shop does not answer', async () => {
      shop.sandbox.fault({ kind: 'outage', times: 1 });
      await webhook('companies/update', body(String(company['id'])));
      assert.deepEqual(await settled(1), ['done']);
      assert.equal(heard.length, 1);
      assert.equal(await runtime.deadLetters.count(), 0);
    });
  });
});
