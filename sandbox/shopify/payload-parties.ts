import type { WorldCompany } from '../world';
import { numericId, type Json } from './body';
import { gid, type Ids } from './ids';
import type { Address } from './model';
import { shopTime } from './times';
import type { Person } from './trade';

/** An address of an order. */
export function mailingAddress(address: Address): Json { return { ...postalAddress(address), latitude: null, longitude: null }; }

function postalAddress(address: Address): Json {
  return {
    first_name: address.firstName, address1: address.address1, phone: address.phone, city: address.city, zip: address.zip,
    province: address.province, country: address.country,
    last_name: address.lastName, address2: address.address2, company: address.company,
    name: nameOf(address.firstName, address.lastName), country_code: address.countryCode, province_code: address.provinceCode,
  };
}

/** The customer inside an order. */
export function orderCustomer(person: Person, timeZone: string): Json {
  return {
    id: numericId(person.id), created_at: shopTime(person.createdAt, timeZone), updated_at: shopTime(person.updatedAt, timeZone),
    first_name: person.firstName, last_name: person.lastName,
    state: 'disabled', note: person.note, verified_email: true, multipass_identifier: null, tax_exempt: false, email: person.email,
    phone: person.phone, currency: person.currency,
    tax_exemptions: [], admin_graphql_api_id: gid('Customer', person.id), default_address: defaultAddress(person),
  };
}

/** The body of customers/create and customers/update. */
export function customerPayload(person: Person, timeZone: string): Json {
  return { ...orderCustomer(person, timeZone), addresses: [defaultAddress(person)] };
}

function defaultAddress(person: Person): Json {
  return {
    id: numericId(person.id), customer_id: numericId(person.id), ...postalAddress(person.address),
    country_name: person.address.country, default: true,
  };
}

/** A company as the shop keeps it beside what the world knows. */
export interface CompanyRecord { index: number; externalId: string | null; note: string | null; createdAt: number; updatedAt: number }

/** The body of companies/create and companies/update. */
export function companyPayload(company: WorldCompany, record: CompanyRecord, ids: Ids, timeZone: string): Json {
  return {
    name: company.name, note: record.note, external_id: record.externalId,
    main_contact_admin_graphql_api_id: gid('CompanyContact', ids.of('CompanyContact', company.index)),
    created_at: shopTime(record.createdAt, timeZone), updated_at: shopTime(record.updatedAt, timeZone),
    customer_since: shopTime(record.createdAt, timeZone),
    admin_graphql_api_id: gid('Company', ids.of('Company', company.index)),
  };
}

export function nameOf(first: string | null, last: string | null): string {
  return [first, last].filter((part) => part !== null && part !== '').join(' ');
}
