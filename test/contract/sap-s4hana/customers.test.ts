import assert from 'node:assert/strict';
import type { Connection } from '../../../lib/connectors/contract';
import type { WorldCompany } from '../../../sandbox/world';
import { fromOrder, outcome, System } from './system';

describe('SAP S/4HANA look-ups', () => {
  let system: System;
  let erp: Connection;
  let company: WorldCompany;
  before(async () => {
    system = await System.start();
    erp = system.connect();
    const [first] = system.sandbox.world.companies;
    assert(first);
    company = first;
  });
  after(() => system.stop());

  const number = (): string => company.customerNumber.replace(/^0+/, '');
  const ids = async (found: ReturnType<NonNullable<Connection['findParty']>> | undefined): Promise<string[]> => ((await found) ?? []).map(({ externalId }) => externalId.id);

  it('finds a customer by number, with or without leading zeros', async () => {
    assert.deepEqual(await ids(erp.findParty?.({ number: company.customerNumber })), [number()]);
    assert.deepEqual(await ids(erp.findParty?.({ number: number() })), [number()]);
  });
  it('… by tax id, however it is spaced', async () => {
    assert.deepEqual(await ids(erp.findParty?.({ taxId: `${company.vatId.slice(0, 2)} ${company.vatId.slice(2)}` })), [number()]);
  });
  it('… by e-mail, whatever its case', async () => {
    assert.deepEqual(await ids(erp.findParty?.({ email: company.contact.email.toUpperCase() })), [number()]);
  });
  it('… by phone, however it is written', async () => {
    assert.deepEqual(await ids(erp.findParty?.({ phone: company.contact.phone.replace(/ /g, '-').replace('+49', '0049') })), [number()]);
  });
  it('nothing is an empty list', async () => {
    for (const keys of [{ number: '999999' }, { taxId: 'XX1' }, { email: 'no@where.example' }, { phone: '+49 1 1111111' }, {}]) assert.deepEqual(await ids(erp.findParty?.(keys)), []);
  });
  it('finds an item by number and by GTIN', async () => {
    const [product] = system.sandbox.world.products;
    assert(product);
    assert.deepEqual(await ids(erp.findItem?.({ sku: product.sku })), [product.sku]);
    assert.deepEqual(await ids(erp.findItem?.({ gtin: product.gtin })), [product.sku]);
    assert.deepEqual(await ids(erp.findItem?.({ sku: 'NOPE' })), []);
  });

  it('creates a customer that can order at once, and finds it by our reference', async () => {
    const customer = {
      schemaVersion: '1.0', id: 'shop:Company:1', externalIds: [{ system: 'shop', type: 'Company', id: 'gid://shopify/Company/98765432109' }],
      customerType: 'company', status: 'active', legalName: 'Neue Werkzeugmaschinen und Anlagentechnik Verwaltungsgesellschaft mbH',
      email: 'new@customer.example', telephone: '+49 89 998877', taxIds: [{ scheme: 'VAT', id: 'DE811569869', countryCode: 'DE' }],
      locations: [{ id: 'main', name: 'main', billingAddress: { streetName: 'Ring', buildingNumber: '7', cityName: 'Köln', postalZone: '50667', countryCode: 'DE' } }],
    };
    const native = erp.fromCanonical('customer', customer);
    const { externalId } = await erp.create('customer', native);
    const { reference = '' } = erp.referenceOf('customer', native) ?? {};
    assert.deepEqual((await erp.findByReference('customer', reference)).map((one) => one.externalId), [externalId]);
    assert.deepEqual(await ids(erp.findParty?.({ email: 'NEW@customer.example' })), [externalId.id]);
    assert.deepEqual(await ids(erp.findParty?.({ taxId: 'DE811569869' })), [externalId.id]);
    const order = fromOrder(erp, system.order('C-1'));
    erp.setParty?.(order, externalId.id);
    assert.equal(await outcome(erp.create('order', order)), 'ok');
  });
});
