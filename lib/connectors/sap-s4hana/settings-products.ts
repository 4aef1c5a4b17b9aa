import type { SettingField } from '../contract';

/** Which materials are products, and what their status says. */
export const productSettings: SettingField[] = [
  {
    name: 'productScope', section: 'products', type: 'select', required: true, default: 'salesArea', options: ['salesArea', 'all'],
    doc: 'Which materials are told of: `salesArea`: those with sales data for the sales organisation and distribution channel; `all`: raw materials and the like too, which cannot be sold.',
  },
  {
    name: 'sellableStatuses', type: 'text', pattern: '^\\s*(\\w{2}(\\s+|$))*$',
    doc: 'Codes of a material\'s cross-plant or sales status that do not keep it from being sold, with blanks between them, e.g. `A1 Z2`. Any other blocks it.',
  },
];
