/** When the catalogue was filled and its stock counted. */
export const filled = Date.UTC(2025, 0, 6, 8);

/** What every product of the world has at every site until somebody changes it. */
const initial = 500;

/** What there is of a product at a site; never changed in place. What is on hand is available or committed. */
export interface Level {
  /** Index of the product (1 …) and of the site (0 …). */
  product: number; site: number;
  /** Does the site keep the product at all? */
  stocked: boolean;
  available: number;
  /** Sold and not sent yet. */
  committed: number;
  /** When they last changed, ms since 1970; null before the first order. */
  availableAt: number; committedAt: number | null;
}

/** What lies at the site, sold or not. */
export function onHand({ available, committed }: Pick<Level, 'available' | 'committed'>): number { return available + committed; }

/** When a level last changed. */
export function changedAt({ availableAt, committedAt }: Level): number { return Math.max(availableAt, committedAt ?? 0); }

/** The levels of all products; only what has changed takes memory. */
export class Stock {
  readonly #sites: number;
  readonly #counted: number;
  readonly #changed = new Map<number, Level>();
  readonly #untracked = new Set<number>();

  /** `sites`: how many there are; `counted`: how many products are there from the start. What comes later is kept at the first site, none of it. */
  constructor(sites: number, counted: number) { this.#sites = sites; this.#counted = counted; }

  level(product: number, site: number): Level {
    const counted = product <= this.#counted;
    return this.#changed.get(this.#key(product, site)) ?? {
      product, site, stocked: counted || site === 0, available: counted ? initial : 0, committed: 0, availableAt: filled, committedAt: null,
    };
  }

  /** At the sites that keep the product. */
  levels(product: number): Level[] {
    return Array.from({ length: this.#sites }, (_, site) => this.level(product, site)).filter(({ stocked }) => stocked);
  }

  /** At all sites together. */
  available(product: number): number { return this.levels(product).reduce((sum, { available }) => sum + available, 0); }

  put(level: Level): void { this.#changed.set(this.#key(level.product, level.site), level); }

  tracked(product: number): boolean { return !this.#untracked.has(product); }

  track(product: number, tracked: boolean): void {
    if (tracked) this.#untracked.delete(product);
    else this.#untracked.add(product);
  }

  #key(product: number, site: number): number { return product * this.#sites + site; }
}
