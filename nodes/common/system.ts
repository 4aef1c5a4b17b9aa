import { join } from 'node:path';
import type { Node, NodeAPI, NodeDef } from 'node-red';
import { type CheckReport, failedStep } from '../../lib/check';
import { secretNames, type Connection, type ConnectOptions, type Connector, type SecretName, type SettingRow, type Settings, type SettingValue } from '../../lib/connectors/contract';
import '../../lib/connectors';
import { connectorFor } from '../../lib/connectors/registry';
import { ConfigError } from '../../lib/errors';
import { ownershipOf, type OwnershipRule } from '../../lib/sync/ownership';
import { limitsOf } from './limits';
import { dataDirOf, httpNodeRoot, setting } from './settings';
import { onClose } from './on-input';
import { openSandbox, type OpenSandbox } from './sandboxes';

export interface SystemDef extends NodeDef {
  vendor: string;
  mode: 'sandbox' | 'live';
  settings: Settings;
  /** s */
  timeout: number | string;
  /** Blank: the vendor's default. */
  concurrency: number | string;
  rate: number | string;
  /** Id of a tls-config node. */
  tls: string;
  /** s between orders of a sandbox shop; 0 for none. */
  sandboxEvery?: number | string;
  sandboxSeed: number | string;
  /** What the system is the system of record for, as the form's table; absent in flows saved before it was there. */
  owns?: SettingRow[];
  /** Where a shop reaches this Node-RED. */
  publicUrl?: string;
}

interface TlsNode extends Node { addTLSOptions(options: Record<string, unknown>): Record<string, unknown> }

/** A config node: one connection to one system, shared by all nodes that use it. */
export interface SystemNode extends Node {
  readonly mode: SystemDef['mode'];
  /** What may not be written there by others. Throws ConfigError for a rule that cannot be. */
  readonly owns: OwnershipRule[];
  /** The connection; rejects with the ConfigError that says what is set up wrongly. */
  connection(): Promise<Connection>;
  /** The address the system shall post to for a path below the httpNode root. */
  addressOf(path: string): string;
}

/** Turns a Node-RED node into a {@link SystemNode}. Opens nothing until a node asks for the connection. */
export function makeSystem(RED: NodeAPI, node: Node, config: SystemDef): void {
  let opened: Promise<{ connection: Connection; sandbox?: OpenSandbox }> | undefined;
  const open = (): NonNullable<typeof opened> => opened ??= connect(RED, node, config, node.credentials);
  Object.assign(node, {
    mode: config.mode,
    connection: async () => (await open()).connection,
    addressOf: (path: string) => addressOf(RED, config, path),
  });
  Object.defineProperty(node, 'owns', { get: () => ownershipOf(config.owns) });
  onClose(node, async () => {
    const system = await opened?.catch(() => undefined);
    await system?.connection.close();
    await system?.sandbox?.release();
  });
}

type Secrets = Partial<Record<SecretName, string>>;

async function connect(RED: NodeAPI, node: Node | null, config: SystemDef, secrets: Secrets): Promise<{ connection: Connection; sandbox?: OpenSandbox }> {
  const connector = connectorFor(config.vendor);
  const common = commonOptions(RED, config);
  if (config.mode !== 'sandbox') return { connection: connector.connect({ ...common, ...liveOptions(RED, node, config, connector, secrets) }) };
  const sandbox = await openSandbox(config.vendor, {
    seed: Number(config.sandboxSeed) || 1, dataDir: join(dataDirOf(RED), 'sandbox'), everyMs: Number(config.sandboxEvery ?? 0) * 1000,
    onNotice: (text) => { RED.log.warn(`[b2b] ${text}`); },
  });
  try {
    return { connection: connector.connect({ ...common, settings: sandbox.settings, secrets: sandbox.secrets, baseUrl: sandbox.url }), sandbox };
  } catch (reason) {
    await sandbox.release();
    throw reason;
  }
}

