import Big from 'big.js';
import type { Row } from '../odata/model';
import type { OrderDocument } from './document';

/** Works out what of an order is still open, and the delivery statuses: A nothing delivered, B a part, C all of it. */
export function settleDelivery({ header, items }: OrderDocument): void {
  for (const { item, lines } of items) {
    for (const line of lines) {
      const open = quantity(line, 'ConfdOrderQtyByMatlAvailCheck').minus(quantity(line, 'DeliveredQtyInOrderQtyUnit'));
      line.OpenConfdDelivQtyInOrdQtyUnit = (isRejected(item) || open.lt(0) ? new Big(0) : open).toFixed(3);
    }
    const some = (name: string): boolean => lines.some((line) => quantity(line, name).gt(0));
    item.DeliveryStatus = !some('DeliveredQtyInOrderQtyUnit') ? 'A' : some('OpenConfdDelivQtyInOrdQtyUnit') ? 'B' : 'C';
  }
  const statuses = new Set(items.filter(({ item }) => !isRejected(item)).map(({ item }) => item.DeliveryStatus));
  header.OverallDeliveryStatus = header.OverallTotalDeliveryStatus = statuses.size > 1 ? 'B' : [...statuses][0] ?? 'A';
}

/** A decimal of a row. */
export const quantity = (row: Row, name: string): Big => new Big(String(row[name]));
/** Will not be delivered. */
export const isRejected = (item: Row): boolean => item.SalesDocumentRjcnReason !== '';
