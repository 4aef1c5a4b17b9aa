import { type CheckReport, type CheckStep, failedStep } from '../../check';
import type { Graphql } from './graphql';
import type { ShopifyOptions } from './options';
import { checkQuery } from './queries';
import { versionStep } from './versions';

interface Checked {
  shop: { name: string; myshopifyDomain: string; ianaTimezone: string; currencyCode: string };
  currentAppInstallation: { accessScopes: { handle: string }[] };
}

/** What scopes are needed for, by the code of the step that says so. */
const needed: { code: string; scopes: string[] }[] = [
  { code: 'readOrders', scopes: ['read_orders'] },
  { code: 'writeOrders', scopes: ['write_orders'] },
  { code: 'readCustomers', scopes: ['read_customers'] },
  { code: 'readProducts', scopes: ['read_products'] },
  { code: 'writeProducts', scopes: ['write_products'] },
  { code: 'blockVariants', scopes: ['write_publications'] },
  { code: 'translate', scopes: ['read_locales', 'write_translations'] },
];

/** Tries a shop out, step by step; never throws. */
export async function checkShop(graphql: Graphql, options: ShopifyOptions, now: number): Promise<CheckReport> {
  const steps: CheckStep[] = [];
  try {
    const { shop, currentAppInstallation } = await graphql.run<Checked>(checkQuery);
    steps.push({ name: 'connect', ok: true, detail: `${shop.name} (${shop.myshopifyDomain}), ${shop.currencyCode}, ${shop.ianaTimezone}` });
    steps.push(...scopeSteps(currentAppInstallation.accessScopes.map(({ handle }) => handle)));
  } catch (reason) {
    steps.push(failedStep('connect', reason));
  }
  const secrets = options.webhookSecrets.length;
  steps.push(versionStep(options.apiVersion, now), { name: 'webhooks', ok: secrets > 0, code: secrets === 0 ? 'noSecret' : secrets === 1 ? 'oneSecret' : 'twoSecrets' });
  return { ok: steps.every((step) => step.ok), steps };
}

/** A step for all scopes, or one for each need that is not met and what to do about them. */
function scopeSteps(granted: string[]): CheckStep[] {
  const has = (scope: string): boolean => granted.includes(scope) || granted.includes(scope.replace(/^read_/, 'write_'));
  const missing = needed.filter(({ scopes }) => !scopes.every(has));
  if (missing.length > 0) {
    return [
      ...missing.map(({ code, scopes }): CheckStep => ({ name: 'scopes', ok: false, code: `scopes.${code}`, values: { scopes: scopes.join(', ') } })),
      { name: 'scopes', ok: false, code: 'scopes.add' },
    ];
  }
  return [has('read_all_orders') ? { name: 'scopes', ok: true, code: 'scopes.all' } : { name: 'scopes', ok: true, warn: true, code: 'scopes.recentOrders' }];
}
