import { createHmac, randomUUID } from 'node:crypto';
import { toBody } from './body';
import type { Courier } from '../courier';
import type { ShopEvent } from './news';
import type { ShopState } from './state';
import type { Subscription } from './subscription';

/** `ORDERS_CREATE` as the header has it: `orders/create`. */
export function topicName(topic: string): string {
  const name = topic.toLowerCase();
  if (name.endsWith('_partially_fulfilled')) return 'orders/partially_fulfilled';
  const cut = name.lastIndexOf('_');
  return `${name.slice(0, cut)}/${name.slice(cut + 1)}`;
}

/** `base64(HMAC-SHA256(secret, raw bytes))`. */
export function sign(body: Buffer, secret: string): string { return createHmac('sha256', secret).update(body).digest('base64'); }

export interface WebhookOptions { domain: string; apiVersion: string; secret: () => string }

/** Hands what happens in the shop to the courier, once for every subscription to it. */
export class Webhooks {
  readonly #state: ShopState;
  readonly #courier: Courier;
  readonly #options: WebhookOptions;

  constructor(state: ShopState, courier: Courier, options: WebhookOptions) {
    this.#state = state;
    this.#courier = courier;
    this.#options = options;
  }

  publish(event: ShopEvent): void {
    const wanted = [...this.#state.subscriptions.values()].filter((subscription) => subscription.topic === event.topic);
    if (wanted.length === 0) return;
    const eventId = randomUUID();
    for (const subscription of wanted) this.#send(subscription, event, eventId);
  }

  #send(subscription: Subscription, event: ShopEvent, eventId: string): void {
    const body = picked(event, subscription.includeFields);
    const webhookId = randomUUID();
    const { domain, apiVersion, secret } = this.#options;
    this.#courier.send({
      subscriptionId: subscription.id, topic: event.topic, uri: subscription.uri, webhookId, body, ...(event.orderId === undefined ? {} : { orderId: event.orderId }),
      headers: {
        'Content-Type': 'application/json', 'User-Agent': 'Shopify-Captain-Hook', 'X-Shopify-Topic': topicName(event.topic),
        'X-Shopify-Hmac-SHA256': sign(body, secret()),
        'X-Shopify-Shop-Domain': domain, 'X-Shopify-API-Version': apiVersion, 'X-Shopify-Webhook-Id': webhookId,
        'X-Shopify-Event-Id': eventId,
        'X-Shopify-Triggered-At': new Date(event.triggeredAt).toISOString(),
        ...(event.orderId === undefined ? {} : { 'X-Shopify-Order-Id': event.orderId }),
      },
    });
  }
}

function picked(event: ShopEvent, fields: readonly string[]): Buffer {
  if (fields.length === 0) return event.body();
  return toBody(Object.fromEntries(Object.entries(event.payload()).filter(([key]) => fields.includes(key))));
}
