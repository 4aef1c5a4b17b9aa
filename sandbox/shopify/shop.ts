import { EventEmitter } from 'node:events';
import type { Random } from '../random';
import { numericId, toBody, type Json } from './body';
import type { Product, Variant } from './catalogue';
import type { CompanyRecord, LocationRecord } from './companies';
import { edited, stepOf, type EditStep, type OrderEdit } from './edits';
import { fulfillmentId, fulfillmentOrders, isClosed, piecesOf, progressOf } from './fulfillment';
import type { ShopFacts } from './graph/context';
import type { Actions } from './mutations';
import type { Address, CancelReason, Fulfillment, Metafield, Order, Tracking } from './model';
import type { Currency } from './money';
import { makeOrder, type OrderOverrides } from './orders';
import { orderEditPayload, orderPayload } from './payload';
import { fulfillmentPayload } from './payload-fulfillment';
import { companyPayload, customerPayload, locationPayload } from './payload-parties';
import { refundPayload, transactionPayload } from './payload-payments';
import { productPayload } from './payload-product';
import { levelPayload } from './payload-stock';
import type { PriceEntry } from './price-book';
import { captured, financialStatusOf, paid, settled, type PaymentOrder } from './payments';
import { refunded, type MoneyIds, type RefundOrder } from './refunds';
import type { ShopState } from './state';
import { changedAt, type Level } from './stock';
import { moved, sited } from './stock-moves';
import { totalsOf } from './totals';
import type { Person } from './trade';

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

/** Something happened that apps may have subscribed to; payload and body are as they were at that time. */
export interface ShopEvent { topic: string; payload: () => Json; body: () => Buffer; triggeredAt: number; orderId?: string }

interface Events { event: [ShopEvent]; placed: [Order]; stockWritten: [number]; pricesWritten: [number] }

/** The shop itself: what its buyers and staff do, and what it tells of it. */
export class Shop extends EventEmitter<Events> implements Actions {
  readonly state: ShopState;
  readonly facts: ShopFacts;
  readonly #random: Random;
  readonly #now: () => number;

  constructor(state: ShopState, facts: ShopFacts, random: Random, now: () => number) {
    super();
    this.state = state;
    this.facts = facts;
    this.#random = random;
    this.#now = now;
  }

