import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { startSapSandbox } from '../../sandbox/sap-s4hana';
import { item, order, SapClient, type Address } from './sap-client';

describe('SAP S/4HANA sandbox as a process', () => {
  let dataDir: string;
  let child: ChildProcess | undefined;
  beforeEach(() => { dataDir = mkdtempSync(join(tmpdir(), 'sap-')); });
  afterEach(async () => {
    if (child?.exitCode === null && child.signalCode === null) { child.kill('SIGKILL'); await once(child, 'exit'); }
    rmSync(dataDir, { recursive: true });
  });

  async function launch(...args: string[]): Promise<Address> {
    const root = resolve(__dirname, '../..');
    child = spawn(process.execPath, ['--require', 'tsx/cjs', join(root, 'sandbox/sap-s4hana/main.ts'), '--data-dir', dataDir, ...args], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
    assert.ok(child.stdout);
    const [line] = await once(createInterface(child.stdout), 'line') as [string];
    return JSON.parse(line) as Address;
  }

  it('keeps every answered order through kill -9, and goes on with the next number', async () => {
    const first = new SapClient(await launch());
    const numbers: unknown[] = [];
    for (let i = 0; i < 20; i++) numbers.push((await first.createOrder(order({ PurchaseOrderByCustomer: `WEB-${String(i)}` }))).SalesOrder);
    child?.kill('SIGKILL');

    const sandbox = await startSapSandbox({ dataDir });
    assert.deepEqual(sandbox.orders().map(({ SalesOrder }) => SalesOrder), numbers);
    const client = new SapClient(sandbox);
    assert.equal(Number((await client.createOrder()).SalesOrder), Number(numbers.at(-1)) + 1);
    assert.equal((await client.get("A_SalesOrder?$filter=PurchaseOrderByCustomer eq 'WEB-7'&$expand=to_Item")).json().d.results.length, 1);
    await sandbox.close();
  });

  it('takes faults at the start and over HTTP, takes materials, and shows its orders', async () => {
    const running = await launch('--latency', '1', '--faults', '[{"kind":"lost-response","method":"POST","path":"A_SalesOrder"}]');
    const client = new SapClient(running);
    await client.fetchToken();
    await assert.rejects(client.send('POST', 'A_SalesOrder', order()));
    const view = async (name: string): Promise<unknown> => (await fetch(`${running.url}/__sandbox/${name}`)).json();
    assert.equal((await view('orders?reference=WEB-1001') as unknown[]).length, 1);
    assert.equal((await view('orders?reference=WEB-2') as unknown[]).length, 0);
    assert.deepEqual(await view('writes'), { 'created A_SalesOrder': 1 });
    const material = { sku: 'NEW-1', gtin: '04012345777770', name: 'New', price: '1.00', unit: 'C62', weightGrams: 5 };
    await fetch(`${running.url}/__sandbox/materials`, { method: 'POST', body: JSON.stringify(material) });
    await client.createOrder(order({ PurchaseOrderByCustomer: 'WEB-3', to_Item: [item('NEW-1', '1', '1.00')] }));
    await fetch(`${running.url}/__sandbox/faults`, { method: 'POST', body: '{"kind":"throttle"}' });
    assert.equal((await client.get('A_SalesOrder')).status, 429);
  });
});
