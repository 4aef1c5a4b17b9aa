import { isCurrency, isTimeZone } from '../../documents/codes';
import { ConfigError } from '../../errors';
import type { Credentials } from '../../http/credential-check';
import type { ConnectOptions } from '../contract';
import { settingText, tableRows } from '../setting-values';
import { settings } from './settings';
import { paymentTerms } from './settings-customers';
import { priceLists } from './settings-prices';
import { stockLocations } from './settings-stock';

/** What stands for which part of the price in the pricing procedure. */
export type ConditionTypes = Record<'price' | 'discount' | 'freight' | 'surcharge' | 'tax' | 'rounding', string>;

/** A location that stock is told of. */
export interface StockLocation {
  code: string;
  plant: string;
  /** Empty: all of the plant. */
  storageLocations: string[];
  stockTypes: string[];
  /** Kept back: a quantity, or percent of what is there. */
  safety: { amount: string; percent: boolean };
  /** Is what open sales orders still need subtracted? */
  openOrders: boolean;
}

/** Conditions that are told as a price list. */
export interface PriceList {
  code: string;
  conditionType: string;
  appliesTo: 'everybody' | 'customerPriceGroup' | 'customer' | 'priceListType';
  /** A price group, a price list type, or a customer number without zeros in front; empty for everybody. */
  value: string;
  /** Empty: each currency is a list. */
  currency: string;
  /** Condition type; empty: without compare-at prices. */
  compareAt: string;
}

/** How events come in. */
export interface EventOptions {
  credentials: Credentials;
  /** The one of now, and the one before a change. */
  secrets: string[];
  /** Who may send, in small letters, as they name themselves; `*` for all that show the secret. */
  origins: string[];
  /** Where subscriptions are made, which only the sandbox names. */
  mesh?: { url: string; queue: string; tokenUrl: string; clientId: string; clientSecret: string };
}

/** An S/4HANA system's settings, checked. */
export interface SapOptions {
  /** `sap-s4:erp.acme.example-100`. */
  system: string;
  baseUrl: string;
  client: string;
  /** Two capital letters. */
  language: string;
  timeZone: string;
  credentials: { kind: 'basic'; user: string; password: string } | { kind: 'oauth'; tokenUrl: string; clientId: string; clientSecret: string } | { kind: 'certificate' };
  salesOrganization: string;
  distributionChannel: string;
  division: string;
  orderType: string;
  /** Whose tax is in the order: the shop's amounts, or SAP's own calculation. */
  taxes: 'shop' | 'sap';
  conditionTypes: ConditionTypes;
  rejectionReason: string;
  noteTextId: string;
  deliveryTextId: string;
  /** Field of an item that keeps the shop's line id. */
  lineIdField: string;
  partnerGrouping: string;
  customerCurrency: string;
  /** Net days of terms of payment by their code, in the order of the settings. */
  paymentTerms: ReadonlyMap<string, number>;
  serviceVersion: string;
  /** Requests in a `$batch` at most. */
  batchSize: number;
  /** One in so many writes without an answer of their own is read back; 0: none. */
  readBack: number;
  /** Are only materials with sales data for the sales area products? */
  onlySold: boolean;
  /** Status codes that do not keep a material from being sold. */
  sellableStatuses: string[];
  /** Empty: each plant is a location. */
  stockLocations: StockLocation[];
  /** Empty: the list prices of everybody. */
  priceLists: PriceList[];
  /** Is it read with an invoice what is open of it? */
  invoicePayments: 'read' | 'ignore';
  /** Address of an invoice with `{number}` for its number, or ''. */
  invoiceUrl: string;
  /** Types of journal entries that are payments of customers. */
  paymentTypes: string[];
  paymentTextId: string;
  /** The delivery block of orders that are to be paid in advance; undefined: none. */
  deliveryBlock: string | undefined;
  /** Undefined: the system sends no events. */
  events: EventOptions | undefined;
}

