import { entity, type EntityType } from '../odata/model';

const service = 'API_SLSPRICINGCONDITIONRECORD_SRV';

const rateFields = `
    ConditionScaleQuantity 15.3
    ConditionScaleQuantityUnit 3
    ConditionScaleAmount 16.3
    ConditionScaleAmountCurrency 5
    ConditionRateValue 12.3
    ConditionRateValueUnit 5
    ConditionRateRatio 24.9
    ConditionRateRatioUnit 3
    ConditionRateAmount 24.9
    ConditionCurrency 5
    ETag 40`;

/** API_SLSPRICINGCONDITIONRECORD_SRV: what of it the sandbox has. Condition numbers keep their zeros. */
export const priceConditionEntities: EntityType[] = [
  entity(service, 'A_SlsPrcgConditionRecord', `
    *ConditionRecord 10
    ConditionSequentialNumber 2
    ConditionTable 3
    ConditionApplication 2
    ConditionType 4
    ConditionValidityEndDate Date
    ConditionValidityStartDate Date
    CreatedByUser 12
    CreationDate Date
    PricingScaleType 1
    PricingScaleBasis 1
    ConditionCalculationType 1
    ConditionQuantity 5.0
    ConditionQuantityUnit 3
    ConditionToBaseQtyNmrtr 5.0
    ConditionToBaseQtyDnmntr 5.0
    BaseUnit 3
    ConditionExclusion 1
    ConditionIsDeleted Bool
    AdditionalValueDays 2
    FixedValueDate Date
    PaymentTerms 4
    ConditionReleaseStatus 1
    ConditionChangeReason 3
    LastChangeDateTime Stamp
    SAPObjectNodeType 30 ro${rateFields}`, {
    etag: 'ETag', to: { to_SlsPrcgCndnRecdValidity: 'A_SlsPrcgCndnRecdValidity[] ConditionRecord', to_SlsPrcgCndnRecordScale: 'A_SlsPrcgCndnRecordScale[] ConditionRecord' },
  }),
  entity(service, 'A_SlsPrcgCndnRecdValidity', `
    *ConditionRecord 10
    *ConditionValidityEndDate Date
    ConditionValidityStartDate Date
    ConditionApplication 2
    ConditionType 4
    ConditionReleaseStatus 1
    SalesOrganization 4
    DistributionChannel 2
    Division 2
    Material 40
    Customer 10 alpha
    SoldToParty 10 alpha
    CustomerPriceGroup 2
    CustomerGroup 2
    PriceListType 2
    TransactionCurrency 5
    OrderQuantityUnit 3
    Plant 4
    SalesOffice 4
    Country 3
    Personnel 8
    ETag 40`, { etag: 'ETag', creatable: false, deletable: false, sorted: 'Material', to: { to_SlsPrcgConditionRecord: 'A_SlsPrcgConditionRecord ConditionRecord' } }),
  entity(service, 'A_SlsPrcgCndnRecordScale', `
    *ConditionRecord 10
    *ConditionSequentialNumber 2
    *ConditionScaleLine 4${rateFields}`, { etag: 'ETag', to: { to_SlsPrcgConditionRecord: 'A_SlsPrcgConditionRecord ConditionRecord' } }),
];
