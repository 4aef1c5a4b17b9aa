import assert from 'node:assert/strict';
import jsonata from 'jsonata';
import type { Issue } from '../lib/errors';
import type { Order } from '../lib/documents/types';
import { DataError } from '../lib/errors';
import { compileMapping } from '../lib/mapping';
import { compare, type BenchRow } from './bench';
import { makeOrder } from './order';

const codes = { units: { C62: 'PC', XBX: 'BOX', MTR: 'M', KGM: 'KG' } };
const materials = new Map(makeOrder().lines.map(({ item }, i) => [item.sku, `00000000001000${String(i)}`]));

const mapping = {
  mapping: 1, source: 'urn:b2b-sync:order:v1', target: 'sap-s4hana:A_SalesOrder',
  rules: [
    { to: 'SalesOrderType', value: 'OR' },
    { to: 'SalesOrganization', from: '$context.salesOrganization', required: true },
    { to: 'SoldToParty', from: 'buyerParty.customerNumber', required: true },
    { to: 'PurchaseOrderByCustomer', from: ['purchaseOrderNumber', 'orderNumber'], required: true },
    { to: 'TransactionCurrency', from: 'documentCurrencyCode', required: true },
    { to: 'CustomerPaymentTerms', from: 'paymentTerms.code' },
    { to: 'IncotermsClassification', from: 'deliveryTerms.code' },
    { to: 'IncotermsTransferLocation', from: 'deliveryTerms.place' },
    { to: 'RequestedDeliveryDate', from: 'requestedDeliveryDate' },
    { to: 'to_Item[]', each: 'lines', when: "lineKind = 'product'", rules: [
      { to: 'SalesOrderItemText', from: 'item.name' },
      { to: 'PurchaseOrderByCustomer', from: 'id', required: true },
      { to: 'Material', from: 'item.sku', required: true, lookup: 'materials' },
      { to: 'MaterialByCustomer', from: 'item.buyersItemId' },
      { to: 'RequestedQuantity', from: 'quantity.value', required: true },
      { to: 'RequestedQuantityUnit', from: 'quantity.unitCode', required: true, codes: 'units' },
      { to: 'NetAmount', from: 'lineExtensionAmount.value', required: true },
      { to: 'TransactionCurrency', from: 'lineExtensionAmount.currency' },
      { to: 'to_PricingElement[0].ConditionType', value: 'PPR0' },
      { to: 'to_PricingElement[0].ConditionRateValue', from: 'unitPrice.priceAmount.value' },
      { to: 'to_PricingElement[0].ConditionCurrency', from: 'unitPrice.priceAmount.currency' },
    ] },
  ],
};

