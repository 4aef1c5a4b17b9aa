import type { Connection, ExternalId } from '../connectors/contract';
import type { Order } from '../documents/types';
import { DataError } from '../errors';
import { linkedTo } from './create-once';
import type { Services, WriteRequest } from './operation';
import type { Policies } from './parties';
import { Recent } from '../connectors/recent';

type Way = Policies['matchItemsBy'][number];
interface Item { sku: string; gtin?: string; externalIds?: ExternalId[] }

/** Numbers found for a connection's orders: 10,000 at most, and asked for again after ten minutes, for one may have become wrong. */
const found = new WeakMap<Connection, Recent<string>>();
const recentOf = (connection: Connection): Recent<string> => {
  const recent = found.get(connection) ?? new Recent<string>(10_000, 600_000);
  found.set(connection, recent);
  return recent;
};

/**
 * Item numbers for an order that was not written yet: those known from earlier orders, and what the ways before `sku` find.
 * From `sku` on the system itself says whether it knows the number, which costs no call. Throws DataError DATA_UNKNOWN_ITEM
 * if `sku` is no way to match and no other finds anything.
 */
export async function knownItems(request: WriteRequest, services: Services): Promise<Map<string, string>> {
  const { matchItemsBy: ways } = request.policies;
  const sku = ways.indexOf('sku');
  const before = sku < 0 ? ways : ways.slice(0, sku);
  const recent = recentOf(services.connection);
  if (before.length === 0 && recent.size === 0) return new Map();
  return numbersOf(request, async (item) => {
    const remembered = recent.get(keyOf(ways, item));
    if (remembered !== undefined) return remembered;
    const number = await find(before, item, request, services);
    if (number !== undefined) recent.set(keyOf(ways, item), number);
    return number ?? (sku < 0 ? substitute(item, request, services) : undefined);
  });
}

/** The system refused an order for an item: looks each up anew. Empty if nothing is found that the order does not have already. */
export async function missingItems(request: WriteRequest, services: Services): Promise<Map<string, string>> {
  const { matchItemsBy: ways, onMissingItem, defaultItem } = request.policies;
  const recent = recentOf(services.connection);
  return numbersOf(request, async (item) => {
    recent.delete(keyOf(ways, item));
    const number = await find(ways, item, request, services, true);
    if (number !== undefined && number !== item.sku) recent.set(keyOf(ways, item), number);
    return number ?? (onMissingItem === 'default' ? defaultItem : undefined);
  });
}

/** Tries the ways in their order; the first that finds anything decides, and several are refused. `check`: a linked number may be gone. */
async function find(ways: readonly Way[], item: Item, request: WriteRequest, services: Services, check = false): Promise<string | undefined> {
  const { connection, breaker } = services;
  const ask = async (keys: { sku: string } | { gtin: string }): Promise<string[]> =>
    (await breaker.run(() => connection.findItem?.(keys) ?? Promise.resolve([]))).map(({ externalId }) => externalId.number ?? externalId.id);
  for (const way of ways) {
    const numbers = way === 'sku' ? await ask({ sku: item.sku }) : way === 'gtin' ? item.gtin === undefined ? [] : await ask({ gtin: item.gtin })
      : await linkedNumbers(item, request, services, check ? (sku) => ask({ sku }) : undefined);
    if (numbers.length > 1) {
      const record = nameOf(request);
      throw new DataError('DATA_AMBIGUOUS_ITEM',
        `Item ${item.sku} of ${record} matches several items of ${connection.system} by ${way}: ${numbers.join(', ')}. Link the right one; none was picked.`, { system: connection.system, record });
    }
    if (numbers[0] !== undefined) return numbers[0];
  }
  return undefined;
}

/** By the shop's own id of the item, which is the first (a variant before its product), and by its SKU there. */
async function linkedNumbers(item: Item, request: WriteRequest, services: Services, ask?: (sku: string) => Promise<string[]>): Promise<string[]> {
  const shop = request.event?.originsystem ?? (request.document as Partial<Order>).systemOfRecord;
  for (const id of [...(item.externalIds ?? []).slice(0, 1), ...(shop === undefined ? [] : [{ system: shop, type: 'Sku', id: item.sku }])]) {
    const linked = await linkedTo(id, services);
    if (!linked) continue;
    const number = linked.number ?? linked.id;
    if (!ask || (await ask(number)).length > 0) return [number];
  }
  return [];
}

async function numbersOf(request: WriteRequest, number: (item: Item) => Promise<string | undefined>): Promise<Map<string, string>> {
  const lines = (request.document as { lines?: { item?: Partial<Item> }[] }).lines ?? [];
  const items = new Map(lines.flatMap(({ item }) => item?.sku === undefined ? [] : [[item.sku, item as Item] as const]));
  const numbers = await Promise.all([...items.values()].map(async (item) => [item.sku, await number(item)] as const));
  return new Map(numbers.flatMap(([sku, other]) => other === undefined || other === sku ? [] : [[sku, other]]));
}

function substitute({ sku }: Item, request: WriteRequest, { connection }: Services): string {
  const { onMissingItem, defaultItem, matchItemsBy } = request.policies;
  if (onMissingItem === 'default' && defaultItem) return defaultItem;
  const record = nameOf(request);
  const tried = matchItemsBy.join(', ');
  throw new DataError('DATA_UNKNOWN_ITEM', `Item ${sku} of ${record} is not known in ${connection.system}: tried ${tried}. Create it there, link the two, or choose another policy in the node.`, {
    system: connection.system, record, issues: [{ path: 'lines', rule: 'item', message: `no item of ${connection.system} matches ${sku} by ${tried}` }],
  });
}

function keyOf(ways: readonly Way[], { sku, gtin = '' }: Item): string { return [ways.join(), sku, gtin].join('\n'); }

function nameOf(request: WriteRequest): string { return `order ${(request.document as Partial<Order>).orderNumber ?? ''}`.trim(); }
