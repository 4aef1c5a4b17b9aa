import type { PendingOrders } from '../connectors/contract';
import type { Recent } from '../connectors/recent';
import { DeadLetters } from '../delivery/dead-letters';
import { oldestArrivals } from '../delivery/inbox';
import type { Links } from '../delivery/links';
import { RetryStore, scheduleNames } from '../delivery/retry-store';
import type { Store } from '../store/contract';

/** An order whose webhook was lost is found by polling within this time, ms; one that waits in a broker is read from it. */
const marginMs = 3_600_000;
/** Dead letters looked through for the oldest order. */
const mostLetters = 1000;

/**
 * Which orders of a shop an ERP may not know of: those that still wait for their way into it, and the newest.
 * `known`: when orders came there, kept from call to call; `from`: the shop's system; `to`: the ERP's; `asOf`: the oldest time the figures are of (ISO 8601 UTC).
 */
export function pendingOrders(store: Store, links: Links, known: Recent<number>, { from, to, asOf }: { from: string; to: string | undefined; asOf: string }): PendingOrders {
  return {
    since: async () => new Date(Math.min(Date.parse(asOf), ...await waitingSince(store)) - marginMs).toISOString(),
    async included(orderId, time) {
      const key = `${to ?? ''} ${orderId}`;
      const linked = known.get(key) ?? await links.linkedAt({ system: from, type: 'Order', id: orderId }, to);
      if (linked === undefined) return false;
      known.set(key, linked);
      return linked <= Date.parse(time);
    },
  };
}

/** When the oldest orders came that wait in an inbox, for another try or for somebody who mends them, ms. */
async function waitingSince(store: Store): Promise<number[]> {
  const times = await oldestArrivals(store, ({ head }) => (head as { entity?: string }).entity === 'order');
  for await (const name of scheduleNames(store)) {
    for await (const { message, firstAt } of new RetryStore(store, name).entries()) if (isOrder(message)) times.push(firstAt);
  }
  const { entries: letters } = await new DeadLetters(store).list({ oldestFirst: true, limit: mostLetters });
  return [...times, ...letters.filter(({ message }) => isOrder(message)).map(({ firstTriedAt }) => firstTriedAt)];
}

function isOrder(message: unknown): boolean {
  return (message as { event?: { type?: string } } | null)?.event?.type?.startsWith('b2b-sync.order.') === true;
}
