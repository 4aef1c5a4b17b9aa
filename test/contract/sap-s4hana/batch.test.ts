import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import type { Connection, Native, WriteResult } from '../../../lib/connectors/contract';
import { batchAnswers, batchBody } from '../../../lib/connectors/sap-s4hana/odata/batch';
import { errorDetails } from '../../../lib/errors';
import { batchAnswer, readBatch } from '../../../sandbox/sap-s4hana/odata/batch';
import { fromOrder, outcome, System } from './system';

const times = <T>(count: number, make: (at: number) => T): T[] => Array.from({ length: count }, (_, at) => make(at));
const isWrite = ({ method, url = '' }: IncomingMessage, body: string): boolean => method === 'POST' && (!url.includes('$batch') || /^(POST|PATCH) /m.test(body));

describe('SAP S/4HANA $batch', () => {
  let system: System;
  let erp: Connection;
  before(async () => { system = await System.start({ secondNode: true }); });
  beforeEach(() => { erp = system.connect(); });
  afterEach(() => { system.sandbox.clearFaults(); });
  after(() => system.stop());

  const native = (number: string, change: Parameters<System['order']>[1] = {}): Native => fromOrder(erp, system.order(number, change));
  const orders = (name: string, count: number): Native[] => times(count, (at) => native(`${name}-${String(at)}`));
  const createAll = (documents: Native[], of = erp): Promise<PromiseSettledResult<WriteResult>[]> => Promise.allSettled(documents.map((document) => of.create('order', document)));
  const there = (name: string, count: number): number[] => times(count, (at) => system.sandbox.ordersByReference(`${name}-${String(at)}`).length);
  const codes = (ended: PromiseSettledResult<unknown>[]): string[] => ended.map((one) => one.status === 'fulfilled' ? 'ok' : String((one.reason as { code?: string }).code));
  const numbers = (ended: PromiseSettledResult<WriteResult>[]): unknown[] => ended.map((one) => one.status === 'fulfilled' && one.value.externalId.number);
  /** Calls since the last time, by method. */
  let seen = 0;
  const calls = (method?: string): string[] => {
    const fresh = system.sandbox.requests.slice(seen).filter((request) => method === undefined || request.method === method).map(({ url }) => url.replace(/^.*\/sap\/|\?.*$/g, ''));
    seen = system.sandbox.requests.length;
    return fresh;
  };

  it('orders that come at once share few calls, and each has a result of its own', async () => {
    calls();
    const ended = await createAll(orders('B', 50));
    assert.deepEqual(calls('POST'), times(4, () => 'API_SALES_ORDER_SRV/$batch'));
    assert.deepEqual(there('B', 50), times(50, () => 1));
    assert.deepEqual(numbers(ended), times(50, (at) => system.sandbox.ordersByReference(`B-${String(at)}`)[0]?.['SalesOrder']));
  });

  it('one that comes by itself goes at once and alone; of few each has a call of its own', async () => {
    calls();
    await createAll(orders('S', 1));
    await createAll(orders('T', 4));
    assert.deepEqual(calls('POST'), times(5, () => 'API_SALES_ORDER_SRV/A_SalesOrder'));
  });

  it('as many as the setting says at most; with 1 there is no $batch', async () => {
    calls();
    await createAll(orders('M', 25), system.connect({ batchSize: '3' }, { concurrency: 1 }));
    assert.equal(calls('POST').length, 9);
    await createAll(orders('N', 8), system.connect({ batchSize: '1' }));
    assert.deepEqual(calls('POST'), times(8, () => 'API_SALES_ORDER_SRV/A_SalesOrder'));
    assert.throws(() => system.connect({ batchSize: '101' }), { code: 'CONFIG_BATCH_SIZE' });
  });

  it('C11 a poison record fails alone, with its own reason', async () => {
    const documents = orders('P', 20);
    documents[7] = native('P-7', { buyerParty: { customerNumber: '999999' } });
    const ended = await createAll(documents, system.connect({}, { concurrency: 1 }));
    assert.deepEqual(codes(ended), times(20, (at) => at === 7 ? 'DATA_UNKNOWN_CUSTOMER' : 'ok'));
    assert.deepEqual(there('P', 20), times(20, (at) => at === 7 ? 0 : 1));
    assert.equal(errorDetails((ended[7] as PromiseRejectedResult).reason).record, 'order P-7');
  });

  it('C11 a record that makes each $batch fail as a whole is found by halving, and holds up no other', async () => {
    system.sandbox.fault({ kind: 'internal-error', times: Infinity, match: (request, body) => isWrite(request, body) && body.includes('"D-11"') });
    const ended = await createAll(orders('D', 20), system.connect({}, { concurrency: 1 }));
    assert.deepEqual(codes(ended), times(20, (at) => at === 11 ? 'TRANSIENT_SERVER_ERROR' : 'ok'));
    assert.deepEqual(there('D', 20), times(20, (at) => at === 11 ? 0 : 1));
    const { record, status } = errorDetails((ended[11] as PromiseRejectedResult).reason);
    assert.deepEqual([record, status], ['order D-11', 500]);
  });

  it('C11 a $batch that fails as a whole in its middle: what took place is found by its reference and not sent again', async () => {
    system.sandbox.fault({ kind: 'internal-error', after: 7, match: isWrite });
    const ended = await createAll(orders('H', 20), system.connect({}, { concurrency: 1 }));
    assert.deepEqual(codes(ended), times(20, () => 'ok'));
    assert.deepEqual(there('H', 20), times(20, () => 1));
    assert.deepEqual(numbers(ended), times(20, (at) => system.sandbox.ordersByReference(`H-${String(at)}`)[0]?.['SalesOrder']));
  });

  it('customers, too: created once though the batch failed after some of them', async () => {
    const document = (at: number): Native => erp.fromCanonical('customer', {
      schemaVersion: '1.0', id: `c-${String(at)}`, externalIds: [{ system: 'shop', type: 'Company', id: `K-${String(at)}` }], version: { sourceUpdatedAt: '2026-01-01T00:00:00Z' },
      customerType: 'company', status: 'active', legalName: `Batch ${String(at)} GmbH`, addresses: [{ address: { cityName: 'Graz', countryCode: 'AT' }, usage: ['billing'] }],
    });
    const one = system.connect({}, { concurrency: 1 });
    const [before, documents] = [system.sandbox.counters.writes['created A_BusinessPartner'] ?? 0, times(10, document)];
    system.sandbox.fault({ kind: 'internal-error', after: 4, match: isWrite });
    const ended = await Promise.allSettled(documents.map((native_) => one.create('customer', native_)));
    assert.deepEqual(codes(ended), times(10, () => 'ok'));
    assert.equal((system.sandbox.counters.writes['created A_BusinessPartner'] ?? 0) - before, 10);
  });

  it('what cannot be asked for is not sent again but fails, and the next try adds what is left', async () => {
    const one = system.connect({}, { concurrency: 1 });
    const withoutLast = (order: Native): Native => ({ ...order, to_Item: (order['to_Item'] as Native[]).slice(0, 2) });
    const made = await createAll(orders('I', 10).map(withoutLast));
    const addAll = (): Promise<PromiseSettledResult<WriteResult>[]> => Promise.allSettled(numbers(made).map((id, at) => one.update('order', String(id), native(`I-${String(at)}`))));
    system.sandbox.fault({ kind: 'internal-error', after: 6, match: isWrite });
    assert.deepEqual(codes(await addAll()), times(10, () => 'TRANSIENT_SERVER_ERROR'));
    assert.deepEqual(codes(await addAll()), times(10, () => 'ok'));
    assert.deepEqual(times(10, (at) => system.sandbox.ordersByReference(`I-${String(at)}`)[0]?.to_Item.length), times(10, () => 3));
  });

  it('an answer that is lost or cut: each is told that nobody knows, and its record', async () => {
    for (const [kind, name, code] of [['lost-response', 'L', 'TRANSIENT_CONNECTION_RESET'], ['cut-body', 'C', 'TRANSIENT_CUT_BODY']] as const) {
      system.sandbox.fault({ kind, match: isWrite });
      const ended = await createAll(orders(name, 10), system.connect({}, { concurrency: 1 }));
      assert.deepEqual(codes(ended), times(10, () => code));
      assert.deepEqual(ended.map((one) => { const { unknownOutcome, record } = errorDetails((one as PromiseRejectedResult).reason); return [unknownOutcome, record]; }), times(10, (at) => [true, `order ${name}-${String(at)}`]));
      assert.deepEqual(there(name, 10), times(10, () => 1));
    }
  });

  it('throttling and missing permission concern all: nothing is halved or sent again', async () => {
    await erp.get('order', '1');
    system.sandbox.fault({ kind: 'throttle', ms: 7000, match: isWrite });
    calls();
    const ended = await createAll(orders('R', 10), system.connect({}, { concurrency: 1 }));
    assert.deepEqual(ended.map((one) => errorDetails((one as PromiseRejectedResult).reason).retryAfterMs), times(10, () => 7000));
    assert.equal(calls('POST').length, 1);
  });

  it('a token that has ended is fetched once for all, and nothing is written twice', async () => {
    await createAll(orders('X', 8));
    system.sandbox.fault({ kind: 'expire-session', match: isWrite });
    assert.deepEqual(codes(await createAll(orders('Y', 60))), times(60, () => 'ok'));
    assert.deepEqual(there('Y', 60), times(60, () => 1));
  });

  it('changes carry their etags: who is late reads again', async () => {
    const made = (await createAll(orders('E', 12))).map((one) => one.status === 'fulfilled' ? one.value.externalId.id : assert.fail());
    const one = system.connect({}, { concurrency: 1 });
    calls();
    system.sandbox.fault({ kind: 'stale-etag', times: 1 });
    await Promise.all(made.map((id, at) => one.update('order', id, native(`E-${String(at)}`, { requestedDeliveryDate: '2027-03-01' }))));
    const patches = calls('PATCH');
    assert.equal(patches.length, 1, 'only the one that was late is alone');
    assert.deepEqual([...new Set(times(12, (at) => system.sandbox.ordersByReference(`E-${String(at)}`)[0]?.['RequestedDeliveryDate']))], [`/Date(${String(Date.UTC(2027, 2, 1))})/`]);
  });

  it('records that are asked for by their key at once share a call; one that is not there is none', async () => {
    const [order] = system.sandbox.orders();
    const one = system.connect({}, { concurrency: 1 });
    calls();
    const found = await Promise.all([String(order?.['SalesOrder']), '1', '2'].map((id) => one.get('order', id)));
    assert.deepEqual(found.map((row) => row?.['SalesOrder']), [order?.['SalesOrder'], undefined, undefined]);
    assert.deepEqual(calls('POST'), ['API_SALES_ORDER_SRV/$batch']);
  });

  it('a system that takes no $batch: the error says what to set', async () => {
    system.sandbox.fault({ kind: 'throttle', match: ({ url = '' }) => url.includes('$batch'), status: 405, times: Infinity });
    const [ended] = await createAll(orders('Q', 10), system.connect({}, { concurrency: 1 }));
    assert.match(String((ended as PromiseRejectedResult).reason), /batch.*1/i);
    assert.equal(await outcome(system.connect({ batchSize: '1' }).create('order', native('Q-0'))), 'ok');
  });
});

