import assert from 'node:assert/strict';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { System } from '../contract/sap-s4hana/system';
import { Desk, origin } from './desk';

const times = <T>(count: number, make: (at: number) => T): T[] => Array.from({ length: count }, (_, at) => make(at));
const isWriting = ({ url = '' }: IncomingMessage, body: string): boolean => url.includes('$batch') && /^(POST|PATCH) /m.test(body);
const customer = (at: number): Record<string, unknown> => ({
  schemaVersion: '1.0', id: `c-${String(at)}`, externalIds: [{ system: origin, type: 'Company', id: `C-${String(at)}` }], version: { sourceUpdatedAt: '2026-01-01T00:00:00Z' },
  customerType: 'company', status: 'active', legalName: `Killed ${String(at)} GmbH`, addresses: [{ address: { cityName: 'Graz', countryCode: 'AT' }, usage: ['billing'] }],
});

describe('many records of an ERP in one call', () => {
  it('the answer of a $batch is lost: each order is asked for before it is written again, and all in one call', async () => {
    const desk = await Desk.open();
    try {
      const { sandbox } = desk.system;
      const services = { ...desk.services, connection: desk.system.connect({}, { concurrency: 1 }) };
      const documents = times(15, (at) => desk.system.order(`LOST-${String(at)}`));
      const all = (): Promise<PromiseSettledResult<unknown>[]> => Promise.allSettled(documents.map((document) => desk.create(document, {}, {}, services)));
      sandbox.fault({ kind: 'lost-response', match: isWriting });
      assert.deepEqual((await all()).map(({ status }) => status), times(15, () => 'rejected'));
      desk.services.breaker.reset();
      const before = sandbox.requests.length;
      assert.deepEqual((await all()).map(({ status }) => status), times(15, () => 'fulfilled'));
      assert.deepEqual(documents.map(({ orderNumber }) => sandbox.ordersByReference(orderNumber).length), times(15, () => 1));
      assert.deepEqual(sandbox.requests.slice(before).map(({ method, url }) => `${method} ${url.replace(/^.*\/|\?.*$/g, '')}`), ['POST $batch']);
    } finally {
      await desk.close();
    }
  });

  it('killed before and after a $batch takes place, again and again: as many records as came, none twice', async () => {
    const system = await System.start();
    const dir = await mkdtemp(join(tmpdir(), 'b2b-batch-'));
    const { sandbox } = system;
    const orders = times(60, (at) => system.order(`KILL-${String(at)}`));
    const documents = [...orders.map((document) => ({ entity: 'order', document })), ...times(30, (at) => ({ entity: 'customer', document: customer(at) }))];
    const partners = sandbox.counters.writes['created A_BusinessPartner'] ?? 0;
    let worker: ChildProcess | undefined;
    let kills = 0;
    const kill = (request: IncomingMessage, body: string): boolean => {
      if (!isWriting(request, body)) return false;
      kills++;
      return worker?.kill('SIGKILL') ?? false;
    };
    for (const kind of ['outage', 'lost-response'] as const) sandbox.fault({ kind, match: kill });
    try {
      let numbers: unknown[] | undefined;
      while (!numbers) {
        worker = fork(join(__dirname, 'batch-worker.ts'), { execArgv: ['-r', 'tsx/cjs'], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
        worker.once('message', (found) => { numbers = found as unknown[]; });
        worker.send({ dir, documents, options: { settings: { ...sandbox.settings, priceLists: [] }, secrets: sandbox.secrets, baseUrl: sandbox.url } });
        const [code, signal] = await once(worker, 'exit') as [number | null, string | null];
        assert.ok(code === 0 || signal === 'SIGKILL', `worker ended with ${String(code)}`);
      }
      assert.equal(kills, 2);
      assert.deepEqual(orders.map(({ orderNumber }) => sandbox.ordersByReference(orderNumber).map((order) => order['SalesOrder'])), numbers.slice(0, 60).map((number) => [number]));
      assert.equal((sandbox.counters.writes['created A_BusinessPartner'] ?? 0) - partners, 30);
      assert.equal(new Set(numbers).size, 90);
    } finally {
      worker?.kill('SIGKILL');
      await system.stop();
      await rm(dir, { recursive: true });
    }
  });
});
