import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Worker } from 'node:worker_threads';
import { ConfigError, TransientError } from '../../lib/errors';
import { prefixEnd, type Store } from '../../lib/store/contract';
import { openLmdbStore } from '../../lib/store/lmdb';
import { noise } from './noise';
import { storeSuite } from './suite';

const newDir = (): Promise<string> => mkdtemp(join(tmpdir(), 'b2b-store-'));

storeSuite('LMDB', async () => {
  const dir = await newDir();
  return { open: (options) => openLmdbStore(dir, options), clean: () => rm(dir, { recursive: true }) };
});

describe('LMDB store on its disk', () => {
  let dir: string;
  let store: Store | undefined;

  beforeEach(async () => { dir = await newDir(); });
  afterEach(async () => {
    await store?.close();
    store = undefined;
    await chmod(dir, 0o700);
    await rm(dir, { recursive: true });
  });

  /** Starts the writer, kills it without warning after so many acknowledgements, and returns those seen. */
  async function killWriterAfter(acknowledgements: number): Promise<string[]> {
    const child = spawn(process.execPath, ['-r', 'tsx/cjs', join(__dirname, 'crash-writer.ts'), dir], { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    const seen: string[] = [];
    for await (const line of createInterface(child.stdout)) {
      seen.push(line);
      if (seen.length === acknowledgements) child.kill('SIGKILL');
    }
    await ended;
    return seen;
  }

  it('C08 holds everything it acknowledged after kill -9, and no batch by halves', async () => {
    for (const acknowledgements of [1, 700, 3000]) {
      const seen = await killWriterAfter(acknowledgements);
      store = await openLmdbStore(dir);
      for (const name of seen) assert.ok(await store.get(`batch/${name}`), `${name} was acknowledged and is gone`);
      const batches: string[] = [];
      const twins: string[] = [];
      for await (const { key } of store.range({ from: 'batch/', to: prefixEnd('batch/') })) batches.push(key.slice('batch/'.length));
      for await (const { key } of store.range({ from: 'twin/', to: prefixEnd('twin/') })) twins.push(key.slice('twin/'.length));
      assert.deepEqual(twins, batches);
      await store.put('still', 'writable');
      await store.close();
    }
  });

  it('is shared by two processes: what one acknowledged, the other reads and does not claim again', async () => {
    store = await openLmdbStore(dir);
    const seen = await killWriterAfter(50);
    for (const name of seen) assert.equal(await store.putIfAbsent(`batch/${name}`, 'again'), false);
  });

  it('fails what is being written when its thread ends, and writes on with another', async () => {
    const opened = store = await openLmdbStore(dir);
    const started = once(process, 'worker') as Promise<[Worker]>;
    await opened.put('first', 1);
    const [thread] = await started;
    const ended = once(thread, 'exit');
    void thread.terminate();
    const under = Array.from({ length: 20 }, (_, n) => opened.put(`under way/${String(n)}`, n).then(() => 'written', (error: unknown) => (error as Error).message));
    for (const how of await Promise.all(under)) assert.match(how, /written|thread ended/);
    await ended;
    await opened.put('next', 2);
    assert.equal((await opened.get('next'))?.value, 2);
  });

  it('makes its directory readable by its user alone', async () => {
    store = await openLmdbStore(join(dir, 'a', 'b.c'));
    assert.equal((await stat(join(dir, 'a', 'b.c'))).mode & 0o777, 0o700);
  });

  it('says what is wrong when its directory is a file', async () => {
    await writeFile(join(dir, 'file'), '');
    for (const path of ['file', 'file/store']) {
      await assert.rejects(openLmdbStore(join(dir, path)), (error: unknown) => error instanceof ConfigError && error.code === 'CONFIG_STORE' && error.message.includes(join(dir, path)));
    }
  });

  it('refuses new work at its limit, lets work under way finish, and takes new work once there is room', async () => {
    const opened = store = await openLmdbStore(dir, { maxBytes: 2 ** 20 });
    const full = async (n: number): Promise<number> => {
      const [failed] = (await Promise.allSettled(Array.from({ length: 20 }, (_, i) => opened.put(`k/${String(n + i)}`, noise(4000))))).filter((r) => r.status === 'rejected');
      if (!failed) return full(n + 20);
      assert.ok(failed.reason instanceof TransientError && failed.reason.code === 'TRANSIENT_STORE_FULL');
      return n;
    };
    assert.ok(await full(0) > 100);
    await assert.rejects(store.putIfAbsent('claim', 1), { code: 'TRANSIENT_STORE_FULL' });
    const version = (await store.get('k/0'))?.version ?? -1;
    assert.equal(await store.compareAndSet('k/0', version, 'done'), true);
    assert.equal(await store.commit([{ delete: 'k/1' }, { put: 'record/1', value: 'done' }]), true);
    for (let n = 2; n < 100; n++) await store.delete(`k/${String(n)}`);
    assert.equal(await store.putIfAbsent('claim', 1), true);
  });

  it('C59 outlives a full disk: says so, loses nothing, and goes on', async function () {
    if (process.platform === 'win32') this.skip();
    // A limit on the size of files stands for a disk that is full.
    const child = spawn('sh', ['-c', `trap '' XFSZ; ulimit -f 4000; exec "$0" "$@"`, process.execPath, '-r', 'tsx/cjs', join(__dirname, 'fill-disk.ts'), dir], { stdio: ['ignore', 'pipe', 'ignore'] });
    const lines: string[] = [];
    for await (const line of createInterface(child.stdout)) lines.push(line);
    const { acknowledged, codes, after } = JSON.parse(lines.at(-1) ?? '{}') as { acknowledged: number[]; codes: string[]; after: boolean };
    assert.ok(acknowledged.length > 100);
    assert.deepEqual([...new Set(codes)], ['TRANSIENT_STORE_FULL']);
    assert.equal(after, true);
    store = await openLmdbStore(dir);
    for (const n of acknowledged.slice(50)) assert.ok(await store.get(`k/${String(n)}`), `${String(n)} was acknowledged and is gone`);
  });

  it('does not grow when entries come and go', async () => {
    const opened = store = await openLmdbStore(dir);
    const size = async (): Promise<number> => (await stat(join(dir, 'data.mdb'))).size;
    const turnOver = async (rounds: number): Promise<void> => {
      for (let round = 0; round < rounds; round++) {
        await Promise.all(Array.from({ length: 200 }, (_, n) => opened.put(`k/${String(n)}`, noise(1000))));
        await Promise.all(Array.from({ length: 200 }, (_, n) => opened.delete(`k/${String(n)}`)));
      }
    };
    await turnOver(10);
    const settled = await size();
    await turnOver(40);
    assert.ok(await size() <= settled * 2, `grew from ${String(settled)} to ${String(await size())} bytes`);
  });
});