describe('multipart bodies of $batch', () => {
  const requests = [
    { method: 'GET', path: "A('1')?$format=json" } as const, { method: 'POST', path: 'A', body: { text: 'Grüße\r\n--x' } } as const,
    { method: 'PATCH', path: "A('2')", body: {}, headers: { 'if-match': 'W/"1"' } } as const,
  ];
  it('a write is a change set of its own, a read stands alone', () => {
    const { contentType, body } = batchBody(requests);
    const steps = readBatch(contentType, body);
    assert.deepEqual(steps.map((step) => 'changeset' in step ? step.changeset.map(({ method }) => method) : step.read.method), ['GET', ['POST'], ['PATCH']]);
    type Written = { changeset: [{ body: string; headers: Record<string, string> }] };
    const [, post, patch] = steps as [unknown, Written, Written];
    assert.deepEqual(JSON.parse(post.changeset[0].body), { text: 'Grüße\r\n--x' });
    assert.equal(post.changeset[0].headers['content-length'], String(Buffer.byteLength(post.changeset[0].body)));
    assert.equal(patch.changeset[0].headers['if-match'], 'W/"1"');
  });

  const { headers: { 'content-type': type } = {}, body } = batchAnswer([{ status: 200, body: '{"d":1}' }, [{ status: 204 }], { status: 400, body: 'no' }]);
  const [contentType, text] = [String(type), String(body)];
  it('answers come in the order of their requests', () => {
    assert.deepEqual(batchAnswers(contentType, text, 3).map(({ status, data }) => [status, data.toString().trim()]), [[200, '{"d":1}'], [204, ''], [400, 'no']]);
  });
  const bad: [string, string, string, number][] = [
    ['another number of answers', contentType, text, 4], ['an end that is missing', contentType, text.slice(0, -6), 3], ['a body cut half way', contentType, text.slice(0, text.length / 2), 3],
    ['no boundary', 'multipart/mixed', text, 3], ['another type', 'text/html; boundary=b', text, 3], ['a part that is no answer', contentType, text.replace('HTTP/1.1 204', 'HTTP 204'), 3],
    ['something behind a boundary', contentType, text.replace('\r\nContent-Type: application/http', 'x\r\nContent-Type: application/http'), 3], ['a header without a name', contentType, text.replace('content-length', ''), 3],
    ['a change set of two answers', ...twice(), 1], ['nothing', contentType, '', 0],
  ];
  for (const [what, type_, body_, count] of bad) {
    it(`refused: ${what}`, () => { assert.throws(() => batchAnswers(type_, body_, count), SyntaxError); });
  }
  function twice(): [string, string] {
    const answer = batchAnswer([[{ status: 204 }, { status: 204 }]]);
    return [String(answer.headers?.['content-type']), String(answer.body)];
  }
});
