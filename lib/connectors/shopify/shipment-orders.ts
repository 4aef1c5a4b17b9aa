import { DataError } from '../../errors';
import type { Native } from '../contract';
import { gid, gidParts } from './gid';
import type { Graphql } from './graphql';
import { refusal, type UserError } from './graphql-errors';
import type { Locations } from './locations';
import {
  fulfillmentLinesQuery, fulfillmentsQuery, linesToShipQuery, moreToShipQuery, orderLineIdsQuery, orderNotesQuery, orderToShipQuery, setNotesMutation,
} from './queries';
import type { NodePage } from './records';
import type { FulfillmentRecord, LineWrite } from './shipment-documents';
import { journalKey, readJournal, type Journal } from './shipment-journal';
import type { ToSend } from './shipment-plan';
import { metafieldNamespace } from './write-back';

interface Notes { value: string; compareDigest: string }
interface OrderNode {
  id: string; name: string; cancelledAt: string | null; metafield: Notes | null; fulfillments: { id: string }[];
  fulfillmentOrders: NodePage<FulfillmentOrderNode>;
}
interface FulfillmentOrderNode {
  id: string; status: string; assignedLocation: { name: string; location: { id: string; name: string } | null };
  lineItems: NodePage<{ id: string; remainingQuantity: number; lineItem: { id: string } }>;
}

/** Our notes on an order, and what they must not have changed from for new ones to be taken. */
export interface NotesState { journal: Journal; digest: string | null }

/** An order as far as sending its goods goes. */
export interface OrderState extends NotesState { id: string; name: string; cancelledAt: string | null; fulfillments: string[]; toSend: ToSend[] }

/** Fulfilments read in one go, and lines in a further page. */
const sizes = { fulfillments: 10, lines: 250 };

/** Reads what shipments are matched with, and keeps the notes of them. */
export class ShipmentOrders {
  constructor(private readonly graphql: Graphql, private readonly system: string, private readonly locations: Locations) {}

  /** Throws DataError for an order that is not there. */
  async read(id: string, record: string): Promise<OrderState> {
    const { order } = await this.graphql.run<{ order: OrderNode | null }>(orderToShipQuery, { id, namespace: metafieldNamespace, key: journalKey }, { record });
    if (!order) throw new DataError('DATA_UNKNOWN_ORDER', `${this.system} has no order ${gidParts(id)?.tail ?? id} for ${record}.`, { system: this.system, record });
    const { fulfillmentOrders: page } = order;
    while (page.pageInfo.hasNextPage) {
      const { order: more } = await this.graphql.run<{ order: Pick<OrderNode, 'fulfillmentOrders'> | null }>(moreToShipQuery, { id, after: page.pageInfo.endCursor }, { record });
      if (!more) break;
      page.nodes.push(...more.fulfillmentOrders.nodes);
      page.pageInfo = more.fulfillmentOrders.pageInfo;
    }
    const toSend: ToSend[] = [];
    for (const { id: own, status, assignedLocation: { name, location }, lineItems } of page.nodes) {
      await this.#complete(lineItems, linesToShipQuery, own, (data) => (data as { fulfillmentOrder: Pick<FulfillmentOrderNode, 'lineItems'> | null }).fulfillmentOrder?.lineItems);
      // A location that was deleted has only its name left.
      toSend.push({ id: own, status, location: location ?? { id: name, name }, lines: lineItems.nodes.map((line) => ({ id: line.id, line: line.lineItem.id, remaining: line.remainingQuantity })) });
    }
    return { id: order.id, name: order.name, cancelledAt: order.cancelledAt, fulfillments: order.fulfillments.map((one) => one.id), toSend, ...notesOf(order.metafield) };
  }

  async notes(id: string, record: string): Promise<NotesState> {
    const { order } = await this.graphql.run<{ order: Pick<OrderNode, 'metafield'> | null }>(orderNotesQuery, { id, namespace: metafieldNamespace, key: journalKey }, { record });
    return notesOf(order?.metafield ?? null);
  }

