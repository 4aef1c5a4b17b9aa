import { emailOf, mainContact, phoneOf, taxIdsOf } from '../../documents/customer';
import type { Address, Customer, CustomerLocation, TaxId } from '../../documents/types';
import type { Canonical, Native } from '../contract';
import { filled } from './fields';
import type { SapOptions } from './options';

/** What says which business partner it is and cannot change later; of a new one only. */
export const settled = ['BusinessPartnerCategory', 'BusinessPartnerGrouping', 'BusinessPartnerIDByExtSystem'] as const;
/** Regions of these countries are called in SAP what ISO 3166-2 calls them. */
export const isoRegions: ReadonlySet<string> = new Set(['US', 'CA']);

/** Fields of a customer that the API of business partners has no place for, as far as shops know of them. */
const noPlace = [
  'tradingName', 'registrationNumber', 'gln', 'duns', 'website', 'customerGroups', 'priceListIds', 'salesRep', 'taxExempt', 'taxExemptions', 'allowedPaymentMethods', 'credit', 'consent',
] as const;

/**
 * A customer as A_BusinessPartner with what belongs to it, in the shape of a deep insert; an update takes the same. The first
 * address is the standard one. `warnings` tells what of the document has no place in it, and is not sent.
 */
export function partnerOf(document: Canonical, options: SapOptions): Native {
  const customer = document as unknown as Customer;
  const { legalName, person, language, currency, deliveryTerms } = customer;
  // A document may lack what its owner keeps for itself: its name, too.
  const isPerson = customer.customerType === 'person';
  const warnings: string[] = noPlace.filter((name) => hasContent(customer[name])).map((name) => `${name}: not written, business partners have no place for it.`);
  if (customer.status !== 'active') warnings.push(`status ${customer.status}: not written, blocks are SAP's own.`);
  const contact = mainContact(customer)?.contact;
  if (contact && (contact.name ?? contact.familyName ?? contact.givenName)) warnings.push('contacts: of the main contact e-mail address and phone number were written, of others nothing.');
  const addresses = addressesOf(customer, options, warnings);
  const taxes = taxesOf(taxIdsOf(customer), addresses[0], warnings);
  const terms = termsOf(customer, options, warnings);
  return {
    BusinessPartnerCategory: isPerson ? '1' : '2', BusinessPartnerGrouping: options.partnerGrouping, BusinessPartnerIDByExtSystem: ownReference(customer),
    ...(isPerson ? person && { FirstName: (person.givenName ?? '').slice(0, 40), LastName: (person.familyName ?? '').slice(0, 40) } : organisationFields(legalName ?? '', warnings)),
    ...(language && { CorrespondenceLanguage: language.slice(0, 2).toUpperCase() }),
    to_BusinessPartnerRole: [{ BusinessPartnerRole: 'FLCU01' }], to_BusinessPartnerAddress: addresses,
    ...(taxes.length > 0 && { to_BusinessPartnerTax: taxes }),
    to_Customer: {
      to_CustomerSalesArea: [{
        SalesOrganization: options.salesOrganization, DistributionChannel: options.distributionChannel, Division: options.division,
        ...(currency && { Currency: currency }), ...(terms && { CustomerPaymentTerms: terms }),
        ...(deliveryTerms && { IncotermsClassification: deliveryTerms.code, ...(deliveryTerms.place && { IncotermsLocation1: deliveryTerms.place.slice(0, 70) }) }),
      }],
    },
    ...(warnings.length > 0 && { warnings: [...new Set(warnings)] }),
  };
}

/** A deep insert as it is sent: without empty fields and numbers that SAP gives, with the currency that new customers get. */
export function asInsert({ warnings: _, ...partner }: Native, { customerCurrency }: SapOptions): Native {
  const addresses = (partner['to_BusinessPartnerAddress'] as Native[] | undefined)?.map(({ AddressID: _id, ...address }) => address);
  const customer = partner['to_Customer'] as { to_CustomerSalesArea?: Native[] } | undefined;
  return filled({
    ...partner, ...(addresses && { to_BusinessPartnerAddress: addresses }),
    ...(customer?.to_CustomerSalesArea && { to_Customer: { ...customer, to_CustomerSalesArea: customer.to_CustomerSalesArea.map((area) => ({ Currency: customerCurrency, ...area })) } }),
  });
}

/** Twenty characters that name the customer's origin: what a customer we created is found by again. */
function ownReference(customer: Partial<Pick<Customer, 'externalIds' | 'id'>>): string {
  const id = customer.externalIds?.[0]?.id ?? customer.id ?? '';
  return id.slice(id.lastIndexOf('/') + 1).slice(-20);
}

/** A long name goes on in the next of four name fields, at a blank if there is one. */
function organisationFields(name: string, warnings: string[]): Native {
  const lines: string[] = [];
  let rest = name.trim();
  for (let n = 0; n < 4; n++) {
    const blank = rest.length > 40 ? rest.lastIndexOf(' ', 40) : -1;
    const line = rest.slice(0, blank > 0 ? blank : 40);
    lines.push(line);
    rest = rest.slice(line.length).trim();
  }
  if (rest !== '') warnings.push('legalName: too long, its end was left out.');
  return Object.fromEntries(lines.map((line, n) => [`OrganizationBPName${String(n + 1)}`, line]));
}

