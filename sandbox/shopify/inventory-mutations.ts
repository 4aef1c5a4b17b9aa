import { GraphQLError, type GraphQLResolveInfo } from 'graphql';
import { itemNode, levelNode, productOf, siteNode, siteOf } from './graph/inventory';
import { idempotencyKey, repeated, type Idempotency } from './idempotency';
import { gid } from './ids';
import { limited, type MutationContext } from './mutations';
import { onHand, type Level } from './stock';
import { refusedQuantities, type QuantitiesInput, type QuantityError } from './stock-checks';
import { shifted } from './stock-moves';
import { utcTime } from './times';

export interface InventoryContext extends MutationContext {
  idempotency: Idempotency;
  /** Do refusals of stale quantities say which they are? */
  staleFields: boolean;
}

interface SetPayload { inventoryAdjustmentGroup: object | null; userErrors: QuantityError[] }
interface ActivateInput { inventoryItemId: string; locationId: string; available?: number | null; onHand?: number | null }
interface ActivatePayload { inventoryLevel: object | null; userErrors: { field: string[] | null; message: string }[] }
interface Change { level: Level; delta: number }

/** The mutations that set stock; each must carry a key, and the first result comes back for the same key. */
export const inventoryMutations = {
  inventorySetQuantities: ({ input }: { input: QuantitiesInput }, context: InventoryContext, info: GraphQLResolveInfo) => {
    limited(input.quantities, 'quantities', 250);
    if (input.quantities.some((one) => one.changeFromQuantity === undefined)) throw new GraphQLError(
      'InventoryQuantityInput must include the following argument: changeFromQuantity.', { extensions: { code: 'INVALID_FIELD_ARGUMENTS' } },
    );
    return context.idempotency.run<SetPayload>(
      info.fieldName, idempotencyKey(info, true), input, () => setQuantities(input, context),
      (code) => ({ inventoryAdjustmentGroup: null, userErrors: [{ field: null, message: repeated[code], code }] }),
    );
  },
  inventoryActivate: (input: ActivateInput, context: InventoryContext, info: GraphQLResolveInfo) => {
    return context.idempotency.run<ActivatePayload>(
      info.fieldName, idempotencyKey(info, true), input, () => activate(input, context),
      (code) => ({ inventoryLevel: null, userErrors: [{ field: null, message: repeated[code] }] }),
    );
  },
};

function setQuantities(input: QuantitiesInput, context: InventoryContext): SetPayload {
  const userErrors = refusedQuantities(input, context);
  if (userErrors.length > 0) return { inventoryAdjustmentGroup: null, userErrors };
  const { stock } = context.state;
  const now = context.now();
  const changes = input.quantities.flatMap(({ inventoryItemId, locationId, quantity }): Change[] => {
    const level = stock.level(productOf(context, inventoryItemId) ?? 0, siteOf(context, locationId) ?? 0);
    const delta = quantity - (input.name === 'on_hand' ? onHand(level) : level.available);
    return delta === 0 ? [] : [{ level: shifted(level, { available: delta }, now), delta }];
  });
  context.actions.writeLevels(changes.map(({ level }) => level), input.quantities.length);
  return { inventoryAdjustmentGroup: changes.length === 0 ? null : groupNode(input, changes, now, context), userErrors: [] };
}

function groupNode(input: QuantitiesInput, changes: Change[], now: number, context: InventoryContext): object {
  return {
    __typename: 'InventoryAdjustmentGroup', id: gid('InventoryAdjustmentGroup', context.state.nextId('InventoryAdjustmentGroup')),
    createdAt: utcTime(now), reason: input.reason, referenceDocumentUri: input.referenceDocumentUri ?? null,
    // What is available is on hand; the vendor does not say what either has become.
    changes: () => ['available', 'on_hand'].flatMap((name) => changes.map(({ level, delta }) => ({
      name, delta, quantityAfterChange: null, item: () => itemNode(context, level.product), location: () => siteNode(context, level.site),
    }))),
  };
}

function activate({ inventoryItemId, locationId, ...quantities }: ActivateInput, context: InventoryContext): ActivatePayload {
  const [product, site] = [productOf(context, inventoryItemId), siteOf(context, locationId)];
  const refused = (message: string, fields: string[], inventoryLevel: object | null = null): ActivatePayload => ({
    inventoryLevel, userErrors: fields.map((field) => ({ field: [field], message })),
  });
  if (product === undefined) return refused("The product couldn't be stocked because it wasn't found.", ['inventoryItemId']);
  if (site === undefined) return refused("The product couldn't be stocked because the location wasn't found.", ['locationId']);
  const { stock, trade } = context.state;
  const level = stock.level(product, site);
  const given = (['available', 'onHand'] as const).filter((name) => typeof quantities[name] === 'number');
  if (level.stocked) {
    const what = given[0] === 'onHand' ? 'an on_hand quantity' : 'available quantity';
    return refused(`Not allowed to set ${what} when the item is already active at the location.`, given, levelNode(context, product, site));
  }
  const failed = `The product couldn't be stocked at ${trade.world.sites[site]?.name ?? ''} because`;
  if (given.length > 1) return refused(`${failed} not allowed to set available and on_hand quantities at the same time.`, given);
  const quantity = quantities.available ?? quantities.onHand ?? 0;
  if (Math.abs(quantity) > 1e9) return refused(`${failed} the quantity needs to be between -1 billion and 1 billion.`, given);
  context.actions.writeLevels([{ ...shifted(level, { available: quantity }, context.now()), stocked: true }], given.length);
  return { inventoryLevel: levelNode(context, product, site), userErrors: [] };
}
