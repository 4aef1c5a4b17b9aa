import Big from 'big.js';
import { defined } from '../../documents/defined';
import type { Native } from '../contract';
import type { StockLocation } from './options';
import { text } from './fields';

/** Stock of one material at one location: the rows of A_MatlStkInAcctMod that belong there, and what open orders need of it. */
export interface StockRecord extends Native {
  Material: string;
  MaterialBaseUnit: string;
  /** Code of the location. */
  location: string;
  /** What was so before this time (ISO 8601 UTC) is in it; later orders may not be. */
  readAt: string;
  rows: { type: string; quantity: string }[];
  /** Base units that open sales orders still need; absent where they are not subtracted. */
  open?: string;
}

/** A record with what the mapping cannot work out itself, as `facts`. */
export function withStockFacts(record: StockRecord, location: StockLocation, system: string): Native {
  const sum = (...types: string[]): Big => record.rows.filter(({ type }) => types.includes(type)).reduce((total, { quantity }) => total.plus(quantity), new Big(0));
  const onHand = sum(...location.stockTypes);
  const safety = location.safety.percent ? onHand.times(location.safety.amount).div(100).round(0, Big.roundUp) : new Big(location.safety.amount);
  const available = onHand.minus(safety).minus(record.open ?? 0);
  const other = (type: string): string | undefined => location.stockTypes.includes(type) || sum(type).eq(0) ? undefined : plain(sum(type));
  return {
    ...record,
    facts: defined<Native>({
      system, onHand: plain(onHand), available: plain(available.lt(0) ? new Big(0) : available), committed: record.open, includesOrders: record.open !== undefined,
      safetyStock: safety.eq(0) ? undefined : plain(safety), qualityControl: other('02'), blocked: other('07'),
    }),
  };
}

/** A decimal of a canonical document: SAP has fourteen places, most of them noughts. */
export function plain(value: Big): string { return value.round(8).toFixed(); }

/** The base quantity of a row. */
export function quantityOf(row: Native, field: string): Big { return new Big(text(row, field) || 0); }
