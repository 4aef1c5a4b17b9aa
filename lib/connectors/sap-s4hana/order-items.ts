import Big from 'big.js';
import type { LineState } from '../../errors';
import type { LineQuantities, Native } from '../contract';
import { difference } from './difference';
import { listOf, text } from './fields';
import { lineIdOf, lineReference } from './line-ids';
import type { SapOptions } from './options';
import type { Condition } from './prices';
import { quantityOf } from './stock-facts';

/** A line that is wanted and the items that stand for it: none yet, one, or several after a split in SAP. */
export interface ItemMatch { id: string; wanted: Native | undefined; there: Native[] }

/** What to do with an item: nothing, take it as it is though another quantity is wanted, write it, add it, reject it. */
export type ItemPlan = ItemMatch & { state: LineState; act: 'none' | 'keep' | 'write' | 'add' | 'reject' };

/**
 * Finds the item of each wanted line by the line id it carries; items from before ids were kept by their number (and
 * material, where some got their id since). Items
 * that carry none although others do were added in SAP, and items below another belong to that: both are left alone.
 */
export function matchItems(there: Native, wanted: Native, options: SapOptions): ItemMatch[] {
  const items = listOf(there['to_Item']).filter((item) => /^0*$/.test(text(item, 'HigherLevelItem')));
  const named = items.map((item) => ({ item, id: lineIdOf(item, there, options) }));
  const keepsIds = named.some(({ id }) => id !== '');
  const left = new Set(named);
  const take = (test: (one: typeof named[number]) => boolean): Native[] => [...left].filter(test).map((one) => {
    left.delete(one);
    return one.item;
  });
  const matches = listOf(wanted['to_Item']).map((item): ItemMatch => {
    const number = text(item, 'SalesOrderItem');
    const id = text(item, options.lineIdField);
    const mine = id === '' ? [] : take((one) => one.id === id);
    const isOld = (one: typeof named[number]): boolean => one.id === '' && number !== '' && text(one.item, 'SalesOrderItem') === number
      && (!keepsIds || text(one.item, 'Material') === text(item, 'Material'));
    const found = mine.length > 0 ? mine : take(isOld);
    return { id: id || number, wanted: item, there: found };
  });
  const gone = [...left].filter(({ id }) => id !== '' || !keepsIds).map(({ item, id }): ItemMatch => ({ id: id || text(item, 'SalesOrderItem'), wanted: undefined, there: [item] }));
  return [...matches, ...gone];
}

/**
 * What each line needs, with those marked `closed` that can no longer become what is wanted: less than was delivered,
 * invoiced, rejected in SAP, changed on both sides, or split into several items.
 */
export function planItems(matches: readonly ItemMatch[], options: SapOptions, before?: LineQuantities): ItemPlan[] {
  const known = new Map(Object.entries(before ?? {}).map(([id, quantities]) => [lineReference(id), quantities.map((quantity) => new Big(quantity))]));
  return matches.map((match): ItemPlan => {
    const { id, wanted, there } = match;
    const [first] = there;
    const [ordered, delivered] = [sum(there.map(orderedOf)), sum(there.map(deliveredOf))];
    const target = wanted ? quantityOf(wanted, 'RequestedQuantity') : new Big(0);
    const number = first && text(first, 'SalesOrderItem');
    const state: LineState = {
      line: id, ...(number !== undefined && { item: number }), sku: text(first ?? wanted ?? {}, 'Material'),
      ordered: ordered.toFixed(), delivered: delivered.toFixed(), wanted: target.toFixed(),
    };
    const plan = (act: ItemPlan['act'], closed?: LineState['closed']): ItemPlan => ({ ...match, act, state: { ...state, ...(closed && { closed }) } });
    if (!first) return plan(wanted ? 'add' : 'none');
    const ours = known.get(id);
    const isChangedThere = ours !== undefined && !ours.some((quantity) => quantity.eq(ordered));
    if (target.eq(ordered)) {
      if (!wanted || there.length > 1 || isRejected(first)) return plan('none');
      if (!isBilled(first)) return plan('write');
      return isSamePrice(first, wanted) ? plan('none') : plan('none', 'invoiced');
    }
    // Nobody wants another quantity now than what was written last: somebody in SAP does, and the shop hears of it from there.
    if (isChangedThere && ours.length === 1 && ours[0]?.eq(target)) return plan('keep');
    if (isChangedThere) return plan('none', isRejected(first) ? 'rejected' : 'changed');
    if (isRejected(first) && ours === undefined && text(first, 'SalesDocumentRjcnReason') !== options.rejectionReason) return plan('none', 'rejected');
    if (target.lt(delivered)) return plan('none', 'delivered');
    if (isBilled(first) && target.lt(ordered)) return plan('none', 'invoiced');
    if (there.length > 1) return plan('none', 'split');
    return plan(wanted ? 'write' : 'reject');
  });
}

/** What is ordered of an item: of a rejected one only what was delivered before. */
export function orderedOf(item: Native): Big { return isRejected(item) ? deliveredOf(item) : quantityOf(item, 'RequestedQuantity'); }

/** What of an item has left the house; of items that were read with their schedule lines. */
export function deliveredOf(item: Native): Big { return sum(listOf(item['to_ScheduleLine']).map((line) => quantityOf(line, 'DeliveredQtyInOrderQtyUnit'))); }

export function isRejected(item: Native): boolean { return text(item, 'SalesDocumentRjcnReason') !== ''; }
export function isBilled(item: Native): boolean { return text(item, 'OrderRelatedBillingStatus') === 'C'; }

function isSamePrice(there: Native, wanted: Native): boolean {
  const left = [...listOf<Condition>(there['to_PricingElement'])];
  return listOf<Condition>(wanted['to_PricingElement']).every((condition) => {
    const at = left.findIndex(({ ConditionType }) => ConditionType === condition.ConditionType);
    const [found] = at < 0 ? [] : left.splice(at, 1);
    const { ConditionRateValue, ConditionQuantity } = condition;
    return found && Object.keys(difference(found, { ConditionRateValue, ...(ConditionQuantity !== undefined && { ConditionQuantity }) })).length === 0;
  });
}

const sum = (values: Big[]): Big => values.reduce((total, value) => total.plus(value), new Big(0));
