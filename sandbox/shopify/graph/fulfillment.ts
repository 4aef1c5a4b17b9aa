import { partsConnection, type PageArgs } from '../connection';
import { fulfillmentId, fulfillmentLineId, fulfillmentLines, isClosed, type FulfillmentOrder } from '../fulfillment';
import { gid } from '../ids';
import { utcTime } from '../times';
import { variantNode } from './catalogue';
import type { NodeContext } from './context';
import { siteNode } from './inventory';
import { lineNode } from './lines';
import { orderNode } from './order';

/** A `FulfillmentOrder`. */
export function fulfillmentNode(context: NodeContext, one: FulfillmentOrder): object {
  const { ids, trade } = context.state;
  const { order, site } = one;
  const id = fulfillmentId(one);
  const place = trade.world.sites[site];
  const closed = isClosed(one);
  return {
    __typename: 'FulfillmentOrder', id: gid('FulfillmentOrder', id), orderId: gid('Order', order.id), orderName: order.name,
    status: closed ? 'CLOSED' : 'OPEN', requestStatus: closed ? 'CLOSED' : 'UNSUBMITTED',
    order: () => orderNode(context, order),
    assignedLocation: {
      name: place?.name, city: place?.city, zip: place?.zip, countryCode: place?.country, location: () => siteNode(context, site),
    },
    lineItems: (args: PageArgs) => partsConnection(args, fulfillmentLines(one), `lines of fulfillment order ${id}`, (line) => ({
      __typename: 'FulfillmentOrderLineItem', id: gid('FulfillmentOrderLineItem', fulfillmentLineId(line)),
      inventoryItemId: line.productIndex === undefined ? null : gid('InventoryItem', ids.of('InventoryItem', line.productIndex)),
      sku: line.kind === 'product' ? line.sku : null, productTitle: line.title, requiresShipping: line.kind === 'product',
      totalQuantity: line.currentQuantity, remainingQuantity: closed ? 0 : line.currentQuantity,
      lineItem: () => lineNode(context, order, line),
      variant: () => line.productIndex === undefined ? null : variantNode(context, line.productIndex),
    })),
    createdAt: utcTime(order.createdAt), updatedAt: utcTime(order.updatedAt),
  };
}
