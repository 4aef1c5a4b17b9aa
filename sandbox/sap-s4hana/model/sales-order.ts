import { entity, type EntityType } from '../odata/model';

const service = 'API_SALES_ORDER_SRV';

const partnerFields = `
  *PartnerFunction 2
  PartnerFunctionInternalCode 2 ro
  Customer 10 alpha
  Supplier 10 alpha
  Personnel 8 alpha
  ContactPerson 10 alpha
  ReferenceBusinessPartner 10 ro alpha
  AddressID 10 alpha
  VATRegistration 20`;

const priceFields = `
  *PricingProcedureStep 3 alpha
  *PricingProcedureCounter 3 alpha
  ConditionType 4
  ConditionCalculationType 3 ro
  ConditionBaseValue 24.9 ro
  ConditionRateValue 24.9
  ConditionCurrency 5
  ConditionQuantity 5.0
  ConditionQuantityUnit 3
  ConditionQuantitySAPUnit 3
  ConditionQuantityISOUnit 3
  ConditionCategory 1 ro
  ConditionIsForStatistics Bool ro
  ConditionOrigin 1 ro
  ConditionAmount 16.3 ro
  TransactionCurrency 5
  ConditionInactiveReason 1 ro
  ConditionClass 1 ro
  ConditionIsManuallyChanged Bool ro`;

const textFields = `
  *Language 2
  *LongTextID 4
  LongText 0`;

