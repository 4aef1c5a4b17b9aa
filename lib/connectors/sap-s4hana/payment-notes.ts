import Big from 'big.js';
import type { DocumentRef, Payment } from '../../documents/types';
import { ConflictError, DataError } from '../../errors';
import type { Canonical, FieldChange, Native, WriteResult } from '../contract';
import { assertDecided } from '../settled-payment';
import { listOf, text } from './fields';
import { entityPath, equals } from './odata/literals';
import { etagOf } from './odata/rows';
import { withFacts } from './order-facts';
import { ReadBack } from './read-back';
import type { Session } from './session';

const service = 'API_SALES_ORDER_SRV';

/** A payment of a shop as it is noted on its sales order: one line of a header text. */
export interface PaymentNote extends Native {
  /** Names the payment: the last part of its id in the shop. */
  reference: string;
  /** The sales order by its number, or by the web order number. */
  order: { id?: string; number?: string };
  currency: string;
  line: string;
  /** Why there is nothing to note: it has failed. */
  nothing?: string;
}

/** What a kind of payment adds to what has been paid. */
const signs: Partial<Record<Payment['kind'], 1 | -1>> = { sale: 1, capture: 1, chargebackReversal: 1, refund: -1, chargeback: -1 };

/** Throws DataError for a payment that names no order, TransientError for one that is pending. */
export function paymentNoteOf(document: Canonical, system: string): PaymentNote {
  const payment = document as unknown as Payment;
  const { externalIds, orderRef, kind, status, amount, method, processedAt, id } = payment;
  const reference = (externalIds.find((one) => one.system !== system)?.id ?? id).split('/').at(-1)?.replace(/\s/g, '_') ?? '';
  const record = `payment ${reference}`;
  assertDecided(payment, system, record);
  const order = orderOf(orderRef, system);
  if (!order) {
    const message = 'orderRef names no order';
    throw new DataError('DATA_PAYMENT', `${record} cannot be noted in ${system}: ${message}.`, { system, record, issues: [{ path: 'orderRef', rule: 'required', message }] });
  }
  return {
    reference, order, currency: amount.currency, line: [reference, kind, amount.value, amount.currency, processedAt.slice(0, 10), method.type, method.gateway].filter(Boolean).join(' '),
    ...(status !== 'success' && { nothing: `The payment is ${status}: there is nothing to note.` }),
  };
}

function orderOf(ref: DocumentRef | undefined, system: string): PaymentNote['order'] | undefined {
  const own = ref?.externalIds?.find((one) => one.system === system && one.type === 'SalesOrder');
  if (own) return { id: own.id };
  return ref?.number === undefined ? undefined : { number: ref.number };
}

/** What the notes of an order say has been paid, less what was given back. */
export function paidBy(lines: readonly string[]): Big {
  return lines.reduce((sum, line) => {
    const [, kind = '', amount] = line.split(' ');
    const sign = signs[kind as Payment['kind']];
    return sign === undefined || !/^\d+(\.\d+)?$/.test(amount ?? '') ? sum : sum.plus(new Big(amount ?? '0').times(sign));
  }, new Big(0));
}

interface State { id: string; order: Native; language: string; lines: string[]; there: boolean }

/** Somebody else's note that comes between reading and writing is read and ours written again so often. */
const rounds = 3;

/**
 * Payments that a shop reports. The published services of S/4HANA post none, so they are noted on the order: a line each in a
 * header text. Once the notes come to the whole amount, the delivery block of orders that wait for their payment is removed.
 */
export class PaymentNotes {
  /** Notes of one order are written one after the other: a text has no etag of its own. */
  readonly #turns = new Map<string, Promise<unknown>>();

  readonly #readBack: ReadBack;

