import { defined } from '../../documents/defined';
import { streetLine } from '../../documents/customer';
import type { Address, Contact, Customer, CustomerLocation, PaymentTerms, TaxId } from '../../documents/types';
import { normalisePhone } from '../../documents/normalise';
import { DataError } from '../../errors';
import type { Canonical, Native } from '../contract';
import { gid } from './gid';
import { text } from './parties';

/** What is written of a company, named as in the API's inputs. What is not named stays as it is. */
export interface CompanyWrite extends Native {
  /** Without a name where somebody else owns it: then the company's stays, and locations that bear it have ''. */
  company: { name?: string; externalId?: string };
  locations: LocationWrite[];
  contacts: ContactWrite[];
  /** What of the document the shop has no place for. */
  warnings?: string[];
}

/** A location; found again by `id`, else by `externalId`, else by its name. */
export interface LocationWrite {
  id?: string; name: string; externalId?: string; phone?: string;
  billingAddress?: AddressWrite; shippingAddress?: AddressWrite;
  taxRegistrationId?: string; taxExempt?: boolean; checkoutToDraft?: boolean;
  paymentTerms?: TermsWrite;
}

export interface TermsWrite { paymentTermsType: 'NET' | 'RECEIPT' | 'FULFILLMENT'; dueInDays: number | null }

/** An address as a whole: what is null is empty. The optional fields are left as they are where a document does not know them. */
export interface AddressWrite {
  address1: string; address2: string | null; city: string; zip: string | null; countryCode: string;
  zoneCode?: string; recipient?: string; phone?: string;
}

/** A contact; found again by `email`. */
export interface ContactWrite { email: string; firstName?: string; lastName?: string; phone?: string; locale?: string; isMain: boolean }

/** What is written of a person. */
export interface PersonWrite extends Native {
  customer: { firstName?: string; lastName?: string; email?: string; phone?: string; locale?: string; taxExempt?: boolean };
  address?: Omit<AddressWrite, 'zoneCode' | 'recipient'> & { provinceCode?: string; company?: string };
  warnings?: string[];
}

export function isCompanyWrite(document: Native): document is CompanyWrite { return 'company' in document; }

/** What the shop takes of a customer. Throws DataError for a person with neither e-mail address nor phone number: it could not be found again. */
export function customerWriteOf(document: Canonical, system: string): CompanyWrite | PersonWrite {
  const customer = document as unknown as Customer;
  return customer.customerType === 'company' ? companyWriteOf(customer, system) : personWriteOf(customer, system);
}

function companyWriteOf(customer: Customer, system: string): CompanyWrite {
  const warnings: string[] = [];
  const home = customer.externalIds.find((one) => one.system !== system);
  const taxId = vatOf(customer.taxIds, warnings, 'the customer');
  const { taxExempt } = customer;
  if (customer.taxExemptions?.length) warnings.push('taxExemptions: the shop was told of none; assign them there.');
  if (customer.status !== 'active') warnings.push(`status ${customer.status}: a company of the shop cannot be blocked; take its contacts' roles away there.`);
  const locations = locationsOf(customer).map((location, at) => defined<LocationWrite>({
    // The ERP may have made its location of one of the shop's.
    id: location.externalIds?.find((one) => one.system === system)?.id ?? gid('CompanyLocation', location.id), name: location.name, externalId: externalIdOf(location, system),
    phone: phoneOf(location.phone ?? (at === 0 ? customer.telephone : undefined)),
    billingAddress: addressOf(location.billingAddress), shippingAddress: addressOf(location.shippingAddress),
    taxRegistrationId: vatOf(location.taxIds, warnings, location.name) ?? taxId, taxExempt, checkoutToDraft: location.checkoutToDraft,
    paymentTerms: termsOf(location.paymentTerms ?? customer.paymentTerms, warnings),
  }));
  return {
    company: defined<CompanyWrite['company']>({ name: customer.legalName, externalId: fitting(customer.customerNumber ?? home?.number ?? home?.id) }),
    locations, contacts: contactsOf(customer, warnings), ...noted(warnings),
  };
}

function personWriteOf(customer: Customer, system: string): PersonWrite {
  const { person, email, telephone, language, taxExempt, addresses = [], locations = [] } = customer;
  if (email === undefined && telephone === undefined) {
    const record = `customer ${customer.customerNumber ?? customer.id}`;
    throw new DataError('DATA_CUSTOMER_WITHOUT_CONTACT', `${record} is a person without e-mail address and phone number: ${system} could not tell it from others. Add one of them.`, {
      system, record, issues: [{ path: 'email', rule: 'required', message: 'an e-mail address or a phone number is needed' }],
    });
  }
  const warnings: string[] = [];
  if (customer.taxIds?.length) warnings.push('taxIds: a person of the shop has none.');
  if (customer.paymentTerms && customer.paymentTerms.type !== 'prepaid') warnings.push('paymentTerms: a person of the shop has none.');
  const main = (addresses.find(({ isDefault }) => isDefault) ?? addresses[0])?.address ?? locations[0]?.billingAddress ?? locations[0]?.shippingAddress;
  const address = addressOf(main);
  const { zoneCode, recipient: _, ...rest } = address ?? {};
  return {
    customer: defined<PersonWrite['customer']>({ firstName: person?.givenName, lastName: person?.familyName, email, phone: phoneOf(telephone), locale: language, taxExempt }),
    ...(address && { address: defined<NonNullable<PersonWrite['address']>>({ ...rest as AddressWrite, provinceCode: zoneCode, company: main?.company }) }),
    ...noted(warnings),
  };
}

