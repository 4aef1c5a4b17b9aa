import { isIP } from 'node:net';
import type { RedisClientOptions } from '@redis/client';
import { ConfigError, toError } from '../../../errors';
import type { Script } from './scripts';

export interface RedisAddress {
  /** `redis://host:6379/0`, or `rediss://` for TLS; user and password may be in it, percent-encoded. */
  url: string;
  /** Instead of the one in the URL. */
  password?: string;
  /** Certificate (PEM) of a private CA. Default: those Node.js trusts, with `NODE_EXTRA_CA_CERTS`. */
  ca?: string;
}

export interface LinkOptions extends RedisAddress {
  channel: string;
  /** Between two tries to connect at most, ms. */
  reconnectMs: number;
  /** What must be done before the connection counts as up. */
  greet: () => Promise<unknown>;
  onUp: () => void;
  /** The connection was lost, or the first try failed. Told once. */
  onDown: (reason: string) => void;
  onMessage: (text: string) => void;
}

/** Without an answer for so long a connection counts as lost, ms. */
const answerMs = 2000;
const firstReconnectMs = 50;

type Client = Awaited<ReturnType<typeof newClient>>;

/** One connection to Redis that comes back by itself. The client is loaded when one is made. */
export class RedisLink {
  /** Where Redis is, without user and password. */
  readonly place: string;
  /** Resolves when the first try has ended, well or not. */
  readonly tried: Promise<void>;
  readonly #options: RedisClientOptions;
  #client: Client | undefined;
  #up = false;
  #told = false;
  #failures = 0;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  /** Throws ConfigError for an address that cannot be. */
  constructor(private readonly link: LinkOptions) {
    const { options, place } = read(link);
    this.place = place;
    this.#options = options;
    this.tried = this.#connect();
  }

  get up(): boolean { return this.#up; }

  /** Runs a script. Rejects if Redis does not answer or refuses: the connection then counts as lost. */
  async run(script: Script, keys: string[], args: (string | number)[]): Promise<unknown> {
    const client = this.#client;
    if (!client) throw new Error('not connected');
    const given = { keys, arguments: args.map(String) };
    try {
      return await answered(client.evalSha(script.sha, given).catch((reason: unknown) => {
        if (toError(reason).message.startsWith('NOSCRIPT')) return client.eval(script.text, given);
        throw reason;
      }));
    } catch (reason) {
      this.#lost(client, reason);
      throw reason;
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#up = false;
    if (this.#client) end(this.#client);
    this.#client = undefined;
    await this.tried;
  }

  async #connect(): Promise<void> {
    let client: Client | undefined;
    try {
      const made = client = await newClient(this.#options);
      if (this.#closed) return;
      this.#client = made;
      made.on('error', (reason: unknown) => { this.#lost(made, reason); });
      await answered(made.connect());
      await answered(made.subscribe(this.link.channel, this.link.onMessage));
      await this.link.greet();
      if (this.#client !== made) return;
      this.#up = true;
      this.#failures = 0;
      this.#told = false;
      this.link.onUp();
    } catch (reason) {
      this.#lost(client, reason);
    }
  }

  #lost(client: Client | undefined, reason: unknown): void {
    if (client) end(client);
    if (this.#closed || client !== this.#client) return;
    this.#client = undefined;
    this.#up = false;
    const wait = Math.min(this.link.reconnectMs, firstReconnectMs * 2 ** this.#failures++) * (0.5 + Math.random() / 2);
    this.#timer = setTimeout(() => { void this.#connect(); }, wait).unref();
    if (this.#told) return;
    this.#told = true;
    this.link.onDown(toError(reason).message);
  }
}

async function newClient(options: RedisClientOptions) {
  const { createClient } = await import('@redis/client');
  return createClient(options);
}

function end(client: Client): void {
  if (client.isOpen) client.destroy();
}

/** The client's own time limit ends when a command is sent: a Redis that is stuck would never be noticed. */
async function answered<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => { reject(new Error(`no answer within ${String(answerMs / 1000)} s`)); }, answerMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function read({ url, password, ca }: RedisAddress): { options: RedisClientOptions; place: string } {
  const at = URL.canParse(url) ? new URL(url) : undefined;
  const database = at?.pathname.slice(1) ?? '';
  if (!at || !/^rediss?:$/.test(at.protocol) || at.hostname === '' || !/^\d*$/.test(database)) {
    throw new ConfigError('CONFIG_REDIS_URL', 'The address of Redis must be redis://host:6379, or rediss://host:6379 for TLS.');
  }
  const host = at.hostname.replace(/^\[(.*)\]$/, '$1');
  const port = Number(at.port || 6379);
  const common = { host, port, connectTimeout: answerMs, reconnectStrategy: false as const };
  const secret = password ?? decodeURIComponent(at.password);
  return {
    place: `${at.hostname}:${String(port)}`,
    options: {
      socket: at.protocol === 'rediss:' ? { ...common, tls: true, rejectUnauthorized: true, ...(isIP(host) ? {} : { servername: host }), ...(ca === undefined ? {} : { ca }) } : common,
      ...(at.username ? { username: decodeURIComponent(at.username) } : {}), ...(secret ? { password: secret } : {}),
      ...(database ? { database: Number(database) } : {}),
      name: 'b2b-sync', disableOfflineQueue: true, disableClientInfo: true, maintNotifications: 'disabled',
    },
  };
}
