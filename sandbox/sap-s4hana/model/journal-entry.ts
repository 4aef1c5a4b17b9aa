import { entity, type EntityType } from '../odata/model';

/** API_GLACCOUNTLINEITEM: what of it the sandbox has. */
export const journalEntryEntities: EntityType[] = [
  entity('API_GLACCOUNTLINEITEM', 'GLAccountLineItem', `
    *ID 0 unfiltered unsorted
    SourceLedger 2
    Ledger 2
    CompanyCode 4
    FiscalYear 4
    AccountingDocument 10 alpha
    LedgerGLLineItem 6
    GLAccount 10 alpha
    ReferenceDocumentType 5
    ReferenceDocument 10 alpha
    IsReversal Bool
    IsReversed Bool
    TransactionCurrency 5
    AmountInTransactionCurrency 23.3 unfiltered
    CompanyCodeCurrency 5
    AmountInCompanyCodeCurrency 23.3 unfiltered
    DebitCreditCode 1
    PostingDate Date
    DocumentDate Date
    AccountingDocumentType 2
    AccountingDocumentItem 3
    AssignmentReference 18
    PostingKey 2
    LastChangeDateTime Stamp
    CreationDateTime Stamp
    CreationDate Date
    InvoiceReference 10 alpha
    InvoiceReferenceFiscalYear 4
    InvoiceItemReference 3
    DocumentItemText 50
    Customer 10 alpha
    FinancialAccountType 1
    ClearingDate Date
    ClearingAccountingDocument 10 alpha
    ClearingDocFiscalYear 4`, { creatable: false, updatable: false, deletable: false }),
];
