import Big from 'big.js';
import type { Order } from '../../documents/types';
import { ConflictError, DataError, errorClass, type LineState } from '../../errors';
import type { Canonical, FieldChange, LineQuantities, Native } from '../contract';
import { gidParts } from './gid';
import type { Graphql } from './graphql';
import { refusal, type UserError } from './graphql-errors';
import { orderEditableQuery, orderEditBeginMutation, orderEditCommitMutation, orderEditSetQuantityMutation } from './queries';
import { nameOf } from './records';

/** What an ERP has made of an order of the shop: quantities by line id, and its number there for the shop's staff. */
export interface ErpQuantities extends Native { quantities: Record<string, string>; cancelled: boolean; note: string }

interface Line { id: string; sku: string | null; currentQuantity: number; unfulfilledQuantity: number }
interface Editable { id: string; name: string; cancelledAt: string | null; merchantEditable: boolean; merchantEditableErrors: string[]; lines: Line[] }
interface Plan { line: Line; quantity: number; state: LineState }

export interface Edited { order: { id: string; name: string }; outcome: 'unchanged' | 'updated' | 'cancel'; warnings: string[] }

/** An order of an ERP as far as the shop may follow it. A rejected item is a line of nothing, a cancelled order one of nothing but such. */
export function erpQuantitiesOf(document: Canonical): ErpQuantities {
  const { lines, orderStatus, systemOfRecord = '', externalIds } = document as unknown as Order;
  const cancelled = orderStatus === 'cancelled';
  const own = externalIds.find(({ system }) => system === systemOfRecord);
  return {
    quantities: quantitiesOf(lines, cancelled), cancelled,
    note: `Changed in ${[systemOfRecord, own?.number].filter(Boolean).join(' ')}`,
  };
}

/** An ERP may have several items of one line, as for several locations: the line has what they have together. */
function quantitiesOf(lines: Order['lines'], cancelled: boolean): Record<string, string> {
  const sums: Record<string, string> = {};
  for (const { id, quantity } of lines) sums[id] = new Big(sums[id] ?? 0).plus(cancelled ? 0 : quantity.value).toFixed();
  return sums;
}

/**
 * Takes off an order what an ERP has taken off it: an edit that is committed as a whole. The shop's buyer agreed to no more
 * than there is, so nothing is ever put on. Where `before` is known, a line that the ERP left as it was is none of its
 * changes, and one that the shop has edited since waits for that edit to reach the ERP.
 * Throws ConflictError CONFLICT_ORDER_CLOSED with every line if the shop's order cannot be edited, or goods have been sent.
 */
export async function followErp(graphql: Graphql, system: string, id: string, wanted: ErpQuantities, before?: LineQuantities): Promise<Edited> {
  const attempt = async (): Promise<Edited | LineState[]> => {
    const order = await editable(graphql, system, id);
    const { plans, warnings } = planned(order, wanted, before, system);
    const changes = plans.filter(({ line, quantity }) => quantity < line.currentQuantity);
    if (order.cancelledAt !== null || changes.length === 0) return { order, outcome: 'unchanged', warnings };
    const isAllGone = wanted.cancelled && plans.every(({ quantity }) => quantity === 0);
    const sent = changes.some(({ state }) => state.closed);
    if (sent || (!order.merchantEditable && !isAllGone)) throw closed(system, id, plans.map(({ state }) => state), order.merchantEditableErrors.join(' '));
    if (isAllGone) return { order, outcome: 'cancel', warnings };
    return await commit(graphql, system, id, changes, wanted.note) ? { order, outcome: 'updated', warnings } : plans.map(({ state }) => state);
  };
  let ended = await attempt();
  // The order may have changed between the reading and the commit.
  if (Array.isArray(ended)) ended = await attempt();
  if (Array.isArray(ended)) throw closed(system, id, ended, 'The shop refused the edit.');
  return ended;
}

/** The quantities that {@link followErp} would take down, by line id. */
export async function previewErp(graphql: Graphql, system: string, id: string, wanted: ErpQuantities): Promise<FieldChange[]> {
  const { plans } = planned(await editable(graphql, system, id), wanted, undefined, system);
  return plans.filter(({ line, quantity }) => quantity < line.currentQuantity)
    .map(({ line, quantity, state }) => ({ path: `lines[${state.line}].quantity`, before: line.currentQuantity, after: quantity }));
}

