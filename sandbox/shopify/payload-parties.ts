import { numericId, type Json } from './body';
import { companyAddressId, type CompanyRecord, type LocationRecord } from './companies';
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
    state: 'disabled', note: person.note, verified_email: true, multipass_identifier: null, tax_exempt: person.taxExempt, email: person.email,
    phone: person.phone, currency: person.currency,
    tax_exemptions: [], admin_graphql_api_id: gid('Customer', person.id), ...(person.address && { default_address: defaultAddress(person, person.address) }),
  };
}

/** The body of customers/create and customers/update. */
export function customerPayload(person: Person, timeZone: string): Json {
  return { ...orderCustomer(person, timeZone), addresses: person.address ? [defaultAddress(person, person.address)] : [] };
}

function defaultAddress(person: Person, address: Address): Json {
  return {
    id: numericId(person.id), customer_id: numericId(person.id), ...postalAddress(address), country_name: address.country, default: true,
  };
}

/** The body of companies/create and companies/update. */
export function companyPayload(company: CompanyRecord, ids: Ids, timeZone: string): Json {
  return {
    name: company.name, note: company.note, external_id: company.externalId,
    main_contact_admin_graphql_api_id: company.main && gid('CompanyContact', company.main),
    created_at: shopTime(company.createdAt, timeZone), updated_at: shopTime(company.updatedAt, timeZone),
    customer_since: shopTime(company.createdAt, timeZone),
    admin_graphql_api_id: gid('Company', ids.of('Company', company.index)),
  };
}

/** The body of company_locations/create and company_locations/update. */
export function locationPayload(location: LocationRecord, company: CompanyRecord, ids: Ids, timeZone: string): Json {
  const times = { created_at: shopTime(location.createdAt, timeZone), updated_at: shopTime(location.updatedAt, timeZone) };
  const address = (kind: 'billing' | 'shipping'): Json | null => {
    const at = location[kind];
    return at && {
      address1: at.address1, city: at.city, province: at.province, country: at.country, zip: at.zip, recipient: at.recipient,
      first_name: at.firstName, last_name: at.lastName, address2: at.address2, phone: at.phone, zone_code: at.provinceCode,
      country_code: at.countryCode, ...times, admin_graphql_api_id: gid('CompanyAddress', companyAddressId(ids, location.id, kind)),
      company_admin_graphql_api_id: gid('Company', ids.of('Company', company.index)),
    };
  };
  return {
    name: location.name, external_id: location.externalId, phone: location.phone, locale: location.locale, ...times, note: location.note,
    buyer_experience_configuration: null, admin_graphql_api_id: gid('CompanyLocation', location.id), tax_exemptions: location.taxExemptions,
    tax_settings: { tax_registration_id: location.taxRegistrationId, tax_exempt: location.taxExempt, tax_exemptions: location.taxExemptions },
    company: companyPayload(company, ids, timeZone), billing_address: address('billing'), shipping_address: address('shipping'),
    tax_registration: location.taxRegistrationId === null ? null : { tax_id: location.taxRegistrationId },
  };
}

export function nameOf(first: string | null, last: string | null): string {
  return [first, last].filter((part) => part !== null && part !== '').join(' ');
}
