import { DataError, type Issue } from '../../errors';

/** A fulfilment order: what one location is to send. */
export interface ToSend {
  id: string;
  status: string;
  location: { id: string; name: string };
  lines: { id: string; line: string; remaining: number }[];
}

/** What one fulfilment is made of: it may only hold fulfilment orders of one location. */
export interface Sending { location: ToSend['location']; orders: Map<string, { id: string; quantity: number }[]>; lines: Map<string, number> }

/** Others wait for something: a hold, a date, a fulfilment service. */
const usable = new Set(['OPEN', 'IN_PROGRESS']);

/**
 * Spreads quantities by order line over the fulfilment orders that are open, those of `location` (gid) first. Goods that
 * another location was to send are taken off there: the shop sells from where it said, whoever sends.
 */
export function planOf(wanted: ReadonlyMap<string, number>, toSend: readonly ToSend[], location?: string): Sending[] {
  const open = toSend.filter(({ status }) => usable.has(status));
  const sorted = [...open.filter((one) => one.location.id === location), ...open.filter((one) => one.location.id !== location)];
  const sendings = new Map<string, Sending>();
  const at = (location: ToSend['location']): Sending => {
    const found = sendings.get(location.id) ?? { location, orders: new Map<string, { id: string; quantity: number }[]>(), lines: new Map<string, number>() };
    sendings.set(location.id, found);
    return found;
  };
  for (const [line, quantity] of wanted) {
    let left = quantity;
    for (const order of sorted) {
      for (const part of order.lines) {
        const taken = part.line === line ? Math.min(left, part.remaining) : 0;
        if (taken === 0) continue;
        left -= taken;
        const { orders, lines } = at(order.location);
        orders.set(order.id, [...orders.get(order.id) ?? [], { id: part.id, quantity: taken }]);
        lines.set(line, (lines.get(line) ?? 0) + taken);
      }
    }
  }
  return [...sendings.values()];
}

/** Of a line, what may be sent now and what waits. */
export function openOf(line: string, toSend: readonly ToSend[]): { open: number; held: number } {
  const sum = (of: readonly ToSend[]): number => of.flatMap(({ lines }) => lines).reduce((total: number, part) => total + (part.line === line ? part.remaining : 0), 0);
  return { open: sum(toSend.filter(({ status }) => usable.has(status))), held: sum(toSend.filter(({ status }) => !usable.has(status))) };
}

/** What is asked for of a line, beside what the shipment has of it already. */
export interface Asked { line: string; sku: string; wanted: number; has: number }

/** Throws DataError if the shop has less open than is asked for, telling of each line what is wrong. */
export function assertOpen(asked: readonly Asked[], toSend: readonly ToSend[], about: { system: string; record: string; order: string }): void {
  const short = asked.map((one) => ({ ...one, ...openOf(one.line, toSend) })).filter(({ wanted, has, open }) => wanted > has + open);
  if (short.length === 0) return;
  const held = short.some((one) => one.held > 0);
  const none = short.every(({ open, has }) => open + has === 0);
  const [code, advice] = held ? ['DATA_FULFILLMENT_ON_HOLD', 'Release the hold in the shop, then replay.'] as const
    : none ? ['DATA_ALREADY_FULFILLED', 'It may have been fulfilled by hand, cancelled or refunded.'] as const : ['DATA_OVER_FULFILLED', 'Check the quantities of the order in both systems.'] as const;
  const issues = short.map(({ line, sku, wanted, has, open, held: waits }): Issue => ({
    path: line, rule: 'open', message: `${String(wanted)} of ${sku}, but ${String(open + has)} open${waits > 0 ? ` and ${String(waits)} on hold` : ''}`,
  }));
  const { system, record, order } = about;
  throw new DataError(code, `${system} has not enough open on order ${order} for ${record}: ${issues.map(({ message }) => message).join('; ')}. ${advice} Nothing was written.`, { system, record, issues });
}
