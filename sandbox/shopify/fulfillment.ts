import type { Line, Order } from './model';
import type { ShopState } from './state';

/** What one site is to send of an order. */
export interface FulfillmentOrder { order: Order; site: number }

/** Where their ids lie among those of an order's parts; ids of their lines are not those of the order's. */
const [ownIds, lineIds] = [900n, 500_000_000n];

/** Of an order: one for each site it takes stock from. */
export function fulfillmentOrders(order: Order): FulfillmentOrder[] {
  return [...new Set(order.lines.filter(isSent).map(siteOf))].sort((a, b) => a - b).map((site) => ({ order, site }));
}

export function fulfillmentId({ order, site }: FulfillmentOrder): string { return String(BigInt(order.id) + ownIds + BigInt(site)); }
export function fulfillmentLineId(line: Line): string { return String(BigInt(line.id) + lineIds); }

export function findFulfillment(state: ShopState, id: string): FulfillmentOrder | undefined {
  for (const site of state.trade.world.sites.keys()) {
    const order = state.orders.get(String(BigInt(id) - ownIds - BigInt(site)));
    const found = order && fulfillmentOrders(order).find((one) => one.site === site);
    if (found) return found;
  }
  return undefined;
}

export function fulfillmentLines({ order, site }: FulfillmentOrder): Line[] {
  return order.lines.filter((line) => isSent(line) && siteOf(line) === site);
}

/** Nothing is left to be sent. */
export function isClosed(one: FulfillmentOrder): boolean {
  const { fulfillmentStatus, cancelledAt } = one.order;
  return fulfillmentStatus === 'fulfilled' || cancelledAt !== null || fulfillmentLines(one).every((line) => line.currentQuantity === 0);
}

function isSent(line: Line): boolean { return line.kind !== 'tip'; }

/** What takes no stock is sent from the first site. */
function siteOf(line: Line): number { return line.site ?? 0; }
