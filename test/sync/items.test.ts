import assert from 'node:assert/strict';
import type { Native } from '../../lib/connectors/contract';
import type { Order } from '../../lib/documents/types';
import type { Policies } from '../../lib/sync/parties';
import { Desk, origin, refusalOf } from './desk';

describe('C42 the items of an order', () => {
  let desk: Desk;
  before(async () => { desk = await Desk.open({ materials: 40 }); });
  after(() => desk.close());

  /** An order of three items, the first called something else. */
  function order(number: string, item: Partial<Order['lines'][number]['item']>): Order {
    const document = desk.system.order(number);
    const [first, ...rest] = document.lines;
    assert.ok(first);
    return { ...document, lines: [{ ...first, item: { ...first.item, ...item } }, ...rest] };
  }
  const materials = (reference: string): unknown[] => desk.only(reference).to_Item.map((item: Native) => item['Material']);
  const pieces = (): { sku: string; gtin: string }[] => desk.system.sandbox.world.products.filter(({ unit }) => unit === 'C62');
  const asked = (text: string): number => desk.system.sandbox.requests.filter(({ url }) => decodeURIComponent(url).includes(text)).length;
  const by = (...ways: Policies['matchItemsBy']): Partial<Policies> => ({ matchItemsBy: ways });
  const variant = (id: number): { system: string; type: string; id: string } => ({ system: origin, type: 'ProductVariant', id: `gid://shopify/ProductVariant/${String(id)}` });
  const material = (number: string): { system: string; type: string; id: string; number: string } => ({ system: desk.erp.system, type: 'Product', id: number, number });

  it('a SKU the system knows costs no look-up', async () => {
    const before = asked('A_Product?');
    await desk.create(order('I-1', {}));
    assert.equal(asked('A_Product?'), before);
  });
  it('a SKU nobody knows is found by its GTIN; later orders ask no more', async () => {
    const [, , , fourth] = pieces();
    await desk.create(order('I-2', { sku: 'SHOP-4', gtin: fourth?.gtin ?? '' }));
    assert.equal(materials('I-2')[0], fourth?.sku);
    const before = asked('A_Product?');
    await desk.create(order('I-3', { sku: 'SHOP-4', gtin: fourth?.gtin ?? '' }));
    assert.equal(materials('I-3')[0], fourth?.sku);
    assert.equal(asked('A_Product?'), before);
  });
  it('the first way decides: sku before gtin takes the SKU, gtin before sku takes the GTIN', async () => {
    const [one, , , , fifth] = pieces();
    const both = { sku: one?.sku ?? '', gtin: fifth?.gtin ?? '' };
    await desk.create(order('I-4', both), by('sku', 'gtin'));
    await desk.create(order('I-5', both), by('gtin', 'sku'));
    assert.deepEqual([materials('I-4')[0], materials('I-5')[0]], [one?.sku, fifth?.sku]);
  });
  it('without sku among the ways, an item that is known by SKU only is unknown', async () => {
    const { code, message } = await refusalOf(desk.create(order('I-6', {}), by('gtin')));
    assert.equal(code, 'DATA_UNKNOWN_ITEM');
    assert.match(message, /Item MAT-\d+ of order I-6 .*tried gtin/);
    assert.deepEqual(desk.system.sandbox.ordersByReference('I-6'), []);
  });
  it('xref: the link of the shop\'s variant decides, also over a material of the same number', async () => {
    const [one, , , , , sixth] = pieces();
    await desk.services.links.link(variant(6), material(sixth?.sku ?? ''));
    const linked = { sku: one?.sku ?? '', externalIds: [variant(6)] };
    await desk.create(order('I-7', linked), by('xref', 'sku'));
    await desk.create(order('I-8', linked), by('sku'));
    assert.deepEqual([materials('I-7')[0], materials('I-8')[0]], [sixth?.sku, one?.sku]);
  });
  it('xref: a SKU of the shop may be linked where the shop has no id for it', async () => {
    const [, , , , , , seventh] = pieces();
    await desk.services.links.link({ system: origin, type: 'Sku', id: 'SHOP-7' }, material(seventh?.sku ?? ''));
    await desk.create(order('I-9', { sku: 'SHOP-7' }), {}, { event: { originsystem: origin } });
    assert.equal(materials('I-9')[0], seventh?.sku);
  });
  it('xref: a link to a material that is gone does not keep the item from being found another way', async () => {
    const [, , , , , , , eighth] = pieces();
    await desk.services.links.link(variant(8), material('GONE-8'));
    await desk.create(order('I-10', { sku: 'SHOP-8', gtin: eighth?.gtin ?? '', externalIds: [variant(8)] }));
    assert.equal(materials('I-10')[0], eighth?.sku);
  });
  it('several matches are refused with their numbers, none is picked', async () => {
    const [one, two] = pieces();
    await desk.services.links.link(variant(9), material(one?.sku ?? ''));
    await desk.services.links.link(variant(9), material(two?.sku ?? ''));
    const { code, message } = await refusalOf(desk.create(order('I-11', { externalIds: [variant(9)] })));
    assert.equal(code, 'CONFLICT_AMBIGUOUS_LINK');
    assert.match(message, new RegExp(`${one?.sku ?? '?'}, ${two?.sku ?? '?'}`));
  });
  it('an item nobody knows: refused with the system\'s own answer, or the default item', async () => {
    const { name, code, message, cause } = await refusalOf(desk.create(order('I-12', { sku: 'NOPE' })));
    assert.deepEqual([name, code, cause['record'], cause['status']], ['DataError', 'DATA_UNKNOWN_ITEM', 'order I-12', 400]);
    assert.match(message, /material NOPE does not exist/);
    assert.match(String(cause['answer']), /NOPE/);
    const spare = pieces()[9]?.sku ?? '';
    await desk.create(order('I-13', { sku: 'NOPE' }), { onMissingItem: 'default', defaultItem: spare });
    assert.equal(materials('I-13')[0], spare);
  });
  it('an unknown customer and an unknown item in one order are both mended', async () => {
    const [, , , fourth] = pieces();
    const document = { ...order('I-14', { sku: 'SHOP-4b', gtin: fourth?.gtin ?? '' }), buyerParty: { customerNumber: '0000999999' } };
    await desk.create(document, { onMissingCustomer: 'default', defaultCustomer: '100002' });
    assert.deepEqual([desk.only('I-14')['SoldToParty'], materials('I-14')[0]], ['100002', fourth?.sku]);
  });
  it('a number that was found and has become wrong is looked up anew', async () => {
    const moved = { gtin: '04012345777770', name: 'Moved', price: '1.00', unit: 'C62', weightGrams: 5 } as const;
    const { sandbox } = desk.system;
    sandbox.addMaterial({ ...moved, sku: 'OLD-1' });
    await desk.create(order('I-15', { sku: 'SHOP-M', gtin: moved.gtin }));
    sandbox.dropMaterial('OLD-1');
    sandbox.addMaterial({ ...moved, sku: 'NEW-1' });
    await desk.create(order('I-16', { sku: 'SHOP-M', gtin: moved.gtin }));
    assert.deepEqual([materials('I-15')[0], materials('I-16')[0]], ['OLD-1', 'NEW-1']);
  });
});
