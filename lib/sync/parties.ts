import { createHash } from 'node:crypto';
import type { ExternalId, Native, PartyKeys, WriteResult } from '../connectors/contract';
import { normaliseEmail, normalisePhone } from '../documents/normalise';
import type { PartyRef } from '../documents/types';
import { DataError } from '../errors';
import { createOnce, linkedTo } from './create-once';
import { knownItems, missingItems } from './items';
import type { Services, WriteRequest } from './operation';
import { searchParty, type MatchWay } from './party-search';

/** What happens when an order names a customer or an item that the system does not know. */
export interface Policies {
  onMissingCustomer: 'refuse' | 'default' | 'create';
  defaultCustomer?: string;
  onMissingItem: 'refuse' | 'default';
  defaultItem?: string;
  /** Tried in this order; the first that matches anything decides. A customer that is linked needs no search. */
  matchCustomersBy: MatchWay[];
  /** Tried in this order; the first that matches anything decides. `xref`: the item is linked. */
  matchItemsBy: ('sku' | 'gtin' | 'xref')[];
}

interface OrderLike { orderNumber?: string; externalIds?: ExternalId[]; buyerParty?: PartyRef; accountingParty?: PartyRef; deliveryParty?: PartyRef }

/** Puts the customer and the item numbers that are known into a native order. Throws DataError for what the policies refuse. */
export async function resolveKnown(request: WriteRequest, native: Native, services: Services): Promise<void> {
  const { connection } = services;
  await resolveItems(request, native, services);
  if (partyOf(native, services) !== undefined || !connection.setParty) return;
  connection.setParty(native, await customerNumber(request, services));
}

/** Puts the item numbers that are known into a native order. Throws DataError for items that the policies refuse. */
export async function resolveItems(request: WriteRequest, native: Native, services: Services): Promise<void> {
  const { connection } = services;
  if (!connection.setItems) return;
  const items = await knownItems(request, services);
  if (items.size > 0) connection.setItems(native, items);
}

/**
 * The system refused an order for a customer or item it does not know: applies the policies. Returns the document to send
 * once more, or nothing if there is nothing to mend. `fresh` makes it anew, without item numbers that were put in.
 */
export async function resolveMissing(reason: unknown, request: WriteRequest, native: Native, fresh: () => Native, services: Services): Promise<Native | undefined> {
  const { connection } = services;
  if (!(reason instanceof DataError)) return undefined;
  const party = partyOf(native, services);
  if (reason.code === 'DATA_UNKNOWN_CUSTOMER' && connection.setParty) {
    const other = await customerNumber(request, services, party);
    // The system knows the customer after all, but not for this order: only somebody there can help.
    if (other === party) return undefined;
    connection.setParty(native, other);
    return native;
  }
  if (reason.code !== 'DATA_UNKNOWN_ITEM' || !connection.setItems) return undefined;
  const found = await missingItems(request, services);
  if (found.size === 0) return undefined;
  const mended = fresh();
  connection.setItems(mended, found);
  if (party !== undefined) connection.setParty?.(mended, party);
  return mended;
}

function partyOf(native: Native, { connection }: Services): string | undefined { return connection.referenceOf('order', native)?.party; }

/** `refused`: the number the system did not take, which is now looked up like any other key. */
async function customerNumber(request: WriteRequest, services: Services, refused?: string): Promise<string> {
  const { buyerParty } = request.document as OrderLike;
  const { matchCustomersBy } = request.policies;
  const given = refused === undefined ? buyerParty?.customerNumber : undefined;
  if (given !== undefined && matchCustomersBy[0] === 'number') return given;
  for (const id of buyerParty?.externalIds ?? []) {
    const linked = await linkedTo(id, services);
    const number = linked?.number ?? linked?.id;
    if (number !== undefined && number !== refused) return number;
  }
  // A number that is given needs no search: the system itself says whether it knows it.
  const trusted = given === undefined ? -1 : matchCustomersBy.indexOf('number');
  const match = await searchParty(trusted < 0 ? matchCustomersBy : matchCustomersBy.slice(0, trusted), {
    record: nameOf(request.document as OrderLike), home: buyerParty?.externalIds?.[0], keys: (way) => keysOf(buyerParty, way),
  }, services);
  if (match) return remember(match, buyerParty, services);
  return given !== undefined && trusted >= 0 ? given : missingCustomer(request, services);
}

