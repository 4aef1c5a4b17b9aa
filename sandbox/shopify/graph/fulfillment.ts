import { partsConnection, type PageArgs } from '../connection';
import { fulfillmentOrderId, fulfillmentOrderLineId, piecesOf, sentLineId, statusOf, type FulfillmentOrder } from '../fulfillment';
import { gid } from '../ids';
import type { Fulfillment, Order } from '../model';
import { utcTime } from '../times';
import { variantNode } from './catalogue';
import type { NodeContext } from './context';
import { siteNode } from './inventory';
import { lineNode } from './lines';
import { orderNode } from './order';

/** A `FulfillmentOrder`. */
export function fulfillmentOrderNode(context: NodeContext, one: FulfillmentOrder): object {
  const { ids, trade } = context.state;
  const { order, site } = one;
  const id = fulfillmentOrderId(one);
  const place = trade.world.sites[site];
  const status = statusOf(one);
  return {
    __typename: 'FulfillmentOrder', id: gid('FulfillmentOrder', id), orderId: gid('Order', order.id), orderName: order.name,
    status, requestStatus: status === 'CLOSED' ? 'CLOSED' : 'UNSUBMITTED',
    order: () => orderNode(context, order),
    assignedLocation: {
      name: place?.name, city: place?.city, zip: place?.zip, countryCode: place?.country, location: () => siteNode(context, site),
    },
    lineItems: (args: PageArgs) => partsConnection(args, piecesOf(one), `lines of fulfillment order ${id}`, ({ line, quantity, remaining }) => ({
      __typename: 'FulfillmentOrderLineItem', id: gid('FulfillmentOrderLineItem', fulfillmentOrderLineId(one, line)),
      inventoryItemId: line.productIndex === undefined ? null : gid('InventoryItem', ids.of('InventoryItem', line.productIndex)),
      sku: line.kind === 'product' ? line.sku : null, productTitle: line.title, requiresShipping: line.kind === 'product',
      totalQuantity: quantity, remainingQuantity: remaining,
      lineItem: () => lineNode(context, order, line),
      variant: () => line.productIndex === undefined ? null : variantNode(context, line.productIndex),
    })),
    createdAt: utcTime(order.createdAt), updatedAt: utcTime(order.updatedAt),
  };
}

/** A `Fulfillment`. */
export function fulfillmentNode(context: NodeContext, order: Order, fulfillment: Fulfillment): object {
  const { id, site, status, lines, tracking: { company, numbers, urls } } = fulfillment;
  const sent = status === 'success';
  return {
    __typename: 'Fulfillment', id: gid('Fulfillment', id), legacyResourceId: id, name: fulfillment.name, status: status.toUpperCase(),
    displayStatus: sent ? 'FULFILLED' : 'CANCELED', order: () => orderNode(context, order), location: () => siteNode(context, site),
    requiresShipping: true, totalQuantity: lines.reduce((sum, { quantity }) => sum + quantity, 0),
    trackingInfo: ({ first }: { first?: number | null }) => Array.from({ length: Math.max(numbers.length, urls.length, company === null ? 0 : 1) }, (_, at) => ({
      company, number: numbers[at] ?? null, url: urls[at] ?? null,
    })).slice(0, first ?? undefined),
    fulfillmentLineItems: (args: PageArgs) => partsConnection(args, lines, `lines of fulfillment ${id}`, ({ line, quantity }) => ({
      __typename: 'FulfillmentLineItem', id: gid('FulfillmentLineItem', sentLineId(fulfillment, line)), quantity,
      lineItem: () => { const found = order.lines.find((one) => one.id === line); return found ? lineNode(context, order, found) : null; },
    })),
    deliveredAt: null, estimatedDeliveryAt: null, inTransitAt: null,
    createdAt: utcTime(fulfillment.createdAt), updatedAt: utcTime(fulfillment.updatedAt),
  };
}
