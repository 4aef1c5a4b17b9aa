import { partsConnection, type PageArgs } from '../connection';
import { companyAddressId, type CompanyRecord, type ContactRecord, type LocationRecord } from '../companies';
import { gid } from '../ids';
import type { Address } from '../model';
import { nameOf } from '../payload-parties';
import { termsTemplateNode, termsTemplates } from '../payment-terms';
import { utcTime } from '../times';
import type { Person } from '../trade';
import type { NodeContext } from './context';
import { metafieldsOf } from './metafields';

/** A `MailingAddress`. */
export function addressNode(address: Address, id: string): object {
  return {
    __typename: 'MailingAddress', id: gid('MailingAddress', id), ...address, name: nameOf(address.firstName, address.lastName),
    countryCodeV2: address.countryCode,
    latitude: null, longitude: null, coordinatesValidated: false, formattedArea: `${address.city}, ${address.country}`,
    formatted: ({ withCompany, withName }: { withCompany?: boolean; withName?: boolean }) => [
      ...(withName === true ? [nameOf(address.firstName, address.lastName)] : []),
      ...(withCompany !== false && address.company !== null ? [address.company] : []), address.address1,
      `${address.zip} ${address.city}`, address.country,
    ],
  };
}

/** A `Customer`. */
export function customerNode(context: NodeContext, person: Person): object {
  const { state } = context;
  const { address } = person;
  const company = person.company === null ? undefined : state.companies.get(person.company);
  return {
    __typename: 'Customer', id: gid('Customer', person.id), legacyResourceId: person.id,
    displayName: nameOf(person.firstName, person.lastName) || person.email || person.phone || '', firstName: person.firstName, lastName: person.lastName,
    email: person.email, phone: person.phone, defaultEmailAddress: person.email === null ? null : { emailAddress: person.email, validFormat: true },
    defaultPhoneNumber: person.phone === null ? null : { phoneNumber: person.phone },
    note: person.note, tags: person.tags, locale: person.locale, state: 'DISABLED', taxExempt: person.taxExempt, verifiedEmail: true,
    numberOfOrders: () => String([...state.orders.values()].filter((order) => order.customerId === person.id).length),
    createdAt: utcTime(person.createdAt), updatedAt: utcTime(person.updatedAt),
    defaultAddress: () => address && addressNode(address, person.id),
    companyContactProfiles: () => (company?.contacts ?? []).filter(({ customer }) => customer === person.id)
      .map((contact) => company && contactNode(context, company, contact)),
    ...metafieldsOf(context, gid('Customer', person.id), 'CUSTOMER'),
  };
}

/** A `Company`. */
export function companyNode(context: NodeContext, company: CompanyRecord): object {
  const { contacts, locations, main } = company;
  const id = gid('Company', context.state.ids.of('Company', company.index));
  const created = utcTime(company.createdAt);
  return {
    __typename: 'Company', id, name: company.name, externalId: company.externalId, note: company.note,
    createdAt: created, updatedAt: utcTime(company.updatedAt), customerSince: created,
    mainContact: () => contacts.filter((contact) => contact.id === main).map((contact) => contactNode(context, company, contact))[0] ?? null,
    contacts: (args: PageArgs) => partsConnection(args, contacts, `contacts of ${id}`, (contact) => contactNode(context, company, contact)),
    locations: (args: PageArgs) => partsConnection(args, locations, `locations of ${id}`, (location) => locationNode(context, company, location)),
    contactsCount: { count: contacts.length, precision: 'EXACT' }, locationsCount: { count: locations.length, precision: 'EXACT' },
    ...metafieldsOf(context, id, 'COMPANY'),
  };
}

/** A `CompanyLocation`. */
export function locationNode(context: NodeContext, company: CompanyRecord, location: LocationRecord): object {
  const times = { createdAt: utcTime(location.createdAt), updatedAt: utcTime(location.updatedAt) };
  const address = (kind: 'billing' | 'shipping') => (): object | null => {
    const at = location[kind];
    return at && {
      __typename: 'CompanyAddress', id: gid('CompanyAddress', companyAddressId(context.state.ids, location.id, kind)),
      companyName: company.name, ...at, zoneCode: at.provinceCode, formattedArea: [at.city, at.country].filter(Boolean).join(', '), ...times,
    };
  };
  return {
    __typename: 'CompanyLocation', id: gid('CompanyLocation', location.id), name: location.name, externalId: location.externalId,
    note: location.note, phone: location.phone, locale: location.locale, currency: location.currency,
    company: () => companyNode(context, company), billingAddress: address('billing'), shippingAddress: address('shipping'),
    buyerExperienceConfiguration: {
      checkoutToDraft: location.checkoutToDraft, editableShippingAddress: location.editableShippingAddress,
      paymentTermsTemplate: termsTemplates.filter(({ id }) => id === location.terms).map(termsTemplateNode)[0] ?? null,
    },
    taxSettings: { taxExempt: location.taxExempt, taxExemptions: location.taxExemptions, taxRegistrationId: location.taxRegistrationId }, ...times,
    ...metafieldsOf(context, gid('CompanyLocation', location.id), 'COMPANY_LOCATION'),
  };
}

/** A `CompanyContact`. */
export function contactNode(context: NodeContext, company: CompanyRecord, contact: ContactRecord): object {
  return {
    __typename: 'CompanyContact', id: gid('CompanyContact', contact.id), title: contact.title, locale: contact.locale,
    isMainContact: contact.id === company.main,
    company: () => companyNode(context, company),
    customer: () => { const person = context.state.person(contact.customer); return person && customerNode(context, person); },
    createdAt: utcTime(contact.createdAt), updatedAt: utcTime(contact.updatedAt),
  };
}
