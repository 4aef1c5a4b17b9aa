import type { DocumentRef } from '../../documents/types';
import { ConflictError, DataError } from '../../errors';
import type { WriteResult } from '../contract';
import { gid } from './gid';

/** How a document names an order of the shop: by its id, or by its number. */
export interface OrderName { id?: string; number?: string }

/** The order of the shop that a reference of a document is to; undefined if it names none. */
export function orderNameOf(ref: DocumentRef | undefined, system: string): OrderName | undefined {
  const own = ref?.externalIds?.find((one) => one.system === system && one.type === 'Order');
  if (own) return { id: gid('Order', own.id) ?? own.id };
  return ref?.number === undefined ? undefined : { number: ref.number };
}

/**
 * The gid of an order. Throws DataError for a number no order of the shop has, ConflictError for one that several have.
 * `record` is the document that names it.
 */
export async function orderIdOf(name: OrderName, find: (number: string) => Promise<WriteResult[]>, system: string, record: string): Promise<string> {
  if (name.id !== undefined) return name.id;
  const number = name.number ?? '';
  const [found, other] = await find(number);
  if (other) throw new ConflictError('CONFLICT_AMBIGUOUS_ORDER', `${system} has several orders ${number}, so ${record} could be of any of them.`, { system, record });
  if (!found) throw new DataError('DATA_UNKNOWN_ORDER', `${system} has no order ${number}, which ${record} is of. Documents of orders that were not placed there need not be sent there.`, { system, record });
  return found.externalId.id;
}
