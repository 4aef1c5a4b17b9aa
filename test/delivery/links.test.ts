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

  describe('C41 made by hand', () => {
    const other = { ...erp, id: '4712', number: '4712' };
    const second = { ...shop, id: 'gid://shopify/Order/2', number: '#1002' };

    it('are made once, and told from both ends', async () => {
      assert.equal(await links.lock(shop, erp), true);
      assert.equal(await links.lock(erp, shop), false);
      assert.deepEqual([await links.linkedIds(shop), await links.linkedIds(erp), (await links.lockedTo(shop, erp))?.id], [[erp], [shop], erp.id]);
    });
    it('stay as they are when the same two are linked by themselves', async () => {
      await links.lock(shop, erp);
      await links.link(shop, erp);
      assert.equal((await links.lockedTo(shop, erp))?.id, erp.id);
    });
    it('are not contradicted from either end', async () => {
      await links.lock(shop, erp);
      await links.link(shop, other);
      await links.link(second, erp);
      assert.deepEqual([await links.linkedIds(shop), await links.linkedIds(erp), await links.linkedIds(second), await links.linkedIds(other)], [[erp], [shop], [], []]);
      assert.deepEqual([await links.writes(shop, other), await links.writes(second, erp)], [[], []]);
    });
    it('take the place of what came about by itself, but of nothing else', async () => {
      const crm = { system: 'crm', type: 'Deal', id: '1' };
      const invoice = { ...erp, type: 'Invoice', id: '9' };
      for (const one of [other, crm, invoice]) await links.link(shop, one);
      await links.link(second, erp);
      await links.lock(shop, erp);
      assert.deepEqual((await links.linkedIds(shop)).map(({ id }) => id).sort(), ['1', '4711', '9']);
      assert.deepEqual([await links.linkedIds(other), await links.linkedIds(second)], [[], []]);
    });
    it('hide a link that came about at the same moment', async () => {
      await links.lock(shop, erp);
      await store.commit(linkWrites(shop, other));
      assert.deepEqual(await links.linkedIds(shop), [erp]);
    });
    it('are refused if one of the two is linked by hand to another', async () => {
      await links.lock(shop, erp);
      for (const [a, b] of [[shop, other], [second, erp]] as const) {
        await assert.rejects(links.lock(a, b), (error: { code: string; message: string }) => {
          assert.equal(error.code, 'CONFLICT_LOCKED_LINK');
          assert.match(error.message, /Order #1001 of shopify:acme .*A_SalesOrder 4711 of sap:prd|A_SalesOrder 4711 of sap:prd .*Order #1001 of shopify:acme/);
          return true;
        });
      }
      assert.deepEqual(await links.linkedIds(shop), [erp]);
    });
    it('end when they are taken away', async () => {
      await links.lock(shop, erp);
      assert.deepEqual([await links.unlink(erp, shop), await links.unlink(erp, shop)], [true, false]);
      await links.link(shop, other);
      assert.deepEqual(await links.linkedIds(shop), [other]);
    });
  });
});
