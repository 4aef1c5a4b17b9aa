import assert from 'node:assert/strict';
import { startSapSandbox, type SapSandbox } from '../../sandbox/sap-s4hana';
import { item, order, SapClient } from './sap-client';

describe('SAP S/4HANA sandbox: business partners and products', () => {
  let sandbox: SapSandbox;
  let partners: SapClient;
  let products: SapClient;
  beforeEach(async () => {
    sandbox = await startSapSandbox({ now: () => Date.UTC(2026, 10, 2, 10, 30) });
    [partners, products] = [new SapClient(sandbox, 'API_BUSINESS_PARTNER'), new SapClient(sandbox, 'API_PRODUCT_SRV')];
    await partners.fetchToken();
    await products.fetchToken();
  });
  afterEach(() => sandbox.close());

  it('finds a customer of the world by tax number, e-mail and phone', async () => {
    const company = sandbox.world.companies[3];
    assert.ok(company);
    const find = async (set: string, filter: string): Promise<Record<string, unknown>[]> => (await partners.get(`${set}?$filter=${encodeURIComponent(filter)}`)).json().d.results;
    const number = company.customerNumber.replace(/^0+/, '');
    assert.deepEqual((await find('A_BusinessPartnerTaxNumber', `BPTaxNumber eq '${company.vatId}'`)).map((row) => row.BusinessPartner), [number]);
    const [mail] = await find('A_AddressEmailAddress', `EmailAddress eq '${company.contact.email}'`);
    const [phone] = await find('A_AddressPhoneNumber', `InternationalPhoneNumber eq '${company.contact.phone.replace(/\s/g, '')}'`);
    assert.ok(mail && phone);
    assert.equal(mail.AddressID, phone.AddressID);
    assert.deepEqual((await find('A_BusinessPartnerAddress', `AddressID eq '${String(mail.AddressID)}'`)).map((row) => row.BusinessPartner), [number]);
  });

  it('creates a business partner deep, who can order at once', async () => {
    const answer = await partners.send('POST', 'A_BusinessPartner', {
      BusinessPartnerCategory: '2', OrganizationBPName1: 'Neue Kundin GmbH',
      to_BusinessPartnerRole: [{ BusinessPartnerRole: 'FLCU01' }], to_BusinessPartnerTax: [{ BPTaxType: 'DE0', BPTaxNumber: 'DE999999999' }],
      to_BusinessPartnerAddress: [{ CityName: 'Ulm', Country: 'DE', to_EmailAddress: [{ EmailAddress: 'neu@customer.example' }] }],
      to_Customer: { to_CustomerSalesArea: [{ SalesOrganization: '1010', DistributionChannel: '10', Division: '00', Currency: 'EUR', CustomerPaymentTerms: 'NT30' }] },
    });
    assert.equal(answer.status, 201, answer.text);
    const { BusinessPartner, Customer, BusinessPartnerFullName, CreationTime, LastChangeDate } = answer.json().d;
    assert.deepEqual([Customer, BusinessPartnerFullName, CreationTime, LastChangeDate], [BusinessPartner, 'Neue Kundin GmbH', 'PT10H30M00S', null]);
    const [mail] = (await partners.get("A_AddressEmailAddress?$filter=EmailAddress eq 'neu@customer.example'")).json().d.results;
    assert.equal((await partners.get(`A_BusinessPartnerAddress(BusinessPartner='${String(BusinessPartner)}',AddressID='${String(mail?.AddressID)}')`)).json().d.CityName, 'Ulm');
    const created = await new SapClient(sandbox).createOrder(order({ SoldToParty: BusinessPartner, TransactionCurrency: undefined, to_Item: [item('MAT-00001', '1', '1.00')] }));
    assert.deepEqual([created.TransactionCurrency, created.CustomerPaymentTerms], ['EUR', 'NT30']);
  });

  it('refuses a partner without a name, and a customer by itself', async () => {
    assert.equal((await partners.send('POST', 'A_BusinessPartner', { BusinessPartnerCategory: '2' })).status, 400);
    assert.equal((await partners.send('POST', 'A_Customer', { Customer: '5' })).status, 405);
    assert.equal((await partners.send('DELETE', "A_BusinessPartner('100001')")).status, 405);
  });

  it('changes a partner and marks day and time of it, by the partner\'s relatives too', async () => {
    const path = "A_BusinessPartner('100001')";
    assert.equal((await partners.get(path)).json().d.LastChangeTime, null);
    assert.equal((await partners.send('POST', `${path}/to_BusinessPartnerTax`, { BPTaxType: 'XX1', BPTaxNumber: '12' })).status, 201);
    const changed = (await partners.get(path)).json().d;
    assert.deepEqual([changed.LastChangeDate, changed.LastChangeTime], [`/Date(${String(Date.UTC(2026, 10, 2))})/`, 'PT10H30M00S']);
    assert.equal((await partners.get(`${path}/to_BusinessPartnerTax`)).json().d.results.length, 2);
  });

  it('refuses to change what a partner is, and what does not fit', async () => {
    const area = "A_CustomerSalesArea(Customer='100001',SalesOrganization='1010',DistributionChannel='10',Division='00')";
    const [mail] = (await partners.get("A_AddressEmailAddress?$filter=AddressID eq '20010'")).json().d.results;
    const refused: [path: string, body: object, target: string][] = [
      ["A_BusinessPartner('100001')", { BusinessPartnerCategory: '1' }, 'BusinessPartnerCategory'], ["A_BusinessPartner('100001')", { OrganizationBPName1: '' }, 'OrganizationBPName1'],
      ["A_BusinessPartner('100001')", { BusinessPartner: '5' }, 'BusinessPartner'], ["A_BusinessPartner('100001')", { Customer: '5' }, 'Customer'],
      [area, { CustomerPaymentTerms: 'ZZ99' }, 'CustomerPaymentTerms'], [`A_AddressEmailAddress(AddressID='20010',Person='',OrdinalNumber='${String(mail?.OrdinalNumber)}')`, { EmailAddress: 'none' }, 'EmailAddress'],
    ];
    for (const [path, body, target] of refused) {
      const answer = await partners.send('PATCH', path, body);
      assert.deepEqual([answer.status, answer.json().error.innererror.errordetails[0]?.target], [400, target], path);
    }
    assert.equal((await partners.send('POST', "A_BusinessPartner('100001')/to_BusinessPartnerTax", { BPTaxType: `${sandbox.world.companies[0]?.country ?? ''}0`, BPTaxNumber: '1' })).status, 400);
  });

  it('takes a further e-mail address beside the first, and marks its partner as changed', async () => {
    const address = "A_BusinessPartnerAddress(BusinessPartner='100001',AddressID='20010')";
    assert.equal((await partners.send('POST', `${address}/to_EmailAddress`, { EmailAddress: 'second@customer.example' })).status, 201);
    assert.deepEqual((await partners.get(`${address}/to_EmailAddress`)).json().d.results.map((row) => row.OrdinalNumber), ['1', '2']);
    assert.equal((await partners.get("A_BusinessPartner('100001')")).json().d.LastChangeTime, 'PT10H30M00S');
  });

  it('finds a product by its number and by GTIN', async () => {
    const product = sandbox.world.products[4];
    assert.ok(product);
    assert.equal((await products.get(`A_Product('${product.sku}')`)).json().d.ProductStandardID, product.gtin);
    for (const [set, name] of [['A_Product', 'ProductStandardID'], ['A_ProductUnitsOfMeasure', 'GlobalTradeItemNumber'], ['A_ProductUnitsOfMeasureEAN', 'ProductStandardID']] as const) {
      assert.deepEqual((await products.get(`${set}?$filter=${name} eq '${product.gtin}'`)).json().d.results.map((row) => row.Product), [product.sku], set);
    }
  });

  it('creates and changes products, each change with a new stamp; deletes none', async () => {
    const body = { Product: 'NEW-1', ProductType: 'HAWA', BaseUnit: 'PC', to_Description: [{ Language: 'EN', ProductDescription: 'New' }] };
    assert.equal((await products.send('POST', 'A_Product', body)).status, 201);
    assert.equal((await products.send('POST', 'A_Product', body)).status, 400);
    const first = (await products.get("A_Product('NEW-1')")).json().d.LastChangeDateTime;
    assert.equal((await products.send('PATCH', "A_ProductDescription(Product='NEW-1',Language='EN')", { ProductDescription: 'Newer' })).status, 204);
    assert.notEqual((await products.get("A_Product('NEW-1')")).json().d.LastChangeDateTime, first);
    assert.equal((await products.send('DELETE', "A_Product('NEW-1')")).status, 405);
  });
});
