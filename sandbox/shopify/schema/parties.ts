/** A subset of the vendor's Admin GraphQL schema, held against the published introspection by a test: customers and companies. */
export const partiesSchema = /* GraphQL */ `
type Customer implements HasMetafields & LegacyInteroperability & Node {
  id: ID!
  legacyResourceId: UnsignedInt64!
  displayName: String!
  firstName: String
  lastName: String
  email: String
  phone: String
  defaultEmailAddress: CustomerEmailAddress
  defaultPhoneNumber: CustomerPhoneNumber
  note: String
  tags: [String!]!
  locale: String!
  state: CustomerState!
  taxExempt: Boolean!
  verifiedEmail: Boolean!
  numberOfOrders: UnsignedInt64!
  createdAt: DateTime!
  updatedAt: DateTime!
  defaultAddress: MailingAddress
  companyContactProfiles: [CompanyContact!]!
  metafield(key: String!, namespace: String): Metafield
  metafields(after: String, before: String, first: Int, keys: [String!], last: Int, namespace: String, reverse: Boolean = false): MetafieldConnection!
}

type CustomerConnection {
  edges: [CustomerEdge!]!
  nodes: [Customer!]!
  pageInfo: PageInfo!
}

type CustomerEdge {
  cursor: String!
  node: Customer!
}

enum CustomerState { DECLINED DISABLED ENABLED INVITED }

enum CustomerSortKeys { CREATED_AT ID NAME UPDATED_AT }

input CustomerIdentifierInput @oneOf {
  id: ID
  emailAddress: String
  phoneNumber: String
  customId: UniqueMetafieldValueInput
}

type CustomerEmailAddress {
  emailAddress: String!
  validFormat: Boolean!
}

type CustomerPhoneNumber {
  phoneNumber: String!
}

type Company implements HasMetafields & Node {
  id: ID!
  name: String!
  externalId: String
  note: String
  createdAt: DateTime!
  updatedAt: DateTime!
  customerSince: DateTime!
  mainContact: CompanyContact
  contacts(after: String, before: String, first: Int, last: Int, query: String, reverse: Boolean = false, sortKey: CompanyContactSortKeys = ID): CompanyContactConnection!
  locations(after: String, before: String, first: Int, last: Int, query: String, reverse: Boolean = false, sortKey: CompanyLocationSortKeys = ID): CompanyLocationConnection!
  contactsCount: Count
  locationsCount: Count
  metafield(key: String!, namespace: String): Metafield
  metafields(after: String, before: String, first: Int, keys: [String!], last: Int, namespace: String, reverse: Boolean = false): MetafieldConnection!
}

type CompanyConnection {
  edges: [CompanyEdge!]!
  nodes: [Company!]!
  pageInfo: PageInfo!
}

type CompanyEdge {
  cursor: String!
  node: Company!
}

enum CompanySortKeys { CREATED_AT ID NAME UPDATED_AT }

type CompanyLocation implements HasMetafields & Node {
  id: ID!
  name: String!
  externalId: String
  note: String
  phone: String
  locale: String
  currency: CurrencyCode!
  company: Company!
  billingAddress: CompanyAddress
  shippingAddress: CompanyAddress
  buyerExperienceConfiguration: BuyerExperienceConfiguration
  taxSettings: CompanyLocationTaxSettings!
  createdAt: DateTime!
  updatedAt: DateTime!
  metafield(key: String!, namespace: String): Metafield
  metafields(after: String, before: String, first: Int, keys: [String!], last: Int, namespace: String, reverse: Boolean = false): MetafieldConnection!
}

type CompanyLocationConnection {
  edges: [CompanyLocationEdge!]!
  nodes: [CompanyLocation!]!
  pageInfo: PageInfo!
}

type CompanyLocationEdge {
  cursor: String!
  node: CompanyLocation!
}

enum CompanyLocationSortKeys { CREATED_AT ID NAME UPDATED_AT }

type CompanyLocationTaxSettings {
  taxExempt: Boolean!
  taxExemptions: [TaxExemption!]!
  taxRegistrationId: String
}

type BuyerExperienceConfiguration {
  checkoutToDraft: Boolean!
  editableShippingAddress: Boolean!
  paymentTermsTemplate: PaymentTermsTemplate
}

type PaymentTermsTemplate implements Node {
  id: ID!
  name: String!
  description: String!
  dueInDays: Int
  paymentTermsType: PaymentTermsType!
  translatedName: String!
}

type CompanyAddress implements Node {
  id: ID!
  companyName: String!
  recipient: String
  firstName: String
  lastName: String
  address1: String!
  address2: String
  city: String
  zip: String
  province: String
  zoneCode: String
  country: String
  countryCode: CountryCode!
  phone: String
  createdAt: DateTime!
  updatedAt: DateTime!
  formattedArea: String
}

type CompanyContact implements Node {
  id: ID!
  title: String
  locale: String
  isMainContact: Boolean!
  customer: Customer!
  company: Company!
  createdAt: DateTime!
  updatedAt: DateTime!
}

type CompanyContactConnection {
  edges: [CompanyContactEdge!]!
  nodes: [CompanyContact!]!
  pageInfo: PageInfo!
}

type CompanyContactEdge {
  cursor: String!
  node: CompanyContact!
}

enum CompanyContactSortKeys { COMPANY_ID CREATED_AT EMAIL ID NAME NAME_EMAIL RELEVANCE TITLE UPDATED_AT }
`;
