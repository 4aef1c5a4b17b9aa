const userErrors = 'userErrors { field message code }';

export const companyCreateMutation = `mutation CompanyCreate($input: CompanyCreateInput!) {
  companyCreate(input: $input) { company { id externalId } ${userErrors} }
}`;

export const companyUpdateMutation = `mutation CompanyUpdate($companyId: ID!, $input: CompanyInput!) {
  companyUpdate(companyId: $companyId, input: $input) { company { id } ${userErrors} }
}`;

export const companyLocationCreateMutation = `mutation CompanyLocationCreate($companyId: ID!, $input: CompanyLocationInput!) {
  companyLocationCreate(companyId: $companyId, input: $input) { companyLocation { id } ${userErrors} }
}`;

export const companyLocationUpdateMutation = `mutation CompanyLocationUpdate($companyLocationId: ID!, $input: CompanyLocationUpdateInput!) {
  companyLocationUpdate(companyLocationId: $companyLocationId, input: $input) { companyLocation { id } ${userErrors} }
}`;

export const companyLocationAssignAddressMutation = `mutation CompanyLocationAssignAddress($locationId: ID!, $address: CompanyAddressInput!, $addressTypes: [CompanyAddressType!]!) {
  companyLocationAssignAddress(locationId: $locationId, address: $address, addressTypes: $addressTypes) { addresses { id } ${userErrors} }
}`;

export const companyLocationTaxSettingsMutation = `mutation CompanyLocationTaxSettings($companyLocationId: ID!, $taxRegistrationId: String, $taxExempt: Boolean) {
  companyLocationTaxSettingsUpdate(companyLocationId: $companyLocationId, taxRegistrationId: $taxRegistrationId, taxExempt: $taxExempt) { companyLocation { id } ${userErrors} }
}`;

export const companyContactCreateMutation = `mutation CompanyContactCreate($companyId: ID!, $input: CompanyContactInput!) {
  companyContactCreate(companyId: $companyId, input: $input) { companyContact { id } ${userErrors} }
}`;

export const companyContactUpdateMutation = `mutation CompanyContactUpdate($companyContactId: ID!, $input: CompanyContactInput!) {
  companyContactUpdate(companyContactId: $companyContactId, input: $input) { companyContact { id } ${userErrors} }
}`;

export const companyAssignContactMutation = `mutation CompanyAssignContact($companyId: ID!, $customerId: ID!) {
  companyAssignCustomerAsContact(companyId: $companyId, customerId: $customerId) { companyContact { id } ${userErrors} }
}`;

export const companyAssignMainContactMutation = `mutation CompanyAssignMainContact($companyId: ID!, $companyContactId: ID!) {
  companyAssignMainContact(companyId: $companyId, companyContactId: $companyContactId) { company { id } ${userErrors} }
}`;

export const customerCreateMutation = `mutation CustomerCreate($input: CustomerInput!) {
  customerCreate(input: $input) { customer { id } userErrors { field message } }
}`;

export const customerUpdateMutation = `mutation CustomerUpdate($input: CustomerInput!) {
  customerUpdate(input: $input) { customer { id } userErrors { field message } }
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
