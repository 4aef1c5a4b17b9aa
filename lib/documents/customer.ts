import type { Address, Customer, CustomerContact, TaxId } from './types';

/** The person a company is spoken to through: the main contact, else the first that has an e-mail address, else the first. */
export function mainContact({ contacts = [] }: Pick<Customer, 'contacts'>): CustomerContact | undefined {
  return contacts.find(({ isMain }) => isMain) ?? contacts.find(({ contact }) => contact.email !== undefined) ?? contacts[0];
}

/** The customer's own e-mail address, else its main contact's. */
export function emailOf(customer: Pick<Customer, 'email' | 'contacts'>): string | undefined { return customer.email ?? mainContact(customer)?.contact.email; }

/** The customer's own phone number, else its first location's, else its main contact's: people change, a company's number stays. */
export function phoneOf(customer: Pick<Customer, 'telephone' | 'contacts' | 'locations'>): string | undefined {
  return customer.telephone ?? customer.locations?.[0]?.phone ?? mainContact(customer)?.contact.telephone;
}

/** Tax ids of the customer and of its locations, each once. */
export function taxIdsOf({ taxIds = [], locations = [] }: Pick<Customer, 'taxIds' | 'locations'>): TaxId[] {
  const all = [...taxIds, ...locations.flatMap((location) => location.taxIds ?? [])];
  return [...new Map(all.reverse().map((taxId) => [bareTaxId(taxId.id), taxId])).values()].reverse();
}

/** A tax id without what people put between its characters. */
export function bareTaxId(id: string): string { return id.replace(/[\s./-]/g, '').toUpperCase(); }

/** Countries that write the number of the house before the street. */
const numberFirst: ReadonlySet<string> = new Set(['US', 'CA', 'GB', 'IE', 'AU', 'NZ', 'FR', 'LU', 'IN', 'SG', 'ZA', 'TH']);

/** Street and house number as one line, in the order of the country. */
export function streetLine({ streetName = '', buildingNumber = '', countryCode }: Partial<Address>): string {
  const parts = [streetName, buildingNumber];
  return (numberFirst.has(countryCode ?? '') ? parts.reverse() : parts).map((part) => part.trim()).filter((part) => part !== '').join(' ');
}

/** A customer number without the zeros in front of it, which systems write or not. */
export function bareNumber(number: string): string { return /^\d+$/.test(number) ? number.replace(/^0+(?=\d)/, '') : number; }
