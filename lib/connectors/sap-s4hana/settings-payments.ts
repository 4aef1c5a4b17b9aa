import type { SettingField } from '../contract';

/** How invoices are told, and what becomes of payments. */
export const paymentSettings: SettingField[] = [
  {
    name: 'invoicePayments', section: 'payments', type: 'select', required: true, default: 'read', options: ['read', 'ignore'],
    doc: '`read`: what is open of an invoice is read with it (API_GLACCOUNTLINEITEM); `ignore`: invoices say nothing of payments.',
  },
  {
    name: 'invoiceUrl', type: 'text', pattern: '^\\s*(https?://[^\\s{}]+(\\{number\\}[^\\s{}]*)?)?\\s*$',
    doc: 'Where customers find an invoice, e.g. `https://portal.example.com/invoices/{number}.pdf`. Empty: invoices carry no link.',
  },
  {
    name: 'paymentTypes', type: 'text', required: true, default: 'DZ', pattern: '^\\s*\\w{1,2}( +\\w{1,2})*\\s*$',
    doc: 'Types of the journal entries that are payments of customers, with blanks between them.',
  },
  {
    name: 'paymentTextId', type: 'text', required: true, default: 'TX03', pattern: '^\\s*\\w{1,4}\\s*$',
    doc: 'Text id of the header text of an order that takes the payments the shop reports.',
  },
  {
    name: 'releaseOnPayment', type: 'select', required: true, default: 'no', options: ['no', 'yes'],
    doc: '`yes`: an order to be paid in advance is created with a delivery block, which the payment of the whole amount removes; `no`: payments block nothing.',
  },
  {
    name: 'deliveryBlock', type: 'text', required: true, default: '01', pattern: '^\\s*\\w{1,2}\\s*$', when: { releaseOnPayment: ['yes'] },
    doc: 'Reason of that delivery block.',
  },
];
