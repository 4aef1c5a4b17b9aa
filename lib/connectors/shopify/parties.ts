import { defined, filled } from '../../documents/defined';
import type { Address, Contact, ExternalId, PartyRef } from '../../documents/types';
import { canonicalId, externalId, gid, gidParts } from './gid';
import type { AddressFacts, OrderFacts } from './order-facts';

/** Buyer, bill-to and ship-to of an order. Guests and buyers at a till are named by address or e-mail, else "Guest". */
export function partiesOf(facts: OrderFacts, system: string): { buyerParty: PartyRef; accountingParty?: PartyRef; deliveryParty?: PartyRef } {
  const company = gidOf('Company', facts.company?.id);
  const location = gidOf('CompanyLocation', facts.company?.locationId);
  const customer = gidOf('Customer', facts.customer?.id);
  const own = company ?? customer;
  const legalName = text(facts.billingAddress?.company) ?? text(facts.shippingAddress?.company);
  const ids = [company, location, customer].filter((id) => id !== undefined).map((id): ExternalId => externalId(system, id));
  return defined<ReturnType<typeof partiesOf>>({
    buyerParty: defined<PartyRef>({
      customerId: own && canonicalId(system, own), locationId: location && canonicalId(system, location), legalName, externalIds: filled(ids), contact: contactOf(facts),
    }),
    accountingParty: partyAt(facts.billingAddress), deliveryParty: partyAt(facts.shippingAddress),
  });
}

/** A gid from a gid or from a webhook's number, if that is exact. */
export function gidOf(type: string, id: unknown): string | undefined {
  return typeof id === 'string' && gidParts(id) ? id : gid(type, id);
}

function contactOf({ customer, billingAddress, shippingAddress, email, phone, locale }: OrderFacts): Contact {
  const [who] = [customer, billingAddress, shippingAddress].filter((one) => fullName(one) !== undefined);
  const contact = defined<Contact>({
    name: fullName(who), givenName: text(who?.firstName), familyName: text(who?.lastName),
    email: text(email), telephone: text(phone),
  });
  if (Object.keys(contact).length === 0) contact.name = 'Guest';
  if (locale && /^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(locale)) contact.language = locale;
  return contact;
}

function partyAt(facts: AddressFacts | undefined): PartyRef | undefined {
  const address = facts && addressOf(facts);
  return address && (address.company ? { legalName: address.company, address } : { address });
}

/** An address of the shop; undefined if it holds nothing at all. */
export function addressOf(facts: AddressFacts): Address | undefined {
  const address = defined<Partial<Address>>({
    name: fullName(facts), company: text(facts.company),
    streetName: text(facts.address1), additionalStreetName: text(facts.address2), cityName: text(facts.city),
    postalZone: text(facts.zip), countrySubentity: text(facts.province), countrySubentityCode: subdivision(facts),
    countryCode: text(facts.countryCode), telephone: text(facts.phone),
  });
  return Object.keys(address).length === 0 ? undefined : address as Address; // the schema tells if the country is missing
}

/** ISO 3166-2 of a province code, which the shop writes with or without the country in front. */
function subdivision({ provinceCode, countryCode }: AddressFacts): string | undefined {
  const code = text(provinceCode);
  if (!code || !countryCode) return undefined;
  const full = code.startsWith(`${countryCode}-`) ? code : `${countryCode}-${code}`;
  return /^[A-Z]{2}-[A-Z0-9]{1,3}$/.test(full) ? full : undefined;
}

function fullName(who: { firstName?: string; lastName?: string } | undefined): string | undefined {
  return text([who?.firstName, who?.lastName].map((part) => text(part)).filter(Boolean).join(' '));
}

/** Trimmed text, undefined if nothing is left. */
export function text(value: unknown): string | undefined { return typeof value === 'string' ? value.trim() || undefined : undefined; }
