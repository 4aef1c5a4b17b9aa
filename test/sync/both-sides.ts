import assert from 'node:assert/strict';
import Big from 'big.js';
import { Breaker } from '../../lib/delivery/breaker';
import type { ConnectOptions } from '../../lib/connectors/contract';
import type { Order as CanonicalOrder } from '../../lib/documents/types';
import { write, type Services, type WriteRequest, type Written } from '../../lib/sync/operation';
import type { SapOrder } from '../../sandbox/sap-s4hana';
import type { Order, OrderOverrides } from '../../sandbox/shopify';
import { apiOf, gidOf, openShop, type Shop } from '../contract/shopify/support';
import { Desk, policies } from './desk';

/** A shop and an ERP with what keeps them in step between them: each call is what one message of a flow does. */
export class BothSides {
  #messages = 0;
  private constructor(readonly shop: Shop, readonly desk: Desk) {}

  static async open(settings: ConnectOptions['settings'] = {}): Promise<BothSides> {
    const shop = await openShop({}, { settings });
    await shop.connection.ready?.();
    return new BothSides(shop, await Desk.open({ materials: 120, customers: 80 }));
  }

  /** Four lines, the first two of the same product; taxed, with freight. */
  place(overrides: OrderOverrides = {}): Order {
    const taxes = [{ title: 'MwSt', rate: 19_000 }];
    const line = (sku: string, quantity: number, price: string): { sku: string; quantity: number; price: string; taxes: typeof taxes } => ({ sku, quantity, price, taxes });
    return this.shop.sandbox.placeOrder({
      channel: 'b2b', company: 1, currency: 'EUR', taxesIncluded: false, discounts: [], shipping: '4.90', payment: 'pending',
      lines: [line(this.sku(0), 5, '10.00'), line(this.sku(0), 2, '9.50'), line(this.sku(1), 3, '3.33'), line(this.sku(2), 1, '100.00')], ...overrides,
    });
  }

  /** SKUs of products that are sold by the piece. */
  sku(n: number): string {
    return this.shop.sandbox.world.products.filter(({ unit }) => unit === 'C62')[n]?.sku ?? assert.fail();
  }

  now(order: Order): Order { return this.shop.sandbox.order(gidOf(order)) ?? assert.fail(); }

  async canonical(order: Order): Promise<CanonicalOrder> {
    return this.shop.connection.toCanonical('order', await apiOf(this.shop, order)) as unknown as CanonicalOrder;
  }

  get services(): Services { return this.desk.services; }

  /** The order as it is in the shop goes to the ERP. */
  async toErp(order: Order, operation: WriteRequest['operation'] = 'upsert', services = this.services): Promise<Written> {
    return this.send(await this.canonical(order), operation, services);
  }

  send(document: CanonicalOrder, operation: WriteRequest['operation'] = 'upsert', services = this.services): Promise<Written> {
    const event = { originsystem: this.shop.connection.system, idempotencykey: `message ${String(++this.#messages)}` };
    return write({ operation, entity: 'order', document, event, policies }, services);
  }

  /** The order as it is in the ERP goes to the shop. */
  async toShop(order: Order): Promise<Written> { return this.fromErp(await this.erpDocument(order)); }

  /** The order as the ERP has it. */
  async erpDocument(order: Order): Promise<CanonicalOrder> {
    const { erp } = this.desk;
    return erp.toCanonical('order', await erp.get('order', this.number(order)) ?? assert.fail()) as unknown as CanonicalOrder;
  }

  fromErp(document: CanonicalOrder): Promise<Written> {
    const { connection } = this.shop;
    const id = document.externalIds[0]?.id ?? '';
    const event = { originsystem: this.desk.erp.system, subject: `order/${id}`, idempotencykey: `change ${String(++this.#messages)}` };
    const services = { ...this.services, connection, breaker: new Breaker({ system: connection.system }) };
    return write({ operation: 'update', entity: 'order', document, event, policies }, services);
  }

  erp(order: Order): SapOrder { return this.desk.only(order.name); }
  number(order: Order): string { return String(this.erp(order)['SalesOrder']); }

  /** Number of the item of the n-th line. */
  item(order: Order, n: number): string {
    const id = this.now(order).lines[n]?.id;
    return String(this.erp(order).to_Item.find((item) => item['PurchaseOrderByShipToParty'] === id)?.['SalesOrderItem']);
  }

  changeItem(order: Order, n: number, values: Record<string, string>): void {
    this.desk.system.sandbox.changeRow('A_SalesOrderItem', `${this.number(order)}|${this.item(order, n)}`, values);
  }

  /** As somebody does in SAP: lowers a quantity or rejects an item, through all of its rules. */
  async inSap(order: Order, n: number, values: Record<string, string>): Promise<void> {
    const { url, settings, secrets } = this.desk.system.sandbox;
    const headers: Record<string, string> = { authorization: `Basic ${Buffer.from(`${settings.user}:${String(secrets['password'])}`).toString('base64')}`, accept: 'application/json', 'content-type': 'application/json' };
    const root = `${url}/sap/opu/odata/sap/API_SALES_ORDER_SRV/`;
    const opened = await fetch(root, { headers: { ...headers, 'x-csrf-token': 'Fetch' } });
    const path = `A_SalesOrderItem(SalesOrder='${this.number(order)}',SalesOrderItem='${this.item(order, n)}')`;
    const answer = await fetch(root + path, {
      method: 'PATCH', body: JSON.stringify(values),
      headers: { ...headers, 'if-match': '*', 'x-csrf-token': opened.headers.get('x-csrf-token') ?? '', cookie: opened.headers.getSetCookie().map((one) => one.split(';')[0]).join('; ') },
    });
    assert.equal(answer.status, 204, await answer.text());
  }

  /** Rows written to the ERP's orders so far. */
  get writes(): number {
    return Object.entries(this.desk.system.sandbox.counters.writes).filter(([what]) => what.includes('SalesOrder')).reduce((sum, [, count]) => sum + count, 0);
  }

  /** Quantities by line id and the amount to pay, on either side; what is nothing is left out. */
  inShop(order: Order): unknown {
    const { lines } = this.now(order);
    const { current_total_price: total } = JSON.parse(this.shop.sandbox.payload(this.now(order))) as { current_total_price: string };
    return { lines: Object.fromEntries(lines.filter(({ currentQuantity }) => currentQuantity > 0).map(({ id, currentQuantity }) => [id, String(currentQuantity)])), total };
  }

  inErp(order: Order): unknown {
    const live = this.erp(order).to_Item.filter((item) => item['SalesDocumentRjcnReason'] === '');
    return {
      lines: Object.fromEntries(live.map((item) => [String(item['PurchaseOrderByShipToParty']), new Big(String(item['RequestedQuantity'])).toFixed()])),
      total: this.desk.system.sandbox.payable(this.number(order)),
    };
  }

  assertEqual(order: Order): void { assert.deepEqual(this.inErp(order), this.inShop(order)); }

  async close(): Promise<void> {
    await this.desk.close();
    await this.shop[Symbol.asyncDispose]();
  }
}
