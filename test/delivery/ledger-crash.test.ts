import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const count = 400;

describe('ledger in a process that is killed', () => {
  it('C08 writes every order exactly once, however often kill -9 hits between the write and its answer', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'b2b-crash-'));
    const orders = new Map<string, number>();
    let worker: ChildProcess | undefined;
    let kills = 0;
    let writes = 0;
    const erp = createServer((request, response) => {
      const reference = request.url?.slice(1) ?? '';
      if (request.method === 'GET') {
        response.end(JSON.stringify(orders.has(reference) ? [{ reference }] : []));
        return;
      }
      orders.set(reference, (orders.get(reference) ?? 0) + 1);
      // Of the eight under way some have been written, some are on their way, some are being recorded.
      if (++writes % 45 === 0 && kills < 6) {
        kills++;
        worker?.kill('SIGKILL');
      }
      setTimeout(() => response.end(JSON.stringify({ reference })), writes % 5);
    }).listen(0, '127.0.0.1');
    await once(erp, 'listening');
    try {
      for (let code: unknown = null; code !== 0;) {
        worker = spawn(process.execPath, ['-r', 'tsx/cjs', join(__dirname, 'crash-worker.ts'), dir, `http://127.0.0.1:${String((erp.address() as AddressInfo).port)}`, String(count)], { stdio: ['ignore', 'ignore', 'inherit'] });
        const [exitCode, signal] = await once(worker, 'exit') as [number | null, string | null];
        assert.ok(exitCode === 0 || signal === 'SIGKILL', `worker ended with ${String(exitCode)}`);
        code = exitCode;
      }
      assert.equal(kills, 6);
      assert.equal(orders.size, count);
      assert.deepEqual([...orders].filter(([, times]) => times !== 1), []);
    } finally {
      erp.close();
      erp.closeAllConnections();
      await rm(dir, { recursive: true });
    }
  });
});
