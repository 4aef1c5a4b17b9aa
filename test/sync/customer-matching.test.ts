import assert from 'node:assert/strict';
import type { Connection } from '../../lib/connectors/contract';
import { markOf } from '../../lib/sync/echo';
import type { Customer } from '../../lib/documents/types';
import { preview } from '../../lib/sync/preview';
import { erpCompany, erpPerson } from '../contract/customers';
import { policies, refusalOf } from './desk';
import { TwoSystems } from './two-systems';

/** A customer as the shop tells of it. */
const ofShop = (change: Partial<Customer> = {}, id = '9000000001'): Customer => ({
  ...erpCompany('x', change), id: `shop:${id}`, externalIds: [{ system: 'shop', type: 'Company', id: `gid://shopify/Company/${id}` }],
  ...('customerNumber' in change ? {} : { customerNumber: undefined }),
}) as Customer;
const bare = (number: string | undefined): string => (number ?? '').replace(/^0+/, '');

describe('customers on their way into an ERP', () => {
  let both: TwoSystems;
  beforeEach(async () => { both = await TwoSystems.open(); });
  afterEach(() => both[Symbol.asyncDispose]());

  const known = (at: number): TwoSystems['erpSandbox']['world']['companies'][number] => both.erpSandbox.world.companies[at] ?? assert.fail();
  const made = (): number => both.erpSandbox.counters.writes['created A_BusinessPartner'] ?? 0;
  /** Nothing but this names the customer. */
  const only = (change: Partial<Customer>): Customer => {
    const { email: _email, telephone: _telephone, taxIds: _taxIds, ...rest } = ofShop();
    return { ...rest, ...change };
  };

  const ways: [what: string, by: () => Partial<Customer>][] = [
    ['number', () => ({ customerNumber: known(1).customerNumber })], ['a number without zeros', () => ({ customerNumber: bare(known(1).customerNumber) })],
    ['tax id, however it is spaced', () => ({ taxIds: [{ scheme: 'VAT', id: `${known(1).vatId.slice(0, 2)} ${known(1).vatId.slice(2)}` }] })],
    ['the tax id of a location', () => ({ locations: [{ id: '1', name: 'Werk', taxIds: [{ scheme: 'VAT', id: known(1).vatId }] }] })],
    ['e-mail address, in any case', () => ({ email: known(1).contact.email.toUpperCase() })],
    ['the main contact\'s e-mail address', () => ({ contacts: [{ id: '1', contact: { email: 'nobody@customer.example' } }, { id: '2', contact: { email: known(1).contact.email }, isMain: true }] })],
    ['C40 phone with spaces', () => ({ telephone: known(1).contact.phone.replace('+49', '0049').replace(/(\d{3})$/, ' $1') })],
  ];
  for (const operation of ['create', 'upsert'] as const) {
    for (const [what, by] of ways) {
      it(`${operation}: a match by ${what} is linked and brought up to date, none is made`, async () => {
        const document = only({ ...by(), legalName: 'Umbenannt GmbH' });
        const { result } = await both.write(both.erp, document, { operation });
        assert.deepEqual([result.outcome, result.externalId.id, made()], ['updated', bare(known(1).customerNumber), 0]);
        assert.equal((await both.read(both.erp, result.externalId.id)).legalName, 'Umbenannt GmbH');
        assert.deepEqual((await both.links.linkedIds(document.externalIds[0] ?? assert.fail())).map(({ id }) => id), [result.externalId.id]);
      });
    }
  }
  it('what is linked needs no search, also when nothing else of it is known any more', async () => {
    await both.write(both.erp, only({ email: known(2).contact.email }));
    const searches = (): number => both.erpSandbox.requests.filter(({ url }) => url.includes('A_AddressEmailAddress?') || url.includes('A_BusinessPartnerTaxNumber?')).length;
    const before = searches();
    const { result } = await both.write(both.erp, only({ legalName: 'Neu GmbH', email: 'other@customer.example' }));
    assert.deepEqual([result.outcome, result.externalId.id, searches()], ['updated', bare(known(2).customerNumber), before]);
  });
  it('the ways count in the order of the node, and ways that are not ticked do not', async () => {
    const document = only({ taxIds: [{ scheme: 'VAT', id: known(3).vatId }], email: known(4).contact.email });
    const { result } = await both.write(both.erp, document, { operation: 'create', policies: { ...policies, matchCustomersBy: ['email', 'taxId'] } });
    assert.equal(result.externalId.id, bare(known(4).customerNumber));
    const other = { ...document, externalIds: [{ system: 'shop', type: 'Company', id: 'gid://shopify/Company/2' }] };
    const { result: fresh } = await both.write(both.erp, other, { policies: { ...policies, matchCustomersBy: ['number'] } });
    assert.equal(fresh.outcome, 'created');
  });
  it('C40 several by one tax id are refused, by name, and nothing is written', async () => {
    const taxIds = [{ scheme: 'VAT' as const, id: 'DE129273398', countryCode: 'DE' }];
    const twins = await Promise.all(['One', 'Two'].map((legalName) => both.erp.create('customer', both.erp.fromCanonical('customer', { ...ofShop({ legalName, taxIds }, legalName) }))));
    const before = both.writes();
    const { name, code, message } = await refusalOf(both.write(both.erp, only({ taxIds, email: known(1).contact.email })));
    assert.deepEqual([name, code], ['DataError', 'DATA_AMBIGUOUS_CUSTOMER']);
    for (const { externalId } of twins) assert.match(message, new RegExp(`by taxId: .*${externalId.id}`));
    assert.deepEqual(both.writes(), before);
    // Once somebody has said which, it goes on.
    const home = only({}).externalIds[0] ?? assert.fail();
    await both.link(both.erp, [home, twins[1]?.externalId]);
    assert.equal((await both.write(both.erp, only({ taxIds }))).result.externalId.id, twins[1]?.externalId.id);
  });
  it('C39 none is made once, however often the message comes, and keeps all that SAP takes', async () => {
    const document = ofShop();
    const first = await both.write(both.erp, document);
    const again = await both.write(both.erp, document);
    assert.deepEqual([first.result.outcome, again.result.outcome, made()], ['created', 'unchanged', 1]);
    assert.equal((first.payload['externalIds'] as { system: string }[]).at(-1)?.system, both.erp.system);
  });
  it('C39 a guest without number, tax id, e-mail and phone is a customer of his own', async () => {
    const { email: _, ...person } = erpPerson('7');
    const guest = { ...person, customerNumber: undefined, externalIds: [{ system: 'shop', type: 'Customer', id: 'gid://shopify/Customer/7' }] } as unknown as Customer;
    assert.equal((await both.write(both.erp, guest)).result.outcome, 'created');
    assert.equal(made(), 1);
  });
  it('a person is not mixed up with the company of the same e-mail address', async () => {
    const person = { ...erpPerson('8', { email: known(5).contact.email }), customerNumber: undefined, externalIds: [{ system: 'shop', type: 'Customer', id: 'gid://shopify/Customer/8' }] } as unknown as Customer;
    const { result } = await both.write(both.erp, person);
    assert.equal(result.outcome, 'created');
    assert.equal((await both.read(both.erp, bare(known(5).customerNumber))).legalName, known(5).name);
  });
  it('two workers at once make one', async () => {
    const results = await Promise.all(['a', 'b'].map((owner) => both.write(both.erp, ofShop(), { operation: 'create' }, owner)));
    assert.deepEqual([made(), new Set(results.map(({ result }) => result.externalId.id)).size], [1, 1]);
  });
  it('a lost answer: it is found again, not made twice', async () => {
    both.erpSandbox.fault({ kind: 'lost-response', match: ({ method, url }) => method === 'POST' && url?.includes('A_BusinessPartner') === true });
    const { code } = await refusalOf(both.write(both.erp, ofShop(), { operation: 'create' }));
    assert.match(code, /^TRANSIENT_/);
    const { result } = await both.write(both.erp, ofShop(), { operation: 'create' });
    assert.deepEqual([result.outcome, made()], ['existing', 1]);
  }).timeout(15_000);
  it('a dry run tells whom it would change, and writes and links nothing', async () => {
    const document = only({ email: known(6).contact.email, legalName: 'Neu GmbH' });
    const before = both.writes();
    for (const operation of ['create', 'upsert'] as const) {
      const { outcome, externalId, changes } = await preview({ operation, entity: 'customer', document, policies }, both.services(both.erp));
      assert.deepEqual([outcome, externalId?.id, changes.some(({ path }) => path === 'A_BusinessPartner.OrganizationBPName1')], ['updated', bare(known(6).customerNumber), true]);
    }
    assert.deepEqual([both.writes(), await both.links.linkedIds(document.externalIds[0] ?? assert.fail())], [before, []]);
  });
});