/** API_SALES_ORDER_SRV: what of it the sandbox has. */
export const salesOrderEntities: EntityType[] = [
  entity(service, 'A_SalesOrder', `
    *SalesOrder 10 alpha
    SalesOrderType 4
    SalesOrganization 4
    DistributionChannel 2
    OrganizationDivision 2
    SalesGroup 3
    SalesOffice 4
    SalesDistrict 6
    SoldToParty 10 alpha
    CreationDate Date ro
    CreatedByUser 12 ro
    LastChangeDate Date ro
    SenderBusinessSystemName 60 ro
    ExternalDocumentID 40 ro
    LastChangeDateTime Stamp ro
    PurchaseOrderByCustomer 35
    PurchaseOrderByShipToParty 35
    CustomerPurchaseOrderType 4
    CustomerPurchaseOrderDate Date
    SalesOrderDate Date
    TotalNetAmount 16.3 ro
    OverallDeliveryStatus 1 ro
    TotalBlockStatus 1 ro
    OverallOrdReltdBillgStatus 1 ro
    TransactionCurrency 5
    SDDocumentReason 3
    PricingDate Date
    RequestedDeliveryDate Date
    ShippingCondition 2
    CompleteDeliveryIsDefined Bool
    ShippingType 2
    HeaderBillingBlockReason 2
    DeliveryBlockReason 2
    IncotermsClassification 3
    IncotermsTransferLocation 28
    IncotermsLocation1 70
    IncotermsLocation2 70
    IncotermsVersion 4
    CustomerPriceGroup 2
    PriceListType 2
    CustomerPaymentTerms 4
    PaymentMethod 1
    FixedValueDate Date
    AssignmentReference 18
    ReferenceSDDocument 10 alpha
    AccountingDocExternalReference 16
    CustomerAccountAssignmentGroup 2
    AccountingExchangeRate 9.5
    CustomerGroup 2
    AdditionalCustomerGroup1 3
    AdditionalCustomerGroup2 3
    CustomerTaxClassification1 1
    TaxDepartureCountry 3
    VATRegistrationCountry 3
    OverallSDProcessStatus 1 ro
    TotalCreditCheckStatus 1 ro
    OverallTotalDeliveryStatus 1 ro
    OverallSDDocumentRejectionSts 1 ro
    BillingDocumentDate Date
    CustomerPurchaseOrderSuplmnt 4
    ServicesRenderedDate Date`, {
    etag: 'LastChangeDateTime',
    to: {
      to_Item: 'A_SalesOrderItem[] SalesOrder', to_Partner: 'A_SalesOrderHeaderPartner[] SalesOrder',
      to_PricingElement: 'A_SalesOrderHeaderPrElement[] SalesOrder', to_Text: 'A_SalesOrderText[] SalesOrder',
    },
  }),
  entity(service, 'A_SalesOrderItem', `
    *SalesOrder 10 ro alpha
    *SalesOrderItem 6 alpha
    HigherLevelItem 6 alpha
    SalesOrderItemCategory 4
    SalesOrderItemText 40
    PurchaseOrderByCustomer 35
    PurchaseOrderByShipToParty 35
    UnderlyingPurchaseOrderItem 6
    ExternalItemID 40 ro
    Material 40
    MaterialByCustomer 35
    PricingDate Date
    RequestedQuantity 15.3
    RequestedQuantityUnit 3
    RequestedQuantitySAPUnit 3
    RequestedQuantityISOUnit 3
    OrderQuantityUnit 3 ro
    OrderQuantitySAPUnit 3 ro
    OrderQuantityISOUnit 3 ro
    ConfdDelivQtyInOrderQtyUnit 15.3 ro
    ItemGrossWeight 15.3 ro
    ItemNetWeight 15.3 ro
    ItemWeightUnit 3 ro
    TransactionCurrency 5 ro
    NetAmount 16.3 ro
    MaterialGroup 9
    MaterialPricingGroup 2
    Batch 10
    ProductionPlant 4
    StorageLocation 4
    DeliveryGroup 3 alpha
    ShippingPoint 4
    ShippingType 2
    DeliveryPriority 2 alpha
    IncotermsClassification 3
    IncotermsTransferLocation 28
    IncotermsLocation1 70
    IncotermsLocation2 70
    TaxAmount 14.3
    ProductTaxClassification1 1
    CostAmount 14.3
    CustomerPaymentTerms 4
    FixedValueDate Date
    CustomerGroup 2
    SalesDocumentRjcnReason 2
    ItemBillingBlockReason 2
    WBSElement 24 alpha
    ProfitCenter 10
    AccountingExchangeRate 9.5
    ReferenceSDDocument 10 alpha
    ReferenceSDDocumentItem 6 alpha
    SDProcessStatus 1 ro
    DeliveryStatus 1 ro
    OrderRelatedBillingStatus 1 ro
    Subtotal1Amount 14.3 ro
    Subtotal2Amount 14.3 ro`, {
    to: {
      to_Partner: 'A_SalesOrderItemPartner[] SalesOrder SalesOrderItem', to_SalesOrder: 'A_SalesOrder SalesOrder',
      to_PricingElement: 'A_SalesOrderItemPrElement[] SalesOrder SalesOrderItem',
      to_ScheduleLine: 'A_SalesOrderScheduleLine[] SalesOrder SalesOrderItem', to_Text: 'A_SalesOrderItemText[] SalesOrder SalesOrderItem',
    },
  }),
  entity(service, 'A_SalesOrderHeaderPartner', `*SalesOrder 10 ro alpha ${partnerFields}`, { to: { to_SalesOrder: 'A_SalesOrder SalesOrder' } }),
  entity(service, 'A_SalesOrderItemPartner', `*SalesOrder 10 ro alpha\n*SalesOrderItem 6 ro alpha ${partnerFields}`, { to: { to_SalesOrder: 'A_SalesOrder SalesOrder' } }),
  entity(service, 'A_SalesOrderHeaderPrElement', `*SalesOrder 10 ro alpha ${priceFields}`, { to: { to_SalesOrder: 'A_SalesOrder SalesOrder' } }),
  entity(service, 'A_SalesOrderItemPrElement', `*SalesOrder 10 ro alpha\n*SalesOrderItem 6 ro alpha ${priceFields}`, {
    to: { to_SalesOrder: 'A_SalesOrder SalesOrder', to_SalesOrderItem: 'A_SalesOrderItem SalesOrder SalesOrderItem' },
  }),
  entity(service, 'A_SalesOrderText', `*SalesOrder 10 ro alpha ${textFields}`, { to: { to_SalesOrder: 'A_SalesOrder SalesOrder' } }),
  entity(service, 'A_SalesOrderItemText', `*SalesOrder 10 ro alpha\n*SalesOrderItem 6 ro alpha ${textFields}`, { to: { to_SalesOrder: 'A_SalesOrder SalesOrder' } }),
  entity(service, 'A_SalesOrderScheduleLine', `
    *SalesOrder 10 ro alpha
    *SalesOrderItem 6 ro alpha
    *ScheduleLine 4 alpha
    RequestedDeliveryDate Date
    ConfirmedDeliveryDate Date
    OrderQuantityUnit 3
    OrderQuantitySAPUnit 3
    OrderQuantityISOUnit 3
    ScheduleLineOrderQuantity 13.3
    ConfdOrderQtyByMatlAvailCheck 13.3
    DeliveredQtyInOrderQtyUnit 13.3
    OpenConfdDelivQtyInOrdQtyUnit 13.3`),
];
