import { ConfigError, DataError, TransientError } from '../../errors';
import type { FieldChange, LineQuantities, ListOptions, Native, Page, WriteResult } from '../contract';
import { externalId } from './gid';
import type { Graphql } from './graphql';
import { refusal, type UserError } from './graphql-errors';
import { followErp, previewErp, type ErpQuantities } from './order-edits';
import {
  orderCancelMutation, orderLinesQuery, orderQuery, ordersByNameQuery, ordersQuery, orderStateQuery, orderUpdateMutation, tagsAddMutation,
} from './queries';
import { nameOf, quoted, type NodePage } from './records';

/**
 * Page sizes that keep each query below the 1,000 points a single one may cost: 10 lines ride along with each order of
 * a page; the rest of a long order is read on its own.
 */
const sizes = { page: 20, linesInPage: 10, linesAlone: 100, morePage: 250 };

/** What is written to an order: any field of OrderInput, and `addTags` to put tags on without losing those there. */
export interface OrderChange extends Native { addTags?: string[] }

export class Orders {
  /** `place`: notes on the lines of an order where they are to leave from. */
  constructor(private readonly graphql: Graphql, private readonly system: string, private readonly place?: (order: Native, signal?: AbortSignal) => Promise<void>) {}

  /** Pages of whole orders, oldest change first, archived and cancelled ones too. A row that changes meanwhile moves to the end and is seen again. */
  async* list({ updatedSince, cursor, pageSize, signal }: ListOptions = {}): AsyncIterable<Page> {
    const query = ['status:any', ...(updatedSince ? [`updated_at:>=${quoted(updatedSince)}`] : [])].join(' ');
    let first = Math.min(pageSize ?? sizes.page, 250);
    let after = cursor ?? null;
    for (;;) {
      const answer = await this.#page({ first, after, query, lines: sizes.linesInPage }, signal);
      if (answer === 'too dear') { first = Math.max(1, Math.floor(first / 2)); continue; }
      const { nodes, pageInfo } = answer;
      for (const order of nodes) {
        await this.#complete(order, 3, signal);
        await this.place?.(order, signal);
      }
      after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
      yield { records: nodes, ...(after === null ? {} : { cursor: after }) };
      if (after === null) return;
    }
  }

  async get(id: string, triesLeft = 3): Promise<Native | undefined> {
    const { order } = await this.graphql.run<{ order: Native | null }>(orderQuery, { id, lines: sizes.linesAlone }, { record: nameOf(id) });
    if (!order) return undefined;
    await this.#complete(order, triesLeft);
    await this.place?.(order);
    return order;
  }

  /** Orders by their name, with or without the `#` in front. */
  async findByReference(reference: string): Promise<WriteResult[]> {
    const { orders } = await this.graphql.run<{ orders: { nodes: { id: string; name: string }[] } }>(
      ordersByNameQuery, { query: `status:any name:${quoted(reference)}` }, { record: `order ${reference}` });
    const bare = (name: string): string => name.replace(/^#/, '');
    return orders.nodes.filter((order) => bare(order.name) === bare(reference)).map((order) => this.#result(order, 'existing'));
  }

  /** Writes fields of the order back, or takes off it what an ERP took off: a document made of the ERP's order is the latter. */
  update(id: string, document: OrderChange | ErpQuantities, before?: LineQuantities): Promise<WriteResult> {
    return 'quantities' in document ? this.#follow(id, document as ErpQuantities, before) : this.#writeBack(id, document);
  }

  /** Of what follows an ERP; a write-back is told from the order itself. */
  async preview(document: Native, id?: string): Promise<FieldChange[] | undefined> {
    return id === undefined || !('quantities' in document) ? undefined : previewErp(this.graphql, this.system, id, document as ErpQuantities);
  }

  async #follow(id: string, wanted: ErpQuantities, before?: LineQuantities): Promise<WriteResult> {
    const { order, outcome, warnings } = await followErp(this.graphql, this.system, id, wanted, before);
    const result = outcome === 'cancel' ? await this.cancel(id, wanted.note) : this.#result(order, outcome);
    return { ...result, ...(warnings.length > 0 && { warnings }) };
  }

  async #writeBack(id: string, { addTags, ...input }: OrderChange): Promise<WriteResult> {
    const record = nameOf(id);
    let order = { id, name: '' };
    if (Object.keys(input).some((key) => key !== 'id')) {
      const { orderUpdate } = await this.graphql.run<{ orderUpdate: { order: { id: string; name: string } | null; userErrors: UserError[] } }>(
        orderUpdateMutation, { input: { ...input, id } }, { record });
      order = this.#accepted(orderUpdate.order, orderUpdate.userErrors, record);
    }
    if (addTags && addTags.length > 0) {
      const { tagsAdd } = await this.graphql.run<{ tagsAdd: { node: { id: string } | null; userErrors: UserError[] } }>(tagsAddMutation, { id, tags: addTags }, { record });
      this.#accepted(tagsAdd.node, tagsAdd.userErrors, record);
    }
    return this.#result(order, 'updated');
  }

