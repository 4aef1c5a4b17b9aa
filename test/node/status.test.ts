import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { Node, NodeStatus } from 'node-red';
import { StatusLine } from '../../nodes/common/status';

describe('the status of a node', () => {
  /** What the canvas shows of a status. */
  function shown(status: NodeStatus): NodeStatus | undefined {
    const seen: NodeStatus[] = [];
    const node = Object.assign(new EventEmitter(), { status: (value: NodeStatus) => { seen.push(value); } }) as unknown as Node;
    const line = new StatusLine(node);
    line.show(status);
    line.close();
    return seen.at(-1);
  }

  it('is cut to what can be read beside a node', () => {
    const text = shown({ fill: 'red', shape: 'ring', text: 'The shop refused the credentials of the app. Check client id and client secret in the system node.' });
    assert.deepEqual(text, { fill: 'red', shape: 'ring', text: 'The shop refused the credentials of the app. Check client i…' });
  });

  it('is left alone where it is short', () => {
    const text = '123 done · 2 waiting · 1 dead · #1042';
    assert.deepEqual(shown({ text }), { text });
  });
});
