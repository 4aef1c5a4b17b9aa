import { ConfigError } from '../../errors';
import type { SettingField, SettingValue } from '../contract';
import { tableRows } from '../setting-values';

/** What stands in place of a price list's name for the shop's own prices. */
export const ownPrices = 'variants';

/** Which price list of the documents is written where. */
export const priceLists: SettingField = {
  name: 'priceLists', section: 'prices', type: 'table',
  doc: 'Price lists that are written, and where to. Prices of a list without a row are refused; price lists of the shop without a row are never touched.',
  columns: [
    { name: 'list', type: 'text', required: true, pattern: '^.{1,255}$', doc: 'Code of the list in documents.' },
    { name: 'currency', type: 'text', pattern: '^[A-Z]{3}$', doc: 'ISO 4217 code of the currency, e.g. `EUR`. Empty: the one that the target has.' },
    { name: 'target', type: 'text', required: true, pattern: '^.{1,255}$', doc: 'Name or number of the price list in the shop, or `variants` for the shop\'s own prices. Those cannot end: one that does is refused (`DATA_PRICE_ENDED`), and says what the variant still costs.' },
  ],
};

/** A row of the settings: where the prices of a list go. */
export interface PriceListRow {
  /** Code in documents. */
  list: string;
  /** Undefined: the one the target has. */
  currency: string | undefined;
  /** Name, number or gid of the price list in the shop, or `variants`. */
  target: string;
}

/** The rows of the settings. Throws ConfigError for a list that goes two ways, and for a target that two lists would overwrite in turn. */
export function priceListRows(given: SettingValue | undefined): PriceListRow[] {
  const rows = tableRows<'list' | 'currency' | 'target'>(priceLists, given)
    .map(({ list, currency, target }) => ({ list, currency: currency || undefined, target }));
  rows.forEach((row, index) => {
    const before = rows.slice(0, index);
    const refuse = (what: string): ConfigError => new ConfigError('CONFIG_PRICE_LISTS', `The setting priceLists, row ${String(index + 1)}: ${what}`);
    if (before.some(({ list, currency }) => list === row.list && currency === row.currency)) {
      throw refuse(`${row.list}${row.currency ? ` in ${row.currency}` : ''} has a row already.`);
    }
    if (before.some(({ target }) => target.toLowerCase() === row.target.toLowerCase())) {
      throw refuse(`another list is written to ${row.target} already.`);
    }
  });
  return rows;
}
