import type { SettingField } from '../contract';

/** How products are written. */
export const productSettings: SettingField[] = [
  {
    name: 'newProducts', section: 'products', type: 'select', required: true, default: 'draft', options: ['draft', 'active'],
    doc: 'What becomes of a product that the shop does not have yet: `draft`, until somebody has looked at it, its price and its pictures; `active`: it can be sold at once.',
  },
  {
    name: 'matchProductsBy', type: 'select', required: true, default: 'sku', options: ['sku', 'sku-gtin'],
    doc: 'How a product is found that is not linked yet: by SKU, or else by GTIN too. Several matches are refused.',
  },
];
