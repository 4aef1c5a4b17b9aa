export const shopQuery = 'query Shop { shop { name myshopifyDomain ianaTimezone currencyCode } }';

export const checkQuery = `query Check {
  shop { name myshopifyDomain ianaTimezone currencyCode }
  currentAppInstallation { accessScopes { handle } }
}`;
