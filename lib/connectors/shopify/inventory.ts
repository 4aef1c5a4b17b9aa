import { randomUUID } from 'node:crypto';
import { fieldChanges, type FieldChange } from '../../documents/changes';
import { grouped } from '../../documents/grouped';
import { ConflictError, DataError, type SyncError } from '../../errors';
import type { BulkOutcome, ListOptions, Native, Page, PendingOrders, WriteResult } from '../contract';
import { bySku } from './by-sku';
import { stockBatch } from './entities';
import { externalId } from './gid';
import type { Graphql } from './graphql';
import { refusal, type UserError } from './graphql-errors';
import type { Locations } from './locations';
import { openQuantities, type OpenQuantities } from './open-quantities';
import { inventoryLevelQuery, itemLevelsQuery, setStockMutation, stockBySkuQuery, stockItemMutation, stockQuery } from './queries';
import type { NodePage } from './records';

/** What is to be available of a SKU at a location. */
export interface StockWrite extends Native {
  sku: string;
  /** Code of the location in documents. */
  location: string;
  available: number;
  /** ISO 8601 UTC: orders placed after it are not in the figure. */
  asOf: string;
  /** Does the figure leave out what open orders need? If not, all that the shop has committed comes off. */
  ordersIncluded: boolean;
}

interface Quantity { name: string; quantity: number; updatedAt: string | null }
interface Level { id: string; quantities: Quantity[] }
interface PlacedLevel extends Level { location: { id: string; name: string } }
type ListedItem = Omit<Item, 'inventoryLevel'> & { inventoryLevels: NodePage<PlacedLevel> };
interface Item { id: string; sku: string | null; tracked: boolean; inventoryLevel: Level | null }

/** A level as it was read: what item it is of, which code its location has in documents, and when it was so (ISO 8601 UTC). */
export interface LevelRecord extends Native, PlacedLevel { sku: string | null; code: string; readAt: string }

/** A write that goes on: everything about it is known. */
interface Ready { at: number; write: StockWrite; location: string; item: Item; level: Level; target: number; provisional: boolean }

/** The shop may have taken stock for an order of the last so many ms before it says what is to be sent. */
const settleMs = 10_000;
/** What a shop says when a level is no longer what it was taken for. */
const stale = 'CHANGE_FROM_QUANTITY_STALE';
/** Levels that change while they are written are read and written again so often. */
const rounds = 5;
const sizes = { page: 50, locations: 20, moreLocations: 100 };

/** Stock by item and location: compare-and-set, never blind, so that an order placed meanwhile is never overwritten. */
export class Inventory {
  constructor(private readonly graphql: Graphql, private readonly system: string, private readonly locations: Locations, private readonly now: () => number) {}

