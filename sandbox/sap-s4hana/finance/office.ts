import type { ControlActions, ControlViews } from '../../control';
import type { Random } from '../../random';
import type { Action } from '../desk';
import type { Transaction } from '../odata/database';
import { ODataError } from '../odata/errors';
import { withoutZeros, type Row } from '../odata/model';
import { billingsOf, type SapBilling } from '../sales/overview';
import type { System } from '../system';
import { cancelBilling, creditNote, invoice } from './billing';
import { openAmount, pay } from './payments';

/** What the accounts department of the sandbox does. All throw RangeError for a document that is not there or not in that state. */
export interface Office {
  /** Bills what is left of an order, delivered or not. Returns the invoice's number. */
  invoice(salesOrder: string): string;
  /** Gives back all that is left of an invoice, or quantities by its items. Returns the credit note's number. */
  creditNote(invoice: string, quantities?: Record<string, string>): string;
  /** Cancels an invoice or credit note that is neither paid nor credited. Returns the cancellation's number. */
  cancelBilling(number: string): string;
  /**
   * Somebody pays an invoice, or a part of it, or several with credit notes taken off; a credit note alone is paid out.
   * Returns the number of the journal entry.
   */
  payInvoice(numbers: string | string[], amount?: string, text?: string): string;
  /** What is open of an invoice; below nothing for a credit note. */
  openAmount(number: string): string;
  /** All invoices, credit notes and cancellations, oldest first, with their items. */
  billingDocuments(): SapBilling[];
}

export function officeOf(system: System, commit: <T>(work: (to: Transaction) => T) => T): Office {
  return {
    invoice: (salesOrder) => commit((to) => {
      const number = invoice(system, to, salesOrder, true);
      if (number === undefined) throw new RangeError(`Nothing of order ${salesOrder} is left to bill`);
      return number;
    }),
    creditNote: (number, quantities) => commit((to) => creditNote(system, to, number, quantities)),
    cancelBilling: (number) => commit((to) => cancelBilling(system, to, number)),
    payInvoice: (numbers, amount, text) => commit((to) => pay(system, to, [numbers].flat(), amount, text)),
    openAmount: (number) => openAmount(system.database.begin(), number),
    billingDocuments: () => billingsOf(system.database),
  };
}

/** The function imports of API_BILLING_DOCUMENT_SRV that write. */
export function billingActions(system: System): Record<string, Action> {
  return {
    Cancel(to, parameters) {
      const BillingDocument = withoutZeros(parameters.get('BillingDocument') ?? '');
      try {
        const CancellationBillingDocument = cancelBilling(system, to, BillingDocument);
        return [{ BillingDocument, CancellationBillingDocument, SystemMessageType: 'S', SystemMessageIdentification: 'VF', SystemMessageNumber: '311', SystemMessageText: `Document ${CancellationBillingDocument} has been saved` }];
      } catch (reason) {
        if (!(reason instanceof RangeError)) throw reason;
        throw new ODataError(400, { code: 'VF/040', message: reason.message, target: 'BillingDocument' });
      }
    },
  };
}

/** Is there something left to pay of an invoice? */
export function isOpen(to: Transaction, row: Row): boolean {
  return row.SDDocumentCategory === 'M' && row.BillingDocumentIsCancelled !== true && Number(openAmount(to, String(row.BillingDocument))) > 0;
}

/** A customer pays an invoice, a few in two parts; a few are given back. */
export function settle(system: System, random: Random, to: Transaction, number: string): void {
  const half = random.chance(6) ? Math.floor(Number(openAmount(to, number)) / 2) : 0;
  pay(system, to, [number], half === 0 ? undefined : half.toFixed(0));
  if (half === 0 && random.chance(12)) creditNote(system, to, number);
}

/** What of it can be told to a sandbox that is a process of its own. */
export function officeControl(office: Office): { control: ControlViews; actions: ControlActions } {
  return {
    control: { billing: () => office.billingDocuments() },
    actions: {
      pay: (order) => { const { invoice, amount } = order as { invoice: string | string[]; amount?: string }; return { entry: office.payInvoice(invoice, amount) }; },
      credit: (order) => { const { invoice, quantities } = order as { invoice: string; quantities?: Record<string, string> }; return { creditNote: office.creditNote(invoice, quantities) }; },
    },
  };
}
