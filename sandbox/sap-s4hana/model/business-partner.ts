import { entity, type EntityType } from '../odata/model';

const service = 'API_BUSINESS_PARTNER';

/** API_BUSINESS_PARTNER: what of it the sandbox has. */
export const businessPartnerEntities: EntityType[] = [
  entity(service, 'A_BusinessPartner', `
    *BusinessPartner 10 alpha
    Customer 10 ro alpha
    Supplier 10 ro alpha
    BusinessPartnerCategory 1
    BusinessPartnerFullName 81 ro
    BusinessPartnerGrouping 4
    BusinessPartnerName 81 ro
    BusinessPartnerUUID Guid ro
    CorrespondenceLanguage 2
    CreatedByUser 12 ro
    CreationDate Date ro
    CreationTime Time ro
    FirstName 40
    FormOfAddress 4
    Industry 10
    Language 2
    LastChangeDate Date ro
    LastChangeTime Time ro
    LastChangedByUser 12 ro
    LastName 40
    LegalForm 2
    OrganizationBPName1 40
    OrganizationBPName2 40
    OrganizationBPName3 40
    OrganizationBPName4 40
    SearchTerm1 20
    SearchTerm2 20
    BusinessPartnerIsBlocked Bool
    BusinessPartnerType 4
    IsMarkedForArchiving Bool
    BusinessPartnerIDByExtSystem 20
    TradingPartner 6`, {
    deletable: false,
    to: {
      to_BusinessPartnerAddress: 'A_BusinessPartnerAddress[] BusinessPartner', to_BusinessPartnerRole: 'A_BusinessPartnerRole[] BusinessPartner',
      to_BusinessPartnerTax: 'A_BusinessPartnerTaxNumber[] BusinessPartner', to_Customer: 'A_Customer Customer',
    },
  }),
  entity(service, 'A_BusinessPartnerAddress', `
    *BusinessPartner 10 alpha
    *AddressID 10 alpha
    ValidityStartDate Stamp
    ValidityEndDate Stamp
    AddressUUID Guid ro
    AdditionalStreetPrefixName 40
    AdditionalStreetSuffixName 40
    AddressTimeZone 6
    CareOfName 40
    CityName 40
    Country 3
    District 40
    FullName 80 ro
    HouseNumber 10
    HouseNumberSupplementText 10
    Language 2
    POBox 10
    POBoxPostalCode 10
    PostalCode 10
    Region 3
    StreetName 60
    StreetPrefixName 40
    StreetSuffixName 40
    TaxJurisdiction 15
    TransportZone 10
    AddressIDByExternalSystem 20`, {
    to: {
      to_AddressUsage: 'A_BuPaAddressUsage[] BusinessPartner AddressID', to_EmailAddress: 'A_AddressEmailAddress[] AddressID',
      to_PhoneNumber: 'A_AddressPhoneNumber[] AddressID',
    },
  }),
  entity(service, 'A_BuPaAddressUsage', `
    *BusinessPartner 10 alpha
    *ValidityEndDate Stamp
    *AddressUsage 10
    *AddressID 10 alpha
    ValidityStartDate Stamp
    StandardUsage Bool`),
  entity(service, 'A_AddressEmailAddress', `
    *AddressID 10 alpha
    *Person 10 alpha
    *OrdinalNumber 3 alpha
    IsDefaultEmailAddress Bool
    EmailAddress 241
    SearchEmailAddress 20 ro
    AddressCommunicationRemarkText 50`),
  entity(service, 'A_AddressPhoneNumber', `
    *AddressID 10 alpha
    *Person 10 alpha
    *OrdinalNumber 3 alpha
    DestinationLocationCountry 3
    IsDefaultPhoneNumber Bool
    PhoneNumber 30
    PhoneNumberExtension 10
    InternationalPhoneNumber 30 ro
    PhoneNumberType 1
    AddressCommunicationRemarkText 50`),
  entity(service, 'A_BusinessPartnerRole', `
    *BusinessPartner 10 alpha
    *BusinessPartnerRole 6
    ValidFrom Stamp
    ValidTo Stamp
    AuthorizationGroup 4`, { deletable: false }),
  entity(service, 'A_BusinessPartnerTaxNumber', `
    *BusinessPartner 10 alpha
    *BPTaxType 4
    BPTaxNumber 20
    BPTaxLongNumber 60
    AuthorizationGroup 4`),
  entity(service, 'A_Customer', `
    *Customer 10 alpha
    BillingIsBlockedForCustomer 2
    CreatedByUser 12 ro
    CreationDate Date ro
    CustomerAccountGroup 4
    CustomerClassification 2
    CustomerFullName 220 ro
    CustomerName 80 ro
    DeliveryIsBlocked 2
    OrderIsBlockedForCustomer 2
    PostingIsBlocked Bool
    CustomerCorporateGroup 10
    IndustryCode1 10
    TaxNumber1 16 ro
    VATRegistration 20 ro
    DeletionIndicator Bool`, {
    creatable: false, deletable: false,
    to: { to_CustomerCompany: 'A_CustomerCompany[] Customer', to_CustomerSalesArea: 'A_CustomerSalesArea[] Customer' },
  }),
  entity(service, 'A_CustomerCompany', `
    *Customer 10 alpha
    *CompanyCode 4
    PaymentBlockingReason 1
    PaymentMethodsList 10
    PaymentTerms 4
    ReconciliationAccount 10 alpha
    DeletionIndicator Bool`, { deletable: false }),
  entity(service, 'A_CustomerSalesArea', `
    *Customer 10 alpha
    *SalesOrganization 4
    *DistributionChannel 2
    *Division 2
    AccountByCustomer 12
    BillingIsBlockedForCustomer 2
    CompleteDeliveryIsDefined Bool
    Currency 5
    CustomerAccountAssignmentGroup 2
    CustomerGroup 2
    CustomerPaymentTerms 4
    CustomerPriceGroup 2
    CustomerPricingProcedure 2
    DeliveryIsBlockedForCustomer 2
    IncotermsClassification 3
    IncotermsLocation1 70
    OrderIsBlockedForCustomer 2
    PriceListType 2
    SalesGroup 3
    SalesOffice 4
    ShippingCondition 2
    SupplyingPlant 4
    DeletionIndicator Bool`, { deletable: false }),
];