describe('customers on their way into a shop', () => {
  let both: TwoSystems;
  beforeEach(async () => { both = await TwoSystems.open(); });
  afterEach(() => both[Symbol.asyncDispose]());

  const count = (): number => both.shopSandbox.companies().length;

  it('those of the ERP are those of the shop by their number: none is made, twice is unchanged', async () => {
    const companies = count();
    for (const { customerNumber } of both.erpSandbox.world.companies.slice(0, 8)) {
      const document = await both.read(both.erp, customerNumber);
      await both.write(both.shop, document);
      const before = both.writes();
      assert.equal((await both.write(both.shop, document)).result.outcome, 'unchanged');
      assert.deepEqual(both.writes(), before);
    }
    assert.equal(count(), companies);
  });
  it('a company whose contact has the e-mail address is it, and gets the number', async () => {
    const [contact] = both.shopSandbox.world.companies;
    const { result } = await both.write(both.shop, erpCompany('77', { email: contact?.contact.email ?? '' }), { policies: { ...policies, matchCustomersBy: ['taxId', 'email'] } });
    assert.deepEqual([result.outcome, result.externalId.number, both.shopSandbox.companies()[0]?.externalId], ['updated', '77', '77']);
  });
  it('a new one is made once: again, by two workers at once, and after a lost answer', async () => {
    const companies = count();
    assert.equal((await both.write(both.shop, erpCompany('78'))).result.outcome, 'created');
    assert.equal((await both.write(both.shop, erpCompany('78'))).result.outcome, 'unchanged');
    const results = await Promise.all(['a', 'b'].map((owner) => both.write(both.shop, erpCompany('79'), {}, owner)));
    assert.equal(new Set(results.map(({ result }) => result.externalId.id)).size, 1);
    both.shopSandbox.fault({ kind: 'lost-response', match: (_, body) => body.includes('companyCreate(') });
    assert.match((await refusalOf(both.write(both.shop, erpCompany('80')))).code, /^TRANSIENT_/);
    await both.write(both.shop, erpCompany('80'));
    assert.equal(count(), companies + 3);
    const { locations = [] } = await both.read(both.shop, (await both.shop.findByReference('customer', '80'))[0]?.externalId.id ?? '');
    assert.deepEqual(locations.map(({ name }) => name), ['Werk 1', 'Werk 2']);
  }).timeout(20_000);
  for (const operation of ['create', 'upsert'] as const) {
    it(`${operation}: cut off between the company and its second location, it is completed`, async () => {
      both.shopSandbox.fault({ kind: 'lost-response', match: (_, body) => body.includes('companyLocationCreate(') });
      both.shopSandbox.fault({ kind: 'internal-error', match: (_, body) => body.includes('companyLocationCreate('), times: 1 });
      await refusalOf(both.write(both.shop, erpCompany('81'), { operation }));
      const { result } = await both.write(both.shop, erpCompany('81'), { operation });
      assert.deepEqual(both.shopSandbox.companies().filter(({ externalId }) => externalId === '81').map(({ locations }) => locations.map(({ name }) => name)), [['Werk 1', 'Werk 2']]);
      assert.equal(result.externalId.number, '81');
    }).timeout(20_000);
  }
  it('persons are known by e-mail address, then by phone', async () => {
    const { result } = await both.write(both.shop, erpPerson('90', { telephone: '+49 171 7654321' }));
    assert.equal(result.outcome, 'created');
    const { result: same } = await both.write(both.shop, { ...erpPerson('91', { telephone: '0049 171-765 43 21', email: 'neu@mail.example' }) });
    assert.deepEqual([same.outcome, same.externalId.id], ['updated', result.externalId.id]);
  });
  it('several companies of one number are refused', async () => {
    both.shopSandbox.updateCompany(1, { externalId: '55' });
    both.shopSandbox.updateCompany(2, { externalId: '0000000055' });
    const before = both.writes();
    const { code, message } = await refusalOf(both.write(both.shop, erpCompany('0000000055')));
    assert.equal(code, 'DATA_AMBIGUOUS_CUSTOMER');
    assert.match(message, /by number: 55, 0000000055/);
    assert.deepEqual(both.writes(), before);
  });
  it('a number that a location of another company bears is refused, not taken for the company', async () => {
    const [company] = both.shopSandbox.companies();
    const { code } = await refusalOf(both.write(both.shop, erpCompany(company?.locations[0]?.externalId ?? '')));
    assert.equal(code, 'DATA_IS_LOCATION');
  });
});

