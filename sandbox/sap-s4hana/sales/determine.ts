import Big from 'big.js';
import { day, msOf, type Row } from '../odata/model';
import { organisation } from '../organisation';
import { listPrice } from '../prices';
import type { System } from '../system';
import type { Transaction } from '../odata/database';
import { conditionTypes, currencies } from './conditions';
import { settleDelivery } from './delivery';
import { full, touch, type OrderDocument, type OrderItem } from './document';
import { price } from './pricing';
import { unitBy } from './units';

/** Fills what the system determines by itself before it checks: defaults from the customer, units, numbers, prices, partners. */
export function determine(system: System, to: Transaction, document: OrderDocument): void {
  const { header } = document;
  const area = to.get('A_CustomerSalesArea', [header.SoldToParty, header.SalesOrganization, header.DistributionChannel, header.OrganizationDivision].join('|'));
  const today = day(system.now());
  fill(header, {
    TransactionCurrency: area?.Currency, CustomerPaymentTerms: area?.CustomerPaymentTerms, IncotermsClassification: area?.IncotermsClassification,
    SalesOrderDate: today, PricingDate: today, RequestedDeliveryDate: today, BillingDocumentDate: today,
    OverallSDProcessStatus: 'A', OverallOrdReltdBillgStatus: 'A',
  });
  for (const role of ['SP', 'BP', 'PY', 'SH']) {
    if (document.partners.some((partner) => sameFunction(partner, role))) continue;
    document.partners.push(full(to, 'A_SalesOrderHeaderPartner', { PartnerFunction: role, Customer: header.SoldToParty ?? '' }));
  }
  for (const partner of [...document.partners, ...document.items.flatMap(({ partners }) => partners)]) {
    partner.PartnerFunctionInternalCode = organisation.partnerFunctions[String(partner.PartnerFunction)] ?? '';
    if (partner.Customer !== '') partner.ReferenceBusinessPartner = partner.Customer ?? '';
  }
  for (const text of [...document.texts, ...document.items.flatMap(({ texts }) => texts)]) fill(text, { Language: 'EN' });
  for (const entry of document.items) determineItem(to, document, entry);
  number(document.conditions);
  for (const condition of document.conditions) determineCondition(condition, header);
}

function determineItem(to: Transaction, document: OrderDocument, entry: OrderItem): void {
  const { item, conditions, lines } = entry;
  const { header } = document;
  const material = to.get('A_Product', String(item.Material));
  const description = to.get('A_ProductDescription', `${String(item.Material)}|EN`);
  const sent = [item.RequestedQuantityUnit, item.RequestedQuantitySAPUnit, item.RequestedQuantityISOUnit].find((code) => code !== '');
  const unit = unitBy(String(sent ?? material?.BaseUnit ?? ''));
  fill(item, {
    SalesOrderItem: item.SalesOrderItem === '' ? nextItem(document, item) : undefined, SalesOrderItemText: description?.ProductDescription, SalesOrderItemCategory: 'TAN', ProductionPlant: organisation.plant,
    PurchaseOrderByShipToParty: header.PurchaseOrderByShipToParty, PricingDate: header.PricingDate, CustomerPaymentTerms: header.CustomerPaymentTerms, ItemWeightUnit: 'KG', SDProcessStatus: 'A', OrderRelatedBillingStatus: 'A',
  });
  if (unit) {
    for (const kind of ['Requested', 'Order']) Object.assign(item, { [`${kind}QuantityUnit`]: unit.external, [`${kind}QuantitySAPUnit`]: unit.sap, [`${kind}QuantityISOUnit`]: unit.iso });
  }
  if (!conditions.some(isPrice)) {
    const found = foundPrice(to, item, String(header.TransactionCurrency));
    if (found) conditions.push(found);
  }
  number(conditions);
  for (const condition of conditions) {
    determineCondition(condition, header);
    if (isPrice(condition) && unit) Object.assign(condition, { ConditionQuantityUnit: unit.external, ConditionQuantitySAPUnit: unit.sap, ConditionQuantityISOUnit: unit.iso });
  }
  if (lines.length === 0) lines.push(full(to, 'A_SalesOrderScheduleLine', { ScheduleLine: '1' }));
  for (const line of lines) {
    fill(line, { RequestedDeliveryDate: header.RequestedDeliveryDate, ConfirmedDeliveryDate: header.RequestedDeliveryDate });
    if (unit) Object.assign(line, { OrderQuantityUnit: unit.external, OrderQuantitySAPUnit: unit.sap, OrderQuantityISOUnit: unit.iso });
    if (lines.length === 1) line.ScheduleLineOrderQuantity = item.RequestedQuantity ?? '0.000';
    line.ConfdOrderQtyByMatlAvailCheck = line.ScheduleLineOrderQuantity ?? '0.000';
  }
  item.ConfdDelivQtyInOrderQtyUnit = item.RequestedQuantity ?? '0.000';
}

