import { connection, partsConnection, type PageArgs } from '../connection';
import { gid, itemGid, parseGid } from '../ids';
import { compileSearch, idFilter, timeFilter } from '../search';
import { changedAt, filled, onHand, type Level } from '../stock';
import { utcTime } from '../times';
import { variantNode } from './catalogue';
import type { NodeContext } from './context';

type LevelArgs = PageArgs & { query?: string | null };

const time = (ms: number | null): string | null => ms === null ? null : utcTime(ms);

/** An `InventoryItem` by its variant's index (1 …). */
export function itemNode(context: NodeContext, product: number): object {
  const { stock, ids, catalogue } = context.state;
  const variant = catalogue.variant(product);
  const id = ids.of('InventoryItem', product);
  return {
    __typename: 'InventoryItem', id: gid('InventoryItem', id), legacyResourceId: id, sku: variant?.sku ?? null,
    tracked: stock.tracked(product), requiresShipping: variant?.requiresShipping ?? true, harmonizedSystemCode: variant?.hsCode ?? null,
    countryCodeOfOrigin: variant?.country ?? null, measurement: { id: gid('InventoryItemMeasurement', id), weight: variant?.weight ?? null },
    locationsCount: () => ({ count: stock.levels(product).length, precision: 'EXACT' }),
    inventoryLevel: ({ locationId }: { locationId: string }) => levelNode(context, product, siteOf(context, locationId)),
    inventoryLevels: (args: LevelArgs) => levels(context, args, stock.levels(product), `item ${id}`),
    variant: () => variantNode(context, product),
    variants: (args: PageArgs) => partsConnection(args, [product], `variants of item ${id}`, (index) => variantNode(context, index) ?? {}),
    createdAt: utcTime(variant?.createdAt ?? filled), updatedAt: utcTime(variant?.updatedAt ?? filled),
  };
}

/** A `Location` by its site's index (0 …). */
export function siteNode(context: NodeContext, index: number): object {
  const { stock, ids, trade, catalogue } = context.state;
  const site = trade.world.sites[index];
  if (!site) throw new RangeError(`The sandbox has no site ${String(index)}`);
  const id = ids.of('Location', index + 1);
  return {
    __typename: 'Location', id: gid('Location', id), legacyResourceId: id, name: site.name, isActive: true, fulfillsOnlineOrders: true,
    shipsInventory: true,
    address: {
      address1: null, address2: null, city: site.city, zip: site.zip, country: 'Germany', countryCode: site.country, province: null,
      provinceCode: null, phone: null, formatted: [`${site.zip} ${site.city}`, 'Germany'],
    },
    inventoryLevel: ({ inventoryItemId }: { inventoryItemId: string }) => levelNode(context, productOf(context, inventoryItemId), index),
    inventoryLevels: (args: LevelArgs) => levels(
      context, args, catalogue.variants().map((variant) => stock.level(variant.index, index)).filter(({ stocked }) => stocked), `location ${id}`,
    ),
    createdAt: utcTime(filled), updatedAt: utcTime(filled),
  };
}

/** An `InventoryLevel`; null where the site does not keep the product, or there is none of them. */
export function levelNode(context: NodeContext, product: number | undefined, site: number | undefined): object | null {
  if (product === undefined || site === undefined) return null;
  const level = context.state.stock.level(product, site);
  if (!level.stocked) return null;
  const { ids } = context.state;
  const [id, item] = [ids.of('InventoryLevel', site + 1), ids.of('InventoryItem', product)];
  return {
    __typename: 'InventoryLevel', id: itemGid('InventoryLevel', id, item), isActive: true,
    item: () => itemNode(context, product), location: () => siteNode(context, site),
    quantities: ({ names }: { names: string[] }) => names.flatMap((name) => {
      const quantity = quantityOf(level, name);
      if (!quantity) return [];
      return [{ __typename: 'InventoryQuantity', id: `${itemGid('InventoryQuantity', id, item)}&name=${name}`, name, ...quantity }];
    }),
    createdAt: utcTime(filled), updatedAt: utcTime(changedAt(level)),
  };
}

/** A quantity by its state's name. Sums show no time, and what never was shows none either. */
function quantityOf(level: Level, name: string): { quantity: number; updatedAt: string | null } | undefined {
  switch (name) {
    case 'available': return { quantity: level.available, updatedAt: utcTime(level.availableAt) };
    case 'committed': return { quantity: level.committed, updatedAt: time(level.committedAt) };
    case 'on_hand': return { quantity: onHand(level), updatedAt: null };
    case 'incoming': case 'reserved': case 'damaged': case 'safety_stock': case 'quality_control': return { quantity: 0, updatedAt: null };
    default: return undefined;
  }
}

/** Index of the product whose inventory item has this gid. */
export function productOf({ state }: NodeContext, item: string): number | undefined {
  const { type, id } = parseGid(item);
  return type === 'InventoryItem' && state.exists('InventoryItem', id) ? state.ids.indexOf('InventoryItem', id) : undefined;
}

/** Index of the site whose location has this gid. */
export function siteOf({ state }: NodeContext, location: string): number | undefined {
  const { type, id } = parseGid(location);
  return type === 'Location' && state.exists('Location', id) ? state.ids.indexOf('Location', id) - 1 : undefined;
}

function levels(context: NodeContext, args: LevelArgs, all: Level[], of: string): object {
  const { ids } = context.state;
  const query = args.query ?? '';
  const { test } = compileSearch<Level>(query, {
    updated_at: timeFilter(changedAt), created_at: timeFilter(() => filled),
    inventory_item_id: idFilter('InventoryItem', ({ product }) => ids.of('InventoryItem', product)),
  }, () => '');
  return connection(args, {
    items: query.trim() === '' ? all : all.filter(test), key: ({ product, site }) => [product, String(site)],
    scope: `levels of ${of}|${query}`,
    toNode: ({ product, site }) => levelNode(context, product, site) ?? {},
  });
}
