/** What has an id of its own, and where its numbers begin. */
const blocks = {
  Order: 0, LineItem: 1, ShippingLine: 500, OrderTransaction: 600, PaymentTerms: 700, PaymentSchedule: 701, MailingAddress: 800,
  Customer: -1_000_000, Company: -2_000_000, CompanyLocation: -3_000_000, CompanyContact: -4_000_000, CompanyAddress: -5_000_000,
  Product: -6_000_000, ProductVariant: -7_000_000, InventoryItem: -8_000_000, Location: -9_000_000, InventoryLevel: -9_100_000,
  Publication: -9_200_000,
  Metafield: -1_000_000_000, WebhookSubscription: -900_000_000, InventoryAdjustmentGroup: -800_000_000,
  MediaImage: -700_000_000, PriceList: -10_000_000, CompanyLocationCatalog: -10_100_000, MarketCatalog: -10_200_000,
  QuantityPriceBreak: -10_300_000, BulkOperation: -600_000_000,
} as const;

export type GidType = keyof typeof blocks | 'Shop' | 'ProductOption' | 'InventoryItemMeasurement' | 'Refund' | 'Job' | 'FulfillmentOrder' | 'FulfillmentOrderLineItem'
  | 'Fulfillment' | 'FulfillmentLineItem' | 'PaymentTermsTemplate' | 'CalculatedOrder' | 'CalculatedLineItem' | 'OrderEditSession';

/**
 * Hands out ids as digits. Huge ones lie beyond 2^53 like those of the published samples, so that a client which reads
 * them as numbers loses digits; the others are of the size shops have today.
 */
export class Ids {
  readonly #base: bigint;
  constructor(huge = false) { this.#base = huge ? 820_982_911_946_000_123n : 5_900_000_000_000n; }

  /** Of the `index`-th thing of its kind, e.g. company 7. */
  of(kind: keyof typeof blocks, index: number): string { return String(this.#base + BigInt(blocks[kind] + index)); }

  /** The index that gave these digits. */
  indexOf(kind: keyof typeof blocks, digits: string): number { return Number(BigInt(digits) - BigInt(this.of(kind, 0))); }

  /** Of an order by its number, or of its `index`-th part. */
  inOrder(
    kind: 'Order' | 'LineItem' | 'ShippingLine' | 'OrderTransaction' | 'PaymentTerms' | 'PaymentSchedule' | 'MailingAddress',
    number: number, index = 0,
  ): string {
    return this.of(kind, number * 1000 + index);
  }

  /** The id of the order that one of its parts belongs to. */
  orderOf(part: string): string { return this.inOrder('Order', Math.floor(this.indexOf('Order', part) / 1000)); }
}

/** `gid://shopify/Order/1`. */
export function gid(type: GidType, id: string): string { return `gid://shopify/${type}/${id}`; }

/** Of what belongs to an inventory item: `gid://shopify/InventoryLevel/1?inventory_item_id=2`. The number is not the location's. */
export function itemGid(type: 'InventoryLevel' | 'InventoryQuantity', id: string, item: string): string {
  return `gid://shopify/${type}/${id}?inventory_item_id=${item}`;
}

/** Type and digits of a gid, and those of the inventory item it belongs to; a bare number has no type. */
export function parseGid(value: string): { type: string | undefined; id: string; item?: string } {
  const match = /^gid:\/\/shopify\/(\w+)\/(\d+)(?:\?inventory_item_id=(\d+))?$/.exec(value);
  if (!match) return { type: undefined, id: value };
  return { type: match[1], id: match[2] ?? '', ...(match[3] === undefined ? {} : { item: match[3] }) };
}
