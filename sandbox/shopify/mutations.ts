import type { Product, Variant } from './catalogue';
import type { CompanyRecord } from './companies';
import { badRequest } from './connection';
import type { EditStep } from './edits';
import { digestOf, metafieldNode } from './graph/metafields';
import { orderNode } from './graph/order';
import { gid, parseGid, type GidType } from './ids';
import type { CancelReason, Fulfillment, Metafield, Order, Tracking } from './model';
import { canMarkAsPaid, type PaymentOrder } from './payments';
import type { PriceEntry } from './price-book';
import { nodeOf } from './queries';
import type { RefundOrder } from './refunds';
import type { QueryContext } from './resources';
import type { OrderChange } from './shop';
import type { MetafieldWrite } from './metafields';
import type { Level } from './stock';
import type { Person } from './trade';

/** What mutations may do to the shop. */
export interface Actions {
  change(id: string, change: OrderChange): Order;
  edit(id: string, steps: EditStep[], restock?: boolean): Order;
  cancel(id: string, reason: CancelReason, restock: boolean): Order;
  pay(id: string, payment?: PaymentOrder): Order;
  capture(id: string, amount?: string, parentId?: string): Order;
  refund(id: string, refund: RefundOrder): Order;
  /** Sends quantities of an order's lines from a site. */
  send(id: string, site: number, lines: Fulfillment['lines'], tracking: Tracking): Fulfillment;
  /** Says how a fulfilment can be followed. */
  track(id: string, fulfillment: string, tracking: Tracking): Fulfillment;
  /** Cancels a fulfilment. */
  unsend(id: string, fulfillment: string): Fulfillment;
  setMetafields(fields: MetafieldWrite[]): Metafield[];
  /** Keeps a product with those of its variants that changed, and tells of it; `dropped`: indices of variants it has no more. */
  putProduct(product: Product, variants?: Variant[], dropped?: number[]): Product;
  /** Keeps a product of which nothing changed that anybody is told of. */
  keepProduct(product: Product): void;
  /** Keeps a customer account, new or changed. */
  writePerson(person: Person): void;
  /** Keeps a company, new or changed; `locations`: ids of those that changed; `people`: accounts that changed with it. */
  writeCompany(company: CompanyRecord, changed?: { locations?: string[]; people?: Person[] }): void;
  /** Keeps levels that have changed; `quantities`: how many the app has set. */
  writeLevels(levels: Level[], quantities: number): void;
  /** Keeps prices of lists as they are from now on; `given`: how many the app has set, the shop's own among them. */
  writePrices(entries: PriceEntry[], given: number): void;
}

export interface MutationContext extends QueryContext { actions: Actions }

export interface UserError { field: string[] | null; message: string; code?: string }
export interface MetafieldInput { namespace?: string | null; key?: string | null; type?: string | null; value?: string | null }

/** The app's own namespace, where none is given. */
const appNamespace = 'app--580111';

const enumOf: Partial<Record<GidType, string>> = {
  Order: 'ORDER', Customer: 'CUSTOMER', Company: 'COMPANY', CompanyLocation: 'COMPANY_LOCATION', Product: 'PRODUCT',
  ProductVariant: 'PRODUCTVARIANT', Shop: 'SHOP',
};

export function orderOf(context: MutationContext, id: string): Order | undefined {
  const { type, id: digits } = parseGid(id);
  return type === 'Order' ? context.state.orders.get(digits) : undefined;
}

/** Refuses lists longer than the vendor takes. */
export function limited(items: readonly unknown[] | null | undefined, name: string, most: number): void {
  if (!items || items.length <= most) return;
  throw badRequest(`The input array size of ${name} is greater than the maximum allowed of ${String(most)}.`);
}

