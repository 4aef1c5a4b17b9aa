import { entity, type EntityType } from '../odata/model';

const service = 'API_BILLING_DOCUMENT_SRV';
const readOnly = { creatable: false, updatable: false, deletable: false };

/** API_BILLING_DOCUMENT_SRV: what of it the sandbox has. */
export const billingEntities: EntityType[] = [
  entity(service, 'A_BillingDocument', `
    *BillingDocument 10 alpha
    SDDocumentCategory 4
    BillingDocumentCategory 1
    BillingDocumentType 4
    CreationDate Date
    CreationTime Time
    LastChangeDate Date
    LastChangeDateTime Stamp
    SalesOrganization 4
    DistributionChannel 2
    Division 2
    BillingDocumentDate Date
    BillingDocumentIsCancelled Bool
    CancelledBillingDocument 10 alpha
    TotalNetAmount 16.3
    TransactionCurrency 5
    TaxAmount 14.3
    TotalGrossAmount 17.3
    PayerParty 10 alpha
    CustomerPaymentTerms 4
    PaymentReference 30
    CompanyCode 4
    FiscalYear 4
    AccountingDocument 10 alpha
    AccountingExchangeRateIsSet Bool
    AbsltAccountingExchangeRate 9.5
    DocumentReferenceID 16
    AssignmentReference 18
    SoldToParty 10 alpha
    PurchaseOrderByCustomer 35
    Country 3
    OverallSDProcessStatus 1
    OverallBillingStatus 1
    AccountingPostingStatus 1
    AccountingTransferStatus 1`, { ...readOnly, etag: 'LastChangeDateTime', to: { to_Item: 'A_BillingDocumentItem[] BillingDocument' } }),
  entity(service, 'A_BillingDocumentItem', `
    *BillingDocument 10 alpha
    *BillingDocumentItem 6 alpha
    SalesDocumentItemCategory 4
    CreationDate Date
    Material 40
    Plant 4
    BillingDocumentItemText 40
    BillingQuantity 13.3
    BillingQuantityUnit 3
    NetAmount 16.3
    TransactionCurrency 5
    GrossAmount 16.3
    TaxAmount 14.3
    ReferenceSDDocument 10 alpha
    ReferenceSDDocumentItem 6 alpha
    ReferenceSDDocumentCategory 4
    SalesDocument 10 alpha
    SalesDocumentItem 6 alpha
    SalesSDDocumentCategory 4`, { ...readOnly, to: { to_BillingDocument: 'A_BillingDocument BillingDocument' } }),
];
