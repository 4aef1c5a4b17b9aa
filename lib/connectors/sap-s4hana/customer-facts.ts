import type { Customer, PaymentTerms } from '../../documents/types';
import type { Canonical, Native } from '../contract';
import { dated, type Clock } from './clock';
import { filled, listOf, text } from './fields';
import type { SapOptions } from './options';

/** Roles of an address by its usage in SAP; any other usage is `other`. */
const usages: Readonly<Record<string, string[]>> = { XXDFLT: ['billing', 'shipping'], BILL_TO: ['billing'], SHIP_TO: ['shipping'] };

/** A business partner with what the mapping to a canonical customer cannot work out itself, as `facts`. Empty fields are gone. */
export function withCustomerFacts(native: Native, options: SapOptions, changed: Clock): Native {
  const partner = filled(native);
  const customer = (partner['to_Customer'] ?? {}) as Native;
  const area = areaOf(listOf(customer['to_CustomerSalesArea']), options);
  const addresses = addressesOf(partner);
  const [main] = addresses;
  // The same however late it is read.
  const createdAt = dated('CreationDate', 'CreationTime', options.timeZone).of(native);
  return {
    ...partner,
    facts: {
      system: options.system, number: text(partner, 'Customer') || text(partner, 'BusinessPartner'), createdAt, changedAt: changed.of(native) ?? createdAt,
      name: organisationName(partner), status: statusOf(partner, customer, area), area, taxIds: taxIdsOf(partner), addresses,
      email: main?.email, telephone: main?.telephone, terms: termsOf(text(area ?? {}, 'CustomerPaymentTerms'), options),
    },
  };
}

/** The sales area of the settings: what holds for the orders we write. */
function areaOf(areas: Native[], { salesOrganization, distributionChannel, division }: SapOptions): Native | undefined {
  return areas.find((area) => area['SalesOrganization'] === salesOrganization && area['DistributionChannel'] === distributionChannel && area['Division'] === division);
}

/** The name of an organisation as a whole. */
export function organisationName(partner: Native): string {
  const parts = [1, 2, 3, 4].map((n) => text(partner, `OrganizationBPName${String(n)}`)).filter(Boolean).join(' ');
  return parts || text(partner, 'BusinessPartnerFullName') || text(partner, 'BusinessPartnerName');
}

/** Terms of payment with their days, if the settings know them. */
function termsOf(code: string, { paymentTerms }: SapOptions): PaymentTerms | undefined {
  const netDays = paymentTerms.get(code);
  if (code === '') return undefined;
  return netDays === undefined ? { type: 'other', code } : { type: 'net', netDays, code };
}

/** A block for orders is a block; a mark for deletion means that nobody is to use the customer any more. */
function statusOf(partner: Native, customer: Native, area: Native | undefined): string {
  if (partner['IsMarkedForArchiving'] === true || customer['DeletionIndicator'] === true || area?.['DeletionIndicator'] === true) return 'inactive';
  const blocked = partner['BusinessPartnerIsBlocked'] === true || text(customer, 'OrderIsBlockedForCustomer') || text(area ?? {}, 'OrderIsBlockedForCustomer');
  return blocked ? 'blocked' : 'active';
}

/** `DE0` is a German VAT number, `DE1` and so on are numbers the country itself gives. */
function taxIdsOf(partner: Native): Native[] | undefined {
  const found = listOf(partner['to_BusinessPartnerTax']).flatMap((row) => {
    const [, countryCode, kind] = /^([A-Z]{2})(\d)$/.exec(text(row, 'BPTaxType')) ?? [];
    const id = text(row, 'BPTaxLongNumber') || text(row, 'BPTaxNumber');
    return id === '' ? [] : [{ scheme: kind === '0' ? 'VAT' : 'LOCAL', id, ...(countryCode && { countryCode }) }];
  });
  return found.length > 0 ? found : undefined;
}

/** Addresses with their usage, e-mail and phone; the standard address first. */
function addressesOf(partner: Native): (Native & { email?: string; telephone?: string })[] {
  const rows = listOf(partner['to_BusinessPartnerAddress']).filter((row) => text(row, 'Country') !== '');
  const standard = standardAddress(rows);
  return rows.map((row) => {
    const isDefault = row === standard;
    const usage = [...new Set([...(isDefault ? ['XXDFLT'] : []), ...usagesOf(row)].flatMap((name) => usages[name] ?? ['other']))];
    const email = preferred(row['to_EmailAddress'], 'IsDefaultEmailAddress', 'EmailAddress');
    const telephone = preferred(row['to_PhoneNumber'], 'IsDefaultPhoneNumber', 'InternationalPhoneNumber') ?? preferred(row['to_PhoneNumber'], 'IsDefaultPhoneNumber', 'PhoneNumber');
    return { ...row, isDefault, usage: usage.length > 0 ? usage : ['other'], ...(email && { email }), ...(telephone && { telephone }) };
  }).sort((a, b) => Number(b.isDefault) - Number(a.isDefault));
}

/** The address that holds for all that has none of its own: the one that is marked so, or else the oldest, in whatever order they come. */
export function standardAddress(rows: Native[]): Native | undefined {
  const number = (row: Native): string => text(row, 'AddressID').padStart(10, '0');
  return rows.find((row) => usagesOf(row).includes('XXDFLT')) ?? [...rows].sort((a, b) => number(a) < number(b) ? -1 : 1)[0];
}

function usagesOf(row: Native): string[] { return listOf(row['to_AddressUsage']).map((usage) => text(usage, 'AddressUsage')); }

/**
 * A company with a location for each of its addresses, told apart by the address's number: the standard address is where
 * bills go, the others are where goods go. One that was made of another system's location bears that one's id.
 */
export function withLocations(document: Canonical, partner: Native, system: string): Canonical {
  const { addresses = [], legalName } = document as Partial<Customer>;
  if (legalName === undefined || addresses.length === 0) return document;
  const origins = new Map(listOf(partner['to_BusinessPartnerAddress']).map((row) => [text(row, 'AddressID'), text(row, 'AddressIDByExternalSystem')]));
  const locations = addresses.flatMap(({ address, isDefault }) => address.id === undefined ? [] : [{
    id: origins.get(address.id) || `${system}:Address:${address.id}`, externalIds: [{ system, type: 'Address', id: address.id }], name: address.name ?? legalName,
    ...(isDefault ? { billingAddress: address } : { shippingAddress: address }),
  }]);
  return { ...document, locations };
}

function preferred(rows: unknown, flag: string, field: string): string | undefined {
  const list = listOf(rows);
  return text(list.find((row) => row[flag] === true) ?? list[0] ?? {}, field) || undefined;
}
