import assert from 'node:assert/strict';
import { join } from 'node:path';
import { recordsByNumber } from '../../lib/delivery/records';
import type { Store } from '../../lib/store/contract';
import { openLmdbStore } from '../../lib/store/lmdb';
import { example, type FlowNodes } from '../support/examples';
import { scaled } from '../support/scale';
import { until, type ShopOrder } from '../support/sandboxes';
import { keysOf } from './keys';
import { Storm } from './storm';

const count = scaled(5000);
const eventsNode = 'b2b-commerce-events';

/** Counts how often each order leaves the events node, and answers `GET /left` with it: 5,000 log lines would be the slower way. */
function counter(z: string): FlowNodes {
  const code = (id: string, func: string, wires: string[][]): FlowNodes[number] => ({ id, z, type: 'function', name: id, func, outputs: 1, timeout: 0, noerr: 0, initialize: '', finalize: '', libs: [], x: 100, y: 500, wires });
  return [
    code('count', 'const left = flow.get("left") ?? {}; const { orderNumber } = msg.payload; left[orderNumber] = (left[orderNumber] ?? 0) + 1; flow.set("left", left);', [[]]),
    { id: 'ask', z, type: 'http in', name: '', url: '/left', method: 'get', upload: false, swaggerDoc: '', x: 100, y: 600, wires: [['tell']] },
    code('tell', 'msg.payload = flow.get("left"); return msg;', [['answer']]),
    { id: 'answer', z, type: 'http response', name: '', statusCode: '', headers: {}, x: 300, y: 600, wires: [] },
  ];
}

describe('webhooks that never come', function () {
  this.timeout(600_000);
  let storm: Storm | undefined;
  let store: Store | undefined;

  afterEach(async () => {
    await store?.close();
    await storm?.stop();
  });

  it(`C05 of ${String(count)} webhooks 3 % are lost and 5 % come twice: polling brings every order into the ERP and says which it healed; each leaves the node once`, async () => {
    const nodes = example('order sync/Shopify to SAP S4HANA', { [eventsNode]: { poll: 0.25 } });
    const flows = [
      ...nodes.map((node) => node.type === eventsNode ? { ...node, wires: [[...(node.wires as string[][])[0] ?? [], 'count']] } : node),
      ...counter(String(nodes.find(({ type }) => type === eventsNode)?.['z'])),
    ];
    const running = storm = await Storm.start(flows, { shop: [{ kind: 'drop-delivery', oneIn: 33 }, { kind: 'duplicate-delivery', oneIn: 20, copies: 1 }] });
    await running.run(count, []);
    await running.assertOneForOne();

    const kept = store = await openLmdbStore(join(running.userDir, 'b2b/store'));
    await until(async () => (await keysOf(kept, 'inbox/')).length === 0, 60_000, 1000);
    const told = new Set((await running.shop.get<{ orderId: string }[]>('deliveries')).map(({ orderId }) => orderId));
    const orders = await running.shop.get<ShopOrder[]>('orders');
    const lost = orders.filter(({ id }) => !told.has(id));
    assert.ok(lost.length > count * 0.015 && lost.length < count * 0.05, `${String(lost.length)} lost`);
    const left = await (await fetch(`${running.url}/left`)).json() as Record<string, number>;
    let early = 0;
    for (const { id, name } of orders) {
      const done = (await recordsByNumber(kept, name)).filter(({ state }) => state === 'done');
      assert.deepEqual([left[name], done.length], [1, 1], name);
      if (done[0]?.foundby === 'polling') early += told.has(id) ? 1 : 0;
      else assert.ok(told.has(id), `${name}: no webhook had brought it`);
    }
    console.log(`      ${String(lost.length)} webhooks were lost; ${String(early)} orders were polled before their webhook came`);
    assert.ok(early < count * 0.01);
  });
});
