import type { SettingField } from '../contract';
import { paymentTerms } from './settings-customers';
import { eventSettings } from './settings-events';
import { paymentSettings } from './settings-payments';
import { priceLists } from './settings-prices';
import { productSettings } from './settings-products';
import { stockLocations } from './settings-stock';

/** What an SAP S/4HANA system is set up with. Secrets are `password` (basic), `clientSecret` (OAuth) and, for events, `webhookSecret` and `previousWebhookSecret`. */
export const settings: SettingField[] = [
  { name: 'baseUrl', type: 'text', required: true, pattern: '^\\s*https?://[^\\s/?#@]+(/[^\\s?#]*)?\\s*$', doc: 'Address of the system up to the port, e.g. `https://my300123-api.s4hana.cloud.sap`.' },
  { name: 'client', type: 'text', pattern: '^\\s*(\\d{3})?\\s*$', doc: 'Client, e.g. `100`. Empty in the cloud: the address names it.' },
  {
    name: 'auth', type: 'select', required: true, default: 'basic', options: ['basic', 'oauth', 'certificate'],
    doc: '`basic`: communication user and password; `oauth`: client credentials; `certificate`: the client certificate of the TLS settings.',
  },
  { name: 'user', type: 'text', required: true, when: { auth: ['basic'] }, doc: 'Communication user.' },
  { name: 'password', type: 'secret', required: true, when: { auth: ['basic'] }, doc: 'Password of the communication user.' },
  { name: 'tokenUrl', type: 'text', required: true, when: { auth: ['oauth'] }, pattern: '^\\s*https?://\\S+\\s*$', doc: 'Address of the token endpoint.' },
  { name: 'clientId', type: 'text', required: true, when: { auth: ['oauth'] }, doc: 'OAuth client id.' },
  { name: 'clientSecret', type: 'secret', required: true, when: { auth: ['oauth'] }, doc: 'OAuth client secret.' },
  { name: 'salesOrganization', section: 'orders', type: 'text', required: true, pattern: '^\\s*\\w{1,4}\\s*$', doc: 'Sales organisation of new orders, e.g. `1010`.' },
  { name: 'distributionChannel', type: 'text', required: true, pattern: '^\\s*\\w{1,2}\\s*$', doc: 'Distribution channel of new orders, e.g. `10`.' },
  { name: 'division', type: 'text', required: true, pattern: '^\\s*\\w{1,2}\\s*$', doc: 'Division of new orders, e.g. `00`.' },
  { name: 'orderType', type: 'text', required: true, default: 'OR', pattern: '^\\s*\\w{1,4}\\s*$', doc: 'Order type of new orders: `OR` (standard order; `TA` in German systems) or one of your own.' },
  { name: 'language', type: 'text', required: true, default: 'EN', pattern: '^\\s*[A-Za-z]{2}\\s*$', doc: 'Language of texts and messages, e.g. `EN` or `DE`.' },
  { name: 'timeZone', type: 'text', required: true, default: 'UTC', pattern: '^\\s*(UTC|[A-Za-z_]+(/[A-Za-z0-9_+-]+)+)\\s*$', doc: 'Time zone of the system, which its dates and times of day are of: UTC in the cloud, elsewhere e.g. `Europe/Berlin`. Also the business time zone of what is read from it.' },
  {
    name: 'taxes', type: 'select', required: true, default: 'shop', options: ['shop', 'sap'],
    doc: '`shop`: the tax amounts of the shop are sent, so the totals agree to the cent (the tax condition type must allow manual entry); `sap`: SAP works out the tax, and a difference becomes a warning.',
  },
  {
    name: 'conditionTypes', section: 'codes', type: 'text', required: true, default: 'price=PMP0 discount=DRV1 freight=HD00 surcharge=HM00 tax=MWST rounding=ZRND',
    pattern: '^\\s*((price|discount|freight|surcharge|tax|rounding)=\\w{1,4}\\s*)*$',
    doc: 'Condition types of your pricing procedure for a manual price, an absolute discount (item and header), freight, other charges, tax amounts and the rounding difference.',
  },
  { name: 'rejectionReason', type: 'text', required: true, default: '00', pattern: '^\\s*\\w{2}\\s*$', doc: 'Reason for rejection that a cancelled order\'s items get.' },
  { name: 'noteTextId', type: 'text', required: true, default: 'TX01', pattern: '^\\s*\\w{1,4}\\s*$', doc: 'Text id of the header text that takes the customer\'s note.' },
  { name: 'deliveryTextId', type: 'text', required: true, default: 'TX02', pattern: '^\\s*\\w{1,4}\\s*$', doc: 'Text id of the header text that takes a delivery address without a customer number.' },
  {
    name: 'lineIdField', type: 'text', required: true, default: 'PurchaseOrderByShipToParty', pattern: '^\\s*\\w{1,40}\\s*$',
    doc: 'Field of an order\'s items that keeps the shop\'s line id, by which edits find their item: 35 characters at least, e.g. an extension field `YY1_…`.',
  },
  { name: 'partnerGrouping', type: 'text', required: true, default: 'BP02', pattern: '^\\s*\\w{1,4}\\s*$', doc: 'Grouping (number range) of business partners created for new customers.' },
  { name: 'customerCurrency', type: 'text', required: true, default: 'EUR', pattern: '^\\s*[A-Z]{3}\\s*$', doc: 'Currency of the sales area of new customers.' },
  paymentTerms,
  ...productSettings,
  stockLocations,
  priceLists,
  ...paymentSettings,
  ...eventSettings,
  { name: 'serviceVersion', section: 'connection', type: 'text', pattern: '^\\s*(\\d{4})?\\s*$', doc: 'Version of the sales order service, e.g. `0002`. Empty: the system\'s default.' },
  {
    name: 'batchSize', type: 'text', required: true, default: '20', pattern: '^\\s*([1-9]\\d?|100)\\s*$',
    doc: 'Requests of one service that are sent together as one `$batch` at most, 1 to 100, when many come at the same time. Each still takes place or fails by itself. `1`: no `$batch`.',
  },
  {
    name: 'readBack', type: 'text', required: true, default: '20', pattern: '^\\s*\\d{1,4}\\s*$',
    doc: 'SAP answers changes without a body. One in so many is read back and counts as `confirmed`, the others as `assumed`; `1`: every change, `0`: none.',
  },
  { name: 'systemId', type: 'text', pattern: '^\\s*([a-z0-9][a-z0-9.-]{0,40})?\\s*$', doc: 'Short name of this system in documents, e.g. `prd-100`. Default: host name and client. Changing it later separates records from their links.' },
];
