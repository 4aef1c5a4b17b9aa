import Big from 'big.js';
import type { Native } from '../contract';
import { listOf, text } from './fields';
import { listByKey, oneOf } from './listing';
import { equals } from './odata/literals';
import type { StockLocation } from './options';
import type { Session } from './session';
import { quantityOf } from './stock-facts';

/** Items that still wait for goods: neither delivered nor rejected. */
const waiting = "DeliveryStatus ne 'C' and SalesDocumentRjcnReason eq ''";
const select = 'SalesOrder,SalesOrderItem,Material,ProductionPlant,StorageLocation,OrderQuantityUnit,to_ScheduleLine/OpenConfdDelivQtyInOrdQtyUnit';

/** Delivery items whose goods have not left: the order no longer counts them as open, the stock still has them. */
const notIssued = "(GoodsMovementStatus eq 'A' or GoodsMovementStatus eq 'B')";
const deliverySelect = 'DeliveryDocument,DeliveryDocumentItem,Material,Plant,StorageLocation,ActualDeliveredQtyInBaseUnit';

interface Need { plant: string; storageLocation: string; quantity: Big }

/** What open sales orders, and deliveries whose goods have not left, need of each material, in its base unit. */
export class OpenOrders {
  readonly #needs = new Map<string, Need[]>();

  /** `readAt`: orders taken after this time (ISO 8601 UTC) may be missing. */
  constructor(readonly readAt: string) {}

  /** Of all materials, or of one. Deliveries are read after the orders: one made in between counts twice for a while, never not at all. */
  static async read(session: Session, readAt: string, material?: string, signal?: AbortSignal): Promise<OpenOrders> {
    const open = new OpenOrders(readAt);
    const only = [waiting, ...(material === undefined ? [] : [equals('Material', material)])].join(' and ');
    const items = listByKey(session, { service: 'API_SALES_ORDER_SRV', set: 'A_SalesOrderItem', key: 'SalesOrder', only, select, expand: 'to_ScheduleLine' }, signal ? { signal } : {});
    for await (const { records } of items) await open.#add(session, records, signal);
    const onlyDeliveries = [notIssued, ...(material === undefined ? [] : [equals('Material', material)])].join(' and ');
    const deliveries = listByKey(session, {
      service: 'API_OUTBOUND_DELIVERY_SRV', set: 'A_OutbDeliveryItem', key: 'DeliveryDocument', only: onlyDeliveries, select: deliverySelect,
    }, signal ? { signal } : {});
    for await (const { records } of deliveries) for (const row of records) open.#addDelivery(row);
    return open;
  }

  /** What is needed at a location. Where several share a plant, items that name no storage location need it of the first. */
  of(material: string, location: StockLocation, all: readonly StockLocation[]): Big {
    const first = all.find(({ plant }) => plant === location.plant) === location;
    return (this.#needs.get(material) ?? [])
      .filter(({ plant, storageLocation }) => plant === location.plant && (storageLocation === '' ? first : location.storageLocations.length === 0 || location.storageLocations.includes(storageLocation)))
      .reduce((sum, { quantity }) => sum.plus(quantity), new Big(0));
  }

  async #add(session: Session, rows: Native[], signal?: AbortSignal): Promise<void> {
    const items = rows.map((row) => ({
      material: text(row, 'Material'), unit: text(row, 'OrderQuantityUnit'), plant: text(row, 'ProductionPlant'), storageLocation: text(row, 'StorageLocation'),
      open: listOf(row['to_ScheduleLine']).reduce((sum: Big, line) => sum.plus(quantityOf(line, 'OpenConfdDelivQtyInOrdQtyUnit')), new Big(0)),
    })).filter(({ open }) => open.gt(0));
    const factors = await factorsOf(session, new Set(items.map(({ material }) => material)), signal);
    for (const { material, unit, plant, storageLocation, open } of items) {
      const { numerator, denominator } = factors.get(`${material}\n${unit}`) ?? { numerator: new Big(1), denominator: new Big(1) };
      this.#need(material, { plant, storageLocation, quantity: open.times(numerator).div(denominator) });
    }
  }

  #addDelivery(row: Native): void {
    this.#need(text(row, 'Material'), { plant: text(row, 'Plant'), storageLocation: text(row, 'StorageLocation'), quantity: quantityOf(row, 'ActualDeliveredQtyInBaseUnit') });
  }

  #need(material: string, need: Need): void {
    const needs = this.#needs.get(material) ?? [];
    needs.push(need);
    this.#needs.set(material, needs);
  }
}

interface Factor { numerator: Big; denominator: Big }

/** What one of a unit is in base units, by material and unit. */
async function factorsOf(session: Session, materials: ReadonlySet<string>, signal?: AbortSignal): Promise<Map<string, Factor>> {
  const factors = new Map<string, Factor>();
  const all = [...materials];
  for (let at = 0; at < all.length; at += 50) {
    const { rows } = await session.query('API_PRODUCT_SRV', 'A_ProductUnitsOfMeasure', {
      filter: oneOf('Product', all.slice(at, at + 50)), select: 'Product,AlternativeUnit,QuantityNumerator,QuantityDenominator', top: 5000,
    }, signal);
    for (const row of rows) {
      factors.set(`${text(row, 'Product')}\n${text(row, 'AlternativeUnit')}`, { numerator: quantityOf(row, 'QuantityNumerator'), denominator: quantityOf(row, 'QuantityDenominator') });
    }
  }
  return factors;
}