/** The same by hand, with the same promises: what is needed is there, codes are known, every issue is told with its path. */
function byHand(order: Order, context: { salesOrganization?: string }): Record<string, unknown> {
  const issues: Issue[] = [];
  const need = <T>(value: T | undefined, path: string, from: string): T | undefined => {
    if (value === undefined || value === null || value === '') issues.push({ path, rule: 'required', message: `is needed (from ${from})` });
    return value;
  };
  const result: Record<string, unknown> = {
    SalesOrderType: 'OR',
    SalesOrganization: need(context.salesOrganization, 'SalesOrganization', '$context.salesOrganization'),
    SoldToParty: need(order.buyerParty.customerNumber, 'SoldToParty', 'buyerParty.customerNumber'),
    PurchaseOrderByCustomer: need(order.purchaseOrderNumber ?? order.orderNumber, 'PurchaseOrderByCustomer', 'purchaseOrderNumber, orderNumber'),
    TransactionCurrency: need(order.documentCurrencyCode, 'TransactionCurrency', 'documentCurrencyCode'),
  };
  if (order.paymentTerms?.code !== undefined) result['CustomerPaymentTerms'] = order.paymentTerms.code;
  if (order.deliveryTerms?.code !== undefined) result['IncotermsClassification'] = order.deliveryTerms.code;
  if (order.deliveryTerms?.place !== undefined) result['IncotermsTransferLocation'] = order.deliveryTerms.place;
  if (order.requestedDeliveryDate !== undefined) result['RequestedDeliveryDate'] = order.requestedDeliveryDate;
  const items: Record<string, unknown>[] = [];
  for (let i = 0; i < order.lines.length; i++) {
    const line = order.lines[i];
    if (line?.lineKind !== 'product') continue;
    const at = `to_Item[${String(items.length)}]`;
    const item: Record<string, unknown> = {};
    if (line.item.name !== undefined) item['SalesOrderItemText'] = line.item.name;
    item['PurchaseOrderByCustomer'] = need(line.id, `${at}.PurchaseOrderByCustomer`, 'id');
    const sku = need(line.item.sku, `${at}.Material`, 'item.sku');
    const material = materials.get(sku ?? '');
    if (material === undefined) issues.push({ path: `${at}.Material`, rule: 'lookup', message: `"${String(sku)}" is not in the table "materials"` });
    item['Material'] = material;
    if (line.item.buyersItemId !== undefined) item['MaterialByCustomer'] = line.item.buyersItemId;
    item['RequestedQuantity'] = need(line.quantity.value, `${at}.RequestedQuantity`, 'quantity.value');
    const unitCode = need(line.quantity.unitCode, `${at}.RequestedQuantityUnit`, 'quantity.unitCode');
    const unit = (codes.units as Record<string, string>)[unitCode ?? ''];
    if (unit === undefined) issues.push({ path: `${at}.RequestedQuantityUnit`, rule: 'codes', message: `"${String(unitCode)}" is not in the code list "units"` });
    item['RequestedQuantityUnit'] = unit;
    item['NetAmount'] = need(line.lineExtensionAmount.value, `${at}.NetAmount`, 'lineExtensionAmount.value');
    item['TransactionCurrency'] = line.lineExtensionAmount.currency;
    item['to_PricingElement'] = [{ ConditionType: 'PPR0', ConditionRateValue: line.unitPrice.priceAmount.value, ConditionCurrency: line.unitPrice.priceAmount.currency }];
    items.push(item);
  }
  result['to_Item'] = items;
  if (issues.length > 0) throw new DataError('DATA_MAPPING', 'The document cannot be mapped.', { issues });
  return result;
}

const expression = `{
  "SalesOrderType": "OR", "SalesOrganization": $context.salesOrganization, "SoldToParty": buyerParty.customerNumber,
  "PurchaseOrderByCustomer": purchaseOrderNumber ? purchaseOrderNumber : orderNumber, "TransactionCurrency": documentCurrencyCode,
  "CustomerPaymentTerms": paymentTerms.code, "IncotermsClassification": deliveryTerms.code, "IncotermsTransferLocation": deliveryTerms.place,
  "RequestedDeliveryDate": requestedDeliveryDate,
  "to_Item": [lines[lineKind = "product"].{
    "SalesOrderItemText": item.name, "PurchaseOrderByCustomer": id, "Material": $lookup($materials, item.sku), "MaterialByCustomer": item.buyersItemId,
    "RequestedQuantity": quantity.value, "RequestedQuantityUnit": $lookup($units, quantity.unitCode),
    "NetAmount": lineExtensionAmount.value, "TransactionCurrency": lineExtensionAmount.currency,
    "to_PricingElement": [{ "ConditionType": "PPR0", "ConditionRateValue": unitPrice.priceAmount.value, "ConditionCurrency": unitPrice.priceAmount.currency }]
  }]
}`;

export async function run(): Promise<BenchRow[]> {
  const order = makeOrder();
  const context = { salesOrganization: '1010' };
  const compiled = compileMapping(mapping, { codes, tables: { materials } });
  const query = jsonata(expression);
  const bindings = { context, units: codes.units, materials: Object.fromEntries(materials) };
  const ours = (): unknown => compiled.map(order, context);
  const expected = JSON.parse(JSON.stringify(byHand(order, context))) as unknown;
  assert.deepEqual(compiled.map(order, context), expected);
  assert.deepEqual(JSON.parse(JSON.stringify(await query.evaluate(order, bindings))), expected);
  return [
    await compare('map a 20-line order', ours, ['by hand, same checks', () => byHand(order, context)], 0.5),
    await compare('map a 20-line order', ours, ['one JSONata expression', () => query.evaluate(order, bindings)], 100),
  ];
}
