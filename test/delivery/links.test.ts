import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Links, linkWrites, unlinkWrites } from '../../lib/delivery/links';
import type { Store } from '../../lib/store/contract';
import { openLmdbStore } from '../../lib/store/lmdb';

describe('links', () => {
  let dir: string;
  let store: Store;
  let links: Links;
  const shop = { system: 'shopify:acme', type: 'Order', id: 'gid://shopify/Order/1', number: '#1001' };
  const erp = { system: 'sap:prd', type: 'A_SalesOrder', id: '4711', number: '4711', url: 'https://erp/4711' };

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'b2b-links-'));
    store = await openLmdbStore(dir);
    links = new Links(store);
  });
  afterEach(async () => {
    await store.close();
    await rm(dir, { recursive: true });
  });

  it('are found from both ends, with number and address', async () => {
    await links.link(shop, erp);
    assert.deepEqual(await links.linkedIds(shop), [erp]);
    assert.deepEqual(await links.linkedIds({ system: erp.system, type: erp.type, id: erp.id }), [shop]);
  });

  it('of one record may lead to several systems, and linking again changes nothing', async () => {
    const crm = { system: 'crm', type: 'Deal', id: 'D/1|2' };
    await links.link(shop, erp);
    await links.link(shop, crm);
    await links.link(shop, erp);
    assert.deepEqual((await links.linkedIds(shop)).map(({ system }) => system).sort(), ['crm', 'sap:prd']);
    assert.deepEqual(await links.linkedIds(crm), [shop]);
  });

  it('do not mix up ids that begin alike or hold separators', async () => {
    const others = [{ ...shop, id: 'gid://shopify/Order/10' }, { ...shop, id: 'gid://shopify/Order' }, { ...shop, type: 'Order|gid:', id: '' }, { ...shop, system: 'shopify' }];
    for (const [n, other] of others.entries()) await links.link(other, { ...erp, id: String(n) });
    assert.deepEqual(await links.linkedIds(shop), []);
    for (const [n, other] of others.entries()) assert.deepEqual((await links.linkedIds(other)).map(({ id }) => id), [String(n)]);
  });

  it('are made and taken away in one commit with other writes', async () => {
    assert.equal(await store.commit([{ put: 'order', value: 1 }, ...linkWrites(shop, erp)], [{ key: 'order', version: 5 }]), false);
    assert.deepEqual(await links.linkedIds(shop), []);
    await store.commit([{ put: 'order', value: 1 }, ...linkWrites(shop, erp)]);
    assert.deepEqual(await links.linkedIds(shop), [erp]);
    await store.commit(unlinkWrites(erp, shop));
    assert.deepEqual([await links.linkedIds(shop), await links.linkedIds(erp)], [[], []]);
  });
});
