import type { World } from '../world';
import type { Catalogue } from './catalogue';
import { convert, minorOf, mulDiv, places, type Currency } from './money';
import { makePriceLists, type PriceList } from './price-lists';

/** Minor units of the list's currency. */
export interface FixedPrice { price: number; compareAt: number | null }
export interface QuantityBreak { minimum: number; price: number }
export interface QuantityRule { minimum: number; maximum: number | null; increment: number }

/** What a price list says of a variant itself; never changed in place. */
export interface PriceEntry {
  /** Index of the list and of the variant (1 …). */
  list: number; variant: number;
  /** Null where the price follows from the shop's. */
  fixed: FixedPrice | null;
  /** By ascending minimum. */
  breaks: readonly QuantityBreak[];
  rule: QuantityRule | null;
}

/** The prices of all variants in the shop's price lists; only what has changed takes memory. */
export class PriceBook {
  #lists: readonly PriceList[];
  readonly #world: World;
  readonly #catalogue: Catalogue;
  readonly #currency: Currency;
  readonly #changed = new Map<string, PriceEntry>();
  /** Variants with a fixed price by list, until the catalogue or one of these prices changes. */
  readonly #fixed = new Map<number, { revision: number; variants: readonly number[] }>();

  /** `currency`: the shop's. */
  constructor(world: World, catalogue: Catalogue, currency: Currency) {
    this.#world = world;
    this.#catalogue = catalogue;
    this.#currency = currency;
    this.#lists = makePriceLists(world);
  }

  get lists(): readonly PriceList[] { return this.#lists; }

  list(index: number): PriceList | undefined { return this.#lists.find((list) => list.index === index); }

  removeList(index: number): void { this.#lists = this.#lists.filter((list) => list.index !== index); }

  entry(list: number, variant: number): PriceEntry { return this.#changed.get(keyOf(list, variant)) ?? this.#initial(list, variant); }

  /** What a buyer pays for one by this list: its fixed price, or the shop's less the list's percentage. */
  price({ index, currency, percent }: PriceList, variant: number): FixedPrice {
    const { fixed } = this.entry(index, variant);
    if (fixed) return fixed;
    const own = Math.round(Number(this.#catalogue.variant(variant)?.price ?? 0) * 10 ** places(this.#currency));
    return { price: mulDiv(convert(own, this.#currency, currency), 100 - percent, 100), compareAt: null };
  }

  /** Variants with a fixed price in a list, ascending. */
  fixedIn(list: number): readonly number[] {
    const { revision } = this.#catalogue;
    let kept = this.#fixed.get(list);
    if (kept?.revision !== revision) {
      kept = { revision, variants: this.#catalogue.variants().flatMap(({ index }) => this.entry(list, index).fixed ? [index] : []) };
      this.#fixed.set(list, kept);
    }
    return kept.variants;
  }

  put(entry: PriceEntry): void {
    const { list, variant, fixed } = entry;
    if ((this.entry(list, variant).fixed === null) !== (fixed === null)) this.#fixed.delete(list);
    this.#changed.set(keyOf(list, variant), entry);
  }

  /** Every tenth of the world's products has a fixed price in a list; for companies every twentieth one is cheaper by the dozen. */
  #initial(list: number, variant: number): PriceEntry {
    const entry = { list, variant, fixed: null, breaks: [], rule: null };
    const product = this.#world.products[variant - 1];
    const of = this.list(list);
    if (!of || !product || (variant + list) % 10 !== 0) return entry;
    const full = convert(minorOf(product.price, 'EUR'), 'EUR', of.currency);
    const share = (percent: number): number => mulDiv(full, percent, 100);
    const dozen = of.audience.kind === 'companies' && (variant + list) % 20 === 0;
    return {
      ...entry, fixed: { price: share(90), compareAt: variant % 3 === 0 ? full : null },
      breaks: dozen ? [{ minimum: 12, price: share(88) }, { minimum: 120, price: share(80) }] : [],
    };
  }
}

function keyOf(list: number, variant: number): string { return `${String(list)} ${String(variant)}`; }
