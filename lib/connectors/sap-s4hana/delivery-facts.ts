import Big from 'big.js';
import { hasCheckDigit } from '../../documents/codes';
import { startOfDay } from '../../documents/dates';
import { defined, filled as nonEmpty } from '../../documents/defined';
import { grouped } from '../../documents/grouped';
import type { Native } from '../contract';
import { dated } from './clock';
import { filled, listOf, text, withoutZeros } from './fields';
import { isoTime } from './odata/literals';
import { etagOf } from './odata/rows';
import type { SapOptions } from './options';
import { plain, quantityOf } from './stock-facts';

type Status = 'planned' | 'picked' | 'packed' | 'shipped' | 'cancelled';

/** The states of a delivery in the order it goes through them. */
const ranks: Record<Status, number> = { planned: 0, picked: 1, packed: 2, shipped: 3, cancelled: 4 };
const halfDayMs = 43_200_000;
/** Document category of a goods issue that was taken back. */
const reversal = 'h';
/** Forwarding agent, as English and German systems call the partner function. */
const forwarder = new Set(['CR', 'SP']);
const shipTo = new Set(['SH', 'WE']);

/** The sales order an item of a delivery belongs to; undefined for one of anything else. */
export function orderOf(item: Native): string | undefined {
  return text(item, 'ReferenceSDDocumentCategory') === 'C' ? withoutZeros(text(item, 'ReferenceSDDocument')) : undefined;
}

/** The day of a field, or of the last change: `2026-11-24`. A delivery nobody has changed has only the day it was made on. */
export function changeDay(delivery: Native, field?: string): string {
  const days = (field === undefined ? ['CreationDate', 'LastChangeDate'] : [field]).map((name) => isoTime(delivery[name])?.slice(0, 10) ?? '');
  return days.sort().at(-1) ?? '';
}

/**
 * When a delivery changed: about noon of the day by the system's clock, and so many milliseconds more as its version and its
 * state say. SAP tells no time of day; this much makes a later state of a day later.
 */
export function changeTime(delivery: Native, timeZone: string): string {
  const version = Number(text(delivery, 'DeliveryVersion')) || 0;
  return new Date(startOfDay(changeDay(delivery) || '1970-01-01', timeZone) + halfDayMs + version * 10 + ranks[statusOf(delivery)]).toISOString();
}

/** By the goods movement; a goods issue that was taken back cancels the shipment until the goods leave again. */
function statusOf(delivery: Native): Status {
  if (text(delivery, 'OverallGoodsMovementStatus') === 'C') return 'shipped';
  const reversed = listOf(delivery['to_DeliveryDocumentItem']).some((item) => listOf(item['to_DocumentFlow']).some((row) => row['SubsequentDocumentCategory'] === reversal));
  if (reversed) return 'cancelled';
  if (text(delivery, 'OverallPackingStatus') === 'C') return 'packed';
  return text(delivery, 'OverallPickingStatus') === 'C' ? 'picked' : 'planned';
}

