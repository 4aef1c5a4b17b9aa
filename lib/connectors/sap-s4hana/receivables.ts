import Big from 'big.js';
import type { Native } from '../contract';
import { text } from './fields';
import { oneOf } from './listing';
import { decimal } from './priced-items';
import type { Session } from './session';

export const lineItems = { service: 'API_GLACCOUNTLINEITEM', set: 'GLAccountLineItem' } as const;

/** Line items of customers in the leading ledger: every ledger has a copy of them. */
export const ofCustomers = "Ledger eq '0L' and FinancialAccountType eq 'D'";

/** The service adds up rows that agree in everything selected, so what tells them apart is always among it. */
export const lineFields = [
  'CompanyCode', 'FiscalYear', 'AccountingDocument', 'LedgerGLLineItem', 'AccountingDocumentType', 'ReferenceDocumentType', 'ReferenceDocument', 'IsReversed', 'Customer',
  'TransactionCurrency', 'AmountInTransactionCurrency', 'CompanyCodeCurrency', 'AmountInCompanyCodeCurrency', 'PostingDate', 'CreationDateTime', 'LastChangeDateTime', 'DocumentItemText',
  'InvoiceReference', 'InvoiceReferenceFiscalYear', 'ClearingAccountingDocument', 'ClearingDocFiscalYear',
].join(',');

/** Documents whose receivables are asked for at once: the address of a query must not get too long. */
const atOnce = 40;

/** `<company code>/<year>/<document>`: numbers of documents come again in every company and year. */
export function entryKey(row: Native, document = 'AccountingDocument', year = 'FiscalYear'): string {
  return [text(row, 'CompanyCode'), text(row, year), text(row, document)].join('/');
}

/** The line items of customers whose `fields` have one of these values. */
export async function linesBy(session: Session, wanted: readonly (readonly [field: string, value: string])[], signal?: AbortSignal): Promise<Native[]> {
  const unique = [...new Map(wanted.filter(([, value]) => value !== '').map(([field, value]) => [`${field} ${value}`, oneOf(field, [value])])).values()];
  const found = new Map<string, Native>();
  for (let at = 0; at < unique.length; at += atOnce) {
    const query = { filter: `${ofCustomers} and (${unique.slice(at, at + atOnce).join(' or ')})`, select: lineFields, top: 5000 };
    for (let page = await session.query(lineItems.service, lineItems.set, query, signal); ; page = await session.query(lineItems.service, page.next, undefined, signal)) {
      for (const row of page.rows) found.set(`${entryKey(row)}/${text(row, 'LedgerGLLineItem')}`, row);
      if (page.next === undefined) break;
    }
  }
  return [...found.values()];
}

/** What is open of a billing document; below nothing where the customer gets money. `paid`: something of it is settled. */
export interface OpenState { open: Big; paid: boolean }

/** What is still open of each billing document that has been posted, by its number. */
export async function openStates(session: Session, documents: Native[], signal?: AbortSignal): Promise<Map<string, OpenState>> {
  const posted = documents.filter((row) => text(row, 'AccountingDocument') !== '');
  const lines = await linesBy(session, posted.flatMap((row) => {
    const number = text(row, 'AccountingDocument');
    return [['AccountingDocument', number], ['InvoiceReference', number]] as const;
  }), signal);
  return new Map(posted.flatMap((row): [string, OpenState][] => {
    const key = entryKey(row);
    const own = lines.filter((line) => entryKey(line) === key);
    const parts = lines.filter((line) => text(line, 'InvoiceReference') !== '' && entryKey(line, 'InvoiceReference', 'InvoiceReferenceFiscalYear') === key);
    if (own.length === 0) return [];
    const open = [...own, ...parts].filter((line) => text(line, 'ClearingAccountingDocument') === '')
      .reduce((sum, line) => sum.plus(decimal(line, 'AmountInTransactionCurrency')), new Big(0));
    return [[text(row, 'BillingDocument'), { open, paid: parts.length > 0 || own.some((line) => text(line, 'ClearingAccountingDocument') !== '') }]];
  }));
}
