import { placesOf, remainingAt } from './fulfillment';
import type { Line, Order } from './model';
import type { Level, Stock } from './stock';

/** What orders keep from being sold of a product at a site, and what of that has not left it yet. */
interface Hold { product: number; site: number; taken: number; committed: number }

/** The order with the site each line takes its stock from: the first that has enough, else the first that keeps the product. Lines that have a site keep it. */
export function sited(order: Order, stock: Stock, products: number): Order {
  const left = new Map<string, number>();
  const lines = order.lines.map((line): Line => {
    const product = line.productIndex;
    if (line.site !== undefined || line.kind !== 'product' || product === undefined || product > products || !stock.tracked(product)) return line;
    const levels = stock.levels(product);
    const rest = ({ site, available }: Level): number => left.get(keyOf(product, site)) ?? available;
    const level = levels.find((one) => rest(one) >= line.currentQuantity) ?? levels[0];
    if (!level) return line;
    left.set(keyOf(product, level.site), rest(level) - line.currentQuantity);
    return { ...line, site: level.site };
  });
  return { ...order, lines };
}

/** The levels that change when an order does. `restock`: what it gives up can be sold again. */
export function moved(stock: Stock, before: Order | undefined, after: Order, now: number, restock = true): Level[] {
  const changes = holds(after);
  for (const [key, { taken, committed, ...place }] of before ? holds(before) : []) {
    const hold = changes.get(key) ?? { ...place, taken: 0, committed: 0 };
    changes.set(key, { ...hold, taken: hold.taken - taken, committed: hold.committed - committed });
  }
  return [...changes.values()].flatMap(({ product, site, taken, committed }) => {
    const by = { available: taken < 0 && !restock ? 0 : -taken, committed };
    return by.available === 0 && committed === 0 ? [] : [shifted(stock.level(product, site), by, now)];
  });
}

/** A level after a change of its quantities. */
export function shifted(level: Level, { available = 0, committed = 0 }: { available?: number; committed?: number }, now: number): Level {
  return {
    ...level, available: level.available + available, committed: level.committed + committed,
    ...(available === 0 ? {} : { availableAt: now }), ...(committed === 0 ? {} : { committedAt: now }),
  };
}

function holds(order: Order): Map<string, Hold> {
  const found = new Map<string, Hold>();
  if (order.cancelledAt !== null) return found;
  for (const line of order.lines) {
    const product = line.productIndex;
    if (product === undefined || line.site === undefined) continue;
    for (const { site, quantity } of placesOf(line)) {
      const hold = found.get(keyOf(product, site)) ?? { product, site, taken: 0, committed: 0 };
      hold.taken += quantity;
      hold.committed += remainingAt(order, line, site);
      found.set(keyOf(product, site), hold);
    }
  }
  return found;
}

function keyOf(product: number, site: number): string { return `${String(product)} ${String(site)}`; }
