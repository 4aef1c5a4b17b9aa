import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { businessNumbers, normalNumber } from '../../lib/delivery/business-numbers';
import { fromPlain, plainError, toPlain } from '../../lib/delivery/plain';
import { DataError } from '../../lib/errors';

describe('plain message data', () => {
  it('keeps plain data as it is, without a note (property)', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => {
      const json = JSON.parse(JSON.stringify(value)) as unknown;
      assert.deepEqual(toPlain({ payload: json }), { value: { payload: json }, notes: [] });
    }));
  });

  it('keeps a key __proto__ a key', () => {
    const message = JSON.parse('{"payload": {"__proto__": {"admin": true}}}') as { payload: object };
    const { value } = toPlain(message);
    assert.deepEqual(value, message);
    assert.equal('admin' in (value).payload, false);
    assert.equal('admin' in (fromPlain(value) as typeof message).payload, false);
  });

  it('brings buffers back byte for byte', () => {
    const payload = Buffer.from([0, 255, 128, 10]);
    const { value, notes } = toPlain({ payload, list: [payload] });
    assert.deepEqual(fromPlain(JSON.parse(JSON.stringify(value))), { payload, list: [payload] });
    assert.deepEqual(notes, []);
  });

  it('names and drops what a flow may carry but no disk can keep', () => {
    const server = createServer();
    const payload: Record<string, unknown> = { ok: 1, call: (): void => undefined, map: new Map(), rate: NaN, list: [1, Symbol('x')] };
    payload['self'] = payload;
    const { value, notes } = toPlain({ req: { socket: server }, res: { send: 1 }, payload, server });
    assert.deepEqual(value, { payload: { ok: 1, list: [1, null] } });
    assert.deepEqual(notes, ['req: not plain data', 'res: not plain data', 'payload.call: a function', 'payload.map: a Map, not plain data',
      'payload.rate: not a finite number', 'payload.list[1]: a symbol', 'payload.self: circular', 'server: a Server, not plain data']);
  });

  it('keeps `req` of a document', () => {
    assert.deepEqual(toPlain({ payload: { req: 'Q-1' } }), { value: { payload: { req: 'Q-1' } }, notes: [] });
  });

  it('keeps an object that occurs twice', () => {
    const party = { id: '1' };
    assert.deepEqual(toPlain({ buyer: party, payer: party }), { value: { buyer: party, payer: party }, notes: [] });
  });

  it('keeps what a Function node made in its own realm', () => {
    const payload = runInNewContext('({ order: { lines: [1, 2] }, at: new Date(0) })') as object;
    const { value, notes } = toPlain({ payload });
    assert.deepEqual(JSON.parse(JSON.stringify(value)), { payload: { order: { lines: [1, 2] }, at: '1970-01-01T00:00:00.000Z' } });
    assert.deepEqual(notes, []);
  });

  it('writes dates, errors and big numbers as text', () => {
    const { value } = toPlain({ at: new Date(0), big: 12345678901234567890n, error: new DataError('DATA_X', 'no', { record: 'order #1' }) });
    assert.deepEqual(value, { at: '1970-01-01T00:00:00.000Z', big: '12345678901234567890', error: { name: 'DataError', code: 'DATA_X', message: 'no', details: { record: 'order #1' } } });
  });

  it('survives anything: bottomless nesting, broken dates, no message at all', () => {
    const deep: Record<string, unknown> = {};
    let at = deep;
    for (let i = 0; i < 10_000; i++) at = at['in'] = {};
    assert.match(toPlain(deep).notes[0] ?? '', /nested too deep/);
    assert.deepEqual(toPlain({ at: new Date(NaN) }), { value: {}, notes: ['at: not a date'] });
    assert.deepEqual(toPlain(undefined), { value: null, notes: [] });
    assert.deepEqual(toPlain(Object.assign(Object.create(null) as object, { a: 1 })), { value: { a: 1 }, notes: [] });
  });

  it('says so when a message is too long, and keeps what names it', () => {
    const event = { id: 'e1', subject: 'order/1' };
    const { value, notes } = toPlain({ _msgid: 'm', topic: 'order.created', event, payload: 'x'.repeat(1000) }, 500);
    assert.deepEqual(value, { _msgid: 'm', topic: 'order.created', event });
    assert.match(notes[0] ?? '', /payload: left out.*1\d\d\d characters/);
  });

  it('describes any error, ours or not', () => {
    assert.deepEqual(plainError(new DataError('DATA_X', 'no', { status: 422 })), { code: 'DATA_X', message: 'no', details: { status: 422 } });
    assert.deepEqual(plainError(new TypeError('bug')), { code: 'UNEXPECTED', message: 'bug', details: {} });
    assert.deepEqual(plainError('text'), { code: 'UNEXPECTED', message: 'text', details: {} });
  });
});

describe('business numbers', () => {
  it('are found in the document, its external ids, the event and the error', () => {
    const message = {
      payload: { orderNumber: '#1001', externalIds: [{ system: 'shop', type: 'Order', id: 'gid://shopify/Order/9', number: '#1001' }, { system: 'erp', type: 'A', id: '4711' }] },
      event: { subject: 'order/gid://shopify/Order/9' },
    };
    assert.deepEqual(businessNumbers(message, 'order PO-77'), ['1001', 'gid://shopify/order/9', '4711', 'po-77']);
  });

  it('are looked up without hash, blanks and case', () => {
    assert.deepEqual(['#1001', ' 1001 ', 'so-5', 'SO-5'].map(normalNumber), ['1001', '1001', 'so-5', 'so-5']);
  });

  it('of a message without any are none', () => {
    for (const message of [undefined, null, 'text', {}, { payload: 'raw' }, { payload: { externalIds: [null, 3] } }]) assert.deepEqual(businessNumbers(message), []);
  });
});