/** The standard address, with e-mail and phone, and one for each further location. */
function addressesOf(customer: Customer, { language, system }: SapOptions, warnings: string[]): Native[] {
  const [email, telephone] = [emailOf(customer), phoneOf(customer)];
  const { locations = [], addresses = [] } = customer;
  const rows = locations.length > 0 ? locations.map((location, at) => ofLocation(location, at, system, warnings))
    : [...addresses].sort((a, b) => Number(b.isDefault === true) - Number(a.isDefault === true)).map(({ address }) => addressRow(address));
  const [first = {}, ...others] = rows;
  return [{
    ...first, Language: language, ...(email && { to_EmailAddress: [{ EmailAddress: email }] }), ...(telephone && { to_PhoneNumber: [{ PhoneNumber: telephone }] }),
  }, ...others.map((row) => ({ ...row, Language: language }))];
}

/** SAP has one address a location: of the first the one bills go to, of others the one goods go to. */
function ofLocation({ billingAddress, shippingAddress, externalIds = [], customerNumber, phone, name, id }: CustomerLocation, at: number, system: string, warnings: string[]): Native {
  const address = at === 0 ? billingAddress ?? shippingAddress : shippingAddress ?? billingAddress;
  const other = at === 0 ? shippingAddress : undefined;
  if (other && billingAddress && !isSame(other, billingAddress)) warnings.push(`locations: ${name} has its goods sent elsewhere, which has no place in its one address.`);
  const own = externalIds.find((one) => one.system === system);
  const foreign = externalIds.find((one) => one.system !== system)?.id ?? id;
  const number = own?.id ?? customerNumber;
  return {
    ...(number && /^\w{1,10}$/.test(number) && { AddressID: number }), AddressIDByExternalSystem: foreign.slice(foreign.lastIndexOf('/') + 1).slice(-20),
    ...(address && addressRow(address)), ...(at > 0 && phone && { to_PhoneNumber: [{ PhoneNumber: phone }] }),
  };
}

function addressRow(address: Address): Native {
  const { streetName = '', buildingNumber = '', additionalStreetName = '', careOf = '', postbox = '', cityName = '', postalZone = '', countryCode, countrySubentityCode } = address;
  return {
    StreetName: streetName, HouseNumber: buildingNumber, StreetPrefixName: additionalStreetName, CityName: cityName, PostalCode: postalZone, Country: countryCode,
    ...(careOf && { CareOfName: careOf }), ...(postbox && { POBox: postbox }),
    ...(countrySubentityCode && isoRegions.has(countryCode) && { Region: countrySubentityCode.slice(3) }),
  };
}

function isSame(a: Address, b: Address): boolean {
  const names = ['streetName', 'buildingNumber', 'additionalStreetName', 'cityName', 'postalZone', 'countryCode'] as const;
  return names.every((name) => (a[name] ?? '') === (b[name] ?? ''));
}

/** VAT numbers, each under the tax type of its country; which of SAP's types another number has cannot be told. */
function taxesOf(taxIds: TaxId[], address: Native | undefined, warnings: string[]): Native[] {
  const byType = new Map<string, Native>();
  for (const { scheme, id, countryCode } of taxIds) {
    const prefix = /^[A-Z]{2}/.exec(id.toUpperCase())?.[0];
    const country = countryCode ?? (prefix === 'EL' ? 'GR' : prefix) ?? (typeof address?.['Country'] === 'string' ? address['Country'] : undefined);
    if (scheme !== 'VAT' || country === undefined) { warnings.push('taxIds: those that are no VAT numbers were not written.'); continue; }
    const type = `${country}0`;
    if (byType.has(type)) warnings.push(`taxIds: SAP takes one VAT number of ${country}; the first was written.`);
    else byType.set(type, { BPTaxType: type, ...(id.length > 20 ? { BPTaxLongNumber: id } : { BPTaxNumber: id }) });
  }
  return [...byType.values()];
}

/** The code of terms of payment: their own if SAP has it, else one of the same days. */
function termsOf({ paymentTerms, locations = [] }: Customer, { paymentTerms: known }: SapOptions, warnings: string[]): string | undefined {
  const terms = paymentTerms ?? locations[0]?.paymentTerms;
  if (!terms) return undefined;
  if (terms.code !== undefined && known.has(terms.code)) return terms.code;
  const days = terms.type === 'dueOnReceipt' ? 0 : terms.type === 'net' ? terms.netDays : undefined;
  const code = [...known].find(([, netDays]) => netDays === days)?.[0];
  if (code === undefined) warnings.push(`paymentTerms: the settings name no terms of ${String(days ?? terms.type)} days, so SAP's own stayed.`);
  return code;
}

/** Is there anything in a field that somebody could miss? */
function hasContent(value: unknown): boolean {
  return value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0);
}
