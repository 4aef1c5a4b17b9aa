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
  return {
    buyerParty: {
      ...(own ? { customerId: canonicalId(system, own) } : {}), ...(location ? { locationId: canonicalId(system, location) } : {}),
      ...(legalName ? { legalName } : {}), ...(ids.length > 0 ? { externalIds: ids } : {}), contact: contactOf(facts),
    },
    ...named('accountingParty', facts.billingAddress), ...named('deliveryParty', facts.shippingAddress),
  };
}

/** A gid from a gid or from a webhook's number, if that is exact. */
export function gidOf(type: string, id: unknown): string | undefined {
  return typeof id === 'string' && gidParts(id) ? id : gid(type, id);
}

function contactOf({ customer, billingAddress, shippingAddress, email, phone, locale }: OrderFacts): Contact {
  const [who] = [customer, billingAddress, shippingAddress].filter((one) => fullName(one) !== undefined);
  const mail = text(email);
  const telephone = text(phone);
  const contact: Contact = {
    ...optional('name', fullName(who)), ...optional('givenName', text(who?.firstName)), ...optional('familyName', text(who?.lastName)),
    ...optional('email', mail), ...optional('telephone', telephone),
  };
  if (Object.keys(contact).length === 0) contact.name = 'Guest';
  return { ...contact, ...(locale && /^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(locale) ? { language: locale } : {}) };
}

function named<K extends 'accountingParty' | 'deliveryParty'>(key: K, facts: AddressFacts | undefined): Partial<Record<K, PartyRef>> {
  const address = facts && addressOf(facts);
  if (!address) return {};
  return { [key]: { ...(address.company ? { legalName: address.company } : {}), address } } as Partial<Record<K, PartyRef>>;
}

/** An address of the shop; undefined if it holds nothing at all. */
export function addressOf(facts: AddressFacts): Address | undefined {
  const address = {
    ...optional('name', fullName(facts)), ...optional('company', text(facts.company)),
    ...optional('streetName', text(facts.address1)), ...optional('additionalStreetName', text(facts.address2)), ...optional('cityName', text(facts.city)),
    ...optional('postalZone', text(facts.zip)), ...optional('countrySubentity', text(facts.province)), ...optional('countrySubentityCode', subdivision(facts)),
    ...optional('countryCode', text(facts.countryCode)), ...optional('telephone', text(facts.phone)),
  };
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

/** `{ [key]: value }`, or nothing for undefined. */
export function optional<K extends string, V>(key: K, value: V | undefined): Partial<Record<K, V>> {
  return (value === undefined ? {} : { [key]: value }) as Partial<Record<K, V>>;
}
