import { minorOf, restAmount, type Currency } from './money';
import type { PriceEntry } from './price-book';
import type { PriceList } from './price-lists';
import type { Shop } from './shop';
import type { ShopState } from './state';

/** What a list has a SKU for; amounts as decimal strings with the places of the list's currency. */
export interface PriceView {
  price: string; compareAtPrice: string | null; currency: string;
  /** Does the list have a price of its own for it? */
  fixed: boolean;
  breaks: { minimum: number; price: string }[];
  rule: PriceEntry['rule'];
}

/** What somebody sets for a SKU. */
export interface PriceChange {
  /** Name of the price list; default: the shop's own price. */
  list?: string;
  sku: string;
  /** Decimal string; null takes a list's fixed price away. */
  price: string | null;
  compareAtPrice?: string | null;
  breaks?: { minimum: number; price: string }[];
  rule?: PriceEntry['rule'];
}

/** What staff does with prices in the shop's admin. All throw RangeError for a SKU or a list that does not exist. */
export class PriceDesk {
  /** `currency`: the shop's. */
  constructor(private readonly state: ShopState, private readonly currency: Currency, private readonly shop: Shop, private readonly now: () => number) {}

  view(name: string | undefined, sku: string): PriceView {
    const { index, price: own, compareAtPrice } = this.state.catalogue.bySku(sku);
    if (name === undefined) {
      const amount = (value: string): string => restAmount(minorOf(value, this.currency), this.currency);
      return { price: amount(own), compareAtPrice: compareAtPrice && amount(compareAtPrice), currency: this.currency, fixed: true, breaks: [], rule: null };
    }
    const list = this.#list(name);
    const amount = (minor: number): string => restAmount(minor, list.currency);
    const { price, compareAt } = this.state.prices.price(list, index);
    const { fixed, breaks, rule } = this.state.prices.entry(list.index, index);
    return {
      price: amount(price), compareAtPrice: compareAt === null ? null : amount(compareAt), currency: list.currency, fixed: fixed !== null,
      breaks: breaks.map((one) => ({ minimum: one.minimum, price: amount(one.price) })), rule,
    };
  }

  set({ list: name, sku, price, compareAtPrice = null, breaks = [], rule = null }: PriceChange): void {
    const { catalogue } = this.state;
    const variant = catalogue.bySku(sku);
    if (name === undefined) {
      const product = catalogue.product(variant.product);
      const places = (value: string | null): string | null => value && Number(value).toFixed(2);
      const changed = { ...variant, price: places(price) ?? variant.price, compareAtPrice: places(compareAtPrice), updatedAt: this.now() };
      if (product) this.shop.putProduct(product, [changed]);
      return;
    }
    const list = this.#list(name);
    const minor = (amount: string): number => minorOf(amount, list.currency);
    this.state.putPrices([{
      list: list.index, variant: variant.index, rule, breaks: breaks.map((one) => ({ minimum: one.minimum, price: minor(one.price) })),
      fixed: price === null ? null : { price: minor(price), compareAt: compareAtPrice === null ? null : minor(compareAtPrice) },
    }]);
  }

  removeList(name: string): void { this.state.removePriceList(this.#list(name).index); }

  #list(name: string): PriceList {
    const list = this.state.prices.lists.find((one) => one.name === name);
    if (!list) throw new RangeError(`The sandbox has no price list ${name}`);
    return list;
  }
}
