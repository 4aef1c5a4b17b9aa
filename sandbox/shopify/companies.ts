import type { Ids } from './ids';
import type { Address } from './model';
import { templateOf } from './payment-terms';
import { addressOf, type Trade } from './trade';

/** An address of a location. */
export interface CompanyAddress extends Omit<Address, 'company'> { recipient: string | null }

/** Where a company orders from and has its goods sent to. */
export interface LocationRecord {
  /** Digits of its gid. */
  id: string;
  name: string;
  externalId: string | null;
  note: string | null;
  phone: string | null;
  locale: string | null;
  currency: string;
  billing: CompanyAddress | null;
  shipping: CompanyAddress | null;
  taxRegistrationId: string | null;
  taxExempt: boolean;
  taxExemptions: string[];
  checkoutToDraft: boolean;
  editableShippingAddress: boolean;
  /** Digits of the payment terms template. */
  terms: string | null;
  createdAt: number;
  updatedAt: number;
}

/** A customer account that acts for a company. */
export interface ContactRecord { id: string; customer: string; title: string | null; locale: string | null; createdAt: number; updatedAt: number }

/** A company as the shop keeps it. Never changed in place. */
export interface CompanyRecord {
  /** 1, 2, 3 …: its gid is made of it. */
  index: number;
  name: string;
  externalId: string | null;
  note: string | null;
  createdAt: number;
  updatedAt: number;
  locations: LocationRecord[];
  contacts: ContactRecord[];
  /** Id of the main contact. */
  main: string | null;
}

/** The companies of a trade, each with its contact, as the shop has them in the beginning. */
export function companiesOf({ world, people, ids }: Trade): CompanyRecord[] {
  return world.companies.map((company) => {
    const at = people[company.index - 1]?.createdAt ?? 0;
    const times = { createdAt: at, updatedAt: at };
    const contact = ids.of('CompanyContact', company.index);
    return {
      index: company.index, name: company.name, externalId: company.customerNumber, note: null, ...times, main: contact,
      locations: company.locations.map((location, place): LocationRecord => {
        const { company: _, ...address } = addressOf(company, place);
        const here: CompanyAddress = { ...address, recipient: `${company.contact.firstName} ${company.contact.lastName}` };
        return {
          ...bareLocation(ids.of('CompanyLocation', company.index * 10 + place), location.name, company.currency, at),
          externalId: location.number, phone: company.contact.phone, locale: 'de', billing: here, shipping: here,
          taxRegistrationId: company.vatId, terms: templateOf(company.terms.netDays)?.id ?? null,
        };
      }),
      contacts: [{ id: contact, customer: ids.of('Customer', company.index), title: 'Purchasing', locale: 'de', ...times }],
    };
  });
}

/** A location of which nothing but its name is known. */
export function bareLocation(id: string, name: string, currency: string, now: number): LocationRecord {
  return {
    id, name, currency, externalId: null, note: null, phone: null, locale: null, billing: null, shipping: null, taxRegistrationId: null, taxExempt: false,
    taxExemptions: [], checkoutToDraft: false, editableShippingAddress: false, terms: null, createdAt: now, updatedAt: now,
  };
}

/** Digits of the id of a location's address. */
export function companyAddressId(ids: Ids, location: string, kind: 'billing' | 'shipping'): string {
  return ids.of('CompanyAddress', ids.indexOf('CompanyLocation', location) * 10 + (kind === 'billing' ? 0 : 1));
}