describe('C52 a customer who comes back unchanged', () => {
  it('is written on neither side, from the ERP round by the shop and from the shop round by the ERP', async () => {
    await using both = await TwoSystems.open();
    const companies = both.erpSandbox.world.companies.slice(0, 10);
    const rounds = async (): Promise<void> => {
      for (const { customerNumber } of companies) {
        const { result } = await both.write(both.shop, await both.read(both.erp, customerNumber));
        const back = await both.write(both.erp, await both.read(both.shop, result.externalId.id));
        assert.equal(back.result.externalId.id, bare(customerNumber));
      }
    };
    await rounds();
    const before = both.writes();
    await rounds();
    assert.deepEqual(both.writes(), before);
  });
  it('after one edit in the ERP there is one round of writes, then silence', async () => {
    await using both = await TwoSystems.open();
    const number = both.erpSandbox.world.companies[0]?.customerNumber ?? '';
    const toShop = async (): Promise<string> => (await both.write(both.shop, await both.read(both.erp, number))).result.externalId.id;
    const toErp = async (id: string): Promise<string> => (await both.write(both.erp, await both.read(both.shop, id))).result.outcome;
    await toErp(await toShop());
    both.erpSandbox.changeRow('A_BusinessPartner', bare(number), { OrganizationBPName1: 'Umbenannt GmbH', BusinessPartnerFullName: 'Umbenannt GmbH', BusinessPartnerName: 'Umbenannt GmbH' });
    const before = both.writes();
    const id = await toShop();
    assert.deepEqual([await toErp(id), both.writes()], ['unchanged', { erp: before.erp, shop: before.shop + 1 }]);
    await toShop();
    assert.deepEqual(both.writes(), { erp: before.erp, shop: before.shop + 1 });
  });
  it('two systems that answer every change by another one are stopped after eight', async () => {
    await using both = await TwoSystems.open();
    const number = both.erpSandbox.world.companies[0]?.customerNumber ?? '';
    const { result } = await both.write(both.shop, await both.read(both.erp, number));
    const ids = { [both.shop.system]: result.externalId.id, [both.erp.system]: bare(number) };
    let hops = 0;
    let writes = 0;
    /** A change arrives from one system, somebody on the way alters it, and it is written to the other. */
    const pass = async (from: Connection, to: Connection): Promise<void> => {
      const document = { ...await both.read(from, ids[from.system] ?? ''), legalName: `Name ${String(writes)}` };
      await both.write(to, document, { event: { subject: `customer/${number}`, originsystem: from.system, idempotencykey: `round ${String(writes++)}`, hops } });
      hops = (await markOf(both.store, to.system, 'customer', ids[to.system] ?? '')).mark?.hops ?? assert.fail('the write left no mark');
    };
    const loop = async (): Promise<void> => { for (;;) { await pass(both.erp, both.shop); await pass(both.shop, both.erp); } };
    assert.equal((await refusalOf(loop())).code, 'DATA_LOOP');
    assert.deepEqual([hops, writes], [8, 9]);
  });
  it('a location that only the shop knows becomes one address, and stays one location', async () => {
    await using both = await TwoSystems.open();
    const company = both.erpSandbox.world.companies.find(({ locations }) => locations.length === 1) ?? assert.fail();
    const [{ externalId } = assert.fail()] = await both.shop.findByReference('customer', company.customerNumber);
    const address = { address1: 'Kai 3', address2: null, city: 'Kiel', zip: '24103', countryCode: 'DE' };
    const locations = ['Lager', 'Halle'].map((name, at) => ({ name, shippingAddress: address, billingAddress: address, ...(at === 0 && { externalId: 'by-hand' }) }));
    await both.shop.update('customer', externalId.id, { company: { name: company.name }, contacts: [], locations });
    const round = async (): Promise<void> => {
      await both.write(both.erp, await both.read(both.shop, externalId.id));
      await both.write(both.shop, await both.read(both.erp, company.customerNumber));
    };
    await round();
    const before = both.writes();
    await round();
    assert.deepEqual(both.writes(), before);
    const ours = (await both.read(both.shop, externalId.id)).locations ?? [];
    assert.deepEqual(ours.map(({ name, customerNumber }) => [name, customerNumber]).slice(1, 2), [['Lager', 'by-hand']]);
    assert.equal(ours.length, 3);
    assert.equal((await both.read(both.erp, company.customerNumber)).addresses?.length, 3);
  });
  it('made in the shop, it goes to the ERP once and its number comes back once', async () => {
    await using both = await TwoSystems.open();
    const { externalId } = await both.shop.create('customer', both.shop.fromCanonical('customer', { ...erpCompany('none'), customerNumber: undefined, externalIds: [{ system: 'hand', type: 'x', id: 'no number' }] }));
    const { payload, result } = await both.write(both.erp, await both.read(both.shop, externalId.id));
    assert.equal(result.outcome, 'created');
    await both.write(both.shop, { ...payload, customerNumber: result.externalId.number } as unknown as Customer, { operation: 'update' });
    const number = (await both.read(both.shop, externalId.id)).customerNumber;
    assert.equal(number, result.externalId.number);
    await both.write(both.erp, await both.read(both.shop, externalId.id));
    await both.write(both.shop, await both.read(both.erp, number ?? ''));
    const before = both.writes();
    await both.write(both.erp, await both.read(both.shop, externalId.id));
    await both.write(both.shop, await both.read(both.erp, number ?? ''));
    assert.deepEqual(both.writes(), before);
  });
});
