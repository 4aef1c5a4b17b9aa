import { lazyMapping } from '../../mapping';
import type { EntityHandler } from '../by-entity';
import type { Canonical, ListOptions, Native, Page } from '../contract';
import { withInvoiceFacts } from './billing-facts';
import { never, stamped } from './clock';
import { listOf, text } from './fields';
import { countChanges, listChanges, oneOf, type Changes } from './listing';
import sapToInvoice from './mapping/sap-to-invoice.mapping.json';
import { entityPath, isoTime } from './odata/literals';
import { units } from './product-facts';
import { openStates } from './receivables';
import type { Session } from './session';

const service = 'API_BILLING_DOCUMENT_SRV', set = 'A_BillingDocument';
/** Invoices, credit and debit memos. A pro forma invoice claims nothing, and a cancellation shows on what it cancels. */
const categories = ['M', 'O', 'P'];
const changes: Changes = { service, set, key: 'BillingDocument', clock: stamped('LastChangeDateTime'), expand: 'to_Item', only: `(${oneOf('SDDocumentCategory', categories)})` };
const toInvoice = lazyMapping(sapToInvoice, { codes: { units } });

/**
 * Invoices and credit notes: API_BILLING_DOCUMENT_SRV, read only. What is open of them is read from the receivables. A payment
 * does not change a billing document, so it is not listed for it: the payment itself tells (see Payments).
 */
export class Billing implements EntityHandler {
  constructor(private readonly session: Session) {}

  async* list(options: ListOptions = {}): AsyncGenerator<Page> {
    for await (const page of listChanges(this.session, changes, options)) {
      yield { ...page, records: await this.#whole(page.records, options.signal) };
    }
  }

  count(options?: ListOptions): Promise<number> { return countChanges(this.session, changes, options); }

  async get(id: string): Promise<Native | undefined> {
    const row = await this.#read(id);
    return row && (await this.#whole([row]))[0];
  }

  /** Undefined also for what claims nothing. */
  async listed(id: string): Promise<Native | undefined> {
    const row = await this.#read(id);
    return row && categories.includes(text(row, 'SDDocumentCategory')) ? (await this.#whole([row]))[0] : undefined;
  }

  identify(document: Native): { id: string; time: string } { return { id: text(document, 'BillingDocument'), time: isoTime(document['LastChangeDateTime']) ?? never }; }

  toCanonical(document: Native): Canonical {
    return toInvoice().map(withInvoiceFacts(document, this.session.options), {}, `invoice ${text(document, 'BillingDocument')}`);
  }

  #read(id: string): Promise<Native | undefined> { return this.session.read(service, entityPath(set, id), { expand: 'to_Item' }, `invoice ${id}`); }

  /** With what is open, and the web order numbers of their orders where the document itself names none or bills several. */
  async #whole(documents: Native[], signal?: AbortSignal): Promise<Native[]> {
    const open = this.session.options.invoicePayments === 'read' ? await openStates(this.session, documents, signal) : undefined;
    const orders = new Map(documents.map((row) => [row, [...new Set(listOf(row['to_Item']).map((item) => text(item, 'SalesDocument')).filter(Boolean))]]));
    const unknown = [...orders].filter(([row, numbers]) => numbers.length > 1 || text(row, 'PurchaseOrderByCustomer') === '').flatMap(([, numbers]) => numbers);
    const references = await this.#references([...new Set(unknown)], signal);
    return documents.map((row) => {
      const state = open?.get(text(row, 'BillingDocument'));
      const numbers = orders.get(row) ?? [];
      const own = numbers.length > 1 ? '' : text(row, 'PurchaseOrderByCustomer');
      return { ...row, orders: numbers.map((number) => ({ number, reference: references.get(number) ?? own })), ...(state && { open: state.open.toFixed(), paid: state.paid }) };
    });
  }

  /** PurchaseOrderByCustomer by sales order. */
  async #references(numbers: string[], signal?: AbortSignal): Promise<Map<string, string>> {
    const found = new Map<string, string>();
    for (let at = 0; at < numbers.length; at += 50) {
      const { rows } = await this.session.query('API_SALES_ORDER_SRV', 'A_SalesOrder', {
        filter: oneOf('SalesOrder', numbers.slice(at, at + 50)), select: 'SalesOrder,PurchaseOrderByCustomer', top: 50,
      }, signal);
      for (const row of rows) found.set(text(row, 'SalesOrder'), text(row, 'PurchaseOrderByCustomer'));
    }
    return found;
  }
}
