import { randomUUID } from 'node:crypto';
import autocannon from 'autocannon';
import type { ShopifySandbox } from '../sandbox/shopify';
import { sign } from '../sandbox/shopify/webhooks';

interface Webhook { headers: Record<string, string>; body: string }

/** Makes signed `orders/create` webhooks of a shop without end, each of an order of its own. */
export function webhookMaker(shop: ShopifySandbox): () => Webhook {
  const bodies = Array.from({ length: 100 }, () => {
    const order = shop.placeOrder({ channel: 'b2b', lines: 5 });
    return { id: order.id, body: shop.payload(order) };
  });
  const secret = shop.secrets['webhookSecret'] ?? '';
  let made = 0;
  return () => {
    const { id, body: template } = bodies[made % bodies.length] ?? { id: '', body: '' };
    const body = template.replaceAll(id, String(7_000_000_000_000 + made++));
    return {
      body, headers: {
        'content-type': 'application/json', 'x-shopify-topic': 'orders/create', 'x-shopify-shop-domain': shop.shop, 'x-shopify-api-version': '2026-10',
        'x-shopify-webhook-id': randomUUID(), 'x-shopify-event-id': randomUUID(), 'x-shopify-triggered-at': new Date().toISOString(),
        'x-shopify-hmac-sha256': sign(Buffer.from(body), secret),
      },
    };
  };
}

/** How a receiver stood a load: answers a second, the 99th percentile of their times in ms, and how many were 2xx. */
export interface Stood { rate: number; p99: number; accepted: number }

/** Posts webhooks to a receiver over 16 connections. Throws if one is not answered 2xx. */
export async function post(url: string, make: () => Webhook, seconds: number): Promise<Stood> {
  const result = await autocannon({
    url, connections: 16, duration: seconds,
    requests: [{ method: 'POST', setupRequest: (request) => Object.assign(request, make()) }],
  });
  if (result.errors + result.non2xx > 0) throw new Error(`${url}: ${String(result.errors)} errors, ${String(result.non2xx)} answers were not 2xx`);
  return { rate: result['2xx'] / result.duration, p99: result.latency.p99, accepted: result['2xx'] };
}
