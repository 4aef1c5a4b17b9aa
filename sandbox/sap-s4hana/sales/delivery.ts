import Big from 'big.js';
import type { WorldSite } from '../../world';
import { invoice } from '../finance/billing';
import type { Transaction } from '../odata/database';
import type { Row } from '../odata/model';
import { changeStock } from '../stock';
import type { System } from '../system';
import { loadDocument, saveDocument, touch, type OrderDocument } from './document';

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

/**
 * Goods issue of all that is open of an order, or of one of its items, and the invoice for it. Stock may fall below nothing, as where the vendor's
 * customers allow it. Throws RangeError for an order or an item that is not there, or blocked.
 */
export function deliver(system: System, sites: readonly WorldSite[], to: Transaction, salesOrder: string, number?: string): void {
  const header = to.get('A_SalesOrder', salesOrder);
  if (!header) throw new RangeError(`The sandbox has no order ${salesOrder}`);
  if (header.DeliveryBlockReason !== '') throw new RangeError(`Order ${salesOrder} is blocked for delivery`);
  const document = loadDocument(to, header);
  const chosen = document.items.filter(({ item }) => number === undefined || item.SalesOrderItem === number);
  if (number !== undefined && chosen.length === 0) throw new RangeError(`Order ${salesOrder} has no item ${number}`);
  const open = chosen.flatMap(({ item, lines }) => lines.map((line) => ({ item, line, due: quantity(line, 'OpenConfdDelivQtyInOrdQtyUnit') }))).filter(({ due }) => due.gt(0));
  if (open.length === 0) return;
  for (const { item, line, due } of open) {
    line.DeliveredQtyInOrderQtyUnit = quantity(line, 'DeliveredQtyInOrderQtyUnit').plus(due).toFixed(3);
    issue(sites, to, item, due);
  }
  settleDelivery(document);
  touch(system, document.header);
  saveDocument(to, document);
  invoice(system, to, salesOrder);
}

/** Takes goods of an item out of stock. */
function issue(sites: readonly WorldSite[], to: Transaction, item: Row, ordered: Big): void {
  const [sku, plant, storageLocation] = [String(item.Material), String(item.ProductionPlant), String(item.StorageLocation)];
  const unit = to.get('A_ProductUnitsOfMeasure', `${sku}|${String(item.OrderQuantityUnit)}`);
  const base = unit ? ordered.times(quantity(unit, 'QuantityNumerator')).div(quantity(unit, 'QuantityDenominator')) : ordered;
  changeStock(to, sites, { sku, plant, ...(storageLocation === '' ? {} : { storageLocation }) }, (old) => old.minus(base));
}

const quantity = (row: Row, name: string): Big => new Big(String(row[name]));
const isRejected = (item: Row): boolean => item.SalesDocumentRjcnReason !== '';
