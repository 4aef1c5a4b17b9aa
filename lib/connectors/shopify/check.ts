import { toError } from '../../errors';
import type { CheckReport } from '../contract';
import type { Graphql } from './graphql';
import type { ShopifyOptions } from './options';
import { checkQuery } from './queries';
import { versionAdvice } from './versions';

interface Checked {
  shop: { name: string; myshopifyDomain: string; ianaTimezone: string; currencyCode: string };
  currentAppInstallation: { accessScopes: { handle: string }[] };
}

const needed: { scopes: string[]; for: string }[] = [
  { scopes: ['read_orders'], for: 'reading orders' },
  { scopes: ['write_orders'], for: 'writing ERP numbers back and cancelling' },
  { scopes: ['read_customers'], for: 'reading customers and companies' },
  { scopes: ['read_products'], for: 'reading products' },
  { scopes: ['write_products'], for: 'writing products and prices' },
  { scopes: ['write_publications'], for: 'blocking single variants' },
  { scopes: ['read_locales', 'write_translations'], for: 'texts of products in several languages' },
];

/** Tries a shop out, step by step; never throws. */
export async function checkShop(graphql: Graphql, options: ShopifyOptions, now: number): Promise<CheckReport> {
  const steps: CheckReport['steps'] = [];
  const version = versionAdvice(options.apiVersion, now);
  try {
    const { shop, currentAppInstallation } = await graphql.run<Checked>(checkQuery);
    steps.push({ name: 'connect', ok: true, detail: `${shop.name} (${shop.myshopifyDomain}), ${shop.currencyCode}, ${shop.ianaTimezone}` });
    steps.push(scopesStep(currentAppInstallation.accessScopes.map(({ handle }) => handle)));
  } catch (reason) {
    steps.push({ name: 'connect', ok: false, detail: toError(reason).message });
  }
  steps.push({ name: 'version', ok: version.ok, detail: version.detail });
  steps.push(options.webhookSecrets.length > 0
    ? { name: 'webhooks', ok: true, detail: options.webhookSecrets.length > 1 ? 'Webhooks are checked with the secret and the one before it.' : 'Webhooks are checked with the secret.' }
    : { name: 'webhooks', ok: false, detail: 'No webhook secret is set, so every webhook will be refused. Set the client secret of the app, or the secret shown under the shop\'s notifications.' });
  return { ok: steps.every((step) => step.ok), steps };
}

function scopesStep(granted: string[]): CheckReport['steps'][number] {
  const has = (scope: string): boolean => granted.includes(scope) || granted.includes(scope.replace(/^read_/, 'write_'));
  const missing = needed.filter(({ scopes }) => !scopes.every(has));
  if (missing.length > 0) {
    const list = missing.map((one) => `${one.scopes.join(', ')} (${one.for})`).join('; ');
    return { name: 'scopes', ok: false, detail: `The app lacks ${list}. Add them to the app and install it anew.` };
  }
  return { name: 'scopes', ok: true, detail: has('read_all_orders') ? 'All access scopes are there.' : 'Only orders of the last 60 days can be read: the app lacks read_all_orders.' };
}
