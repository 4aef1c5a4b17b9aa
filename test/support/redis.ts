import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import type { Context } from 'mocha';
import { freePort } from './node-red';

/** The Redis under test. Skips the suite if it is not there. For `before` hooks. */
export async function redisUrl(context: Context): Promise<string> {
  const url = process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379';
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port || 6379), hostname);
  const there = await Promise.race([once(socket, 'connect').then(() => true), once(socket, 'error').then(() => false)]).catch(() => false);
  socket.destroy();
  if (there) return url;
  console.log(`      Redis is not at ${hostname}:${port || '6379'}. Start it: docker run -d -p 6379:6379 redis:8`);
  context.skip();
}

/** A Redis of the test's own that may be killed. It keeps nothing. */
export class OwnRedis {
  #server: ChildProcess | undefined;
  private constructor(readonly port: number, private readonly args: string[]) {}

  /** Skips the test if Redis is not installed. `args` go to redis-server. */
  static async start(context: Context, ...args: string[]): Promise<OwnRedis> {
    if (spawnSync('redis-server', ['--version']).error) {
      console.log('      skipped: there is no redis-server to kill. Install it: apt-get install redis-server');
      context.skip();
    }
    const redis = new OwnRedis(await freePort(), args);
    await redis.start();
    return redis;
  }

  get url(): string { return `redis://127.0.0.1:${String(this.port)}`; }

  /** Starts it; resolves when it takes connections. */
  async start(): Promise<void> {
    const server = spawn('redis-server', ['--bind', '127.0.0.1', '--save', '', '--port', String(this.port), ...this.args], { stdio: ['ignore', 'pipe', 'ignore'] });
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      createInterface(server.stdout).on('line', (line) => { if (line.includes('Ready to accept connections')) resolve(); });
      server.once('exit', () => { reject(new Error('redis-server ended')); });
    });
  }

  /** What redis-cli says to a command. */
  async command(...words: string[]): Promise<string> {
    const password = this.args[this.args.indexOf('--requirepass') + 1] ?? '';
    const { stdout } = await promisify(execFile)('redis-cli', ['-p', String(this.port), ...words], { env: { ...process.env, REDISCLI_AUTH: password } });
    return stdout;
  }

  /** Stops it where it is, as a machine without power over its network would; `SIGCONT` lets it go on. */
  signal(name: NodeJS.Signals): void { this.#server?.kill(name); }

  /** Ends it at once. */
  async kill(): Promise<void> {
    const server = this.#server;
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, 'exit');
    server.kill('SIGKILL');
    await ended;
  }
}
