import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const root = resolve(__dirname, '../..');
const palette = '@b2b-sync/node-red-erp-commerce';

export interface NodeRedOptions {
  /** What flows.json holds at the start. Default: nothing. */
  flows?: Record<string, unknown>[];
  /** JSON-compatible additions to settings.js. */
  settings?: Record<string, unknown>;
  /** Go on in the userDir of an earlier instance; it is then kept at `stop`. */
  userDir?: string;
  /** Default: any free one. */
  port?: number;
  /** Palettes installed besides Node-RED's own nodes: package name and directory. Default: this one. */
  palettes?: Record<string, string>;
  /** Environment variables besides the test's own. */
  env?: Record<string, string>;
}

/** A real Node-RED in a process of its own, on a free port, with this palette installed. */
export interface NodeRed {
  /** `http://127.0.0.1:<port>`, without a slash at the end. */
  readonly url: string;
  readonly userDir: string;
  readonly process: ChildProcess;
  /** Everything it has logged so far. */
  log(): string;
  /** Resolves with the first match in the log, also in what was logged before the call. Rejects if the process ends first. */
  logged(pattern: RegExp): Promise<RegExpMatchArray>;
  /** Replaces all flows and resolves once they have started. */
  deploy(flows: Record<string, unknown>[]): Promise<void>;
  /** Ends the process at once (`SIGKILL`) and keeps the userDir, as a power cut would. */
  kill(): Promise<void>;
  /** Ends the process and removes the userDir unless it was given. */
  stop(): Promise<void>;
}

/** Starts Node-RED and resolves once its server runs. Needs `npm run build` before. */
export async function startNodeRed(options: NodeRedOptions = {}): Promise<NodeRed> {
  if (!existsSync(join(root, 'dist/nodes'))) throw new Error('dist/nodes is missing: run "npm run build" first');
  const userDir = options.userDir ?? await mkdtemp(join(tmpdir(), 'b2b-node-red-'));
  const port = options.port ?? await freePort();
  await install(userDir, port, options);
  const cli = require.resolve('node-red/red.js');
  const child = spawn(process.execPath, [cli, '--userDir', userDir], {
    // Its own store, whatever other tests of this process have set.
    env: { ...process.env, B2B_DATA_DIR: join(userDir, 'b2b'), ...options.env }, stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log = new Log(child);
  const ended = once(child, 'exit');
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    await ended;
  };
  const [, url] = await log.match(/Server now running at (http:\/\/[\d.]+:\d+)/);
  const broken = /\[warn\] \[@b2b-sync\/node-red-erp-commerce\/.+/.exec(log.text);
  if (url === undefined || broken) {
    await end('SIGKILL');
    throw new Error(`Node-RED runs without a node of this palette: ${broken?.[0] ?? log.text}`);
  }
  return {
    url, userDir, process: child,
    log: () => log.text,
    logged: (pattern) => log.match(pattern),
    deploy: async (flows) => {
      const seen = log.text.length;
      const answer = await fetch(`${url}/flows`, {
        method: 'POST', headers: { 'content-type': 'application/json', 'Node-RED-Deployment-Type': 'full' }, body: JSON.stringify(flows),
      });
      if (!answer.ok) throw new Error(`Node-RED refused the flows with ${answer.status}: ${await answer.text()}`);
      await log.match(/Started flows|Waiting for missing types/, seen);
    },
    kill: () => end('SIGKILL'),
    stop: async () => {
      await end('SIGTERM');
      if (options.userDir === undefined) await rm(userDir, { recursive: true, force: true });
    },
  };
}

/** Node-RED must know its port before it listens: the sandbox shop posts there. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Puts settings, flows and links to palettes into a userDir. */
async function install(userDir: string, uiPort: number, { flows, settings = {}, palettes = { [palette]: root } }: NodeRedOptions): Promise<void> {
  for (const [name, directory] of Object.entries(palettes)) {
    const link = join(userDir, 'node_modules', name);
    if (existsSync(link)) continue;
    await mkdir(dirname(link), { recursive: true });
    await symlink(directory, link, 'junction');
  }
  const dependencies = Object.fromEntries(Object.keys(palettes).map((name) => [name, '*']));
  await writeFile(join(userDir, 'package.json'), JSON.stringify({ name: 'test', private: true, dependencies }));
  const all = {
    uiHost: '127.0.0.1', uiPort, flowFile: 'flows.json', credentialSecret: 'test', lang: 'en-US',
    telemetry: { enabled: false, updateNotification: false }, logging: { console: { level: 'info', metrics: false, audit: false } },
    editorTheme: { tours: false, palette: { catalogues: [] }, codeEditor: { lib: 'monaco' } },
    ...settings,
  };
  await writeFile(join(userDir, 'settings.js'), `module.exports = ${JSON.stringify(all, null, 2)};\n`);
  if (flows) await writeFile(join(userDir, 'flows.json'), JSON.stringify(flows));
}

/** What a process writes, searchable from the start and while it comes. */
class Log extends EventEmitter {
  text = '';
  constructor(private readonly child: ChildProcess) {
    super();
    this.setMaxListeners(0);
    const add = (chunk: Buffer): void => { this.text += chunk.toString(); this.emit('text'); };
    child.stdout?.on('data', add);
    child.stderr?.on('data', add);
  }

  match(pattern: RegExp, from = 0): Promise<RegExpMatchArray> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const found = this.text.slice(from).match(pattern);
        if (!found) return;
        stop();
        resolve(found);
      };
      const gone = (): void => { stop(); reject(new Error(`Node-RED ended before it logged ${String(pattern)}:\n${this.text.slice(-4000)}`)); };
      const stop = (): void => { this.off('text', look); this.child.off('close', gone); };
      this.on('text', look);
      if (this.child.exitCode === null && this.child.signalCode === null) this.child.on('close', gone); else gone();
      look();
    });
  }
}
