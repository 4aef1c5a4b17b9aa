import Big from 'big.js';
import type { WorldSite } from '../../world';
import { invoice } from '../finance/billing';
import type { Transaction } from '../odata/database';
import { changedRow, day, timeOfDay, type Row } from '../odata/model';
import { changeStock } from '../stock';
import type { System } from '../system';
import { isRejected, quantity, settleDelivery } from './delivery';
import { full, loadDocument, saveDocument, touch, type OrderDocument } from './document';

/** A handling unit: what is packed together. */
export interface Packed {
  /** The carrier's number, kept as the second external id. */
  trackingNumber?: string;
  /** Default: a number of the system's own. */
  sscc?: string;
  /** Quantities by item of the order; without any, the package holds a part of everything. */
  items?: Record<string, string>;
}

/** What leaves of an order, and how. */
export interface Despatch {
  /** Only this item of the order. */
  item?: string;
  /** Quantities by item of the order, in its unit; default: all that is open. More than that is taken as well. */
  quantities?: Record<string, string>;
  /** The goods are taken from this plant, whatever the order says. */
  plant?: string;
  billOfLading?: string;
  /** Name of the forwarding agent. */
  carrier?: string;
  packages?: Packed[];
  /** How far the delivery gets. Default: its goods are issued. */
  until?: 'created' | 'picked' | 'issued';
}

interface Due { item: Row; line: Row; due: Big }

const forwarder = '300001';

/**
 * Makes deliveries, one for each plant, of what is open of an order. Stock may fall below nothing, as where the vendor's
 * customers allow it; what leaves is billed. Returns their numbers. Throws RangeError for an order or an item that is not there, or blocked.
 */
export function deliver(system: System, sites: readonly WorldSite[], to: Transaction, salesOrder: string, how: Despatch = {}): string[] {
  const header = to.get('A_SalesOrder', salesOrder);
  if (!header) throw new RangeError(`The sandbox has no order ${salesOrder}`);
  if (header.DeliveryBlockReason !== '') throw new RangeError(`Order ${salesOrder} is blocked for delivery`);
  const document = loadDocument(to, header);
  const due = dueOf(document, how);
  if (due.length === 0) return [];
  for (const one of due) one.line.DeliveredQtyInOrderQtyUnit = quantity(one.line, 'DeliveredQtyInOrderQtyUnit').plus(one.due).toFixed(3);
  settleDelivery(document);
  touch(system, document.header);
  saveDocument(to, document);
  const plants = [...new Set(due.map(({ item }) => how.plant ?? String(item.ProductionPlant)))];
  const numbers = plants.map((plant) => {
    const number = write(system, sites, to, document, plant, due.filter(({ item }) => plant === (how.plant ?? item.ProductionPlant)), how);
    if (how.until !== 'created') change(system, to, number, 'OverallPickingStatus', 'PickingStatus', 'C');
    if ((how.until ?? 'issued') === 'issued') move(system, to, sites, number, 'C');
    return number;
  });
  invoice(system, to, salesOrder);
  return numbers;
}

/** Posts the goods issue of a delivery, and bills what has left. Throws RangeError for one that is not there or whose goods have left. */
export function issueGoods(system: System, to: Transaction, sites: readonly WorldSite[], number: string): void {
  const header = move(system, to, sites, number, 'C');
  for (const order of new Set(itemsOf(to, header).map((item) => String(item.ReferenceSDDocument)))) invoice(system, to, order);
}

/** Takes the goods issue of a delivery back: the goods are in stock again, the delivery waits. Throws RangeError for one whose goods have not left. */
export function reverseIssue(system: System, to: Transaction, sites: readonly WorldSite[], number: string): void { move(system, to, sites, number, 'A'); }

function dueOf({ header, items }: OrderDocument, { item: only, quantities }: Despatch): Due[] {
  const wanted = only === undefined ? Object.keys(quantities ?? {}) : [only];
  const missing = wanted.find((number) => !items.some(({ item }) => item.SalesOrderItem === number));
  if (missing !== undefined) throw new RangeError(`Order ${String(header.SalesOrder)} has no item ${missing}`);
  return items.filter(({ item }) => wanted.length === 0 || wanted.includes(String(item.SalesOrderItem))).flatMap(({ item, lines }): Due[] => {
    const given = quantities?.[String(item.SalesOrderItem)];
    if (given === undefined) return lines.map((line) => ({ item, line, due: quantity(line, 'OpenConfdDelivQtyInOrdQtyUnit') }));
    if (isRejected(item)) return [];
    let left = new Big(given);
    return lines.map((line, at) => {
      const open = quantity(line, 'OpenConfdDelivQtyInOrdQtyUnit');
      const due = at === lines.length - 1 || left.lt(open) ? left : open;
      left = left.minus(due);
      return { item, line, due };
    });
  }).filter(({ due }) => due.gt(0));
}

