import type { SettingField } from '../contract';
import { priceLists } from './settings-prices';
import { productSettings } from './settings-products';

/** What a Shopify system is set up with. Secrets are `accessToken`, `clientSecret`, `webhookSecret`, `previousWebhookSecret`. */
export const settings: SettingField[] = [
  {
    name: 'shop', type: 'text', required: true, pattern: '^\\s*(https?://)?[A-Za-z0-9][A-Za-z0-9-]*(\\.myshopify\\.com)?/?\\s*$',
    doc: 'The shop: `acme` or `acme.myshopify.com`. Not the domain customers see.',
  },
  {
    name: 'apiVersion', type: 'select', required: true, default: '2026-10', options: ['2026-04', '2026-07', '2026-10'],
    doc: 'Version of the Admin GraphQL API. Each is supported for a year; the check warns 90, 30 and 7 days before its end.',
  },
  {
    name: 'auth', type: 'select', required: true, default: 'client-credentials', options: ['client-credentials', 'token'],
    doc: '`client-credentials`: app of the Dev Dashboard, tokens are fetched and renewed; `token`: fixed token of an older custom app.',
  },
  { name: 'clientId', type: 'text', required: true, when: { auth: ['client-credentials'] }, doc: 'Client id of the app.' },
  { name: 'clientSecret', type: 'secret', required: true, when: { auth: ['client-credentials'] }, doc: 'Client secret of the app. Signs its webhooks, too.' },
  { name: 'accessToken', type: 'secret', required: true, when: { auth: ['token'] }, doc: 'Admin API access token, begins with `shpat_`.' },
  { name: 'webhookSecret', type: 'secret', doc: 'Secret that signs webhooks. Default: the client secret.' },
  { name: 'previousWebhookSecret', type: 'secret', doc: 'The secret before the last rotation: it may go on signing for an hour.' },
  {
    name: 'customItemSku', section: 'orders', type: 'text',
    doc: 'SKU given to custom items of an order that have none, e.g. `SERVICE`. Default: such an order is refused, naming the line.',
  },
  {
    name: 'timeZone', type: 'text', pattern: '^\\s*(UTC|[A-Za-z_]+(/[A-Za-z0-9_+-]+)+)?\\s*$',
    doc: 'Business time zone of order dates, e.g. `Europe/Berlin`. Default: the shop\'s own.',
  },
  {
    name: 'orderLocations', type: 'select', required: true, default: 'ignore', options: ['ignore', 'read'],
    doc: 'Which location is to send each line of an order. `ignore`: the ERP decides; `read`: the one the shop has assigned, several where it splits a line. That takes a call or two for each order.',
  },
  ...productSettings,
  {
    name: 'locations', section: 'stock', type: 'table',
    doc: 'Which location of the shop stands for which location of the documents. Without a row a location is found by its name.',
    columns: [
      { name: 'code', type: 'text', required: true, pattern: '^.{1,60}$', doc: 'Code in documents, e.g. the plant `1010`.' },
      { name: 'location', type: 'text', required: true, pattern: '^.{1,255}$', doc: 'Name or number of the location in the shop.' },
    ],
  },
  priceLists,
];
