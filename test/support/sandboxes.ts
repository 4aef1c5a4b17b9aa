import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { FaultOrder } from '../../sandbox/control';

const root = resolve(__dirname, '../..');

/** A simulator in a process of its own: it lives on when Node-RED is killed. */
export class SandboxProcess {
  private constructor(readonly line: string, readonly url: string, private readonly child: ChildProcess) {}

  /** Needs `npm run build` before. Arguments as the simulator's main.ts takes them. */
  static async start(vendor: 'shopify' | 'sap-s4hana', ...args: string[]): Promise<SandboxProcess> {
    const child = spawn(process.execPath, [resolve(root, `dist/sandbox/${vendor}/main.js`), ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = await once(createInterface(child.stdout), 'line') as [string];
    return new SandboxProcess(line, (JSON.parse(line) as { url: string }).url, child);
  }

  async get<T>(view: string): Promise<T> { return await (await fetch(`${this.url}/__sandbox/${view}`)).json() as T; }

  async post(view: string, body: unknown): Promise<void> {
    const answer = await fetch(`${this.url}/__sandbox/${view}`, { method: 'POST', body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${view}: ${String(answer.status)} ${await answer.text()}`);
  }

  fault(...orders: FaultOrder[]): Promise<void> { return this.post('faults', orders); }

  /** Ends every fault that stands. */
  async clearFaults(): Promise<void> { await fetch(`${this.url}/__sandbox/faults`, { method: 'DELETE' }); }

  async stop(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await ended;
  }
}

/** The environment that makes a Node-RED use these simulators. */
export function sandboxEnv(shop: SandboxProcess, erp: SandboxProcess): Record<string, string> {
  return { B2B_SANDBOX_SHOPIFY: shop.line, B2B_SANDBOX_SAP_S4HANA: erp.line };
}

export interface ShopOrder { id: string; name: string; metafields: { namespace: string; key: string; value: string }[] }
export interface ErpOrder { SalesOrder: string; PurchaseOrderByCustomer: string }

/** The ERP number that was written back to an order of the shop. */
export function erpNumber(order: ShopOrder): string | undefined {
  return order.metafields.find((m) => m.namespace === 'b2b_sync' && m.key === 'erp_number')?.value;
}

/** Asks every `everyMs` until the answer is true; there is no event to wait for in another process. */
export async function until(check: () => Promise<boolean>, timeoutMs: number, everyMs = 250): Promise<void> {
  const end = Date.now() + timeoutMs;
  while (!await check()) {
    if (Date.now() > end) throw new Error(`not so after ${String(timeoutMs / 1000)} s`);
    await new Promise((resolve) => { setTimeout(resolve, everyMs); });
  }
}
