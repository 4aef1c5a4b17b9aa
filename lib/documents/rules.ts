import type { Issue } from '../errors';
import { hasCheckDigit, isTimeZone } from './codes';
import { checkCurrencies } from './currency';
import { checkMoney } from './money';
import type { Documents, ExternalId } from './types';

type Rules = { [K in keyof Documents]: (document: Documents[K], issues: Issue[]) => void };

/** What a schema cannot say, by kind. Each expects a document that its schema has accepted. */
export const rules: Rules = {
  'order': (order, issues) => {
    common(order, issues);
    issues.push(...checkMoney(order));
    lines(order.lines, issues);
  },
  'invoice': (invoice, issues) => {
    common(invoice, issues);
    issues.push(...checkMoney(invoice));
    lines(invoice.lines, issues);
  },
  'product': (product, issues) => {
    common(product, issues);
    unique(product.variants.map((v) => v.sku), (i) => `variants[${i}].sku`, 'SKU-1', issues);
    product.variants.forEach((variant, i) => {
      gtin(variant.gtin, `variants[${i}].gtin`, issues);
      variant.alternativeUnits?.forEach((unit, u) => { gtin(unit.gtin, `variants[${i}].alternativeUnits[${u}].gtin`, issues); });
    });
  },
  'inventory-level': (level, issues) => { common(level, issues); gtin(level.gtin, 'gtin', issues); },
  'price-list': (list, issues) => { common(list, issues); issues.push(...checkCurrencies(list)); },
  'customer': common,
  'payment': (payment, issues) => { common(payment, issues); issues.push(...checkCurrencies(payment)); },
  'shipment': (shipment, issues) => { common(shipment, issues); lines(shipment.lines, issues); },
  'return': (document, issues) => { common(document, issues); issues.push(...checkCurrencies(document)); lines(document.lines, issues); },
  'tombstone': common,
};

function common(document: { externalIds: ExternalId[]; timeZone?: string }, issues: Issue[]): void {
  externalIds(document.externalIds, issues);
  if (document.timeZone !== undefined && !isTimeZone(document.timeZone)) {
    issues.push({ path: 'timeZone', rule: 'TZ-1', message: 'is not a time zone this Node.js knows' });
  }
}

/** EXT-1: one id for each system and type. */
function externalIds(ids: ExternalId[], issues: Issue[]): void {
  if (ids.length > 1) unique(ids.map((id) => `${id.system} ${id.type}`), (i) => `externalIds[${i}]`, 'EXT-1', issues);
}

function lines(list: readonly { id: string; item: { gtin?: string }; parentLineId?: string }[], issues: Issue[]): void {
  unique(list.map((line) => line.id), (i) => `lines[${i}].id`, 'LINE-2', issues);
  const ids = list.some((line) => line.parentLineId !== undefined) ? new Set(list.map((line) => line.id)) : undefined;
  for (let i = 0; i < list.length; i++) {
    const line = list[i];
    gtin(line?.item.gtin, `lines[${i}].item.gtin`, issues);
    if (line?.parentLineId !== undefined && !ids?.has(line.parentLineId)) {
      issues.push({ path: `lines[${i}].parentLineId`, rule: 'LINE-3', message: 'names no line of this document' });
    }
  }
}

function gtin(value: string | undefined, path: string, issues: Issue[]): void {
  if (value !== undefined && !hasCheckDigit(value)) issues.push({ path, rule: 'GTIN-1', message: 'has a wrong check digit' });
}

function unique(values: readonly string[], path: (index: number) => string, rule: string, issues: Issue[]): void {
  const seen = new Map<string, number>();
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? '';
    const before = seen.get(value);
    if (before === undefined) seen.set(value, i);
    else issues.push({ path: path(i), rule, message: `is the same as ${path(before)}` });
  }
}