function write(system: System, sites: readonly WorldSite[], to: Transaction, { header, partners }: OrderDocument, plant: string, due: Due[], how: Despatch): string {
  const number = system.next('delivery');
  const now = system.local();
  const stamps = { DeliveryVersion: '0001', CreationDate: day(now), CreationTime: timeOfDay(now) };
  const shipTo = String(partners.find((row) => row.PartnerFunctionInternalCode === 'WE')?.Customer ?? header.SoldToParty);
  const byItem = new Map<string, { item: Row; due: Big }>();
  for (const { item, due: more } of due) {
    const key = String(item.SalesOrderItem);
    byItem.set(key, { item, due: (byItem.get(key)?.due ?? new Big(0)).plus(more) });
  }
  let weight = new Big(0);
  [...byItem.values()].forEach(({ item, due: ordered }, at) => {
    const unit = to.get('A_ProductUnitsOfMeasure', `${String(item.Material)}|${String(item.OrderQuantityUnit)}`);
    const [up, down] = [unit?.QuantityNumerator ?? '1', unit?.QuantityDenominator ?? '1'];
    const base = ordered.times(String(up)).div(String(down));
    weight = weight.plus(base.times(String(to.get('A_Product', String(item.Material))?.GrossWeight ?? '0')));
    to.put('A_OutbDeliveryItem', full(to, 'A_OutbDeliveryItem', {
      ...stamps, DeliveryDocument: number, DeliveryDocumentItem: String((at + 1) * 10), DeliveryDocumentItemCategory: 'TAN',
      DeliveryDocumentItemText: item.SalesOrderItemText ?? '', Material: item.Material ?? '', MaterialByCustomer: item.MaterialByCustomer ?? '',
      ActualDeliveryQuantity: ordered.toFixed(3), OriginalDeliveryQuantity: ordered.toFixed(3), DeliveryQuantityUnit: item.OrderQuantityUnit ?? '',
      ActualDeliveredQtyInBaseUnit: base.toFixed(3), BaseUnit: to.get('A_Product', String(item.Material))?.BaseUnit ?? '',
      DeliveryToBaseQuantityNmrtr: up, DeliveryToBaseQuantityDnmntr: down, Plant: plant,
      StorageLocation: item.StorageLocation !== '' && item.ProductionPlant === plant ? item.StorageLocation ?? '' : sites.find((site) => site.plant === plant)?.storageLocation ?? '',
      ReferenceSDDocument: header.SalesOrder ?? '', ReferenceSDDocumentItem: item.SalesOrderItem ?? '', ReferenceSDDocumentCategory: 'C',
      HigherLevelItem: '0', HigherLvlItmOfBatSpltItm: '0', GoodsMovementStatus: 'A', PickingStatus: 'A',
    }));
  });
  const packages = how.packages ?? [];
  to.put('A_OutbDeliveryHeader', full(to, 'A_OutbDeliveryHeader', {
    ...stamps, DeliveryDocument: number, DeliveryDocumentType: 'LF', SDDocumentCategory: 'J', DocumentDate: day(now), CreatedByUser: 'SANDBOX',
    SalesOrganization: header.SalesOrganization ?? '', ShippingPoint: plant, SoldToParty: header.SoldToParty ?? '', ShipToParty: shipTo,
    DeliveryDate: header.RequestedDeliveryDate ?? day(now), PlannedGoodsIssueDate: day(now), BillOfLading: how.billOfLading ?? '',
    IncotermsClassification: header.IncotermsClassification ?? '', TotalNumberOfPackage: packages.length === 0 ? '0' : String(packages.length),
    HeaderGrossWeight: weight.toFixed(3), HeaderNetWeight: weight.toFixed(3), HeaderWeightUnit: 'KG',
    OverallPickingStatus: 'A', OverallPackingStatus: packages.length === 0 ? '' : 'C', OverallGoodsMovementStatus: 'A', OverallSDProcessStatus: 'A',
  }));
  writePartners(to, number, shipTo, how.carrier);
  pack(system, to, number, packages);
  return number;
}

function writePartners(to: Transaction, number: string, shipTo: string, carrier?: string): void {
  const [address] = to.database.table('A_BusinessPartnerAddress').by('BusinessPartner', shipTo) ?? [];
  const name = String(to.get('A_BusinessPartner', shipTo)?.BusinessPartnerFullName ?? '').slice(0, 40);
  const partner = (PartnerFunction: string, values: Row, where: Row): void => {
    to.put('A_OutbDeliveryPartner', full(to, 'A_OutbDeliveryPartner', { SDDocument: number, PartnerFunction, ...values }));
    to.put('A_OutbDeliveryAddress2', full(to, 'A_OutbDeliveryAddress2', { DeliveryDocument: number, PartnerFunction, DeliveryVersion: '0001', ...where }));
  };
  const at = (field: string): Row[string] => address?.[field] ?? '';
  partner('SH', { Customer: shipTo, AddressID: at('AddressID') }, {
    AddressID: at('AddressID'), BusinessPartnerName1: name, StreetName: at('StreetName'), HouseNumber: at('HouseNumber'), PostalCode: at('PostalCode'),
    CityName: at('CityName'), Region: at('Region'), Country: at('Country'),
  });
  if (carrier !== undefined) partner('CR', { Supplier: forwarder }, { BusinessPartnerName1: carrier, CityName: 'Ulm', Country: 'DE' });
}

