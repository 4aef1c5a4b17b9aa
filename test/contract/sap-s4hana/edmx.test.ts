import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { XMLParser } from 'fast-xml-parser';
import type { Connection, Native } from '../../../lib/connectors/contract';
import { readOptions, type SapOptions } from '../../../lib/connectors/sap-s4hana/options';
import { planPartner } from '../../../lib/connectors/sap-s4hana/partner-change';
import { placedItems, withoutPlaces } from '../../../lib/connectors/sap-s4hana/placed-items';
import example from '../../../lib/documents/examples/order.example.json';
import { contract, needsContract } from '../../support/contracts';
import { fromOrder, System } from './system';

interface Property { '@Name': string; '@Type': string; '@MaxLength'?: string; '@sap:filterable'?: string; '@sap:sortable'?: string; '@sap:creatable'?: string; '@sap:updatable'?: string }
interface EntityType { '@Name': string; Property: Property[]; NavigationProperty?: { '@Name': string; '@Relationship': string; '@ToRole': string }[] }
interface Association { '@Name': string; End: { '@Type': string; '@Role': string }[] }

/** The vendor's metadata of a service: what may be sent. */
class Metadata {
  readonly #types: Map<string, EntityType>;
  readonly #ends: Map<string, string>;

  constructor(file: string) {
    const parser = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '@', isArray: (name) => ['Property', 'NavigationProperty', 'End', 'EntityType', 'Association', 'Schema'].includes(name) });
    const xml = parser.parse(gunzipSync(readFileSync(contract(`sap-s4hana/${file}`)))) as { 'edmx:Edmx': { 'edmx:DataServices': { Schema: { EntityType?: EntityType[]; Association?: Association[] }[] } } };
    const schemas = xml['edmx:Edmx']['edmx:DataServices'].Schema;
    this.#types = new Map(schemas.flatMap(({ EntityType: types = [] }) => types).map((type) => [type['@Name'], type]));
    this.#ends = new Map(schemas.flatMap(({ Association: all = [] }) => all).flatMap(({ '@Name': name, End }) => End.map((end) => [`${name}/${end['@Role']}`, end['@Type'].split('.').at(-1) ?? ''])));
  }

  /** What in the document the service would not take. */
  faults(document: Native, typeName: string, flag: 'creatable' | 'updatable' = 'creatable'): string[] {
    const type = this.#types.get(typeName);
    assert(type, typeName);
    return Object.entries(document).flatMap(([name, value]) => {
      const property = type.Property.find((one) => one['@Name'] === name);
      if (property) return this.#value(property, value, `${typeName}/${name}`, flag);
      const to = this.#leadsTo(typeName, name);
      if (to === undefined) return [`${typeName} has no ${name}`];
      return (Array.isArray(value) ? value as Native[] : [value as Native]).flatMap((row) => this.faults(row, to, flag));
    });
  }

  /** What of a read the service would not take: `$filter`, `$orderby`, `$select` and `$expand` of a request's address. */
  readFaults(url: string): string[] {
    const [, set = ''] = /\/(A_\w+|GLAccountLineItem)(?:\(|\?|$)/.exec(url) ?? [];
    const { searchParams } = new URL(url, 'http://sap');
    const option = (name: string): string => searchParams.get(`$${name}`) ?? '';
    const names = (text: string): string[] => text.replace(/'[^']*'/g, '').match(/\b[A-Z]\w+\b/g) ?? [];
    const property = (name: string): Property | undefined => this.#types.get(`${set}Type`)?.Property.find((one) => one['@Name'] === name);
    const missing = (name: string, flag: '@sap:filterable' | '@sap:sortable'): string[] => {
      const found = property(name);
      return !found ? [`${set}Type has no ${name}`] : found[flag] === 'false' ? [`${set}Type/${name}: ${flag}`] : [];
    };
    return [
      ...names(option('filter')).flatMap((name) => missing(name, '@sap:filterable')), ...names(option('orderby')).flatMap((name) => missing(name, '@sap:sortable')),
      ...option('select').split(',').filter(Boolean).flatMap((path) => this.#selectFaults(`${set}Type`, path)), ...option('expand').split(',').filter(Boolean).flatMap((path) => this.#pathFaults(`${set}Type`, path)),
    ];
  }

  #pathFaults(typeName: string, path: string): string[] {
    const end = path.split('/').reduce<string | undefined>((at, name) => at === undefined ? undefined : this.#leadsTo(at, name), typeName);
    return end === undefined ? [`${typeName} has no ${path}`] : [];
  }

  #selectFaults(typeName: string, path: string): string[] {
    const name = path.split('/').at(-1) ?? '';
    const type = path.split('/').slice(0, -1).reduce<string | undefined>((at, step) => at === undefined ? undefined : this.#leadsTo(at, step), typeName);
    return this.#types.get(type ?? '')?.Property.some((one) => one['@Name'] === name) === true ? [] : [`${typeName} has no ${path}`];
  }

  #leadsTo(typeName: string, name: string): string | undefined {
    const leads = this.#types.get(typeName)?.NavigationProperty?.find((one) => one['@Name'] === name);
    return leads && this.#ends.get(`${leads['@Relationship'].split('.').at(-1) ?? ''}/${leads['@ToRole']}`);
  }

  #value(property: Property, value: unknown, path: string, flag: 'creatable' | 'updatable'): string[] {
    if (property[`@sap:${flag}`] === 'false') return [`${path} is not ${flag}`];
    const type = property['@Type'];
    if (type === 'Edm.Boolean') return typeof value === 'boolean' ? [] : [`${path} is no boolean`];
    if (typeof value !== 'string') return [`${path} is no text`];
    if (type === 'Edm.DateTime') return /^\/Date\(-?\d+\)\/$/.test(value) ? [] : [`${path} is no date`];
    if (type === 'Edm.Decimal') return /^-?\d+(\.\d+)?$/.test(value) ? [] : [`${path} is no decimal`];
    return value.length > Number(property['@MaxLength'] ?? Infinity) ? [`${path} is longer than ${property['@MaxLength'] ?? ''}`] : [];
  }
}

