import assert from 'node:assert/strict';
import type { ExternalId } from '../../lib/connectors/contract';
import type { Customer } from '../../lib/documents/types';
import { preview } from '../../lib/sync/preview';
import { erpCompany } from '../contract/customers';
import { policies, refusalOf } from './desk';
import { TwoSystems } from './two-systems';

describe('C41 links made by hand', () => {
  let both: TwoSystems;
  beforeEach(async () => { both = await TwoSystems.open(); });
  afterEach(() => both[Symbol.asyncDispose]());

  const company = (at: number): TwoSystems['erpSandbox']['world']['companies'][number] => both.erpSandbox.world.companies[at] ?? assert.fail();
  const number = (at: number): string => company(at).customerNumber.replace(/^0+/, '');
  const ofErp = (at: number): ExternalId => ({ system: both.erp.system, type: 'Customer', id: number(at), number: number(at) });
  const ofShop = async (at: number): Promise<ExternalId> => (await both.shop.findByReference('customer', company(at).customerNumber))[0]?.externalId ?? assert.fail();
  const linked = async (of: ExternalId): Promise<string[]> => (await both.links.linkedIds(of)).map(({ id }) => id);

  for (const end of ['erp', 'shop'] as const) {
    it(`can be made at either node: ${end}`, async () => {
      const [a, b] = [ofErp(0), await ofShop(1)];
      const { result, payload } = await both.link(both[end], [a, b]);
      assert.deepEqual([result.outcome, await linked(a), await linked(b)], ['updated', [b.id], [a.id]]);
      assert.deepEqual(((payload['externalIds'] as ExternalId[]).map(({ system }) => system)).sort(), [a.system, b.system].sort());
      assert.equal((await both.link(both[end], [a, b])).result.outcome, 'unchanged');
    });
  }
  it('a customer is written where the link says, though number, tax id and e-mail say otherwise', async () => {
    await both.link(both.erp, [ofErp(0), await ofShop(1)]);
    const document = await both.read(both.shop, (await ofShop(1)).id);
    for (const operation of ['create', 'upsert', 'update'] as const) {
      const { result } = await both.write(both.erp, { ...document, legalName: `By ${operation}` }, { operation });
      assert.equal(result.externalId.id, number(0), operation);
    }
    assert.deepEqual([(await both.read(both.erp, number(0))).legalName, (await both.read(both.erp, number(1))).legalName], ['By update', company(1).name]);
    assert.deepEqual(await linked(await ofShop(1)), [number(0)]);
  });
  it('also after an automatic job had made another link, whose result the ledger keeps', async () => {
    const document = await both.read(both.shop, (await ofShop(1)).id);
    assert.equal((await both.write(both.erp, document, { operation: 'create' })).result.externalId.id, number(1));
    await both.link(both.erp, [ofErp(0), await ofShop(1)]);
    for (const operation of ['create', 'upsert'] as const) assert.equal((await both.write(both.erp, document, { operation })).result.externalId.id, number(0), operation);
    assert.deepEqual([await linked(await ofShop(1)), await linked(ofErp(1))], [[number(0)], []]);
  });
  it('the other way round, too', async () => {
    const shop = await ofShop(1);
    await both.link(both.shop, [ofErp(0), shop]);
    const document = await both.read(both.erp, number(0));
    const { code, message } = await refusalOf(both.write(both.shop, document));
    assert.equal(code, 'CONFLICT_TAKEN');
    assert.match(message, /customer 0000100001.*External id has already been taken/, 'another company of the shop still bears the number');
    const { externalId: own } = await both.erp.create('customer', both.erp.fromCanonical('customer', { ...erpCompany('new') }));
    await both.link(both.shop, [ofErp(0), shop], 'unlink');
    await both.link(both.shop, [own, shop]);
    const { result } = await both.write(both.shop, await both.read(both.erp, own.id));
    assert.deepEqual([result.outcome, result.externalId.id], ['updated', shop.id]);
  });
  it('a record that is linked by hand to another is no match: not the one by e-mail, and of two the other', async () => {
    await both.link(both.erp, [ofErp(0), await ofShop(1)]);
    const stranger: Customer = { ...erpCompany('s', { email: company(0).contact.email, taxIds: [] }), externalIds: [{ system: both.shop.system, type: 'Company', id: 'gid://shopify/Company/42' }] };
    const { customerNumber: _, telephone: _telephone, ...mute } = stranger;
    const { result } = await both.write(both.erp, mute);
    assert.equal(result.outcome, 'created');
    assert.equal((await both.read(both.erp, number(0))).legalName, company(0).name);
    const second = { ...mute, externalIds: [{ system: both.shop.system, type: 'Company', id: 'gid://shopify/Company/43' }] } as Customer;
    assert.equal((await both.write(both.erp, second)).result.externalId.id, result.externalId.id, 'of two with this address one is taken');
  });
  it('ids in a document do not go past a link: the linked record is written, or the conflict told', async () => {
    await both.link(both.erp, [ofErp(0), await ofShop(1)]);
    const shop = await both.read(both.shop, (await ofShop(1)).id);
    const { result } = await both.write(both.erp, { ...shop, externalIds: [...shop.externalIds, ofErp(5)] }, { operation: 'update' });
    assert.equal(result.externalId.id, number(0));
    const other = await both.read(both.shop, (await ofShop(2)).id);
    const before = both.writes();
    const { name, code } = await refusalOf(both.write(both.erp, { ...other, externalIds: [...other.externalIds, ofErp(0)] }, { operation: 'update' }));
    assert.deepEqual([name, code, both.writes()], ['ConflictError', 'CONFLICT_LOCKED_LINK', before]);
  });
  it('an order goes to the customer its buyer is linked to by hand, and its match links nothing else', async () => {
    const buyer = { system: both.shop.system, type: 'Customer', id: 'gid://shopify/Customer/77' };
    await both.link(both.erp, [ofErp(0), buyer]);
    const document = { orderNumber: 'X', externalIds: [{ system: both.shop.system, type: 'Order', id: '1' }], buyerParty: { externalIds: [buyer], contact: { email: company(3).contact.email } } };
    await both.links.link(buyer, ofErp(3));
    assert.deepEqual(await linked(buyer), [number(0)]);
    const { changes } = await preview({ operation: 'create', entity: 'order', document, native: { PurchaseOrderByCustomer: 'X', to_Item: [] }, policies }, both.services(both.erp));
    assert.equal(changes.find(({ path }) => path === 'SoldToParty')?.after, number(0));
  });
  it('taken away, the customer is matched again', async () => {
    const [a, b] = [ofErp(0), await ofShop(1)];
    await both.link(both.erp, [a, b]);
    assert.equal((await both.link(both.erp, [a, b], 'unlink')).result.outcome, 'updated');
    assert.equal((await both.link(both.erp, [a, b], 'unlink')).result.outcome, 'unchanged');
    assert.deepEqual([await linked(a), await linked(b)], [[], []]);
    assert.equal((await both.write(both.erp, await both.read(both.shop, b.id))).result.externalId.id, number(1));
  });
  it('the id is kept as the system writes it, so that the link is found', async () => {
    await both.link(both.erp, [{ system: both.erp.system, type: 'BusinessPartner', id: company(0).customerNumber }, await ofShop(1)]);
    assert.deepEqual((await both.links.linkedIds(await ofShop(1))).map(({ type, id }) => [type, id]), [['Customer', number(0)]]);
  });

  const wrong: [what: string, ids: (a: ExternalId, b: ExternalId) => unknown, code: string][] = [
    ['no ids', () => undefined, 'DATA_LINK_IDS'], ['one id', (a) => [a], 'DATA_LINK_IDS'], ['two of one system', (a) => [a, { ...a, id: '5' }], 'DATA_LINK_IDS'],
    ['three', (a, b) => [a, b, { system: 'crm', type: 'x', id: '1' }], 'DATA_LINK_IDS'], ['an id that is none', (a) => [a, { system: 'shop' }], 'DATA_LINK_IDS'],
    ['a customer the system does not have', (a, b) => [{ ...a, id: '999999' }, b], 'DATA_NOT_FOUND'],
  ];
  for (const [what, ids, code] of wrong) {
    it(`${what}: a clear error, and nothing is linked`, async () => {
      const [a, b] = [ofErp(0), await ofShop(1)];
      const { code: got, message } = await refusalOf(both.link(both.erp, ids(a, b)));
      assert.deepEqual([got, await linked(a), await linked(b)], [code, [], []]);
      assert.ok(message.includes(both.erp.system));
    });
  }
  it('a second one by hand is refused until the first is taken away', async () => {
    await both.link(both.erp, [ofErp(0), await ofShop(1)]);
    assert.equal((await refusalOf(both.link(both.erp, [ofErp(2), await ofShop(1)]))).code, 'CONFLICT_LOCKED_LINK');
    assert.deepEqual(await linked(await ofShop(1)), [number(0)]);
  });
});
