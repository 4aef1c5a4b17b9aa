import Big from 'big.js';
import type { Transaction } from '../odata/database';
import type { Detail } from '../odata/errors';
import type { Row } from '../odata/model';
import { organisation } from '../organisation';
import { conditionTypes, currencies } from './conditions';
import type { OrderDocument, OrderItem } from './document';
import { unitBy } from './units';

/** Everything the system refuses an order for, all at once. Codes are message class and number. */
export function refusals(to: Transaction, document: OrderDocument): Detail[] {
  const found: Detail[] = [];
  const refuse = (code: string, message: string, target: string): void => { found.push({ code, message, target }); };
  checkHeader(to, document.header, refuse);
  const currency = String(document.header.TransactionCurrency);
  document.partners.forEach((partner, i) => {
    // The sold-to party has been checked with the header.
    if (partner.Customer !== document.header.SoldToParty || !(String(partner.PartnerFunction) in organisation.partnerFunctions)) checkPartner(to, partner, `to_Partner/${String(i)}`, refuse);
  });
  document.conditions.forEach((condition, i) => { checkCondition(condition, 'header', currency, `to_PricingElement/${String(i)}`, refuse); });
  document.texts.forEach((text, i) => { checkText(text, `to_Text/${String(i)}`, refuse); });
  const numbers = new Set<string>();
  document.items.forEach((entry, i) => {
    const target = `to_Item/${String(i)}`;
    const number = String(entry.item.SalesOrderItem);
    if (numbers.has(number)) refuse('V1/556', `Item ${number} exists more than once`, `${target}/SalesOrderItem`);
    numbers.add(number);
    checkItem(to, entry, document.header, currency, target, refuse);
  });
  return found;
}

/** What makes an order incomplete though it is saved. */
export function incompletions({ header, items }: OrderDocument): Detail[] {
  const missing: Detail[] = [];
  const warn = (message: string, target: string): void => { missing.push({ code: 'V1/555', message: `The sales document is not yet complete: ${message}`, target, severity: 'warning' }); };
  if (header.PurchaseOrderByCustomer === '') warn('customer reference is missing', 'PurchaseOrderByCustomer');
  if (items.length === 0) warn('there are no items', 'to_Item');
  for (const { item, conditions } of items) {
    if (!conditions.some((c) => conditionTypes[String(c.ConditionType)]?.conditionClass === 'B')) warn(`item ${String(item.SalesOrderItem)} has no price`, `to_Item(${String(item.SalesOrderItem)})`);
  }
  return missing;
}

type Refuse = (code: string, message: string, target: string) => void;

function checkHeader(to: Transaction, header: Row, refuse: Refuse): void {
  const { salesOrganization, distributionChannel, division, orderTypes, paymentTerms } = organisation;
  const text = (name: string): string => String(header[name] ?? '');
  const area = `${text('SalesOrganization')} ${text('DistributionChannel')} ${text('OrganizationDivision')}`;
  if (text('SalesOrderType') === '') refuse('V1/301', 'Enter a sales document type', 'SalesOrderType');
  else if (!(orderTypes as readonly string[]).includes(text('SalesOrderType'))) refuse('V1/304', `Sales document type ${text('SalesOrderType')} is not defined`, 'SalesOrderType');
  if (area !== `${salesOrganization} ${distributionChannel} ${division}`) refuse('V1/305', `Sales area ${area} is not defined`, 'SalesOrganization');
  const customer = text('SoldToParty');
  const master = to.get('A_Customer', customer);
  if (customer === '') refuse('V1/313', 'Enter a sold-to party', 'SoldToParty');
  else if (!master) refuse('VP/199', `Customer ${customer} does not exist`, 'SoldToParty');
  else if (master.OrderIsBlockedForCustomer !== '') refuse('V1/311', `Customer ${customer} is blocked for orders`, 'SoldToParty');
  else if (!to.get('A_CustomerSalesArea', [customer, ...area.split(' ')].join('|'))) refuse('VP/204', `Sold-to party ${customer} is not maintained for sales area ${area}`, 'SoldToParty');
  const currency = text('TransactionCurrency');
  if (currency !== '' && !(currency in currencies)) refuse('V1/154', `Currency ${currency} is not defined`, 'TransactionCurrency');
  const terms = text('CustomerPaymentTerms');
  if (terms !== '' && !(paymentTerms as readonly string[]).includes(terms)) refuse('V1/378', `Terms of payment ${terms} are not defined`, 'CustomerPaymentTerms');
}