function commonOptions(RED: NodeAPI, config: SystemDef): Pick<ConnectOptions, 'timeoutMs' | 'concurrency' | 'rate' | 'tls' | 'limits'> {
  const tlsNode = config.tls ? RED.nodes.getNode(config.tls) as TlsNode | null : null;
  return {
    timeoutMs: (Number(config.timeout) || 30) * 1000, limits: limitsOf(RED),
    ...(Number(config.concurrency) > 0 ? { concurrency: Number(config.concurrency) } : {}),
    ...(Number(config.rate) > 0 ? { rate: Number(config.rate) } : {}),
    ...(tlsNode ? { tls: tlsNode.addTLSOptions({}) } : {}),
  };
}

function liveOptions(RED: NodeAPI, node: Node | null, config: SystemDef, connector: Connector, given: Secrets): Pick<ConnectOptions, 'settings' | 'secrets'> {
  const resolved = (value: unknown): string => resolveEnv(RED, node, value);
  const row = (cells: SettingRow): SettingRow => Object.fromEntries(Object.entries(cells).map(([name, cell]) => [name, resolved(cell ?? '')]));
  const settings = Object.fromEntries(connector.settings.filter((f) => f.type !== 'secret').map((field): [string, SettingValue | undefined] => {
    const value = config.settings[field.name];
    if (Array.isArray(value)) return [field.name, value.map(row)];
    return [field.name, typeof value === 'string' ? (value === '' ? field.default : resolved(value)) : value ?? field.default];
  }));
  const secrets: Secrets = {};
  for (const name of secretNames) if (given[name]) secrets[name] = resolved(given[name]);
  return { settings, secrets };
}

/** Replaces `${NAME}` inside a value; Node-RED itself does it only for values that are nothing else. */
function resolveEnv(RED: NodeAPI, node: Node | null, value: unknown): string {
  const text = String(value);
  if (!text.includes('${')) return text;
  return text.replace(/\$\{([^}]+)\}/g, (_, name: string) => {
    const found = RED.util.evaluateNodeProperty(name, 'env', node as Node, {}) as unknown;
    if (typeof found !== 'string' || found === '') throw new ConfigError('CONFIG_UNKNOWN_VARIABLE', `The environment variable ${name} is not set.`, { values: { name } });
    return found;
  });
}

function addressOf(RED: NodeAPI, config: SystemDef, path: string): string {
  const { uiPort } = RED.settings as { uiPort?: number };
  const base = config.mode === 'sandbox' ? `http://127.0.0.1:${String(uiPort ?? 1880)}` : publicUrl(RED, config);
  return `${base.replace(/\/$/, '')}${httpNodeRoot(RED) ?? ''}${path}`;
}

function publicUrl(RED: NodeAPI, config: SystemDef): string {
  const url = config.publicUrl || setting(RED, 'publicUrl');
  if (!url) {
    throw new ConfigError('CONFIG_NO_PUBLIC_URL',
      'The shop cannot send webhooks: set the public address of this Node-RED in the system node, as b2b.publicUrl in settings.js, or as B2B_PUBLIC_URL.');
  }
  return url;
}

/** What the test button asks for: the form as it stands, and the stored secrets for those the user did not change. */
export async function checkSystem(RED: NodeAPI, form: SystemDef & { credentials?: Secrets }): Promise<CheckReport> {
  const stored = RED.nodes.getNode(form.id) as Node<Secrets> | null;
  const changed = Object.entries(form.credentials ?? {}).filter(([, value]) => value && value !== '__PWRD__');
  try {
    const { connection, sandbox } = await connect(RED, stored, { ...form, sandboxEvery: 0 }, { ...stored?.credentials, ...Object.fromEntries(changed) });
    try {
      return await connection.check();
    } finally {
      await connection.close();
      await sandbox?.release();
    }
  } catch (reason) {
    return { ok: false, steps: [failedStep('settings', reason)] };
  }
}

/** The system node a node is set to. Throws ConfigError if there is none. */
export function systemOf(RED: NodeAPI, id: string): SystemNode {
  const system = RED.nodes.getNode(id) as SystemNode | null;
  if (!system) throw new ConfigError('CONFIG_NO_SYSTEM', 'No system is chosen, or the chosen one is disabled.');
  return system;
}
