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
    let last = event;
    for (let hop = 1; hop <= maxHops; hop++) {
      const next = nextHop(last, `e${String(hop)}`);
      assert.deepEqual(next, { ...event, id: `e${String(hop)}`, causationid: last.id, hops: hop });
      last = next;
    }
    assert.throws(() => nextHop(last, 'e9'), (error: unknown) => error instanceof DataError && error.code === 'DATA_LOOP' && error.cause.record === 'order/1');
  });
});
