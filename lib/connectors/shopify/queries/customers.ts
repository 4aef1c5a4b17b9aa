import { company, contactFields, customer, locationFields } from './fragments';

export const customersQuery = `query Customers($first: Int!, $after: String, $query: String) {
  customers(first: $first, after: $after, query: $query, sortKey: UPDATED_AT) { pageInfo { hasNextPage endCursor } nodes { ${customer} } }
}`;

export const customerQuery = `query Customer($id: ID!) { customer(id: $id) { ${customer} } }`;

export const companiesQuery = `query Companies($first: Int!, $after: String, $query: String) {
  companies(first: $first, after: $after, query: $query, sortKey: UPDATED_AT) { pageInfo { hasNextPage endCursor } nodes { ${company} } }
}`;

export const companyQuery = `query Company($id: ID!) { company(id: $id) { ${company} } }`;

/** Further contacts and locations of a company. */
export const companyContactsQuery = `query CompanyContacts($id: ID!, $first: Int!, $after: String) {
  company(id: $id) { contacts(first: $first, after: $after) { pageInfo { hasNextPage endCursor } nodes { ${contactFields} } } }
}`;

export const companyLocationsOfQuery = `query CompanyLocationsOf($id: ID!, $first: Int!, $after: String) {
  company(id: $id) { locations(first: $first, after: $after) { pageInfo { hasNextPage endCursor } nodes { ${locationFields} } } }
}`;

export const locationCompanyQuery = 'query LocationCompany($id: ID!) { companyLocation(id: $id) { company { id } } }';

export const companyLocationsQuery = `query CompanyLocations($query: String!) {
  companyLocations(first: 5, query: $query) { nodes { id name externalId company { id name externalId } } }
}`;
