import type { Order } from '../../documents/types';
import { DataError } from '../../errors';
import type { Canonical } from '../contract';
import type { OrderChange } from './orders';

/** Where the ERP's number stands on a Shopify order. */
export const metafieldNamespace = 'b2b_sync';

/**
 * What of a canonical order is written back to the shop: the ERP's number, id and system as metafields. They are taken
 * from the newest of `erpDocuments`, else from the one external id of another system. Throws DataError if there is none.
 */
export function writeBackOf(document: Canonical, system: string): OrderChange {
  const { erpDocuments = [], externalIds, orderNumber } = document as Partial<Order>;
  const found = erpDocuments.at(-1);
  const other = found?.externalIds?.find((one) => one.system !== system) ?? externalIds?.filter((one) => one.system !== system).at(-1);
  const id = found?.id ?? other?.id;
  const number = found?.number ?? other?.number ?? id;
  if (number === undefined) {
    throw new DataError('DATA_NOTHING_TO_WRITE_BACK', `Order ${orderNumber ?? '(no number)'} carries no number of an ERP to write to ${system}. Wire this node behind the ERP node.`, {
      system, ...(orderNumber ? { record: `order ${orderNumber}` } : {}),
    });
  }
  const values: [string, string | undefined][] = [['erp_number', number], ['erp_id', id], ['erp_system', other?.system]];
  return {
    metafields: values.flatMap(([key, value]) => value === undefined ? [] : [{ namespace: metafieldNamespace, key, type: 'single_line_text_field', value }]),
  };
}
