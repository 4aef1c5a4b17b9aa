import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { RecordEntry } from '../../lib/delivery/records';
import type { Store } from '../../lib/store/contract';
import { openLmdbStore } from '../../lib/store/lmdb';
import { example } from '../support/examples';
import { scaled } from '../support/scale';
import { until } from '../support/sandboxes';
import { keysOf } from './keys';
import { Storm } from './storm';

const count = scaled(3000);
const kills = scaled(20);
const eventsNode = 'b2b-commerce-events';

describe('chaos', function () {
  this.timeout(900_000);
  let storm: Storm | undefined;
  let store: Store | undefined;

  afterEach(async () => {
    await store?.close();
    await storm?.stop();
  });

  it(`C01 C08 ${String(count)} orders by webhooks and by polling, Node-RED killed ${String(kills)} times, the ERP losing answers: one sales order each, every 2xx kept`, async () => {
    const flows = example('order sync/Shopify to SAP S4HANA', { [eventsNode]: { poll: 0.25 } });
    const node = flows.find(({ type }) => type === eventsNode)?.id ?? '';
    const running = storm = await Storm.start(flows);
    await running.run(count, running.blows(kills, count, () => running.kill()));
    await running.assertOneForOne();

    const answered = await running.shop.get<{ webhookId: string }[]>('deliveries');
    const kept = store = await openLmdbStore(join(running.userDir, 'b2b/store'));
    const polled = async (): Promise<number> => new Set((await keysOf(kept, `seen/${node}/listed:`)).map((key) => /Order\/\d+/.exec(key)?.[0])).size;
    await until(async () => await polled() === count && (await keysOf(kept, 'inbox/')).length === 0, 60_000, 1000);
    const lost = [];
    for (const { webhookId } of answered) {
      const { state, reason } = (await kept.get<RecordEntry>(`record/${node}:webhook:${webhookId}`))?.value ?? {};
      if (state !== 'done' && !(state === 'skipped' && (reason === 'unchanged' || reason === 'stale'))) lost.push({ webhookId, state, reason });
    }
    assert.deepEqual(lost, [], 'answered 2xx, and neither a sales order nor known to be one');
    assert.deepEqual(await keysOf(kept, 'retry/'), [], 'still waiting for another try');
    assert.deepEqual(await keysOf(kept, 'dead/'), [], 'dead letters');
    const webhooks = new Set(answered.map(({ webhookId }) => webhookId)).size;
    console.log(`      ${String(webhooks)} webhooks were answered 2xx, ${String(answered.length - webhooks)} times more than once`);
    assert.ok(webhooks > count * 0.9 && answered.length > webhooks * 1.3, 'there were not enough webhooks to prove anything');
  });
});
