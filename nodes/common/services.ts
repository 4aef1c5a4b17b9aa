import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NodeAPI } from 'node-red';
import type { Hooks } from '../../lib/delivery/flow-completion';
import { openRuntime, type Runtime } from '../../lib/runtime';

interface Settings { userDir?: string; b2b?: { dataDir?: string } }

const runtimes = new Map<string, Promise<Runtime>>();

/** Where this Node-RED keeps what must survive: `b2b.dataDir`, `B2B_DATA_DIR`, or `<userDir>/b2b`. */
export function dataDirOf(RED: NodeAPI): string {
  const settings = RED.settings as Settings;
  return settings.b2b?.dataDir ?? process.env['B2B_DATA_DIR'] ?? join(settings.userDir ?? tmpdir(), 'b2b');
}

/** The services all nodes share, opened by the first that asks and open until the process ends. */
export function services(RED: NodeAPI): Promise<Runtime> {
  const dataDir = dataDirOf(RED);
  let runtime = runtimes.get(dataDir);
  if (!runtime) {
    runtime = openRuntime({ dataDir, onError: (error) => { RED.log.error(`[b2b] ${error instanceof Error ? error.stack ?? error.message : String(error)}`); } });
    runtimes.set(dataDir, runtime);
    // A store that could not be opened is tried again by the next deploy.
    runtime.catch(() => runtimes.delete(dataDir));
  }
  return runtime.then((opened) => {
    opened.completion.attach(hooksOf(RED));
    return opened;
  });
}

/** The test helper has no RED.hooks, but runs on the same @node-red/util. */
function hooksOf(RED: NodeAPI): Hooks {
  const own = (RED as { hooks?: Hooks }).hooks;
  return own ?? (createRequire(__filename)('@node-red/util') as { hooks: Hooks }).hooks;
}
