import { numericId, type Json } from './body';
import { gid, type Ids } from './ids';
import type { Fulfillment, Order } from './model';
import { lineItem } from './payload-lines';
import { shopTime } from './times';

/** A fulfilment as webhooks have it: the body of fulfillments/create and -/update, and a part of an order's. */
export function fulfillmentPayload(order: Order, fulfillment: Fulfillment, ids: Ids, timeZone: string): Json {
  const { id, site, status, lines, tracking: { company, numbers, urls } } = fulfillment;
  return {
    id: numericId(id), admin_graphql_api_id: gid('Fulfillment', id), order_id: numericId(order.id), name: fulfillment.name, status, service: 'manual',
    created_at: shopTime(fulfillment.createdAt, timeZone), updated_at: shopTime(fulfillment.updatedAt, timeZone),
    location_id: numericId(ids.of('Location', site + 1)), origin_address: {}, receipt: {}, shipment_status: null,
    tracking_company: company, tracking_number: numbers[0] ?? null, tracking_numbers: numbers, tracking_url: urls[0] ?? null, tracking_urls: urls,
    line_items: lines.flatMap(({ line, quantity }) => {
      const found = order.lines.find((one) => one.id === line);
      return found ? [{ ...lineItem(found, order, ids), quantity }] : [];
    }),
  };
}
