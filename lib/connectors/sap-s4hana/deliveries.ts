import type { EntityHandler } from '../by-entity';
import type { Canonical, ListOptions, Native, Page } from '../contract';
import { lazyMapping } from '../../mapping';
import { wallClock } from './clock';
import { changeDay, changeTime, orderOf, withDeliveryFacts } from './delivery-facts';
import { goneOf, listOf, text, withoutZeros } from './fields';
import { oneOf } from './listing';
import sapToShipment from './mapping/sap-to-shipment.mapping.json';
import { entityPath, equals, literal } from './odata/literals';
import { units } from './product-facts';
import type { Session } from './session';

const service = 'API_OUTBOUND_DELIVERY_SRV', set = 'A_OutbDeliveryHeader';
const toShipment = lazyMapping(sapToShipment, { codes: { units } });
/** All that a canonical shipment tells of. */
const whole = [
  'to_DeliveryDocumentItem', 'to_DeliveryDocumentItem/to_DocumentFlow', 'to_DeliveryDocumentPartner', 'to_DeliveryDocumentPartner/to_Address2',
  'to_HandlingUnitHeaderDelivery', 'to_HandlingUnitHeaderDelivery/to_HandlingUnitItemDelivery',
].join(',');
/** A change may be seen only so much later than its date says, ms. */
const lateMs = 2 * 3_600_000;
/** Orders asked for in one call. */
const ordersInCall = 50;

/**
 * Outbound deliveries of sales orders: API_OUTBOUND_DELIVERY_SRV. SAP tells the day of a change and not its time, so each
 * reading looks through the whole day it begins with; the version of a delivery tells its states of one day apart.
 */
export class Deliveries implements EntityHandler {
  readonly #dayOf: (ms: number) => string;

  constructor(private readonly session: Session, private readonly now: () => number) {
    const wall = wallClock(session.options.timeZone);
    this.#dayOf = (ms) => wall(ms).slice(0, 10);
  }

