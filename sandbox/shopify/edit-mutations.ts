import { partsConnection, type PageArgs } from './connection';
import { edited, fulfilledOf, restocks, type EditStep } from './edits';
import { variantNode } from './graph/catalogue';
import { moneyBag } from './graph/context';
import { taxNode } from './graph/lines';
import { orderNode } from './graph/order';
import { gid, parseGid } from './ids';
import type { Line, Order } from './model';
import type { Bag } from './money';
import { orderOf, type MutationContext } from './mutations';
import type { EditSession } from './state';
import { totalsOf } from './totals';

interface UserError { field: string[] | null; message: string }
interface Money { amount: string | number; currencyCode: string }
/** A session with its id and the order as it would be. */
interface Draft { id: string; session: EditSession; order: Order }

const refused = (field: string[] | null, message: string): { userErrors: UserError[] } => ({ userErrors: [{ field, message }] });

function draftOf(context: MutationContext, id: string): Draft | undefined {
  const { type, id: digits } = parseGid(id);
  const session = type === 'CalculatedOrder' || type === 'OrderEditSession' ? context.state.edits.get(digits) : undefined;
  return session && { id: digits, session, order: { ...session.order, ...edited(session.order, session.steps, context.state) } };
}

/** Stages a step if `check` has nothing against it. */
function stage(context: MutationContext, id: string, check: (draft: Draft) => EditStep | UserError, shown: (draft: Draft) => Line | undefined): object {
  const draft = draftOf(context, id);
  if (!draft) return refused(['id'], 'The calculated order does not exist.');
  const step = check(draft);
  if ('message' in step) return { userErrors: [step] };
  context.state.edits.set(draft.id, { ...draft.session, steps: [...draft.session.steps, step] });
  const after = draftOf(context, id) ?? draft;
  const line = shown(after);
  return { ...sessionNodes(context, after), calculatedLineItem: line ? calculatedLine(context, after, line) : null, userErrors: [] };
}

const lineOf = ({ order }: Draft, id: string): Line | undefined => {
  const { type, id: digits } = parseGid(id);
  return type === 'CalculatedLineItem' || type === 'LineItem' ? order.lines.find((line) => line.id === digits) : undefined;
};
const lastOf = ({ order }: Draft): Line | undefined => order.lines.at(-1);

/** The mutations that edit an order: what is staged counts for nothing until the commit. */
export const editMutations = {
  orderEditBegin: ({ id }: { id: string }, context: MutationContext) => {
    const order = orderOf(context, id);
    if (!order) return refused(['id'], 'The order does not exist.');
    if (order.cancelledAt !== null) return refused(['id'], 'The order cannot be edited.');
    const session = { order, steps: [] };
    return { ...sessionNodes(context, { id: context.state.beginEdit(session), session, order }), userErrors: [] };
  },

  orderEditSetQuantity: (
    { id, lineItemId, quantity, restock }: { id: string; lineItemId: string; quantity: number; restock?: boolean | null }, context: MutationContext,
  ) => stage(context, id, (draft) => {
    const line = lineOf(draft, lineItemId);
    if (!line) return { field: ['lineItemId'], message: 'The line item does not exist.' };
    if (quantity < 0) return { field: ['quantity'], message: 'Quantity must be greater than or equal to 0.' };
    if (quantity < fulfilledOf(draft.order, line)) return { field: ['quantity'], message: 'Quantity cannot be lower than what has been fulfilled.' };
    return { line: line.id, quantity, restock: restock === true };
  }, (draft) => lineOf(draft, lineItemId)),

  orderEditAddVariant: (
    { id, variantId, quantity, allowDuplicates }: { id: string; variantId: string; quantity: number; allowDuplicates: boolean }, context: MutationContext,
  ) => stage(context, id, ({ order }) => {
    const { type, id: digits } = parseGid(variantId);
    if (type !== 'ProductVariant' || !context.state.exists('ProductVariant', digits)) return { field: ['variantId'], message: 'The variant does not exist.' };
    if (quantity < 1) return { field: ['quantity'], message: 'Quantity must be greater than 0.' };
    const product = context.state.ids.indexOf('ProductVariant', digits);
    if (!allowDuplicates && order.lines.some((line) => line.productIndex === product && line.currentQuantity > 0)) {
      return { field: ['variantId'], message: 'The variant is already part of the order.' };
    }
    return { product, quantity };
  }, lastOf),

  orderEditAddCustomItem: (
    { id, title, price, quantity, taxable }: { id: string; title: string; price: Money; quantity: number; taxable?: boolean | null }, context: MutationContext,
  ) => stage(context, id, ({ order }) => {
    if (title === '') return { field: ['title'], message: 'Title can\'t be blank.' };
    if (quantity < 1) return { field: ['quantity'], message: 'Quantity must be greater than 0.' };
    if (price.currencyCode !== order.currencies.presentment) return { field: ['price'], message: 'Currency must be the presentment currency of the order.' };
    return { title, price: String(price.amount), quantity, ...(taxable === false ? { taxes: [] } : {}) };
  }, lastOf),

  orderEditAddLineItemDiscount: ({ id, lineItemId, discount }: {
    id: string; lineItemId: string; discount: { description?: string | null; fixedValue?: Money | null; percentValue?: number | null };
  }, context: MutationContext) => stage(context, id, (draft) => {
    const line = lineOf(draft, lineItemId);
    if (!line || line.currentQuantity === 0) return { field: ['lineItemId'], message: 'The line item does not exist.' };
    const { fixedValue, percentValue, description } = discount;
    const reason = description ? { reason: description } : {};
    if (fixedValue) return { line: line.id, discount: { fixed: String(fixedValue.amount) }, ...reason };
    if (typeof percentValue !== 'number' || percentValue <= 0 || percentValue > 100) return { field: ['discount'], message: 'Discount value is invalid.' };
    return { line: line.id, discount: { percent: percentValue }, ...reason };
  }, (draft) => lineOf(draft, lineItemId)),

  orderEditCommit: ({ id }: { id: string }, context: MutationContext) => {
    const draft = draftOf(context, id);
    if (!draft) return refused(['id'], 'The calculated order does not exist.');
    const { session: { order, steps } } = draft;
    const now = context.state.orders.get(order.id);
    if (!now || now.cancelledAt !== null || quantitiesOf(now) !== quantitiesOf(order)) return refused(['id'], 'The order was changed since the edit began.');
    if (steps.length === 0) return refused(['id'], 'There are no changes to commit.');
    context.state.edits.delete(draft.id);
    return { order: orderNode(context, context.actions.edit(order.id, steps, restocks(steps))), successMessages: ['Order updated'], userErrors: [] };
  },
};

