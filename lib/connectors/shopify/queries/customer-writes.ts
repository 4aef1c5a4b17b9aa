import { company, customer } from './fragments';

const userErrors = 'userErrors { field message code }';
/** With `$whole` a mutation answers with the whole record as it is afterwards. */
const wholeCompany = `id ... on Company @include(if: $whole) { ${company} }`;
const ofCompany = `id company { ${wholeCompany} }`;

export const companyCreateMutation = `mutation CompanyCreate($input: CompanyCreateInput!) {
  companyCreate(input: $input) { company { id externalId } ${userErrors} }
}`;

export const companyUpdateMutation = `mutation CompanyUpdate($companyId: ID!, $input: CompanyInput!, $whole: Boolean = false) {
  companyUpdate(companyId: $companyId, input: $input) { company { ${wholeCompany} } ${userErrors} }
}`;

export const companyLocationCreateMutation = `mutation CompanyLocationCreate($companyId: ID!, $input: CompanyLocationInput!, $whole: Boolean = false) {
  companyLocationCreate(companyId: $companyId, input: $input) { companyLocation { ${ofCompany} } ${userErrors} }
}`;

export const companyLocationUpdateMutation = `mutation CompanyLocationUpdate($companyLocationId: ID!, $input: CompanyLocationUpdateInput!, $whole: Boolean = false) {
  companyLocationUpdate(companyLocationId: $companyLocationId, input: $input) { companyLocation { ${ofCompany} } ${userErrors} }
}`;

export const companyLocationAssignAddressMutation = `mutation CompanyLocationAssignAddress($locationId: ID!, $address: CompanyAddressInput!, $addressTypes: [CompanyAddressType!]!) {
  companyLocationAssignAddress(locationId: $locationId, address: $address, addressTypes: $addressTypes) { addresses { id } ${userErrors} }
}`;

export const companyLocationTaxSettingsMutation = `mutation CompanyLocationTaxSettings($companyLocationId: ID!, $taxRegistrationId: String, $taxExempt: Boolean, $whole: Boolean = false) {
  companyLocationTaxSettingsUpdate(companyLocationId: $companyLocationId, taxRegistrationId: $taxRegistrationId, taxExempt: $taxExempt) { companyLocation { ${ofCompany} } ${userErrors} }
}`;

export const companyContactCreateMutation = `mutation CompanyContactCreate($companyId: ID!, $input: CompanyContactInput!, $whole: Boolean = false) {
  companyContactCreate(companyId: $companyId, input: $input) { companyContact { ${ofCompany} } ${userErrors} }
}`;

export const companyContactUpdateMutation = `mutation CompanyContactUpdate($companyContactId: ID!, $input: CompanyContactInput!, $whole: Boolean = false) {
  companyContactUpdate(companyContactId: $companyContactId, input: $input) { companyContact { ${ofCompany} } ${userErrors} }
}`;

export const companyAssignContactMutation = `mutation CompanyAssignContact($companyId: ID!, $customerId: ID!, $whole: Boolean = false) {
  companyAssignCustomerAsContact(companyId: $companyId, customerId: $customerId) { companyContact { ${ofCompany} } ${userErrors} }
}`;

export const companyAssignMainContactMutation = `mutation CompanyAssignMainContact($companyId: ID!, $companyContactId: ID!, $whole: Boolean = false) {
  companyAssignMainContact(companyId: $companyId, companyContactId: $companyContactId) { company { ${wholeCompany} } ${userErrors} }
}`;

export const customerCreateMutation = `mutation CustomerCreate($input: CustomerInput!) {
  customerCreate(input: $input) { customer { id } userErrors { field message } }
}`;

export const customerUpdateMutation = `mutation CustomerUpdate($input: CustomerInput!, $whole: Boolean = false) {
  customerUpdate(input: $input) { customer { id ... on Customer @include(if: $whole) { ${customer} } } userErrors { field message } }
}`;

export const customerAddressCreateMutation = `mutation CustomerAddressCreate($customerId: ID!, $address: MailingAddressInput!) {
  customerAddressCreate(customerId: $customerId, address: $address, setAsDefault: true) { address { id } userErrors { field message } }
}`;

export const customerAddressUpdateMutation = `mutation CustomerAddressUpdate($customerId: ID!, $addressId: ID!, $address: MailingAddressInput!) {
  customerAddressUpdate(customerId: $customerId, addressId: $addressId, address: $address) { address { id } userErrors { field message } }
}`;

export const termsTemplatesQuery = 'query TermsTemplates { paymentTermsTemplates { id paymentTermsType dueInDays } }';

/** Which of these people have an account. */
export const accountsQuery = `query Accounts($first: Int!, $query: String!) {
  customers(first: $first, query: $query) { nodes { id defaultEmailAddress { emailAddress } } }
}`;
