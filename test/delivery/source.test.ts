import assert from 'node:assert/strict';
import { FlowCompletion } from '../../lib/delivery/flow-completion';
import { Holds } from '../../lib/delivery/lanes';
import { Source, type SourceMessage } from '../../lib/delivery/source';
import { TransientError } from '../../lib/errors';

describe('source', () => {
  const message = (n: number): SourceMessage => ({ payload: n, event: { id: String(n) } });

  function open(): { source: Source; sent: unknown[]; heard: unknown[] } {
    const sent: unknown[] = [], heard: unknown[] = [];
    const source = new Source({
      id: 'node', parallel: 4, timeLimitMs: 5000, send: (m) => { sent.push((m as SourceMessage).payload); }, completion: new FlowCompletion(), holds: new Holds(),
      onError: (error) => { heard.push(error); },
    });
    return { source, sent, heard };
  }

  it('asks again for a message that could not be made, and lets no later one of its lane pass', async () => {
    const { source, sent, heard } = open();
    const down = new TransientError('TRANSIENT_STORE', 'no disk');
    let asked = 0;
    source.deliver({ laneKey: 'a', message: () => { if (++asked < 2) throw down; return message(1); }, settle: () => undefined });
    await new Promise<void>((resolve) => { source.deliver({ laneKey: 'a', message: () => message(2), settle: () => { resolve(); return undefined; } }); });
    assert.deepEqual(sent, [1, 2]);
    assert.deepEqual(heard, [down]);
    source.close();
  });

  it('tells again how a flow ended if that could not be noted, without sending the message again', async () => {
    const { source, sent } = open();
    let told = 0;
    await new Promise<void>((resolve) => {
      source.deliver({ laneKey: 'a', message: () => message(1), settle: () => { if (++told < 2) throw new TransientError('TRANSIENT_STORE', 'no disk'); resolve(); return undefined; } });
    });
    assert.deepEqual([sent, told], [[1], 2]);
    source.close();
  });

  it('stops trying when it is closed', async () => {
    const { source } = open();
    let asked = 0;
    await new Promise<void>((resolve) => { source.deliver({ laneKey: 'a', message: () => { asked++; resolve(); throw new Error('always'); }, settle: () => undefined }); });
    assert.equal(source.running, 1);
    source.close();
    await new Promise(setImmediate);
    assert.deepEqual([asked, source.running], [1, 0]);
  });
});
