import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import Big from 'big.js';
import { sapS4hana } from '../../lib/connectors/sap-s4hana';
import { minorUnits } from '../../lib/documents/codes';
import type { PriceList } from '../../lib/documents/types';
import { DeadLetters, type DeadLetter } from '../../lib/delivery/dead-letters';
import { openLmdbStore } from '../../lib/store/lmdb';
import type { Sandbox } from '../../sandbox/contract';
import type { PriceChange, PricePlace } from '../../sandbox/sap-s4hana';
import type { PriceView } from '../../sandbox/shopify/price-desk';
import { listPrices, makeWorld } from '../../sandbox/world';
import { example } from './examples';
import { startNodeRed, type NodeRed } from './node-red';
import { SandboxProcess, sandboxEnv, until } from './sandboxes';

const { products, priceLists } = makeWorld();
const names = new Map(priceLists.map(({ code, name }) => [code, name]));
const quick = { 'b2b-erp-changes': { poll: 0.02 }, 'b2b-retry': { base: 0.2, cap: 1 } };

/** What SAP says of a SKU in a list: the price of one, and its breaks. */
interface ErpPrice { sku: string; price: string; breaks: PriceView['breaks'] }

/** An example that brings prices to the shop in a real Node-RED, with both simulators in processes of their own. */
export class PriceFlow {
  red!: NodeRed;
  private constructor(private readonly name: string, readonly shop: SandboxProcess, readonly erp: SandboxProcess) {}

  /** Starts the simulators, with arguments of their own; Node-RED comes with `start`. */
  static async open(name: string, args: { shop?: string[]; erp?: string[] } = {}): Promise<PriceFlow> {
    return new PriceFlow(name, ...await Promise.all([SandboxProcess.start('shopify', ...args.shop ?? []), SandboxProcess.start('sap-s4hana', ...args.erp ?? [])]));
  }

  /** `changes` go over the properties of single nodes. */
  async start(changes: Record<string, Record<string, unknown>> = {}): Promise<void> {
    this.red = await startNodeRed({ flows: example(this.name, quick).map((node) => ({ ...node, ...changes[node.id] })), env: sandboxEnv(this.shop, this.erp) });
  }

  /** Ends Node-RED at once, and starts it again where it was after something has happened. */
  async killed(meanwhile: () => Promise<void> = () => Promise.resolve()): Promise<void> {
    const { userDir, url } = this.red;
    await this.red.kill();
    await meanwhile();
    this.red = await startNodeRed({ userDir, port: Number(new URL(url).port), env: sandboxEnv(this.shop, this.erp) });
  }

  async stop(): Promise<void> {
    await this.red.stop();
    await rm(this.red.userDir, { recursive: true, force: true });
    await Promise.all([this.shop.stop(), this.erp.stop()]);
  }

  /** Somebody changes prices in SAP, all at once; one without `price` ends. */
  change(...changes: (PriceChange | PricePlace)[]): Promise<void> { return this.erp.post('prices', changes); }

  /** In a list of the shop, by its name, or the shop's own price. */
  inShop(sku: string, list?: string): Promise<PriceView> { return this.shop.get(`price?sku=${sku}${list === undefined ? '' : `&list=${encodeURIComponent(list)}`}`); }

  /** What some lists of the shop say of all products themselves: where a price is not fixed it follows from the shop's own. */
  async views(...lists: (string | undefined)[]): Promise<Partial<PriceView>[]> {
    const views = await Promise.all(lists.flatMap((list) => products.map(({ sku }) => this.inShop(sku, list))));
    return views.map((view) => view.fixed ? view : { breaks: view.breaks, rule: view.rule });
  }

  /** Prices that were written to the shop, and mutations that did it. */
  async counts(): Promise<{ written: number; calls: number }> {
    const { pricesWritten, mutations } = await this.shop.get<{ pricesWritten: number; mutations: Record<string, number> }>('shop');
    return { written: pricesWritten, calls: Object.values(mutations).reduce((sum, count) => sum + count, 0) };
  }

  /** Some more polls have been made. */
  async polled(): Promise<void> {
    const requests = async (): Promise<number> => (await this.erp.get<{ requests: number }>('counters')).requests;
    const before = await requests();
    await until(async () => await requests() > before + 4, 30_000, 100);
  }

  /** Prices that SAP has, by the code of their list. */
  async inErp(): Promise<Map<string, ErpPrice[]>> {
    const { url, settings, secrets } = JSON.parse(this.erp.line) as Sandbox;
    const connection = sapS4hana.connect({ settings, secrets, baseUrl: url });
    const found = new Map<string, ErpPrice[]>();
    for await (const { records } of connection.list('price')) {
      for (const record of records) {
        const { name, priceCurrency, entries: [entry] } = connection.toCanonical('price', record) as unknown as PriceList;
        if (!entry?.price) throw new Error(`${name}: no price`);
        const one = (value = ''): string => new Big(value).div(entry.baseQuantity?.value ?? 1).toFixed(minorUnits(priceCurrency));
        const breaks = (entry.tiers ?? []).map(({ minQuantity, price }) => ({ minimum: Number(minQuantity), price: one(price?.value) }));
        found.set(name, [...found.get(name) ?? [], { sku: entry.sku, price: one(entry.price.value), breaks }]);
      }
    }
    await connection.close();
    return found;
  }

  /** Prices of some lists of SAP, all of them unless told otherwise, that the shop does not have so. */
  async different(codes = [listPrices, ...names.keys()]): Promise<string[]> {
    const inErp = await this.inErp();
    const found = await Promise.all(codes.flatMap((code) => (inErp.get(code) ?? []).map(async ({ sku, price, breaks }) => {
      const view = await this.inShop(sku, names.get(code));
      const same = view.fixed && view.price === price && JSON.stringify(view.breaks) === JSON.stringify(breaks);
      return same ? [] : [`${code} ${sku}: ${price} in SAP, ${view.price} in the shop`];
    })));
    return found.flat();
  }

  /** Resolves once the shop has what SAP has. */
  async same(codes?: string[]): Promise<void> {
    let last: string[] = [];
    await until(async () => (last = await this.different(codes)).length === 0, 60_000)
      .catch(() => { throw new Error(`${last.slice(0, 5).join('\n')}\n${this.red.log().slice(-2000)}`); });
  }

  /** Those of the running Node-RED: several processes may share its store. */
  async deadLetters(): Promise<DeadLetter[]> {
    const store = await openLmdbStore(join(this.red.userDir, 'b2b', 'store'));
    try {
      return (await new DeadLetters(store).list()).entries;
    } finally {
      await store.close();
    }
  }
}
