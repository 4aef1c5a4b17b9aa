import assert from 'node:assert/strict';
import fc from 'fast-check';
import { decodeBody, encodeBody } from '../../../lib/brokers/rabbitmq/body';

describe('RabbitMQ body', () => {
  it('JSON, text and bytes come back as they were sent', () => {
    const payload = fc.oneof(fc.json().map((text) => JSON.parse(text) as unknown).filter((value) => typeof value !== 'string'), fc.string({ unit: 'grapheme' }),
      fc.uint8Array().map((bytes) => Buffer.from(bytes)));
    fc.assert(fc.property(payload, (sent) => {
      const { content, contentType } = encodeBody(sent);
      assert.deepEqual(decodeBody(content, contentType), sent);
    }));
  });

  it('text sent as JSON is a JSON string', () => {
    assert.equal(encodeBody('a', 'application/json').content.toString(), '"a"');
  });

  it('a body that says it is JSON and is not is refused, without quoting it', () => {
    for (const type of ['application/json', 'application/json; charset=utf-8', 'application/cloudevents+json']) {
      assert.throws(() => decodeBody(Buffer.from('{"email":"a@b.example"'), type), (error: Error & { code: string }) => error.code === 'DATA_JSON' && !error.message.includes('a@b'));
    }
  });

  it('without a content type JSON is recognised and the rest stays bytes', () => {
    assert.deepEqual(decodeBody(Buffer.from(' {"a":1}')), { a: 1 });
    assert.deepEqual(decodeBody(Buffer.from('{half')), Buffer.from('{half'));
    assert.deepEqual(decodeBody(Buffer.from('12')), Buffer.from('12'));
  });

  it('compressed bodies stay bytes', () => {
    assert.deepEqual(decodeBody(Buffer.from('{}'), 'application/json', 'gzip'), Buffer.from('{}'));
  });

  it('what JSON cannot hold is refused', () => {
    const loop: { self?: unknown } = {};
    loop.self = loop;
    for (const payload of [undefined, () => 1, loop, 1n]) assert.throws(() => encodeBody(payload), { code: 'DATA_PAYLOAD' });
  });
});
