import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultOrder } from '../../sandbox/control';
import { Random } from '../../sandbox/random';
import type { FlowNodes } from '../support/examples';
import { startNodeRed, type NodeRed } from '../support/node-red';
import { erpNumber, SandboxProcess, sandboxEnv, until, type ErpOrder, type ShopOrder } from '../support/sandboxes';

/** Something that goes wrong once so many orders are in the ERP. */
export interface Blow { at: number; deal: () => Promise<void> }

/** Faults that stand for the whole run. */
export interface Trouble { shop?: FaultOrder[]; erp?: FaultOrder[] }

/** Each webhook comes once, twice or three times; every fiftieth order is committed without an answer. */
const chaos: Trouble = {
  shop: [{ kind: 'duplicate-delivery', oneIn: 1.5, copies: 2 }],
  erp: [{ kind: 'lost-response', method: 'POST', path: 'A_SalesOrder', oneIn: 50 }],
};

/** Orders placed and not yet in the ERP, at most: work for every lane, and new webhooks until the end. */
const ahead = 150;
const burst = 30;
/** Without a new order for so long, the run has failed, ms. */
const patienceMs = 90_000;

/** A shop and an ERP in processes of their own, and a Node-RED between them that is killed again and again. */
export class Storm {
  readonly #random: Random;
  #red: NodeRed | undefined;
  #placed = 0;
  #count = 0;

  private constructor(seed: number, readonly shop: SandboxProcess, readonly erp: SandboxProcess, readonly userDir: string) {
    this.#random = new Random(seed);
  }

  /** `CHAOS_SEED` repeats the moments of an earlier run. */
  static async start(flows: FlowNodes, trouble: Trouble = chaos): Promise<Storm> {
    const seed = Number(process.env['CHAOS_SEED'] ?? randomInt(2 ** 31));
    console.log(`      CHAOS_SEED=${String(seed)}`);
    // Webhooks that meet a dead Node-RED come again after 0.3 s, 0.6 s, 1.2 s …; rate limits have tests of their own.
    const shop = await SandboxProcess.start('shopify', '--retry-scale', '0.005', '--points', '1000000000');
    const erp = await SandboxProcess.start('sap-s4hana');
    const storm = new Storm(seed, shop, erp, await mkdtemp(join(tmpdir(), 'b2b-chaos-')));
    try {
      await shop.fault(...trouble.shop ?? []);
      await erp.fault(...trouble.erp ?? []);
      storm.#red = await startNodeRed({ flows, userDir: storm.userDir, env: sandboxEnv(shop, erp) });
      await until(async () => (await shop.get<unknown[]>('subscriptions')).length > 0, 30_000);
      return storm;
    } catch (error) {
      await storm.stop();
      throw error;
    }
  }

  /** Where Node-RED is. */
  get url(): string { return this.#red?.url ?? ''; }

  /** `times` blows at random moments of a run of `count` orders. */
  blows(times: number, count: number, deal: () => Promise<void>): Blow[] {
    return Array.from({ length: times }, () => ({ at: this.#random.int(1, count - 1), deal }));
  }

  /** Ends Node-RED within the next tenth of a second, amid new webhooks, and starts it anew on what it has left. */
  async kill(): Promise<void> {
    await this.#place();
    await sleep(this.#random.int(0, 100));
    const port = Number(new URL(this.url).port);
    await this.#red?.kill();
    await this.#place();
    const { userDir, shop, erp } = this;
    this.#red = await startNodeRed({ userDir, port, env: sandboxEnv(shop, erp) });
  }

  /** Has the shop take `count` orders, a few ahead of the ERP, and deals the blows on the way. Resolves when all numbers are written back. */
  async run(count: number, blows: Blow[]): Promise<void> {
    this.#count = count;
    const coming = [...blows].sort((a, b) => a.at - b.at);
    for (let written = 0, since = Date.now(); written < count || coming.length > 0;) {
      const now = (await this.erp.get<Record<string, number>>('writes'))['created A_SalesOrder'] ?? 0;
      if (now > written) since = Date.now();
      written = now;
      assert.ok(Date.now() - since < patienceMs, `no order came after the first ${String(written)}:\n${String(this.#red?.log().slice(-4000))}`);
      if (this.#placed - written < ahead) await this.#place();
      if (coming[0] && coming[0].at <= written) {
        await coming.shift()?.deal();
        since = Date.now();
      } else await sleep(20);
    }
    await until(async () => (await this.shop.get<ShopOrder[]>('orders')).every((order) => erpNumber(order) !== undefined), patienceMs, 1000);
  }

  /** Throws unless there is exactly one sales order for each of the shop's orders, and the shop knows its number. */
  async assertOneForOne(): Promise<void> {
    const numbers = new Map<string, string[]>();
    for (const { PurchaseOrderByCustomer: name, SalesOrder } of await this.erp.get<ErpOrder[]>('orders')) numbers.set(name, [...numbers.get(name) ?? [], SalesOrder]);
    const orders = await this.shop.get<ShopOrder[]>('orders');
    for (const order of orders) assert.deepEqual(numbers.get(order.name), [erpNumber(order)], order.name);
    assert.equal(orders.length, this.#count);
    assert.equal(numbers.size, this.#count);
  }

  async stop(): Promise<void> {
    await this.#red?.stop();
    await Promise.all([this.shop.stop(), this.erp.stop()]);
    await rm(this.userDir, { recursive: true, force: true });
  }

  async #place(): Promise<void> {
    const count = Math.min(burst, this.#count - this.#placed);
    if (count <= 0) return;
    this.#placed += count;
    await this.shop.post('place', { count });
  }
}
