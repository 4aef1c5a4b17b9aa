import Big from 'big.js';
import type { Order } from '../../documents/types';
import { DataError, errorClass } from '../../errors';
import type { EntityHandler } from '../by-entity';
import { lazyMapping } from '../../mapping';
import type { Canonical, ListOptions, Native, Page, WriteResult } from '../contract';
import { never, stamped } from './clock';
import { complete } from './complete';
import { listOf, text } from './fields';
import { countChanges, listChanges, type Changes } from './listing';
import orderToSap from './mapping/order-to-sap.mapping.json';
import sapToOrder from './mapping/sap-to-order.mapping.json';
import { warningsOf } from './odata/errors';
import { entityPath, equals, isoTime } from './odata/literals';
import { etagOf } from './odata/rows';
import { changeOrder } from './order-change';
import { withFacts } from './order-facts';
import { totalsOf } from './prices';
import type { Session } from './session';

const service = 'API_SALES_ORDER_SRV';
const toSap = lazyMapping(orderToSap);
const toOrder = lazyMapping(sapToOrder);
/** All that makes up an order. */
const whole = 'to_Item,to_Item/to_PricingElement,to_Partner,to_PricingElement,to_Text';

const changes: Changes = { service, set: 'A_SalesOrder', key: 'SalesOrder', clock: stamped('LastChangeDateTime'), expand: 'to_Item,to_PricingElement,to_Partner,to_Text' };

/** Sales orders: API_SALES_ORDER_SRV, A_SalesOrder. */
export class Orders implements EntityHandler {
  constructor(private readonly session: Session) {}

  list(options?: ListOptions): AsyncIterable<Page> { return listChanges(this.session, changes, options); }
  count(options?: ListOptions): Promise<number> { return countChanges(this.session, changes, options); }

  get(id: string): Promise<Native | undefined> {
    return this.session.read(service, entityPath('A_SalesOrder', id), { expand: whole }, `order ${id}`);
  }

  async find(reference: string, { party }: { party?: string } = {}): Promise<WriteResult[]> {
    const mine = equals('PurchaseOrderByCustomer', reference);
    const filter = party === undefined ? mine : `${mine} and ${equals('SoldToParty', party)}`;
    const { rows } = await this.session.query(service, 'A_SalesOrder', { filter, select: 'SalesOrder', top: 10 });
    return rows.map((row) => this.#result(row, 'existing'));
  }

  identify(order: Native): { id: string; time: string } { return { id: text(order, 'SalesOrder'), time: isoTime(order['LastChangeDateTime']) ?? never }; }

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
    const native: Native = { ...complete(toSap().map(document, {}, record), this.session.options), ...this.#blockOf(document) };
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

  /** Orders that are to be paid in advance wait for it, if the settings say so. An authorized amount is as good as paid. */
  #blockOf(document: Canonical): Native {
    const { deliveryBlock } = this.session.options;
    const { paymentStatus, paymentTerms } = document as Partial<Order>;
    const waits = (paymentStatus === 'unpaid' || paymentStatus === 'partiallyPaid') && (paymentTerms === undefined || paymentTerms.type === 'prepaid');
    return deliveryBlock !== undefined && waits ? { DeliveryBlockReason: deliveryBlock } : {};
  }

  async create(document: Native): Promise<WriteResult> {
    const native = complete(document, this.session.options);
    const { row, response } = await this.session.post(service, 'A_SalesOrder', native, `order ${text(native, 'PurchaseOrderByCustomer')}`);
    return this.#result(row, 'created', [...warningsOf(response), ...this.#differences(native, row)]);
  }

  /** Brings the order to what the document says. If somebody else changes it meanwhile, theirs is read and ours applied once more. */
  async update(id: string, document: Native): Promise<WriteResult> {
    const record = `order ${id}`;
    const wanted = spokenOf(complete(document, this.session.options), document);
    const attempt = async (): Promise<boolean> => changeOrder(this.session, await this.#read(id), wanted, record);
    const changed = await attempt().catch((reason: unknown) => {
      if (errorClass(reason) === 'CONFLICT') return attempt();
      throw reason;
    });
    const there = changed ? await this.#read(id) : {};
    return this.#result({ SalesOrder: id }, changed ? 'updated' : 'unchanged', this.#differences(wanted, there));
  }

  /** SAP keeps sales orders: all open items are rejected, with the code given as reason or else the one of the settings. */
  async cancel(id: string, reason?: string): Promise<WriteResult> {
    const order = await this.#read(id);
    const open = listOf(order['to_Item']).filter((item) => !item['SalesDocumentRjcnReason']);
    const code = reason !== undefined && /^[A-Z0-9]{2}$/.test(reason) ? reason : this.session.options.rejectionReason;
    for (const item of open) {
      const path = entityPath('A_SalesOrderItem', { SalesOrder: id, SalesOrderItem: text(item, 'SalesOrderItem') });
      await this.session.patch(service, path, { SalesDocumentRjcnReason: code }, etagOf(item), `order ${id}`);
    }
    return this.#result({ SalesOrder: id }, open.length > 0 ? 'cancelled' : 'unchanged');
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

/** Only what the document itself speaks of: order type and sales area are filled in for new orders. */
function spokenOf(completed: Native, document: Native): Native {
  return Object.fromEntries(Object.entries(completed).filter(([name]) => name in document));
}
