import assert from 'node:assert/strict';
import fc from 'fast-check';
import { canonicalJson, contentHash } from '../../lib/documents/hash';
import { changed, example } from './documents';

const order = example('order');
const hash = contentHash(order);

describe('content hash', () => {
  it('is a sha256 as the schema writes it', () => { assert.match(hash, /^sha256:[0-9a-f]{64}$/); });

  it('stays when the document gets a number in another system, or is only touched', () => {
    assert.equal(contentHash(changed(order, {
      externalIds: [...order.externalIds, { system: 'netsuite:1', type: 'SalesOrder', id: '77' }], erpDocuments: [{ number: '512340' }],
      updatedAt: '2027-01-01T00:00:00Z', 'version.sourceUpdatedAt': '2027-01-01T00:00:00Z', 'version.etag': 'W/"2"',
    })), hash);
  });

  it('changes with every other field', () => {
    const changes: Record<string, unknown>[] = [{ orderStatus: 'completed' }, { 'lines[0].quantity.value': '41' }, { 'lines[1]': undefined }, { tags: [] },
      { 'lines[0].externalIds[0].id': 'x' }, { customerNote: 'Tor 4' }, { lines: [...order.lines].reverse() }];
    const hashes = changes.map((change) => contentHash(changed(order, change)));
    assert.equal(new Set([hash, ...hashes]).size, changes.length + 1);
  });

  it('does not see the order of keys or fields that are undefined', () => {
    const shuffle = (value: unknown): unknown => Array.isArray(value) ? value.map(shuffle)
      : typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).reverse().map(([key, one]) => [key, shuffle(one)])) : value;
    assert.equal(contentHash({ ...(shuffle(order) as object), salesRep: undefined }), hash);
  });

  it('canonical JSON reads back as the same value, for any value', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => { assert.deepEqual(JSON.parse(canonicalJson(value)), JSON.parse(JSON.stringify(value))); }));
  });

  it('null, absent and "0" are three contents', () => {
    assert.equal(new Set([{ a: null }, {}, { a: '0' }].map(contentHash)).size, 3);
  });
});
