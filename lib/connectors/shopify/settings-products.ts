import type { SettingField } from '../contract';

/** Fields of products, by the names documents have for them, that a shop may keep for itself. */
export const shopFields = ['name', 'description', 'brand', 'productGroup', 'tags', 'media', 'translations'] as const;
export type ShopField = typeof shopFields[number];

/** How products are written. */
export const productSettings: SettingField[] = [
  {
    name: 'newProducts', type: 'select', required: true, default: 'draft', options: ['draft', 'active'],
    doc: 'What becomes of a product that the shop does not have yet: `draft`, until somebody has looked at it, its price and its pictures; `active`: it can be sold at once.',
  },
  {
    name: 'matchProductsBy', type: 'select', required: true, default: 'sku', options: ['sku', 'sku-gtin'],
    doc: 'How a product is found that is not linked yet: by SKU, or else by GTIN too. Several matches are refused.',
  },
  {
    name: 'shopFields', type: 'text', pattern: `^\\s*((${shopFields.join('|')})(\\s+|$))*$`,
    doc: 'Fields that the shop owns, with blanks between them: `name description brand productGroup tags media translations`. They are written when a product is made and left alone afterwards.',
  },
];
