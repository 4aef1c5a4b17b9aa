import type { SettingField } from '../contract';

/** Which conditions are price lists. */
export const priceLists: SettingField = {
  name: 'priceLists', section: 'prices', type: 'table',
  doc: 'Price lists made of price conditions of the sales organisation and distribution channel. Without any, `list` holds the prices `PPR0` of everybody, in each currency.',
  columns: [
    { name: 'list', type: 'text', required: true, pattern: '^[^/\\s]([^/]{0,58}[^/\\s])?$', doc: 'Code of the list in documents, without slashes; the shop maps it to its own.' },
    { name: 'conditionType', type: 'text', default: 'PPR0', pattern: '^\\w{1,4}$', doc: 'Condition type of the prices: `PPR0` (`PR00` in older systems) or one of your own.' },
    {
      name: 'appliesTo', type: 'select', default: 'everybody', options: ['everybody', 'customerPriceGroup', 'customer', 'priceListType'],
      doc: 'Whose prices: those of `everybody`, or of one customer price group, customer or price list type.',
    },
    { name: 'value', type: 'text', pattern: '^\\w{1,10}$', doc: 'The customer price group, customer number or price list type; empty for everybody.' },
    { name: 'currency', type: 'text', pattern: '^([A-Z]{3})?$', doc: 'Currency of the list, e.g. `EUR`. Empty: the prices of each currency are a list of their own.' },
    { name: 'compareAt', type: 'text', pattern: '^(\\w{1,4})?$', doc: 'Condition type of the compare-at price, which is everybody\'s in the same currency. Empty: compare-at prices are left as they are.' },
  ],
};