  /** Cancels and restocks; refunds nothing and tells the customer nothing: both are the merchant's to decide. */
  async cancel(id: string, reason = ''): Promise<WriteResult> {
    const record = nameOf(id);
    const known = cancelReasons.find((one) => one === reason.trim().toUpperCase());
    const { orderCancel } = await this.graphql.run<{ orderCancel: { job: unknown; orderCancelUserErrors: UserError[] } | null }>(
      orderCancelMutation, { id, reason: known ?? 'OTHER', restock: true, note: known ? null : reason.slice(0, 255) || null }, { record });
    const refused = refusal(orderCancel?.orderCancelUserErrors, { system: this.system }, record);
    const { order } = await this.graphql.run<{ order: { id: string; name: string; cancelledAt: string | null } | null }>(orderStateQuery, { id }, { record });
    if (refused && !order?.cancelledAt) throw refused;
    return this.#result(order ?? { id, name: '' }, refused ? 'unchanged' : 'cancelled');
  }

  async #page(variables: Record<string, unknown> & { first: number }, signal?: AbortSignal): Promise<NodePage | 'too dear'> {
    try {
      return (await this.graphql.run<{ orders: NodePage }>(ordersQuery, variables, signal ? { signal } : {})).orders;
    } catch (error) {
      if (error instanceof ConfigError && error.code === 'CONFIG_MAX_COST_EXCEEDED' && variables.first > 1) return 'too dear';
      throw error;
    }
  }

  /** Reads the lines that did not fit into the page. An order that changed meanwhile is read anew, a few times. */
  async #complete(order: Native, triesLeft: number, signal?: AbortSignal): Promise<void> {
    const lines = order['lineItems'] as NodePage;
    const id = order['id'] as string;
    while (lines.pageInfo.hasNextPage) {
      const { order: more } = await this.graphql.run<{ order: { updatedAt: string; lineItems: NodePage } | null }>(
        orderLinesQuery, { id, first: sizes.morePage, after: lines.pageInfo.endCursor }, { record: nameOf(id), ...(signal ? { signal } : {}) });
      if (!more || more.updatedAt !== order['updatedAt']) {
        if (triesLeft === 0) throw new TransientError('TRANSIENT_ORDER_CHANGING', `${this.system}: ${nameOf(id)} kept changing while its lines were read.`, { system: this.system, record: nameOf(id) });
        Object.assign(order, await this.get(id, triesLeft - 1));
        return;
      }
      lines.nodes.push(...more.lineItems.nodes);
      lines.pageInfo = more.lineItems.pageInfo;
    }
  }

  #accepted<T>(record: T | null, errors: UserError[], name: string): T {
    const refused = refusal(errors, { system: this.system }, name);
    if (refused) throw refused;
    if (record === null) throw new DataError('DATA_NOT_FOUND', `${this.system} knows no ${name}.`, { system: this.system, record: name });
    return record;
  }

  #result(order: { id: string; name: string }, outcome: WriteResult['outcome']): WriteResult {
    return { entity: 'order', outcome, externalId: externalId(this.system, order.id, order.name) };
  }
}

const cancelReasons = ['CUSTOMER', 'DECLINED', 'FRAUD', 'INVENTORY', 'STAFF', 'OTHER'] as const;
