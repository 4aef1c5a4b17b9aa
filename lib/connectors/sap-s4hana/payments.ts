import { lazyMapping } from '../../mapping';
import { grouped } from '../../documents/grouped';
import type { EntityHandler } from '../by-entity';
import type { Canonical, FieldChange, ListOptions, Native, Page, WriteResult } from '../contract';
import type { BilledOrder } from './billing-facts';
import { never, stamped } from './clock';
import { listOf, text } from './fields';
import { countChanges, listChanges, oneOf, type Changes } from './listing';
import sapToPayment from './mapping/sap-to-payment.mapping.json';
import { equals, isoTime } from './odata/literals';
import { applications, lineKey } from './payment-applications';
import { withPaymentFacts, type PaymentRecord } from './payment-facts';
import { paymentNoteOf, PaymentNotes, type PaymentNote } from './payment-notes';
import { lineFields, lineItems, linesBy, ofCustomers } from './receivables';
import type { Session } from './session';

const toPayment = lazyMapping(sapToPayment);

/**
 * Payments of customers: line items of API_GLACCOUNTLINEITEM, one record for each invoice that a payment was for. They are
 * listed when they are posted. That a payment on account is assigned to an invoice later moves no stamp one could rely on: it
 * shows when the payment is read again. Those that a shop reports are noted on their orders.
 */
export class Payments implements EntityHandler {
  readonly #notes: PaymentNotes;
  constructor(private readonly session: Session) { this.#notes = new PaymentNotes(session); }

  async* list(options: ListOptions = {}): AsyncGenerator<Page> {
    for await (const page of listChanges(this.session, this.#changes(), options)) yield { ...page, records: await this.#records(page.records, options.signal) };
  }

  /** Of line items; one that paid several invoices is several records. */
  count(options?: ListOptions): Promise<number> { return countChanges(this.session, this.#changes(), options); }

  /** `<company code>/<year>/<document>/<item>`, with `/<invoice>` behind it where it was for one. */
  async get(id: string): Promise<Native | undefined> {
    const [CompanyCode = '', FiscalYear = '', AccountingDocument = '', LedgerGLLineItem = ''] = id.split('/');
    const filter = [this.#only(), ...Object.entries({ CompanyCode, FiscalYear, AccountingDocument, LedgerGLLineItem }).map(([name, value]) => equals(name, value))].join(' and ');
    const { rows } = await this.session.query(lineItems.service, lineItems.set, { filter, select: lineFields, top: 2 });
    return (await this.#records(rows)).find((record) => record.id === id);
  }

  identify(payment: Native): { id: string; time: string } { return { id: (payment as PaymentRecord).id, time: isoTime(payment['LastChangeDateTime']) ?? never }; }

  toCanonical(payment: Native): Canonical {
    const record = payment as PaymentRecord;
    return toPayment().map(withPaymentFacts(record, this.session.options), {}, `payment ${record.id}`);
  }

  fromCanonical(document: Canonical): Native { return paymentNoteOf(document, this.session.options.system); }

  create(document: Native): Promise<WriteResult> { return this.#notes.write(document as PaymentNote); }

  /** What SAP itself has posted, and a shop tells of again, is there already. */
  async update(id: string, document: Native): Promise<WriteResult> {
    if (!isLineItem(id)) return this.#notes.write(document as PaymentNote);
    return { entity: 'payment', outcome: 'unchanged', externalId: { system: this.session.options.system, type: 'JournalEntryItem', id } };
  }

  async preview(document: Native, id?: string): Promise<FieldChange[]> { return id !== undefined && isLineItem(id) ? [] : this.#notes.preview(document as PaymentNote); }

  #changes(): Changes {
    return { ...lineItems, key: 'AccountingDocument,LedgerGLLineItem', idOf: lineKey, clock: stamped('LastChangeDateTime'), select: lineFields, only: this.#only() };
  }

  /** The reversal of a payment is no payment; what it takes back says that it is reversed. */
  #only(): string { return `${ofCustomers} and IsReversal eq false and (${oneOf('AccountingDocumentType', this.session.options.paymentTypes)})`; }

  async #records(payments: Native[], signal?: AbortSignal): Promise<PaymentRecord[]> {
    const lines = await linesBy(this.session, payments.map((line) => {
      const invoice = text(line, 'InvoiceReference');
      return invoice === '' ? ['ClearingAccountingDocument', text(line, 'ClearingAccountingDocument')] : ['AccountingDocument', invoice];
    }), signal);
    const found = applications(payments, lines);
    const orders = await this.#ordersOf([...new Set(found.flatMap(({ invoice }) => invoice ?? []))], signal);
    const byLine = grouped(found, ({ line }) => lineKey(line));
    return payments.flatMap((line) => (byLine.get(lineKey(line)) ?? []).map(({ invoice, amount }): PaymentRecord => ({
      ...line, id: invoice === undefined ? lineKey(line) : `${lineKey(line)}/${invoice}`, amount: amount.toFixed(),
      ...(invoice !== undefined && { invoice, orders: orders.get(invoice) ?? [] }),
    })));
  }

  /** The sales orders of billing documents. The web order number of a collective one is none of a single order. */
  async #ordersOf(invoices: string[], signal?: AbortSignal): Promise<Map<string, BilledOrder[]>> {
    const found = new Map<string, BilledOrder[]>();
    for (let at = 0; at < invoices.length; at += 50) {
      const { rows } = await this.session.query('API_BILLING_DOCUMENT_SRV', 'A_BillingDocument', {
        filter: oneOf('BillingDocument', invoices.slice(at, at + 50)), select: 'BillingDocument,PurchaseOrderByCustomer,to_Item/SalesDocument', expand: 'to_Item', top: 50,
      }, signal);
      for (const row of rows) {
        const numbers = [...new Set(listOf(row['to_Item']).map((item) => text(item, 'SalesDocument')).filter(Boolean))];
        const reference = numbers.length > 1 ? '' : text(row, 'PurchaseOrderByCustomer');
        found.set(text(row, 'BillingDocument'), numbers.map((number) => ({ number, reference })));
      }
    }
    return found;
  }
}

/** `<company code>/<year>/<document>/<item>`, unlike a note's `<sales order>/<payment>`. */
function isLineItem(id: string): boolean { return id.split('/').length > 2; }
