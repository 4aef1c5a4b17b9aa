import type { Native } from '../contract';
import type { Graphql } from './graphql';
import type { Locations } from './locations';
import { orderPlacesQuery, placedLinesQuery } from './queries';
import { nameOf, type NodePage } from './records';

interface PlacedLine { totalQuantity: number; lineItem: { id: string } }
interface PlaceNode { id: string; status: string; assignedLocation: { name: string; location: { id: string; name: string } | null }; lineItems: NodePage<PlacedLine> }

/** How much of a line a location is to send, by the location's code. */
export interface Allocation { location: string; quantity: number }

const moreLines = 250;

/** Reads which location is to send how much of each line of an order, and notes it on the lines as `allocations`. */
export async function readPlaces(graphql: Graphql, locations: Locations, order: Native, signal?: AbortSignal): Promise<void> {
  const id = String(order['id']);
  const options = { record: nameOf(id), ...(signal ? { signal } : {}) };
  const placed = new Map<string, Map<string, number>>();
  let after: string | null = null;
  do {
    const answer: { order: { fulfillmentOrders: NodePage<PlaceNode> } | null } = await graphql.run(orderPlacesQuery, { id, after }, options);
    if (!answer.order) return;
    const { nodes, pageInfo }: NodePage<PlaceNode> = answer.order.fulfillmentOrders;
    for (const { id: own, status, assignedLocation: { name, location }, lineItems } of nodes) {
      if (status === 'CANCELLED') continue;
      // A location that was deleted has only its name left.
      const code = locations.codeOf(location ?? { id: name, name });
      for (let page: NodePage<PlacedLine> | undefined = lineItems; page; page = await next(page, own)) {
        for (const { totalQuantity, lineItem } of page.nodes) {
          const shares = placed.get(lineItem.id) ?? new Map<string, number>();
          placed.set(lineItem.id, shares.set(code, (shares.get(code) ?? 0) + totalQuantity));
        }
      }
    }
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
  } while (after !== null);
  for (const line of (order['lineItems'] as NodePage).nodes) {
    const shares = placed.get(String(line['id']));
    if (shares) line['allocations'] = [...shares].filter(([, quantity]) => quantity > 0).map(([location, quantity]): Allocation => ({ location, quantity }));
  }

  async function next({ pageInfo }: NodePage<PlacedLine>, own: string): Promise<NodePage<PlacedLine> | undefined> {
    if (!pageInfo.hasNextPage) return undefined;
    const more = await graphql.run<{ fulfillmentOrder: { lineItems: NodePage<PlacedLine> } | null }>(placedLinesQuery, { id: own, first: moreLines, after: pageInfo.endCursor }, options);
    return more.fulfillmentOrder?.lineItems;
  }
}