  /** Each level of each tracked item; stock has no time of change to go by. */
  async* list({ cursor, pageSize = sizes.page, signal }: ListOptions = {}): AsyncIterable<Page> {
    let after = cursor ?? null;
    do {
      const readAt = this.now();
      const { inventoryItems: page }: { inventoryItems: NodePage<ListedItem> } = await this.graphql.run(
        stockQuery, { first: Math.min(pageSize, 100), after, locations: sizes.locations }, signal ? { signal } : {});
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
      const tracked = page.nodes.filter((item) => item.tracked);
      for (const item of tracked) await this.#complete(item, signal);
      const records = tracked.flatMap(({ sku, inventoryLevels: { nodes } }) => nodes.map((level) => this.#record(level, sku, readAt)));
      yield { records, ...(after === null ? {} : { cursor: after }) };
    } while (after !== null);
  }

  /** Reads the levels that did not fit into the page. */
  async #complete({ id, inventoryLevels: levels }: ListedItem, signal?: AbortSignal): Promise<void> {
    while (levels.pageInfo.hasNextPage) {
      const { inventoryItem } = await this.graphql.run<{ inventoryItem: Pick<ListedItem, 'inventoryLevels'> | null }>(
        itemLevelsQuery, { id, first: sizes.moreLocations, after: levels.pageInfo.endCursor }, signal ? { signal } : {});
      if (!inventoryItem) return;
      levels.nodes.push(...inventoryItem.inventoryLevels.nodes);
      levels.pageInfo = inventoryItem.inventoryLevels.pageInfo;
    }
  }

  async get(id: string): Promise<Native | undefined> {
    const readAt = this.now();
    const { inventoryLevel } = await this.graphql.run<{ inventoryLevel: (PlacedLevel & { item: { sku: string | null } }) | null }>(inventoryLevelQuery, { id });
    return inventoryLevel ? this.#record(inventoryLevel, inventoryLevel.item.sku, readAt) : undefined;
  }

  /** How each ended, in their order. What the shop changes while we write is read and written again. */
  async write(writes: StockWrite[], pending?: PendingOrders): Promise<BulkOutcome[]> {
    const outcomes = new Map<number, BulkOutcome>();
    let left = writes.map((write, at) => ({ write, at }));
    for (let round = 0; left.length > 0 && round < rounds; round++) {
      const ready = await this.#ready(left, outcomes, pending);
      const changed = ready.filter((one) => {
        if (available(one.level) !== one.target) return true;
        outcomes.set(one.at, { result: this.#result(one, 'unchanged') });
        return false;
      });
      left = await this.#set(changed, outcomes, Math.ceil(stockBatch / 4 ** round));
    }
    for (const { at, write } of left) {
      outcomes.set(at, { error: new ConflictError('CONFLICT_CHANGE_FROM_QUANTITY_STALE', `${this.system}: the stock of ${nameOf(write)} kept changing while it was written.`, this.#facts(write)) });
    }
    return writes.map((write, at) => outcomes.get(at) ?? { error: new DataError('DATA_REFUSED', `${this.system} did not say how ${nameOf(write)} ended.`, this.#facts(write)) });
  }

  /** What of a level would change. Orders that the figure does not know of are not looked for. */
  async preview(write: StockWrite): Promise<FieldChange[]> {
    const location = await this.locations.idOf(write.location);
    const item = this.#itemOf(write, (await this.#items([write.sku], location)).get(write.sku) ?? []);
    if ('error' in item) throw item.error;
    const { inventoryLevel: level } = item;
    const { target } = level ? await this.#target({ at: 0, write, location, item, level }, undefined, undefined) : { target: write.available };
    return fieldChanges(level && { available: available(level) }, { available: target });
  }

  /** Reads the levels, then the orders: an order that comes later changes the level, and the write is refused. */
  async #ready(left: { write: StockWrite; at: number }[], outcomes: Map<number, BulkOutcome>, pending: PendingOrders | undefined): Promise<Ready[]> {
    const found: Omit<Ready, 'target' | 'provisional'>[] = [];
    for (const [code, group] of grouped(left, ({ write }) => write.location)) {
      try {
        const location = await this.locations.idOf(code);
        const items = await this.#items(group.map(({ write }) => write.sku), location);
        for (const { write, at } of group) {
          const one = this.#itemOf(write, items.get(write.sku) ?? []);
          if ('error' in one) outcomes.set(at, one);
          else if (one.inventoryLevel) found.push({ at, write, location, item: one, level: one.inventoryLevel });
          else outcomes.set(at, await this.#stockAt(write, one, location));
        }
      } catch (reason) {
        if (!(reason instanceof DataError)) throw reason;
        for (const { at } of group) outcomes.set(at, { error: reason });
      }
    }
    const sold = found.filter(({ write, level }) => write.ordersIncluded && quantity(level, 'committed') > 0);
    const oldest = sold.reduce((time, { write: { asOf } }) => asOf < time ? asOf : time, new Date(this.now()).toISOString());
    const open = pending && sold.length > 0 ? await openQuantities(this.graphql, await pending.since(), async (orderId) => !await pending.included(orderId, oldest)) : undefined;
    return Promise.all(found.map(async (one) => ({ ...one, ...await this.#target(one, open, pending) })));
  }

  /** What orders need that the figure does not know of comes off. */
  async #target({ write, level, item, location }: Omit<Ready, 'target' | 'provisional'>, open: OpenQuantities | undefined, pending: PendingOrders | undefined): Promise<{ target: number; provisional: boolean }> {
    const committed = quantity(level, 'committed');
    if (!write.ordersIncluded) return { target: write.available - committed, provisional: false };
    if (!pending || committed === 0) return { target: write.available, provisional: false };
    let unknown = 0;
    for (const { orderId, quantity: needed } of open?.of(item.id, location) ?? []) if (!await pending.included(orderId, write.asOf)) unknown += needed;
    const target = write.available - Math.min(unknown, committed);
    const touched = Date.parse(level.quantities.find(({ name }) => name === 'committed')?.updatedAt ?? '');
    if (!(touched > this.now() - settleMs)) return { target, provisional: unknown > 0 };
    return { target: Math.min(target, available(level)), provisional: true };
  }

  #items(skus: string[], location: string): Promise<Map<string, Item[]>> {
    return bySku(skus, async (search) => (await this.graphql.run<{ inventoryItems: { nodes: Item[] } }>(stockBySkuQuery, { ...search, location })).inventoryItems.nodes);
  }

  #itemOf(write: StockWrite, items: Item[]): Item | { error: SyncError } {
    const [item, other] = items;
    const record = nameOf(write);
    const facts = this.#facts(write);
    if (!item) return { error: new DataError('DATA_UNKNOWN_ITEM', `${this.system} has no item with the SKU ${write.sku} (${record}). Create the product there first.`, facts) };
    if (other) return { error: new DataError('DATA_AMBIGUOUS_ITEM', `${this.system} has several items with the SKU ${write.sku}: ${items.map(({ id }) => id).join(', ')}. Give each its own SKU.`, facts) };
    if (!item.tracked) return { error: new DataError('DATA_STOCK_NOT_TRACKED', `${this.system} does not track the stock of ${write.sku}. Switch "Track quantity" on in the shop.`, facts) };
    return item;
  }

  /** An item that was not stocked at the location so far: no order can have touched it there. */
  async #stockAt(write: StockWrite, item: Item, location: string): Promise<BulkOutcome> {
    const { inventoryActivate } = await this.graphql.run<{ inventoryActivate: { inventoryLevel: { id: string } | null; userErrors: UserError[] } }>(
      stockItemMutation, { item: item.id, location, available: write.available, key: randomUUID() }, { record: nameOf(write) });
    const refused = refusal(inventoryActivate.userErrors, { system: this.system }, nameOf(write));
    if (refused) return { error: refused };
    return { result: { entity: 'inventory', outcome: 'created', externalId: externalId(this.system, inventoryActivate.inventoryLevel?.id ?? '', write.sku) } };
  }

  /**
   * One mutation is all or nothing: what it refuses is told, the rest sent again. Returns what has changed meanwhile; some
   * shops do not say which of a batch that is, so batches get smaller with each round until it is alone.
   */
  async #set(ready: Ready[], outcomes: Map<number, BulkOutcome>, size: number): Promise<{ write: StockWrite; at: number }[]> {
    const changed: { write: StockWrite; at: number }[] = [];
    const queue = Array.from({ length: Math.ceil(ready.length / size) }, (_, n) => ready.slice(n * size, (n + 1) * size));
    for (let batch = queue.shift(); batch; batch = queue.shift()) {
      const quantities = batch.map(({ item, location, target, level }) => ({ inventoryItemId: item.id, locationId: location, quantity: target, changeFromQuantity: available(level) }));
      const { inventorySetQuantities: { userErrors } } = await this.graphql.run<{ inventorySetQuantities: { userErrors: UserError[] } }>(
        setStockMutation, { input: { name: 'available', reason: 'correction', quantities }, key: randomUUID() });
      const wrong = grouped(userErrors, ({ field }) => Number(field?.[2] ?? NaN));
      const [general] = wrong.get(NaN) ?? [];
      if (general?.code === stale) {
        changed.push(...batch);
        continue;
      }
      if (general) throw refusal([general], { system: this.system }, `stock of ${String(batch.length)} items`) as SyncError;
      const good: Ready[] = [];
      batch.forEach((one, index) => {
        const errors = wrong.get(index);
        if (!errors) good.push(one);
        else if (errors.some(({ code }) => code === stale)) changed.push(one);
        else outcomes.set(one.at, { error: refusal(errors, { system: this.system }, nameOf(one.write)) as SyncError });
      });
      if (wrong.size === 0) for (const one of good) outcomes.set(one.at, { result: this.#result(one, 'updated') });
      else if (good.length > 0) queue.push(good);
    }
    return changed;
  }

  #record({ id, location, quantities }: PlacedLevel, sku: string | null, readAt: number): LevelRecord {
    return { id, location, quantities, sku, code: this.locations.codeOf(location), readAt: new Date(readAt).toISOString() };
  }

  #result({ level, write, provisional }: Ready, outcome: WriteResult['outcome']): WriteResult {
    return { entity: 'inventory', outcome, externalId: externalId(this.system, level.id, write.sku), ...(provisional ? { provisional } : {}) };
  }

  #facts(write: StockWrite): { system: string; record: string } { return { system: this.system, record: nameOf(write) }; }
}

function nameOf({ sku, location }: StockWrite): string { return `stock ${sku} at ${location}`; }
function quantity({ quantities }: Level, name: string): number { return quantities.find((one) => one.name === name)?.quantity ?? 0; }
function available(level: Level): number { return quantity(level, 'available'); }
