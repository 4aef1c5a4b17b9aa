import Big from 'big.js';
import type { Transaction } from '../odata/database';
import type { Input } from '../odata/input';
import { changedRow, day, fullRow, msOf, stamp, type Row } from '../odata/model';
import type { System } from '../system';

/** An order in one piece: copies of its rows, to be changed, checked, priced and saved together. */
export interface OrderDocument {
  header: Row;
  partners: Row[];
  conditions: Row[];
  texts: Row[];
  items: OrderItem[];
}

export interface OrderItem { item: Row; partners: Row[]; conditions: Row[]; texts: Row[]; lines: Row[] }

const headerSets = { to_Partner: 'A_SalesOrderHeaderPartner', to_PricingElement: 'A_SalesOrderHeaderPrElement', to_Text: 'A_SalesOrderText' } as const;
const itemSets = {
  to_Partner: 'A_SalesOrderItemPartner', to_PricingElement: 'A_SalesOrderItemPrElement', to_Text: 'A_SalesOrderItemText', to_ScheduleLine: 'A_SalesOrderScheduleLine',
} as const;

/** The order that was sent, with every property there and nothing determined yet. */
export function documentOf(to: Transaction, input: Input): OrderDocument {
  const children = (navigation: keyof typeof headerSets): Row[] => (input.children.get(navigation) ?? []).map(({ values }) => full(to, headerSets[navigation], values));
  return {
    header: full(to, 'A_SalesOrder', input.values), partners: children('to_Partner'), conditions: children('to_PricingElement'), texts: children('to_Text'),
    items: (input.children.get('to_Item') ?? []).map((item) => itemOf(to, item)),
  };
}

export function itemOf(to: Transaction, input: Input): OrderItem {
  const children = (navigation: keyof typeof itemSets): Row[] => (input.children.get(navigation) ?? []).map(({ values }) => full(to, itemSets[navigation], values));
  return {
    item: full(to, 'A_SalesOrderItem', input.values), partners: children('to_Partner'), conditions: children('to_PricingElement'),
    texts: children('to_Text'), lines: children('to_ScheduleLine'),
  };
}

export function full(to: Transaction, set: string, values: Row): Row { return fullRow(to.database.table(set).type, values); }

/** Copies of the rows of an order that is there. */
export function loadDocument(to: Transaction, header: Row): OrderDocument {
  const rows = (set: string, row: Row, navigation: string): Row[] => {
    const leads = to.database.table(set).type.navigations.get(navigation);
    return leads ? to.related(row, leads).map((found) => changedRow(found)) : [];
  };
  const of = (navigation: string): Row[] => rows('A_SalesOrder', header, navigation);
  return {
    header: changedRow(header), partners: of('to_Partner'), conditions: of('to_PricingElement'), texts: of('to_Text'),
    items: of('to_Item').map((item) => {
      const own = (navigation: string): Row[] => rows('A_SalesOrderItem', item, navigation);
      return { item, partners: own('to_Partner'), conditions: own('to_PricingElement'), texts: own('to_Text'), lines: own('to_ScheduleLine') };
    }),
  };
}

/** Writes every row of the order, with the order's and the items' numbers in them. */
export function saveDocument(to: Transaction, { header, partners, conditions, texts, items }: OrderDocument): void {
  const order = { SalesOrder: header.SalesOrder ?? '' };
  to.put('A_SalesOrder', header);
  for (const [set, rows] of [[headerSets.to_Partner, partners], [headerSets.to_PricingElement, conditions], [headerSets.to_Text, texts]] as const) {
    for (const row of rows) to.put(set, Object.assign(row, order));
  }
  for (const { item, ...of } of items) {
    to.put('A_SalesOrderItem', Object.assign(item, order));
    const own = { ...order, SalesOrderItem: item.SalesOrderItem ?? '' };
    for (const [set, rows] of [[itemSets.to_Partner, of.partners], [itemSets.to_PricingElement, of.conditions], [itemSets.to_Text, of.texts], [itemSets.to_ScheduleLine, of.lines]] as const) {
      for (const row of rows) to.put(set, Object.assign(row, own));
    }
  }
}

/** Moves the change stamp of an order on, by a millisecond at least. */
export function touch(system: System, header: Row): void {
  const before = typeof header.LastChangeDateTime === 'string' ? msOf(header.LastChangeDateTime) : 0;
  const changed = Math.max(system.now(), before + 1);
  Object.assign(header, { LastChangeDateTime: stamp(changed), LastChangeDate: day(system.local()) });
}

/** Every list of rows in an order, by entity set. */
export function rowsOf(document: OrderDocument, set: string): Row[] {
  switch (set) {
    case 'A_SalesOrder': return [document.header];
    case 'A_SalesOrderItem': return document.items.map(({ item }) => item);
    case headerSets.to_Partner: return document.partners;
    case headerSets.to_PricingElement: return document.conditions;
    case headerSets.to_Text: return document.texts;
    case itemSets.to_Partner: return document.items.flatMap(({ partners }) => partners);
    case itemSets.to_PricingElement: return document.items.flatMap(({ conditions }) => conditions);
    case itemSets.to_Text: return document.items.flatMap(({ texts }) => texts);
    default: return document.items.flatMap(({ lines }) => lines);
  }
}

/** What has left of an item of an order, in its unit. */
export function issuedOf(to: Transaction, item: Row): Big {
  return to.related(item, deliveries).filter(({ GoodsMovementStatus }) => GoodsMovementStatus === 'C').reduce((sum, row) => sum.plus(String(row.ActualDeliveryQuantity)), new Big(0));
}

const deliveries = { name: '', to: 'A_OutbDeliveryItem', many: true, on: [['SalesOrder', 'ReferenceSDDocument'], ['SalesOrderItem', 'ReferenceSDDocumentItem']] } satisfies Parameters<Transaction['related']>[1];
