import type { Random } from '../random';
import { toBody } from './body';
import { edited, stepOf, type EditStep, type OrderEdit } from './edits';
import { fulfillmentId, fulfillmentOrders, isClosed, piecesOf, progressOf } from './fulfillment';
import type { ShopFacts } from './graph/context';
import { MasterData } from './master-data';
import type { Actions } from './mutations';
import type { Address, CancelReason, Fulfillment, Order, Tracking } from './model';
import type { Currency } from './money';
import { makeOrder, type OrderOverrides } from './orders';
import { orderPayload } from './payload';
import { fulfillmentPayload } from './payload-fulfillment';
import type { PriceEntry } from './price-book';
import { captured, financialStatusOf, paid, settled, type PaymentOrder } from './payments';
import { refunded, type MoneyIds, type RefundOrder } from './refunds';
import type { ShopState } from './state';
import type { Level } from './stock';
import { moved, sited } from './stock-moves';
import { totalsOf } from './totals';

/** What somebody changes of an order. */
export interface OrderChange {
  note?: string | null;
  email?: string | null;
  phone?: string | null;
  poNumber?: string | null;
  tags?: string[];
  attributes?: { name: string; value: string }[];
  shippingAddress?: Address;
  closed?: boolean;
  /** An edit: what is left of lines, by their index. */
  quantities?: Record<number, number>;
}

/** The shop itself: what its buyers and staff do, and what it tells of it. */
export class Shop extends MasterData implements Actions {
  readonly #random: Random;

  constructor(state: ShopState, facts: ShopFacts, random: Random, now: () => number) {
    super(state, facts, now);
    this.#random = random;
  }

  place(overrides: OrderOverrides = {}): Order {
    const number = this.state.nextNumber();
    return this.add(makeOrder(this.state.trade, this.#random, number, this.facts.currency as Currency, this.now(), overrides));
  }

  /** Takes in an order made elsewhere, as if it had just been placed. */
  add(made: Order): Order {
    const { stock, trade } = this.state;
    const order = sited(made, stock, trade.world.products.length);
    const levels = moved(stock, this.state.orders.get(order.id), order, this.now());
    this.state.putOrder(order, levels);
    this.emit('placed', order);
    this.tellOrder(order, [
      'ORDERS_CREATE', ...(order.financialStatus === 'paid' ? ['ORDERS_PAID'] : []), ...(order.cancelledAt === null ? [] : ['ORDERS_CANCELLED']),
    ]);
    this.tellMoney(undefined, order);
    this.tellStock(levels);
    return order;
  }

  change(id: string, { quantities, closed, ...change }: OrderChange): Order {
    const order = this.#order(id);
    const steps = Object.entries(quantities ?? {}).map(([line, quantity]) => stepOf({ line: Number(line), quantity }, order, this.state));
    return this.#put(order, {
      ...change, ...(quantities ? edited(order, steps, this.state) : {}), ...(closed === undefined ? {} : { closedAt: closed ? this.now() : null }),
    }, quantities ? ['ORDERS_EDITED'] : []);
  }

  /** A merchant edits an order. Throws RangeError for what is not there. */
  editOrder(id: string, edits: OrderEdit[], restock = true): Order {
    const order = this.#order(id);
    return this.edit(id, edits.map((edit) => stepOf(edit, order, this.state)), restock);
  }

  edit(id: string, steps: EditStep[], restock = true): Order {
    const order = this.#order(id);
    const change = edited(order, steps, this.state);
    const financialStatus = financialStatusOf({ ...order, ...change });
    const { lines } = sited({ ...order, ...change }, this.state.stock, this.state.trade.world.products.length);
    // What came by the edit is to be sent yet; what went by it may have been all that was.
    const fulfillmentStatus = order.fulfillments.length > 0 ? progressOf({ ...order, lines }) : order.fulfillmentStatus;
    return this.#put(order, { ...change, lines, financialStatus, fulfillmentStatus }, ['ORDERS_EDITED'], restock);
  }

