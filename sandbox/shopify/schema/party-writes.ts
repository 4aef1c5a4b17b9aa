/** A subset of the vendor's Admin GraphQL schema, held against the published introspection by a test: writes of customers and companies. */
export const partyWritesSchema = /* GraphQL */ `
extend type QueryRoot {
  paymentTermsTemplates(paymentTermsType: PaymentTermsType): [PaymentTermsTemplate!]!
}

extend type Mutation {
  companyCreate(input: CompanyCreateInput!): CompanyCreatePayload
  companyUpdate(companyId: ID!, input: CompanyInput!): CompanyUpdatePayload
  companyLocationCreate(companyId: ID!, input: CompanyLocationInput!): CompanyLocationCreatePayload
  companyLocationUpdate(companyLocationId: ID!, input: CompanyLocationUpdateInput!): CompanyLocationUpdatePayload
  companyLocationAssignAddress(address: CompanyAddressInput!, addressTypes: [CompanyAddressType!]!, locationId: ID!): CompanyLocationAssignAddressPayload
  companyLocationTaxSettingsUpdate(companyLocationId: ID!, exemptionsToAssign: [TaxExemption!], exemptionsToRemove: [TaxExemption!], taxExempt: Boolean, taxRegistrationId: String): CompanyLocationTaxSettingsUpdatePayload
  companyContactCreate(companyId: ID!, input: CompanyContactInput!): CompanyContactCreatePayload
  companyContactUpdate(companyContactId: ID!, input: CompanyContactInput!): CompanyContactUpdatePayload
  companyAssignCustomerAsContact(companyId: ID!, customerId: ID!): CompanyAssignCustomerAsContactPayload
  companyAssignMainContact(companyContactId: ID!, companyId: ID!): CompanyAssignMainContactPayload
  customerCreate(input: CustomerInput!): CustomerCreatePayload
  customerUpdate(input: CustomerInput!): CustomerUpdatePayload
  customerAddressCreate(address: MailingAddressInput!, customerId: ID!, setAsDefault: Boolean): CustomerAddressCreatePayload
  customerAddressUpdate(address: MailingAddressInput!, addressId: ID!, customerId: ID!, setAsDefault: Boolean): CustomerAddressUpdatePayload
}

input CompanyCreateInput {
  company: CompanyInput!
  companyContact: CompanyContactInput
  companyLocation: CompanyLocationInput
}

input CompanyInput {
  customerSince: DateTime
  externalId: String
  name: String
  note: String
}

input CompanyContactInput {
  email: String
  firstName: String
  lastName: String
  locale: String
  phone: String
  title: String
}

input CompanyLocationInput {
  billingAddress: CompanyAddressInput
  billingSameAsShipping: Boolean
  buyerExperienceConfiguration: BuyerExperienceConfigurationInput
  externalId: String
  locale: String
  name: String
  note: String
  phone: String
  shippingAddress: CompanyAddressInput
  taxExempt: Boolean
  taxExemptions: [TaxExemption!]
  taxRegistrationId: String
}

input CompanyLocationUpdateInput {
  buyerExperienceConfiguration: BuyerExperienceConfigurationInput
  externalId: String
  locale: String
  name: String
  note: String
  phone: String
}

input CompanyAddressInput {
  address1: String
  address2: String
  city: String
  countryCode: CountryCode
  firstName: String
  lastName: String
  phone: String
  recipient: String
  zip: String
  zoneCode: String
}

enum CompanyAddressType { BILLING SHIPPING }

input BuyerExperienceConfigurationInput {
  checkoutToDraft: Boolean
  editableShippingAddress: Boolean
  paymentTermsTemplateId: ID
}

enum TaxExemption {
  CA_BC_RESELLER_EXEMPTION CA_STATUS_CARD_EXEMPTION EU_REVERSE_CHARGE_EXEMPTION_RULE US_CA_RESELLER_EXEMPTION US_KY_RESELLER_EXEMPTION
  US_NY_RESELLER_EXEMPTION US_TX_RESELLER_EXEMPTION
}

type CompanyCreatePayload {
  company: Company
  userErrors: [BusinessCustomerUserError!]!
}

type CompanyUpdatePayload {
  company: Company
  userErrors: [BusinessCustomerUserError!]!
}

type CompanyLocationCreatePayload {
  companyLocation: CompanyLocation
  userErrors: [BusinessCustomerUserError!]!
}

type CompanyLocationUpdatePayload {
  companyLocation: CompanyLocation
  userErrors: [BusinessCustomerUserError!]!
}

type CompanyLocationAssignAddressPayload {
  addresses: [CompanyAddress!]
  userErrors: [BusinessCustomerUserError!]!
}

type CompanyLocationTaxSettingsUpdatePayload {
  companyLocation: CompanyLocation
  userErrors: [BusinessCustomerUserError!]!
}

type CompanyContactCreatePayload {
  companyContact: CompanyContact
  userErrors: [BusinessCustomerUserError!]!
}

type CompanyContactUpdatePayload {
  companyContact: CompanyContact
  userErrors: [BusinessCustomerUserError!]!
}

type CompanyAssignCustomerAsContactPayload {
  companyContact: CompanyContact
  userErrors: [BusinessCustomerUserError!]!
}

type CompanyAssignMainContactPayload {
  company: Company
  userErrors: [BusinessCustomerUserError!]!
}

type BusinessCustomerUserError implements DisplayableError {
  code: BusinessCustomerErrorCode
  field: [String!]
  message: String!
}

enum BusinessCustomerErrorCode {
  BLANK FAILED_TO_DELETE INTERNAL_ERROR INVALID INVALID_INPUT LIMIT_REACHED NO_INPUT REQUIRED RESOURCE_NOT_FOUND TAKEN TOO_LONG UNEXPECTED_TYPE
}

input CustomerInput {
  addresses: [MailingAddressInput!]
  email: String
  firstName: String
  id: ID
  lastName: String
  locale: String
  note: String
  phone: String
  tags: [String!]
  taxExempt: Boolean
}

input MailingAddressInput {
  address1: String
  address2: String
  city: String
  company: String
  countryCode: CountryCode
  firstName: String
  lastName: String
  phone: String
  provinceCode: String
  zip: String
}

type CustomerCreatePayload {
  customer: Customer
  userErrors: [UserError!]!
}

type CustomerUpdatePayload {
  customer: Customer
  userErrors: [UserError!]!
}

type CustomerAddressCreatePayload {
  address: MailingAddress
  userErrors: [UserError!]!
}

type CustomerAddressUpdatePayload {
  address: MailingAddress
  userErrors: [UserError!]!
}
`;
