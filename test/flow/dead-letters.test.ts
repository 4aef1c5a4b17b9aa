import assert from 'node:assert/strict';
import { OrderFlow } from '../support/order-flow';
import { until } from '../support/sandboxes';
import { DeadLetters } from '../../lib/delivery/dead-letters';

describe('dead letters of a flow that are full', function () {
  this.timeout(60_000);
  let flow: OrderFlow;
  after(async () => { await flow.stop(); });

  it('C59 messages stay where they are and are told; once there is room they become dead letters, and none is lost', async () => {
    flow = await OrderFlow.start({ settings: { b2b: { deadLetterQuota: 3 } } });
    for (let n = 0; n < 5; n++) assert.equal((await flow.post(`{"cut": ${String(n)}`)).status, 200);
    await flow.red.logged(/3 dead letters wait already/);
    const store = await flow.store();
    const waiting = async (): Promise<number> => {
      let count = 0;
      for await (const entry of store.range({ from: 'inbox/', to: 'inbox/~' })) count += entry.key === '' ? 0 : 1;
      return count;
    };
    assert.equal((await flow.deadLetters()).length, 3);
    assert.equal(await waiting(), 2);
    await flow.nextGoes();
    for (const { id } of await flow.deadLetters()) await new DeadLetters(store).remove(id);
    await until(async () => (await flow.deadLetters()).length === 2 && await waiting() === 0, 50_000, 200);
  });
});
