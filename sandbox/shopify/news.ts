import { EventEmitter } from 'node:events';
import { toBody, type Json } from './body';
import type { BulkOperation } from './bulk-desk';
import type { CompanyRecord, LocationRecord } from './companies';
import type { ShopFacts } from './graph/context';
import type { Order } from './model';
import { orderEditPayload, orderPayload } from './payload';
import { customerPayload, locationPayload } from './payload-parties';
import { refundPayload, transactionPayload } from './payload-payments';
import { levelPayload } from './payload-stock';
import { gid } from './ids';
import type { ShopState } from './state';
import { changedAt, type Level } from './stock';
import { shopTime } from './times';
import type { Person } from './trade';

/** Something happened that apps may have subscribed to; payload and body are as they were at that time. */
export interface ShopEvent { topic: string; payload: () => Json; body: () => Buffer; triggeredAt: number; orderId?: string }

interface Events { event: [ShopEvent]; placed: [Order]; stockWritten: [number]; pricesWritten: [number] }

/** Tells apps what has happened in the shop. */
export abstract class News extends EventEmitter<Events> {
  readonly state: ShopState;
  readonly facts: ShopFacts;
  protected readonly now: () => number;

  constructor(state: ShopState, facts: ShopFacts, now: () => number) {
    super();
    this.state = state;
    this.facts = facts;
    this.now = now;
  }

  /** `before`: the order before an edit, which is told by what it changed. */
  protected tellOrder(order: Order, topics: string[], before = order): void {
    const whole = this.#once(() => orderPayload(order, this.state.trade, this.facts));
    for (const topic of topics) {
      const shown = topic === 'ORDERS_EDITED' ? this.#once(() => orderEditPayload(before, order, this.facts)) : whole;
      this.emit('event', { topic, triggeredAt: order.updatedAt, orderId: order.id, ...shown });
    }
  }

  /** What is new among transactions and refunds. That one settles is told by the order alone. */
  protected tellMoney(before: Order | undefined, order: Order): void {
    const tell = (topic: string, payload: () => Json): void => {
      this.emit('event', { topic, triggeredAt: order.updatedAt, orderId: order.id, ...this.#once(payload) });
    };
    for (const transaction of order.transactions.slice(before?.transactions.length ?? 0)) {
      tell('ORDER_TRANSACTIONS_CREATE', () => transactionPayload(order, transaction, this.facts));
    }
    for (const refund of order.refunds.slice(before?.refunds.length ?? 0)) tell('REFUNDS_CREATE', () => refundPayload(order, refund, this.state.ids, this.facts));
  }

  /** Many levels change at once, and most often nobody asks. */
  protected tellStock(levels: readonly Level[]): void {
    const topic = 'INVENTORY_LEVELS_UPDATE';
    if (![...this.state.subscriptions.values()].some((subscription) => subscription.topic === topic)) return;
    for (const level of levels) {
      const payload = (): Json => levelPayload(level, this.state.ids, this.facts.timeZone);
      this.emit('event', { topic, triggeredAt: changedAt(level), ...this.#once(payload) });
    }
  }

  protected tellPerson(topic: string, person: Person): void { this.say(topic, () => customerPayload(person, this.facts.timeZone)); }

  protected tellLocation(topic: string, location: LocationRecord, company: CompanyRecord): void {
    this.say(topic, () => locationPayload(location, company, this.state.ids, this.facts.timeZone));
  }

  tellBulk({ id, status, errorCode, createdAt, completedAt }: BulkOperation): void {
    const { timeZone } = this.facts;
    this.say('BULK_OPERATIONS_FINISH', () => ({
      admin_graphql_api_id: gid('BulkOperation', id), completed_at: shopTime(completedAt ?? createdAt, timeZone), created_at: shopTime(createdAt, timeZone),
      error_code: errorCode?.toLowerCase() ?? null, status: status.toLowerCase(), type: 'mutation',
    }));
  }

  protected say(topic: string, payload: () => Json): void { this.emit('event', { topic, triggeredAt: this.now(), ...this.#once(payload) }); }

  /** Made when somebody asks for it, and then once. */
  #once(make: () => Json): Pick<ShopEvent, 'payload' | 'body'> {
    let made: Json | undefined;
    let bytes: Buffer | undefined;
    const payload = (): Json => made ??= make();
    return { payload, body: () => bytes ??= toBody(payload()) };
  }
}