const noted = (warnings: string[]): { warnings?: string[] } => warnings.length > 0 ? { warnings: [...new Set(warnings)] } : {};

/** The locations of a document, or what its addresses make of one. */
function locationsOf(customer: Customer): CustomerLocation[] {
  const { locations, addresses = [], customerNumber } = customer;
  if (locations?.length) return locations;
  const at = (usage: 'billing' | 'shipping'): Address | undefined => (addresses.find((one) => one.usage.includes(usage)) ?? addresses.find(({ isDefault }) => isDefault))?.address;
  const [billingAddress, shippingAddress] = [at('billing'), at('shipping')];
  if (!billingAddress && !shippingAddress) return [];
  return [defined<CustomerLocation>({ id: customerNumber ?? customer.id, name: customer.legalName ?? '', customerNumber, billingAddress, shippingAddress })];
}

/** The number of a location in the ERP. */
function externalIdOf(location: CustomerLocation, system: string): string | undefined {
  const other = location.externalIds?.find((one) => one.system !== system);
  return fitting(location.customerNumber ?? other?.number ?? other?.id ?? location.id);
}

/** An external id the shop takes: at most 64 characters, and no blanks among them. */
function fitting(id: string | undefined): string | undefined { return id !== undefined && /^[!-~]{1,64}$/.test(id) ? id : undefined; }

/** The shop keeps one registration a location: the VAT number, if there is one. */
function vatOf(taxIds: TaxId[] = [], warnings: string[], of: string): string | undefined {
  const [first] = [...taxIds].sort((a, b) => Number(b.scheme === 'VAT') - Number(a.scheme === 'VAT'));
  if (taxIds.length > 1) warnings.push(`taxIds: the shop keeps one tax id; the others of ${of} were left out.`);
  return first?.id;
}

function termsOf(terms: PaymentTerms | undefined, warnings: string[]): TermsWrite | undefined {
  if (!terms) return undefined;
  switch (terms.type) {
    case 'net': return terms.netDays ? { paymentTermsType: 'NET', dueInDays: terms.netDays } : { paymentTermsType: 'RECEIPT', dueInDays: null };
    case 'dueOnReceipt': return { paymentTermsType: 'RECEIPT', dueInDays: null };
    case 'dueOnFulfillment': return { paymentTermsType: 'FULFILLMENT', dueInDays: null };
    default:
      warnings.push(`paymentTerms ${terms.code ?? terms.type}: no net days are known of them, so the shop's stayed as they are.`);
      return undefined;
  }
}

/**
 * Contacts that have an e-mail address; without any contact, the company's own address makes one. Its phone number does
 * not go with it: the shop gives one number to one account only.
 */
function contactsOf(customer: Customer, warnings: string[]): ContactWrite[] {
  const { contacts = [], email, language } = customer;
  if (contacts.length === 0) return email === undefined ? [] : [defined<ContactWrite>({ email, locale: language, isMain: true })];
  const usable = contacts.filter(({ contact }) => contact.email !== undefined);
  if (usable.length < contacts.length) warnings.push('contacts: those without an e-mail address were left out.');
  const main = usable.find(({ isMain }) => isMain) ?? usable[0];
  return usable.map((one) => defined<ContactWrite>({ email: one.contact.email ?? '', ...namesOf(one.contact), phone: phoneOf(one.contact.telephone), locale: one.contact.language, isMain: one === main }));
}

function namesOf({ givenName, familyName, name }: Contact): { firstName: string | undefined; lastName: string | undefined } {
  return givenName === undefined && familyName === undefined ? { firstName: undefined, lastName: name } : { firstName: givenName, lastName: familyName };
}

function addressOf(address: Address | undefined): AddressWrite | undefined {
  return address && defined<AddressWrite>({
    address1: streetLine(address) || text(address.postbox) || '', address2: text(address.additionalStreetName) ?? null, city: text(address.cityName) ?? '',
    zip: text(address.postalZone) ?? null, countryCode: address.countryCode, zoneCode: address.countrySubentityCode?.replace(/^[A-Z]{2}-/, ''),
    recipient: text(address.careOf), phone: phoneOf(text(address.telephone)),
  });
}

/** As the shop keeps numbers; one that is none is for the shop to refuse. */
function phoneOf(phone: string | undefined): string | undefined { return phone === undefined ? undefined : normalisePhone(phone) ?? phone; }