  /** Notes something of a shipment, or (undefined) forgets it. Returns the notes as they are now; undefined if somebody else has written some meanwhile. */
  async note(order: string, { journal, digest }: NotesState, number: string, entry: Journal[string] | undefined, record: string): Promise<NotesState | undefined> {
    const { [number]: _, ...others } = journal;
    const next: Journal = entry ? { ...others, [number]: entry } : others;
    const field = { ownerId: order, namespace: metafieldNamespace, key: journalKey, type: 'json', value: JSON.stringify(next), compareDigest: digest };
    const { metafieldsSet: { metafields, userErrors } } = await this.graphql.run<{ metafieldsSet: { metafields: { compareDigest: string }[] | null; userErrors: UserError[] } }>(setNotesMutation, { field }, { record });
    if (userErrors.some(({ code }) => code === 'STALE_OBJECT' || code === 'INVALID_COMPARE_DIGEST')) return undefined;
    const refused = refusal(userErrors, { system: this.system }, record);
    if (refused) throw refused;
    return { journal: next, digest: metafields?.[0]?.compareDigest ?? null };
  }

  /** Fulfilments with all their lines; what is not there, or no fulfilment, is left out. */
  async fulfillments(ids: readonly string[], signal?: AbortSignal): Promise<FulfillmentRecord[]> {
    const found: FulfillmentRecord[] = [];
    for (let at = 0; at < ids.length; at += sizes.fulfillments) {
      const { nodes } = await this.graphql.run<{ nodes: (Omit<FulfillmentRecord, 'code'> | Record<string, never> | null)[] }>(fulfillmentsQuery, { ids: ids.slice(at, at + sizes.fulfillments) }, signal ? { signal } : {});
      for (const node of nodes) {
        if (!node || !('id' in node)) continue;
        const record = node as FulfillmentRecord;
        await this.#complete(record.fulfillmentLineItems, fulfillmentLinesQuery, record.id, (data) => (data as { fulfillment: Pick<FulfillmentRecord, 'fulfillmentLineItems'> | null }).fulfillment?.fulfillmentLineItems);
        found.push({ ...record, code: record.location ? this.locations.codeOf(record.location) : undefined });
      }
    }
    return found;
  }

  /** The order's line (gid) that each line of a shipment is of. Throws DataError naming those the order does not have. */
  async linesOf({ id, name, toSend }: OrderState, lines: readonly LineWrite[], record: string): Promise<Map<LineWrite, string>> {
    const known = new Set(toSend.flatMap((one) => one.lines.map(({ line }) => line)));
    const idOf = ({ line }: LineWrite): string => gid('LineItem', line) ?? line;
    const ordered = lines.every((line) => known.has(idOf(line))) ? [] : await this.#lineIds(id, Math.max(...lines.map(({ position }) => position ?? 0)), record);
    for (const line of ordered) known.add(line);
    const found = new Map<LineWrite, string>();
    for (const line of lines) {
      const named = idOf(line);
      const own = known.has(named) ? named : line.position === undefined ? undefined : ordered[line.position - 1];
      if (own !== undefined) found.set(line, own);
    }
    const missing = lines.filter((line) => !found.has(line));
    if (missing.length === 0) return found;
    const issues = missing.map(({ line, sku, position }) => ({ path: line, rule: 'line', message: `line ${line}${position === undefined ? '' : ` (position ${String(position)})`} of ${sku}` }));
    throw new DataError('DATA_UNKNOWN_LINE',
      `${this.system}: order ${name} has no ${issues.map(({ message }) => message).join(', ')}, which ${record} names. Lines are matched by their id or position, not by SKU. Nothing was written.`, { system: this.system, record, issues });
  }

  /** In the order of lines, up to a position; all of them where that is 0. */
  async #lineIds(id: string, most: number, record: string): Promise<string[]> {
    const ids: string[] = [];
    let after: string | null = null;
    do {
      const first: number = most === 0 ? sizes.lines : Math.min(sizes.lines, most - ids.length);
      const { order }: { order: { lineItems: NodePage } | null } = await this.graphql.run(orderLineIdsQuery, { id, first, after }, { record });
      ids.push(...order?.lineItems.nodes.map((line) => String(line['id'])) ?? []);
      after = order?.lineItems.pageInfo.hasNextPage ? order.lineItems.pageInfo.endCursor : null;
    } while (after !== null && (most === 0 || ids.length < most));
    return ids;
  }

  async #complete<T>(lines: NodePage<T>, query: string, id: string, pageOf: (data: Native) => NodePage<T> | undefined): Promise<void> {
    while (lines.pageInfo.hasNextPage) {
      const more = pageOf(await this.graphql.run<Native>(query, { id, first: sizes.lines, after: lines.pageInfo.endCursor }));
      if (!more) return;
      lines.nodes.push(...more.nodes);
      lines.pageInfo = more.pageInfo;
    }
  }
}

function notesOf(metafield: Notes | null): NotesState { return { journal: readJournal(metafield?.value), digest: metafield?.compareDigest ?? null }; }
