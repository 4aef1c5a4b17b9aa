import type { ShopState } from './state';
import { onHand, type Level } from './stock';
import { shifted } from './stock-moves';

/** What the shop has of a SKU. */
export interface StockView { available: number; committed: number; onHand: number }

/** What somebody counts of a SKU at a location: the first, unless named. */
export interface StockCount { sku: string; available: number; location?: string }

/** What staff does with stock in the shop's admin. All throw RangeError for a SKU or a location that does not exist. */
export class Stockroom {
  readonly #state: ShopState;
  readonly #put: (levels: Level[]) => void;
  readonly #now: () => number;

  constructor(state: ShopState, put: (levels: Level[]) => void, now: () => number) {
    this.#state = state;
    this.#put = put;
    this.#now = now;
  }

  /** At all locations together, or at one. */
  view(sku: string, location?: string): StockView {
    const levels = this.#state.stock.levels(this.#product(sku));
    const site = location === undefined ? undefined : this.site(location);
    const view = { available: 0, committed: 0 };
    for (const level of levels) {
      if (site !== undefined && level.site !== site) continue;
      view.available += level.available;
      view.committed += level.committed;
    }
    return { ...view, onHand: onHand(view) };
  }

  /** The product is kept there from now on. */
  count({ sku, available, location }: StockCount): void {
    const level = this.#level(sku, location);
    if (level.stocked && level.available === available) return;
    this.#put([{ ...shifted(level, { available: available - level.available }, this.#now()), stocked: true }]);
  }

  /** As if the product had never been kept there. The vendor tells of it under a topic that the sandbox does not have. */
  unstock(sku: string, location: string): void {
    const level = this.#level(sku, location);
    if (level.committed !== 0) throw new RangeError(`Orders need ${String(level.committed)} of ${sku} at ${location}`);
    this.#state.putLevels([{ ...shifted(level, { available: -level.available }, this.#now()), stocked: false }]);
  }

  track(sku: string, tracked: boolean): void { this.#state.trackStock(this.#product(sku), tracked); }

  #level(sku: string, location?: string): Level {
    return this.#state.stock.level(this.#product(sku), location === undefined ? 0 : this.site(location));
  }

  #product(sku: string): number { return this.#state.catalogue.bySku(sku).index; }

  /** Index of the location of this name (0 …). */
  site(name: string): number {
    const site = this.#state.trade.world.sites.findIndex((one) => one.name === name);
    if (site < 0) throw new RangeError(`The sandbox has no location ${name}`);
    return site;
  }
}
