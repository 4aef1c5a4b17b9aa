import { DataError } from '../../errors';
import type { WriteResult } from '../contract';
import type { Locations } from './locations';
import { orderIdOf } from './order-lookup';
import type { FulfillmentRecord, LineWrite, ShipmentWrite } from './shipment-documents';
import { gidOf, numberOf, takenBy } from './shipment-journal';
import type { OrderState, ShipmentOrders } from './shipment-orders';
import type { Asked } from './shipment-plan';
import { tracksAlike, trackingOf } from './shipment-tracking';

/** One order's part of a shipment, held against the order as it is. */
export interface Ready {
  state: OrderState;
  lines: Map<LineWrite, string>;
  /** Quantities by order line (gid): what is asked for, and what of it is not sent yet. */
  wanted: Map<string, number>;
  rest: Map<string, number>;
  /** Fulfilments that are this shipment already. */
  mine: FulfillmentRecord[];
  asked: Asked[];
  location: string | undefined;
}

/** What of a shipment concerns one order, by its gid. */
export interface LocatedPart { order: string; lines: LineWrite[] }

/** Holds shipments against the orders of the shop. */
export class ShipmentMatching {
  constructor(
    private readonly orders: ShipmentOrders, private readonly system: string, private readonly locations: Locations,
    private readonly findOrder: (number: string) => Promise<WriteResult[]>,
  ) {}

  /** The parts with their orders' gids: by the document, by the fulfilment it is known as, or by the order's number. Throws DataError where none of them tells. */
  async located(write: ShipmentWrite, id?: string): Promise<LocatedPart[]> {
    const record = nameOf(write);
    const known = id === undefined || write.parts.length > 1 || write.parts[0]?.order?.id !== undefined ? undefined : (await this.orders.fulfillments([id]))[0]?.order.id;
    return Promise.all(write.parts.map(async ({ order, lines }) => {
      if (known === undefined && !order) throw new DataError('DATA_UNKNOWN_ORDER', `${record} does not say which order of ${this.system} it is of.`, { system: this.system, record });
      return { lines, order: known ?? await orderIdOf(order ?? {}, this.findOrder, this.system, record) };
    }));
  }

  async ready(write: ShipmentWrite, { order, lines: asked }: LocatedPart, id?: string): Promise<Ready> {
    const record = nameOf(write);
    const state = await this.orders.read(order, record);
    const lines = await this.orders.linesOf(state, asked, record);
    const wanted = new Map<string, number>();
    for (const [{ quantity }, line] of lines) wanted.set(line, (wanted.get(line) ?? 0) + quantity);
    const mine = await this.#mine(write, state, wanted, lines, id);
    const sent = sentOf(mine);
    const rest = new Map([...wanted].map(([line, quantity]) => [line, quantity - (sent.get(line) ?? 0)] as const).filter(([, quantity]) => quantity > 0));
    const skus = new Map([...lines].map(([{ sku }, line]) => [line, sku]));
    return {
      state, lines, wanted, rest, mine, asked: [...wanted].map(([line, quantity]) => ({ line, sku: skus.get(line) ?? '', wanted: quantity, has: sent.get(line) ?? 0 })),
      location: write.location === undefined || !write.left ? undefined : await this.locations.idOf(write.location),
    };
  }

  /** Those noted, or the one it is known as; after a try that was cut off also new ones of the same goods that are nobody else's, those tracked alike first. */
  async #mine(write: ShipmentWrite, { journal, fulfillments }: OrderState, wanted: ReadonlyMap<string, number>, lines: Ready['lines'], id?: string): Promise<FulfillmentRecord[]> {
    const { [write.shipmentNumber]: entry } = journal;
    const taken = takenBy(journal, write.shipmentNumber);
    const noted = entry?.ids.map(gidOf) ?? (id !== undefined && fulfillments.includes(id) && !taken.has(id) ? [id] : []);
    const { seen } = entry ?? {};
    const fresh = seen ? fulfillments.filter((one) => !seen.includes(numberOf(one)) && !noted.includes(one) && !taken.has(one)) : [];
    if (noted.length + fresh.length === 0) return [];
    const active = (await this.orders.fulfillments([...noted, ...fresh])).filter(isActive);
    const mine = active.filter((one) => noted.includes(one.id));
    const tracking = trackingOf(write, new Set([...lines.keys()].map((line) => line.id)));
    const alike = (one: FulfillmentRecord): number => tracking && tracksAlike(one, tracking) ? 0 : 1;
    for (const one of active.filter((other) => !mine.includes(other)).sort((a, b) => alike(a) - alike(b))) {
      const sent = sentOf([...mine, one]);
      if ([...sentOf([one]).keys()].every((line) => (sent.get(line) ?? 0) <= (wanted.get(line) ?? 0))) mine.push(one);
    }
    return mine;
  }
}

/** The shipment's lines that are of these lines of the order. */
export function lineIdsOf({ lines }: Ready, of: ReadonlyMap<string, number>): Set<string> { return new Set([...lines].filter(([, line]) => of.has(line)).map(([{ id }]) => id)); }

/** Of a shipment, for messages. */
export function nameOf({ shipmentNumber }: ShipmentWrite): string { return `shipment ${shipmentNumber}`; }
/** Has it not been taken back? */
export function isActive({ status }: FulfillmentRecord): boolean { return status !== 'CANCELLED' && status !== 'ERROR' && status !== 'FAILURE'; }
/** Quantities by order line (gid). */
export function sentOf(fulfillments: readonly FulfillmentRecord[]): Map<string, number> {
  const sent = new Map<string, number>();
  for (const { lineItem, quantity } of fulfillments.flatMap(({ fulfillmentLineItems: { nodes } }) => nodes)) sent.set(lineItem.id, (sent.get(lineItem.id) ?? 0) + (quantity ?? 0));
  return sent;
}
