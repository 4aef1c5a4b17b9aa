import Big from 'big.js';
import { ODataError } from '../odata/errors';
import type { Row } from '../odata/model';
import type { OrderDocument, OrderItem } from './document';

/**
 * Refuses what follow-on documents do not let be changed any more: less than was delivered, another material or unit of
 * goods that were, a rejection of an item that was delivered in full, and anything of an item that is invoiced but more of it.
 * `values` is empty where a row is deleted. Throws ODataError; the vendor's own message numbers are not published.
 */
export function refuseClosed({ items }: OrderDocument, set: string, row: Row, values: Row): void {
  const entry = items.find(({ item }) => item.SalesOrderItem === row.SalesOrderItem);
  if (!entry || !set.startsWith('A_SalesOrderItem')) return;
  const number = String(entry.item.SalesOrderItem);
  const refuse = (code: string, message: string, target: string): never => { throw new ODataError(400, { code, message, target }); };
  const changes = (name: string): boolean => values[name] !== undefined && String(values[name]) !== String(row[name]);
  const isGone = Object.keys(values).length === 0;
  const delivered = deliveredOf(entry);
  if (set === 'A_SalesOrderItem' && delivered.gt(0)) {
    if (isGone) refuse('V1/452', `Item ${number} has already been delivered and cannot be deleted`, 'SalesOrderItem');
    if (changes('RequestedQuantity') && new Big(String(values.RequestedQuantity)).lt(delivered)) {
      refuse('V1/453', `Quantity of item ${number} is less than the quantity already delivered (${delivered.toFixed()})`, 'RequestedQuantity');
    }
    const fixed = ['Material', 'ProductionPlant'].find(changes);
    if (fixed !== undefined) refuse('V1/454', `${fixed} of item ${number} cannot be changed after a delivery`, fixed);
    if (entry.item.DeliveryStatus === 'C' && changes('SalesDocumentRjcnReason') && values.SalesDocumentRjcnReason !== '') {
      refuse('V1/455', `Item ${number} has been delivered completely and cannot be rejected`, 'SalesDocumentRjcnReason');
    }
  }
  if (entry.item.OrderRelatedBillingStatus === 'C' && !isMore(row, values) && (isGone || Object.keys(values).some(changes))) {
    refuse('V1/451', `Item ${number} has already been invoiced and can no longer be changed`, 'SalesOrderItem');
  }
}

/** The values of an item as they are kept: of more than was invoiced, a part is to be invoiced yet. */
export function reopenBilling(row: Row, values: Row): Row {
  return row.OrderRelatedBillingStatus === 'C' && isMore(row, values) ? { ...values, OrderRelatedBillingStatus: 'B' } : values;
}

function isMore(row: Row, { RequestedQuantity: quantity }: Row): boolean {
  return row.RequestedQuantity !== undefined && quantity !== undefined && new Big(String(quantity)).gt(String(row.RequestedQuantity));
}

function deliveredOf({ lines }: OrderItem): Big {
  return lines.reduce((sum, line) => sum.plus(String(line.DeliveredQtyInOrderQtyUnit)), new Big(0));
}