function pack(system: System, to: Transaction, number: string, packages: Packed[]): void {
  const items = to.related(full(to, 'A_OutbDeliveryHeader', { DeliveryDocument: number }), navigation(to, 'A_OutbDeliveryHeader', 'to_DeliveryDocumentItem'));
  for (const { trackingNumber = '', sscc, items: contents } of packages) {
    const unit = system.next('handlingUnit');
    const HandlingUnitExternalId = sscc ?? unit.padStart(20, '0');
    to.put('A_HandlingUnitHeaderDelivery', full(to, 'A_HandlingUnitHeaderDelivery', {
      HandlingUnitInternalId: unit, HandlingUnitExternalId, HandlingUnitSecondExternalId: trackingNumber, DeliveryDocument: number, GrossWeight: '1.000', WeightUnit: 'KG',
      PackagingMaterial: 'CARTON', PackagingMaterialType: 'VERP', HandlingUnitLowerLevelRefer: '0',
    }));
    const packed = items.filter(({ ReferenceSDDocumentItem: of }) => contents === undefined || contents[String(of)] !== undefined);
    packed.forEach((item, at) => {
      to.put('A_HandlingUnitItemDelivery', full(to, 'A_HandlingUnitItemDelivery', {
        HandlingUnitInternalId: unit, HandlingUnitItem: String(at + 1), HandlingUnitExternalId, DeliveryDocument: number, DeliveryDocumentItem: item.DeliveryDocumentItem ?? '',
        Material: item.Material ?? '', HandlingUnitQuantity: contents?.[String(item.ReferenceSDDocumentItem)] ?? item.ActualDeliveryQuantity ?? '0', HandlingUnitQuantityUnit: item.DeliveryQuantityUnit ?? '',
      }));
    });
  }
}

function move(system: System, to: Transaction, sites: readonly WorldSite[], number: string, status: 'A' | 'C'): Row {
  const header = to.get('A_OutbDeliveryHeader', number);
  if (!header) throw new RangeError(`The sandbox has no delivery ${number}`);
  if (header.OverallGoodsMovementStatus === status) throw new RangeError(`The goods of delivery ${number} have ${status === 'C' ? 'left already' : 'not left'}`);
  const document = system.next('goodsMovement');
  for (const [at, item] of itemsOf(to, header).entries()) {
    const base = quantity(item, 'ActualDeliveredQtyInBaseUnit');
    changeStock(to, sites, { sku: String(item.Material), plant: String(item.Plant), storageLocation: String(item.StorageLocation) }, (old) => status === 'C' ? old.minus(base) : old.plus(base));
    to.put('A_OutbDeliveryDocFlow', full(to, 'A_OutbDeliveryDocFlow', {
      PrecedingDocument: number, PrecedingDocumentItem: item.DeliveryDocumentItem ?? '', PrecedingDocumentCategory: 'J', SubsequentDocumentCategory: status === 'C' ? 'R' : 'h',
      Subsequentdocument: document, SubsequentDocumentItem: String(at + 1), QuantityInBaseUnit: base.toFixed(3), Deliveryversion: '0001',
    }));
  }
  const now = system.local();
  change(system, to, number, 'OverallGoodsMovementStatus', 'GoodsMovementStatus', status, {
    OverallSDProcessStatus: status === 'C' ? 'C' : 'A', ActualGoodsMovementDate: status === 'C' ? day(now) : null, ActualGoodsMovementTime: status === 'C' ? timeOfDay(now) : null,
  });
  return header;
}

/** Sets a status of header and items; the version goes up, the day of the change is today. */
function change(system: System, to: Transaction, number: string, onHeader: string, onItem: string, status: string, values: Row = {}): void {
  const header = to.get('A_OutbDeliveryHeader', number);
  if (!header) return;
  const stamps = { LastChangeDate: day(system.local()), DeliveryVersion: String(Number(header.DeliveryVersion) + 1).padStart(4, '0') };
  to.put('A_OutbDeliveryHeader', changedRow(header, { ...stamps, [onHeader]: status, ...values }));
  for (const item of itemsOf(to, header)) to.put('A_OutbDeliveryItem', changedRow(item, { ...stamps, [onItem]: status }));
}

function itemsOf(to: Transaction, header: Row): Row[] { return to.related(header, navigation(to, 'A_OutbDeliveryHeader', 'to_DeliveryDocumentItem')); }

function navigation(to: Transaction, set: string, name: string): Parameters<Transaction['related']>[1] {
  const found = to.database.table(set).type.navigations.get(name);
  if (!found) throw new RangeError(`${set} has no ${name}`);
  return found;
}
