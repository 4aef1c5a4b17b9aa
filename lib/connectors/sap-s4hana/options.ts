import { isTimeZone } from '../../documents/codes';
import { ConfigError } from '../../errors';
import type { ConnectOptions } from '../contract';
import { settings } from './settings';

/** What stands for which part of the price in the pricing procedure. */
export type ConditionTypes = Record<'price' | 'discount' | 'freight' | 'surcharge' | 'tax' | 'rounding', string>;

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
  partnerGrouping: string;
  customerCurrency: string;
  serviceVersion: string;
}

/** Checks settings and secrets. Throws ConfigError naming the field. */
export function readOptions({ settings: given, secrets, tls, baseUrl: sandbox }: ConnectOptions): SapOptions {
  const text = (name: string): string => {
    const { default: byDefault = '', required, options, pattern, doc = '' } = settings.find((one) => one.name === name) ?? {};
    const value = String(given[name] ?? '').trim() || String(byDefault);
    if (value === '' && required) throw wrong(name, `is missing. ${doc}`);
    const possible = value === '' || (options ? options.includes(value) : new RegExp(pattern ?? '').test(value));
    if (!possible) throw wrong(name, `is "${value}", which cannot be. ${doc}`);
    return value;
  };
  const secret = (name: 'password' | 'clientSecret'): string => {
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
  const baseUrl = sandbox ?? text('baseUrl').replace(/\/+$/, '');
  const client = text('client');
  const timeZone = text('timeZone');
  if (!isTimeZone(timeZone)) throw wrong('timeZone', `is "${timeZone}"; it must be an IANA name such as Europe/Berlin.`);
  return {
    system: `sap-s4:${text('systemId') || nameOf(baseUrl, client)}`, baseUrl, client, language: text('language').toUpperCase(), timeZone, credentials: credentials(),
    salesOrganization: text('salesOrganization'), distributionChannel: text('distributionChannel'), division: text('division'), orderType: text('orderType'),
    taxes: text('taxes') === 'sap' ? 'sap' : 'shop', conditionTypes: conditionTypesOf(text('conditionTypes')),
    rejectionReason: text('rejectionReason'), noteTextId: text('noteTextId'), deliveryTextId: text('deliveryTextId'),
    partnerGrouping: text('partnerGrouping'), customerCurrency: text('customerCurrency'), serviceVersion: text('serviceVersion'),
  };
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
