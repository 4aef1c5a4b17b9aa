import type { Transaction } from '../odata/database';
import { framework, ODataError, type Detail } from '../odata/errors';
import type { Input } from '../odata/input';
import { day, type EntityType, type Row } from '../odata/model';
import type { System, WriteRules, Written } from '../system';
import { incompletions, refusals } from './check';
import { refuseClosed, reopenBilling } from './closed';
import { conclude, determine } from './determine';
import { documentOf, full, itemOf, loadDocument, rowsOf, saveDocument, type OrderDocument } from './document';

/** What API_SALES_ORDER_SRV does with writes: every change loads the order, changes it, checks it, prices it and saves it whole. */
export function salesOrderRules(system: System): WriteRules {
  const finish = (to: Transaction, document: OrderDocument): Detail[] => {
    determine(system, to, document);
    const [first, ...others] = refusals(to, document);
    if (first) throw new ODataError(400, first, ...others);
    conclude(system, document);
    saveDocument(to, document);
    return incompletions(document);
  };
  const orderOf = (to: Transaction, row: Row): OrderDocument => {
    const header = to.get('A_SalesOrder', String(row.SalesOrder));
    if (!header) throw framework.noSegment(`A_SalesOrder('${String(row.SalesOrder)}')`);
    return loadDocument(to, header);
  };

  return {
    create(to, type, input, parent): Written {
      if (type.set === 'A_SalesOrder') {
        const document = documentOf(to, input);
        if (document.header.SalesOrder !== '') throw new ODataError(400, { code: 'V1/405', message: 'Order numbers are given by the system', target: 'SalesOrder' });
        Object.assign(document.header, { CreationDate: day(system.local()), CreatedByUser: 'B2B_SYNC', SalesOrder: system.next('order') });
        return { warnings: finish(to, document), row: document.header };
      }
      if (!parent) throw framework.notAllowed('POST', type.set);
      const document = orderOf(to, parent);
      const row = addTo(to, document, type, input, parent);
      return { warnings: finish(to, document), row };
    },
    update(to, type, row, values): Written {
      const document = orderOf(to, row);
      const table = to.database.table(type.set);
      const found = rowsOf(document, type.set).find((other) => table.keyOf(other) === table.keyOf(row));
      if (!found) throw framework.noSegment(type.set);
      for (const key of type.keys) if (values[key.name] !== undefined && values[key.name] !== row[key.name]) throw framework.badValue(key.name, 'is a key and cannot be changed');
      if (type.set === 'A_SalesOrderItem') followUnit(values);
      if (type.set === 'A_SalesOrder') inherit(document, values);
      refuseClosed(document, type.set, found, values);
      Object.assign(found, type.set === 'A_SalesOrderItem' ? reopenBilling(found, values) : values);
      return { warnings: finish(to, document), row: found };
    },
    remove(to, type, row): void {
      if (type.set !== 'A_SalesOrder') refuseClosed(orderOf(to, row), type.set, row, {});
      removeDeep(to, type, row);
      if (type.set !== 'A_SalesOrder') finish(to, orderOf(to, row));
    },
  };
}

function addTo(to: Transaction, document: OrderDocument, type: EntityType, input: Input, parent: Row): Row {
  if (type.set === 'A_SalesOrderItem') {
    const entry = itemOf(to, input);
    document.items.push(entry);
    return entry.item;
  }
  const entry = document.items.find(({ item }) => item.SalesOrderItem === parent.SalesOrderItem);
  const row = full(to, type.set, input.values);
  const rows = {
    A_SalesOrderHeaderPartner: document.partners, A_SalesOrderHeaderPrElement: document.conditions, A_SalesOrderText: document.texts,
    A_SalesOrderItemPartner: entry?.partners, A_SalesOrderItemPrElement: entry?.conditions, A_SalesOrderItemText: entry?.texts, A_SalesOrderScheduleLine: entry?.lines,
  }[type.set];
  if (!rows) throw framework.notAllowed('POST', type.set);
  rows.push(row);
  return row;
}

/** Items that show the header's ship-to reference go on to show it. */
function inherit({ header, items }: OrderDocument, { PurchaseOrderByShipToParty: reference }: Row): void {
  if (reference === undefined) return;
  for (const { item } of items) if (item.PurchaseOrderByShipToParty === header.PurchaseOrderByShipToParty) item.PurchaseOrderByShipToParty = reference;
}

/** A new unit under one of its three names makes the other two follow. */
function followUnit(values: Row): void {
  const names = ['RequestedQuantityUnit', 'RequestedQuantitySAPUnit', 'RequestedQuantityISOUnit'];
  if (names.some((name) => values[name] !== undefined)) for (const name of names) values[name] ??= '';
}

/** Deletes a row and what hangs below it. */
function removeDeep(to: Transaction, type: EntityType, row: Row): void {
  for (const navigation of type.navigations.values()) {
    if (navigation.many) for (const child of to.related(row, navigation)) removeDeep(to, to.database.table(navigation.to).type, child);
  }
  to.delete(type.set, row);
}