  /** Day by day, the oldest first, and within a day by number: a delivery that changes meanwhile is seen again under its new day. */
  async* list({ updatedSince, cursor, pageSize = 50, signal }: ListOptions = {}): AsyncGenerator<Page> {
    const today = this.#dayOf(this.now());
    let [day, after = ''] = cursor?.split(' ') ?? [updatedSince === undefined ? await this.#nextDay('', signal) : this.#firstDay(updatedSince)];
    while (day !== undefined) {
      const open = day >= today;
      const filter = [this.#scope(), within(day, open), ...(after ? [`DeliveryDocument gt ${literal(after)}`] : [])].join(' and ');
      const { rows, next } = await this.session.query(service, set, { filter, orderby: 'DeliveryDocument', top: pageSize, expand: whole }, signal);
      const on = day;
      const more = rows.length >= pageSize || next !== undefined;
      after = more ? text(rows.at(-1) ?? {}, 'DeliveryDocument') : '';
      if (!more) day = open ? undefined : await this.#nextDay(day, signal);
      const records = await this.#withOrders(rows.filter((row) => (open || changeDay(row) === on) && ofOrder(row)), signal);
      if (records.length > 0) yield { records, ...(day === undefined ? {} : { cursor: `${day} ${after}`.trim() }) };
    }
  }

  /** Also of those that deliver no sales order: only their items tell. */
  count({ updatedSince }: ListOptions = {}): Promise<number> {
    return this.session.count(service, set, [this.#scope(), ...(updatedSince === undefined ? [] : [within(this.#firstDay(updatedSince), true)])].join(' and '));
  }

  async get(id: string): Promise<Native | undefined> {
    const found = await this.session.read(service, entityPath(set, id), { expand: whole }, `delivery ${id}`);
    if (!found || !ofOrder(found) || text(found, 'SalesOrganization') !== this.session.options.salesOrganization) return undefined;
    return (await this.#withOrders([found]))[0];
  }

  identify(delivery: Native): { id: string; time: string } { return { id: text(delivery, 'DeliveryDocument'), time: changeTime(delivery, this.session.options.timeZone) }; }

  gone(id: string, time: string): Canonical { return goneOf(this.session.options.system, 'OutboundDelivery', id, time); }

  toCanonical(delivery: Native): Canonical {
    return toShipment().map(withDeliveryFacts(delivery, this.session.options), {}, `delivery ${text(delivery, 'DeliveryDocument')}`);
  }

  #firstDay(updatedSince: string): string { return this.#dayOf(Math.min(Date.parse(updatedSince), this.now() - lateMs)); }

  #scope(): string { return `${equals('SalesOrganization', this.session.options.salesOrganization)} and SDDocumentCategory eq 'J'`; }

  /** The first day after this one (`2026-11-24`, or '' for the very first) on which any delivery changed. */
  async #nextDay(day: string, signal?: AbortSignal): Promise<string | undefined> {
    const days = await Promise.all(['CreationDate', 'LastChangeDate'].map(async (field) => {
      const filter = `${this.#scope()} and ${field} gt ${dayLiteral(day || '1970-01-01')}`;
      const { rows: [row] } = await this.session.query(service, set, { filter, orderby: field, top: 1, select: 'CreationDate,LastChangeDate' }, signal);
      return row && changeDay(row, field);
    }));
    return days.filter((one) => one !== undefined).sort()[0];
  }

  /** With the customer's reference of each order, and which line of it an item is: one call for many deliveries. */
  async #withOrders(deliveries: Native[], signal?: AbortSignal): Promise<Native[]> {
    const numbers = [...new Set(deliveries.flatMap((delivery) => listOf(delivery['to_DeliveryDocumentItem'])).filter(orderOf).map((item) => orderOf(item) ?? ''))];
    const orders = new Map<string, Native>();
    for (let at = 0; at < numbers.length; at += ordersInCall) {
      const query = {
        filter: oneOf('SalesOrder', numbers.slice(at, at + ordersInCall)), expand: 'to_Item', top: ordersInCall,
        select: 'SalesOrder,PurchaseOrderByCustomer,to_Item/SalesOrderItem,to_Item/HigherLevelItem,to_Item/Material',
      };
      let { rows, next } = await this.session.query('API_SALES_ORDER_SRV', 'A_SalesOrder', query, signal);
      for (;;) {
        for (const row of rows) orders.set(withoutZeros(text(row, 'SalesOrder')), row);
        if (next === undefined) break;
        ({ rows, next } = await this.session.query('API_SALES_ORDER_SRV', next, undefined, signal));
      }
    }
    return deliveries.map((delivery) => ({
      ...delivery,
      to_DeliveryDocumentItem: listOf(delivery['to_DeliveryDocumentItem']).map((item) => {
        const order = orders.get(orderOf(item) ?? '');
        return order ? { ...item, PurchaseOrderByCustomer: text(order, 'PurchaseOrderByCustomer'), ...positionOf(withoutZeros(text(item, 'ReferenceSDDocumentItem')), listOf(order['to_Item'])) } : item;
      }),
    }));
  }
}

/** Does it deliver a sales order, rather than a stock transfer or a return? */
function ofOrder(delivery: Native): boolean { return listOf(delivery['to_DeliveryDocumentItem']).some((item) => orderOf(item) !== undefined); }

function within(day: string, open: boolean): string {
  return `(${['LastChangeDate', 'CreationDate'].map((field) => `${field} ${open ? 'ge' : 'eq'} ${dayLiteral(day)}`).join(' or ')})`;
}

function dayLiteral(day: string): string { return `datetime'${day}T00:00:00'`; }

/**
 * Which line of the web order an item is: order-to-sap.mapping.json numbers items by tens in the order of lines. An item
 * split off another one of the same material is that one's line; what SAP added besides is no line at all.
 */
function positionOf(number: string, items: Native[]): { orderLinePosition?: number } {
  const byNumber = new Map(items.map((item) => [withoutZeros(text(item, 'SalesOrderItem')), item]));
  let at = number;
  for (const seen = new Set<string>(); !seen.has(at);) {
    seen.add(at);
    const higher = withoutZeros(text(byNumber.get(at) ?? {}, 'HigherLevelItem'));
    if (higher === '0' || higher === '') break;
    if (byNumber.get(higher)?.['Material'] !== byNumber.get(at)?.['Material']) return {};
    at = higher;
  }
  const tens = Number(at) - Number(at) % 10;
  // Items of one line at several plants are numbered on from the first.
  const isOf = Number(at) === tens || byNumber.get(String(tens))?.['Material'] === byNumber.get(at)?.['Material'];
  return isOf && tens > 0 ? { orderLinePosition: tens / 10 } : {};
}
