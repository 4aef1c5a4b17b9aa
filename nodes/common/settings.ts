import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NodeAPI } from 'node-red';

/** What `b2b: { … }` in settings.js may hold; each also as an environment variable, e.g. `B2B_DATA_DIR`. */
export interface B2bSettings {
  /** Where everything is kept that must survive. Default: `<userDir>/b2b`. */
  dataDir?: string;
  /** Where shops reach this Node-RED, e.g. `https://sync.example.com`; a system node may say another. */
  publicUrl?: string;
  /** Dead letters at most; at the quota messages stay where they are. Default 100,000. */
  deadLetterQuota?: number;
  /** Days for which arrivals, and the newest version of each record, are remembered. Default 30. */
  arrivalDays?: number;
  /** Days for which it is remembered how each record ended. Default 90. */
  recordDays?: number;
  /** Days for which results of writes are remembered. Default 400. */
  ledgerDays?: number;
  /** Redis through which processes share the limits of accounts: `redis://host:6379`, with TLS `rediss://host:6379`. */
  redisUrl?: string;
  /** Its password, if it is not in the address. */
  redisPassword?: string;
}

/** One of our settings as text; undefined if neither settings.js nor the environment has it. */
export function setting(RED: NodeAPI, name: keyof B2bSettings): string | undefined {
  const value = (RED.settings as { b2b?: B2bSettings }).b2b?.[name] ?? process.env[`B2B_${name.replace(/[A-Z]/g, '_$&').toUpperCase()}`];
  return value === undefined || value === '' ? undefined : String(value);
}

/** The same as a number that is not negative; anything else counts as not set. */
export function numberSetting(RED: NodeAPI, name: keyof B2bSettings): number | undefined {
  const value = Number(setting(RED, name) ?? NaN);
  return value >= 0 ? value : undefined;
}

/** Where this Node-RED keeps what must survive. */
export function dataDirOf(RED: NodeAPI): string {
  return setting(RED, 'dataDir') ?? join((RED.settings as { userDir?: string }).userDir ?? tmpdir(), 'b2b');
}

/** The root of node routes without a slash at the end, e.g. `` or `/api`; undefined if settings.js switches them off. */
export function httpNodeRoot(RED: NodeAPI): string | undefined {
  const { httpNodeRoot: root = '/' } = RED.settings as { httpNodeRoot?: string | false };
  return root === false ? undefined : root.replace(/\/$/, '');
}