/** Why the vendor does not take metafields, in its words. */
export function fieldErrors(fields: readonly MetafieldInput[], path: (at: number) => string[]): UserError[] {
  return fields.flatMap(({ key, value, namespace }, at) => {
    const errors: UserError[] = [];
    if (!key || key.length < 2) errors.push({
      field: [...path(at), 'key'], message: 'Key is too short (minimum is 2 characters)', code: 'TOO_SHORT',
    });
    else if (key.length > 64) errors.push({
      field: [...path(at), 'key'], message: 'Key is too long (maximum is 64 characters)', code: 'TOO_LONG',
    });
    if (namespace !== undefined && namespace !== null && namespace.length < 3) errors.push({
      field: [...path(at), 'namespace'], message: 'Namespace is too short (minimum is 3 characters)', code: 'TOO_SHORT',
    });
    if (value === undefined || value === null || value === '') errors.push({
      field: [...path(at), 'value'], message: "Value can't be blank.", code: 'BLANK',
    });
    return errors;
  });
}

export function fieldOf(owner: string, field: MetafieldInput): MetafieldWrite {
  return {
    owner, namespace: field.namespace ?? appNamespace, key: field.key ?? '', type: field.type ?? 'single_line_text_field',
    value: field.value ?? '',
  };
}

type OrderInput = {
  id: string; note?: string | null; email?: string | null; phone?: string | null; poNumber?: string | null; tags?: string[] | null;
  customAttributes?: { key: string; value: string }[] | null; metafields?: MetafieldInput[] | null;
};

