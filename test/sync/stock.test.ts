import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Breaker } from '../../lib/delivery/breaker';
import { Ledger } from '../../lib/delivery/ledger';
import { Links } from '../../lib/delivery/links';
import type { InventoryLevel } from '../../lib/documents/types';
import type { Store } from '../../lib/store/contract';
import { openLmdbStore } from '../../lib/store/lmdb';
import { BulkWriter } from '../../lib/sync/bulk-writer';
import type { Written } from '../../lib/sync/operation';
import { dueRechecks } from '../../lib/sync/recheck';
import type { Order } from '../../sandbox/shopify';
import { Random } from '../../sandbox/random';
import { openShop, type Shop } from '../contract/shopify/support';
import { scaled } from '../support/scale';
import { policies } from './desk';

const erp = 'sap-s4:test-100';

describe('stock from an ERP to a shop', function () {
  this.timeout(300_000);
  let dir: string;
  let store: Store;
  let shop: Shop;
  let links: Links;
  let writer: BulkWriter;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'b2b-stock-'));
    store = await openLmdbStore(dir);
    shop = await openShop();
    links = new Links(store);
    const services = { connection: shop.connection, ledger: new Ledger(store), links, breaker: new Breaker({ system: shop.connection.system }), store };
    writer = new BulkWriter('inventory', 250, services);
  });
  afterEach(async () => {
    await shop[Symbol.asyncDispose]();
    await store.close();
    await rm(dir, { recursive: true });
  });

  const sku = (at = 0): string => shop.sandbox.world.products[at]?.sku ?? '';
  const stock = (at = 0): number => shop.sandbox.stock(sku(at), 'Augsburg').available;
  function level(available: number, asOf = new Date(), at = 0): InventoryLevel {
    const time = asOf.toISOString();
    return {
      schemaVersion: '1.0', id: `${erp}:StockLocation:${sku(at)}/Augsburg`, externalIds: [{ system: erp, type: 'StockLocation', id: `${sku(at)}/Augsburg` }], version: { sourceUpdatedAt: time },
      systemOfRecord: erp, sku: sku(at), location: { code: 'Augsburg' }, mode: 'absolute', asOf: time, openOrderCutoff: time, includesOpenCommerceOrders: true, unitCode: 'C62',
      quantities: { available: String(available) },
    };
  }
  const write = (document: InventoryLevel): Promise<Written> => writer.write({ operation: 'upsert', entity: 'inventory', document, policies });
  /** The order is in the ERP from now on. */
  const take = (order: Order): Promise<void> => links.link({ system: shop.connection.system, type: 'Order', id: `gid://shopify/Order/${order.id}` }, { system: erp, type: 'SalesOrder', id: order.name });

  it('of many messages goes in one call, and each message gets its own result', async () => {
    const written = await Promise.all(Array.from({ length: 60 }, (_, at) => write(level(at + 1, new Date(), at))));
    assert.equal(shop.sandbox.counters.mutations['inventorySetQuantities'], 1);
    written.forEach(({ payload, result }, at) => {
      assert.equal(result.outcome, 'updated');
      assert.equal((payload as unknown as InventoryLevel).sku, sku(at));
      assert.deepEqual((payload as unknown as InventoryLevel).externalIds.map(({ system }) => system), [erp, shop.connection.system]);
      assert.equal(stock(at), at + 1);
    });
  });

  it('C06 of an older time never overwrites a newer one', async () => {
    const [older, newer] = [new Date(Date.now() - 1000), new Date()];
    await write(level(20, newer));
    assert.equal((await write(level(50, older))).result.outcome, 'stale');
    assert.equal(stock(), 20);
  });

  it('C06 … also when both wait at the same time, or the newer one is under way', async () => {
    const [older, newer, newest] = [new Date(Date.now() - 2000), new Date(Date.now() - 1000), new Date()];
    await Promise.all([write(level(20, newer)), write(level(50, older))]);
    assert.equal(stock(), 20);
    let late: Promise<Written> | undefined;
    shop.sandbox.fault({ kind: 'slow', ms: 1, oneIn: 1, match: (_, body) => {
      if (body.includes('mutation SetStock')) late ??= write(level(50, older));
      return false;
    } });
    await write(level(30, newest));
    assert.equal((await late)?.result.outcome, 'stale');
    assert.equal(stock(), 30);
  });

  it('C16 an answer that was lost is asked again, and the level is right', async () => {
    shop.sandbox.fault({ kind: 'lost-response', match: (_, body) => body.includes('mutation SetStock') });
    await assert.rejects(write(level(33)), (error: { code: string }) => error.code.startsWith('TRANSIENT_'));
    assert.equal(stock(), 33);
    assert.equal((await write(level(33))).result.outcome, 'unchanged');
  });

  it('C11 one item that makes the whole call fail costs the others nothing', async () => {
    const poison = /"id":"(gid:\/\/shopify\/InventoryItem\/\d+)"/;
    let item = '';
    shop.sandbox.fault({ kind: 'html-error', status: 500, oneIn: 1, match: (_, body) => {
      if (item === '') return false;
      return body.includes('mutation SetStock') && body.includes(item);
    } });
    const { connection } = shop;
    for await (const { records } of connection.list('product')) {
      const found = records.find((one) => JSON.stringify(one).includes(`"${sku(7)}"`));
      if (found) { item = poison.exec(JSON.stringify(found))?.[1] ?? ''; break; }
    }
    assert.notEqual(item, '');
    const ended = await Promise.allSettled(Array.from({ length: 100 }, (_, at) => write(level(900 + at, new Date(), at))));
    assert.deepEqual(ended.flatMap((one, at) => one.status === 'rejected' ? [at] : []), [7]);
    assert.equal(stock(99), 999);
    assert.equal(stock(7), 500);
  });

  it('is asked for once more after a careful guess, until the guess was right', async () => {
    const order = shop.sandbox.placeOrder({ lines: [{ sku: sku(), quantity: 40 }] });
    await write(level(500));
    assert.equal(stock(), 460);
    assert.deepEqual([...await dueRechecks(store, erp, 'inventory')], [`${sku()}/Augsburg`]);
    await take(order);
    await new Promise((resolve) => { setTimeout(resolve, 5); });
    await write(level(460));
    assert.equal(stock(), 460);
  });

  const rounds = scaled(100);
  it(`C35 is never above what there is, while 50 orders come during a snapshot, ${String(rounds)} times`, async () => {
    const seed = Number(process.env['RACE_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
    const random = new Random(seed);
    let onHand = 0;
    for (let round = 0; round < rounds; round++) {
      // Goods arrive; everything sold before is in the ERP already, or on its way.
      const open: Order[] = [];
      onHand = random.int(400, 2000);
      const ordered = (): number => open.reduce((sum, order) => sum + (order.lines[0]?.quantity ?? 0), 0);
      const exported = new Set<Order>();
      const inErp = (): number => [...exported].reduce((sum, order) => sum + (order.lines[0]?.quantity ?? 0), 0);
      const at = round % 100;
      const place = async (): Promise<void> => {
        const order = shop.sandbox.placeOrder({ lines: [{ sku: sku(at), quantity: random.int(1, 5) }] });
        open.push(order);
        if (random.chance(2)) return;
        exported.add(order);
        await take(order);
      };
      const figure = (): InventoryLevel => level(onHand - inErp(), new Date(), at);
      const orders = Array.from({ length: 50 }, async () => {
        for (let turns = random.int(0, 30); turns > 0; turns--) await new Promise(setImmediate);
        await place();
      });
      await Promise.allSettled([write(figure()), ...orders, write(figure())]);
      const now = shop.sandbox.stock(sku(at), 'Augsburg').available;
      assert.ok(now <= onHand - ordered() || now <= 500 - ordered(), `RACE_SEED=${String(seed)} round ${String(round)}: ${String(now)} for sale, ${String(onHand - ordered())} there`);
      await new Promise((resolve) => { setTimeout(resolve, 2); });
      for (const order of open) if (!exported.has(order)) { exported.add(order); await take(order); }
      await new Promise((resolve) => { setTimeout(resolve, 2); });
      for (let again = 0; again < 3; again++) await write(figure());
      assert.equal(shop.sandbox.stock(sku(at), 'Augsburg').available <= onHand - ordered(), true, `RACE_SEED=${String(seed)} round ${String(round)} at rest`);
    }
  });
});
