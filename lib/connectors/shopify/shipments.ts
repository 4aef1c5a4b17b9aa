import { ConflictError, DataError, type SyncError } from '../../errors';
import type { EntityHandler } from '../by-entity';
import type { FieldChange, ListOptions, Page, WriteResult } from '../contract';
import { OneByOne } from '../one-by-one';
import { externalId, gid } from './gid';
import type { Graphql } from './graphql';
import { refusal, type UserError } from './graphql-errors';
import type { Locations } from './locations';
import { fulfilledOrdersQuery, fulfillmentCancelMutation, fulfillmentCreateMutation, trackingMutation } from './queries';
import { quoted } from './records';
import type { FulfillmentRecord, ShipmentWrite } from './shipment-documents';
import { shipmentOf, gidOf as fulfillmentGid, numberOf, takenBy, type Entry } from './shipment-journal';
import { isActive, lineIdsOf, nameOf, sentOf, ShipmentMatching, type Ready } from './shipment-matching';
import { ShipmentOrders, type NotesState } from './shipment-orders';
import { assertOpen, planOf, type Sending } from './shipment-plan';
import { tracksAlike, trackingOf } from './shipment-tracking';

interface Made { id: string; name: string }

/** Orders somebody else changes while we write are read and tried again so often. */
const rounds = 5;
const pageSize = 25;

/**
 * Shipments: fulfilments of the shop, one for each location that a shipment's goods are taken off. Nothing makes a repeated
 * fulfillmentCreate harmless, so each is noted on its order before and after (see shipment-journal.ts), and a repeated
 * try completes what is missing.
 */
export class Shipments implements EntityHandler {
  readonly #orders: ShipmentOrders;
  readonly #matching: ShipmentMatching;
  /** By orders: their notes have one writer here. */
  readonly #oneByOne = new OneByOne();

  constructor(private readonly graphql: Graphql, private readonly system: string, locations: Locations, findOrder: (number: string) => Promise<WriteResult[]>) {
    this.#orders = new ShipmentOrders(graphql, system, locations);
    this.#matching = new ShipmentMatching(this.#orders, system, locations, findOrder);
  }

