import Big from 'big.js';
import { ConflictError, errorClass } from '../../errors';
import { compileMapping } from '../../mapping';
import type { Canonical, ListOptions, Native, Page, WriteResult } from '../contract';
import { listChanges } from './listing';
import orderToSap from './mapping/order-to-sap.mapping.json';
import { warningsOf } from './odata/errors';
import { entityPath, equals } from './odata/literals';
import { etagOf } from './odata/rows';
import type { ConditionTypes } from './options';
import type { Session } from './session';

const service = 'API_SALES_ORDER_SRV';
const toSap = compileMapping(orderToSap);

/** The condition types the shipped mapping writes; a system may have others for them. */
const shipped: ConditionTypes = { price: 'PMP0', discount: 'DRV1', freight: 'HD00', surcharge: 'HM00', tax: 'MWST', rounding: 'ZRND' };

/** Largest ConditionQuantity (Edm.Decimal 5.0). */
const maxConditionQuantity = 99_999;

type Condition = Native & { ConditionType?: string; ConditionRateValue?: string; ConditionQuantity?: string };

/** Sales orders: API_SALES_ORDER_SRV, A_SalesOrder. */
export class Orders {
  constructor(private readonly session: Session) {}

  list(options?: ListOptions): AsyncIterable<Page> {
    return listChanges(this.session, { service, set: 'A_SalesOrder', key: 'SalesOrder', changedAt: 'LastChangeDateTime', expand: 'to_Item' }, options);
  }

  get(id: string): Promise<Native | undefined> {
    return this.session.read(service, entityPath('A_SalesOrder', id), { expand: 'to_Item,to_PricingElement,to_Partner' }, `order ${id}`);
  }

  async find(reference: string, party?: string): Promise<WriteResult[]> {
    const mine = equals('PurchaseOrderByCustomer', reference);
    const filter = party === undefined ? mine : `${mine} and ${equals('SoldToParty', party)}`;
    const { rows } = await this.session.query(service, 'A_SalesOrder', { filter, select: 'SalesOrder', top: 10 });
    return rows.map((row) => this.#result(row, 'existing'));
  }

  fromCanonical(document: Canonical): Native { return toSap.map(document, {}, `order ${String(document['orderNumber'])}`); }

  async create(document: Native): Promise<WriteResult> {
    const record = `order ${String(document['PurchaseOrderByCustomer'] ?? '')}`;
    const { row, response } = await this.session.post(service, 'A_SalesOrder', this.#complete(document), record);
    const warnings = warningsOf(response);
    return { ...this.#result(row, 'created'), ...(warnings.length > 0 && { warnings }) };
  }

  /** Changes header fields. Somebody else's change in between is read and ours applied once more. */
  async update(id: string, changes: Native): Promise<WriteResult> {
    await this.#change(id, () => changes);
    return this.#result({ SalesOrder: id }, 'updated');
  }

  /** SAP keeps sales orders: all items are rejected with the reason of the settings. */
  async cancel(id: string): Promise<WriteResult> {
    const record = `order ${id}`;
    const order = await this.session.read(service, entityPath('A_SalesOrder', id), { expand: 'to_Item' }, record);
    const open = ((order?.['to_Item'] ?? []) as Native[]).filter((item) => !item['SalesDocumentRjcnReason']);
    for (const item of open) {
      const path = entityPath('A_SalesOrderItem', { SalesOrder: id, SalesOrderItem: String(item['SalesOrderItem']) });
      await this.session.patch(service, path, { SalesDocumentRjcnReason: this.session.options.rejectionReason }, etagOf(item), record);
    }
    return this.#result({ SalesOrder: id }, open.length > 0 ? 'cancelled' : 'unchanged');
  }

  async #change(id: string, changes: (order: Native) => Native): Promise<void> {
    const path = entityPath('A_SalesOrder', id);
    const record = `order ${id}`;
    for (let tries = 0; ; tries++) {
      const order = await this.session.read(service, path, {}, record);
      if (!order) throw new ConflictError('CONFLICT_GONE', `${this.session.options.system} has no sales order ${id} (any more).`, { system: this.session.options.system, record });
      try {
        await this.session.patch(service, path, changes(order), etagOf(order), record);
        return;
      } catch (reason) {
        if (errorClass(reason) !== 'CONFLICT' || tries > 0) throw reason;
      }
    }
  }

  /** What is the system's and not the document's: sales area, order type, its own condition types. What the document says wins. */
  #complete(document: Native): Native {
    const { options } = this.session;
    const conditionTypes = new Map(Object.entries(shipped).map(([part, type]) => [type, options.conditionTypes[part as keyof ConditionTypes]]));
    const priced = (elements: unknown): Condition[] => ((elements ?? []) as Condition[])
      .filter(({ ConditionType }) => options.taxes === 'shop' || ConditionType !== shipped.tax)
      .map((element) => exact({ ...element, ...(element.ConditionType && { ConditionType: conditionTypes.get(element.ConditionType) ?? element.ConditionType }) }));
    return {
      SalesOrderType: options.orderType, SalesOrganization: options.salesOrganization, DistributionChannel: options.distributionChannel,
      OrganizationDivision: options.division, ...document,
      ...(Array.isArray(document['to_PricingElement']) && { to_PricingElement: priced(document['to_PricingElement']) }),
      ...(Array.isArray(document['to_Item']) && {
        to_Item: (document['to_Item'] as Native[]).map((item) => item['to_PricingElement'] ? { ...item, to_PricingElement: priced(item['to_PricingElement']) } : item),
      }),
    };
  }

  #result(row: Native, outcome: WriteResult['outcome']): WriteResult {
    const number = String(row['SalesOrder']);
    return { entity: 'order', outcome, externalId: { system: this.session.options.system, type: 'SalesOrder', id: number, number } };
  }
}

/**
 * A price for a whole quantity needs a quantity that SAP can keep (an integer up to 99,999). For any other it becomes a
 * price for one, with the nine decimals of the field: times the quantity and rounded, that is the same amount again.
 */
function exact(element: Condition): Condition {
  const { ConditionQuantity: quantity, ConditionRateValue: rate } = element;
  if (quantity === undefined || rate === undefined) return element;
  const pieces = new Big(quantity);
  if (pieces.eq(pieces.round(0)) && pieces.lte(maxConditionQuantity)) return { ...element, ConditionQuantity: pieces.toFixed(0) };
  return { ...element, ConditionRateValue: new Big(rate).div(pieces).toFixed(9), ConditionQuantity: '1' };
}