  place(overrides: OrderOverrides = {}): Order {
    const number = this.state.nextNumber();
    return this.add(makeOrder(this.state.trade, this.#random, number, this.facts.currency as Currency, this.#now(), overrides));
  }

  /** Takes in an order made elsewhere, as if it had just been placed. */
  add(made: Order): Order {
    const { stock, trade } = this.state;
    const order = sited(made, stock, trade.world.products.length);
    const levels = moved(stock, this.state.orders.get(order.id), order, this.#now());
    this.state.putOrder(order, levels);
    this.emit('placed', order);
    this.#tell(order, [
      'ORDERS_CREATE', ...(order.financialStatus === 'paid' ? ['ORDERS_PAID'] : []), ...(order.cancelledAt === null ? [] : ['ORDERS_CANCELLED']),
    ]);
    this.#tellMoney(undefined, order);
    this.#tellStock(levels);
    return order;
  }

  change(id: string, { quantities, closed, ...change }: OrderChange): Order {
    const order = this.#order(id);
    const steps = Object.entries(quantities ?? {}).map(([line, quantity]) => stepOf({ line: Number(line), quantity }, order, this.state));
    return this.#put(order, {
      ...change, ...(quantities ? edited(order, steps, this.state) : {}), ...(closed === undefined ? {} : { closedAt: closed ? this.#now() : null }),
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
    const now = this.#now();
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
    return this.#putMoney(order, { transactions: paid(order, payment, this.#ids(order).transaction(), this.#now()) });
  }

  capture(id: string, amount?: string, parentId?: string): Order {
    const order = this.#order(id);
    return this.#putMoney(order, { transactions: captured(order, amount, this.#ids(order).transaction(), this.#now(), parentId) });
  }

  refund(id: string, given: RefundOrder): Order {
    const order = this.#order(id);
    return this.#putMoney(order, refunded(order, given, this.#ids(order), this.#now()), given.restock);
  }

  settle(id: string, transaction: string, status: 'success' | 'failure'): Order {
    const order = this.#order(id);
    return this.#putMoney(order, { transactions: settled(order, transaction, status, this.#now()) });
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
    const now = this.#now();
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
    const changed = { ...found, ...change, updatedAt: this.#now() };
    this.#putFulfillments(order, order.fulfillments.map((one) => one === found ? changed : one), changed, 'FULFILLMENTS_UPDATE');
    return changed;
  }

  #putFulfillments(order: Order, fulfillments: Fulfillment[], of: Fulfillment, topic: string): void {
    const fulfillmentStatus = progressOf({ ...order, fulfillments });
    const moved = fulfillmentStatus === 'fulfilled' ? ['ORDERS_FULFILLED'] : ['ORDERS_PARTIALLY_FULFILLED'];
    const changed = this.#put(order, { fulfillments, fulfillmentStatus }, topic === 'FULFILLMENTS_CREATE' ? moved : []);
    this.#say(topic, () => fulfillmentPayload(changed, of, this.state.ids, this.facts.timeZone));
  }

  /** Keeps levels as they are from now on, all or none. */
  putLevels(levels: Level[]): void {
    this.state.putLevels(levels);
    this.#tellStock(levels);
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

  setMetafields(fields: Parameters<Actions['setMetafields']>[0]): Metafield[] { return this.state.setMetafields(fields, this.#now()); }

  putProduct(product: Product, variants: Variant[] = [], dropped: number[] = []): Product {
    const { catalogue } = this.state;
    const before = catalogue.product(product.index);
    const kept = { ...product, updatedAt: Math.max(this.#now(), (before?.updatedAt ?? 0) + 1) };
    this.state.putProduct(kept, variants, dropped);
    this.#say(before ? 'PRODUCTS_UPDATE' : 'PRODUCTS_CREATE', () => this.productPayload(kept));
    return kept;
  }

  keepProduct(product: Product): void { this.state.putProduct(product); }

  deleteProduct(product: Product): void {
    this.state.dropProduct(product);
    this.#say('PRODUCTS_DELETE', () => ({ id: numericId(this.state.ids.of('Product', product.index)) }));
  }

  productPayload(product: Product): Json {
    const { catalogue, ids, stock } = this.state;
    return productPayload(product, catalogue.variantsOf(product), { ids, stock, timeZone: this.facts.timeZone });
  }

  /** Throws RangeError for a customer that does not exist. */
  changePerson(id: string, change: Partial<Omit<Person, 'id'>>): Person {
    const person = this.state.person(id);
    if (!person) throw new RangeError(`The sandbox has no customer ${id}`);
    const changed = { ...person, ...change, updatedAt: this.#now() };
    this.writePerson(changed);
    return changed;
  }

  /** Throws RangeError for a company that does not exist. */
  changeCompany(index: number, change: Partial<Pick<CompanyRecord, 'name' | 'externalId' | 'note'>>): CompanyRecord {
    const company = this.state.companies.get(index);
    if (!company) throw new RangeError(`The sandbox has no company ${String(index)}`);
    const changed = { ...company, ...change, updatedAt: this.#now() };
    this.writeCompany(changed);
    return changed;
  }

  writePerson(person: Person): void {
    const topic = this.state.person(person.id) ? 'CUSTOMERS_UPDATE' : 'CUSTOMERS_CREATE';
    this.state.putPerson(person);
    this.#tellPerson(topic, person);
  }

  writeCompany(company: CompanyRecord, { locations = [], people = [] }: { locations?: string[]; people?: Person[] } = {}): void {
    const before = this.state.companies.get(company.index);
    const isNew = (person: Person): boolean => this.state.person(person.id) === undefined;
    const topics = people.map((person) => isNew(person) ? 'CUSTOMERS_CREATE' : 'CUSTOMERS_UPDATE');
    this.state.putCompany(company, people);
    if (!before || hasChanged(before, company)) {
      this.#say(before ? 'COMPANIES_UPDATE' : 'COMPANIES_CREATE', () => companyPayload(company, this.state.ids, this.facts.timeZone));
    }
    for (const location of company.locations.filter(({ id }) => locations.includes(id))) {
      const old = before?.locations.some(({ id }) => id === location.id);
      this.#tellLocation(old ? 'COMPANY_LOCATIONS_UPDATE' : 'COMPANY_LOCATIONS_CREATE', location, company);
    }
    people.forEach((person, at) => { this.#tellPerson(topics[at] ?? '', person); });
  }

  /** The merchant removes the app: its tokens end at once, and so do its subscriptions after this last word. */
  uninstall(): void {
    const { domain, name, currency, timeZone } = this.facts;
    this.#say(
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
    const changed = { ...order, ...change, updatedAt: Math.max(this.#now(), order.updatedAt + 1) };
    const levels = moved(this.state.stock, order, changed, this.#now(), restock);
    this.state.putOrder(changed, levels);
    this.#tell(changed, [...topics, 'ORDERS_UPDATED'], order);
    this.#tellMoney(order, changed);
    this.#tellStock(levels);
    return changed;
  }

  /** `before`: the order before an edit, which is told by what it changed. */
  #tell(order: Order, topics: string[], before = order): void {
    const whole = this.#once(() => orderPayload(order, this.state.trade, this.facts));
    for (const topic of topics) {
      const shown = topic === 'ORDERS_EDITED' ? this.#once(() => orderEditPayload(before, order, this.facts)) : whole;
      this.emit('event', { topic, triggeredAt: order.updatedAt, orderId: order.id, ...shown });
    }
  }

  /** What is new among transactions and refunds. That one settles is told by the order alone. */
  #tellMoney(before: Order | undefined, order: Order): void {
    const tell = (topic: string, payload: () => Json): void => {
      this.emit('event', { topic, triggeredAt: order.updatedAt, orderId: order.id, ...this.#once(payload) });
    };
    for (const transaction of order.transactions.slice(before?.transactions.length ?? 0)) {
      tell('ORDER_TRANSACTIONS_CREATE', () => transactionPayload(order, transaction, this.facts));
    }
    for (const refund of order.refunds.slice(before?.refunds.length ?? 0)) tell('REFUNDS_CREATE', () => refundPayload(order, refund, this.state.ids, this.facts));
  }

  /** Many levels change at once, and most often nobody asks. */
  #tellStock(levels: readonly Level[]): void {
    const topic = 'INVENTORY_LEVELS_UPDATE';
    if (![...this.state.subscriptions.values()].some((subscription) => subscription.topic === topic)) return;
    for (const level of levels) {
      const payload = (): Json => levelPayload(level, this.state.ids, this.facts.timeZone);
      this.emit('event', { topic, triggeredAt: changedAt(level), ...this.#once(payload) });
    }
  }

  #tellPerson(topic: string, person: Person): void { this.#say(topic, () => customerPayload(person, this.facts.timeZone)); }

  #tellLocation(topic: string, location: LocationRecord, company: CompanyRecord): void {
    this.#say(topic, () => locationPayload(location, company, this.state.ids, this.facts.timeZone));
  }

  #say(topic: string, payload: () => Json): void { this.emit('event', { topic, triggeredAt: this.#now(), ...this.#once(payload) }); }

  /** Made when somebody asks for it, and then once. */
  #once(make: () => Json): Pick<ShopEvent, 'payload' | 'body'> {
    let made: Json | undefined;
    let bytes: Buffer | undefined;
    const payload = (): Json => made ??= make();
    return { payload, body: () => bytes ??= toBody(payload()) };
  }
}

/** Is anything else about the company itself than its locations? */
function hasChanged(before: CompanyRecord, now: CompanyRecord): boolean {
  return (['name', 'externalId', 'note', 'main'] as const).some((name) => before[name] !== now[name]) || before.contacts.length !== now.contacts.length;
}