/** Checks settings and secrets. Throws ConfigError naming the field. */
export function readOptions({ settings: given, secrets, tls, baseUrl: sandbox }: ConnectOptions): SapOptions {
  const text = (name: string): string => {
    const { default: byDefault = '', required, options, pattern, doc = '' } = settings.find((one) => one.name === name) ?? {};
    const value = settingText(given[name]).trim() || String(byDefault);
    if (value === '' && required) throw wrong(name, `is missing. ${doc}`);
    const possible = value === '' || (options ? options.includes(value) : new RegExp(pattern ?? '').test(value));
    if (!possible) throw wrong(name, `is "${value}", which cannot be. ${doc}`);
    return value;
  };
  const secret = (name: 'password' | 'clientSecret' | 'webhookSecret'): string => {
    const value = secrets[name]?.trim();
    if (!value) throw wrong(name, 'is missing.');
    return value;
  };
  const credentials = (): SapOptions['credentials'] => {
    switch (text('auth')) {
      case 'oauth': return { kind: 'oauth', tokenUrl: text('tokenUrl'), clientId: text('clientId'), clientSecret: secret('clientSecret') };
      case 'certificate':
        if (!tls?.['cert'] && !tls?.['pfx']) throw wrong('auth', 'is "certificate", so the TLS settings must hold a client certificate and its key.');
        return { kind: 'certificate' };
      default: return { kind: 'basic', user: text('user'), password: secret('password') };
    }
  };
  const events = (): EventOptions | undefined => {
    const kind = text('eventAuth');
    if (kind === 'none') return undefined;
    const mesh = settingText(given['eventMesh']);
    return {
      credentials: kind === 'basic' ? { kind, user: text('eventUser') } : { kind: 'header', name: text('eventHeader') },
      secrets: [secret('webhookSecret'), secrets.previousWebhookSecret?.trim() ?? ''].filter((one) => one !== ''), origins: text('eventOrigins').toLowerCase().split(/[\s,]+/).filter(Boolean),
      ...(mesh && { mesh: { url: mesh, queue: settingText(given['eventQueue']), tokenUrl: text('tokenUrl'), clientId: text('clientId'), clientSecret: secret('clientSecret') } }),
    };
  };
  const baseUrl = sandbox ?? text('baseUrl').replace(/\/+$/, '');
  const client = text('client');
  const timeZone = text('timeZone');
  if (!isTimeZone(timeZone)) throw wrong('timeZone', `is "${timeZone}"; it must be an IANA name such as Europe/Berlin.`);
  return {
    system: `sap-s4:${text('systemId') || nameOf(baseUrl, client)}`, baseUrl, client, language: text('language').toUpperCase(), timeZone, credentials: credentials(),
    salesOrganization: text('salesOrganization'), distributionChannel: text('distributionChannel'), division: text('division'), orderType: text('orderType'),
    taxes: text('taxes') === 'sap' ? 'sap' : 'shop', conditionTypes: conditionTypesOf(text('conditionTypes')),
    rejectionReason: text('rejectionReason'), noteTextId: text('noteTextId'), deliveryTextId: text('deliveryTextId'), lineIdField: text('lineIdField'),
    partnerGrouping: text('partnerGrouping'), customerCurrency: text('customerCurrency'), serviceVersion: text('serviceVersion'), batchSize: Number(text('batchSize')), readBack: Number(text('readBack')),
    paymentTerms: new Map(tableRows<'code' | 'netDays'>(paymentTerms, given['paymentTerms']).map(({ code, netDays }) => [code, Number(netDays)])),
    onlySold: text('productScope') === 'salesArea', sellableStatuses: text('sellableStatuses').toUpperCase().split(/\s+/).filter(Boolean),
    stockLocations: locationsOf(given['stockLocations']), priceLists: priceListsOf(given['priceLists']),
    invoicePayments: text('invoicePayments') === 'ignore' ? 'ignore' : 'read', invoiceUrl: text('invoiceUrl'), paymentTypes: text('paymentTypes').split(/ +/),
    paymentTextId: text('paymentTextId'), deliveryBlock: text('releaseOnPayment') === 'yes' ? text('deliveryBlock') : undefined,
    events: events(),
  };
}

/** Two rows of one code are one location too many. Throws ConfigError. */
function locationsOf(given: ConnectOptions['settings'][string]): StockLocation[] {
  const rows = tableRows<'plant' | 'storageLocation' | 'location' | 'stockTypes' | 'safetyStock' | 'openOrders'>(stockLocations, given);
  const locations = rows.map((row): StockLocation => ({
    code: row.location || row.plant, plant: row.plant, storageLocations: row.storageLocation.split(' ').filter(Boolean), stockTypes: row.stockTypes.split(' ').filter(Boolean),
    safety: { amount: row.safetyStock.replace(/[ %]/g, ''), percent: row.safetyStock.includes('%') }, openOrders: row.openOrders === 'subtract',
  }));
  const twice = locations.find(({ code }, index) => locations.findIndex((other) => other.code === code) !== index);
  if (twice) throw wrong('stockLocations', `has two rows of the location ${twice.code}. Give each a code of its own, or name all storage locations in one row.`);
  return locations;
}

/** A list in a currency is one row's alone. Throws ConfigError. */
function priceListsOf(given: ConnectOptions['settings'][string]): PriceList[] {
  const rows = tableRows<'list' | 'conditionType' | 'appliesTo' | 'value' | 'currency' | 'compareAt'>(priceLists, given);
  const lists = rows.map(({ list, appliesTo, value, ...row }): PriceList => ({
    ...row, code: list, appliesTo: appliesTo as PriceList['appliesTo'], value: appliesTo === 'customer' ? value.replace(/^0+(?=\d)/, '') : value,
  }));
  lists.forEach(({ code, appliesTo, value, currency }, index) => {
    if (appliesTo === 'everybody' && value !== '') {
      throw wrong('priceLists', `has the value ${value} for the list ${code}, which is everybody's. Leave it empty, or say what it names.`);
    }
    if (appliesTo !== 'everybody' && value === '') {
      throw wrong('priceLists', `does not say whose prices the list ${code} holds. Name the price group, customer or price list type as value.`);
    }
    if (currency !== '' && !isCurrency(currency)) throw wrong('priceLists', `has the list ${code} in ${currency}, which is not a currency of ISO 4217.`);
    const twice = lists.slice(0, index).some((other) => other.code === code && (other.currency === currency || other.currency === '' || currency === ''));
    if (twice) throw wrong('priceLists', `has two rows of the list ${code} in ${currency || 'every currency'}. Give each a code or a currency of its own.`);
  });
  return lists;
}

function wrong(name: string, text: string): ConfigError {
  return new ConfigError(`CONFIG_${name.replace(/[A-Z]/g, '_$&').toUpperCase()}`, `The setting ${name} ${text}`);
}

/** Without the port: a sandbox gets another one at every start, and a name must stay. */
function nameOf(baseUrl: string, client: string): string {
  if (!URL.canParse(baseUrl)) throw wrong('baseUrl', 'must be a whole address such as https://erp.example:44300.');
  const host = new URL(baseUrl).hostname.replace(/[^a-z0-9.-]/g, '');
  return client ? `${host}-${client}` : host;
}

function conditionTypesOf(text: string): ConditionTypes {
  const defaults = String(settings.find(({ name }) => name === 'conditionTypes')?.default ?? '');
  return Object.fromEntries(`${defaults} ${text}`.trim().split(/\s+/).map((pair) => pair.split('='))) as ConditionTypes;
}