function quantitiesOf({ lines }: Order): string { return lines.map(({ quantity, currentQuantity }) => `${String(quantity)}/${String(currentQuantity)}`).join(' '); }

function sessionNodes(context: MutationContext, draft: Draft): object {
  return { calculatedOrder: calculatedOrder(context, draft), orderEditSession: { __typename: 'OrderEditSession', id: gid('OrderEditSession', draft.id) } };
}

function calculatedOrder(context: MutationContext, draft: Draft): object {
  const { order, session } = draft;
  const totals = totalsOf(order);
  const set = (bag: Bag) => () => moneyBag(bag, order.currencies);
  const id = gid('CalculatedOrder', draft.id);
  const lines = (some: Line[]) => (args: PageArgs) => partsConnection(args, some, `lines of ${id}`, (line) => calculatedLine(context, draft, line));
  return {
    __typename: 'CalculatedOrder', id, originalOrder: () => orderNode(context, session.order), lineItems: lines(order.lines),
    addedLineItems: lines(order.lines.slice(session.order.lines.length)),
    subtotalLineItemsQuantity: order.lines.reduce((sum, line) => sum + line.currentQuantity, 0), subtotalPriceSet: set(totals.currentSubtotal),
    taxLines: () => totals.currentTaxLines.map((tax) => taxNode(order, tax)), totalPriceSet: set(totals.currentTotal), totalOutstandingSet: set(totals.outstanding),
  };
}

function calculatedLine(context: MutationContext, { order, session }: Draft, line: Line): object {
  const before = session.order.lines.find(({ id }) => id === line.id);
  const { productIndex: product } = line;
  return {
    __typename: 'CalculatedLineItem', id: gid('CalculatedLineItem', line.id), sku: line.kind === 'product' ? line.sku : null, title: line.title, variantTitle: null,
    quantity: line.currentQuantity, editableQuantity: line.currentQuantity - fulfilledOf(order, line),
    editableQuantityBeforeChanges: before ? before.currentQuantity - fulfilledOf(order, before) : 0,
    hasStagedLineItemDiscount: line.allocations.length > (before?.allocations.length ?? 0), restockable: line.kind === 'product',
    originalUnitPriceSet: () => moneyBag(line.unitPrice, order.currencies),
    variant: () => product === undefined ? null : variantNode(context, product),
  };
}
