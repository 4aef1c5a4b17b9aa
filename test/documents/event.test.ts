import assert from 'node:assert/strict';
import { maxHops, nextHop, topicOf, typeOf, type EventAttributes } from '../../lib/documents/event';
import { DataError } from '../../lib/errors';

const event: EventAttributes = {
  specversion: '1.0', id: 'e0', source: '/b2b/n1', type: typeOf('order', 'created'), time: '2026-11-23T00:12:44Z', subject: 'order/1', datacontenttype: 'application/json',
  dataschema: 'urn:b2b-sync:order:v1', partitionkey: 'order:1', idempotencykey: 'order:shop:1:1', correlationid: 'order:shop:1', hops: 0,
};

describe('events', () => {
  it('have a type and its short form', () => {
    assert.equal(event.type, 'b2b-sync.order.created.v1');
    assert.equal(topicOf(event.type), 'order.created');
  });

  it('C52 an event that causes another makes it one hop older, and a loop ends after eight', () => {
    let hops = 0;
    for (let hop = 1; hop <= maxHops; hop++) {
      hops = nextHop({ ...event, hops });
      assert.equal(hops, hop);
    }
    assert.throws(() => nextHop({ ...event, hops }), (error: unknown) => error instanceof DataError && error.code === 'DATA_LOOP' && error.cause.record === 'order/1');
    assert.equal(nextHop(), 1);
  });
});
