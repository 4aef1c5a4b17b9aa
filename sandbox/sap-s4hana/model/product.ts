import { entity, type EntityType } from '../odata/model';

const service = 'API_PRODUCT_SRV';

/** API_PRODUCT_SRV: what of it the sandbox has. */
export const productEntities: EntityType[] = [
  entity(service, 'A_Product', `
    *Product 40
    ProductType 4
    CrossPlantStatus 2
    CreationDate Date ro
    CreatedByUser 12 ro
    LastChangeDate Date ro
    LastChangedByUser 12 ro
    LastChangeDateTime Stamp ro
    IsMarkedForDeletion Bool
    ProductOldID 40
    GrossWeight 13.3
    WeightUnit 3
    NetWeight 13.3
    CountryOfOrigin 3
    ProductGroup 9
    BaseUnit 3
    ItemCategoryGroup 4
    ProductHierarchy 18
    Division 2
    Brand 4
    SizeOrDimensionText 32
    IndustryStandardName 18
    ProductStandardID 18
    InternationalArticleNumberCat 2
    IsBatchManagementRequired Bool
    ExternalProductGroup 18
    ProductManufacturerNumber 40
    MaterialVolume 13.3
    VolumeUnit 3
    SerialNumberProfile 4
    IndustrySector 1`, {
    deletable: false,
    to: {
      to_Description: 'A_ProductDescription[] Product', to_ProductBasicText: 'A_ProductBasicText[] Product', to_Plant: 'A_ProductPlant[] Product',
      to_SalesDelivery: 'A_ProductSalesDelivery[] Product', to_ProductUnitsOfMeasure: 'A_ProductUnitsOfMeasure[] Product',
    },
  }),
  entity(service, 'A_ProductDescription', `
    *Product 40
    *Language 2
    ProductDescription 40`),
  entity(service, 'A_ProductBasicText', `
    *Product 40
    *Language 2
    LongText 0`),
  entity(service, 'A_ProductPlant', `
    *Product 40
    *Plant 4
    CountryOfOrigin 3
    AvailabilityCheckType 2
    ProfitCenter 10
    IsMarkedForDeletion Bool
    MRPType 2
    BaseUnit 3`, { deletable: false }),
  entity(service, 'A_ProductSalesDelivery', `
    *Product 40
    *ProductSalesOrg 4
    *ProductDistributionChnl 2
    MinimumOrderQuantity 13.3
    SupplyingPlant 4
    ItemCategoryGroup 4
    DeliveryQuantityUnit 3
    DeliveryQuantity 13.3
    ProductSalesStatus 2
    SalesMeasureUnit 3
    IsMarkedForDeletion Bool
    ProductHierarchy 18
    BaseUnit 3`, { deletable: false }),
  entity(service, 'A_ProductUnitsOfMeasure', `
    *Product 40
    *AlternativeUnit 3
    QuantityNumerator 5.0
    QuantityDenominator 5.0
    GrossWeight 13.3
    WeightUnit 3
    GlobalTradeItemNumber 18
    GlobalTradeItemNumberCategory 2
    BaseUnit 3`, { to: { to_InternationalArticleNumber: 'A_ProductUnitsOfMeasureEAN[] Product AlternativeUnit' } }),
  entity(service, 'A_ProductUnitsOfMeasureEAN', `
    *Product 40
    *AlternativeUnit 3
    *ConsecutiveNumber 5
    ProductStandardID 18
    InternationalArticleNumberCat 2
    IsMainGlobalTradeItemNumber Bool`),
];
