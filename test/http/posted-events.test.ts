import assert from 'node:assert/strict';
import { CloudEvent, HTTP } from 'cloudevents';
import fc from 'fast-check';
import { dataOf, postedEvent } from '../../lib/http/cloud-event';
import { credentialCheck } from '../../lib/http/credential-check';

describe('events that are posted', () => {
  it('are read as the reference implementation of CloudEvents wrote them, in both modes', () => {
    const token = fc.stringMatching(/^[A-Za-z0-9/._-]{1,40}$/);
    fc.assert(fc.property(token, token, token, fc.record({ SalesOrder: fc.stringMatching(/^\d{1,10}$/) }, { noNullPrototype: true }), (id, source, type, data) => {
      const event = new CloudEvent({ id, source, type, data, time: '2026-11-24T08:00:00.000Z' });
      for (const message of [HTTP.structured(event), HTTP.binary(event)]) {
        const headers = Object.fromEntries(Object.entries(message.headers).map(([name, value]) => [name, String(value)]));
        const body = String(message.body);
        assert.deepEqual(postedEvent(headers, body), { id, source, type, time: '2026-11-24T08:00:00.000Z' });
        assert.deepEqual(dataOf(JSON.parse(body) as Record<string, unknown>), data);
      }
    }));
  });

  it('may carry percent-encoded headers', () => {
    assert.equal(postedEvent({ 'CE-SpecVersion': '1.0', 'ce-id': 'Zo%C3%AB', 'ce-source': '/a', 'ce-type': 't' }, '').id, 'Zoë');
    assert.equal(postedEvent({ 'ce-specversion': '1.0', 'ce-id': '100%', 'ce-source': '/a', 'ce-type': 't' }, '').id, '100%');
  });

  it('are refused for what is missing, and several at once for being several', () => {
    const whole = { specversion: '1.0', id: '1', source: '/a', type: 't' };
    for (const [body, reason] of [
      [{ ...whole, specversion: undefined }, /no specversion/], [{ ...whole, specversion: '0.3' }, /not 1\.0/], [{ ...whole, id: 7 }, /attribute id/], [{ ...whole, type: '' }, /attribute type/], [[whole], /no JSON object/],
    ] as const) assert.throws(() => postedEvent({}, JSON.stringify(body)), { code: 'DATA_NO_CLOUD_EVENT', message: reason });
    assert.throws(() => postedEvent({ 'ce-specversion': '1.0', 'ce-id': '1', 'ce-source': '/a' }, JSON.stringify(whole)), /attribute type/);
  });
});

describe('credentials of who posts', () => {
  const basic = (text: string): { authorization: string } => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` });

  it('are user and password, the one of now or the one before', () => {
    const check = credentialCheck({ kind: 'basic', user: 'em' }, ['new', 'öld']);
    assert.deepEqual([basic('em:new'), basic('em:öld'), { Authorization: basic('em:new').authorization.replace('Basic', 'basic') }].map(check), [true, true, true]);
    assert.deepEqual([basic('em:old'), basic('em:'), basic('xx:new'), {}, { authorization: 'em:new' }, { authorization: 'Bearer new' }].map((headers) => check(headers as Record<string, string>)), [false, false, false, false, false, false]);
  });

  it('are a secret in a header, behind Bearer where it is that of authorization', () => {
    const check = credentialCheck({ kind: 'header', name: 'Authorization' }, ['hush']);
    assert.deepEqual([{ authorization: 'Bearer hush' }, { authorization: 'hush' }, { authorization: 'Bearer  hush ' }, { 'x-key': 'hush' }].map((headers) => check(headers as Record<string, string>)), [true, true, false, false]);
    const other = credentialCheck({ kind: 'header', name: 'X-Key' }, ['hush']);
    assert.deepEqual([{ 'x-key': 'hush' }, { 'x-key': 'Bearer hush' }, { authorization: 'hush' }].map((headers) => other(headers as Record<string, string>)), [true, false, false]);
  });

  it('open nothing where no secret is set', () => {
    for (const secrets of [[], [''], ['  ']]) {
      for (const headers of [{}, basic('em:'), basic('em:  '), { authorization: '' }]) assert.equal(credentialCheck({ kind: 'basic', user: 'em' }, secrets)(headers), false);
    }
  });
});
