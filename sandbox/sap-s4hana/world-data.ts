import { Random } from '../random';
import { priceGroupOf, type World, type WorldCompany, type WorldPriceList, type WorldProduct, type WorldSite } from '../world';
import type { Database, Transaction } from './odata/database';
import { day, fullRow, stamp, timeOfDay, withoutZeros, type Row } from './odata/model';
import { organisation } from './organisation';
import { dropConditions } from './price-conditions';
import { writePrices } from './prices';
import { units } from './sales/units';
import { dropStock, writeStock } from './stock';

/** When the sandbox's master data was made: before anything happens in it. */
const made = Date.UTC(2026, 0, 5, 8, 30);

/** Writes the customers and materials of a world, what is in stock of them and what they cost, as the system keeps them. */
export function writeWorld(world: World, database: Database): void {
  const { seed, products, sites, companies, priceLists } = world;
  let to = database.begin();
  // More rows than a call has room for arguments do not fit into one entry of the journal.
  const split = (): void => { if (to.size > 20_000) { to.commit(); to = database.begin(); } };
  const random = new Random(seed);
  let condition = 0;
  const next = (): string => String(++condition);
  products.forEach((product, i) => {
    writeProduct(product, sites, to);
    writeStock(product, i + 1, sites, random, to);
    writePrices(product, i + 1, world, to, next, made);
    split();
  });
  for (const company of companies) { writeCompany(company, priceLists, to); split(); }
  to.commit();
}

/** Writes one material with everything that makes it sellable. */
export function writeProduct({ sku, gtin, name, unit, weightGrams }: WorldProduct, sites: readonly WorldSite[], to: Transaction, at = made): void {
  const put = putter(to);
  const baseUnit = units.find(({ unece }) => unece === unit)?.external ?? 'PC';
  const weight = (weightGrams / 1000).toFixed(3);
  put('A_Product', {
    Product: sku, ProductType: 'HAWA', CreationDate: day(at), CreatedByUser: 'SANDBOX', LastChangeDate: day(at), LastChangeDateTime: stamp(at),
    GrossWeight: weight, NetWeight: weight, WeightUnit: 'KG', BaseUnit: baseUnit, ItemCategoryGroup: 'NORM', ProductGroup: 'L001', Division: organisation.division,
    ProductStandardID: gtin, InternationalArticleNumberCat: 'HE', IndustrySector: 'M',
  });
  put('A_ProductDescription', { Product: sku, Language: 'EN', ProductDescription: name });
  for (const { plant } of sites) put('A_ProductPlant', { Product: sku, Plant: plant, BaseUnit: baseUnit, MRPType: 'PD', AvailabilityCheckType: 'SR' });
  put('A_ProductSalesDelivery', {
    Product: sku, ProductSalesOrg: organisation.salesOrganization, ProductDistributionChnl: organisation.distributionChannel,
    BaseUnit: baseUnit, SupplyingPlant: organisation.plant, ItemCategoryGroup: 'NORM',
  });
  put('A_ProductUnitsOfMeasure', {
    Product: sku, AlternativeUnit: baseUnit, QuantityNumerator: '1', QuantityDenominator: '1', GrossWeight: weight, WeightUnit: 'KG',
    GlobalTradeItemNumber: gtin, GlobalTradeItemNumberCategory: 'HE', BaseUnit: baseUnit,
  });
  put('A_ProductUnitsOfMeasureEAN', {
    Product: sku, AlternativeUnit: baseUnit, ConsecutiveNumber: '00001', ProductStandardID: gtin, InternationalArticleNumberCat: 'HE', IsMainGlobalTradeItemNumber: true,
  });
}

/** Takes a material away, as if it had been archived. */
export function dropProduct(sku: string, to: Transaction): void {
  for (const set of ['A_Product', 'A_ProductSalesDelivery', 'A_ProductUnitsOfMeasure', 'A_ProductUnitsOfMeasureEAN', 'A_ProductDescription', 'A_ProductBasicText', 'A_ProductPlant']) {
    for (const row of [...to.database.table(set).rows.values()]) if (row.Product === sku) to.delete(set, row);
  }
  dropStock(to, sku);
  dropConditions(to, sku);
}

