import type { Fulfillment, Line, Order } from './model';
import type { ShopState } from './state';

/** What one site is to send of an order. */
export interface FulfillmentOrder { order: Order; site: number }

/** How much of a line one site is to send, and how much of that is still to be sent. */
export interface Piece { line: Line; quantity: number; remaining: number }

/** Where their ids lie among those of an order's parts; ids of their lines are not those of the order's. */
const [ownIds, lineIds, fulfillmentIds, sentIds] = [900n, 500_000_000n, 4_000_000_000n, 5_000_000_000n];
/** A site's ids are told apart by how often its fulfilment order was made anew. */
const rounds = 10;

/** Of an order: one for each site it takes stock from. */
export function fulfillmentOrders(order: Order): FulfillmentOrder[] {
  const sites = order.lines.filter(isSent).flatMap((line) => placesOf(line).map(({ site }) => site));
  return [...new Set(sites)].sort((a, b) => a - b).map((site) => ({ order, site }));
}

/** The vendor makes another one where a fulfilment that had closed it is cancelled. */
function roundOf({ order, site }: FulfillmentOrder): number {
  return order.fulfillments.filter((one) => one.site === site && one.closed && one.status === 'cancelled').length;
}

export function fulfillmentOrderId(one: FulfillmentOrder): string {
  return String(BigInt(one.order.id) + ownIds + BigInt(one.site * rounds + roundOf(one)));
}
export function fulfillmentOrderLineId(one: FulfillmentOrder, line: Line): string {
  return String(BigInt(line.id) + lineIds * BigInt(1 + one.site + roundOf(one) * 2));
}
/** Of the n-th fulfilment of an order (0 …), and of a line in it. */
export function fulfillmentId(order: Order, n: number): string { return String(BigInt(order.id) + fulfillmentIds + BigInt(n)); }
export function sentLineId(fulfillment: Fulfillment, line: string): string {
  return String(BigInt(line) + sentIds + (BigInt(fulfillment.id) - fulfillmentIds) % 1000n * 1_000_000_000n);
}

export function findFulfillmentOrder(state: ShopState, id: string): FulfillmentOrder | undefined {
  for (let at = 0; at < state.trade.world.sites.length * rounds; at++) {
    const order = state.orders.get(String(BigInt(id) - ownIds - BigInt(at)));
    const found = order && fulfillmentOrders(order).find((one) => fulfillmentOrderId(one) === id);
    if (found) return found;
  }
  return undefined;
}

export function findFulfillment(state: ShopState, id: string): { order: Order; fulfillment: Fulfillment } | undefined {
  for (let n = 0; n < 500; n++) {
    const order = state.orders.get(String(BigInt(id) - fulfillmentIds - BigInt(n)));
    const fulfillment = order?.fulfillments.find((one) => one.id === id);
    if (order && fulfillment) return { order, fulfillment };
  }
  return undefined;
}

export function piecesOf({ order, site }: FulfillmentOrder): Piece[] {
  return order.lines.filter(isSent).flatMap((line) => {
    const place = placesOf(line).find((one) => one.site === site);
    return place ? [{ line, quantity: place.quantity, remaining: remainingAt(order, line, site) }] : [];
  });
}

/** What is left to be sent of a line from a site. */
export function remainingAt(order: Order, line: Line, site: number): number {
  if (order.cancelledAt !== null || order.fulfillmentStatus === 'fulfilled') return 0;
  return Math.max(0, (placesOf(line).find((one) => one.site === site)?.quantity ?? 0) - sentFrom(order, line, site));
}

/** What is left to be sent of a line, from all sites. */
export function remainingOf(order: Order, line: Line): number {
  return isSent(line) ? placesOf(line).reduce((sum, { site }) => sum + remainingAt(order, line, site), 0) : 0;
}

/** Nothing is left to be sent. */
export function isClosed(one: FulfillmentOrder): boolean { return piecesOf(one).every(({ remaining }) => remaining === 0); }

export function statusOf(one: FulfillmentOrder): 'CLOSED' | 'IN_PROGRESS' | 'OPEN' {
  if (isClosed(one)) return 'CLOSED';
  return piecesOf(one).some(({ line }) => sentFrom(one.order, line, one.site) > 0) ? 'IN_PROGRESS' : 'OPEN';
}

/** How far an order is, by what has been sent of it. */
export function progressOf(order: Order): Order['fulfillmentStatus'] {
  const open = { ...order, fulfillmentStatus: null };
  if (order.lines.every((line) => remainingOf(open, line) === 0)) return 'fulfilled';
  return order.fulfillments.some(({ status }) => status === 'success') ? 'partial' : null;
}

/** Which site sends how much of a line: its own, but for what somebody has given to another. What takes no stock is sent from the first. */
export function placesOf(line: Line): { site: number; quantity: number }[] {
  let left = line.currentQuantity;
  const moved = (line.moved ?? []).map(({ site, quantity }) => {
    const here = Math.min(left, quantity);
    left -= here;
    return { site, quantity: here };
  });
  const own = line.site ?? 0;
  const all = [{ site: own, quantity: left }, ...moved];
  const sites = [...new Set(all.map(({ site }) => site))];
  return sites.map((site) => ({ site, quantity: all.filter((one) => one.site === site).reduce((sum, { quantity }) => sum + quantity, 0) }))
    .filter(({ quantity, site }) => quantity > 0 || (site === own && sites.length === 1));
}

function sentFrom(order: Order, line: Line, site: number): number {
  return order.fulfillments.filter((one) => one.status === 'success' && one.site === site).flatMap(({ lines }) => lines)
    .reduce((sum, one) => sum + (one.line === line.id ? one.quantity : 0), 0);
}

function isSent(line: Line): boolean { return line.kind !== 'tip'; }
