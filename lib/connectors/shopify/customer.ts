import type { Customer, CustomerContact, CustomerLocation, PaymentTerms } from '../../documents/types';
import type { Native } from '../contract';
import { canonicalId, externalId, gidOf as gidOfRecord, gidParts } from './gid';
import type { AddressFacts } from './order-facts';
import { addressOf, optional, text } from './parties';
import { identify, utc } from './records';

/** A person, of GraphQL or of a webhook. Throws DataError without an id. */
export function canonicalCustomer(native: Native, system: string): Customer {
  const { id, time } = identify(native, system);
  const of = reader(native);
  const email = text(of.text('defaultEmailAddress.emailAddress', 'email'));
  const address = of.object('defaultAddress', 'default_address');
  const person = { ...optional('givenName', text(of.text('firstName', 'first_name'))), ...optional('familyName', text(of.text('lastName', 'last_name'))) };
  const locale = of.text('locale');
  const usable = address && addressOf(addressFacts(address));
  return {
    ...base(id, time, native, system), customerType: 'person',
    status: of.text('state')?.toLowerCase() === 'declined' ? 'inactive' : 'active',
    ...(Object.keys(person).length > 0 ? { person } : {}), ...optional('email', email), ...optional('telephone', text(of.text('defaultPhoneNumber.phoneNumber', 'phone'))),
    ...(locale ? { language: locale } : {}), ...optional('taxExempt', of.boolean('taxExempt', 'tax_exempt')),
    ...(usable ? { addresses: [{ address: usable, usage: ['billing', 'shipping'], isDefault: true }] } : {}),
  };
}

/** A company with its locations and contacts. A webhook tells its name and number only. Throws DataError without an id. */
export function canonicalCompany(native: Native, system: string): Customer {
  const { id, time } = identify(native, system);
  const of = reader(native);
  const number = text(of.text('externalId', 'external_id'));
  const locations = of.list('locations.nodes').map((location) => locationOf(location, system));
  const contacts = of.list('contacts.nodes').map((contact) => contactOf(contact));
  return {
    ...base(id, time, native, system, number), customerType: 'company', status: 'active', legalName: text(of.text('name')) ?? id,
    ...optional('customerNumber', number), ...(locations.length > 0 ? { locations } : {}), ...(contacts.length > 0 ? { contacts } : {}),
  };
}

function base(id: string, time: string, native: Native, system: string, number?: string): Pick<Customer, 'schemaVersion' | 'id' | 'externalIds' | 'version' | 'systemOfRecord' | 'createdAt' | 'updatedAt'> {
  return {
    schemaVersion: '1.0', id: canonicalId(system, id), externalIds: [externalId(system, id, number)], version: { sourceUpdatedAt: time },
    systemOfRecord: system, ...optional('createdAt', utc(native['createdAt']) ?? utc(native['created_at'])), updatedAt: time,
  };
}

function locationOf(native: Native, system: string): CustomerLocation {
  const of = reader(native);
  const id = gidOfRecord(native) ?? '';
  const number = text(of.text('externalId'));
  const billing = of.object('billingAddress');
  const shipping = of.object('shippingAddress');
  const taxId = text(of.text('taxSettings.taxRegistrationId'));
  return {
    id: canonicalId(system, id), externalIds: [externalId(system, id, number)], name: text(of.text('name')) ?? id, ...optional('customerNumber', number),
    ...optional('billingAddress', billing && addressOf(addressFacts(billing))), ...optional('shippingAddress', shipping && addressOf(addressFacts(shipping))),
    ...(taxId ? { taxIds: [{ scheme: 'VAT', id: taxId.slice(0, 50) }] } : {}), ...optional('paymentTerms', termsOf(of.object('buyerExperienceConfiguration.paymentTermsTemplate'))),
    ...optional('checkoutToDraft', of.boolean('buyerExperienceConfiguration.checkoutToDraft')), ...optional('phone', text(of.text('phone'))),
  };
}

function contactOf(native: Native): CustomerContact {
  const of = reader(native);
  const id = of.text('id') ?? '';
  const givenName = text(of.text('customer.firstName'));
  const familyName = text(of.text('customer.lastName'));
  const name = [givenName, familyName].filter(Boolean).join(' ');
  const contact = {
    ...(name ? { name } : {}), ...optional('givenName', givenName), ...optional('familyName', familyName), ...optional('email', text(of.text('customer.defaultEmailAddress.emailAddress'))),
    ...optional('telephone', text(of.text('customer.defaultPhoneNumber.phoneNumber'))), ...optional('language', text(of.text('locale'))),
  };
  return {
    id: gidParts(id)?.tail ?? id, contact: Object.keys(contact).length > 0 ? contact : { id },
    ...optional('isMain', of.boolean('isMainContact')),
  };
}

function termsOf(native: Native | undefined): PaymentTerms | undefined {
  if (!native) return undefined;
  const days = native['dueInDays'];
  const name = optional('name', typeof native['name'] === 'string' ? native['name'] : undefined);
  if (native['paymentTermsType'] === 'NET' && typeof days === 'number') return { type: 'net', netDays: days, ...name };
  if (native['paymentTermsType'] === 'RECEIPT') return { type: 'dueOnReceipt', ...name };
  return { type: native['paymentTermsType'] === 'FULFILLMENT' ? 'dueOnFulfillment' : 'other', ...name };
}

/** Addresses of customers and of companies, in either shape, under the names of an order's. */
function addressFacts(native: Native): AddressFacts {
  const of = reader(native);
  const pick = <K extends keyof AddressFacts>(key: K, ...names: string[]): Pick<AddressFacts, K> => optional(key, of.text(key, ...names)) as Pick<AddressFacts, K>;
  return {
    ...pick('firstName', 'first_name'), ...pick('lastName', 'last_name'), ...pick('company', 'companyName'), ...pick('address1'), ...pick('address2'),
    ...pick('city'), ...pick('zip'), ...pick('province'), ...pick('provinceCode', 'province_code', 'zoneCode'), ...pick('countryCode', 'countryCodeV2', 'country_code'), ...pick('phone'),
  };
}

/** Reads the first of several paths that holds the kind of value asked for. */
export function reader(native: Native): {
  text(...paths: string[]): string | undefined; boolean(...paths: string[]): boolean | undefined;
  object(...paths: string[]): Native | undefined; list(...paths: string[]): Native[];
} {
  const at = (path: string): unknown => path.split('.').reduce<unknown>((value, key) => typeof value === 'object' && value !== null ? (value as Native)[key] : undefined, native);
  const first = <T>(paths: string[], is: (value: unknown) => value is T): T | undefined => paths.map(at).find(is);
  return {
    text: (...paths) => first(paths, (value) => typeof value === 'string'), boolean: (...paths) => first(paths, (value) => typeof value === 'boolean'),
    object: (...paths) => first(paths, (value): value is Native => typeof value === 'object' && value !== null), list: (...paths) => first(paths, (value): value is Native[] => Array.isArray(value)) ?? [],
  };
}
