import { isTimeZone } from '../../documents/codes';
import { ConfigError } from '../../errors';
import type { ConnectOptions } from '../contract';
import { settingText, tableRows } from '../setting-values';
import { settings } from './settings';
import { priceListRows, type PriceListRow } from './settings-prices';

/** What the settings say of products that are written. */
export interface ProductOptions {
  /** What a product that is made anew becomes. */
  newStatus: 'ACTIVE' | 'DRAFT';
  /** Are products sought by GTIN where no SKU matches? */
  matchByGtin: boolean;
  /** Does the API version let single variants be taken out of sale? */
  variantsApart: boolean;
}

/** A Shopify system's settings, checked. */
export interface ShopifyOptions {
  /** `acme.myshopify.com`. */
  shop: string;
  /** `shopify:acme.myshopify.com`. */
  system: string;
  apiVersion: string;
  credentials: { kind: 'client'; clientId: string; clientSecret: string } | { kind: 'token'; accessToken: string };
  /** The secret that signs webhooks, then the one before; empty ones are left out. */
  webhookSecrets: string[];
  /** IANA name; undefined: the shop's own. */
  timeZone: string | undefined;
  /** For custom items without SKU; undefined: they are refused. */
  customItemSku: string | undefined;
  products: ProductOptions;
  /** Are orders read with the locations that are to send them? */
  readsPlaces: boolean;
  /** Code of a location in documents -> name, number or gid in the shop. */
  locations: ReadonlyMap<string, string>;
  /** Which price lists are written, and where to. */
  priceLists: readonly PriceListRow[];
  /** `https://acme.myshopify.com`, or the sandbox. */
  baseUrl: string;
}

/** `acme`, `acme.myshopify.com` and `https://acme.myshopify.com/` all name `acme.myshopify.com`. Throws ConfigError for other domains. */
export function shopDomain(value: string): string {
  const host = value.trim().toLowerCase().replace(/^https?:\/\//, '').replace(/\/.*$/, '');
  const name = host.replace(/\.myshopify\.com$/, '');
  if (!/^[a-z0-9][a-z0-9-]*$/.test(name)) {
    throw new ConfigError('CONFIG_SHOP', `"${value}" is not the name of a shop: give acme or acme.myshopify.com, not the domain customers see.`);
  }
  return `${name}.myshopify.com`;
}

/** Checks settings and secrets. Throws ConfigError naming the field. */
export function readOptions({ settings: given, secrets, baseUrl }: ConnectOptions): ShopifyOptions {
  const text = (name: string): string => {
    return settingText(given[name] ?? settings.find((field) => field.name === name)?.default).trim();
  };
  const need = (name: string, value: string | undefined): string => {
    if (value) return value;
    const doc = settings.find((field) => field.name === name)?.doc ?? '';
    throw new ConfigError(`CONFIG_${name.replace(/[A-Z]/g, '_$&').toUpperCase()}`, `The setting ${name} is missing. ${doc}`);
  };
  const shop = shopDomain(need('shop', text('shop')));
  const apiVersion = text('apiVersion');
  if (!/^20\d\d-(01|04|07|10)$/.test(apiVersion)) {
    throw new ConfigError('CONFIG_API_VERSION', `The setting apiVersion is "${apiVersion}"; it must be a version such as 2026-10.`);
  }
  const credentials: ShopifyOptions['credentials'] = text('auth') === 'token'
    ? { kind: 'token', accessToken: need('accessToken', secrets.accessToken?.trim()) }
    : { kind: 'client', clientId: need('clientId', text('clientId')), clientSecret: need('clientSecret', secrets.clientSecret?.trim()) };
  const signing = secrets.webhookSecret?.trim() || (credentials.kind === 'client' ? credentials.clientSecret : '');
  return {
    shop, system: `shopify:${shop}`, apiVersion, credentials,
    webhookSecrets: [signing, secrets.previousWebhookSecret?.trim() ?? ''].filter((secret) => secret !== ''),
    timeZone: knownTimeZone(text('timeZone')), customItemSku: text('customItemSku') || undefined, readsPlaces: text('orderLocations') === 'read',
    products: {
      newStatus: text('newProducts') === 'active' ? 'ACTIVE' : 'DRAFT', matchByGtin: text('matchProductsBy') === 'sku-gtin',
      variantsApart: apiVersion >= '2026-07',
    },
    locations: locationsOf(given['locations']), priceLists: priceListRows(given['priceLists']), baseUrl: baseUrl ?? `https://${shop}`,
  };
}

function locationsOf(given: ConnectOptions['settings'][string]): Map<string, string> {
  const table = settings.find(({ name }) => name === 'locations');
  return new Map(table ? tableRows<'code' | 'location'>(table, given).map(({ code, location }) => [code, location]) : []);
}

function knownTimeZone(name: string): string | undefined {
  if (name === '' || isTimeZone(name)) return name || undefined;
  throw new ConfigError('CONFIG_TIME_ZONE', `The setting timeZone is "${name}"; it must be an IANA name such as Europe/Berlin, or empty for the shop's own.`);
}
