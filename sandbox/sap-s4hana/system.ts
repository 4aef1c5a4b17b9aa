import type { Database, Transaction } from './odata/database';
import type { Detail } from './odata/errors';
import type { Input } from './odata/input';
import type { EntityType, Row } from './odata/model';

/** What the rules of a service work with. */
export interface System {
  database: Database;
  now(): number;
  /** What the system's own clock shows, as if that were UTC: for dates and times of day. */
  local(): number;
  /** The next number of a range: one more than the greatest ever given. */
  next(range: 'order' | 'partner' | 'address' | 'condition' | 'billing' | 'accounting' | 'delivery' | 'goodsMovement' | 'handlingUnit'): string;
}

export interface Written {
  row: Row;
  /** Warnings that go into `sap-message`. */
  warnings?: Detail[];
}

/** What a service does with writes; throws ODataError to refuse. Everything it writes goes through the transaction. */
export interface WriteRules {
  /** `parent`: the row that a POST to a navigation (`A_SalesOrder('1')/to_Item`) belongs to. */
  create(to: Transaction, type: EntityType, input: Input, parent?: Row): Written;
  update(to: Transaction, type: EntityType, row: Row, values: Row): Written;
  remove(to: Transaction, type: EntityType, row: Row): void;
}