  cancel(id: string, reason: CancelReason = 'customer', restock = true): Order {
    const order = this.#order(id);
    const now = this.now();
    const { received } = totalsOf(order);
    const lines = Object.fromEntries(order.lines.flatMap(({ currentQuantity }, at) => currentQuantity > 0 ? [[at, currentQuantity]] : []));
    const refund = received.shop === 0 ? {} : refunded(order, { lines, shipping: 'all', restock, amount: 'all' }, this.#ids(order), now);
    const change = { ...refund, lines: order.lines.map((line) => ({ ...line, currentQuantity: 0 })) };
    return this.#put(order, {
      ...change, cancelledAt: now, cancelReason: reason, closedAt: now, financialStatus: received.shop > 0 ? 'refunded' : 'voided',
    }, ['ORDERS_CANCELLED'], restock);
  }

  pay(id: string, payment: PaymentOrder = {}): Order {
    const order = this.#order(id);
    return this.#putMoney(order, { transactions: paid(order, payment, this.#ids(order).transaction(), this.now()) });
  }

  capture(id: string, amount?: string, parentId?: string): Order {
    const order = this.#order(id);
    return this.#putMoney(order, { transactions: captured(order, amount, this.#ids(order).transaction(), this.now(), parentId) });
  }

  refund(id: string, given: RefundOrder): Order {
    const order = this.#order(id);
    return this.#putMoney(order, refunded(order, given, this.#ids(order), this.now()), given.restock);
  }

  settle(id: string, transaction: string, status: 'success' | 'failure'): Order {
    const order = this.#order(id);
    return this.#putMoney(order, { transactions: settled(order, transaction, status, this.now()) });
  }

  /** Sends all that is left of an order. */
  fulfill(id: string): Order {
    for (const one of fulfillmentOrders(this.#order(id))) {
      const lines = piecesOf(one).filter(({ remaining }) => remaining > 0).map(({ line, remaining }) => ({ line: line.id, quantity: remaining }));
      if (lines.length > 0) this.send(one.order.id, one.site, lines);
    }
    return this.#order(id);
  }

  send(id: string, site: number, lines: Fulfillment['lines'], tracking: Tracking = { company: null, numbers: [], urls: [] }): Fulfillment {
    const order = this.#order(id);
    const now = this.now();
    const n = order.fulfillments.length;
    const made: Fulfillment = {
      id: fulfillmentId(order, n), name: `${order.name}.${String(n + 1)}`, site, status: 'success', lines, tracking, closed: false, createdAt: now, updatedAt: now,
    };
    const fulfillment = { ...made, closed: isClosed({ order: { ...order, fulfillments: [...order.fulfillments, made] }, site }) };
    this.#putFulfillments(order, [...order.fulfillments, fulfillment], fulfillment, 'FULFILLMENTS_CREATE');
    return fulfillment;
  }

  track(id: string, fulfillment: string, tracking: Tracking): Fulfillment { return this.#changeFulfillment(id, fulfillment, { tracking }); }

  unsend(id: string, fulfillment: string): Fulfillment { return this.#changeFulfillment(id, fulfillment, { status: 'cancelled' }); }

  /** Another site is to send so much of a line (0 …) that has not been sent yet. */
  reassign(id: string, at: number, quantity: number, site: number): Order {
    const order = this.#order(id);
    return this.#put(order, { lines: order.lines.map((line, index) => index === at ? { ...line, moved: [...line.moved ?? [], { site, quantity }] } : line) }, []);
  }

  #changeFulfillment(id: string, digits: string, change: Partial<Fulfillment>): Fulfillment {
    const order = this.#order(id);
    const found = order.fulfillments.find((one) => one.id === digits);
    if (!found) throw new RangeError(`Order ${order.name} has no fulfillment ${digits}`);
    const changed = { ...found, ...change, updatedAt: this.now() };
    this.#putFulfillments(order, order.fulfillments.map((one) => one === found ? changed : one), changed, 'FULFILLMENTS_UPDATE');
    return changed;
  }

  #putFulfillments(order: Order, fulfillments: Fulfillment[], of: Fulfillment, topic: string): void {
    const fulfillmentStatus = progressOf({ ...order, fulfillments });
    const moved = fulfillmentStatus === 'fulfilled' ? ['ORDERS_FULFILLED'] : ['ORDERS_PARTIALLY_FULFILLED'];
    const changed = this.#put(order, { fulfillments, fulfillmentStatus }, topic === 'FULFILLMENTS_CREATE' ? moved : []);
    this.say(topic, () => fulfillmentPayload(changed, of, this.state.ids, this.facts.timeZone));
  }

  /** Keeps levels as they are from now on, all or none. */
  putLevels(levels: Level[]): void {
    this.state.putLevels(levels);
    this.tellStock(levels);
  }

  writeLevels(levels: Level[], quantities: number): void {
    this.putLevels(levels);
    this.emit('stockWritten', quantities);
  }

  /** Nobody is told: there is no topic for price lists. */
  writePrices(entries: PriceEntry[], given: number): void {
    if (entries.length > 0) this.state.putPrices(entries);
    this.emit('pricesWritten', given);
  }

  /** The merchant removes the app: its tokens end at once, and so do its subscriptions after this last word. */
  uninstall(): void {
    const { domain, name, currency, timeZone } = this.facts;
    this.say(
      'APP_UNINSTALLED',
      () => ({
        id: 548380009, name, email: `info@${domain}`, domain, currency, iana_timezone: timeZone, myshopify_domain: domain,
        plan_name: 'shopify_plus',
      }),
    );
    this.state.deleteTokens();
    for (const id of [...this.state.subscriptions.keys()]) this.state.deleteSubscription(id);
  }

  /** The webhook body of an order as it is. */
  body(order: Order): Buffer { return toBody(orderPayload(order, this.state.trade, this.facts)); }

  /** Ids of what comes next to an order's money. */
  #ids({ number, transactions, refunds }: Order): MoneyIds {
    const of = (index: number): string => this.state.ids.inOrder('OrderTransaction', number, index);
    return { transaction: (at = 0) => of(transactions.length + at), refund: of(50 + refunds.length) };
  }

  #putMoney(order: Order, change: Partial<Order>, restock?: boolean): Order {
    const financialStatus = financialStatusOf({ ...order, ...change });
    return this.#put(order, { ...change, financialStatus }, financialStatus === 'paid' && order.financialStatus !== 'paid' ? ['ORDERS_PAID'] : [], restock);
  }

  #order(id: string): Order {
    const order = this.state.findOrder(id);
    if (!order) throw new RangeError(`The sandbox has no order ${id}`);
    return order;
  }

  #put(order: Order, change: Partial<Order>, topics: string[], restock = true): Order {
    const changed = { ...order, ...change, updatedAt: Math.max(this.now(), order.updatedAt + 1) };
    const levels = moved(this.state.stock, order, changed, this.now(), restock);
    this.state.putOrder(changed, levels);
    this.tellOrder(changed, [...topics, 'ORDERS_UPDATED'], order);
    this.tellMoney(order, changed);
    this.tellStock(levels);
    return changed;
  }
}
