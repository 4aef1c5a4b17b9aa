import type { Database } from '../odata/database';
import { plainRow, type Row } from '../odata/model';
import { currencies } from './conditions';
import { loadDocument } from './document';
import { price } from './pricing';

/** A sales order with its relatives as plain lists, values as on the wire. */
export type SapOrder = Row & {
  to_Item: (Row & { to_PricingElement: Row[]; to_Partner: Row[]; to_Text: Row[] })[];
  to_Partner: Row[];
  to_PricingElement: Row[];
  to_Text: Row[];
};

/** The orders, oldest first; only those with a reference, if one is given. */
export function ordersOf(database: Database, reference?: string): SapOrder[] {
  const table = database.table('A_SalesOrder');
  const rows = reference === undefined ? table.rows.values() : table.by('PurchaseOrderByCustomer', reference) ?? [];
  return [...rows].map((row) => {
    const { header, items, partners, conditions, texts } = loadDocument(database.begin(), row);
    return {
      ...plainRow(header), to_Partner: partners.map(plainRow), to_PricingElement: conditions.map(plainRow), to_Text: texts.map(plainRow),
      to_Item: items.map((entry) => ({
        ...plainRow(entry.item), to_PricingElement: entry.conditions.map(plainRow), to_Partner: entry.partners.map(plainRow), to_Text: entry.texts.map(plainRow),
      })),
    } as unknown as SapOrder;
  });
}

/** Net, tax and rounding of an order together. Throws RangeError if there is no such order. */
export function payableOf(database: Database, salesOrder: string): string {
  const row = database.table('A_SalesOrder').rows.get(salesOrder);
  if (!row) throw new RangeError(`The sandbox has no order ${salesOrder}`);
  const { header, conditions, items } = loadDocument(database.begin(), row);
  const code = String(header.TransactionCurrency);
  return price({ code, places: currencies[code] ?? 2 }, conditions, items).payable;
}

/** A billing document with its items, values as on the wire. */
export type SapBilling = Row & { to_Item: Row[] };

/** All billing documents, oldest first. */
export function billingsOf(database: Database): SapBilling[] {
  const table = database.table('A_BillingDocument');
  const items = table.type.navigations.get('to_Item');
  return [...table.rows.values()].map((row) => ({ ...plainRow(row), to_Item: items ? database.related(row, items).map(plainRow) : [] }) as unknown as SapBilling);
}