  constructor(private readonly session: Session) { this.#readBack = new ReadBack(session.options.readBack, session.options.system); }

  async write(note: PaymentNote): Promise<WriteResult> {
    const id = await this.#orderId(note);
    if (note.nothing !== undefined) return { ...this.#result(id, note, 'unchanged'), warnings: [note.nothing] };
    const turn = (this.#turns.get(id) ?? Promise.resolve()).then(() => this.#write(id, note), () => this.#write(id, note));
    this.#turns.set(id, turn);
    try {
      return await turn;
    } finally {
      if (this.#turns.get(id) === turn) this.#turns.delete(id);
    }
  }

  /** What writing would change of the sales order. */
  async preview(note: PaymentNote): Promise<FieldChange[]> {
    const state = await this.#read(await this.#orderId(note), note);
    if (note.nothing !== undefined) return [];
    const lines = noted(state.lines, note) ? state.lines : [...state.lines, note.line];
    const block = text(state.order, 'DeliveryBlockReason');
    return [
      ...(lines === state.lines ? [] : [{ path: `to_Text.${this.session.options.paymentTextId}`, ...(state.there && { before: state.lines.join('\n') }), after: lines.join('\n') }]),
      ...(this.#releases({ ...state, lines }) ? [{ path: 'DeliveryBlockReason', before: block }] : []),
    ];
  }

  async #write(id: string, note: PaymentNote): Promise<WriteResult> {
    let outcome: WriteResult['outcome'] = 'unchanged';
    let isPatched = false;
    for (let round = 0; round <= rounds; round++) {
      const state = await this.#read(id, note);
      if (noted(state.lines, note)) {
        // A note that is there was read back with it.
        if (!this.#releases(state)) return { ...this.#result(id, note, outcome), ...(isPatched && { confirmation: 'confirmed' }) };
        await this.session.patch(service, entityPath('A_SalesOrder', id), { DeliveryBlockReason: '' }, etagOf(state.order), nameOf(note));
        return { ...this.#result(id, note, outcome === 'unchanged' ? 'updated' : outcome), confirmation: await this.#confirm(id, note, state) };
      }
      isPatched ||= state.there;
      await this.#note(state, note);
      outcome = 'created';
    }
    throw new ConflictError('CONFLICT_TEXT_CHANGING', `${this.session.options.system}: the payments noted on sales order ${id} kept changing while ${nameOf(note)} was added.`, { system: this.session.options.system, record: nameOf(note) });
  }

  /** Is the delivery block gone? */
  #confirm(id: string, note: PaymentNote, { order }: State): Promise<NonNullable<WriteResult['confirmation']>> {
    const change = (before: Native): FieldChange => ({ path: 'DeliveryBlockReason', before: text(before, 'DeliveryBlockReason'), after: '' });
    return this.#readBack.check(nameOf(note), [change(order)], async () => [change((await this.#read(id, note)).order)]);
  }

  async #note({ id, language, lines, there }: State, note: PaymentNote): Promise<void> {
    const { paymentTextId: LongTextID } = this.session.options;
    const LongText = [...lines, note.line].join('\n');
    if (there) await this.session.patch(service, entityPath('A_SalesOrderText', { SalesOrder: id, Language: language, LongTextID }), { LongText }, undefined, nameOf(note));
    else await this.session.post(service, `${entityPath('A_SalesOrder', id)}/to_Text`, { Language: language, LongTextID, LongText }, nameOf(note));
  }

  /** Throws DataError for an order that is not there, or is in another currency than the payment. */
  async #read(id: string, note: PaymentNote): Promise<State> {
    const { system, language, paymentTextId } = this.session.options;
    const record = nameOf(note);
    const order = await this.session.read(service, entityPath('A_SalesOrder', id), { expand: 'to_Item,to_PricingElement,to_Text' }, record);
    if (!order) throw new DataError('DATA_UNKNOWN_ORDER', `${system} has no sales order ${id}, which ${record} is of.`, { system, record });
    const currency = text(order, 'TransactionCurrency');
    if (note.currency !== currency) throw new DataError('DATA_CURRENCY', `${system}: ${record} is in ${note.currency}, but sales order ${id} is in ${currency}.`, { system, record });
    const own = listOf(order['to_Text']).find((row) => row['LongTextID'] === paymentTextId);
    return { id, order, language: own ? text(own, 'Language') : language, there: own !== undefined, lines: text(own ?? {}, 'LongText').split('\n').filter((line) => line !== '') };
  }

  /** Do the notes take our delivery block away? Another reason is somebody else's. */
  #releases({ order, lines }: State): boolean {
    const { deliveryBlock } = this.session.options;
    if (deliveryBlock === undefined || text(order, 'DeliveryBlockReason') !== deliveryBlock) return false;
    const { facts } = withFacts(order, this.session.options) as { facts: { monetaryTotal: { payableAmount: { value: string } } } };
    return paidBy(lines).gte(facts.monetaryTotal.payableAmount.value);
  }

  async #orderId(note: PaymentNote): Promise<string> {
    const { id, number = '' } = note.order;
    if (id !== undefined) return id;
    const { system } = this.session.options;
    const record = nameOf(note);
    const [found, other] = await this.session.lookUp(service, 'A_SalesOrder', { filter: equals('PurchaseOrderByCustomer', number), select: 'SalesOrder', top: 2 });
    if (other) throw new ConflictError('CONFLICT_AMBIGUOUS_ORDER', `${system} has several sales orders of order ${number}, so ${record} could be of any of them.`, { system, record });
    if (!found) throw new DataError('DATA_UNKNOWN_ORDER', `${system} has no sales order of order ${number} yet, which ${record} is of.`, { system, record });
    return text(found, 'SalesOrder');
  }

  /** Of a type of its own: links of orders lead to orders. */
  #result(order: string, { reference }: PaymentNote, outcome: WriteResult['outcome']): WriteResult {
    return { entity: 'payment', outcome, externalId: { system: this.session.options.system, type: 'OrderPayment', id: `${order}/${reference}`, number: order } };
  }
}

function noted(lines: readonly string[], { reference }: PaymentNote): boolean { return lines.some((line) => line.startsWith(`${reference} `)); }
function nameOf({ reference }: PaymentNote): string { return `payment ${reference}`; }
