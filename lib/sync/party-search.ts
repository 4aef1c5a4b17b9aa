import type { ExternalId, PartyKeys, WriteResult } from '../connectors/contract';
import { emailOf, phoneOf, taxIdsOf } from '../documents/customer';
import type { Customer } from '../documents/types';
import { DataError } from '../errors';
import { isCanonical, type Services, type WriteRequest } from './operation';

/** What a customer may be known by. */
export type MatchWay = 'number' | 'taxId' | 'email' | 'phone';

export interface Sought {
  /** Who is sought, for errors: a business number. */
  record: string;
  /** The record in the other system: what is linked by hand to another record there is no match. */
  home: ExternalId | undefined;
  keys: (way: MatchWay) => PartyKeys[];
}

/** Tax ids tried of one customer. */
const mostKeys = 5;

/**
 * Looks for a customer in these ways, one after the other; the first that finds anything decides. Throws DataError
 * DATA_AMBIGUOUS_CUSTOMER if it finds several: none is picked.
 */
export async function searchParty(ways: readonly MatchWay[], { record, home, keys }: Sought, services: Services): Promise<WriteResult | undefined> {
  const { connection, links, breaker } = services;
  for (const way of ways) {
    const matches = new Map<string, WriteResult>();
    for (const one of keys(way).slice(0, mostKeys)) {
      const found = await breaker.run(() => connection.findParty?.(one) ?? Promise.resolve([]));
      for (const match of found) {
        const locked = home && await links.lockedTo(match.externalId, home);
        if (!locked || locked.id === home.id) matches.set(match.externalId.id, match);
      }
    }
    const [match, another] = matches.values();
    if (another) {
      const numbers = [...matches.values()].map(({ externalId }) => externalId.number ?? externalId.id).join(', ');
      throw new DataError('DATA_AMBIGUOUS_CUSTOMER',
        `The customer of ${record} matches several customers of ${connection.system} by ${way}: ${numbers}. Link the right one; none was picked.`, { system: connection.system, record });
    }
    if (match) return match;
  }
  return undefined;
}

/** The customer of the system that a customer document tells of, by the ways of the node. Throws what {@link searchParty} throws. */
export async function searchCustomer({ document, policies }: WriteRequest, home: ExternalId, services: Services): Promise<ExternalId | undefined> {
  if (!isCanonical(document)) return undefined;
  const customer = document as unknown as Customer;
  const { customerType, customerNumber } = customer;
  const match = await searchParty(policies.matchCustomersBy, {
    record: `customer ${customerNumber ?? home.number ?? home.id}`, home, keys: (way) => keysOf(customer, way).map((keys) => ({ ...keys, customerType })),
  }, services);
  return match?.externalId;
}

function keysOf(customer: Customer, way: MatchWay): PartyKeys[] {
  const [number, email, phone] = [customer.customerNumber, emailOf(customer), phoneOf(customer)];
  switch (way) {
    case 'number': return number === undefined ? [] : [{ number }];
    case 'taxId': return taxIdsOf(customer).map(({ id }) => ({ taxId: id }));
    case 'email': return email === undefined ? [] : [{ email }];
    case 'phone': return phone === undefined ? [] : [{ phone }];
  }
}
