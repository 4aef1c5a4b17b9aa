import { badRequest } from './connection';
import { findFulfillment, findFulfillmentOrder, fulfillmentOrderLineId, isClosed, piecesOf, type FulfillmentOrder } from './fulfillment';
import { fulfillmentNode } from './graph/fulfillment';
import { parseGid } from './ids';
import type { Fulfillment, Tracking } from './model';
import { limited, type MutationContext } from './mutations';

interface TrackingInput { company?: string | null; number?: string | null; numbers?: string[] | null; url?: string | null; urls?: string[] | null }
interface LineInput { id: string; quantity: number }
interface FulfillmentInput {
  lineItemsByFulfillmentOrder: { fulfillmentOrderId: string; fulfillmentOrderLineItems?: LineInput[] | null }[];
  trackingInfo?: TrackingInput | null;
}
interface Payload { fulfillment: object | null; userErrors: { field: string[] | null; message: string }[] }

/** The mutations that send goods, say how they are tracked, and take it back. Nothing makes a repeated one harmless. */
export const fulfillmentMutations = {
  fulfillmentCreate: ({ fulfillment: input }: { fulfillment: FulfillmentInput }, context: MutationContext): Payload => {
    limited(input.lineItemsByFulfillmentOrder, 'lineItemsByFulfillmentOrder', 250);
    const parts = input.lineItemsByFulfillmentOrder.map(({ fulfillmentOrderId, fulfillmentOrderLineItems }) => {
      limited(fulfillmentOrderLineItems, 'fulfillmentOrderLineItems', 512);
      return { of: findFulfillmentOrder(context.state, digits('FulfillmentOrder', fulfillmentOrderId)), lines: fulfillmentOrderLineItems ?? [] };
    });
    const [first] = parts;
    const missing = parts.find(({ of }) => of === undefined);
    if (!first?.of || missing) return refused('Fulfillment order does not exist.');
    const { order, site } = first.of;
    if (parts.some(({ of }) => of?.order.id !== order.id)) return refused('All fulfillment orders must belong to the same order.');
    if (parts.some(({ of }) => of?.site !== site)) return refused('All fulfillment orders must be assigned to the same location.');
    if (isClosed(first.of)) return refused(`Fulfillment order ${digits('FulfillmentOrder', input.lineItemsByFulfillmentOrder[0]?.fulfillmentOrderId ?? '')} has an unfulfillable status= closed.`);
    const wanted = wantedOf(first.of, parts.flatMap(({ lines }) => lines));
    if (typeof wanted === 'string') return refused(wanted);
    const made = context.actions.send(order.id, site, wanted, trackingOf(input.trackingInfo));
    return answer(context, made);
  },

  fulfillmentTrackingInfoUpdate: ({ fulfillmentId, trackingInfoInput }: { fulfillmentId: string; trackingInfoInput: TrackingInput }, context: MutationContext): Payload => {
    const found = findFulfillment(context.state, digits('Fulfillment', fulfillmentId));
    if (!found) return refused('Fulfillment not found.', ['fulfillmentId']);
    if (found.fulfillment.status === 'cancelled') return refused('Fulfillment is cancelled.', ['fulfillmentId']);
    return answer(context, context.actions.track(found.order.id, found.fulfillment.id, trackingOf(trackingInfoInput)));
  },

  fulfillmentCancel: ({ id }: { id: string }, context: MutationContext): Payload => {
    const found = findFulfillment(context.state, digits('Fulfillment', id));
    if (!found) return refused('Fulfillment not found.', ['id']);
    if (found.fulfillment.status === 'cancelled') return refused('Fulfillment is already cancelled.', ['id']);
    return answer(context, context.actions.unsend(found.order.id, found.fulfillment.id));
  },
};

/** What is asked for of each line, or why it cannot be. Without any, all that is left. */
function wantedOf(one: FulfillmentOrder, asked: LineInput[]): Fulfillment['lines'] | string {
  const pieces = piecesOf(one);
  if (asked.length === 0) return pieces.filter(({ remaining }) => remaining > 0).map(({ line, remaining }) => ({ line: line.id, quantity: remaining }));
  const byLine = new Map<string, number>();
  for (const { id, quantity } of asked) {
    const own = digits('FulfillmentOrderLineItem', id);
    const piece = pieces.find(({ line }) => fulfillmentOrderLineId(one, line) === own);
    if (!piece) return 'Fulfillment order line item does not exist.';
    const sum = (byLine.get(piece.line.id) ?? 0) + quantity;
    if (quantity < 1 || sum > piece.remaining) return 'Invalid fulfillment order line item quantity requested.';
    byLine.set(piece.line.id, sum);
  }
  return [...byLine].map(([line, quantity]) => ({ line, quantity }));
}

function trackingOf(input: TrackingInput | null | undefined): Tracking {
  const { company, number, numbers, url, urls } = input ?? {};
  return { company: company ?? null, numbers: numbers ?? (number ? [number] : []), urls: urls ?? (url ? [url] : []) };
}

function digits(type: string, id: string): string {
  const parsed = parseGid(id);
  if (parsed.type !== type) throw badRequest(`Invalid global id '${id}'`);
  return parsed.id;
}

function answer(context: MutationContext, { id }: Fulfillment): Payload {
  const found = findFulfillment(context.state, id);
  return { fulfillment: found ? fulfillmentNode(context, found.order, found.fulfillment) : null, userErrors: [] };
}

function refused(message: string, field: string[] = ['fulfillment']): Payload { return { fulfillment: null, userErrors: [{ field, message }] }; }