/** A delivery with what the mapping to a canonical shipment cannot work out itself, as `facts`. */
export function withDeliveryFacts(native: Native, options: SapOptions): Native {
  const { system, timeZone } = options;
  const status = statusOf(native);
  const items = listOf(native['to_DeliveryDocumentItem']).filter((item) => orderOf(item) !== undefined);
  // Split by batch, the item itself is left without a quantity.
  const full = items.filter((item) => quantityOf(item, 'ActualDeliveryQuantity').gt(0));
  const lines = full.length > 0 ? full : items;
  const orders = grouped(lines, (item) => orderOf(item) ?? '');
  const refs = new Map([...orders].map(([number, [item]]) => [number, {
    number: text(item ?? {}, 'PurchaseOrderByCustomer') || number, externalIds: [{ system, type: 'SalesOrder', id: number, number }],
  }]));
  const partners = listOf(native['to_DeliveryDocumentPartner']);
  const codes = new Set(lines.map((item) => locationOf(item, options)));
  const carrier = partners.find((partner) => forwarder.has(text(partner, 'PartnerFunction')) && text(partner, 'Supplier') !== '');
  return {
    ...native,
    facts: defined<Native>({
      system, timeZone, status, number: withoutZeros(text(native, 'DeliveryDocument')), etag: etagOf(native), changedAt: changeTime(native, timeZone),
      sequence: /^\d+$/.test(text(native, 'DeliveryVersion')) ? text(native, 'DeliveryVersion') : undefined,
      createdAt: dated('CreationDate', 'CreationTime', timeZone).of(native),
      despatchedAt: status === 'shipped' ? dated('ActualGoodsMovementDate', 'ActualGoodsMovementTime', timeZone).of(native) : undefined,
      location: codes.size === 1 ? [...codes][0] : undefined,
      orderRefs: [...refs.values()],
      address: addressOf(partners.find((partner) => shipTo.has(text(partner, 'PartnerFunction')) && text(partner, 'Customer') !== '')),
      carrier: carrier && defined<Native>({ code: withoutZeros(text(carrier, 'Supplier')), name: text((carrier['to_Address2'] ?? {}) as Native, 'BusinessPartnerName1') || undefined }),
      packages: packagesOf(native),
      lines: lines.map((item) => filled<Native>({
        id: withoutZeros(text(item, 'DeliveryDocumentItem')), orderLineId: withoutZeros(text(item, 'ReferenceSDDocumentItem')), orderLinePosition: item['orderLinePosition'],
        orderRef: refs.size > 1 ? refs.get(orderOf(item) ?? '') : null, sku: item['Material'], name: item['DeliveryDocumentItemText'], buyersItemId: item['MaterialByCustomer'],
        quantity: plain(quantityOf(item, 'ActualDeliveryQuantity')), unit: item['DeliveryQuantityUnit'], batch: item['Batch'],
      })),
    }),
  };
}

/** The code of the location an item leaves from, as stock calls it; goods without a storage location leave the plant's first. */
function locationOf(item: Native, { stockLocations }: SapOptions): string {
  const [plant, storageLocation] = [text(item, 'Plant'), text(item, 'StorageLocation')];
  const here = stockLocations.filter((one) => one.plant === plant);
  return (here.find(({ storageLocations }) => storageLocation === '' || storageLocations.length === 0 || storageLocations.includes(storageLocation)) ?? here[0])?.code ?? plant;
}

/** Handling units that are not packed into another; their second id is the carrier's number. Without any such number the bill of lading is the delivery's. */
function packagesOf(delivery: Native): Native[] | undefined {
  const units = listOf(delivery['to_HandlingUnitHeaderDelivery']).filter((unit) => Number(text(unit, 'HandlingUnitLowerLevelRefer') || '0') === 0).map((unit) => {
    const id = text(unit, 'HandlingUnitExternalId');
    const sscc = id.length === 20 && id.startsWith('00') ? id.slice(2) : id;
    const weight = quantityOf(unit, 'GrossWeight');
    return defined<Native>({
      id: withoutZeros(id) || undefined, sscc: /^\d{18}$/.test(sscc) && new Big(sscc).gt(0) && hasCheckDigit(sscc) ? sscc : undefined,
      trackingNumber: text(unit, 'HandlingUnitSecondExternalId') || undefined, weight: weight.gt(0) ? { value: plain(weight), unit: text(unit, 'WeightUnit') } : undefined,
      lineIds: nonEmpty([...new Set(listOf(unit['to_HandlingUnitItemDelivery']).map((item) => withoutZeros(text(item, 'DeliveryDocumentItem'))).filter((item) => item !== '0' && item !== ''))]),
    });
  });
  const billOfLading = text(delivery, 'BillOfLading');
  if (billOfLading === '' || units.some((unit) => unit['trackingNumber'] !== undefined)) return nonEmpty(units);
  const [first, ...others] = units;
  return [{ ...first, trackingNumber: billOfLading }, ...others];
}

function addressOf(partner: Native | undefined): Native | undefined {
  const address = filled((partner?.['to_Address2'] ?? {}) as Native);
  const country = text(address, 'Country');
  if (!/^[A-Z]{2}$/.test(country)) return undefined;
  const region = text(address, 'Region');
  return { ...address, ...(/^[A-Z0-9]{1,3}$/.test(region) && { subdivision: `${country}-${region}` }) };
}
