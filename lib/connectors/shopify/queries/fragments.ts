import { metafieldNamespace } from '../write-back';

/** An address of an order or a person. */
export const address = 'firstName lastName company address1 address2 city zip province provinceCode countryCodeV2 phone';

/** Addresses of products that one query asks for. */
export const handlesAtOnce = 50;

export const customer = `
  id firstName lastName displayName state locale taxExempt tags createdAt updatedAt
  defaultEmailAddress { emailAddress } defaultPhoneNumber { phoneNumber } defaultAddress { id ${address} }
  companyContactProfiles { company { id name externalId } }`;

const companyAddress = 'recipient firstName lastName companyName address1 address2 city zip province zoneCode countryCode phone';

export const contactFields = 'id isMainContact title locale customer { id firstName lastName defaultEmailAddress { emailAddress } defaultPhoneNumber { phoneNumber } }';
export const locationFields = `id name externalId phone currency
    billingAddress { ${companyAddress} } shippingAddress { ${companyAddress} }
    buyerExperienceConfiguration { checkoutToDraft paymentTermsTemplate { name paymentTermsType dueInDays } }
    taxSettings { taxRegistrationId taxExempt }`;

export const company = `
  id name externalId note createdAt updatedAt
  mainContact { id }
  contacts(first: 10) { pageInfo { hasNextPage endCursor } nodes { ${contactFields} } }
  locations(first: 10) { pageInfo { hasNextPage endCursor } nodes { ${locationFields} } }`;

/** What of ours a product and its variants carry: see product-record.ts. */
export const own = (key: string): string => `metafield(namespace: "${metafieldNamespace}", key: "${key}") { value }`;

export const product = `
  id handle title status vendor productType descriptionHtml tags isGiftCard createdAt updatedAt
  options { name } sync: ${own('sync')} facts: ${own('facts')}
  variants(first: 50) { pageInfo { hasNextPage endCursor } nodes { ...VariantFields } }`;

export const variant = `fragment VariantFields on ProductVariant { id sku barcode title inventoryPolicy availableForSale taxable
  selectedOptions { name value } facts: ${own('facts')} block: ${own('block')}
  inventoryItem { id tracked requiresShipping harmonizedSystemCode countryCodeOfOrigin measurement { weight { value unit } } } }`;
