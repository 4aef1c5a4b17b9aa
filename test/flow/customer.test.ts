import assert from 'node:assert/strict';
import { example } from '../support/examples';
import { startNodeRed, type NodeRed } from '../support/node-red';
import { SandboxProcess, sandboxEnv, until } from '../support/sandboxes';
import { SapClient, type Address } from '../sandbox/sap-client';
import { ShopifyClient } from '../sandbox/shopify-client';
import type { CompanyRecord } from '../../sandbox/shopify/companies';
import type { ShopifySandbox } from '../../sandbox/shopify';

const quick = { 'b2b-erp-changes': { poll: 0.02 }, 'b2b-commerce-events': { poll: 0.02 }, 'b2b-retry': { base: 0.2, cap: 1 } };

describe('the customer examples in a real Node-RED', function () {
  this.timeout(120_000);
  let shop: SandboxProcess;
  let erp: SandboxProcess;
  let red: NodeRed | undefined;
  let partners: SapClient;
  beforeEach(async () => {
    [shop, erp] = await Promise.all([SandboxProcess.start('shopify'), SandboxProcess.start('sap-s4hana')]);
    partners = new SapClient(JSON.parse(erp.line) as Address, 'API_BUSINESS_PARTNER');
    await partners.fetchToken();
  });
  afterEach(async () => {
    await red?.stop();
    await Promise.all([shop.stop(), erp.stop()]);
  });

  const companies = (): Promise<CompanyRecord[]> => shop.get('companies');
  const writes = async (): Promise<number> => Object.values((await shop.get<{ mutations: Record<string, number> }>('shop')).mutations).reduce((sum, count) => sum + count, 0);
  const inErp = async (name: string): Promise<Record<string, unknown>[]> => (await partners.get(`A_BusinessPartner?$filter=OrganizationBPName1 eq '${name}'`)).json().d.results;
  const inject = async (id: string): Promise<void> => { assert.equal((await fetch(`${red?.url ?? ''}/inject/${id}`, { method: 'POST' })).status, 200); };

  it('SAP S4HANA to Shopify: all customers are known already, a new one is made once, and a change follows', async () => {
    red = await startNodeRed({ flows: example('customer sync/SAP S4HANA to Shopify', quick), env: sandboxEnv(shop, erp) });
    const before = (await companies()).length;
    const answer = await partners.send('POST', 'A_BusinessPartner', {
      BusinessPartnerCategory: '2', OrganizationBPName1: 'Neue Kundin GmbH', to_BusinessPartnerRole: [{ BusinessPartnerRole: 'FLCU01' }],
      to_BusinessPartnerAddress: [{ StreetName: 'Ring', HouseNumber: '7', CityName: 'Ulm', PostalCode: '89073', Country: 'DE', to_EmailAddress: [{ EmailAddress: 'neu@customer.example' }] }],
      to_Customer: { to_CustomerSalesArea: [{ SalesOrganization: '1010', DistributionChannel: '10', Division: '00', Currency: 'EUR', CustomerPaymentTerms: 'NT30' }] },
    });
    const number = String(answer.json().d.BusinessPartner);
    const found = async (): Promise<CompanyRecord | undefined> => (await companies()).find(({ externalId }) => externalId?.replace(/^0+/, '') === number);
    await until(async () => await found() !== undefined, 20_000);
    await inject('bbbbbbb2b0ac0006');
    // Each of the 40 that were there is compared with the company of its number.
    await until(async () => ((await shop.get<{ queries: Record<string, number> }>('shop')).queries['company'] ?? 0) >= 40, 30_000);
    assert.equal((await partners.send('PATCH', `A_BusinessPartner('${number}')`, { OrganizationBPName1: 'Umbenannt GmbH' })).status, 204);
    await until(async () => (await found())?.name === 'Umbenannt GmbH', 20_000);
    const company = await found();
    assert.deepEqual([company?.locations.map(({ shipping }) => shipping?.address1), company?.contacts.length, (await companies()).length], [['Ring 7'], 1, before + 1]);
  });

  it('Shopify to SAP S4HANA: a company becomes one business partner, its number comes back, and then there is silence', async () => {
    red = await startNodeRed({ flows: example('customer sync/Shopify to SAP S4HANA', quick), env: sandboxEnv(shop, erp) });
    const client = new ShopifyClient(JSON.parse(shop.line) as ShopifySandbox);
    await client.data(`mutation { companyCreate(input: { company: { name: "Neue Kundin GmbH" }, companyContact: { email: "neu@customer.example" },
      companyLocation: { name: "HQ", shippingAddress: { address1: "Ring 7", city: "Ulm", zip: "89073", countryCode: DE }, billingSameAsShipping: true } }) { company { id } } }`);
    const own = async (): Promise<CompanyRecord | undefined> => (await companies()).find(({ name }) => name === 'Neue Kundin GmbH');
    await until(async () => typeof (await own())?.externalId === 'string', 30_000);
    const [partner, another] = await inErp('Neue Kundin GmbH');
    assert.deepEqual([(await own())?.externalId, another], [partner?.['Customer'], undefined]);
    const polls = async (): Promise<number> => (await shop.get<{ requests: number }>('counters')).requests;
    const [asked, written] = [await polls(), await writes()];
    await until(async () => await polls() > asked + 10, 30_000);
    assert.equal(await writes(), written);
    assert.equal((await inErp('Neue Kundin GmbH')).length, 1);
  });
});
