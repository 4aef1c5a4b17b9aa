import type { NodeContext } from './graph/context';
import { metafieldsOf } from './graph/metafields';
import { utcTime } from './times';

export interface ShopContext extends NodeContext { scopes: readonly string[]; clientId: string; plan: string }

const opened = Date.UTC(2025, 0, 6, 8);
const shopId = 'gid://shopify/Shop/548380009';
const installationId = 'gid://shopify/AppInstallation/580111';

/** The fields of `QueryRoot` about shop and app. */
export const shopQueries = {
  shop: (_args: object, context: ShopContext) => {
    const { facts, plan } = context;
    return {
      __typename: 'Shop', id: shopId, name: facts.name, email: `info@${facts.domain}`, contactEmail: `info@${facts.domain}`,
      myshopifyDomain: facts.domain, url: `https://${facts.domain}`, currencyCode: facts.currency,
      enabledPresentmentCurrencies: ['EUR', 'CHF', 'USD', 'JPY'], ianaTimezone: facts.timeZone, timezoneOffset: '+0100',
      timezoneOffsetMinutes: 60, taxesIncluded: false, taxShipping: true, weightUnit: 'KILOGRAMS', unitSystem: 'METRIC_SYSTEM',
      plan: {
        publicDisplayName: plan === 'standard' ? 'Basic' : plan === 'advanced' ? 'Advanced' : 'Shopify Plus',
        partnerDevelopment: false, shopifyPlus: plan === 'plus' || plan === 'enterprise',
      },
      createdAt: utcTime(opened), updatedAt: utcTime(opened), ...metafieldsOf(context, shopId, 'SHOP'),
    };
  },
  currentAppInstallation: (_args: object, context: ShopContext) => ({
    __typename: 'AppInstallation', id: installationId,
    accessScopes: context.scopes.map((handle) => ({ handle, description: handle.replace(/_/g, ' ') })),
    app: { __typename: 'App', id: 'gid://shopify/App/580111', title: 'B2B sync', handle: 'b2b-sync', apiKey: context.clientId },
    ...metafieldsOf(context, installationId, 'SHOP'),
  }),
};
