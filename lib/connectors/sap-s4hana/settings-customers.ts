import type { SettingField } from '../contract';

/** What terms of payment mean: the API of business partners tells their code only. */
export const paymentTerms: SettingField = {
  name: 'paymentTerms', type: 'table',
  doc: 'Net days of your terms of payment. Terms without a row go to the shop without days, and days without a row do not come into SAP.',
  columns: [
    { name: 'code', type: 'text', required: true, pattern: '^\\w{1,4}$', doc: 'Terms of payment, e.g. `NT30`.' },
    { name: 'netDays', type: 'text', required: true, pattern: '^\\d{1,4}$', doc: 'Days until all is due; 0 is at once. Of several with the same days the first is written.' },
  ],
};
