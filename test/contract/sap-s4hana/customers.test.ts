import assert from 'node:assert/strict';
import type { Connection, Native, WriteResult } from '../../../lib/connectors/contract';
import type { Customer } from '../../../lib/documents/types';
import type { WorldCompany } from '../../../sandbox/world';
import { erpCompany, erpPerson } from '../customers';
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

describe('SAP S/4HANA customers are written', () => {
  let system: System;
  let erp: Connection;
  beforeEach(async () => {
    system = await System.start({ customers: 8 });
    erp = system.connect();
  });
  afterEach(() => system.stop());

  const native = (customer: Customer): Native => erp.fromCanonical('customer', { ...customer });
  const create = async (customer: Customer): Promise<string> => (await erp.create('customer', native(customer))).externalId.id;
  const update = (number: string, customer: Customer): Promise<WriteResult> => erp.update('customer', number, native(customer));
  const read = async (number: string): Promise<Customer> => erp.toCanonical('customer', await erp.get('customer', number) ?? assert.fail('not there')) as unknown as Customer;
  let before: Record<string, number> = {};
  beforeEach(() => { before = {}; });
  /** Rows written since the last call. */
  const writes = (): Record<string, number> => {
    const now = { ...system.sandbox.counters.writes };
    const since = Object.fromEntries(Object.entries(now).map(([name, count]) => [name, count - (before[name] ?? 0)] as const).filter(([, count]) => count > 0));
    before = now;
    return since;
  };
  const shopCompany = (change: Partial<Customer> = {}): Customer => ({ ...erpCompany('1', change), externalIds: [{ system: 'shop', type: 'Company', id: 'gid://shopify/Company/1' }] });

  it('a company is made with all its addresses, terms and tax number, and written again changes nothing', async () => {
    const number = await create(shopCompany());
    assert.deepEqual(writes(), { 'created A_BusinessPartner': 1 });
    const customer = await read(number);
    assert.deepEqual([customer.legalName, customer.email, customer.telephone, customer.taxIds?.[0]?.id, customer.paymentTerms, customer.language], ['Neue Technik 1 GmbH', 'einkauf1@customer.example', '+498215550100', 'DE811569869', { type: 'net', netDays: 30, code: 'NT30' }, 'de']);
    assert.deepEqual(customer.locations?.map(({ billingAddress, shippingAddress }) => [billingAddress?.streetName, shippingAddress?.streetName]), [['Industriestr.', undefined], [undefined, 'Hafenstr.']]);
    assert.deepEqual([(await update(number, shopCompany())).outcome, writes()], ['unchanged', {}]);
  });
  it('what is read and written back changes nothing, for every customer there is', async () => {
    for await (const { records } of erp.list('customer')) {
      for (const record of records) assert.equal((await update(erp.identify('customer', record).id, erp.toCanonical('customer', record) as unknown as Customer)).outcome, 'unchanged');
    }
    assert.deepEqual(writes(), {});
  });

  const long = 'Neue Werkzeugmaschinen und Anlagentechnik Verwaltungsgesellschaft mbH & Co. Kommanditgesellschaft';
  const moved = { streetName: 'Neue Str.', buildingNumber: '9', cityName: 'Ulm', postalZone: '89073', countryCode: 'DE' };
  const cases: [what: string, change: (customer: Customer) => Partial<Customer>, writes: Record<string, number>, path: string][] = [
    ['a name, over several fields', () => ({ legalName: long }), { 'updated A_BusinessPartner': 1 }, 'A_BusinessPartner.OrganizationBPName2'],
    ['the address bills go to', ({ locations = [] }) => ({ locations: locations.map((one, at) => at === 0 ? { ...one, billingAddress: moved } : one) }), { 'updated A_BusinessPartnerAddress': 1 }, 'to_BusinessPartnerAddress[0].CityName'],
    ['the address of another location', ({ locations = [] }) => ({ locations: locations.map((one, at) => at === 1 ? { ...one, shippingAddress: moved } : one) }), { 'updated A_BusinessPartnerAddress': 1 }, 'to_BusinessPartnerAddress[1].CityName'],
    ['a further location', ({ locations = [] }) => ({ locations: [...locations, { id: 'L3', name: 'Werk 3', shippingAddress: moved }] }), { 'created A_BusinessPartnerAddress': 1 }, 'to_BusinessPartnerAddress'],
    ['the e-mail address', () => ({ email: 'neu@customer.example' }), { 'updated A_AddressEmailAddress': 1 }, 'to_BusinessPartnerAddress[0].to_EmailAddress[0].EmailAddress'],
    ['the phone number', () => ({ telephone: '+49 821 999888' }), { 'updated A_AddressPhoneNumber': 1 }, 'to_BusinessPartnerAddress[0].to_PhoneNumber[0].PhoneNumber'],
    ['the tax number', () => ({ taxIds: [{ scheme: 'VAT', id: 'DE129273398' }] }), { 'updated A_BusinessPartnerTaxNumber': 1 }, 'to_BusinessPartnerTax.BPTaxNumber'],
    ['a tax number of another country', () => ({ taxIds: [{ scheme: 'VAT', id: 'DE811569869' }, { scheme: 'VAT', id: 'ATU12345678' }] }), { 'created A_BusinessPartnerTaxNumber': 1 }, 'to_BusinessPartnerTax'],
    ['terms of payment', () => ({ paymentTerms: { type: 'net', netDays: 60 } }), { 'updated A_CustomerSalesArea': 1 }, 'to_CustomerSalesArea.CustomerPaymentTerms'],
    ['terms of delivery', () => ({ deliveryTerms: { code: 'EXW', place: 'Augsburg' } }), { 'updated A_CustomerSalesArea': 1 }, 'to_CustomerSalesArea.IncotermsClassification'],
  ];
  for (const [what, change, expected, path] of cases) {
    it(`only what differs is written, and told before: ${what}`, async () => {
      const number = await create(shopCompany());
      writes();
      const changed = shopCompany(change(shopCompany()));
      const preview = await erp.preview?.('customer', native(changed), number) ?? [];
      assert.ok(preview.some((one) => one.path === path), JSON.stringify(preview));
      assert.deepEqual(writes(), {});
      assert.equal((await update(number, changed)).outcome, 'updated');
      assert.deepEqual(writes(), expected);
      assert.deepEqual([(await update(number, changed)).outcome, writes(), await erp.preview?.('customer', native(changed), number)], ['unchanged', {}, []]);
    });
  }
  it('a long name is the same name when it is read', async () => {
    const number = await create(shopCompany({ legalName: long }));
    assert.equal((await read(number)).legalName, long);
    assert.equal((await update(number, shopCompany({ legalName: long }))).outcome, 'unchanged');
  });
  it('one line of street and number is the same as two fields, in either order of the country', async () => {
    for (const [countryCode, line] of [['DE', 'Ring 7'], ['US', '7 Ring']] as const) {
      const at = (streetName: string, buildingNumber?: string): Partial<Customer> => ({ locations: [{ id: 'L', name: 'L', billingAddress: { streetName, ...(buildingNumber && { buildingNumber }), cityName: 'X', countryCode } }] });
      const number = await create(shopCompany(at('Ring', '7')));
      assert.equal((await update(number, shopCompany(at(line)))).outcome, 'unchanged', line);
    }
  });
  it('a further line stands in either field, and moves to the one', async () => {
    const at = (additionalStreetName: string): Partial<Customer> => ({ locations: [{ id: 'L', name: 'L', billingAddress: { ...moved, additionalStreetName } }] });
    const number = await create(shopCompany(at('Tor 1')));
    const [{ address } = assert.fail()] = (await read(number)).addresses ?? [];
    system.sandbox.changeRow('A_BusinessPartnerAddress', `${number}|${address.id ?? ''}`, { StreetPrefixName: '', StreetSuffixName: 'Tor 1' });
    assert.equal((await update(number, shopCompany(at('Tor 1')))).outcome, 'unchanged');
    await update(number, shopCompany(at('Tor 2')));
    const { to_BusinessPartnerAddress: [row] = [] } = await erp.get('customer', number) as { to_BusinessPartnerAddress?: Native[] };
    assert.deepEqual([row?.['StreetPrefixName'], row?.['StreetSuffixName']], ['Tor 2', '']);
  });
  it('terms of other conditions but the same days stay', async () => {
    const settings = { paymentTerms: [{ code: 'NT30', netDays: '30' }, { code: '0001', netDays: '30' }] };
    const other = system.connect(settings);
    const number = (await other.create('customer', other.fromCanonical('customer', { ...shopCompany({ paymentTerms: { type: 'net', netDays: 30, code: '0001' } }) }))).externalId.id;
    assert.equal((await other.update('customer', number, other.fromCanonical('customer', { ...shopCompany({ paymentTerms: { type: 'net', netDays: 30 } }) }))).outcome, 'unchanged');
  });
  it('a customer without the sales area gets it', async () => {
    const number = (await erp.create('customer', { ...native(shopCompany()), to_Customer: {} })).externalId.id;
    writes();
    await update(number, shopCompany());
    assert.deepEqual(writes(), { 'created A_CustomerSalesArea': 1 });
    assert.equal((await read(number)).currency, 'EUR');
  });
  it('an address without e-mail and phone gets them', async () => {
    const { email: _email, telephone: _telephone, ...mute } = shopCompany();
    const number = await create(mute);
    writes();
    await update(number, shopCompany());
    assert.deepEqual(writes(), { 'created A_AddressEmailAddress': 1, 'created A_AddressPhoneNumber': 1 });
  });
  it('addresses, numbers and fields that the document does not name stay', async () => {
    const number = await create(shopCompany());
    const whole = await read(number);
    const { schemaVersion, id, externalIds, version, customerType, status } = shopCompany();
    writes();
    await update(number, { schemaVersion, id, externalIds, version, customerType, status, legalName: 'Kurz GmbH' });
    assert.deepEqual(writes(), { 'updated A_BusinessPartner': 1 });
    const { legalName, ...rest } = await read(number);
    assert.equal(legalName, 'Kurz GmbH');
    assert.deepEqual([rest.addresses, rest.email, rest.taxIds, rest.paymentTerms], [whole.addresses, whole.email, whole.taxIds, whole.paymentTerms]);
  });
  it('a person is changed by names and address', async () => {
    const person = erpPerson('2');
    const number = await create(person);
    writes();
    assert.equal((await update(number, person)).outcome, 'unchanged');
    await update(number, { ...person, person: { givenName: 'Ada', familyName: 'Kern' } });
    assert.deepEqual([writes(), (await read(number)).person], [{ 'updated A_BusinessPartner': 1 }, { givenName: 'Ada', familyName: 'Kern' }]);
  });

  const told: [what: string, change: Partial<Customer>, warning: RegExp][] = [
    ['a group', { customerGroups: ['A'] }, /customerGroups: not written/], ['a tax number of unknown kind', { taxIds: [{ scheme: 'LOCAL', id: '1' }] }, /no VAT numbers/],
    ['terms of days without a code', { paymentTerms: { type: 'net', netDays: 17 } }, /no terms of 17 days/], ['a block', { status: 'blocked' }, /status blocked/],
    ['a contact', { contacts: [{ id: '1', contact: { name: 'Eva', email: 'e@customer.example' } }] }, /of the main contact e-mail address and phone number/],
    ['goods that go elsewhere', { locations: [{ id: '1', name: 'Werk', billingAddress: moved, shippingAddress: { ...moved, cityName: 'Bonn' } }] }, /Werk has its goods sent elsewhere/],
    ['a name too long', { legalName: 'x'.repeat(200) }, /legalName: too long/],
  ];
  for (const [what, change, warning] of told) {
    it(`what SAP has no place for is told: ${what}`, async () => {
      const { outcome: ended, warnings = [] } = await erp.create('customer', native(shopCompany(change)));
      assert.equal(ended, 'created');
      assert.match(warnings.join(' '), warning);
    });
  }
  it('refusals name what is there instead, and write nothing', async () => {
    const number = await create(shopCompany());
    writes();
    assert.equal(await outcome(update(number, erpPerson('2'))), 'DATA_OTHER_CUSTOMER_TYPE');
    assert.equal(await outcome(update('999999', shopCompany())), 'DATA_NOT_FOUND');
    assert.deepEqual(writes(), {});
  });
  it('look-ups keep to the kind of customer that is wanted', async () => {
    const number = await create(shopCompany({ email: 'both@customer.example' }));
    const found = async (customerType: 'company' | 'person'): Promise<string[]> => ((await erp.findParty?.({ email: 'both@customer.example', customerType })) ?? []).map(({ externalId }) => externalId.id);
    assert.deepEqual([await found('company'), await found('person')], [[number], []]);
  });
});
