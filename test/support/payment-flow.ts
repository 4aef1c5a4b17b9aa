import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DeadLetters, type DeadLetter } from '../../lib/delivery/dead-letters';
import { recordsByNumber } from '../../lib/delivery/records';
import type { Store } from '../../lib/store/contract';
import { openLmdbStore } from '../../lib/store/lmdb';
import type { SapBilling, SapOrder } from '../../sandbox/sap-s4hana';
import type { Metafield, Order } from '../../sandbox/shopify/model';
import type { OrderOverrides } from '../../sandbox/shopify/orders';
import type { FlowNodes } from './examples';
import { startNodeRed, type NodeRed } from './node-red';
import { erpNumber, SandboxProcess, until } from './sandboxes';

/** An order in both systems: its id in the shop, its number there and in SAP. */
export interface Both { id: string; name: string; number: string }

/** An order as the shop shows it. */
export type Shown = Order & { metafields: Metafield[] };

/** One of the invoices that stand on an order of the shop. */
export interface Entry { number: string; type: string; status: string; total: string; open: string }

interface Line { url: string; settings: Record<string, unknown>; secrets: Record<string, string> }

/** An example flow in a real Node-RED, with both simulators as processes; orders are made, billed and paid from outside. */
export class PaymentFlow {
  #red!: NodeRed;
  private constructor(readonly shop: SandboxProcess, readonly erp: SandboxProcess, private readonly env: Record<string, string>) {}

  /** `erpSettings` go over those of the simulator. */
  static async start(flows: FlowNodes, erpSettings: Record<string, unknown> = {}): Promise<PaymentFlow> {
    const [shop, erp] = await Promise.all([SandboxProcess.start('shopify', '--points', '1000000000'), SandboxProcess.start('sap-s4hana')]);
    const sap = JSON.parse(erp.line) as Line;
    const flow = new PaymentFlow(shop, erp, { B2B_SANDBOX_SHOPIFY: shop.line, B2B_SANDBOX_SAP_S4HANA: JSON.stringify({ ...sap, settings: { ...sap.settings, ...erpSettings } }) });
    flow.#red = await startNodeRed({ flows, env: flow.env });
    await until(async () => (await shop.get<unknown[]>('subscriptions')).length > 0, 20_000, 50);
    return flow;
  }

  async kill(): Promise<void> { await this.#red.kill(); }

  /** Goes on where it was killed. */
  async restart(): Promise<void> {
    const { userDir, url } = this.#red;
    this.#red = await startNodeRed({ userDir, port: Number(new URL(url).port), env: this.env });
  }

  async stop(): Promise<void> {
    await this.#red.stop();
    await rm(this.#red.userDir, { recursive: true, force: true });
    await Promise.all([this.shop.stop(), this.erp.stop()]);
  }

  /** Buyers place so many orders of their own at 365.00 a piece, taxes on top; resolves once SAP has them. */
  async ordered(count: number, overrides: OrderOverrides): Promise<Both[]> {
    const before = new Set((await this.orders()).map(({ id }) => id));
    await this.shop.post('place', { count, overrides: { currency: 'EUR', discounts: [], shipping: null, taxesIncluded: false, lines: [{ sku: 'MAT-00001', quantity: 2, price: '365.00', taxes: [{ title: 'MwSt', rate: 19_000 }] }], ...overrides } });
    const placed = async (): Promise<Both[]> => (await this.orders()).filter(({ id }) => !before.has(id)).map((one) => ({ id: one.id, name: one.name, number: erpNumber(one) ?? '' }));
    await this.until(async () => (await placed()).filter(({ number }) => number !== '').length === count);
    return placed();
  }

  orders(): Promise<Shown[]> { return this.shop.get<Shown[]>('orders'); }
  async order({ id }: Pick<Both, 'id'>): Promise<Shown> { return (await this.orders()).find((one) => one.id === id) ?? assert.fail(id); }
  async sapOrder({ name }: Pick<Both, 'name'>): Promise<SapOrder> {
    const [only, another] = await this.erp.get<SapOrder[]>(`orders?reference=${encodeURIComponent(name)}`);
    assert.equal(another, undefined, `${name} twice in SAP`);
    return only ?? assert.fail(name);
  }

  /** Goods leave for an order. Returns the number of its invoice. */
  async delivered({ number }: Pick<Both, 'number'>): Promise<string> {
    await this.erp.post('deliver', { salesOrder: number });
    const documents = await this.erp.get<SapBilling[]>('billing');
    return String(documents.find(({ to_Item: [item] }) => item?.['SalesDocument'] === number)?.['BillingDocument']);
  }

  /** What the shop says is outstanding of an order. */
  async outstanding({ id }: Pick<Both, 'id'>): Promise<string> {
    const { url, secrets } = JSON.parse(this.shop.line) as Line;
    const query = 'query ($id: ID!) { order(id: $id) { totalOutstandingSet { presentmentMoney { amount } } } }';
    const answer = await fetch(`${url}/admin/api/2026-10/graphql.json`, {
      method: 'POST', headers: { 'content-type': 'application/json', 'x-shopify-access-token': secrets['accessToken'] ?? '' }, body: JSON.stringify({ query, variables: { id: `gid://shopify/Order/${id}` } }),
    });
    const { data } = await answer.json() as { data: { order: { totalOutstandingSet: { presentmentMoney: { amount: string } } } } };
    return Number(data.order.totalOutstandingSet.presentmentMoney.amount).toFixed(2);
  }

  deadLetters(): Promise<DeadLetter[]> { return this.#look(async (store) => (await new DeadLetters(store).list({ limit: 100 })).entries); }

  /** How what has this number ended, or that it waits. */
  states(number: string): Promise<string[]> { return this.#look(async (store) => (await recordsByNumber(store, number)).map(({ state }) => state)); }

  /** Into the store of the running Node-RED: several processes may share it. */
  async #look<T>(into: (store: Store) => Promise<T>): Promise<T> {
    const store = await openLmdbStore(join(this.#red.userDir, 'b2b/store'));
    try {
      return await into(store);
    } finally {
      await store.close();
    }
  }

  /** A system has been asked for changes of two kinds of records three more times. */
  async polled(system: SandboxProcess): Promise<void> {
    const requests = async (): Promise<number> => (await system.get<{ requests: number }>('counters')).requests;
    const before = await requests();
    await this.until(async () => await requests() >= before + 6);
  }

  async until(check: () => Promise<boolean>, everyMs = 100): Promise<void> {
    await until(check, 40_000, everyMs).catch(async (reason: unknown) => {
      const letters = (await this.deadLetters()).map(({ error }) => error.message);
      throw new Error(`${String(reason)}\n${letters.join('\n')}\n${this.#red.log().slice(-2000)}`);
    });
  }
}

/** The invoices that stand on an order. */
export function invoicesOf({ metafields }: Shown): Entry[] { return JSON.parse(metafields.find(({ key }) => key === 'invoices')?.value ?? '[]') as Entry[]; }

/** What has been paid of an order, in cents, payment by payment. */
export function paidOf({ transactions }: Shown): number[] { return transactions.filter(({ kind, status }) => kind === 'sale' && status === 'success').map(({ amount }) => amount.presentment); }