function planned({ lines }: Editable, { quantities }: ErpQuantities, before: LineQuantities | undefined, system: string): { plans: Plan[]; warnings: string[] } {
  const warnings: string[] = [];
  const plans = lines.flatMap((line): Plan[] => {
    const key = gidParts(line.id)?.tail ?? line.id;
    const value = quantities[key];
    if (value === undefined) return [];
    const quantity = Number(value);
    if (!Number.isInteger(quantity)) throw new DataError('DATA_NOT_WHOLE', `${system} has whole quantities only, not ${value} of ${line.sku ?? key}.`, { system });
    const sent = line.currentQuantity - line.unfulfilledQuantity;
    const target = targetOf(quantity, line.currentQuantity, before?.[key]);
    if (typeof target === 'string') warnings.push(`${line.sku ?? key} stays at ${String(line.currentQuantity)} in the shop where the ERP has ${value}: ${target}.`);
    const left = typeof target === 'string' ? line.currentQuantity : target;
    const state: LineState = {
      line: key, sku: line.sku ?? '', ordered: String(line.currentQuantity), delivered: String(sent), wanted: String(left), ...(left < sent && { closed: 'delivered' }),
    };
    return [{ line, quantity: left, state }];
  });
  return { plans, warnings };
}

/** What a line is to have, or why it stays though the ERP has another quantity. */
function targetOf(wanted: number, current: number, known: readonly string[] | undefined): number | string {
  const has = (number: number): boolean => known === undefined || known.some((one) => new Big(one).eq(number));
  if (wanted === current || (known !== undefined && has(wanted))) return current;
  if (wanted > current) return 'nothing is put on an order';
  return has(current) ? wanted : 'the shop changed it, too';
}

/** False if the shop refused a step: nothing has changed then. */
async function commit(graphql: Graphql, system: string, id: string, changes: Plan[], note: string): Promise<boolean> {
  const record = nameOf(id);
  const step = async (mutation: string, variables: Record<string, unknown>): Promise<Step | undefined> => {
    const [answer] = Object.values(await graphql.run<Record<string, Step>>(mutation, variables, { record }));
    const refused = refusal(answer?.userErrors, { system }, record);
    if (refused && errorClass(refused) !== 'DATA') throw refused;
    return refused ? undefined : answer;
  };
  const session = (await step(orderEditBeginMutation, { id }))?.calculatedOrder?.id;
  if (session === undefined) return false;
  for (const { line, quantity } of changes) {
    // Lines of an edit are numbered as those of the order.
    const lineId = line.id.replace('/LineItem/', '/CalculatedLineItem/');
    if (!await step(orderEditSetQuantityMutation, { id: session, line: lineId, quantity })) return false;
  }
  return await step(orderEditCommitMutation, { id: session, note }) !== undefined;
}

interface Step { userErrors: UserError[]; calculatedOrder?: { id: string } | null }

async function editable(graphql: Graphql, system: string, id: string): Promise<Editable> {
  const record = nameOf(id);
  const lines: Line[] = [];
  for (let after: string | null = null; ;) {
    type Answer = { order: Omit<Editable, 'lines'> & { lineItems: { pageInfo: { hasNextPage: boolean; endCursor: string | null }; nodes: Line[] } } | null };
    const { order }: Answer = await graphql.run<Answer>(orderEditableQuery, { id, first: 250, after }, { record });
    if (!order) throw new DataError('DATA_NOT_FOUND', `${system} knows no ${record}.`, { system, record });
    lines.push(...order.lineItems.nodes);
    if (!order.lineItems.pageInfo.hasNextPage) return { ...order, lines };
    after = order.lineItems.pageInfo.endCursor;
  }
}

function closed(system: string, id: string, lines: LineState[], why: string): ConflictError {
  const record = nameOf(id);
  const sent = lines.flatMap(({ sku, delivered, wanted, closed: reason }) => reason ? [`${delivered} of ${sku} have been sent where the ERP has ${wanted}`] : []);
  const reasons = [...sent, why].filter(Boolean).join('; ');
  return new ConflictError('CONFLICT_ORDER_CLOSED',
    `${system}: ${record} can no longer follow the ERP: ${reasons}. Change it in one of the two systems so that both agree, then replay or close this.`,
    { system, record, lines });
}
