import type { WorldCompany } from '../../world';
import { partsConnection, type PageArgs } from '../connection';
import { gid } from '../ids';
import type { Address } from '../model';
import { nameOf } from '../payload-parties';
import { utcTime } from '../times';
import { addressOf, companyOf, type Person } from '../trade';
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
  const company = person.company;
  return {
    __typename: 'Customer', id: gid('Customer', person.id), legacyResourceId: person.id,
    displayName: nameOf(person.firstName, person.lastName), firstName: person.firstName, lastName: person.lastName,
    email: person.email, phone: person.phone, defaultEmailAddress: { emailAddress: person.email, validFormat: true },
    defaultPhoneNumber: person.phone === null ? null : { phoneNumber: person.phone },
    note: person.note, tags: person.tags, locale: person.locale, state: 'DISABLED', taxExempt: false, verifiedEmail: true,
    numberOfOrders: () => String([...context.state.orders.values()].filter((order) => order.customerId === person.id).length),
    createdAt: utcTime(person.createdAt), updatedAt: utcTime(person.updatedAt),
    defaultAddress: () => addressNode(person.address, person.id),
    companyContactProfiles: () => company === null ? [] : [contactNode(context, companyOf(context.state.trade.world, company))],
    ...metafieldsOf(context, gid('Customer', person.id), 'CUSTOMER'),
  };
}

/** A `Company`. */
export function companyNode(context: NodeContext, index: number): object {
  const { state } = context;
  const company = companyOf(state.trade.world, index);
  const record = state.companies.get(index);
  const id = gid('Company', state.ids.of('Company', index));
  const created = utcTime(record?.createdAt ?? 0);
  return {
    __typename: 'Company', id, name: company.name, externalId: record?.externalId ?? null, note: record?.note ?? null,
    createdAt: created, updatedAt: utcTime(record?.updatedAt ?? 0), customerSince: created,
    mainContact: () => contactNode(context, company),
    contacts: (args: PageArgs) => partsConnection(args, [company], `contacts of ${id}`, () => contactNode(context, company)),
    locations: (args: PageArgs) => partsConnection(
      args, company.locations.map((_, at) => at), `locations of ${id}`, (at) => locationNode(context, index, at),
    ),
    contactsCount: { count: 1, precision: 'EXACT' }, locationsCount: { count: company.locations.length, precision: 'EXACT' },
    ...metafieldsOf(context, id, 'COMPANY'),
  };
}

/** A `CompanyLocation`; its external id is the company's with the location's number. */
export function locationNode(context: NodeContext, index: number, at: number): object {
  const { state } = context;
  const company = companyOf(state.trade.world, index);
  const record = state.companies.get(index);
  const digits = state.ids.of('CompanyLocation', index * 10 + at);
  const address = addressOf(company, at);
  const { netDays } = company.terms;
  const times = { createdAt: utcTime(record?.createdAt ?? 0), updatedAt: utcTime(record?.updatedAt ?? 0) };
  const companyAddress = (kind: number): object => ({
    __typename: 'CompanyAddress', id: gid('CompanyAddress', state.ids.of('CompanyAddress', index * 100 + at * 10 + kind)),
    companyName: company.name, recipient: nameOf(address.firstName, address.lastName),
    ...address, zoneCode: address.provinceCode, formattedArea: `${address.city}, ${address.country}`, ...times,
  });
  return {
    __typename: 'CompanyLocation', id: gid('CompanyLocation', digits), name: company.locations[at]?.name ?? company.name,
    externalId: record?.externalId ? `${record.externalId}-${String(at + 1)}` : null, note: null, phone: company.contact.phone,
    locale: 'de', currency: company.currency,
    company: () => companyNode(context, index), billingAddress: () => companyAddress(0), shippingAddress: () => companyAddress(1),
    buyerExperienceConfiguration: {
      checkoutToDraft: false, editableShippingAddress: false,
      paymentTermsTemplate: {
        id: `gid://shopify/PaymentTermsTemplate/${String(netDays + 1)}`,
        name: netDays === 0 ? 'Due on receipt' : `Net ${String(netDays)}`,
        translatedName: netDays === 0 ? 'Due on receipt' : `Net ${String(netDays)}`, description: '',
        dueInDays: netDays === 0 ? null : netDays, paymentTermsType: netDays === 0 ? 'RECEIPT' : 'NET',
      },
    },
    taxSettings: { taxExempt: false, taxRegistrationId: company.vatId }, ...times,
    ...metafieldsOf(context, gid('CompanyLocation', digits), 'COMPANY_LOCATION'),
  };
}

export function contactNode(context: NodeContext, company: WorldCompany): object {
  const { state } = context;
  const record = state.companies.get(company.index);
  return {
    __typename: 'CompanyContact', id: gid('CompanyContact', state.ids.of('CompanyContact', company.index)), title: 'Purchasing',
    locale: 'de', isMainContact: true,
    company: () => companyNode(context, company.index),
    customer: () => {
      const person = state.trade.people.find((one) => one.company === company.index);
      return person && customerNode(context, person);
    },
    createdAt: utcTime(record?.createdAt ?? 0), updatedAt: utcTime(record?.updatedAt ?? 0),
  };
}
