import Big from 'big.js';
import { minorUnits } from '../../documents/codes';
import { DataError } from '../../errors';
import type { Native } from '../contract';
import { listOf, text } from './fields';
import type { SapOptions, StockLocation } from './options';
import { exactPrice, type Condition } from './prices';

/** How much of an item is to leave from where, as the mapping brings it: a location's code, and the quantity where there are several. */
interface Place { location?: string; quantity?: string }

/**
 * A new order with each item at the plant its goods are to leave from. An item of several locations becomes one for each:
 * they keep its line id, are numbered on from it (10, 11 …), and share its price so that it stays the same to the cent. Without
 * stock locations in the settings SAP finds the plants. Throws DataError for a location they do not name.
 */
export function placedItems(order: Native, options: SapOptions): Native {
  if (!('to_Item' in order)) return order;
  const record = `order ${text(order, 'PurchaseOrderByCustomer')}`;
  const places = minorUnits(text(order, 'TransactionCurrency'));
  const items = listOf(order['to_Item']).flatMap((item) => {
    const { places: given, ...bare } = item;
    const wanted = options.stockLocations.length === 0 ? [] : listOf<Place & Native>(given);
    const [only, other] = wanted;
    if (!only) return [bare];
    const plants = wanted.map(({ location = '' }) => plantOf(location, options, record));
    if (!other) return [{ ...bare, ...plants[0] }];
    const shares = wanted.map(({ quantity = '0' }) => quantity);
    return split(bare, shares, places, record).map((part, at) => ({ ...part, ...plants[at] }));
  });
  return { ...order, to_Item: items };
}

/** An order whose items stay as they are, wherever they leave from: an item that is there keeps its plant. */
export function withoutPlaces(order: Native): Native {
  if (!('to_Item' in order)) return order;
  return { ...order, to_Item: listOf(order['to_Item']).map(({ places: _, ...item }) => item) };
}

function plantOf(code: string, { stockLocations, system }: SapOptions, record: string): Native {
  const found: StockLocation | undefined = stockLocations.find((one) => one.code === code);
  if (!found) {
    throw new DataError('DATA_UNKNOWN_LOCATION', `${system}: ${record} is to be sent from "${code}", which is none of the stock locations in the system's settings (${stockLocations.map((one) => one.code).join(', ')}). Add a row for it.`, { system, record });
  }
  const [storage, another] = found.storageLocations;
  return { ProductionPlant: found.plant, ...(storage && another === undefined ? { StorageLocation: storage } : {}) };
}

function split(item: Native, shares: string[], places: number, record: string): Native[] {
  const whole = new Big(text(item, 'RequestedQuantity'));
  const first = Number(text(item, 'SalesOrderItem'));
  const left = new Map<unknown, Big>();
  return shares.map((share, at) => {
    const isLast = at === shares.length - 1;
    const conditions = listOf<Condition>(item['to_PricingElement']).map((condition) => {
      const { ConditionRateValue: rate, ConditionQuantity: per } = condition;
      if (rate === undefined) return condition;
      const amount = per === undefined ? new Big(rate) : whole.times(rate).div(per).round(places, Big.roundHalfUp);
      const rest = left.get(condition) ?? amount;
      const part = isLast ? rest : amount.times(share).div(whole).round(places, Big.roundHalfUp);
      left.set(condition, rest.minus(part));
      if (per === undefined) return { ...condition, ConditionRateValue: part.toFixed(places) };
      return exactPrice({ ...condition, ConditionRateValue: part.toFixed(places), ConditionQuantity: share }, share, record);
    });
    return {
      ...item, RequestedQuantity: share, ...(first > 0 && { SalesOrderItem: String(first + at) }), ...('to_PricingElement' in item && { to_PricingElement: conditions }),
      ...('to_ScheduleLine' in item && { to_ScheduleLine: listOf(item['to_ScheduleLine']).map((line) => ({ ...line, ScheduleLineOrderQuantity: share })) }),
    };
  });
}
