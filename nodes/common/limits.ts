import type { NodeAPI } from 'node-red';
import { processLimits, type Limits } from '../../lib/http/limits/account';
import { SharedLimits } from '../../lib/http/limits/shared/limits';
import { setting } from './settings';

let shared: { url: string; limits: SharedLimits } | undefined;
const listeners = new Set<() => void>();

/**
 * The limits of accounts: this process's, or, where `redisUrl` is set, those of all processes with that Redis, connected
 * until the process ends. Throws ConfigError for an address that cannot be.
 */
export function limitsOf(RED: NodeAPI): Limits {
  const url = setting(RED, 'redisUrl');
  if (shared && shared.url === url) return shared.limits;
  void shared?.limits.close();
  shared = undefined;
  if (url === undefined) return processLimits;
  const password = setting(RED, 'redisPassword');
  const limits = new SharedLimits({
    url, ...(password === undefined ? {} : { password }),
    onChange: (lost) => {
      if (lost === undefined) RED.log.info(`[b2b] Redis at ${limits.place} is back: limits are shared again.`);
      else RED.log.warn(`[b2b] Redis at ${limits.place} does not answer (${lost}). Until it does, this process keeps to its part of each account's limits.`);
      for (const listener of listeners) listener();
    },
  });
  shared = { url, limits };
  return limits;
}

/** Does this process have to do with its part of the limits, because Redis is away? */
export function onOwnPart(): boolean { return shared?.limits.lost ?? false; }

/** Calls back when that changes; the function returned stops it. */
export function onPartChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => { listeners.delete(listener); };
}
