import Big from 'big.js';
import { fieldChanges } from '../../documents/changes';
import { ConflictError, DataError } from '../../errors';
import type { EntityHandler } from '../by-entity';
import { lazyMapping } from '../../mapping';
import type { Canonical, FieldChange, LineQuantities, ListOptions, Native, Page, WriteResult } from '../contract';
import { never, stamped } from './clock';
import { complete } from './complete';
import { goneOf, listOf, text } from './fields';
import { lineIdOf } from './line-ids';
import { countChanges, listChanges, type Changes } from './listing';
import orderToSap from './mapping/order-to-sap.mapping.json';
import sapToOrder from './mapping/sap-to-order.mapping.json';
import { warningsOf } from './odata/errors';
import { entityPath, equals, isoTime } from './odata/literals';
import { etagOf } from './odata/rows';
import { closedOrder, orderChange, type OrderChange, type OrderWrite } from './order-change';
import { withFacts } from './order-facts';
import { deliveredOf, isBilled, isRejected, planItems } from './order-items';
import { placedItems, withoutPlaces } from './placed-items';
import { totalsOf } from './prices';
import { assertApplied, ReadBack } from './read-back';
import type { Session } from './session';

const service = 'API_SALES_ORDER_SRV';
const toSap = lazyMapping(orderToSap);
const toOrder = lazyMapping(sapToOrder);
/** All that makes up an order. */
const whole = 'to_Item,to_Item/to_PricingElement,to_Item/to_ScheduleLine,to_Partner,to_PricingElement,to_Text';

const changes: Changes = { service, set: 'A_SalesOrder', key: 'SalesOrder', clock: stamped('LastChangeDateTime'), expand: 'to_Item,to_Item/to_ScheduleLine,to_PricingElement,to_Partner,to_Text' };