  /** By their orders, which change with them: pages may hold more or fewer than `pageSize`. */
  async* list({ updatedSince, cursor, pageSize: first = pageSize, signal }: ListOptions = {}): AsyncIterable<Page> {
    const query = ['status:any', ...(updatedSince ? [`updated_at:>=${quoted(updatedSince)}`] : [])].join(' ');
    let after = cursor ?? null;
    do {
      const { orders: { nodes, pageInfo } }: { orders: { nodes: { fulfillments: { id: string; updatedAt: string }[] }[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } } } =
        await this.graphql.run(fulfilledOrdersQuery, { first: Math.min(first, 100), after, query }, signal ? { signal } : {});
      const ids = nodes.flatMap(({ fulfillments }) => fulfillments).filter(({ updatedAt }) => !updatedSince || Date.parse(updatedAt) >= Math.floor(Date.parse(updatedSince) / 1000) * 1000).map(({ id }) => id);
      const records = (await this.#orders.fulfillments(ids, signal)).sort((a, b) => Date.parse(a.updatedAt) - Date.parse(b.updatedAt));
      after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
      yield { records, ...(after === null ? {} : { cursor: after }) };
    } while (after !== null);
  }

  async get(id: string): Promise<FulfillmentRecord | undefined> {
    return (await this.#orders.fulfillments([id]))[0];
  }

  create(write: ShipmentWrite): Promise<WriteResult> { return this.#bring(write); }

  update(id: string, write: ShipmentWrite): Promise<WriteResult> { return this.#bring(write, id); }

  /** Takes back every fulfilment of the shipment that this one is of. The goods are to be sent again. */
  async cancel(id: string): Promise<WriteResult> {
    const record = `fulfillment ${numberOf(id)}`;
    const found = await this.get(id);
    if (!found) throw new DataError('DATA_NOT_FOUND', `${this.system} knows no ${record}.`, { system: this.system, record });
    const { journal } = await this.#orders.notes(found.order.id, record);
    const number = shipmentOf(journal, id) ?? '';
    const orders = [found.order.id, ...(journal[number]?.orders ?? []).map((order) => gid('Order', order) ?? order)];
    return this.#oneByOne.run(orders, async () => {
      const ids = new Set([id]);
      for (const order of orders) for (const one of (await this.#orders.notes(order, record)).journal[number]?.ids ?? []) ids.add(fulfillmentGid(one));
      const open = (await this.#orders.fulfillments([...ids])).filter(isActive);
      await this.#takeBack(open, record);
      return this.#result(found, open.length > 0 ? 'cancelled' : 'unchanged');
    });
  }

  /** What writing it would change, by order line; throws what writing it would. */
  async preview(write: ShipmentWrite, id?: string): Promise<FieldChange[]> {
    const changes: FieldChange[] = [];
    for (const part of await this.#matching.located(write, id)) {
      const ready = await this.#matching.ready(write, part, id);
      if (!write.left) {
        changes.push(...ready.mine.map((one) => ({ path: `fulfillments[${one.name}].status`, before: one.status, after: 'CANCELLED' })));
        continue;
      }
      assertOpen(ready.asked, ready.state.toSend, this.#about(write, ready));
      const sent = sentOf(ready.mine);
      for (const line of new Set([...ready.wanted.keys(), ...sent.keys()])) {
        const [before, after] = [sent.get(line) ?? 0, ready.wanted.get(line) ?? 0];
        if (before !== after) changes.push({ path: `lines[${numberOf(line)}].quantity`, ...(before > 0 && { before }), ...(after > 0 && { after }) });
      }
      const tracking = trackingOf(write, new Set([...ready.lines.keys()].map(({ id: own }) => own)));
      for (const one of ready.mine) {
        const own = trackingOf(write, lineIdsOf(ready, sentOf([one])));
        if (own && !tracksAlike(one, own)) changes.push({ path: `fulfillments[${one.name}].trackingInfo`, before: one.trackingInfo, after: own });
      }
      if (ready.mine.length === 0 && tracking) changes.push({ path: 'trackingInfo', after: tracking });
    }
    return changes;
  }

  /** Makes the shop's fulfilments of a shipment what it says, whatever there was of it. */
  async #bring(write: ShipmentWrite, id?: string): Promise<WriteResult> {
    const parts = await this.#matching.located(write, id);
    return this.#oneByOne.run(parts.map(({ order }) => order), async () => {
      let refused: SyncError | undefined;
      for (let round = 1; round <= rounds; round++) {
        const ready: Ready[] = [];
        for (const part of parts) ready.push(await this.#matching.ready(write, part, id));
        const done = write.left ? await this.#send(write, ready, id) : await this.#unsend(write, ready, id);
        if (done && 'outcome' in done) return done;
        // What was open when it was read may have been fulfilled by hand before it was asked for: then reading it again tells.
        if (done && refused) throw done;
        refused = done;
      }
      const record = nameOf(write);
      throw new ConflictError('CONFLICT_ORDER_CHANGING', `${this.system}: somebody else kept changing the order while ${record} was written.`, { system: this.system, record });
    });
  }

  /** Undefined, or why the shop would not: somebody else may have changed an order meanwhile, and it must be read again. */
  async #send(write: ShipmentWrite, ready: Ready[], id?: string): Promise<WriteResult | SyncError | undefined> {
    for (const one of ready) {
      const { cancelledAt, name } = one.state;
      if (cancelledAt !== null && one.rest.size > 0) throw new DataError('DATA_ORDER_CANCELLED', `${this.system}: order ${name} of ${nameOf(write)} is cancelled. Nothing was written.`, this.#about(write, one));
      assertOpen(one.asked, one.state.toSend, this.#about(write, one));
    }
    // What no longer fits is taken back as a whole, and sent anew in the next round.
    const surplus = ready.filter(({ mine, wanted }) => [...sentOf(mine)].some(([line, quantity]) => quantity > (wanted.get(line) ?? 0))).flatMap(({ mine }) => mine);
    if (surplus.length > 0) {
      await this.#takeBack(surplus, nameOf(write));
      return undefined;
    }
    const made: Made[] = [];
    const warnings: string[] = [];
    let tracked = 0;
    for (const one of ready) {
      const plan = planOf(one.rest, one.state.toSend, one.location);
      if (one.location !== undefined) warnings.push(...plan.filter(({ location }) => location.id !== one.location).map(({ location, lines }) =>
        `${String(total(lines))} pieces were to be sent from ${location.name}, not from ${write.location ?? ''}: they are taken off there.`));
      const others = ready.filter((other) => other !== one).map(({ state }) => numberOf(state.id));
      const sent = await this.#carryOut(write, one, plan, others.length > 0 ? { orders: others } : {});
      if (!Array.isArray(sent)) return sent;
      made.push(...sent);
      tracked += await this.#track(write, one);
    }
    const [first] = [...ready.flatMap(({ mine }) => mine), ...made];
    const [changed, kept] = [made.length > 0, ready.some(({ mine }) => mine.length > 0)];
    const outcome = changed && !kept && id === undefined ? 'created' : changed || tracked > 0 ? 'updated' : id === undefined ? 'existing' : 'unchanged';
    return this.#result(first ?? { id: id ?? '', name: '' }, outcome, warnings);
  }

  /** Notes what is about to be made, makes it, and notes what it became. */
  async #carryOut(write: ShipmentWrite, one: Ready, plan: Sending[], about: Pick<Entry, 'orders'>): Promise<Made[] | SyncError | undefined> {
    const { state, mine } = one;
    const record = nameOf(write);
    const number = write.shipmentNumber;
    const before = state.journal[number];
    const ids = mine.map(({ id }) => numberOf(id));
    const settle = (notes: NotesState, made: Made[] = []): Promise<boolean> => this.#settle(state.id, notes, number, { ids: [...ids, ...made.map(({ id }) => numberOf(id))], ...about }, record);
    if (plan.length === 0) {
      const settled = before?.seen === undefined && before?.ids.join() === ids.join();
      return settled || await settle(state) ? [] : undefined;
    }
    const noted = await this.#orders.note(state.id, state, number, { ids, seen: before?.seen ?? state.fulfillments.map(numberOf), ...about }, record);
    if (!noted) return undefined;
    const made: Made[] = [];
    for (const sending of plan) {
      const { fulfillmentCreate: { fulfillment, userErrors } } = await this.graphql.run<{ fulfillmentCreate: { fulfillment: Made | null; userErrors: UserError[] } }>(
        fulfillmentCreateMutation, { fulfillment: this.#input(write, one, sending) }, { record });
      if (fulfillment) { made.push(fulfillment); continue; }
      // Nothing came of this try: what it would have looked for must not be taken for its own later.
      await settle(noted, made);
      return refusal(userErrors, { system: this.system }, record);
    }
    return await settle(noted, made) ? made : undefined;
  }

  /** False if another shipment has taken one of them for its own. */
  async #settle(order: string, notes: NotesState, number: string, entry: Entry, record: string): Promise<boolean> {
    let now = notes;
    for (let round = 1; round <= rounds; round++) {
      const taken = takenBy(now.journal, number);
      if (entry.ids.some((id) => taken.has(fulfillmentGid(id)))) return false;
      if (await this.#orders.note(order, now, number, entry, record)) return true;
      now = await this.#orders.notes(order, record);
    }
    throw new ConflictError('CONFLICT_ORDER_CHANGING', `${this.system}: somebody else kept changing the order while ${record} was written.`, { system: this.system, record });
  }

  #input(write: ShipmentWrite, one: Ready, { orders, lines }: Sending): object {
    const tracking = trackingOf(write, lineIdsOf(one, lines));
    return {
      lineItemsByFulfillmentOrder: [...orders].map(([fulfillmentOrderId, fulfillmentOrderLineItems]) => ({ fulfillmentOrderId, fulfillmentOrderLineItems })),
      notifyCustomer: write.notify, ...(tracking ? { trackingInfo: tracking } : {}),
    };
  }

  /** Brings how the fulfilments that were there are followed up to date. Returns how many it changed. */
  async #track(write: ShipmentWrite, one: Ready): Promise<number> {
    let changed = 0;
    for (const fulfillment of one.mine) {
      const tracking = trackingOf(write, lineIdsOf(one, sentOf([fulfillment])));
      if (!tracking || tracksAlike(fulfillment, tracking)) continue;
      const { fulfillmentTrackingInfoUpdate: { userErrors } } = await this.graphql.run<{ fulfillmentTrackingInfoUpdate: { userErrors: UserError[] } }>(
        trackingMutation, { id: fulfillment.id, tracking, notify: write.notify }, { record: nameOf(write) });
      const refused = refusal(userErrors, { system: this.system }, nameOf(write));
      if (refused) throw refused;
      changed++;
    }
    return changed;
  }

  /** The goods have not left, or are back: what was fulfilled is taken back. Throws DataError if the shop has never heard of it. */
  async #unsend(write: ShipmentWrite, ready: Ready[], id?: string): Promise<WriteResult> {
    const mine = ready.flatMap((one) => one.mine);
    await this.#takeBack(mine, nameOf(write));
    const [known] = ready.flatMap(({ state: { journal } }) => journal[write.shipmentNumber]?.ids ?? []).map(fulfillmentGid);
    const first = mine[0] ?? (id ?? known);
    if (first !== undefined) return this.#result(typeof first === 'string' ? { id: first, name: '' } : first, mine.length > 0 ? 'cancelled' : 'unchanged');
    const record = nameOf(write);
    throw new DataError('DATA_NOT_SHIPPED', `The goods of ${record} have not left, so there is nothing to write to ${this.system}. Let only shipments through that have left, or were cancelled after that.`, { system: this.system, record });
  }

  async #takeBack(fulfillments: FulfillmentRecord[], record: string): Promise<void> {
    for (const { id } of fulfillments) {
      const { fulfillmentCancel: { userErrors } } = await this.graphql.run<{ fulfillmentCancel: { userErrors: UserError[] } }>(fulfillmentCancelMutation, { id }, { record });
      const refused = refusal(userErrors, { system: this.system }, record);
      if (refused && (await this.#orders.fulfillments([id])).some(isActive)) throw refused;
    }
  }

  #about(write: ShipmentWrite, { state }: Ready): { system: string; record: string; order: string } { return { system: this.system, record: nameOf(write), order: state.name }; }

  #result({ id, name }: Made, outcome: WriteResult['outcome'], warnings: string[] = []): WriteResult {
    return { entity: 'shipment', outcome, externalId: externalId(this.system, id, name), ...(warnings.length > 0 ? { warnings } : {}) };
  }
}

function total(lines: ReadonlyMap<string, number>): number { return [...lines.values()].reduce((sum, quantity) => sum + quantity, 0); }