describe('SAP S/4HANA requests against the vendor\'s metadata', () => {
  let system: System;
  let erp: Connection;
  before(async function () {
    needsContract(this, 'sap-s4hana/API_SALES_ORDER_SRV.edmx.gz');
    system = await System.start();
    erp = system.connect();
  });
  after(() => (system as System | undefined)?.stop());

  const options = (): SapOptions => readOptions({
    settings: { ...system.sandbox.settings, stockLocations: ['AUG1-0001', 'DRESDEN'].map((location, at) => ({ plant: `10${String(at + 1)}0`, storageLocation: '101A', location })) },
    secrets: system.sandbox.secrets, baseUrl: system.sandbox.url,
  });
  /** An order that uses every rule of the mapping. */
  function fullOrder(): Native {
    const [line] = example.lines;
    const lines = [
      { ...line, location: undefined, allocations: [{ location: { code: 'AUG1-0001' }, quantity: '800' }, { location: { code: 'DRESDEN' }, quantity: '40' }], note: 'left side up', requestedDeliveryDate: '2026-12-01' }, ...example.lines.slice(1),
    ];
    return erp.fromCanonical('order', {
      ...example, lines, partialDeliveryAllowed: false, deliveryParty: { ...example.deliveryParty, customerNumber: undefined }, accountingParty: { customerNumber: '0000104799' },
      monetaryTotal: { ...example.monetaryTotal, payableRoundingAmount: { value: '-0.03', currency: 'EUR' }, payableAmount: { value: '3094.35', currency: 'EUR' } },
    });
  }

  for (const file of ['API_SALES_ORDER_SRV.edmx.gz', 'API_SALES_ORDER_SRV.2020.edmx.gz']) {
    it(`every property of an order exists, may be created and fits: ${file}`, () => {
      const order = placedItems(fullOrder(), options());
      assert.equal((order['to_Item'] as Native[])[1]?.['ProductionPlant'], '1020');
      for (const navigation of ['to_Item', 'to_Partner', 'to_PricingElement', 'to_Text']) assert((order[navigation] as unknown[]).length > 0, navigation);
      assert.deepEqual(new Metadata(file).faults(order, 'A_SalesOrderType'), []);
    });
  }
  it('every property that a change sends may be updated', () => {
    const metadata = new Metadata('API_SALES_ORDER_SRV.edmx.gz');
    assert.deepEqual(metadata.faults(withoutPlaces(fullOrder()), 'A_SalesOrderType', 'updatable'), []);
    assert.deepEqual(metadata.faults({ SalesDocumentRjcnReason: '00' }, 'A_SalesOrderItemType', 'updatable'), []);
    assert.deepEqual(metadata.faults({ DeliveryBlockReason: '' }, 'A_SalesOrderType', 'updatable'), []);
    assert.deepEqual(metadata.faults({ DeliveryBlockReason: '01', to_Text: [{ Language: 'EN', LongTextID: 'TX03', LongText: 'x' }] }, 'A_SalesOrderType'), []);
    assert.deepEqual(metadata.faults({ LongText: 'x' }, 'A_SalesOrderTextType', 'updatable'), []);
  });
  it('every property of a new customer exists and may be created', () => {
    const address = { streetName: 'Ring', buildingNumber: '7', cityName: 'Köln', postalZone: '50667', countryCode: 'DE' };
    const common = { id: 'shop:Company:1', status: 'active', externalIds: [{ system: 'shop', type: 'Company', id: 'gid://shopify/Company/98765432109' }], email: 'a@b.example', telephone: '+49 89 1', taxIds: [{ scheme: 'VAT', id: 'DE1', countryCode: 'DE' }], locations: [{ id: 'gid://shopify/CompanyLocation/7', name: 'Werk', billingAddress: address }, { id: '8', name: 'Lager', shippingAddress: { ...address, additionalStreetName: 'Tor 3' } }], paymentTerms: { type: 'net', netDays: 30 }, deliveryTerms: { code: 'DAP', place: 'Köln' }, language: 'de', currency: 'EUR' };
    const metadata = new Metadata('API_BUSINESS_PARTNER.edmx.gz');
    for (const party of [{ legalName: 'Neue Werkzeugmaschinen und Anlagentechnik Verwaltungsgesellschaft mbH' }, { person: { givenName: 'Zoë', familyName: 'Weber' } }]) {
      assert.deepEqual(metadata.faults(erp.fromCanonical('customer', { ...common, ...party }), 'A_BusinessPartnerType'), []);
    }
  });
  it('every property that a change of a customer sends exists and may be changed', () => {
    const metadata = new Metadata('API_BUSINESS_PARTNER.edmx.gz');
    const address = { streetName: 'Ring', cityName: 'Dayton', postalZone: '45402', countrySubentityCode: 'US-OH', countryCode: 'US', additionalStreetName: 'Gate 3', careOf: 'Ann', postbox: '12' };
    const wanted = erp.fromCanonical('customer', {
      id: 'shop:Company:1', externalIds: [{ system: 'shop', type: 'Company', id: '1' }], customerType: 'company', legalName: 'Neue Werkzeugmaschinen und Anlagentechnik Verwaltungsgesellschaft mbH',
      email: 'a@b.example', telephone: '+49 89 123456', taxIds: [{ scheme: 'VAT', id: 'DE811569869' }], language: 'de', currency: 'EUR', paymentTerms: { type: 'net', netDays: 30 },
      deliveryTerms: { code: 'DAP', place: 'Köln' }, locations: [{ id: '7', name: 'Werk', billingAddress: address }],
    });
    const numbers = { to_EmailAddress: [{ EmailAddress: 'x@y.example' }], to_PhoneNumber: [{ PhoneNumber: '1' }] };
    const there = {
      BusinessPartner: '1', Customer: '1', to_BusinessPartnerTax: [{ BPTaxType: 'DE0', BPTaxNumber: '1' }], to_BusinessPartnerAddress: [{ AddressID: '2', StreetSuffixName: 'x', ...numbers }],
      to_Customer: { to_CustomerSalesArea: [{ SalesOrganization: '1010', DistributionChannel: '10', Division: '00' }] },
    };
    const bare = { BusinessPartner: '1', Customer: '1' };
    const sets = [there, bare].flatMap((old) => planPartner(old, wanted, readOptions({ settings: system.sandbox.settings, secrets: system.sandbox.secrets, baseUrl: system.sandbox.url }))).map(({ method, path, body }) => {
      const set = path.startsWith('A_Customer(') ? 'A_CustomerSalesArea' : { to_BusinessPartnerAddress: 'A_BusinessPartnerAddress', to_BusinessPartnerTax: 'A_BusinessPartnerTaxNumber' }[path.split('/').at(-1) ?? ''] ?? path.split('(')[0] ?? '';
      assert.deepEqual(metadata.faults(body, `${set}Type`, method === 'POST' ? 'creatable' : 'updatable'), [], path);
      return `${method} ${set}`;
    });
    const changed = ['A_BusinessPartner', 'A_BusinessPartnerAddress', 'A_AddressEmailAddress', 'A_AddressPhoneNumber', 'A_BusinessPartnerTaxNumber', 'A_CustomerSalesArea'].map((set) => `PATCH ${set}`);
    assert.deepEqual(sets, [...changed, 'PATCH A_BusinessPartner', 'POST A_BusinessPartnerAddress', 'POST A_BusinessPartnerTaxNumber', 'POST A_CustomerSalesArea']);
  });
  it('every field and path that look-ups of orders, customers, products, stock, prices, deliveries, invoices and payments name exists, and may be filtered and sorted by', async () => {
    const { externalId } = await erp.create('order', fromOrder(erp, system.order('EDMX-1', { orderNumber: 'EDMX-1' })));
    const invoice = system.sandbox.invoice(externalId.id);
    system.sandbox.payInvoice(invoice, '1.00');
    system.sandbox.payInvoice(invoice);
    const before = system.sandbox.requests.length;
    for (const entity of ['order', 'customer', 'product', 'invoice', 'payment'] as const) {
      await erp.get(entity, entity === 'invoice' ? invoice : 'X');
      if (!['invoice', 'payment'].includes(entity)) await erp.findByReference(entity, 'X', { party: '1' });
      for await (const { records } of erp.list(entity, { updatedSince: '2026-01-01T00:00:00Z' })) assert.ok(records);
    }
    await erp.create('order', fromOrder(erp, system.order('E-1')));
    for (const delivery of system.sandbox.orders().flatMap(({ SalesOrder }) => system.sandbox.deliver(String(SalesOrder)))) assert.ok(await erp.get('shipment', delivery));
    for (const since of [{}, { updatedSince: '2026-01-01T00:00:00Z' }]) for await (const { records } of erp.list('shipment', since)) assert.ok(records.length > 0);
    const [company] = system.sandbox.world.companies;
    for (const keys of [{ number: '1' }, { taxId: company?.vatId ?? '' }, { email: company?.contact.email ?? '' }, { phone: company?.contact.phone ?? '' }]) await erp.findParty?.(keys);
    for (const keys of [{ sku: '1' }, { gtin: '1' }]) await erp.findItem?.(keys);
    for (const entity of ['inventory', 'price'] as const) {
      for (const by of [erp, system.connect({ priceLists: [{ list: 'a', appliesTo: 'customer', value: '1' }, { list: 'b', appliesTo: 'customerPriceGroup', value: '1' }, { list: 'c', appliesTo: 'priceListType', value: '1' }] })]) {
        await by.get(entity, 'X/X/X');
        for await (const { records } of by.list(entity)) assert.ok(records);
      }
    }
    const services = ['API_SALES_ORDER_SRV', 'API_BUSINESS_PARTNER', 'API_PRODUCT_SRV', 'API_MATERIAL_STOCK_SRV', 'API_SLSPRICINGCONDITIONRECORD_SRV', 'API_BILLING_DOCUMENT_SRV', 'API_GLACCOUNTLINEITEM', 'API_OUTBOUND_DELIVERY_SRV']
      .map((name) => ({ name, metadata: new Metadata(`${name}.edmx.gz`) }));
    const reads = system.sandbox.requests.slice(before).filter(({ method }) => method === 'GET').map(({ url }) => url);
    assert.ok(reads.length > 22);
    assert.deepEqual(reads.flatMap((url) => services.find(({ name }) => url.includes(name))?.metadata.readFaults(url) ?? [`no service: ${url}`]), []);
  });
  it('the check notices what the vendor would refuse', () => {
    const faults = new Metadata('API_SALES_ORDER_SRV.edmx.gz').faults({ TotalNetAmount: '1.00', Nope: '1', SoldToParty: '12345678901', to_Item: [{ NetAmount: 1 }] }, 'A_SalesOrderType');
    assert.deepEqual(faults, ['A_SalesOrderType/TotalNetAmount is not creatable', 'A_SalesOrderType has no Nope', 'A_SalesOrderType/SoldToParty is longer than 10', 'A_SalesOrderItemType/NetAmount is not creatable']);
    assert.deepEqual(new Metadata('API_PRODUCT_SRV.edmx.gz').readFaults("/A_Product?$filter=Nope eq 'Product'&$select=Product,to_Plant/Nope&$expand=to_Description,to_Plant/to_Nope"), ['A_ProductType has no Nope', 'A_ProductType has no to_Plant/Nope', 'A_ProductType has no to_Plant/to_Nope']);
  });
});
