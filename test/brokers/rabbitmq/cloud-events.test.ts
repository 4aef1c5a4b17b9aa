import assert from 'node:assert/strict';
import fc from 'fast-check';
import { toEvent, toHeaders, type Origin } from '../../../lib/brokers/rabbitmq/cloud-events';
import type { EventAttributes } from '../../../lib/documents/event';

const origin: Origin = { headers: {}, routingKey: 'order.created', queue: 'orders', content: Buffer.from('{}') };
const now = (): number => Date.UTC(2026, 0, 1);

const event: EventAttributes = {
  specversion: '1.0', id: 'e-1', source: 'shopify:main', type: 'b2b-sync.order.created.v1', time: '2026-01-01T00:00:00.000Z',
  subject: 'order/gid://shopify/Order/1', datacontenttype: 'application/json', dataschema: 'urn:b2b-sync:order:v1', partitionkey: 'order:1',
  idempotencykey: 'order:shopify:1:1767225600000', correlationid: 'e-1', originsystem: 'shopify:main', hops: 1, replay: false,
};

describe('CloudEvents over RabbitMQ', () => {
  const text = fc.string({ minLength: 1, maxLength: 255, unit: 'grapheme' });
  const attributes = fc.record({
    id: text, source: text, type: text, time: text, subject: text, dataschema: text, partitionkey: text, idempotencykey: text, correlationid: text,
    causationid: text, originsystem: text, hops: fc.nat(), replay: fc.boolean(), maskedcards: fc.nat(), traceparent: text,
  }, { requiredKeys: ['id', 'source', 'type', 'time', 'subject', 'dataschema', 'partitionkey', 'idempotencykey', 'correlationid'] });

  it('come back as they were sent', () => {
    fc.assert(fc.property(attributes, (given) => {
      const sent = { ...given, specversion: '1.0', datacontenttype: 'application/json' };
      assert.deepEqual(toEvent({ ...origin, headers: toHeaders(sent as EventAttributes) }, now), sent);
    }));
  });

  it('never carry the delivery id', () => {
    assert.ok(!('cloudEvents:deliveryid' in toHeaders({ ...event, deliveryid: 'd-1' })));
    assert.equal(toEvent({ ...origin, headers: { ...toHeaders(event), 'cloudEvents:deliveryid': 'forged' } }, now).deliveryid, undefined);
  });

  for (const prefix of ['cloudEvents:', 'cloudEvents_', 'ce-']) {
    it(`are read with the prefix ${prefix}`, () => {
      const headers = Object.fromEntries(Object.entries(toHeaders(event)).map(([name, value]) => [name.replace('cloudEvents:', prefix), value]));
      assert.deepEqual(toEvent({ ...origin, headers }, now), event);
    });
  }

  it('are cut where they are long, but never what names the event', () => {
    const headers = toHeaders({ ...event, causationid: '😀'.repeat(600) });
    assert.equal(headers['cloudEvents:causationid'], '😀'.repeat(512));
    assert.throws(() => toHeaders({ ...event, idempotencykey: 'x'.repeat(1025) }), { code: 'DATA_EVENT_ATTRIBUTE' });
  });

  it('are made from message id and routing key where there are none', () => {
    const made = toEvent({ ...origin, messageId: 'm-1', correlationId: 'c-1', timestamp: 1_767_225_600, contentType: 'application/json' }, now);
    assert.deepEqual(made, {
      specversion: '1.0', id: 'm-1', source: 'rabbitmq:orders', type: 'order.created', time: '2026-01-01T00:00:00.000Z', subject: 'message/m-1',
      datacontenttype: 'application/json', dataschema: 'rabbitmq:application/json', partitionkey: 'message:m-1', idempotencykey: 'message:orders:m-1', correlationid: 'c-1',
    });
  });

  it('are the same for the same message without an id, so that a redelivery is recognised', () => {
    assert.equal(toEvent(origin, now).idempotencykey, toEvent(origin, now).idempotencykey);
    assert.notEqual(toEvent(origin, now).id, toEvent({ ...origin, content: Buffer.from('{"a":1}') }, now).id);
  });

  it('are made anew if what identifies them is missing or wrong', () => {
    const headers = { ...toHeaders(event), 'cloudEvents:id': 7 };
    assert.equal(toEvent({ ...origin, headers, messageId: 'm-1' }, now).id, 'm-1');
  });

  it('of a stranger with the required attributes only get keys of their own', () => {
    const made = toEvent({ ...origin, messageId: 'm-1', headers: { 'cloudEvents:id': 'a', 'cloudEvents:source': 's', 'cloudEvents:type': 't', 'cloudEvents:hops': 'many' } }, now);
    assert.deepEqual([made.id, made.partitionkey, made.idempotencykey, made.hops], ['a', 'event:a', 'event:s#a', undefined]);
  });
});