function writeCompany(company: WorldCompany, priceLists: readonly WorldPriceList[], to: Transaction): void {
  const put = putter(to);
  const number = withoutZeros(company.customerNumber);
  put('A_BusinessPartner', {
    BusinessPartner: number, Customer: number, BusinessPartnerCategory: '2', BusinessPartnerGrouping: 'BP02',
    BusinessPartnerFullName: company.name, BusinessPartnerName: company.name, OrganizationBPName1: company.name.slice(0, 40),
    BusinessPartnerUUID: `00000000-0000-4000-8000-${String(company.index).padStart(12, '0')}`, CorrespondenceLanguage: company.country === 'DE' ? 'DE' : 'EN',
    Language: company.country === 'DE' ? 'DE' : 'EN', SearchTerm1: company.name.slice(0, 20).toUpperCase(),
    CreatedByUser: 'SANDBOX', CreationDate: day(made), CreationTime: timeOfDay(made),
  });
  put('A_Customer', {
    Customer: number, CustomerAccountGroup: 'CUST', CustomerName: company.name, CustomerFullName: company.name, VATRegistration: company.vatId,
    CreatedByUser: 'SANDBOX', CreationDate: day(made),
  });
  put('A_CustomerSalesArea', {
    Customer: number, SalesOrganization: organisation.salesOrganization, DistributionChannel: organisation.distributionChannel, Division: organisation.division,
    CustomerPriceGroup: priceGroupOf(company.index), PriceListType: priceLists.find(({ appliesTo, currency }) => appliesTo === 'priceListType' && currency === company.currency)?.code ?? '',
    Currency: company.currency, CustomerPaymentTerms: company.terms.code, IncotermsClassification: 'DAP', CustomerPricingProcedure: '01', SupplyingPlant: organisation.plant,
  });
  put('A_CustomerCompany', { Customer: number, CompanyCode: organisation.company, PaymentTerms: company.terms.code, ReconciliationAccount: '12100000' });
  for (const role of ['FLCU00', 'FLCU01']) put('A_BusinessPartnerRole', { BusinessPartner: number, BusinessPartnerRole: role });
  put('A_BusinessPartnerTaxNumber', { BusinessPartner: number, BPTaxType: `${company.country}0`, BPTaxNumber: company.vatId });
  company.locations.forEach((location, i) => {
    const AddressID = location.number;
    const [, StreetName = location.street, HouseNumber = ''] = /^(.*\S)\s+(\d\S*)$/.exec(location.street) ?? [];
    put('A_BusinessPartnerAddress', {
      BusinessPartner: number, AddressID, FullName: location.name.slice(0, 80), StreetName, HouseNumber, CityName: location.city, PostalCode: location.zip,
      Country: location.country, Region: location.province?.split('-').at(-1) ?? '', Language: 'EN', AddressTimeZone: 'CET',
    });
    if (i > 0) return;
    put('A_AddressEmailAddress', { AddressID, Person: '', OrdinalNumber: '1', IsDefaultEmailAddress: true, EmailAddress: company.contact.email, SearchEmailAddress: company.contact.email.slice(0, 20).toUpperCase() });
    put('A_AddressPhoneNumber', {
      AddressID, Person: '', OrdinalNumber: '1', IsDefaultPhoneNumber: true, PhoneNumber: company.contact.phone.replace(/^\+\d+\s*/, ''), DestinationLocationCountry: company.country,
      InternationalPhoneNumber: company.contact.phone.replace(/\s/g, ''), PhoneNumberType: '1',
    });
  });
}

const putter = (to: Transaction) => (set: string, values: Row): Row => to.put(set, fullRow(to.database.table(set).type, values));
