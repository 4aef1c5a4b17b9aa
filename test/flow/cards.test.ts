import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { join } from 'node:path';
import type { Order } from '../../sandbox/shopify';
import { listen, type Loopback } from '../http/loopback';
import { outNode, tabWithBroker } from '../support/rabbitmq-flow';
import { ids, OrderFlow, spy } from '../support/order-flow';
import { Bench } from '../support/rabbitmq';
import { until } from '../support/sandboxes';

const cards = {
  note: '4111 1111 1111 1111', attribute: '5555-5555-5555-4444', property: '378282246310005', name: '6011 1111 1111 1117', cut: '4012888888881881', poll: '3530 1113 3330 0000',
};
/** As typed, and the digits alone. */
const needles = Object.values(cards).flatMap((card) => [card, card.replace(/\D/g, '')]);

describe('PCI-1: card numbers in what a shop sends', function () {
  this.timeout(60_000);
  let flow: OrderFlow, bench: Bench, queue: string, http: Loopback;
  const posted: string[] = [];
  const sentToErp: string[] = [];
  const orders: Order[] = [];
  /** Whatever the store held while the orders were under way; its files are compressed. */
  const stored = new Set<string>();

  async function lookIntoStore(): Promise<void> {
    for await (const entry of (await flow.store()).range({ from: '', to: '\u{10ffff}' })) stored.add(JSON.stringify(entry));
  }

  before(async function () {
    bench = await Bench.open(this);
    queue = await bench.queue('cards');
    http = await listen((request, answer) => { void text(request).then((body) => { posted.push(body); answer.end('ok'); }); });
    const place = { z: ids.tab, x: 100, y: 700 };
    flow = await OrderFlow.start({
      changes: {
        [ids.events]: { poll: 0.02, lookback: 0, wires: [[ids.mapper, 'spy-events', 'to-http', 'out']] }, [ids.mapper]: { wires: [[ids.erp, 'spy-mapped'], []] },
        [ids.commerce]: { wires: [[ids.written, 'spy-written']] }, [ids.written]: { console: true, complete: 'true' },
      },
      more: [
        spy('spy-events', 'from events'), spy('spy-mapped', 'from mapper'), spy('spy-written', 'from commerce'),
        { ...place, id: 'to-http', type: 'http request', name: '', method: 'POST', ret: 'txt', paytoqs: 'ignore', url: http.url, tls: '', persist: false, proxy: '', insecureHTTPParser: false, authType: '', senderr: false, headers: [], wires: [[]] },
        ...tabWithBroker().filter(({ type }) => type !== 'tab'), { ...outNode({ target: 'queue', queue }), ...place },
      ],
    });
    // Not a fault: a look at what SAP is sent.
    flow.erp.fault({ kind: 'slow', times: Infinity, match: (_request, body) => { sentToErp.push(body); return false; } });
    flow.erp.latencyMs = 2000;
    const { sku } = flow.shop.world.products[0] ?? assert.fail();
    const lines = [{ sku, quantity: 1, properties: [{ name: 'Engraving', value: `card ${cards.property}` }] }];
    const buyer = flow.shop.placeOrder({ channel: 'web', lines: 1 }).customerId ?? assert.fail();
    flow.shop.updateCustomer(buyer, { lastName: `Smith ${cards.name}` });
    orders.push(
      flow.shop.placeOrder({ channel: 'web', customerId: buyer, lines, note: `Pay with ${cards.note}, thanks`, attributes: [{ name: 'payment', value: cards.attribute }] }),
      flow.shop.placeOrder({ channel: 'b2b', lines, note: `${cards.note}\n${cards.attribute}` }),
    );
    flow.shop.fault({ kind: 'drop-delivery' });
    orders.push(flow.shop.placeOrder({ channel: 'b2b', lines: 1, note: `only polling brings this: ${cards.poll}` }));
    assert.equal((await flow.post(`{"note": "card ${cards.cut} and then the line was cu`)).status, 200);
    await flow.deadLetter(({ error }) => error.code === 'DATA_NOT_JSON');
    const inInbox = ({ name }: Order): boolean => [...stored].some((entry) => entry.startsWith('{"key":"inbox/') && entry.includes(name));
    await until(async () => { await lookIntoStore(); return orders.every(inInbox); }, 20_000, 20);
    flow.erp.latencyMs = 0;
    await flow.synced(orders);
    await lookIntoStore();
    await until(async () => posted.length >= 4 && await bench.depth(queue) >= 4, 20_000, 100);
  });
  after(async () => {
    // Nothing was begun where RabbitMQ is missing.
    await (flow as OrderFlow | undefined)?.stop();
    await (http as Loopback | undefined)?.close();
    await (bench as Bench | undefined)?.close();
  });

  function clean(where: string, haystack: string | Buffer): void {
    for (const needle of needles) assert.ok(!haystack.includes(needle), `${needle} in ${where}`);
  }
  /** What was masked is there, so the search looked at the right place. */
  function masked(haystack: string | Buffer, card = '**** **** **** 1111'): void { assert.ok(haystack.includes(card), `${card} is not there`); }

  it('are in nothing that the store ever held, from the inbox to the dead letters', () => {
    const all = [...stored].join('\n');
    clean('the store', all);
    for (const card of ['**** **** **** 1111', '****-****-****-4444', '***********0005', '**** **** **** 1117', '************1881', '**** **** **** 0000']) masked(all, card);
  });

  it('are in no file of the user directory', () => {
    for (const entry of readdirSync(flow.red.userDir, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      if (entry.isFile() && !path.includes('node_modules')) clean(path, readFileSync(path));
    }
  });

  it('are neither in the log nor in any message that a Function or Debug node sees', async () => {
    for (const node of ['from events', 'from mapper', 'from commerce', 'debug:Written back']) await flow.red.logged(new RegExp(`${node}[^]*#1004[^]*`));
    clean('the log', flow.red.log());
    masked(flow.red.log());
  });

  it('are not in what an HTTP request node sends', () => {
    clean('a request', posted.join('\n'));
    masked(posted.join('\n'));
  });

  it('are not in the RabbitMQ queue, and the event says that something was masked', async () => {
    const messages: { body: string; headers: string }[] = [];
    for (let got = await bench.channel.get(queue, { noAck: true }); got !== false; got = await bench.channel.get(queue, { noAck: true })) {
      messages.push({ body: got.content.toString(), headers: JSON.stringify(got.properties) });
    }
    clean('the queue', JSON.stringify(messages));
    masked(messages.map(({ body }) => body).join('\n'));
    assert.ok(messages.some(({ headers }) => headers.includes('maskedcards')), messages[0]?.headers);
  });

  it('do not reach the ERP: neither a request nor an order holds one', () => {
    clean('requests to SAP', sentToErp.join('\n'));
    clean('addresses of requests to SAP', JSON.stringify(flow.erp.requests));
    masked(sentToErp.join('\n'));
    clean('SAP', JSON.stringify(flow.erp.orders()));
  });
});
