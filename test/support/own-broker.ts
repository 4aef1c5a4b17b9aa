import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Context } from 'mocha';
import { freePort } from './node-red';

/** Where the program may be. The one in `bin` of the package first: Debian's in the path switches user and directories. */
const places = ['/usr/lib/rabbitmq/bin', ...(process.env['PATH'] ?? '').split(delimiter)];

/** A RabbitMQ of the test's own, with its data in a temporary directory: unlike a shared one it may be killed. */
export class OwnBroker {
  #server: ChildProcess | undefined;

  private constructor(private readonly program: string, private readonly dir: string, readonly port: number, private readonly distributionPort: number) {}

  /** Skips the test if RabbitMQ is not installed. */
  static async start(context: Context): Promise<OwnBroker> {
    const program = places.map((place) => join(place, 'rabbitmq-server')).find(existsSync);
    if (program === undefined) {
      console.log('      skipped: there is no rabbitmq-server to kill. Install it: apt-get install rabbitmq-server');
      context.skip();
    }
    const broker = new OwnBroker(program, await mkdtemp(join(tmpdir(), 'b2b-rabbitmq-')), await freePort(), await freePort());
    await writeFile(join(broker.dir, 'rabbitmq.conf'), `listeners.tcp.1 = 127.0.0.1:${String(broker.port)}\nlog.file = false\nlog.console = true\nlog.console.level = info\n`);
    await writeFile(join(broker.dir, 'enabled_plugins'), '[].\n');
    await broker.start();
    return broker;
  }

  /** Starts it on the data that is there; resolves when it takes connections. */
  async start(): Promise<void> {
    const { dir, port } = this;
    const server = spawn(this.program, {
      // Its own process group, so that it can be killed with its children.
      detached: true, stdio: ['ignore', 'pipe', 'ignore'],
      env: {
        PATH: process.env['PATH'], HOME: dir, RABBITMQ_NODENAME: `b2b-${String(port)}@localhost`, RABBITMQ_DIST_PORT: String(this.distributionPort),
        RABBITMQ_MNESIA_BASE: join(dir, 'data'), RABBITMQ_LOG_BASE: join(dir, 'log'), RABBITMQ_PID_FILE: join(dir, 'pid'),
        RABBITMQ_CONFIG_FILE: join(dir, 'rabbitmq.conf'), RABBITMQ_ENABLED_PLUGINS_FILE: join(dir, 'enabled_plugins'),
      },
    });
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      let log = '';
      createInterface(server.stdout).on('line', (line) => {
        log = `${log.slice(-4000)}\n${line}`;
        if (line.includes('Server startup complete')) resolve();
      });
      server.once('exit', () => { reject(new Error(`RabbitMQ ended:${log}`)); });
    });
  }

  /** Ends it at once, as a power cut would. */
  async kill(): Promise<void> {
    const server = this.#server;
    if (server?.pid === undefined || server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, 'exit');
    process.kill(-server.pid, 'SIGKILL');
    await ended;
  }

  /** Ends it and removes its data. */
  async stop(): Promise<void> {
    await this.kill();
    await rm(this.dir, { recursive: true, force: true });
  }
}
