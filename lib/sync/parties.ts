import type { Connection, ExternalId, Native, PartyKeys, WriteResult } from '../connectors/contract';
import { linkWrites } from '../delivery/links';
import type { PartyRef } from '../documents/types';
import { DataError } from '../errors';
import type { Services, WriteRequest } from './operation';

/** What happens when an order names a customer or an item that the system does not know. */
export interface Policies {
  onMissingCustomer: 'refuse' | 'default' | 'create';
  defaultCustomer?: string;
  onMissingItem: 'refuse' | 'default';
  defaultItem?: string;
  /** Tried in this order; the first that matches anything decides. */
  matchCustomersBy: ('number' | 'taxId' | 'email' | 'phone')[];
  matchItemsBy: ('sku' | 'gtin')[];
}

interface OrderLike { orderNumber?: string; buyerParty?: PartyRef; accountingParty?: PartyRef; deliveryParty?: PartyRef; lines?: { item?: { sku?: string; gtin?: string } }[] }

/** Item numbers already looked up, per connection: `sku -> number there`. Lost at a restart, found again on demand. */
const itemsOf = new WeakMap<Connection, Map<string, string>>();

/** Puts the customer and the item numbers that are known into a native order. Throws DataError for a customer the policy refuses. */
export async function resolveKnown(request: WriteRequest, native: Native, services: Services): Promise<void> {
  const { connection } = services;
  const items = itemsOf.get(connection);
  if (items && items.size > 0) connection.setItems?.(native, items);
  if (connection.referenceOf('order', native)?.party !== undefined || !connection.setParty) return;
  connection.setParty(native, await customerNumber(request, services));
}

/**
 * The system refused an order for a customer or item it does not know: applies the policies to the native document.
 * True if it is worth sending once more.
 */
export async function resolveMissing(reason: unknown, request: WriteRequest, native: Native, services: Services): Promise<boolean> {
  const { connection } = services;
  if (!(reason instanceof DataError)) return false;
  if (reason.code === 'DATA_UNKNOWN_CUSTOMER' && request.policies.onMissingCustomer !== 'refuse' && connection.setParty) {
    connection.setParty(native, await missingCustomer(request, services));
    return true;
  }
  if (reason.code !== 'DATA_UNKNOWN_ITEM' || !connection.setItems) return false;
  const found = await lookUpItems(request, services);
  if (found.size === 0) return false;
  connection.setItems(native, found);
  return true;
}

async function customerNumber(request: WriteRequest, services: Services): Promise<string> {
  const { buyerParty } = request.document as OrderLike;
  const { matchCustomersBy } = request.policies;
  if (buyerParty?.customerNumber !== undefined && matchCustomersBy.includes('number')) return buyerParty.customerNumber;
  for (const id of buyerParty?.externalIds ?? []) {
    const linked = (await services.links.linkedIds(id)).filter((e) => e.system === services.connection.system);
    if (linked.length > 1) throw ambiguous(request, services, linked.map((e) => e.number ?? e.id));
    if (linked[0]) return linked[0].number ?? linked[0].id;
  }
  for (const by of matchCustomersBy) {
    const keys = keysOf(buyerParty, by);
    const matches = keys && services.connection.findParty ? await services.breaker.run(() => services.connection.findParty?.(keys) ?? Promise.resolve([])) : [];
    if (matches.length > 1) throw ambiguous(request, services, matches.map((m) => m.externalId.number ?? m.externalId.id));
    if (matches[0]) return remember(matches[0], buyerParty, services);
  }
  return missingCustomer(request, services);
}

function keysOf(party: PartyRef | undefined, by: Policies['matchCustomersBy'][number]): PartyKeys | undefined {
  const taxId = party?.taxIds?.[0]?.id;
  const { email, telephone } = party?.contact ?? {};
  if (by === 'taxId' && taxId !== undefined) return { taxId };
  if (by === 'email' && email !== undefined) return { email };
  if (by === 'phone' && telephone !== undefined) return { phone: telephone };
  return undefined;
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
    `The customer of order ${order.orderNumber ?? ''} (${order.buyerParty?.customerId ?? order.buyerParty?.customerNumber ?? 'a guest'}) is not known in ${connection.system}: tried ${tried}. Create the customer there, link the two, or choose another policy in the node.`,
    { system: connection.system, record: `order ${order.orderNumber ?? ''}`, issues: [issue] });
}

async function createCustomer(request: WriteRequest, order: OrderLike, services: Services): Promise<string> {
  const { connection, ledger, breaker } = services;
  const party = order.buyerParty ?? {};
  const home = party.externalIds?.[0];
  const origin = home ?? { system: request.event?.originsystem ?? 'order', type: 'Order', id: order.orderNumber ?? request.event?.subject ?? '' };
  const native = connection.fromCanonical('customer', customerOf(order, origin));
  const { result } = await ledger.run<WriteResult>(`${connection.system}|customer|${origin.system}:${origin.id}`, {
    find: async () => {
      const sought = connection.referenceOf('customer', native);
      return sought ? breaker.run(() => connection.findByReference('customer', sought.reference)) : [];
    },
    write: () => breaker.run(() => connection.create('customer', native)),
    onDone: (done) => linkWrites(origin, done.externalId),
  });
  return result.externalId.number ?? result.externalId.id;
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

async function lookUpItems(request: WriteRequest, services: Services): Promise<Map<string, string>> {
  const { connection, breaker } = services;
  const { matchItemsBy, onMissingItem, defaultItem } = request.policies;
  const items = itemsOf.get(connection) ?? new Map<string, string>();
  itemsOf.set(connection, items);
  const changed = new Map<string, string>();
  for (const { item } of (request.document as OrderLike).lines ?? []) {
    if (item?.sku === undefined || changed.has(item.sku)) continue;
    const { sku, gtin } = item;
    const number = await findItem(matchItemsBy, sku, gtin);
    if (number !== undefined && number !== sku) items.set(sku, number);
    const used = number ?? (onMissingItem === 'default' ? defaultItem : undefined);
    if (used !== undefined && used !== sku) changed.set(sku, used);
  }
  return changed;

  async function findItem(by: Policies['matchItemsBy'], sku: string, gtin: string | undefined): Promise<string | undefined> {
    for (const key of by) {
      const keys = key === 'sku' ? { sku } : gtin === undefined ? undefined : { gtin };
      const matches = keys && connection.findItem ? await breaker.run(() => connection.findItem?.(keys) ?? Promise.resolve([])) : [];
      if (matches.length > 1) {
        throw new DataError('DATA_AMBIGUOUS_ITEM', `Item ${sku} matches several items of ${connection.system} by ${key}: ${matches.map((m) => m.externalId.id).join(', ')}.`, { system: connection.system });
      }
      if (matches[0]) return matches[0].externalId.number ?? matches[0].externalId.id;
    }
    return undefined;
  }
}

function ambiguous(request: WriteRequest, { connection }: Services, numbers: string[]): DataError {
  const record = `order ${(request.document as OrderLike).orderNumber ?? ''}`;
  return new DataError('DATA_AMBIGUOUS_CUSTOMER',
    `The buyer of ${record} matches several customers of ${connection.system}: ${numbers.join(', ')}. Link the right one; none was picked.`, { system: connection.system, record });
}