function keysOf(party: PartyRef | undefined, way: MatchWay): PartyKeys[] {
  const { email, telephone } = party?.contact ?? {};
  switch (way) {
    case 'number': return party?.customerNumber === undefined ? [] : [{ number: party.customerNumber }];
    case 'taxId': return (party?.taxIds ?? []).map(({ id }) => ({ taxId: id }));
    case 'email': return email === undefined ? [] : [{ email }];
    case 'phone': return telephone === undefined ? [] : [{ phone: telephone }];
  }
}

async function missingCustomer(request: WriteRequest, services: Services): Promise<string> {
  const { policies } = request;
  const order = request.document as OrderLike;
  if (policies.onMissingCustomer === 'default' && policies.defaultCustomer) return policies.defaultCustomer;
  if (policies.onMissingCustomer === 'create') return createCustomer(request, order, services);
  const { connection } = services;
  const tried = policies.matchCustomersBy.join(', ');
  const issue = { path: 'buyerParty', rule: 'customer', message: `no customer of ${connection.system} matches by ${tried}` };
  throw new DataError('DATA_UNKNOWN_CUSTOMER',
    `The customer of ${nameOf(order)} (${order.buyerParty?.customerNumber ?? order.buyerParty?.customerId ?? 'a guest'}) is not known in ${connection.system}: tried ${tried}. Create the customer there, link the two, or choose another policy in the node.`,
    { system: connection.system, record: nameOf(order), issues: [issue] });
}

async function createCustomer(request: WriteRequest, order: OrderLike, services: Services): Promise<string> {
  const { connection, breaker } = services;
  const origin = order.buyerParty?.externalIds?.[0] ?? guestOf(request, order);
  const native = connection.fromCanonical('customer', customerOf(order, origin));
  const { result } = await createOnce({
    entity: 'customer', origin, native: () => Promise.resolve(native), write: () => breaker.run(() => connection.create('customer', native)),
  }, services);
  return result.externalId.number ?? result.externalId.id;
}

/**
 * A buyer without an account is the same as another one with this e-mail address or phone number, as far as customers are
 * matched by them; else each order has a guest of its own. Only a hash of it is kept.
 */
function guestOf({ event, policies: { matchCustomersBy } }: WriteRequest, order: OrderLike): ExternalId {
  const { email = '', telephone = '' } = order.buyerParty?.contact ?? {};
  const known = (matchCustomersBy.includes('email') && normaliseEmail(email)) || (matchCustomersBy.includes('phone') && normalisePhone(telephone));
  const home = order.externalIds?.[0];
  const system = event?.originsystem ?? home?.system ?? 'guests';
  const who = known || (home?.id ?? order.orderNumber ?? event?.subject ?? '');
  return { system, type: 'Guest', id: createHash('sha256').update(`${system} ${who}`).digest('hex').slice(0, 20) };
}

/** The least a new customer needs, from what the order says of its buyer. */
function customerOf(order: OrderLike, origin: ExternalId): Record<string, unknown> {
  const party = order.buyerParty ?? {};
  const billing = order.accountingParty?.address ?? party.address;
  const shipping = order.deliveryParty?.address ?? party.address;
  const legalName = party.legalName ?? billing?.company;
  const { contact } = party;
  return {
    schemaVersion: '1.0', id: `${origin.system}:${origin.type}:${origin.id}`, externalIds: [origin],
    version: { sourceUpdatedAt: new Date(0).toISOString() }, customerType: legalName === undefined ? 'person' : 'company', status: 'active',
    ...(legalName === undefined ? { person: { familyName: contact?.familyName ?? contact?.name ?? billing?.name ?? 'Guest', ...(contact?.givenName ? { givenName: contact.givenName } : {}) } } : { legalName }),
    ...(contact?.email === undefined ? {} : { email: contact.email }),
    ...(contact?.telephone === undefined ? {} : { telephone: contact.telephone }),
    ...(party.taxIds ? { taxIds: party.taxIds } : {}),
    locations: [{ id: 'main', name: legalName ?? 'main', ...(billing ? { billingAddress: billing } : {}), ...(shipping ? { shippingAddress: shipping } : {}) }],
  };
}

/** A match stays a match: the next order of this buyer needs no look-up. */
async function remember(match: WriteResult, party: PartyRef | undefined, { links }: Services): Promise<string> {
  const home = party?.externalIds?.[0];
  if (home) await links.link(home, match.externalId);
  return match.externalId.number ?? match.externalId.id;
}

function nameOf({ orderNumber = '' }: OrderLike): string { return `order ${orderNumber}`; }
