import { productOf, siteOf } from './graph/inventory';
import type { NodeContext } from './graph/context';
import { onHand } from './stock';

interface QuantityInput { inventoryItemId: string; locationId: string; quantity: number; changeFromQuantity?: number | null }

export interface QuantitiesInput { name: string; reason: string; referenceDocumentUri?: string | null; quantities: QuantityInput[] }

export interface QuantityError { field: string[] | null; message: string; code: string }

const reasons = [
  'correction', 'cycle_count_available', 'damaged', 'movement_canceled', 'movement_created', 'movement_received', 'movement_updated', 'other',
  'promotion', 'quality_control', 'received', 'reservation_created', 'reservation_deleted', 'reservation_updated', 'restock', 'safety_stock',
  'shrinkage',
];
const limit = 1_000_000_000;

/** Why the vendor refuses to set quantities, in its words; one reason is enough to refuse them all. */
export function refusedQuantities(input: QuantitiesInput, context: NodeContext & { staleFields: boolean }): QuantityError[] {
  const { name, reason, referenceDocumentUri: uri, quantities } = input;
  if (!reasons.includes(reason)) return [{
    field: ['input', 'reason'], message: `The specified reason is invalid. Valid values are: ${reasons.join(', ')}.`,
    code: 'INVALID_REASON',
  }];
  if (name !== 'available' && name !== 'on_hand') return [{
    field: ['input', 'name'], message: "The quantity name must be either 'available' or 'on_hand'.", code: 'INVALID_NAME',
  }];
  if (typeof uri === 'string' && !isReference(uri)) return [{
    field: ['input', 'referenceDocumentUri'], message: 'The specified reference document is invalid.', code: 'INVALID_REFERENCE_DOCUMENT',
  }];
  const malformed = [...quantities.flatMap((one, at) => outOfBounds(one, at, name)), ...repeatedPairs(quantities)];
  return malformed.length > 0 ? malformed : quantities.flatMap((one, at) => unfit(one, at, name, context));
}

function isReference(uri: string): boolean {
  return URL.canParse(uri) && (!uri.startsWith('gid:') || /^gid:\/\/[^/]+\/[^/]+\/[^/]+$/.test(uri));
}

function path(index: number, name: string): string[] { return ['input', 'quantities', String(index), name]; }

function outOfBounds({ quantity }: QuantityInput, index: number, name: string): QuantityError[] {
  const field = path(index, 'quantity');
  if (name === 'on_hand' && quantity < 0) return [{ field, message: "The quantity can't be negative.", code: 'INVALID_QUANTITY_NEGATIVE' }];
  if (quantity < -limit) return [{ field, message: "The quantity can't be lower than -1,000,000,000.", code: 'INVALID_QUANTITY_TOO_LOW' }];
  if (quantity > limit) return [{ field, message: "The quantity can't be higher than 1,000,000,000.", code: 'INVALID_QUANTITY_TOO_HIGH' }];
  return [];
}

function repeatedPairs(quantities: QuantityInput[]): QuantityError[] {
  const pairs = quantities.map(({ inventoryItemId, locationId }) => `${inventoryItemId} ${locationId}`);
  const seen = new Map<string, number>();
  for (const pair of pairs) seen.set(pair, (seen.get(pair) ?? 0) + 1);
  return pairs.flatMap((pair, index) => seen.get(pair) === 1 ? [] : [{
    field: path(index, 'locationId'), message: 'The combination of inventoryItemId and locationId must be unique.',
    code: 'NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR',
  }]);
}

/** What there is no such thing of, is not kept there, or is not as the app thinks. */
function unfit(
  { inventoryItemId, locationId, changeFromQuantity }: QuantityInput, index: number, name: string,
  context: NodeContext & { staleFields: boolean },
): QuantityError[] {
  const [product, site] = [productOf(context, inventoryItemId), siteOf(context, locationId)];
  if (product === undefined || site === undefined) return [
    ...(product === undefined ? [{
      field: path(index, 'inventoryItemId'), message: 'The specified inventory item could not be found.', code: 'INVALID_INVENTORY_ITEM',
    }] : []),
    ...(site === undefined ? [{
      field: path(index, 'locationId'), message: 'The specified location could not be found.', code: 'INVALID_LOCATION',
    }] : []),
  ];
  const level = context.state.stock.level(product, site);
  // Version 2026-04 has a code of its own for it, 2026-10 has none.
  if (!level.stocked) return [{
    field: path(index, 'locationId'), message: 'The specified inventory item is not stocked at the location.', code: 'INVALID_LOCATION',
  }];
  const current = name === 'on_hand' ? onHand(level) : level.available;
  if (typeof changeFromQuantity !== 'number' || changeFromQuantity === current) return [];
  return [{
    field: context.staleFields ? path(index, 'changeFromQuantity') : null,
    message: 'The changeFromQuantity argument no longer matches the persisted quantity.', code: 'CHANGE_FROM_QUANTITY_STALE',
  }];
}
