import { entity, type EntityType } from '../odata/model';

const service = 'API_OUTBOUND_DELIVERY_SRV';
const readOnly = { creatable: false, updatable: false, deletable: false };

/** API_OUTBOUND_DELIVERY_SRV: what of it the sandbox has. */
export const outboundDeliveryEntities: EntityType[] = [
  entity(service, 'A_OutbDeliveryHeader', `
    *DeliveryDocument 10 ro alpha
    DeliveryDocumentType 4 ro
    SDDocumentCategory 4 ro
    DeliveryVersion 4 ro
    DocumentDate Date ro
    CreationDate Date ro
    CreationTime Time ro
    CreatedByUser 12 ro
    LastChangeDate Date ro
    LastChangedByUser 12 ro
    SalesOrganization 4 ro
    ShippingPoint 4
    SoldToParty 10 ro alpha
    ShipToParty 10 ro alpha
    DeliveryDate Date ro
    PlannedGoodsIssueDate Date ro
    ActualGoodsMovementDate Date ro
    ActualGoodsMovementTime Time ro
    BillOfLading 35 ro
    MeansOfTransport 20 ro
    MeansOfTransportType 4 ro
    DeliveryDocumentBySupplier 35 ro
    TotalNumberOfPackage 5 ro
    HeaderGrossWeight 15.3 ro
    HeaderNetWeight 15.3 ro
    HeaderWeightUnit 3 ro
    IncotermsClassification 3 ro
    OrderCombinationIsAllowed Bool ro
    OverallPickingStatus 1 ro
    OverallPackingStatus 1 ro
    OverallGoodsMovementStatus 1 ro
    OverallSDProcessStatus 1 ro`, { etag: 'DeliveryVersion', to: {
      to_DeliveryDocumentItem: 'A_OutbDeliveryItem[] DeliveryDocument', to_DeliveryDocumentPartner: 'A_OutbDeliveryPartner[] DeliveryDocument=SDDocument',
      to_HandlingUnitHeaderDelivery: 'A_HandlingUnitHeaderDelivery[] DeliveryDocument',
    } }),
  entity(service, 'A_OutbDeliveryItem', `
    *DeliveryDocument 10 alpha
    *DeliveryDocumentItem 6 ro alpha
    DeliveryDocumentItemCategory 4 ro
    DeliveryDocumentItemText 40 ro
    Material 40 ro
    MaterialByCustomer 35 ro
    InternationalArticleNumber 18 ro
    ActualDeliveryQuantity 13.3
    OriginalDeliveryQuantity 13.3 ro
    DeliveryQuantityUnit 3
    ActualDeliveredQtyInBaseUnit 13.3 ro
    BaseUnit 3 ro
    DeliveryToBaseQuantityNmrtr 5.0 ro
    DeliveryToBaseQuantityDnmntr 5.0 ro
    Plant 4 ro
    StorageLocation 4 ro
    Batch 10 ro
    ReferenceSDDocument 10 alpha
    ReferenceSDDocumentItem 6 alpha
    ReferenceSDDocumentCategory 4 ro
    HigherLevelItem 6 ro alpha
    HigherLvlItmOfBatSpltItm 6 ro alpha
    DeliveryVersion 4 ro
    GoodsMovementStatus 1 ro
    PickingStatus 1 ro
    CreationDate Date ro
    CreationTime Time ro
    LastChangeDate Date ro`, { etag: 'DeliveryVersion', creatable: false, to: {
      to_DocumentFlow: 'A_OutbDeliveryDocFlow[] DeliveryDocument=PrecedingDocument DeliveryDocumentItem=PrecedingDocumentItem',
      to_HandlingUnitItemDelivery: 'A_HandlingUnitItemDelivery[] DeliveryDocument DeliveryDocumentItem',
    } }),
  entity(service, 'A_OutbDeliveryPartner', `
    *SDDocument 10 ro alpha
    *PartnerFunction 2 ro
    Customer 10 ro alpha
    Supplier 10 ro alpha
    AddressID 10 ro`, { ...readOnly, to: { to_Address2: 'A_OutbDeliveryAddress2 SDDocument=DeliveryDocument PartnerFunction' } }),
  entity(service, 'A_OutbDeliveryAddress2', `
    *DeliveryDocument 10 ro alpha
    *PartnerFunction 2 ro
    DeliveryVersion 4 ro
    AddressID 10 ro
    BusinessPartnerName1 40 ro
    BusinessPartnerName2 40 ro
    StreetName 60 ro
    HouseNumber 10 ro
    PostalCode 10 ro
    CityName 40 ro
    Region 3 ro
    Country 3 ro
    PhoneNumber 30 ro
    EmailAddress 241 ro`, { etag: 'DeliveryVersion', creatable: false, deletable: false }),
  entity(service, 'A_OutbDeliveryDocFlow', `
    *PrecedingDocument 10 ro alpha
    *PrecedingDocumentItem 6 ro alpha
    *SubsequentDocumentCategory 4 ro
    PrecedingDocumentCategory 4 ro
    Subsequentdocument 10 ro alpha
    SubsequentDocumentItem 6 ro alpha
    QuantityInBaseUnit 15.3 ro
    Deliveryversion 4 ro`, { etag: 'Deliveryversion', creatable: false, deletable: false }),
  entity(service, 'A_HandlingUnitHeaderDelivery', `
    *HandlingUnitInternalId 10 alpha
    HandlingUnitExternalId 20
    HandlingUnitSecondExternalId 20
    DeliveryDocument 10 alpha
    GrossWeight 15.3
    WeightUnit 3
    PackagingMaterial 40
    PackagingMaterialType 4 ro
    HandlingUnitLowerLevelRefer 10 ro alpha`, { updatable: false, deletable: false, to: { to_HandlingUnitItemDelivery: 'A_HandlingUnitItemDelivery[] HandlingUnitInternalId' } }),
  entity(service, 'A_HandlingUnitItemDelivery', `
    *HandlingUnitInternalId 10 alpha
    *HandlingUnitItem 6 ro alpha
    DeliveryDocument 10 alpha
    DeliveryDocumentItem 6 alpha
    HandlingUnitExternalId 20
    HandlingUnitQuantity 15.3
    HandlingUnitQuantityUnit 3
    Material 40`, { updatable: false, deletable: false }),
];