/** The mutations that change the shop's records. */
export const mutations = {
  orderUpdate: ({ input }: { input: OrderInput }, context: MutationContext) => {
    limited(input.metafields, 'metafields', 250);
    limited(input.tags, 'tags', 250);
    const order = orderOf(context, input.id);
    if (!order) return { order: null, userErrors: [{ field: ['id'], message: 'Order does not exist' }] };
    const userErrors = fieldErrors(input.metafields ?? [], (at) => ['metafields', String(at)]);
    if (input.tags?.some((tag) => tag.length > 40)) userErrors.push({ field: ['tags'], message: 'Tags must be at most 40 characters' });
    if (userErrors.length > 0) return { order: null, userErrors };
    const { note, email, phone, poNumber, tags, customAttributes } = input;
    if (input.metafields && input.metafields.length > 0) {
      context.actions.setMetafields(input.metafields.map((field) => fieldOf(gid('Order', order.id), field)));
    }
    const changed = context.actions.change(order.id, {
      ...(note === undefined ? {} : { note }), ...(email === undefined ? {} : { email }), ...(phone === undefined ? {} : { phone }),
      ...(poNumber === undefined ? {} : { poNumber }),
      ...(tags ? { tags } : {}),
      ...(customAttributes ? { attributes: customAttributes.map(({ key, value }) => ({ name: key, value })) } : {}),
    });
    return { order: orderNode(context, changed), userErrors: [] };
  },

  orderCancel: ({ orderId, reason, restock }: { orderId: string; reason: string; restock: boolean }, context: MutationContext) => {
    const order = orderOf(context, orderId);
    const refusal = !order ? { field: ['orderId'], message: 'Order does not exist', code: 'NOT_FOUND' }
      : order.cancelledAt !== null ? { field: ['orderId'], message: 'Order has already been cancelled', code: 'INVALID' }
        : order.fulfillmentStatus !== null ? {
          field: ['orderId'], message: 'Cannot cancel an order that has been fulfilled', code: 'INVALID',
        } : undefined;
    if (!order || refusal) return {
      job: null, orderCancelUserErrors: [refusal], userErrors: [{ field: refusal?.field, message: refusal?.message }],
    };
    context.actions.cancel(order.id, reason.toLowerCase() as CancelReason, restock);
    return { job: { id: gid('Job', order.id), done: true }, orderCancelUserErrors: [], userErrors: [] };
  },

  orderClose: ({ input }: { input: { id: string } }, context: MutationContext) => {
    const order = orderOf(context, input.id);
    if (!order) return { order: null, userErrors: [{ field: ['id'], message: 'Order does not exist' }] };
    return { order: orderNode(context, context.actions.change(order.id, { closed: true })), userErrors: [] };
  },

  orderMarkAsPaid: ({ input }: { input: { id: string } }, context: MutationContext) => {
    const order = orderOf(context, input.id);
    if (!order) return { order: null, userErrors: [{ field: ['id'], message: 'Order does not exist' }] };
    if (!canMarkAsPaid(order)) return {
      order: null, userErrors: [{ field: ['id'], message: 'Order cannot be marked as paid.' }],
    };
    return { order: orderNode(context, context.actions.pay(order.id)), userErrors: [] };
  },

  metafieldsSet: (
    { metafields: fields }: { metafields: (MetafieldInput & { ownerId: string; compareDigest?: string | null })[] },
    context: MutationContext,
  ) => {
    if (fields.length > 25) return {
      metafields: null,
      userErrors: [{
        field: ['metafields'], message: 'Exceeded the maximum metafields input limit of 25.', code: 'LESS_THAN_OR_EQUAL_TO',
        elementIndex: null,
      }],
    };
    const errors = fields.flatMap((field, at): UserError[] => {
      const path = ['metafields', String(at)];
      const { type, id } = parseGid(field.ownerId);
      if (!state(context, type, id)) return [{ field: [...path, 'ownerId'], message: 'Owner does not exist.', code: 'INVALID' }];
      const current = context.state.metafields.of(field.ownerId)
        .find((one) => one.key === field.key && one.namespace === (field.namespace ?? appNamespace));
      // An explicit null asks that there be none yet.
      if (field.compareDigest !== undefined && field.compareDigest !== (current ? digestOf(current) : null)) {
        return [{
          field: path,
          message: 'The resource has been updated since it was loaded. Try again with an updated `compareDigest` value.',
          code: 'STALE_OBJECT',
        }];
      }
      if (!current && !field.type) return [{ field: [...path, 'type'], message: "Type can't be blank", code: 'BLANK' }];
      return fieldErrors([field], () => path);
    });
    if (errors.length > 0) return { metafields: null, userErrors: errors.map((error) => ({ elementIndex: null, ...error })) };
    const set = context.actions.setMetafields(fields.map((field) => fieldOf(field.ownerId, field)));
    const owners = new Set(fields.map((field) => field.ownerId));
    for (const owner of owners) {
      const order = orderOf(context, owner);
      if (order) context.actions.change(order.id, {});
      const { type, id } = parseGid(owner);
      const { catalogue, ids } = context.state;
      const product = type === 'ProductVariant' ? catalogue.variant(ids.indexOf(type, id))?.product : type === 'Product' ? ids.indexOf(type, id) : undefined;
      const owned = product === undefined ? undefined : catalogue.product(product);
      if (owned) context.actions.putProduct(owned);
    }
    return {
      metafields: set.map((one, at) => metafieldNode(one, enumOf[parseGid(fields[at]?.ownerId ?? '').type as GidType] ?? 'SHOP')),
      userErrors: [],
    };
  },

  tagsAdd: ({ id, tags }: { id: string; tags: string[] }, context: MutationContext) => retag(
    context, id, tags, (old) => [...new Set([...old, ...tags])],
  ),
  tagsRemove: ({ id, tags }: { id: string; tags: string[] }, context: MutationContext) => retag(
    context, id, tags, (old) => old.filter((tag) => !tags.includes(tag)),
  ),
};

function state(context: MutationContext, type: string | undefined, id: string): boolean {
  return type !== undefined && type in enumOf && context.state.exists(type as GidType, id);
}

function retag(context: MutationContext, id: string, tags: string[], change: (old: string[]) => string[]): object {
  limited(tags, 'tags', 250);
  const order = orderOf(context, id);
  if (!order) return { node: null, userErrors: [{ field: ['id'], message: 'Node does not exist' }] };
  context.actions.change(order.id, { tags: change(order.tags).sort() });
  return { node: nodeOf(context, id), userErrors: [] };
}
