import assert from 'node:assert/strict';
import type { Native, WriteResult } from '../../../lib/connectors/contract';
import type { Customer } from '../../../lib/documents/types';
import { checkDocument } from '../../../lib/documents/validate';
import { erpCompany, erpPerson } from '../customers';
import { ShopifyClient } from '../../sandbox/shopify-client';
import { outcome } from '../sap-s4hana/system';
import { openShop, type Shop } from './support';

describe('Shopify customers are written', () => {
  let shop: Shop;
  beforeEach(async () => { shop = await openShop(); });
  afterEach(() => shop[Symbol.asyncDispose]());

  const native = (customer: Customer): Native => shop.connection.fromCanonical('customer', { ...customer });
  const create = (customer: Customer): Promise<WriteResult> => shop.connection.create('customer', native(customer));
  const update = (id: string, customer: Customer): Promise<WriteResult> => shop.connection.update('customer', id, native(customer));
  const read = async (id: string): Promise<Customer> => shop.connection.toCanonical('customer', await shop.connection.get('customer', id) ?? assert.fail('not there')) as unknown as Customer;
  /** Mutations that ran since the last call. */
  let before: Record<string, number> = {};
  const writes = (): Record<string, number> => {
    const now = { ...shop.sandbox.counters.mutations };
    const since = Object.fromEntries(Object.entries(now).map(([name, count]) => [name, count - (before[name] ?? 0)] as const).filter(([, count]) => count > 0));
    before = now;
    return since;
  };
  beforeEach(() => { before = {}; });
  const externalIds = (): string[] => shop.sandbox.companies().map(({ externalId }) => externalId ?? '');

  describe('a company', () => {
    it('is made with its locations, terms, tax id and main contact, and reads as it was written', async () => {
      const { outcome: ended, externalId, warnings } = await create(erpCompany('4711'));
      assert.deepEqual([ended, externalId.type, externalId.number, warnings], ['created', 'Company', '4711', undefined]);
      assert.deepEqual(writes(), { companyCreate: 1, companyLocationCreate: 1 });
      const company = await read(externalId.id);
      assert.deepEqual(checkDocument('customer', company), []);
      assert.deepEqual([company.legalName, company.customerNumber], ['Neue Technik 4711 GmbH', '4711']);
      assert.deepEqual(company.locations?.map(({ name, customerNumber, billingAddress, shippingAddress, taxIds, paymentTerms, phone }) => [
        name, customerNumber, billingAddress?.streetName, shippingAddress?.streetName, taxIds?.[0]?.id, paymentTerms?.netDays, phone,
      ]), [
        ['Werk 1', '947111', 'Industriestr. 5', 'Industriestr. 5', 'DE811569869', 30, '+498215550100'],
        ['Werk 2', '947112', 'Industriestr. 5', 'Hafenstr. 12a', 'DE811569869', 30, undefined],
      ]);
      assert.deepEqual(company.contacts?.map(({ contact, isMain }) => [contact.email, isMain]), [['einkauf4711@customer.example', true]]);
    });
    it('with one location costs one write', async () => {
      const { locations: [first] = [] } = erpCompany('1');
      assert.ok(first);
      await create(erpCompany('1', { locations: [first] }));
      assert.deepEqual(writes(), { companyCreate: 1 });
    });
    it('without locations has one made of its addresses', async () => {
      const { locations: _, ...rest } = erpCompany('2');
      const { externalId } = await create({ ...rest, addresses: [
        { address: { streetName: 'Billstr. 1', cityName: 'Bonn', countryCode: 'DE' }, usage: ['billing'], isDefault: true },
        { address: { streetName: 'Shipstr. 2', cityName: 'Ulm', countryCode: 'DE' }, usage: ['shipping'] },
      ] });
      const { locations } = await read(externalId.id);
      assert.deepEqual(locations?.map(({ billingAddress, shippingAddress }) => [billingAddress?.cityName, shippingAddress?.cityName]), [['Bonn', 'Ulm']]);
    });
    it('written again changes nothing and writes nothing', async () => {
      const { externalId } = await create(erpCompany('3'));
      writes();
      assert.equal((await update(externalId.id, erpCompany('3'))).outcome, 'unchanged');
      assert.deepEqual(writes(), {});
    });
    it('is spelled otherwise without being another: phone, tax id, e-mail, zeros in front of the number', async () => {
      const { externalId } = await create(erpCompany('0000000004'));
      writes();
      const same = erpCompany('0000000004', { telephone: '0049 (0)821 555-0100', email: ' EINKAUF0000000004@customer.example'.trim(), taxIds: [{ scheme: 'VAT', id: 'DE 811 569 869' }] });
      assert.equal((await update(externalId.id, same)).outcome, 'unchanged');
      assert.deepEqual((await shop.connection.findByReference('customer', '4')).map((one) => one.externalId.id), [externalId.id]);
      assert.deepEqual(writes(), {});
    });

    const moved = { streetName: 'Neue Str.', buildingNumber: '9', cityName: 'Ulm', postalZone: '89073', countryCode: 'DE' };
    const cases: [what: string, change: (customer: Customer) => Partial<Customer>, writes: Record<string, number>, field: string][] = [
      ['a name', () => ({ legalName: 'Other GmbH' }), { companyUpdate: 1 }, 'company.name'],
      ['the name of a location', ({ locations = [] }) => ({ locations: locations.map((one, at) => at === 1 ? { ...one, name: 'Lager' } : one) }), { companyLocationUpdate: 1 }, 'locations[1].name'],
      ['terms of payment', () => ({ paymentTerms: { type: 'net', netDays: 60 } }), { companyLocationUpdate: 2 }, 'locations[0].paymentTermsTemplateId'],
      ['a tax id', () => ({ taxIds: [{ scheme: 'VAT', id: 'DE129273398' }] }), { companyLocationTaxSettingsUpdate: 2 }, 'locations[0].taxRegistrationId'],
      ['an exemption from tax', () => ({ taxExempt: true }), { companyLocationTaxSettingsUpdate: 2 }, 'locations[0].taxExempt'],
      ['both addresses at once, for they were the same', ({ locations = [] }) => ({ locations: locations.map((one, at) => at === 0 ? { ...one, billingAddress: moved } : one) }), { companyLocationAssignAddress: 1 }, 'locations[0].billingAddress.address1'],
      ['one address of two', ({ locations = [] }) => ({ locations: locations.map((one, at) => at === 1 ? { ...one, shippingAddress: moved } : one) }), { companyLocationAssignAddress: 1 }, 'locations[1].shippingAddress.address1'],
      ['a further contact', ({ email = '' }) => ({ contacts: [{ id: '1', contact: { email }, isMain: true }, { id: '2', contact: { email: 'new@customer.example', familyName: 'Neu' } }] }), { companyContactCreate: 1 }, 'contacts[1]'],
      ['the name of a contact', ({ email = '' }) => ({ contacts: [{ id: '1', contact: { email, givenName: 'Eva', familyName: 'Kern' }, isMain: true }] }), { companyContactUpdate: 1 }, 'contacts[0].firstName'],
    ];
    for (const [what, change, expected, field] of cases) {
      it(`only what differs is written, and told before: ${what}`, async () => {
        const { externalId } = await create(erpCompany('5'));
        writes();
        const changed = erpCompany('5', change(erpCompany('5')));
        const preview = await shop.connection.preview?.('customer', native(changed), externalId.id) ?? [];
        assert.deepEqual(writes(), {});
        assert.ok(preview.some(({ path }) => path === field), JSON.stringify(preview));
        assert.equal((await update(externalId.id, changed)).outcome, 'updated');
        assert.deepEqual(writes(), expected);
        assert.equal((await update(externalId.id, changed)).outcome, 'unchanged');
        assert.deepEqual(await shop.connection.preview?.('customer', native(changed), externalId.id), []);
        assert.deepEqual(writes(), {});
      });
    }
    it('locations, contacts and fields that the document does not name stay', async () => {
      const { externalId } = await create(erpCompany('6'));
      const bare = (customer: Customer): unknown => JSON.parse(JSON.stringify({ ...customer, version: 0, updatedAt: 0 }).replace(/Kurz GmbH/g, 'Neue Technik 6 GmbH'));
      const whole = await read(externalId.id);
      const { locations = [], telephone: _, ...rest } = erpCompany('6');
      const [, second] = locations;
      assert.ok(second);
      assert.equal((await update(externalId.id, { ...rest, legalName: 'Kurz GmbH', locations: [{ id: second.id, name: second.name, ...(second.externalIds && { externalIds: second.externalIds }) }], contacts: [] })).outcome, 'updated');
      assert.equal((await read(externalId.id)).legalName, 'Kurz GmbH');
      assert.deepEqual(bare(await read(externalId.id)), bare(whole));
    });
    it('the main contact moves to another one', async () => {
      const { externalId } = await create(erpCompany('7'));
      const two = (main: number): Partial<Customer> => ({ contacts: ['einkauf7@customer.example', 'b7@customer.example'].map((email, at) => ({ id: String(at), contact: { email }, isMain: at === main })) });
      await update(externalId.id, erpCompany('7', two(0)));
      writes();
      assert.deepEqual(await shop.connection.preview?.('customer', native(erpCompany('7', two(1))), externalId.id), [{ path: 'mainContact', after: 'b7@customer.example' }]);
      await update(externalId.id, erpCompany('7', two(1)));
      assert.deepEqual(writes(), { companyAssignMainContact: 1 });
      assert.deepEqual((await read(externalId.id)).contacts?.map(({ isMain }) => isMain), [false, true]);
    });
    it('a contact that has an account already is that account', async () => {
      await create(erpPerson('8', { email: 'einkauf8@customer.example' }));
      const { externalId } = await create(erpCompany('8'));
      assert.deepEqual(writes(), { customerCreate: 1, companyCreate: 1, companyAssignCustomerAsContact: 1, companyAssignMainContact: 1, companyLocationCreate: 1 });
      assert.deepEqual((await read(externalId.id)).contacts?.map(({ contact }) => [contact.email, contact.givenName]), [['einkauf8@customer.example', 'Ada']]);
    });
    it('somebody made by hand with this number is adopted: its location without number becomes ours', async () => {
      await new ShopifyClient(shop.sandbox).data('mutation { companyCreate(input: { company: { name: "Handmade", externalId: "9" }, companyLocation: { name: "werk 1" } }) { company { id } } }');
      writes();
      const { outcome: ended, externalId } = await create(erpCompany('9'));
      assert.deepEqual([ended, externalIds().filter((one) => one === '9')], ['existing', ['9']]);
      const { legalName, locations } = await read(externalId.id);
      assert.deepEqual([legalName, locations?.map(({ name, customerNumber }) => [name, customerNumber])], ['Neue Technik 9 GmbH', [['Werk 1', '991'], ['Werk 2', '992']]]);
    });
    it('every company of the sandbox is adopted by the ERP\'s own numbers, none doubled', async () => {
      const count = externalIds().length;
      const company = shop.sandbox.world.companies[4] ?? assert.fail();
      const document = erpCompany(company.customerNumber, {
        legalName: company.name, email: company.contact.email,
        locations: company.locations.map(({ number, name }) => ({ id: number, name, externalIds: [{ system: 'erp', type: 'Address', id: number }] })),
      });
      await create(document);
      assert.equal(externalIds().length, count);
      assert.equal(shop.sandbox.companies().find(({ externalId }) => externalId === company.customerNumber)?.locations.length, company.locations.length);
    });
  });

  describe('what the shop has no place for is told', () => {
    const told: [what: string, change: Partial<Customer>, warning: RegExp][] = [
      ['terms without days', { paymentTerms: { type: 'other', code: 'ZB30' } }, /paymentTerms ZB30: no net days are known/],
      ['terms that no template has', { paymentTerms: { type: 'net', netDays: 17 } }, /no template of 17 days/],
      ['a second tax id', { taxIds: [{ scheme: 'LOCAL', id: '1' }, { scheme: 'VAT', id: 'DE811569869' }] }, /keeps one tax id/],
      ['a block', { status: 'blocked' }, /cannot be blocked/],
      ['a contact without an e-mail address', { contacts: [{ id: '1', contact: { name: 'Nobody' } }] }, /without an e-mail address/],
      ['exemptions by certificate', { taxExemptions: [{ jurisdiction: 'US-KY' }] }, /taxExemptions/],
    ];
    for (const [what, change, warning] of told) {
      it(what, async () => {
        const { outcome: ended, warnings = [] } = await create(erpCompany('20', change));
        assert.equal(ended, 'created');
        assert.match(warnings.join(' '), warning);
      });
    }
  });

  describe('a person', () => {
    it('is made, changed where it differs, and left alone where it does not', async () => {
      const { externalId } = await create(erpPerson('30'));
      assert.deepEqual([externalId.type, writes()], ['Customer', { customerCreate: 1 }]);
      assert.equal((await update(externalId.id, erpPerson('30'))).outcome, 'unchanged');
      assert.deepEqual(writes(), {});
      const changed = erpPerson('30', { person: { givenName: 'Ada', familyName: 'Kern' }, addresses: [{ address: { streetName: 'Allee 1', cityName: 'Bonn', countryCode: 'DE' }, usage: ['billing'], isDefault: true }] });
      assert.deepEqual((await shop.connection.preview?.('customer', native(changed), externalId.id))?.map(({ path }) => path).sort(), ['address.address1', 'address.city', 'address.zip', 'customer.lastName']);
      assert.equal((await update(externalId.id, changed)).outcome, 'updated');
      assert.deepEqual(writes(), { customerUpdate: 1, customerAddressUpdate: 1 });
      const { person, addresses } = await read(externalId.id);
      assert.deepEqual([person?.familyName, addresses?.[0]?.address.cityName, addresses?.[0]?.address.postalZone], ['Kern', 'Bonn', undefined]);
    });
    it('one without an address gets it', async () => {
      const { addresses: _, ...bare } = erpPerson('31');
      const { externalId } = await create(bare);
      writes();
      await update(externalId.id, erpPerson('31'));
      assert.deepEqual(writes(), { customerAddressCreate: 1 });
    });
    it('whose e-mail address is taken is that customer', async () => {
      const first = await create(erpPerson('32'));
      const again = await create(erpPerson('32', { person: { givenName: 'Ada', familyName: 'Neu' } }));
      assert.deepEqual([again.outcome, again.externalId.id, (await read(first.externalId.id)).person?.familyName], ['existing', first.externalId.id, 'Neu']);
    });
    it('by phone alone is found again, however the number is written', async () => {
      const { email: _, ...bare } = erpPerson('33', { telephone: '0049 (0)171 123 45 67' });
      const { externalId } = await create(bare);
      const { reference = '' } = shop.connection.referenceOf('customer', native({ ...bare, telephone: '+49 171 1234567' })) ?? {};
      assert.deepEqual((await shop.connection.findByReference('customer', reference)).map((one) => one.externalId.id), [externalId.id]);
    });
    it('without e-mail address and phone number is refused: it could not be found again', () => {
      const { email: _, ...bare } = erpPerson('34');
      assert.throws(() => native(bare), { code: 'DATA_CUSTOMER_WITHOUT_CONTACT' });
    });
  });

  describe('refusals', () => {
    it('name what is there instead, and write nothing', async () => {
      const person = await create(erpPerson('40'));
      const company = await create(erpCompany('41'));
      writes();
      const location = (await read(company.externalId.id)).locations?.[0]?.externalIds?.[0]?.id ?? '';
      assert.equal(await outcome(update(person.externalId.id, erpCompany('41'))), 'DATA_OTHER_CUSTOMER_TYPE');
      assert.equal(await outcome(update(company.externalId.id, erpPerson('40'))), 'DATA_OTHER_CUSTOMER_TYPE');
      assert.equal(await outcome(update(location, erpCompany('41'))), 'DATA_IS_LOCATION');
      assert.equal(await outcome(update('gid://shopify/Company/1', erpCompany('41'))), 'DATA_NOT_FOUND');
      assert.equal(await outcome(update('gid://shopify/Customer/1', erpPerson('40'))), 'DATA_NOT_FOUND');
      assert.deepEqual(writes(), {});
    });
    it('a field the shop refuses is named, and nothing is left behind', async () => {
      const count = externalIds().length;
      const bad = erpCompany('42', { locations: [{ id: 'x', name: 'Werk', billingAddress: { streetName: 'Main', cityName: 'Dayton', postalZone: 'abc', countryCode: 'US' } }] });
      await assert.rejects(create(bad), ({ code, cause }: { code: string; cause: { issues: { path: string }[] } }) => {
        assert.equal(code, 'DATA_REFUSED');
        assert.match(cause.issues[0]?.path ?? '', /companyLocation\.shippingAddress\.zip/);
        return true;
      });
      assert.equal(externalIds().length, count);
    });
    it('nothing personal stands in errors', async () => {
      const error: unknown = await create(erpPerson('43', { email: 'not-an-address' })).catch((reason: unknown) => reason);
      assert.doesNotMatch(JSON.stringify([error, (error as Error).message, (error as Error).cause]), /not-an-address|Weber/);
    });
    it('two writers at once make one company', async () => {
      const [first, second] = await Promise.all([create(erpCompany('44')), create(erpCompany('44'))]);
      assert.equal(first.externalId.id, second.externalId.id);
      assert.deepEqual([first.outcome, second.outcome].sort(), ['created', 'existing']);
      assert.equal(externalIds().filter((one) => one === '44').length, 1);
    });
  });

  describe('contacts of companies are no customers of their own', () => {
    it('they are not listed, and reading one gives its company', async () => {
      const [contact] = await shop.connection.findParty?.({ email: shop.sandbox.world.companies[0]?.contact.email ?? '' }) ?? [];
      const listed: string[] = [];
      for await (const { records } of shop.connection.list('customer', { pageSize: 7 })) listed.push(...records.map((one) => shop.connection.identify('customer', one).id));
      assert.equal(listed.includes(contact?.externalId.id ?? ''), false);
      assert.equal(listed.filter((id) => id.includes('/Company/')).length, shop.sandbox.world.companies.length);
      assert.ok(listed.some((id) => id.includes('/Customer/')));
      assert.equal((await read(contact?.externalId.id ?? '')).customerNumber, shop.sandbox.world.companies[0]?.customerNumber);
    });
  });
});

describe('Shopify customers are listed', () => {
  // 40 companies and 9 persons; 49 accounts, of which 40 are contacts.
  for (const pageSize of [1, 15, 39, 40, 41, 48, 49, 50]) {
    it(`each once, in pages of ${String(pageSize)}`, async () => {
      await using shop = await openShop();
      const ids: string[] = [];
      for await (const { records } of shop.connection.list('customer', { pageSize })) ids.push(...records.map((one) => shop.connection.identify('customer', one).id));
      assert.deepEqual([ids.length, new Set(ids).size], [49, 49]);
    });
  }
});