function checkItem(to: Transaction, { item, partners, conditions, texts }: OrderItem, header: Row, currency: string, target: string, refuse: Refuse): void {
  const number = String(item.SalesOrderItem);
  const name = String(item.Material);
  const material = to.get('A_Product', name);
  if (name === '') refuse('V1/319', `Enter a material for item ${number}`, `${target}/Material`);
  else if (!material) refuse('M3/305', `The material ${name} does not exist or is not activated`, `${target}/Material`);
  else if (material.IsMarkedForDeletion === true) refuse('V1/315', `Material ${name} is marked for deletion`, `${target}/Material`);
  else if (!to.get('A_ProductSalesDelivery', [name, header.SalesOrganization, header.DistributionChannel].join('|'))) {
    refuse('V1/384', `Material ${name} is not maintained for sales organization ${String(header.SalesOrganization)}`, `${target}/Material`);
  }
  for (const field of ['RequestedQuantityUnit', 'RequestedQuantitySAPUnit', 'RequestedQuantityISOUnit']) {
    const code = String(item[field]);
    if (code !== '' && !unitBy(code)) refuse('V1/326', `Unit of measure ${code} is not defined`, `${target}/${field}`);
  }
  const unit = unitBy(String(item.RequestedQuantityUnit));
  if (material && unit && !to.get('A_ProductUnitsOfMeasure', `${name}|${unit.external}`)) refuse('V1/781', `Sales unit ${unit.external} is not defined for item ${number}`, `${target}/RequestedQuantityUnit`);
  if (!new Big(String(item.RequestedQuantity)).gt(0)) refuse('V1/346', `Enter a quantity for item ${number}`, `${target}/RequestedQuantity`);
  const reason = String(item.SalesDocumentRjcnReason);
  if (reason !== '' && !(organisation.rejectionReasons as readonly string[]).includes(reason)) refuse('V1/379', `Reason for rejection ${reason} is not defined`, `${target}/SalesDocumentRjcnReason`);
  partners.forEach((partner, i) => { checkPartner(to, partner, `${target}/to_Partner/${String(i)}`, refuse); });
  conditions.forEach((condition, i) => { checkCondition(condition, 'item', currency, `${target}/to_PricingElement/${String(i)}`, refuse); });
  texts.forEach((text, i) => { checkText(text, `${target}/to_Text/${String(i)}`, refuse); });
}

function checkPartner(to: Transaction, partner: Row, target: string, refuse: Refuse): void {
  const role = String(partner.PartnerFunction);
  if (!(role in organisation.partnerFunctions)) refuse('VP/200', `Partner function ${role} is not defined`, `${target}/PartnerFunction`);
  const customer = String(partner.Customer);
  if (customer !== '' && !to.get('A_Customer', customer)) refuse('VP/199', `Customer ${customer} does not exist`, `${target}/Customer`);
}

function checkCondition(condition: Row, level: 'header' | 'item', currency: string, target: string, refuse: Refuse): void {
  const name = String(condition.ConditionType);
  const type = conditionTypes[name];
  if (!type?.levels.includes(level)) { refuse('V1/801', `Condition type ${name} is not allowed for the ${level}`, `${target}/ConditionType`); return; }
  const own = String(condition.ConditionCurrency);
  if (own !== '' && own !== currency && currency in currencies) refuse('V1/802', `Condition ${name} in ${own} cannot be used in an order in ${currency}`, `${target}/ConditionCurrency`);
  const priced = type.conditionClass === 'B';
  const percent = type.kind === 'tax' && own === '';
  const places = currencies[currency] ?? 2;
  if (!priced && !percent && !new Big(String(condition.ConditionRateValue)).round(places, Big.roundHalfUp).eq(String(condition.ConditionRateValue))) {
    refuse('V1/803', `Condition ${name} has more decimal places than ${currency} allows`, `${target}/ConditionRateValue`);
  }
  if (priced && !new Big(String(condition.ConditionQuantity)).gte(1)) refuse('V1/804', `Condition ${name} needs a quantity of at least 1`, `${target}/ConditionQuantity`);
}

function checkText(text: Row, target: string, refuse: Refuse): void {
  const id = String(text.LongTextID);
  if (!(organisation.textIds as readonly string[]).includes(id)) refuse('TD/609', `Text ID ${id} is not defined`, `${target}/LongTextID`);
}
