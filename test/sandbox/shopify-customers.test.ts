import assert from 'node:assert/strict';
import { startShopifySandbox, type ShopifySandbox } from '../../sandbox/shopify';
import { Receiver, ShopifyClient } from './shopify-client';

interface Payload { userErrors: { field: string[] | null; message: string; code?: string }[] }

describe('sandbox shopify: customers and companies are written', () => {
  let shop: ShopifySandbox;
  let client: ShopifyClient;
  beforeEach(async () => {
    shop = await startShopifySandbox({ now: () => Date.UTC(2026, 6, 1, 10) });
    client = new ShopifyClient(shop);
  });
  afterEach(() => shop.close());

  const run = async <T>(root: string, types: Record<string, string>, variables: object, fields: string): Promise<T & Payload> => {
    const names = Object.keys(types);
    const coded = root.startsWith('customer') ? 'field message' : 'field message code';
    const query = `mutation (${names.map((name) => `$${name}: ${types[name] ?? ''}`).join(' ')}) { ${root}(${names.map((name) => `${name}: $${name}`).join(' ')}) { ${fields} userErrors { ${coded} } } }`;
    return (await client.data<Record<string, T & Payload>>(query, variables))[root] ?? assert.fail();
  };
  const companyFields = 'company { id name externalId mainContact { id customer { email } } contacts(first: 5) { nodes { id } } locations(first: 5) { nodes { id name externalId shippingAddress { address1 zoneCode } billingAddress { address1 } buyerExperienceConfiguration { paymentTermsTemplate { dueInDays } } taxSettings { taxRegistrationId taxExempt } } } }';
  interface Company { company: { id: string; name: string; externalId: string; mainContact: { id: string } | null; contacts: { nodes: { id: string }[] }; locations: { nodes: { id: string; name: string; [field: string]: unknown }[] } } }
  const createCompany = (input: object): Promise<Company & Payload> => run('companyCreate', { input: 'CompanyCreateInput!' }, { input }, companyFields);
  const faults = ({ userErrors }: Payload): string[] => userErrors.map(({ field, code }) => [...field ?? ['-'], code ?? ''].join('.'));

  it('a company comes with a location, of its own name unless another is given, and its contact is the main one', async () => {
    const plain = await createCompany({ company: { name: 'Plain GmbH', externalId: 'P-1' } });
    assert.deepEqual([faults(plain), plain.company.locations.nodes.map(({ name }) => name), plain.company.mainContact], [[], ['Plain GmbH'], null]);
    const whole = await createCompany({
      company: { name: 'Whole GmbH', externalId: 'W-1' }, companyContact: { email: 'Buyer@Whole.example', firstName: 'Eva' },
      companyLocation: {
        name: 'HQ', externalId: 'W-1-1', shippingAddress: { address1: 'Ring 1', city: 'Bonn', countryCode: 'DE' }, billingSameAsShipping: true,
        buyerExperienceConfiguration: { paymentTermsTemplateId: 'gid://shopify/PaymentTermsTemplate/4' }, taxRegistrationId: 'DE1', taxExempt: true,
      },
    });
    assert.deepEqual(faults(whole), []);
    assert.deepEqual(whole.company.locations.nodes.map(({ id: _, ...rest }) => rest), [{
      name: 'HQ', externalId: 'W-1-1', shippingAddress: { address1: 'Ring 1', zoneCode: null }, billingAddress: { address1: 'Ring 1' },
      buyerExperienceConfiguration: { paymentTermsTemplate: { dueInDays: 30 } }, taxSettings: { taxRegistrationId: 'DE1', taxExempt: true },
    }]);
    assert.equal(whole.company.mainContact?.id, whole.company.contacts.nodes[0]?.id);
    assert.deepEqual((await client.data<{ customers: { nodes: object[] } }>('{ customers(first: 5, query: "email:buyer@whole.example") { nodes { firstName email } } }')).customers.nodes, [{ firstName: 'Eva', email: 'buyer@whole.example' }]);
  });

  const long = 'x'.repeat(65);
  const address = (change: object): object => ({ company: { name: 'A' }, companyLocation: { name: 'A', shippingAddress: { address1: 'Main 1', countryCode: 'US', ...change } } });
  const refused: [what: string, input: object, faults: string[]][] = [
    ['no name', { company: {} }, ['input.company.name.BLANK']], ['a name of blanks and tags', { company: { name: '<b> </b>' } }, ['input.company.name.BLANK']],
    ['a name that is too long', { company: { name: 'x'.repeat(256) } }, ['input.company.name.TOO_LONG']],
    ['an external id that is taken', { company: { name: 'A', externalId: '0000100001' } }, ['input.company.externalId.TAKEN']],
    ['one that is too long', { company: { name: 'A', externalId: long } }, ['input.company.externalId.TOO_LONG']],
    ['one with a blank', { company: { name: 'A', externalId: 'a b' } }, ['input.company.externalId.INVALID']],
    ['an external id of a location that is taken', { company: { name: 'A' }, companyLocation: { externalId: '20010' } }, ['input.companyLocation.externalId.TAKEN']],
    ['billing given twice', { company: { name: 'A' }, companyLocation: { billingSameAsShipping: true, billingAddress: { address1: 'B' } } }, ['input.companyLocation.billingAddress.INVALID_INPUT']],
    ['taxExempt null', { company: { name: 'A' }, companyLocation: { taxExempt: null } }, ['input.companyLocation.taxExempt.INVALID_INPUT']],
    ['terms that are not there', { company: { name: 'A' }, companyLocation: { buyerExperienceConfiguration: { paymentTermsTemplateId: 'gid://shopify/PaymentTermsTemplate/99' } } }, ['input.companyLocation.buyerExperienceConfiguration.paymentTermsTemplateId.RESOURCE_NOT_FOUND']],
    ['a zone that is not there', address({ zoneCode: 'ZZ' }), ['input.companyLocation.shippingAddress.zoneCode.INVALID']],
    ['a zip that is none', address({ zip: 'abcde' }), ['input.companyLocation.shippingAddress.zip.INVALID']],
    ['tags in an address', address({ address1: '<b>1</b>' }), ['input.companyLocation.shippingAddress.address1.INVALID']],
    ['a contact without an address', { company: { name: 'A' }, companyContact: { firstName: 'Eva' } }, ['input.companyContact.INVALID']],
    ['a contact whose address is none', { company: { name: 'A' }, companyContact: { email: 'no' } }, ['input.companyContact.email.INVALID']],
    ['a contact whose address is taken, in any case', { company: { name: 'A' }, companyContact: { email: 'PURCHASING1@customer.example' } }, ['input.companyContact.email.TAKEN']],
  ];
  for (const [what, input, expected] of refused) {
    it(`refuses ${what}, and makes nothing`, async () => {
      const count = shop.companies().length;
      const answer = await createCompany(input);
      assert.deepEqual([faults(answer), answer.company, shop.companies().length], [expected, null, count]);
    });
  }
  it('refuses what is not there, and changes without content', async () => {
    const missing = 'gid://shopify/Company/1';
    assert.deepEqual(faults(await run('companyUpdate', { companyId: 'ID!', input: 'CompanyInput!' }, { companyId: missing, input: { name: 'X' } }, 'company { id }')), ['companyId.RESOURCE_NOT_FOUND']);
    assert.deepEqual(faults(await run('companyLocationCreate', { companyId: 'ID!', input: 'CompanyLocationInput!' }, { companyId: missing, input: { name: 'X' } }, 'companyLocation { id }')), ['companyId.RESOURCE_NOT_FOUND']);
    assert.deepEqual(faults(await run('companyLocationUpdate', { companyLocationId: 'ID!', input: 'CompanyLocationUpdateInput!' }, { companyLocationId: missing, input: { name: 'X' } }, 'companyLocation { id }')), ['input.RESOURCE_NOT_FOUND']);
    assert.deepEqual(faults(await run('companyLocationTaxSettingsUpdate', { companyLocationId: 'ID!', taxExempt: 'Boolean' }, { companyLocationId: missing, taxExempt: true }, 'companyLocation { id }')), ['companyLocationId.RESOURCE_NOT_FOUND']);
    assert.deepEqual(faults(await run('companyContactUpdate', { companyContactId: 'ID!', input: 'CompanyContactInput!' }, { companyContactId: missing, input: {} }, 'companyContact { id }')), ['companyContactId.RESOURCE_NOT_FOUND']);
    const { company } = await createCompany({ company: { name: 'A' } });
    assert.deepEqual(faults(await run('companyUpdate', { companyId: 'ID!', input: 'CompanyInput!' }, { companyId: company.id, input: {} }, 'company { id }')), ['input.NO_INPUT']);
    assert.deepEqual(faults(await run('companyUpdate', { companyId: 'ID!', input: 'CompanyInput!' }, { companyId: company.id, input: { customerSince: '2026-01-01T00:00:00Z' } }, 'company { id }')), ['input.customerSince.INVALID_INPUT']);
    const [location] = company.locations.nodes;
    assert.deepEqual(faults(await run('companyLocationTaxSettingsUpdate', { companyLocationId: 'ID!', taxExempt: 'Boolean' }, { companyLocationId: location?.id, taxExempt: null }, 'companyLocation { id }')), ['taxExempt.INVALID_INPUT']);
    assert.deepEqual(faults(await run('companyLocationTaxSettingsUpdate', { companyLocationId: 'ID!' }, { companyLocationId: location?.id }, 'companyLocation { id }')), ['companyLocationId.NO_INPUT']);
  });
  it('an account is a contact of one company, and needs an e-mail address for it', async () => {
    const { company } = await createCompany({ company: { name: 'A' } });
    const assign = (customerId: string): Promise<Payload> => run('companyAssignCustomerAsContact', { companyId: 'ID!', customerId: 'ID!' }, { companyId: company.id, customerId }, 'companyContact { id isMainContact }');
    const person = async (input: object): Promise<string> => (await run<{ customer: { id: string } }>('customerCreate', { input: 'CustomerInput!' }, { input }, 'customer { id }')).customer.id;
    const known = await person({ email: 'a@b.example' });
    assert.deepEqual(faults(await assign(known)), []);
    assert.deepEqual(faults(await assign(known)), ['companyId.INVALID_INPUT']);
    assert.deepEqual(faults(await assign(await person({ phone: '+49 171 1234567' }))), ['companyId.INVALID_INPUT']);
    assert.deepEqual(faults(await assign('gid://shopify/Customer/1')), ['customerId.RESOURCE_NOT_FOUND']);
  });
  it('e-mail address and phone number of an account are its own', async () => {
    const create = (input: object): Promise<Payload> => run('customerCreate', { input: 'CustomerInput!' }, { input }, 'customer { id }');
    assert.deepEqual(faults(await create({ email: 'a@b.example', phone: '+49 171 1234567' })), []);
    assert.deepEqual((await create({ email: 'A@b.example' })).userErrors, [{ field: ['email'], message: 'Email has already been taken' }]);
    assert.deepEqual((await create({ phone: '0049-171-1234567' })).userErrors, [{ field: ['phone'], message: 'Phone has already been taken' }]);
    assert.deepEqual((await create({})).userErrors, [{ field: null, message: 'Customer must have a name, phone number or email address' }]);
    assert.deepEqual((await create({ email: 'no' })).userErrors, [{ field: ['email'], message: 'Email is invalid' }]);
    assert.deepEqual(faults(await run('customerUpdate', { input: 'CustomerInput!' }, { input: { id: 'gid://shopify/Customer/1' } }, 'customer { id }')), ['id.']);
  });
  it('writing asks for the scope', async () => {
    const bare = await startShopifySandbox({ scopes: ['read_customers', 'read_companies'] });
    const denied = await new ShopifyClient(bare).graphql('mutation { companyCreate(input: { company: { name: "A" } }) { company { id } } }');
    await bare.close();
    assert.match(denied.errors?.[0]?.message ?? '', /companyCreate.*write_customers.*write_companies/);
  });
  it('tells of each change: of the company, of a location, of an account', async () => {
    const receiver = new Receiver();
    const address1 = await receiver.start();
    for (const topic of ['COMPANIES_CREATE', 'COMPANIES_UPDATE', 'COMPANY_LOCATIONS_CREATE', 'COMPANY_LOCATIONS_UPDATE', 'CUSTOMERS_CREATE', 'CUSTOMERS_UPDATE']) shop.subscribe(topic, address1);
    const topics = async (): Promise<string[]> => {
      await shop.idle();
      return receiver.received.splice(0).map(({ headers }) => String(headers['x-shopify-topic'])).sort();
    };
    const { company } = await createCompany({ company: { name: 'A' }, companyContact: { email: 'a@b.example' } });
    assert.deepEqual(await topics(), ['companies/create', 'company_locations/create', 'customers/create']);
    await run('companyUpdate', { companyId: 'ID!', input: 'CompanyInput!' }, { companyId: company.id, input: { name: 'B' } }, 'company { id }');
    assert.deepEqual(await topics(), ['companies/update']);
    await run('companyLocationUpdate', { companyLocationId: 'ID!', input: 'CompanyLocationUpdateInput!' }, { companyLocationId: company.locations.nodes[0]?.id, input: { name: 'HQ' } }, 'companyLocation { id }');
    assert.deepEqual(await topics(), ['company_locations/update']);
    await run('companyContactUpdate', { companyContactId: 'ID!', input: 'CompanyContactInput!' }, { companyContactId: company.mainContact?.id, input: { firstName: 'Eva' } }, 'companyContact { id }');
    assert.deepEqual(await topics(), ['customers/update']);
    await receiver.stop();
  });
  it('is there after a restart, and numbers go on', async () => {
    const { mkdtemp, rm } = await import('node:fs/promises');
    const { tmpdir } = await import('node:os');
    const dataDir = await mkdtemp(`${tmpdir()}/b2b-shop-`);
    const create = async (name: string): Promise<string> => {
      const started = await startShopifySandbox({ dataDir });
      const { companyCreate } = await new ShopifyClient(started).data<{ companyCreate: { company: { id: string } } }>(`mutation { companyCreate(input: { company: { name: "${name}" }, companyContact: { email: "${name}@b.example" } }) { company { id } } }`);
      assert.deepEqual(started.companies().slice(40).map((one) => one.name), name === 'A' ? ['A'] : ['A', 'B']);
      await started.close();
      return companyCreate.company.id;
    };
    assert.notEqual(await create('A'), await create('B'));
    await rm(dataDir, { recursive: true });
  });
  it('lists its templates of payment terms, by type', async () => {
    const { paymentTermsTemplates: all } = await client.data<{ paymentTermsTemplates: { dueInDays: number | null }[] }>('{ paymentTermsTemplates(paymentTermsType: NET) { id name dueInDays } }');
    assert.deepEqual(all.map(({ dueInDays }) => dueInDays), [7, 15, 30, 45, 60, 90]);
  });
});
