import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Connection, Native } from '../../../lib/connectors/contract';
import type { Entity } from '../../../lib/documents/event';
import type { Customer, Product } from '../../../lib/documents/types';
import { checkDocument } from '../../../lib/documents/validate';
import { SapClient } from '../../sandbox/sap-client';
import { outcome, System } from './system';

/** A clock that tests set. */
let now = Date.UTC(2026, 10, 2, 9);

describe('SAP S/4HANA customers and products as canonical documents', () => {
  let system: System;
  let erp: Connection;
  before(async () => {
    system = await System.start({ now: () => now, customers: 25, materials: 25 });
    erp = system.connect();
  });
  after(() => system.stop());

  async function client(service: 'API_BUSINESS_PARTNER' | 'API_PRODUCT_SRV'): Promise<SapClient> {
    const sap = new SapClient(system.sandbox, service);
    await sap.fetchToken();
    return sap;
  }
  async function change(service: 'API_BUSINESS_PARTNER' | 'API_PRODUCT_SRV', path: string, values: Native): Promise<void> {
    const answer = await (await client(service)).send('PATCH', path, values);
    assert.equal(answer.status, 204, answer.text);
  }
  async function read<T>(entity: Entity, id: string): Promise<T> {
    const native = await erp.get(entity, id);
    assert.ok(native, `${entity} ${id}`);
    return erp.toCanonical(entity, native) as T;
  }
  async function pages(entity: Entity, options: Parameters<Connection['list']>[1] = {}): Promise<Native[][]> {
    const all: Native[][] = [];
    for await (const { records } of erp.list(entity, options)) all.push(records);
    return all;
  }
  const idsOf = (entity: Entity, rows: Native[]): string[] => rows.map((row) => erp.identify(entity, row).id);
  const bare = (number: string): string => number.replace(/^0+/, '');

  it('a customer has its names, addresses, tax ids and what holds in the sales area of the settings', async () => {
    const company = system.sandbox.world.companies.find(({ locations }) => locations.length > 1) ?? assert.fail();
    const customer = await read<Customer>('customer', company.customerNumber);
    assert.deepEqual(customer.externalIds, [{ system: erp.system, type: 'Customer', id: bare(company.customerNumber), number: bare(company.customerNumber) }]);
    assert.deepEqual([customer.customerType, customer.legalName, customer.customerNumber, customer.status], ['company', company.name, company.customerNumber, 'active']);
    assert.deepEqual(customer.taxIds, [{ scheme: 'VAT', id: company.vatId, countryCode: company.country }]);
    assert.deepEqual([customer.email, customer.telephone, customer.currency], [company.contact.email, company.contact.phone.replace(/ /g, ''), company.currency]);
    assert.deepEqual([customer.paymentTerms, customer.deliveryTerms], [{ type: 'net', netDays: company.terms.netDays, code: company.terms.code }, { code: 'DAP' }]);
    assert.deepEqual(customer.addresses?.map(({ usage, isDefault }) => [usage, isDefault]), [[['billing', 'shipping'], true], [['other'], undefined]]);
    const { address } = customer.addresses[0] ?? assert.fail();
    assert.deepEqual([address.streetName, address.cityName, address.postalZone, address.countryCode], ['Industriestr.', company.locations[0]?.city, company.locations[0]?.zip, company.country]);
    assert.match(address.buildingNumber ?? '', /^\d+$/);
  });

  it('a person is one, and a customer without a tax id or contact is good, too', async () => {
    const made = await erp.create('customer', erp.fromCanonical('customer', {
      id: 'shop:Customer:7', externalIds: [{ system: 'shop', type: 'Customer', id: '7' }], customerType: 'person', person: { givenName: 'Zoë', familyName: 'Weber' },
      addresses: [{ address: { streetName: 'Ring', buildingNumber: '7', cityName: 'Graz', postalZone: '8010', countryCode: 'AT' }, usage: ['billing'] }],
    }));
    const customer = await read<Customer>('customer', made.externalId.id);
    assert.deepEqual([customer.customerType, customer.person, customer.legalName, customer.taxIds, customer.email], ['person', { givenName: 'Zoë', familyName: 'Weber' }, undefined, undefined, undefined]);
    assert.deepEqual([customer.addresses?.[0]?.address.cityName, customer.version.sourceUpdatedAt, customer.createdAt], ['Graz', new Date(now).toISOString(), new Date(now).toISOString()]);
  });

  it('an order block and a mark for deletion are told', async () => {
    const [, blocked, area, gone] = system.sandbox.world.companies.map(({ customerNumber }) => bare(customerNumber));
    await change('API_BUSINESS_PARTNER', `A_Customer('${blocked ?? ''}')`, { OrderIsBlockedForCustomer: '01' });
    await change('API_BUSINESS_PARTNER', `A_CustomerSalesArea(Customer='${area ?? ''}',SalesOrganization='1010',DistributionChannel='10',Division='00')`, { OrderIsBlockedForCustomer: '01' });
    await change('API_BUSINESS_PARTNER', `A_BusinessPartner('${gone ?? ''}')`, { IsMarkedForArchiving: true });
    const states = await Promise.all([blocked, area, gone].map(async (number) => (await read<Customer>('customer', number ?? '')).status));
    assert.deepEqual(states, ['blocked', 'blocked', 'inactive']);
  });

  it('a product has its descriptions, GTIN, units and weights', async () => {
    const [known] = system.sandbox.world.products;
    assert.ok(known);
    await (await client('API_PRODUCT_SRV')).send('POST', `A_Product('${known.sku}')/to_Description`, { Language: 'DE', ProductDescription: 'Sechskantschraube' });
    await (await client('API_PRODUCT_SRV')).send('POST', `A_Product('${known.sku}')/to_ProductUnitsOfMeasure`, { AlternativeUnit: 'BOX', QuantityNumerator: '12', QuantityDenominator: '1', GlobalTradeItemNumber: '04012345999990' });
    const product = await read<Product>('product', known.sku);
    assert.deepEqual([product.name, product.sku, product.status, product.productType, product.productGroup], [known.name, known.sku, 'active', 'simple', 'L001']);
    assert.deepEqual(product.translations, [{ language: 'en', name: known.name }, { language: 'de', name: 'Sechskantschraube' }]);
    const [variant] = product.variants;
    const weight = { value: String(known.weightGrams / 1000), unitCode: 'KGM' };
    assert.deepEqual([variant?.gtin, variant?.baseUnitCode, variant?.purchasable, variant?.netWeight, variant?.grossWeight], [known.gtin, known.unit, true, weight, weight]);
    assert.deepEqual(variant?.alternativeUnits?.map(({ unitCode, numerator, denominator }) => [unitCode, numerator, denominator]), known.unit === 'XBX' ? [] : [['XBX', '12', '1']]);
  });

  it('a status, a mark for deletion, and a product that is not sold in the sales area', async () => {
    const [, blocked = '', gone = ''] = system.sandbox.world.products.map(({ sku }) => sku);
    await change('API_PRODUCT_SRV', `A_ProductSalesDelivery(Product='${blocked}',ProductSalesOrg='1010',ProductDistributionChnl='10')`, { ProductSalesStatus: '01' });
    await change('API_PRODUCT_SRV', `A_Product('${gone}')`, { IsMarkedForDeletion: true });
    await (await client('API_PRODUCT_SRV')).send('POST', 'A_Product', { Product: 'NOT-SOLD', BaseUnit: 'PC', ProductType: 'SERV' });
    const told = await Promise.all([blocked, gone, 'NOT-SOLD'].map(async (sku) => {
      const { status, deleted, productType, variants: [variant] } = await read<Product>('product', sku);
      return [status, deleted, productType, variant?.purchasable, variant?.status];
    }));
    assert.deepEqual(told, [['blocked', undefined, 'simple', false, 'blocked'], ['archived', true, 'simple', false, 'archived'], ['active', undefined, 'service', false, 'active']]);
  });

  it('a product has its texts in every language, exact units, and what else a shop may show', async () => {
    const { sku } = system.sandbox.world.products[5] ?? assert.fail();
    system.sandbox.changeMaterial({ sku, text: 'DIN 933\nA2' });
    system.sandbox.changeMaterial({ sku, language: 'DE', name: 'Schraube', text: 'Edelstahl' });
    await change('API_PRODUCT_SRV', `A_Product('${sku}')`, { IndustryStandardName: 'DIN 933', SizeOrDimensionText: 'M8X40', MaterialVolume: '1.250', VolumeUnit: 'L', SerialNumberProfile: '0001', IsBatchManagementRequired: true });
    await (await client('API_PRODUCT_SRV')).send('POST', `A_Product('${sku}')/to_ProductUnitsOfMeasure`, { AlternativeUnit: 'PAL', QuantityNumerator: '1000', QuantityDenominator: '3' });
    const product = await read<Product>('product', sku);
    assert.deepEqual(product.translations?.map(({ language, name, description }) => [language, name, description]), [['en', product.name, 'DIN 933\nA2'], ['de', 'Schraube', 'Edelstahl']]);
    assert.deepEqual([product.description, product.attributes], ['DIN 933\nA2', [{ code: 'industryStandard', value: 'DIN 933' }, { code: 'size', value: 'M8X40' }, { code: 'volume', value: '1.25', unitCode: 'LTR' }]]);
    const [variant] = product.variants;
    assert.deepEqual([variant?.alternativeUnits?.at(-1), variant?.serialControlled, variant?.lotControlled], [{ unitCode: 'XPX', numerator: '1000', denominator: '3' }, true, true]);
    const plain = await read<Product>('product', system.sandbox.world.products[6]?.sku ?? '');
    assert.deepEqual([plain.attributes, plain.description, plain.variants[0]?.serialControlled, plain.variants[0]?.lotControlled], [undefined, undefined, undefined, undefined]);
  });

  it('C38 a status blocks at once wherever it stands, unless it is known to be harmless, and is told as a change', async () => {
    const sku = system.sandbox.world.products[7]?.sku ?? '';
    const stateOf = async (connection = erp): Promise<string[]> => {
      const { status, variants: [variant] } = connection.toCanonical('product', await connection.get('product', sku) ?? assert.fail()) as unknown as Product;
      return [status, variant?.status ?? '', String(variant?.purchasable)];
    };
    const since = new Date(now += 60_000).toISOString();
    for (const blocks of [{ status: 'Z1' }, { salesStatus: 'Z1' }]) {
      now += 1000;
      system.sandbox.changeMaterial({ sku, ...blocks });
      assert.deepEqual(await stateOf(), ['blocked', 'blocked', 'false']);
      assert.deepEqual(idsOf('product', (await pages('product', { updatedSince: since })).flat()), [sku]);
      assert.deepEqual(await stateOf(system.connect({ sellableStatuses: 'a1 z1' })), ['active', 'active', 'true']);
      system.sandbox.changeMaterial({ sku, status: '', salesStatus: '' });
      assert.deepEqual(await stateOf(), ['active', 'active', 'true']);
    }
    system.sandbox.changeMaterial({ sku, deleted: true });
    assert.deepEqual(await stateOf(), ['archived', 'archived', 'false']);
    system.sandbox.changeMaterial({ sku, deleted: false });
    assert.deepEqual(await stateOf(), ['active', 'active', 'true']);
    assert.throws(() => { system.sandbox.changeMaterial({ sku: 'NOPE', name: 'x' }); }, RangeError);
    assert.throws(() => system.connect({ sellableStatuses: 'ABC' }), { code: 'CONFIG_SELLABLE_STATUSES' });
  });

  it('materials without sales data for the sales area are no products, unless the settings say so', async () => {
    await (await client('API_PRODUCT_SRV')).send('POST', 'A_Product', { Product: 'RAW-1', BaseUnit: 'PC', ProductType: 'ROH' });
    assert.ok(!idsOf('product', (await pages('product')).flat()).includes('RAW-1'));
    const all: Native[] = [];
    for await (const { records } of system.connect({ productScope: 'all' }).list('product', { pageSize: 7 })) all.push(...records);
    assert.ok(idsOf('product', all).includes('RAW-1'));
    assert.equal((await pages('product', { pageSize: 7 })).flat().length, all.length - all.filter((row) => ['RAW-1', 'NOT-SOLD', 'ODD-UNIT'].includes(erp.identify('product', row).id)).length);
  });

  it('C13 products come each once at any page size', async () => {
    const all = idsOf('product', (await pages('product')).flat()).sort();
    for (const pageSize of [1, all.length - 1, all.length, all.length + 1, Math.ceil(all.length / 3)]) {
      assert.deepEqual(idsOf('product', (await pages('product', { pageSize })).flat()).sort(), all, String(pageSize));
    }
  });

  it('mapping a product depends on it alone, and leaves it as it was', async () => {
    const native = await erp.get('product', system.sandbox.world.products[5]?.sku ?? '') ?? assert.fail();
    const text = fc.string({ maxLength: 12 });
    fc.assert(fc.property(fc.record({ CrossPlantStatus: fc.constantFrom('', 'Z1'), ProductOldID: text, GrossWeight: fc.nat({ max: 99_999 }).map(String), IsMarkedForDeletion: fc.boolean(), ProductGroup: text }, { noNullPrototype: true }), (values) => {
      const record = { ...native, ...values };
      const before = structuredClone(record);
      const first = erp.toCanonical('product', record);
      assert.deepEqual(record, before);
      assert.deepEqual(erp.toCanonical('product', structuredClone(record)), first);
    }));
  });

  it('C53 a unit that nobody else knows is a DataError naming product and field', async () => {
    await (await client('API_PRODUCT_SRV')).send('POST', 'A_Product', { Product: 'ODD-UNIT', BaseUnit: 'ZZ9' });
    const native = await erp.get('product', 'ODD-UNIT') ?? assert.fail();
    assert.throws(() => erp.toCanonical('product', native), { code: 'DATA_MAPPING', message: /product ODD-UNIT.*ZZ9/ });
    await change('API_PRODUCT_SRV', "A_Product('ODD-UNIT')", { BaseUnit: 'PC' });
  });

  for (const entity of ['customer', 'product'] as const) {
    it(`${entity}s: each once, every one a valid document, whatever the page size`, async () => {
      const all = (await pages(entity)).flat();
      assert.deepEqual(all.map((row) => checkDocument(entity, erp.toCanonical(entity, row))).filter((issues) => issues.length > 0), []);
      const ids = idsOf(entity, all);
      assert.ok(ids.length >= 25 && new Set(ids).size === ids.length, ids.join());
      const small = await pages(entity, { pageSize: 4 });
      assert.ok(small.length > 4);
      assert.deepEqual(idsOf(entity, small.flat()).sort(), [...ids].sort());
    });
    it(`${entity}s: only what changed since, and on from a cursor`, async () => {
      now += 86_400_000;
      const since = new Date(now).toISOString();
      assert.deepEqual((await pages(entity, { updatedSince: since })).flat(), []);
      const [, , , , one = '', two = ''] = entity === 'customer' ? system.sandbox.world.companies.map(({ customerNumber }) => bare(customerNumber)) : system.sandbox.world.products.map(({ sku }) => sku);
      for (const id of [two, one]) {
        now += 1000;
        if (entity === 'customer') await change('API_BUSINESS_PARTNER', `A_BusinessPartner('${id}')`, { SearchTerm2: 'X' });
        else await change('API_PRODUCT_SRV', `A_Product('${id}')`, { ProductOldID: 'X' });
      }
      assert.deepEqual(idsOf(entity, (await pages(entity, { updatedSince: since })).flat()), [two, one]);
      const rest: string[] = [];
      let cursor: string | undefined;
      for await (const page of erp.list(entity, { pageSize: 7 })) { cursor = page.cursor; break; }
      assert.ok(cursor);
      for await (const page of erp.list(entity, { pageSize: 7, cursor })) rest.push(...idsOf(entity, page.records));
      const all = idsOf(entity, (await pages(entity)).flat());
      assert.ok(rest.length < all.length && rest.length >= all.length - 7);
      assert.deepEqual(rest.slice(-2), [two, one]);
    });
  }

  it('a customer that is changed while we page is not lost', async () => {
    const all = idsOf('customer', (await pages('customer')).flat());
    const never = all[0] ?? '';
    const seen: string[] = [];
    for await (const page of erp.list('customer', { pageSize: 5 })) {
      if (seen.length === 0) { now += 1000; await change('API_BUSINESS_PARTNER', `A_BusinessPartner('${all[8] ?? ''}')`, { SearchTerm2: 'Y' }); }
      seen.push(...idsOf('customer', page.records));
    }
    assert.ok(seen.includes(never));
    assert.deepEqual([...new Set(seen)].sort(), [...all].sort());
  });

  it('what is not there is undefined, not an error', async () => {
    assert.deepEqual([await erp.get('customer', '999999'), await erp.get('product', 'NOPE')], [undefined, undefined]);
    assert.equal(await outcome(erp.findByReference('customer', 'NOPE')), 'ok');
  });
});
