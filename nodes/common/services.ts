import { createRequire } from 'node:module';
import type { NodeAPI } from 'node-red';
import type { Hooks } from '../../lib/delivery/flow-completion';
import { errorClass } from '../../lib/errors';
import { openRuntime, type Runtime, type RuntimeOptions } from '../../lib/runtime';
import { dataDirOf, numberSetting } from './settings';

const runtimes = new Map<string, Promise<Runtime>>();

/** The services all nodes share, opened by the first that asks and open until the process ends. */
export function services(RED: NodeAPI): Promise<Runtime> {
  const dataDir = dataDirOf(RED);
  let runtime = runtimes.get(dataDir);
  if (!runtime) {
    runtime = openRuntime({ dataDir, ...limitsOf(RED), onError: (error) => { logError(RED, error); } });
    runtimes.set(dataDir, runtime);
    // A store that could not be opened is tried again by the next deploy.
    runtime.catch(() => runtimes.delete(dataDir));
  }
  return runtime.then((opened) => {
    opened.completion.attach(hooksOf(RED));
    return opened;
  });
}

/** Logs what nobody waits for: errors of ours by their text, bugs with their stack. */
export function logError(RED: NodeAPI, error: unknown): void {
  const known = errorClass(error) !== undefined;
  RED.log.error(`[b2b] ${error instanceof Error ? (known ? error.message : error.stack ?? error.message) : String(error)}`);
}

function limitsOf(RED: NodeAPI): Pick<RuntimeOptions, 'deadLetterQuota' | 'retention'> {
  const days = (name: 'arrivalDays' | 'recordDays' | 'ledgerDays'): number | undefined => {
    const value = numberSetting(RED, name);
    return value === undefined ? undefined : value * 86_400_000;
  };
  const [arrivalsMs, recordsMs, ledgerMs] = [days('arrivalDays'), days('recordDays'), days('ledgerDays')];
  const deadLetterQuota = numberSetting(RED, 'deadLetterQuota');
  return {
    ...(deadLetterQuota === undefined ? {} : { deadLetterQuota }),
    retention: { ...(arrivalsMs === undefined ? {} : { arrivalsMs }), ...(recordsMs === undefined ? {} : { recordsMs }), ...(ledgerMs === undefined ? {} : { ledgerMs }) },
  };
}

/** The test helper has no RED.hooks, but runs on the same @node-red/util. */
function hooksOf(RED: NodeAPI): Hooks {
  const own = (RED as { hooks?: Hooks }).hooks;
  return own ?? (createRequire(__filename)('@node-red/util') as { hooks: Hooks }).hooks;
}
