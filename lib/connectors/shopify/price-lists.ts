import { ConfigError, DataError } from '../../errors';
import { Recent } from '../recent';
import { gidParts } from './gid';
import type { Graphql } from './graphql';
import { priceListsQuery } from './queries';
import type { NodePage } from './records';
import { ownPrices, type PriceListRow } from './settings-prices';

interface ShopList { id: string; name: string; currency: string }
interface Answer { shop: { currencyCode: string; taxesIncluded: boolean }; priceLists: NodePage }
interface ShopPrices { currency: string; taxesIncluded: boolean; lists: ShopList[] }

/** Where the prices of a list go. */
export interface PriceTarget {
  /** Code of the list in documents. */
  list: string;
  currency: string;
  /** Gid of the price list in the shop; undefined: the shop's own prices. */
  id: string | undefined;
  /** Do the shop's prices hold their tax? */
  taxesIncluded: boolean;
}

/** For so long price lists and settings of the shop are taken as they were, ms. */
const keptMs = 300_000;

/** The price lists that the settings name, as the shop has them. */
export class PriceLists {
  readonly #kept = new Recent<ShopPrices>(1, keptMs);

  constructor(private readonly graphql: Graphql, private readonly system: string, private readonly rows: readonly PriceListRow[]) {}

  /** Where prices of a list in a currency go. Throws DataError for those the settings or the shop have no place for. */
  async target(list: string, currency: string): Promise<PriceTarget> {
    const rows = this.rows.filter((row) => row.list === list);
    const row = rows.find((one) => one.currency === currency) ?? rows.find((one) => one.currency === undefined);
    if (!row) {
      throw this.#refusal('DATA_PRICE_LIST_NOT_CONFIGURED', list, currency,
        `The price list ${list} in ${currency} is not written to ${this.system}. If it is to be, add a row to the price lists in the system's settings: `
        + `list ${list}, currency ${currency}, and the name of the shop's price list.`);
    }
    const target = this.#targetOf(row, await this.#shop());
    if (target.currency === currency) return target;
    throw this.#refusal('DATA_PRICE_CURRENCY', list, currency, `The price list ${list} in ${currency} cannot be written: ${row.target} of ${this.system} is in ${target.currency}.`);
  }

  /** Those of all rows, in their order. Throws DataError for one that the shop does not have, and for one in another currency than its row says. */
  async targets(): Promise<PriceTarget[]> {
    const shop = await this.#shop();
    if (this.rows.length === 0) {
      throw new ConfigError('CONFIG_PRICE_LISTS',
        `The settings of ${this.system} name no price lists: add a row for each list whose prices are to be read or written.`, { system: this.system });
    }
    return this.rows.map((row) => {
      const target = this.#targetOf(row, shop);
      if (row.currency === undefined || row.currency === target.currency) return target;
      throw this.#refusal('DATA_PRICE_CURRENCY', row.list, row.currency,
        `${row.target} of ${this.system} is in ${target.currency}, but its row among the price lists of the settings says ${row.currency}.`);
    });
  }

  /** Looks again next time: something was not as it had been. */
  forget(): void { this.#kept.delete(''); }

  #targetOf({ list, target: wanted }: PriceListRow, { currency, taxesIncluded, lists }: ShopPrices): PriceTarget {
    if (wanted.toLowerCase() === ownPrices) return { list, currency, taxesIncluded, id: undefined };
    const found = lists.find(({ id, name }) => id === wanted || gidParts(id)?.tail === wanted || name.toLowerCase() === wanted.toLowerCase());
    if (found) return { list, currency: found.currency, taxesIncluded, id: found.id };
    this.forget();
    throw new DataError('DATA_UNKNOWN_PRICE_LIST',
      `${this.system} has no price list "${wanted}" (for ${list}); it has ${lists.map(({ name }) => name).join(', ') || 'none'}. `
      + `Correct the row of ${list} in the system's settings.`, { system: this.system, record: `price list ${list}` });
  }

  async #shop(): Promise<ShopPrices> {
    const kept = this.#kept.get('');
    if (kept) return kept;
    const lists: ShopList[] = [];
    let after: string | null = null;
    for (;;) {
      const answer: Answer = await this.graphql.run(priceListsQuery, { first: 250, after });
      lists.push(...answer.priceLists.nodes as unknown as ShopList[]);
      after = answer.priceLists.pageInfo.hasNextPage ? answer.priceLists.pageInfo.endCursor : null;
      if (after !== null) continue;
      const found = { currency: answer.shop.currencyCode, taxesIncluded: answer.shop.taxesIncluded, lists };
      this.#kept.set('', found);
      return found;
    }
  }

  #refusal(code: `DATA_${string}`, list: string, currency: string, message: string): DataError {
    const record = `price list ${list}/${currency}`;
    return new DataError(code, message, { system: this.system, record, issues: [{ path: 'priceCurrency', rule: 'price-list', message }] });
  }
}
