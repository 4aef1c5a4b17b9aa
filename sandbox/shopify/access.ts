import { GraphQLError } from 'graphql';

/** Scopes the sandbox's app has unless told otherwise. */
export const defaultScopes = [
  'read_orders', 'read_all_orders', 'write_orders', 'write_order_edits', 'read_customers', 'write_customers', 'read_companies', 'write_companies',
  'read_products', 'write_products',
  'read_inventory', 'write_inventory', 'read_locations', 'read_payment_terms', 'read_locales', 'read_translations', 'write_translations',
  'read_publications', 'write_publications',
  'write_merchant_managed_fulfillment_orders',
];

/** The scope a root field asks for; others are open to every app. */
const needed: Record<string, string> = {
  orders: 'read_orders', order: 'read_orders', orderByIdentifier: 'read_orders', ordersCount: 'read_orders',
  customers: 'read_customers', customer: 'read_customers', customerByIdentifier: 'read_customers', customersCount: 'read_customers',
  companies: 'read_companies', companiesCount: 'read_companies', company: 'read_companies', companyLocations: 'read_companies', companyLocation: 'read_companies',
  ...Object.fromEntries([
    'companyCreate', 'companyUpdate', 'companyLocationCreate', 'companyLocationUpdate', 'companyLocationAssignAddress', 'companyLocationTaxSettingsUpdate',
    'companyContactCreate', 'companyContactUpdate', 'companyAssignCustomerAsContact', 'companyAssignMainContact',
  ].map((field) => [field, 'write_customers` access scope or `write_companies'])),
  customerCreate: 'write_customers', customerUpdate: 'write_customers', customerAddressCreate: 'write_customers', customerAddressUpdate: 'write_customers',
  products: 'read_products', productsCount: 'read_products', productVariantsCount: 'read_products', product: 'read_products', productVariants: 'read_products', productVariant: 'read_products',
  productByIdentifier: 'read_products', productSet: 'write_products', productUpdate: 'write_products',
  productVariantsBulkCreate: 'write_products', productVariantsBulkUpdate: 'write_products', productVariantsBulkDelete: 'write_products',
  shopLocales: 'read_locales', translatableResource: 'read_translations', translationsRegister: 'write_translations',
  publishablePublish: 'write_publications', publishableUnpublish: 'write_publications',
  inventoryItems: 'read_inventory', inventoryItem: 'read_inventory', inventoryLevel: 'read_inventory',
  priceLists: 'read_products', priceList: 'read_products', catalogs: 'read_products', catalog: 'read_products',
  priceListFixedPricesAdd: 'write_products', priceListFixedPricesUpdate: 'write_products', priceListFixedPricesDelete: 'write_products',
  quantityPricingByVariantUpdate: 'write_products',
  locations: 'read_locations', location: 'read_locations',
  fulfillmentOrders: 'read_merchant_managed_fulfillment_orders', fulfillmentOrder: 'read_merchant_managed_fulfillment_orders',
  fulfillment: 'read_orders', fulfillmentCreate: 'write_merchant_managed_fulfillment_orders',
  fulfillmentTrackingInfoUpdate: 'write_merchant_managed_fulfillment_orders', fulfillmentCancel: 'write_merchant_managed_fulfillment_orders',
  inventorySetQuantities: 'write_inventory', inventoryActivate: 'write_inventory',
  orderEditBegin: 'write_order_edits', orderEditSetQuantity: 'write_order_edits', orderEditAddVariant: 'write_order_edits',
  orderEditAddCustomItem: 'write_order_edits', orderEditAddLineItemDiscount: 'write_order_edits', orderEditCommit: 'write_order_edits',
  orderUpdate: 'write_orders', orderCancel: 'write_orders', orderClose: 'write_orders', orderMarkAsPaid: 'write_orders',
  orderCapture: 'write_orders', orderCreateManualPayment: 'write_orders', refundCreate: 'write_orders',
};

/** Throws what the vendor says to an app without the scope. Writing includes reading. */
export function requireScope(field: string, scopes: readonly string[]): void {
  const scope = needed[field];
  if (scope === undefined || scope.split('` access scope or `').some((one) => scopes.includes(one) || scopes.includes(one.replace('read_', 'write_')))) return;
  throw new GraphQLError(`Access denied for ${field} field. Required access: \`${scope}\` access scope.`, {
    extensions: {
      code: 'ACCESS_DENIED', documentation: 'https://shopify.dev/api/usage/access-scopes',
      requiredAccess: `\`${scope}\` access scope.`,
    },
  });
}
