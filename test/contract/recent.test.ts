import assert from 'node:assert/strict';
import { Recent } from '../../lib/connectors/recent';

describe('what was found lately', () => {
  it('is forgotten after a while, also if it is asked for all the time', () => {
    let now = 0;
    const recent = new Recent<string>(10, 1000, () => now);
    recent.set('a', '1');
    now = 999;
    assert.equal(recent.get('a'), '1');
    now = 1000;
    assert.equal(recent.get('a'), undefined);
    assert.equal(recent.size, 0);
  });
  it('never grows beyond its limit: the oldest goes', () => {
    const recent = new Recent<number>(100, 1000, () => 0);
    for (let i = 0; i < 10_000; i++) recent.set(String(i), i);
    assert.deepEqual([recent.size, recent.get('9899'), recent.get('9900')], [100, undefined, 9900]);
  });
  it('found anew it is young again', () => {
    let now = 0;
    const recent = new Recent<string>(2, 1000, () => now);
    recent.set('a', '1');
    recent.set('b', '2');
    now = 500;
    recent.set('a', '3');
    recent.set('c', '4');
    assert.deepEqual([recent.get('a'), recent.get('b'), recent.get('c')], ['3', undefined, '4']);
    now = 1400;
    assert.equal(recent.get('a'), '3');
  });
});
