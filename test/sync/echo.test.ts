import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import type { Customer } from '../../lib/documents/types';
import { contentHash } from '../../lib/documents/hash';
import { duringWrite, isEcho, markOf, writesEnded, type WriteMark } from '../../lib/sync/echo';
import { TwoSystems } from './two-systems';

const bare = (number: string): string => number.replace(/^0+/, '');

describe('C52 what a write of a customer tells of itself', () => {
  let both: TwoSystems;
  before(async () => { both = await TwoSystems.open(); });
  after(() => both[Symbol.asyncDispose]());

  const company = (n: number): string => bare(both.erpSandbox.world.companies[n]?.customerNumber ?? '');
  const mark = async (system: string, id: string): Promise<WriteMark | undefined> => (await markOf(both.store, system, 'customer', id)).mark;
  const changed = (document: Customer): Customer => ({ ...document, legalName: `${document.legalName ?? ''} & Co.`, telephone: '+49731555' });

  for (const name of ['shop', 'erp'] as const) {
    it(`the ${name} tells how the record is afterwards, so that its coming back is an echo on top of what was seen`, async () => {
      const [to, from] = name === 'shop' ? [both.shop, both.erp] : [both.erp, both.shop];
      const ours = (await both.write(both.shop, await both.read(both.erp, company(1)))).result.externalId.id;
      const [own, other] = name === 'shop' ? [ours, company(1)] : [company(1), ours];
      const before = to.identify('customer', await to.get('customer', own) ?? {}).time;
      assert.equal((await both.write(to, changed(await both.read(from, other)))).result.outcome, 'updated');
      const left = await mark(to.system, own);
      const hash = contentHash(await both.read(to, own));
      assert.equal(left?.hash, hash);
      assert.ok(isEcho(left, hash, { updatedAt: Date.parse(before) }));
      assert.ok(!isEcho(left, hash, { updatedAt: Date.parse(before) - 1000 }), 'a state that nobody has seen lies between');
      assert.ok(!isEcho(left, hash, undefined));
    });
  }

  it('what somebody changes between our reading and our writing is no echo', async () => {
    const id = (await both.write(both.shop, await both.read(both.erp, company(2)))).result.externalId.id;
    const at = both.shopSandbox.companies().findIndex(({ externalId }) => bare(externalId ?? '') === company(2)) + 1;
    const slow: typeof both.shop = {
      ...both.shop,
      update: async (entity, own, document, before) => {
        const there = await both.shop.get(entity, own) ?? {};
        both.shopSandbox.updateCompany(at, { name: 'By a person' });
        const result = await both.shop.update(entity, own, document, before);
        return { ...result, outcome: 'updated', state: { record: await both.shop.get(entity, own) ?? {}, before: there } };
      },
    };
    const { legalName: _, ...document } = await both.read(both.erp, company(2));
    await both.write(slow, { ...document, telephone: '+4973100' });
    assert.deepEqual([(await both.read(both.shop, id)).legalName, (await mark(both.shop.system, id))?.hash], ['By a person', undefined]);
  });

  it('the ledger keeps no record of it', async () => {
    await both.write(both.shop, changed(await both.read(both.erp, company(3))), { event: { idempotencykey: 'k', originsystem: both.erp.system } });
    for await (const { value } of both.store.range({ from: 'ledger/', to: 'ledger0' })) assert.doesNotMatch(JSON.stringify(value), /"state":\{/);
  });

  it('who is told of a record waits for the writes to it that are under way', async () => {
    const steps: string[] = [];
    let end: () => void = () => undefined;
    const writing = duringWrite(both.store, 's', 'customer', '1', () => new Promise<void>((resolve) => { end = resolve; }).then(() => { steps.push('written'); }));
    const told = writesEnded(both.store, 's', 'customer', '1').then(() => { steps.push('told'); });
    await writesEnded(both.store, 's', 'customer', '2');
    await turn();
    assert.deepEqual(steps, []);
    end();
    await Promise.all([writing, told]);
    assert.deepEqual(steps, ['written', 'told']);
    await writesEnded(both.store, 's', 'customer', '1');
  });
});
