import { createRequire } from 'node:module';
import { ConfigError } from '../../lib/errors';
import type { Sandbox } from '../../sandbox/contract';

export interface SandboxRequest {
  seed: number;
  dataDir: string;
  /** ms between orders that a shop places by itself; 0 for none. */
  everyMs: number;
  /** Hears what became of the state of an older version. */
  onNotice?: (text: string) => void;
}

/** A sandbox in use; give it back with release(). */
export interface OpenSandbox extends Pick<Sandbox, 'url' | 'settings' | 'secrets'> { release(): Promise<void> }

/** A shop can also place orders by itself. */
type Running = Sandbox & { autoPlace?(everyMs: number): void };
type Starter = (request: Pick<SandboxRequest, 'seed' | 'dataDir' | 'onNotice'>) => Promise<Running>;

/** Goods come and go in a sandbox ERP, and orders and invoices wait for them and for their payment, ms: who looks sees an order paid within a minute. */
const workEveryMs = 10_000, patienceMs = 10_000;

/** Simulators are loaded when one is started: a live Node-RED need not wait for what it never uses. */
const load = createRequire(__filename);

const starters: Partial<Record<string, Starter>> = {
  'shopify': (request) => {
    const { startShopifySandbox } = load('../../sandbox/shopify') as typeof import('../../sandbox/shopify');
    return startShopifySandbox(request);
  },
  'sap-s4hana': async (request) => {
    const { startSapSandbox } = load('../../sandbox/sap-s4hana') as typeof import('../../sandbox/sap-s4hana');
    const sap = await startSapSandbox(request);
    sap.autoWork(workEveryMs, patienceMs);
    return sap;
  },
};

interface Entry { sandbox: Promise<Running>; users: number; placing?: true }

const open = new Map<string, Entry>();
/** A sandbox that is closing still holds its journal: the next one of its kind waits. */
const closing = new Map<string, Promise<void>>();

/**
 * A simulator that runs in a process of its own (`sandbox/<vendor>/main.js`), as the JSON line it prints, in the
 * variable `B2B_SANDBOX_SHOPIFY`, `B2B_SANDBOX_SAP_S4HANA` …: for tests that must outlive this process.
 */
function elsewhere(vendor: string): OpenSandbox | undefined {
  const line = process.env[`B2B_SANDBOX_${vendor.replaceAll('-', '_').toUpperCase()}`];
  return line ? { ...JSON.parse(line) as Sandbox, release: () => Promise.resolve() } : undefined;
}

/** Starts a vendor's simulator in this process, or joins the one that runs. Throws ConfigError for a vendor without one. */
export async function openSandbox(vendor: string, request: SandboxRequest): Promise<OpenSandbox> {
  const running = elsewhere(vendor);
  if (running) return running;
  const start = starters[vendor];
  if (!start) throw new ConfigError('CONFIG_NO_SANDBOX', `There is no sandbox for "${vendor}". Switch the system to live.`);
  const key = `${vendor}\n${String(request.seed)}\n${request.dataDir}`;
  let entry = open.get(key);
  if (!entry) open.set(key, entry = { sandbox: (closing.get(key) ?? Promise.resolve()).then(() => start({ seed: request.seed, dataDir: request.dataDir, ...(request.onNotice ? { onNotice: request.onNotice } : {}) })), users: 0 });
  entry.users++;
  const used = entry;
  try {
    const sandbox = await used.sandbox;
    const { url, settings, secrets } = sandbox;
    // Of several users of one shop some may want orders and others not.
    if (request.everyMs > 0 && !used.placing) {
      used.placing = true;
      sandbox.autoPlace?.(request.everyMs);
    }
    return { url, settings, secrets, release: () => release(key, used) };
  } catch (reason) {
    open.delete(key);
    throw reason;
  }
}

async function release(key: string, entry: Entry): Promise<void> {
  if (--entry.users > 0) return;
  open.delete(key);
  const closed = entry.sandbox.then((sandbox) => sandbox.close()).finally(() => closing.delete(key));
  closing.set(key, closed);
  await closed;
}
