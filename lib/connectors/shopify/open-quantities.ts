import type { Graphql } from './graphql';
import { fulfillmentNeedsQuery, fulfillmentOrderLinesQuery, fulfillmentOrdersQuery } from './queries';

interface PageInfo { hasNextPage: boolean; endCursor: string | null }
interface Lines { pageInfo: PageInfo; nodes: { inventoryItemId: string | null; remainingQuantity: number }[] }
interface FulfillmentOrder { id: string; orderId: string; assignedLocation: { location: { id: string } | null }; lineItems: Lines }
interface Head { id: string; orderId: string; createdAt: string }

/** Sizes that keep each query below what one may cost. */
const sizes = { page: 250, needs: 15, moreLines: 250 };

/** What orders still need, by item and location. */
export class OpenQuantities {
  readonly #needs = new Map<string, { orderId: string; quantity: number }[]>();

  of(itemId: string, locationId: string): readonly { orderId: string; quantity: number }[] { return this.#needs.get(`${itemId} ${locationId}`) ?? []; }

  add({ orderId, assignedLocation: { location }, lineItems }: FulfillmentOrder): void {
    for (const { inventoryItemId, remainingQuantity } of lineItems.nodes) {
      if (inventoryItemId === null || !location || remainingQuantity === 0) continue;
      const key = `${inventoryItemId} ${location.id}`;
      const needs = this.#needs.get(key) ?? [];
      needs.push({ orderId, quantity: remainingQuantity });
      this.#needs.set(key, needs);
    }
  }
}

/** Of the orders placed since a time (ISO 8601 UTC) that are wanted: most are not, and what they need is not asked for. */
export async function openQuantities(graphql: Graphql, since: string, wanted: (orderId: string) => Promise<boolean>): Promise<OpenQuantities> {
  const open = new OpenQuantities();
  for await (const heads of newest(graphql, since)) {
    const chosen: string[] = [];
    for (const { id, orderId } of heads) if (await wanted(orderId)) chosen.push(id);
    for (let at = 0; at < chosen.length; at += sizes.needs) {
      const { nodes } = await graphql.run<{ nodes: (FulfillmentOrder | null)[] }>(fulfillmentNeedsQuery, { ids: chosen.slice(at, at + sizes.needs) });
      for (const one of nodes) {
        if (!one) continue;
        await complete(graphql, one);
        open.add(one);
      }
    }
  }
  return open;
}

async function* newest(graphql: Graphql, since: string): AsyncGenerator<Head[]> {
  let after: string | null = null;
  do {
    const { fulfillmentOrders: page }: { fulfillmentOrders: { pageInfo: PageInfo; nodes: Head[] } } = await graphql.run(fulfillmentOrdersQuery, { first: sizes.page, after });
    const fresh = page.nodes.filter(({ createdAt }) => Date.parse(createdAt) >= Date.parse(since));
    yield fresh;
    after = page.pageInfo.hasNextPage && fresh.length === page.nodes.length ? page.pageInfo.endCursor : null;
  } while (after !== null);
}

async function complete(graphql: Graphql, { id, lineItems }: FulfillmentOrder): Promise<void> {
  while (lineItems.pageInfo.hasNextPage) {
    const { fulfillmentOrder } = await graphql.run<{ fulfillmentOrder: { lineItems: Lines } | null }>(
      fulfillmentOrderLinesQuery, { id, first: sizes.moreLines, after: lineItems.pageInfo.endCursor });
    if (!fulfillmentOrder) return;
    lineItems.nodes.push(...fulfillmentOrder.lineItems.nodes);
    lineItems.pageInfo = fulfillmentOrder.lineItems.pageInfo;
  }
}
