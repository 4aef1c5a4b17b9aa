import assert from 'node:assert/strict';
import { FlowCompletion, type FlowMessage, type Outcome } from '../../lib/delivery/flow-completion';
import { startEmbedded, type Embedded } from '../support/embedded';

const at = { x: 0, y: 0, z: 'tab' };
const tab = { id: 'tab', type: 'tab', label: 'completion' };
/** Where the test sends from: any node with one wire will do. */
const source = (...to: string[]): Record<string, unknown> => ({ ...at, id: 'source', type: 'junction', wires: [to] });
const fn = (id: string, func: string, to: string[], outputs = 1): Record<string, unknown> =>
  ({ ...at, id, type: 'function', func, outputs, timeout: 0, noerr: 0, initialize: '', finalize: '', libs: [], wires: Array.from({ length: outputs }, () => to) });
/** Ends a branch a little later and says so: completion must wait for it. */
const end = (id = 'end', afterMs = 5): Record<string, unknown> => fn(id, `setTimeout(() => { global.get('mark')('${id}'); node.done(); }, ${String(afterMs)});`, []);
const marks: string[] = [];

describe('flow completion in a real runtime', function () {
  this.timeout(60_000);
  let red: Embedded;
  const completion = new FlowCompletion();

  before(async () => { red = await startEmbedded({ mark: (id: string) => { marks.push(id); } }); completion.attach(red.hooks); });
  after(async () => { completion.detach(); await red.stop(); });

  async function run(nodes: Record<string, unknown>[], payload: unknown = 'x', timeLimitMs = 5000): Promise<Outcome> {
    await red.deploy([tab, ...nodes]);
    return send(payload, timeLimitMs);
  }
  function send(payload: unknown, timeLimitMs = 5000): Promise<Outcome> {
    const message = { payload, event: {} } as FlowMessage & { event: object };
    return completion.run({ message, send: (msg) => { red.node('source').send(msg); }, timeLimitMs });
  }
  beforeEach(() => { marks.length = 0; });

  it('is done at once when nothing is wired', async () => {
    assert.deepEqual(await run([source()]), { state: 'done' });
  });

  it('waits for an asynchronous Function node', async () => {
    assert.deepEqual(await run([source('end'), end()]), { state: 'done' });
    assert.deepEqual(marks, ['end']);
  });

  it('follows a Function node that returns a new object', async () => {
    const outcome = await run([source('new'), fn('new', 'return { payload: 1 };', ['fail']), fn('fail', "throw new Error('after the new object');", [])]);
    assert.equal(outcome.state, 'failed');
  });

  for (const [propertyType, property] of [['msg', 'payload'], ['jsonata', '[$.payload, 0][0]']]) {
    it(`waits for each of many that are in the queue of a Switch by ${String(propertyType)}, also for those that go no further`, async () => {
      const choose = { ...at, id: 'switch', type: 'switch', property, propertyType, rules: [{ t: 'lt', v: '15', vt: 'num' }], checkall: 'true', outputs: 1, wires: [['end']] };
      await red.deploy([tab, source('switch'), choose, end()]);
      const marked = Array.from({ length: 20 }, async (_, payload) => { const outcome = await send(payload); return [outcome.state, marks.length > payload] as const; });
      const outcomes = await Promise.all(marked);
      assert.deepEqual(outcomes.slice(0, 15), Array.from({ length: 15 }, () => ['done', true]));
      assert.deepEqual(outcomes.slice(15).map(([state]) => state), Array.from({ length: 5 }, () => 'done'));
      assert.equal(marks.length, 15);
    });
  }

  it('follows Change and Switch nodes', async () => {
    const change = { ...at, id: 'change', type: 'change', rules: [{ t: 'set', p: 'payload', pt: 'msg', to: '7', tot: 'num' }], wires: [['switch']] };
    const choose = { ...at, id: 'switch', type: 'switch', property: 'payload', propertyType: 'msg', rules: [{ t: 'eq', v: '7', vt: 'num' }, { t: 'else' }], checkall: 'true', outputs: 2, wires: [['fail'], ['end']] };
    const outcome = await run([source('change'), change, choose, fn('fail', "throw new Error('seven');", []), end()]);
    assert.ok(outcome.state === 'failed' && outcome.error.message.includes('seven'));
  });

  it('is done when a Switch lets the message through nowhere', async () => {
    const choose = { ...at, id: 'switch', type: 'switch', property: 'payload', propertyType: 'msg', rules: [{ t: 'eq', v: 'other', vt: 'str' }], checkall: 'true', outputs: 1, wires: [['end']] };
    assert.deepEqual(await run([source('switch'), choose, end()]), { state: 'done' });
  });

  const split = { ...at, id: 'split', type: 'split', splt: '\\n', spltType: 'str', arraySplt: 1, arraySpltType: 'len', stream: false, addname: '', wires: [['slow']] };
  const join = { ...at, id: 'join', type: 'join', mode: 'auto', build: 'object', property: 'payload', propertyType: 'msg', key: 'topic', joiner: '\\n', joinerType: 'str', accumulate: false, timeout: '', count: '', reduceRight: false, wires: [['last']] };
  const slow = fn('slow', 'setTimeout(() => { node.send(msg); node.done(); }, msg.payload * 3);', ['join']);

  it('follows Split, a node per part, and Join', async () => {
    const outcome = await run([source('split'), split, slow, join, fn('last', "if (msg.payload.length !== 4) throw new Error('parts'); throw new Error('joined');", [])], [4, 1, 3, 2]);
    assert.ok(outcome.state === 'failed' && outcome.error.message.includes('joined'));
  });

  it('fails when one part of a Split fails', async () => {
    const part = fn('slow', "if (msg.payload === 3) throw new Error('part 3'); return msg;", ['end']);
    const outcome = await run([source('split'), split, part, end()], [1, 2, 3, 4]);
    assert.ok(outcome.state === 'failed' && outcome.error.message.includes('part 3'));
  });

  it('waits for a Delay node', async () => {
    const delay = { ...at, id: 'delay', type: 'delay', pauseType: 'delay', timeout: '30', timeoutUnits: 'milliseconds', rate: '1', nbRateUnits: '1', rateUnits: 'second', drop: false, outputs: 1, wires: [['fail']] };
    const outcome = await run([source('delay'), delay, fn('fail', "throw new Error('after the delay');", [])]);
    assert.equal(outcome.state, 'failed');
  });

  const linkIn = { ...at, id: 'in', type: 'link in', name: 'sub', links: [], wires: [['inside']] };
  const linkBack = { ...at, id: 'back', type: 'link out', name: '', mode: 'return', links: [], wires: [] };
  const linkCall = { ...at, id: 'call', type: 'link call', name: '', links: ['in'], linkType: 'static', timeout: '5', wires: [['after']] };

  it('follows a Link call and back', async () => {
    const inside = fn('inside', 'setTimeout(() => { node.send(msg); node.done(); }, 10);', ['back']);
    const outcome = await run([source('call'), linkCall, linkIn, inside, linkBack, fn('after', "throw new Error('after the call');", [])]);
    assert.ok(outcome.state === 'failed' && outcome.error.message.includes('after the call'));
  });

  it('follows Link out to Link in', async () => {
    const out = { ...at, id: 'out', type: 'link out', mode: 'link', links: ['in'], wires: [] };
    const outcome = await run([source('out'), out, { ...linkIn, links: ['out'] }, fn('inside', "throw new Error('across the link');", [])]);
    assert.equal(outcome.state, 'failed');
  });

  it('follows a message through a subflow', async () => {
    const subflow = { id: 'sub', type: 'subflow', name: 'sub', info: '', in: [{ x: 0, y: 0, wires: [{ id: 'inner' }] }], out: [{ x: 0, y: 0, wires: [{ id: 'inner', port: 0 }] }] };
    const inner = { ...fn('inner', 'setTimeout(() => { node.send(msg); node.done(); }, 10);', []), z: 'sub' };
    const instance = { ...at, id: 'instance', type: 'subflow:sub', wires: [['after']] };
    const outcome = await run([subflow, inner, source('instance'), instance, fn('after', "throw new Error('after the subflow');", [])]);
    assert.ok(outcome.state === 'failed' && outcome.error.message.includes('after the subflow'));
  });

  it('waits for the slowest of several branches', async () => {
    assert.deepEqual(await run([source('fast', 'slow', 'slowest'), end('fast', 1), end('slow', 20), end('slowest', 40)]), { state: 'done' });
    assert.deepEqual(marks, ['fast', 'slow', 'slowest']);
  });

  it('fails when one of several branches fails, also after another has ended', async () => {
    const outcome = await run([source('end', 'fails'), end(), fn('fails', "return new Promise((resolve, reject) => setTimeout(() => reject(new Error('late')), 30));", [])]);
    assert.ok(outcome.state === 'failed' && outcome.error.message.includes('late'));
  });

  const fails = fn('fails', "throw new Error('caught or not');", []);

  it('counts an error that a Catch node received as dealt with, and waits for the Catch branch', async () => {
    const outcome = await run([source('fails'), fails, { ...at, id: 'catch', type: 'catch', scope: null, uncaught: false, wires: [['end']] }, end()]);
    assert.ok(outcome.state === 'skipped' && outcome.reason.includes('caught or not'));
    assert.deepEqual(marks, ['end']);
  });

  it('fails when the Catch branch fails in turn', async () => {
    const outcome = await run([source('fails'), fails, { ...at, id: 'catch', type: 'catch', scope: ['fails'], uncaught: false, wires: [['again']] }, fn('again', "throw new Error('in the Catch branch');", [])]);
    assert.ok(outcome.state === 'failed' && outcome.error.message.includes('in the Catch branch'));
  });

  it('fails when the Catch node of another branch catches another error', async () => {
    const outcome = await run([source('fails', 'other'), fails, fn('other', "throw new Error('nobody catches me');", []),
      { ...at, id: 'catch', type: 'catch', scope: ['fails'], uncaught: false, wires: [['end']] }, end()]);
    assert.ok(outcome.state === 'failed' && outcome.error.message.includes('nobody catches me'));
  });

  it('times out, naming the node, when a node swallows the message', async () => {
    const outcome = await run([source('swallow'), fn('swallow', 'setTimeout(() => { /* never done */ }, 1); return new Promise(() => {});', [])], 'x', 100);
    assert.ok(outcome.state === 'timeout');
    assert.match(outcome.error.message, /swallow/);
    assert.equal((outcome.error as { code?: string }).code, 'TRANSIENT_FLOW_TIMEOUT');
  });

  it('tells 500 messages apart: each tenth fails, with branches and delays', async () => {
    const delay = { ...at, id: 'delay', type: 'delay', pauseType: 'random', randomFirst: '1', randomLast: '9', randomUnits: 'milliseconds', timeout: '5', timeoutUnits: 'seconds', rate: '1', nbRateUnits: '1', rateUnits: 'second', drop: false, outputs: 1, wires: [['tenth']] };
    const tenth = fn('tenth', "if (msg.payload % 10 === 0) throw new Error('tenth'); return { payload: msg.payload };", ['end']);
    await red.deploy([tab, source('delay', 'end'), delay, tenth, end()]);
    const outcomes = await Promise.all(Array.from({ length: 500 }, (_, i) => send(i)));
    const failed = outcomes.flatMap((o, i) => (o.state === 'failed' ? [i] : []));
    assert.deepEqual(failed, Array.from({ length: 50 }, (_, i) => i * 10));
    assert.equal(outcomes.filter((o) => o.state === 'done').length, 450);
    assert.equal(completion.active, 0);
  });
});