/** The list price of an item, for its own unit, if there is one in the currency. */
function foundPrice(to: Transaction, item: Row, currency: string): Row | undefined {
  const unit = to.get('A_ProductUnitsOfMeasure', `${String(item.Material)}|${String(item.RequestedQuantityUnit)}`);
  const factor = unit ? new Big(String(unit.QuantityNumerator)).div(String(unit.QuantityDenominator)) : new Big(1);
  const found = listPrice(to, String(item.Material), currency, msOf(String(item.PricingDate)), factor.times(String(item.RequestedQuantity)));
  return found && full(to, 'A_SalesOrderItemPrElement', {
    ConditionType: 'PPR0', ConditionRateValue: factor.times(found.rate).toFixed(9), ConditionQuantity: found.per, ConditionOrigin: 'A',
  });
}

/** A price's quantity and currency, and the marks of a condition that was sent. A tax without currency is a percentage. */
function determineCondition(condition: Row, header: Row): void {
  const kind = conditionTypes[String(condition.ConditionType)]?.kind;
  if (kind !== 'tax') fill(condition, { ConditionCurrency: header.TransactionCurrency });
  if (isPrice(condition) && condition.ConditionQuantity === '0') condition.ConditionQuantity = '1';
  // C: entered by hand; A: found by the system.
  fill(condition, { ConditionOrigin: 'C' });
  condition.ConditionIsManuallyChanged = condition.ConditionOrigin === 'C';
}

/** Prices the order (it must have been checked), sets what is open, statuses and the change stamp. Returns what is to be paid. */
export function conclude(system: System, document: OrderDocument): string {
  const { header, items } = document;
  const code = String(header.TransactionCurrency);
  const totals = price({ code, places: currencies[code] ?? 2 }, document.conditions, items);
  const rejected = items.filter(({ item }) => item.SalesDocumentRjcnReason !== '').length;
  settleDelivery(document);
  touch(system, header);
  Object.assign(header, {
    TotalNetAmount: totals.net,
    OverallSDDocumentRejectionSts: rejected === 0 ? 'A' : rejected < items.length ? 'B' : 'C',
    OverallSDProcessStatus: rejected > 0 && rejected === items.length ? 'C' : 'A',
  });
  return totals.payable;
}

const isPrice = (condition: Row): boolean => ['price', 'manual-price'].includes(conditionTypes[String(condition.ConditionType)]?.kind ?? '');

const sameFunction = (partner: Row, role: string): boolean =>
  organisation.partnerFunctions[String(partner.PartnerFunction)] === organisation.partnerFunctions[role];

/** Sets what is still empty. */
function fill(row: Row, values: Record<string, Row[string] | undefined>): void {
  for (const [name, value] of Object.entries(values)) if (value !== undefined && (row[name] === '' || row[name] === null)) row[name] = value;
}

/** The next free ten after the items before this one. */
function nextItem({ items }: OrderDocument, item: Row): string {
  const taken = new Set(items.map((other) => other.item.SalesOrderItem));
  const before = items.slice(0, items.findIndex((other) => other.item === item)).map((other) => Number(other.item.SalesOrderItem));
  let number = Math.floor(Math.max(0, ...before) / 10) * 10 + 10;
  while (taken.has(String(number))) number += 10;
  return String(number);
}

/** Gives conditions their step, and the counter that tells several of one type apart. */
function number(conditions: Row[]): void {
  const taken = new Set(conditions.map((c) => `${String(c.PricingProcedureStep)}|${String(c.PricingProcedureCounter)}`));
  for (const condition of conditions) {
    if (condition.PricingProcedureStep !== '' || condition.PricingProcedureCounter !== '') continue;
    const step = String(conditionTypes[String(condition.ConditionType)]?.step ?? 990);
    let counter = 1;
    while (taken.has(`${step}|${String(counter)}`)) counter++;
    taken.add(`${step}|${String(counter)}`);
    Object.assign(condition, { PricingProcedureStep: step, PricingProcedureCounter: String(counter) });
  }
}
