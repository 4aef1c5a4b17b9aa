import Big from 'big.js';
import { DataError } from '../../errors';
import type { Canonical, Native } from '../contract';
import { isoTime } from './odata/literals';
import type { SapOptions } from './options';

/** UN/ECE codes of SAP's units; those not named here are the same. */
const units: Readonly<Record<string, string>> = {
  PC: 'C62', ST: 'C62', EA: 'C62', PCE: 'C62', BOX: 'XBX', KG: 'KGM', G: 'GRM', TO: 'TNE', M: 'MTR', CM: 'CMT', MM: 'MMT', M2: 'MTK', M3: 'MTQ', L: 'LTR', H: 'HUR', STD: 'HUR', PAL: 'XPX', PAR: 'PR',
};

const deliveryStatus: Readonly<Record<string, string>> = { A: 'unfulfilled', B: 'partiallyFulfilled', C: 'fulfilled' };

/** A sales order as a canonical order. Item amounts are net; SAP's items say their tax, not its rate. */
export function orderOf(order: Native, { system, timeZone }: SapOptions): Canonical {
  const number = String(order['SalesOrder'] ?? '');
  const currency = String(order['TransactionCurrency'] ?? '');
  const items = (order['to_Item'] ?? []) as Native[];
  const issuedAt = isoTime(order['SalesOrderDate']) ?? isoTime(order['CreationDate']);
  if (number === '' || currency === '' || issuedAt === undefined || items.length === 0) {
    throw new DataError('DATA_INVALID_ORDER', `${system}: sales order ${number} has no number, currency, date or items.`, { system, record: `order ${number}` });
  }
  const amount = (value: Big): { value: string; currency: string } => ({ value: value.toFixed(currency === 'JPY' ? 0 : 2), currency });
  const net = (item: Native): Big => new Big(String(item['NetAmount'] ?? '0'));
  const total = items.reduce((sum, item) => sum.plus(net(item)), new Big(0));
  const tax = items.reduce((sum, item) => sum.plus(String(item['TaxAmount'] ?? '0')), new Big(0));
  const category = { code: tax.eq(0) ? 'O' : 'X' };
  const rejected = order['OverallSDDocumentRejectionSts'] === 'C';
  const changedAt = isoTime(order['LastChangeDateTime']) ?? issuedAt;
  return {
    schemaVersion: '1.0', id: `${system}:SalesOrder:${number}`, externalIds: [{ system, type: 'SalesOrder', id: number, number }],
    version: { sourceUpdatedAt: changedAt }, systemOfRecord: system, orderNumber: String(order['PurchaseOrderByCustomer'] || number), revision: 0,
    channel: 'other', issuedAt, timeZone, issueDate: issuedAt.slice(0, 10), documentCurrencyCode: currency, pricesIncludeTax: false,
    taxRounding: { level: 'line', mode: 'halfUp' },
    orderStatus: rejected ? 'cancelled' : 'open', ...(rejected && { cancellation: { cancelledAt: changedAt, by: 'merchant' } }),
    paymentStatus: 'unpaid', fulfillmentStatus: deliveryStatus[String(order['OverallDeliveryStatus'] ?? '')] ?? 'unfulfilled',
    buyerParty: { customerNumber: String(order['SoldToParty']).padStart(10, '0') },
    lines: items.map((item, index) => ({
      id: String(item['SalesOrderItem']), lineKind: 'product', position: index + 1, item: { sku: String(item['Material']), ...(item['SalesOrderItemText'] ? { name: String(item['SalesOrderItemText']) } : {}) },
      quantity: { value: new Big(String(item['RequestedQuantity'])).toString(), unitCode: units[String(item['RequestedQuantityUnit'])] ?? String(item['RequestedQuantityUnit']) },
      // The price for the whole quantity: SAP's net amount of an item is the one that adds up.
      unitPrice: { priceAmount: amount(net(item)), baseQuantity: { value: new Big(String(item['RequestedQuantity'])).toString(), unitCode: units[String(item['RequestedQuantityUnit'])] ?? String(item['RequestedQuantityUnit']) } },
      lineExtensionAmount: amount(net(item)), taxCategory: category,
      ...(tax.eq(0) ? {} : { taxes: [{ taxableAmount: amount(net(item)), taxAmount: amount(new Big(String(item['TaxAmount'] ?? '0'))), category }] }),
    })),
    taxTotals: [{ taxAmount: amount(tax), subtotals: [{ taxableAmount: amount(total), taxAmount: amount(tax), category }] }],
    monetaryTotal: {
      lineExtensionAmount: amount(total), taxExclusiveAmount: amount(total), taxInclusiveAmount: amount(total.plus(tax)), payableAmount: amount(total.plus(tax)),
    },
  };
}
