import type { ControlActions, ControlViews } from '../control';
import type { ShopifySandbox } from './contract';
import type { Attempt } from '../courier';
import type { OrderEdit } from './edits';
import { gid } from './ids';
import type { OrderOverrides } from './orders';
import type { RefundOrder } from './refunds';
import type { ProductChange } from './shelves';
import type { StockCount } from './stockroom';

/** `POST /__sandbox/place`: so many orders, at once or at a rate. */
export interface PlaceOrder {
  /** Default 1. */
  count?: number;
  /** Orders a second; default: all at once. */
  perSecond?: number;
  overrides?: OrderOverrides;
}

/**
 * The shop's control endpoints: `GET shop` (counters), `GET orders` (with their metafields), `GET subscriptions`,
 * `GET deliveries` (webhooks answered 2xx), `GET stock?sku=…&location=…` (at all locations without one), `GET product?sku=…`, `GET products`, `GET companies`,
 * `GET price?sku=…&list=…` (the shop's own without one),
 * `POST product` (`{sku, …change}`: what staff changes), `POST place`, `POST subscribe` (`{topic, uri}`), `POST cancel` (`{id}`), `POST pay` and
 * `POST capture` (`{id, amount}`), `POST refund` (`{id}` and what a RefundOrder has), `POST settle` (`{id, status}`),
 * `POST archive` and `POST fulfill` (`{id}`), `POST stock` (`{sku, location, available}`), `POST edit` (`{id, edits}`).
 */
export function controlOf(shop: ShopifySandbox): { control: ControlViews; actions: ControlActions } {
  const deliveries: Attempt[] = [];
  shop.events.on('delivered', (attempt) => { deliveries.push(attempt); });
  return {
    control: {
      shop: () => shop.counters, deliveries: () => deliveries, subscriptions: () => shop.subscriptions(),
      product: (query) => shop.product(query.get('sku') ?? ''), products: () => shop.products(), companies: () => shop.companies(),
      stock: (query) => shop.stock(query.get('sku') ?? '', query.get('location') ?? undefined),
      price: (query) => shop.priceOf(query.get('list') ?? undefined, query.get('sku') ?? ''),
      orders: () => shop.orders().map((order) => ({ ...order, metafields: shop.metafields(gid('Order', order.id)) })),
    },
    actions: {
      product: (change) => { const { sku, ...rest } = change as { sku: string } & ProductChange; return shop.updateProduct(sku, rest); },
      place: (order) => place(shop, order as PlaceOrder),
      subscribe: (order) => { const { topic, uri } = order as { topic: string; uri: string }; return shop.subscribe(topic, uri); },
      cancel: (order) => shop.cancelOrder((order as { id: string }).id),
      fulfill: (order) => shop.fulfillOrder((order as { id: string }).id),
      edit: (order) => { const { id, edits } = order as { id: string; edits: OrderEdit[] }; return shop.editOrder(id, edits); },
      pay: (order) => { const { id, ...payment } = order as { id: string; amount?: string }; return shop.payOrder(id, payment); },
      capture: (order) => { const { id, amount } = order as { id: string; amount?: string }; return shop.captureOrder(id, amount); },
      refund: (order) => { const { id, ...refund } = order as { id: string } & RefundOrder; return shop.refundOrder(id, refund); },
      settle: (order) => { const { id, status } = order as { id: string; status?: 'success' | 'failure' }; return shop.settleRefund(id, status); },
      archive: (order) => shop.updateOrder((order as { id: string }).id, { closed: true }),
      stock: (count) => { shop.setStock(count as StockCount); },
    },
  };
}

/** Answers at once; a rate is kept by how many orders are due, so that a slow moment is caught up. */
function place(shop: ShopifySandbox, { count = 1, perSecond, overrides }: PlaceOrder): { placing: number } {
  if (perSecond === undefined) {
    for (let placed = 0; placed < count; placed++) shop.placeOrder(overrides);
    return { placing: count };
  }
  const start = Date.now();
  let placed = 0;
  const stop = shop.every(5, () => {
    const due = Math.min(count, Math.floor((Date.now() - start) / 1000 * perSecond));
    while (placed < due) { shop.placeOrder(overrides); placed++; }
    if (placed >= count) stop();
  });
  return { placing: count };
}
