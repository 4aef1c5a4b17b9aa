import { canonicalJson } from '../../documents/hash';
import { ConflictError, DataError } from '../../errors';
import type { FieldChange, Native, WriteResult } from '../contract';
import { externalId } from './gid';
import type { Graphql } from './graphql';
import { refusal, type UserError } from './graphql-errors';
import { entriesOf, isSame, merged, type InvoiceEntry, type InvoiceWrite } from './invoice-documents';
import { orderIdOf } from './order-lookup';
import { orderInvoicesQuery, setMetafieldsMutation } from './queries';
import { metafieldNamespace } from './write-back';

interface Field { value: string; compareDigest: string }
interface OrderInvoices { id: string; name: string; invoices: Field | null; newest: Field | null }

/** Somebody else's writes that come between reading and writing are read and written again so often. */
const rounds = 5;

/**
 * Invoices and credit notes of an ERP, on the orders they are of: all of an order's in one JSON metafield, by compare-and-set, so
 * that two that are written at once do not lose each other; the newest number as a text beside it.
 */
export class Invoices {
  constructor(private readonly graphql: Graphql, private readonly system: string, private readonly findOrder: (number: string) => Promise<WriteResult[]>) {}

  /** `<gid of the order>#<number>`: the entry as it stands there. */
  async get(id: string): Promise<Native | undefined> {
    const [order = '', number] = id.split('#');
    const found = await this.#read(order, `invoice ${number ?? ''}`);
    const entry = found && entriesOf(found.invoices?.value).find((one) => one.number === number);
    return entry ? { ...entry, id } : undefined;
  }

  /** Writes it to each of its orders; the result names the first. */
  async write({ orders, entry }: InvoiceWrite): Promise<WriteResult> {
    const record = `invoice ${entry.number}`;
    const outcomes: WriteResult['outcome'][] = [];
    const ids: string[] = [];
    for (const name of orders) ids.push(await orderIdOf(name, this.findOrder, this.system, record));
    for (const id of ids) outcomes.push(await this.#writeTo(id, entry, record));
    const outcome = outcomes.find((one) => one !== 'unchanged') ?? 'unchanged';
    return { entity: 'invoice', outcome, externalId: { ...externalId(this.system, `${ids[0] ?? ''}#${entry.number}`, entry.number), type: 'OrderInvoice' } };
  }

  /** What writing would change of the entry on each of its orders. */
  async preview({ orders, entry }: InvoiceWrite): Promise<FieldChange[]> {
    const record = `invoice ${entry.number}`;
    const changes: FieldChange[] = [];
    for (const name of orders) {
      const order = await this.#order(await orderIdOf(name, this.findOrder, this.system, record), record);
      const there = entriesOf(order.invoices?.value).find((one) => isSame(one, entry));
      if (there && there.updatedAt > entry.updatedAt) continue;
      for (const field of [...new Set([...Object.keys(there ?? {}), ...Object.keys(entry)])].filter((one) => one !== 'updatedAt') as (keyof InvoiceEntry)[]) {
        const [before, after] = [there?.[field], entry[field]];
        if (canonicalJson(before) !== canonicalJson(after)) changes.push({ path: `${order.name}.${field}`, ...(before !== undefined && { before }), ...(after !== undefined && { after }) });
      }
    }
    return changes;
  }

  async #writeTo(id: string, entry: InvoiceEntry, record: string): Promise<WriteResult['outcome']> {
    for (let round = 0; round < rounds; round++) {
      const order = await this.#order(id, record);
      const entries = entriesOf(order.invoices?.value);
      const there = entries.find((one) => isSame(one, entry));
      if (there && there.updatedAt > entry.updatedAt) return 'stale';
      const all = merged(entries, entry);
      const newest = all.at(-1)?.number ?? entry.number;
      // When it changed in the ERP is no change of what the customer sees.
      if (there && contentOf(there) === contentOf(entry) && order.newest?.value === newest) return 'unchanged';
      const field = (key: string, type: string, value: string, old: Field | null): Native =>
        ({ ownerId: order.id, namespace: metafieldNamespace, key, type, value, compareDigest: old?.compareDigest ?? null });
      const metafields = [
        field('invoices', 'json', JSON.stringify(all), order.invoices),
        ...(order.newest?.value === newest ? [] : [field('invoice_number', 'single_line_text_field', newest, order.newest)]),
      ];
      const { metafieldsSet } = await this.graphql.run<{ metafieldsSet: { userErrors: UserError[] } }>(setMetafieldsMutation, { metafields }, { record });
      const refused = refusal(metafieldsSet.userErrors, { system: this.system }, record);
      if (!refused) return there ? 'updated' : 'created';
      if (!(refused instanceof ConflictError)) throw refused;
    }
    throw new ConflictError('CONFLICT_STALE_OBJECT', `${this.system}: the invoices of the order kept changing while ${record} was written.`, { system: this.system, record });
  }

  async #order(id: string, record: string): Promise<OrderInvoices> {
    const order = await this.#read(id, record);
    if (!order) throw new DataError('DATA_UNKNOWN_ORDER', `${this.system} has no order ${id}, which ${record} is of.`, { system: this.system, record });
    return order;
  }

  async #read(id: string, record: string): Promise<OrderInvoices | null> {
    return (await this.graphql.run<{ order: OrderInvoices | null }>(orderInvoicesQuery, { id, namespace: metafieldNamespace }, { record })).order;
  }
}

function contentOf(entry: InvoiceEntry): string { return canonicalJson(entry, new Set(['updatedAt'])); }
