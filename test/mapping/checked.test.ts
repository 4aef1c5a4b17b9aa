import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { DataError } from '../../lib/errors';
import { compileMapping } from '../../lib/mapping';
import { checkedMapping } from '../../lib/mapping/checked';

describe('a mapping from or to a canonical document', () => {
  const order = JSON.parse(readFileSync('lib/documents/examples/order.example.json', 'utf8')) as Record<string, unknown>;
  const made = (source: string, target: string): ReturnType<typeof compileMapping> =>
    checkedMapping(compileMapping({ mapping: 1, source, target, rules: [{ to: 'number', from: 'orderNumber' }] }));
  const refused = (code: string, path: string) => (error: unknown): boolean =>
    error instanceof DataError && error.code === code && (error.cause.issues ?? []).some((issue) => issue.path === path);

  it('takes a good one', () => {
    assert.deepEqual(made('urn:b2b-sync:order:v1', 'x').map(order), { number: order['orderNumber'] });
  });

  it('refuses a bad one before it is read, with every issue and the name of the record', async () => {
    const mapping = made('urn:b2b-sync:order:v1', 'x');
    const { lines: _, ...bad } = order;
    assert.throws(() => mapping.map(bad, {}, 'order #1001'), refused('DATA_INVALID_ORDER', 'lines'));
    await assert.rejects(mapping.mapAsync(bad, {}, 'order #1001'), /order #1001 is not a valid order/);
  });

  it('refuses what it made if that is none', async () => {
    const mapping = made('x', 'urn:b2b-sync:order:v1');
    assert.throws(() => mapping.map(order), refused('DATA_INVALID_ORDER', 'lines'));
    await assert.rejects(mapping.mapAsync(order), refused('DATA_INVALID_ORDER', 'lines'));
  });

  it('looks at nothing else', () => {
    assert.deepEqual(made('shopify:Order', 'urn:b2b-sync:unheard-of:v1').map({ orderNumber: 1 }), { number: 1 });
  });
});