/** Sales orders: API_SALES_ORDER_SRV, A_SalesOrder. */
export class Orders implements EntityHandler {
  readonly #readBack: ReadBack;
  constructor(private readonly session: Session) { this.#readBack = new ReadBack(session.options.readBack, session.options.system); }

  list(options?: ListOptions): AsyncIterable<Page> { return listChanges(this.session, changes, options); }
  count(options?: ListOptions): Promise<number> { return countChanges(this.session, changes, options); }

  get(id: string): Promise<Native | undefined> {
    return this.session.read(service, entityPath('A_SalesOrder', id), { expand: whole }, `order ${id}`);
  }

  async find(reference: string, { party }: { party?: string } = {}): Promise<WriteResult[]> {
    return (await this.#named(reference, party)).map((row) => this.#result(row, 'existing'));
  }

  #named(reference: string, party: string | undefined): Promise<Native[]> {
    const mine = equals('PurchaseOrderByCustomer', reference);
    const filter = party === undefined ? mine : `${mine} and ${equals('SoldToParty', party)}`;
    return this.session.lookUp(service, 'A_SalesOrder', { filter, select: 'SalesOrder,TotalNetAmount', top: 10 });
  }

  identify(order: Native): { id: string; time: string } { return { id: text(order, 'SalesOrder'), time: isoTime(order['LastChangeDateTime']) ?? never }; }

  gone(id: string, time: string): Canonical { return goneOf(this.session.options.system, 'SalesOrder', id, time); }

  /** What an order is found by again after a lost answer. */
  referenceOf(document: Native): { reference: string; party?: string } | undefined {
    const { PurchaseOrderByCustomer: reference, SoldToParty: party } = document;
    return typeof reference === 'string' ? { reference, ...(typeof party === 'string' && { party }) } : undefined;
  }

  toCanonical(order: Native): Canonical {
    return toOrder().map(withFacts(order, this.session.options), {}, `sales order ${text(order, 'SalesOrder')}`);
  }

  /** Throws DataError for an order whose prices do not come to its totals. */
  fromCanonical(document: Canonical): Native {
    const record = `order ${text(document, 'orderNumber')}`;
    const { system, conditionTypes, taxes } = this.session.options;
    const native: Native = complete(toSap().map(document, {}, record), this.session.options);
    const { taxExclusiveAmount, payableAmount } = document['monetaryTotal'] as Record<string, { value: string } | undefined>;
    const { prepaidAmount } = document['monetaryTotal'] as { prepaidAmount?: { value: string } };
    const totals = totalsOf(native, conditionTypes);
    if (!totals || !taxExclusiveAmount || !payableAmount) return native;
    const payable = new Big(totals.net).plus(totals.tax).plus(totals.rounding).minus(prepaidAmount?.value ?? '0');
    const exact = new Big(totals.net).eq(taxExclusiveAmount.value) && (taxes === 'sap' || payable.eq(payableAmount.value));
    if (exact) return native;
    throw new DataError('DATA_TOTAL_DIFFERS',
      `${system}: ${record} comes to ${totals.net} net and ${payable.toFixed()} to pay in SAP's conditions, but says ${taxExclusiveAmount.value} and ${payableAmount.value}.`, { system, record });
  }

  async create(document: Native): Promise<WriteResult> {
    const native = placedItems(complete(document, this.session.options), this.session.options);
    const sought = this.referenceOf(native);
    // Of several nobody can say which is ours: the next try asks, too, and tells of it.
    const landed = sought && (async (): Promise<Native | undefined> => {
      const [found, other] = await this.#named(sought.reference, sought.party);
      if (other) throw new ConflictError('CONFLICT_DUPLICATE_REFERENCE', `several sales orders are named ${sought.reference}`);
      return found;
    });
    const { row, response } = await this.session.post(service, 'A_SalesOrder', native, `order ${text(native, 'PurchaseOrderByCustomer')}`, landed);
    return this.#result(row, 'created', [...warningsOf(response), ...this.#differences(native, row)]);
  }

  /**
   * Brings the order to what the document says, see {@link orderChange}. If somebody else changes it meanwhile, theirs is
   * read and ours applied once more. What SAP refuses because goods have just left is the same conflict, told as such.
   */
  async update(id: string, document: Native, before?: LineQuantities): Promise<WriteResult> {
    const record = `order ${id}`;
    const wanted = spokenOf(withoutPlaces(complete(document, this.session.options)), document);
    let seen: Native = {};
    const attempt = async (): Promise<OrderChange> => {
      seen = await this.#read(id);
      const change = orderChange(seen, wanted, this.session.options, record, before);
      for (const write of change.writes) await this.#send(write, record);
      return change;
    };
    const { writes, kept } = await attempt().catch((reason: unknown) => {
      if (worthAnotherLook.has((reason as { code?: string }).code)) return attempt();
      throw reason;
    });
    const there = writes.length > 0 ? await this.#read(id) : {};
    const written = patched(writes);
    if (written.length > 0) assertApplied(this.session.options.system, record, written, patched(orderChange(there, wanted, this.session.options, record, before).writes));
    const differs = kept.length > 0 ? [] : this.#differences(wanted, there);
    const warnings = kept.map(({ item = '', sku, ordered, wanted: quantity }) => `Item ${item} (${sku}) stays at ${ordered} where the document says ${quantity}: it was changed in SAP.`);
    const result = this.#result({ SalesOrder: id }, writes.length > 0 ? 'updated' : 'unchanged', [...warnings, ...differs]);
    const state = writes.length > 0 && { record: there, before: seen };
    return { ...result, ...(state && { state }), ...(written.length > 0 && { confirmation: 'confirmed' }) };
  }

  /**
   * SAP keeps sales orders: all open items are rejected, with the code given as reason or else the one of the settings, so
   * that nothing more is sent. If something had been before, that is a ConflictError CONFLICT_ORDER_CLOSED; trying again
   * rejects nothing twice.
   */
  async cancel(id: string, reason?: string): Promise<WriteResult> {
    const order = await this.#read(id);
    const items = listOf(order['to_Item']);
    const open = items.filter((item) => !isRejected(item) && !isBilled(item) && text(item, 'DeliveryStatus') !== 'C');
    const code = reason !== undefined && /^[A-Z0-9]{2}$/.test(reason) ? reason : this.session.options.rejectionReason;
    for (const item of open) {
      const path = entityPath('A_SalesOrderItem', { SalesOrder: id, SalesOrderItem: text(item, 'SalesOrderItem') });
      await this.session.patch(service, path, { SalesDocumentRjcnReason: code }, etagOf(item), `order ${id}`);
    }
    const confirmation = open.length > 0 && await this.#readBack.check(`order ${id}`, open.map((item) => rejection(item, code)), async () =>
      listOf((await this.#read(id))['to_Item']).filter((item) => !isRejected(item)).map((item) => rejection(item, code)));
    const { options } = this.session;
    if (items.some((item) => deliveredOf(item).gt(0) || (isBilled(item) && !isRejected(item)))) {
      const lines = items.map((item) => ({ id: lineIdOf(item, order, options) || text(item, 'SalesOrderItem'), wanted: undefined, there: [item] }));
      throw closedOrder(options.system, `order ${id}`, planItems(lines, options).map(({ state }) => state));
    }
    return { ...this.#result({ SalesOrder: id }, open.length > 0 ? 'cancelled' : 'unchanged'), ...(confirmation && { confirmation }) };
  }

  async preview(document: Native, id?: string): Promise<FieldChange[]> {
    const { options } = this.session;
    if (id === undefined) return fieldChanges(undefined, placedItems(complete(document, options), options));
    const { writes } = orderChange(await this.#read(id), spokenOf(withoutPlaces(complete(document, options)), document), options, `order ${id}`);
    return writes.flatMap(changesOf);
  }

  async #send({ path, body, found, etag }: OrderWrite, record: string): Promise<void> {
    if (found) await this.session.patch(service, path, body, etag, record);
    else await this.session.post(service, path, body, record);
  }

  async #read(id: string): Promise<Native> {
    const { system } = this.session.options;
    const record = `order ${id}`;
    const order = await this.get(id);
    if (!order) throw new DataError('DATA_NOT_FOUND', `${system} has no sales order ${id}.`, { system, record });
    return order;
  }

  /** A total that is not the document's is told: the order stands, but somebody must look at its prices. */
  #differences(document: Native, there: Native): string[] {
    const totals = totalsOf(document, this.session.options.conditionTypes);
    const net = there['TotalNetAmount'];
    if (!totals || typeof net !== 'string' || new Big(net).eq(totals.net)) return [];
    return [`SAP's net total is ${new Big(net).toFixed()}, the document's is ${totals.net}: check the pricing procedure.`];
  }

  #result(row: Native, outcome: WriteResult['outcome'], warnings: string[] = []): WriteResult {
    const number = text(row, 'SalesOrder');
    return { entity: 'order', outcome, externalId: { system: this.session.options.system, type: 'SalesOrder', id: number, number }, ...(warnings.length > 0 && { warnings }) };
  }
}

/** Somebody else was quicker: what is there now tells whether ours still can be. */
const worthAnotherLook: ReadonlySet<unknown> = new Set(['CONFLICT_STALE', 'DATA_REFUSED']);

/** Only what the document itself speaks of: order type and sales area are filled in for new orders. */
function spokenOf(completed: Native, document: Native): Native {
  return Object.fromEntries(Object.entries(completed).filter(([name]) => name in document));
}

function changesOf({ path, body, found }: OrderWrite): FieldChange[] { return fieldChanges(found, body, path); }

/** Changes that SAP answers without a body. */
function patched(writes: readonly OrderWrite[]): FieldChange[] { return writes.flatMap((write) => write.found ? changesOf(write) : []); }

function rejection(item: Native, code: string): FieldChange {
  return { path: `A_SalesOrderItem(${text(item, 'SalesOrderItem')}).SalesDocumentRjcnReason`, before: text(item, 'SalesDocumentRjcnReason'), after: code };
}
