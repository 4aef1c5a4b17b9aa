import { defined, filled } from '../../documents/defined';
import type { Contact, Customer, CustomerContact, CustomerLocation, PaymentTerms } from '../../documents/types';
import type { Native } from '../contract';
import { canonicalId, externalId, gidOf as gidOfRecord, gidParts } from './gid';
import type { AddressFacts } from './order-facts';
import { addressOf, text } from './parties';
import { identify, utc } from './records';

/** A person, of GraphQL or of a webhook. Throws DataError without an id. */
export function canonicalCustomer(native: Native, system: string): Customer {
  const { id, time } = identify(native, system);
  const of = reader(native);
  const email = text(of.text('defaultEmailAddress.emailAddress', 'email'));
  const address = of.object('defaultAddress', 'default_address');
  const person = defined<NonNullable<Customer['person']>>({ givenName: text(of.text('firstName', 'first_name')), familyName: text(of.text('lastName', 'last_name')) });
  const locale = of.text('locale');
  const usable = address && addressOf(addressFacts(address));
  return defined<Customer>({
    ...base(id, time, native, system), customerType: 'person',
    status: of.text('state')?.toLowerCase() === 'declined' ? 'inactive' : 'active',
    person: Object.keys(person).length > 0 ? person : undefined, email, telephone: text(of.text('defaultPhoneNumber.phoneNumber', 'phone')),
    language: locale || undefined, taxExempt: of.boolean('taxExempt', 'tax_exempt'),
    addresses: usable && [{ address: usable, usage: ['billing', 'shipping'], isDefault: true }],
  });
}

/** A company with its locations and contacts. A webhook tells its name and number only. Throws DataError without an id. */
export function canonicalCompany(native: Native, system: string): Customer {
  const { id, time } = identify(native, system);
  const of = reader(native);
  const number = text(of.text('externalId', 'external_id'));
  const locations = of.list('locations.nodes').map((location) => locationOf(location, system));
  const contacts = of.list('contacts.nodes').map((contact) => contactOf(contact));
  return defined<Customer>({
    ...base(id, time, native, system, number), customerType: 'company', status: 'active', legalName: text(of.text('name')) ?? id,
    customerNumber: number, locations: filled(locations), contacts: filled(contacts),
  });
}

function base(id: string, time: string, native: Native, system: string, number?: string): Pick<Customer, 'schemaVersion' | 'id' | 'externalIds' | 'version' | 'systemOfRecord' | 'createdAt' | 'updatedAt'> {
  return defined<ReturnType<typeof base>>({
    schemaVersion: '1.0', id: canonicalId(system, id), externalIds: [externalId(system, id, number)], version: { sourceUpdatedAt: time },
    systemOfRecord: system, createdAt: utc(native['createdAt']) ?? utc(native['created_at']), updatedAt: time,
  });
}

function locationOf(native: Native, system: string): CustomerLocation {
  const of = reader(native);
  const id = gidOfRecord(native) ?? '';
  const number = text(of.text('externalId'));
  const billing = of.object('billingAddress');
  const shipping = of.object('shippingAddress');
  const taxId = text(of.text('taxSettings.taxRegistrationId'));
  return defined<CustomerLocation>({
    id: canonicalId(system, id), externalIds: [externalId(system, id, number)], name: text(of.text('name')) ?? id, customerNumber: number,
    billingAddress: billing && addressOf(addressFacts(billing)), shippingAddress: shipping && addressOf(addressFacts(shipping)),
    taxIds: taxId === undefined ? undefined : [{ scheme: 'VAT', id: taxId.slice(0, 50) }], paymentTerms: termsOf(of.object('buyerExperienceConfiguration.paymentTermsTemplate')),
    checkoutToDraft: of.boolean('buyerExperienceConfiguration.checkoutToDraft'), phone: text(of.text('phone')),
  });
}

function contactOf(native: Native): CustomerContact {
  const of = reader(native);
  const id = of.text('id') ?? '';
  const givenName = text(of.text('customer.firstName'));
  const familyName = text(of.text('customer.lastName'));
  const name = [givenName, familyName].filter(Boolean).join(' ');
  const contact = defined<Contact>({
    name: name || undefined, givenName, familyName, email: text(of.text('customer.defaultEmailAddress.emailAddress')),
    telephone: text(of.text('customer.defaultPhoneNumber.phoneNumber')), language: text(of.text('locale')),
  });
  return defined<CustomerContact>({
    id: gidParts(id)?.tail ?? id, contact: Object.keys(contact).length > 0 ? contact : { id },
    isMain: of.boolean('isMainContact'),
  });
}

function termsOf(native: Native | undefined): PaymentTerms | undefined {
  if (!native) return undefined;
  const days = native['dueInDays'];
  const name = typeof native['name'] === 'string' ? { name: native['name'] } : {};
  if (native['paymentTermsType'] === 'NET' && typeof days === 'number') return { type: 'net', netDays: days, ...name };
  if (native['paymentTermsType'] === 'RECEIPT') return { type: 'dueOnReceipt', ...name };
  return { type: native['paymentTermsType'] === 'FULFILLMENT' ? 'dueOnFulfillment' : 'other', ...name };
}

/** Addresses of customers and of companies, in either shape, under the names of an order's. */
function addressFacts(native: Native): AddressFacts {
  const of = reader(native);
  return defined<AddressFacts>({
    firstName: of.text('firstName', 'first_name'), lastName: of.text('lastName', 'last_name'), company: of.text('company', 'companyName'),
    address1: of.text('address1'), address2: of.text('address2'), city: of.text('city'), zip: of.text('zip'), province: of.text('province'),
    provinceCode: of.text('provinceCode', 'province_code', 'zoneCode'), countryCode: of.text('countryCode', 'countryCodeV2', 'country_code'), phone: of.text('phone'),
  });
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
