import { EventEmitter } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { type Channel, type ConfirmChannel, connect, type Options, type RecoveringChannelModel, type SocketOptions } from 'amqplib';
import { type SyncError, TransientError } from '../../errors';
import { channelError, connectError } from './broker-errors';
import type { BrokerOptions, Host } from './options';

export type BrokerState = 'closed' | 'connecting' | 'connected' | 'blocked' | 'waiting' | 'closing';
type BrokerEvent = 'open' | 'connect' | 'fail' | 'lose' | 'block' | 'unblock' | 'close' | 'end';

/** `waiting` is between two attempts; `blocked` means that the broker takes no messages (memory or disk alarm). */
const transitions: Record<BrokerState, Partial<Record<BrokerEvent, BrokerState>>> = {
  closed: { open: 'connecting' },
  connecting: { connect: 'connected', fail: 'waiting', close: 'closing' },
  waiting: { connect: 'connected', fail: 'waiting', close: 'closing' },
  connected: { block: 'blocked', lose: 'waiting', close: 'closing' },
  blocked: { unblock: 'connected', lose: 'waiting', close: 'closing' },
  closing: { end: 'closed' },
};

/** How long the broker may take to answer our goodbye, ms. */
const closeLimitMs = 3000;

/** What amqplib's `connect` takes for one host. */
export function connectOptions(options: BrokerOptions, { host, port }: Host): { address: Options.Connect; socket: SocketOptions } {
  return {
    address: {
      protocol: options.tls ? 'amqps' : 'amqp', hostname: host, port, username: options.username, password: options.password,
      vhost: encodeURIComponent(options.vhost ?? '/'), heartbeat: options.heartbeat ?? 30,
    },
    socket: {
      ...options.tls,
      // Without it bodies from about 4 KB, confirmed one by one, crawl at 22 a second.
      noDelay: true,
      keepAlive: true,
      timeout: options.connectTimeoutMs ?? 10_000,
      clientProperties: { connection_name: options.name ?? 'b2b-sync', product: '@b2b-sync/node-red-erp-commerce' },
    },
  };
}

/** Resolves once the channel is closed, also if it was already or the broker does not answer. */
export async function closeChannel(channel: Channel): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    // amqplib's promise stays pending if the connection is lost meanwhile.
    channel.once('close', resolve);
    channel.close().then(resolve, () => { resolve(); });
  });
  await Promise.race([closed, setTimeout(closeLimitMs, undefined, { ref: false })]);
}

/**
 * One connection to one broker, shared by any number of users: the first opens it, the last closes it. It recovers by
 * itself, trying the hosts in turn. Emits `state` whenever the state changes.
 */
export class BrokerConnection extends EventEmitter<{ state: [BrokerState] }> {
  #state: BrokerState = 'closed';
  #users = 0;
  #attempts = 0;
  #model: Promise<RecoveringChannelModel> | undefined;
  #ended: Promise<void> = Promise.resolve();
  #lastError: SyncError | undefined;

  constructor(readonly options: BrokerOptions) {
    super();
    this.setMaxListeners(0);
  }

  get state(): BrokerState { return this.#state; }
  get users(): number { return this.#users; }
  /** Why the last attempt failed or the connection was lost; undefined while it is up. */
  get lastError(): SyncError | undefined { return this.#lastError; }

  /** Opens the connection for the first user. Resolves the returned function once this user, if the last, has closed it. */
  use(): () => Promise<void> {
    if (this.#users++ === 0) this.#model = this.#ended.then(() => this.#open());
    let released = false;
    return async () => {
      if (released) return;
      released = true;
      if (--this.#users > 0) return;
      const model = this.#model;
      this.#model = undefined;
      if (model) this.#ended = this.#close(model);
      await this.#ended;
    };
  }

  /** A channel of the connection; waits until there is one. Rejects with a SyncError when the last user has left. */
  openChannel(): Promise<Channel> { return this.#channel((model) => model.createChannel()); }

  openConfirmChannel(): Promise<ConfirmChannel> { return this.#channel((model) => model.createConfirmChannel()); }

  /** Runs `work` on a channel of its own: an operation that the broker refuses ends its channel. Rejects with a SyncError. */
  async withChannel<T>(work: (channel: Channel) => Promise<T>): Promise<T> {
    const channel = await this.openChannel();
    try {
      return await work(channel);
    } catch (reason) {
      throw channelError(reason);
    } finally {
      await closeChannel(channel);
    }
  }

  async #channel<T extends Channel>(create: (model: RecoveringChannelModel) => Promise<T>): Promise<T> {
    if (!this.#model) throw new TransientError('TRANSIENT_BROKER_CLOSED', 'The connection to RabbitMQ is closed.');
    try {
      const channel = await create(await this.#model);
      // Without a listener a channel error would end the process; whoever uses the channel adds their own.
      channel.on('error', () => undefined);
      return channel;
    } catch (reason) {
      throw channelError(reason);
    }
  }

  async #open(): Promise<RecoveringChannelModel> {
    this.#enter('open');
    const { address, socket } = connectOptions(this.options, this.#host());
    const { initialDelayMs = 250, maxDelayMs = 30_000 } = this.options.retry ?? {};
    const model = await connect(address, {
      ...socket, recovery: { initialDelay: initialDelayMs, maxDelay: maxDelayMs, jitter: 0.5, waitForConnect: false },
    });
    const attempt = (): Parameters<typeof connectError>[1] => {
      const { host, port } = this.#host();
      return { host, port, vhost: this.options.vhost ?? '/', username: this.options.username, tls: this.options.tls !== undefined };
    };
    // amqplib reads the address at every attempt, so changing it here leads to the next host.
    const nextHost = (): void => {
      this.#attempts++;
      Object.assign(address, { hostname: this.#host().host, port: this.#host().port });
    };
    model.on('connect', () => {
      this.#lastError = undefined;
      this.#enter('connect');
    });
    model.on('connect-failed', (error) => { this.#lastError = connectError(error, attempt()); nextHost(); this.#enter('fail'); });
    model.on('disconnect', (error) => { this.#lastError = channelError(error); this.#enter('lose'); });
    model.on('blocked', () => { this.#enter('block'); });
    model.on('unblocked', () => { this.#enter('unblock'); });
    // Every error is followed by `disconnect`, which deals with it.
    model.on('error', () => undefined);
    return model;
  }

  async #close(opening: Promise<RecoveringChannelModel>): Promise<void> {
    const model = await opening;
    this.#enter('close');
    await Promise.race([model.close(), setTimeout(closeLimitMs, undefined, { ref: false })]);
    this.#lastError = undefined;
    this.#enter('end');
  }

  #host(): Host {
    const { hosts } = this.options;
    return hosts[this.#attempts % hosts.length] ?? { host: 'localhost', port: 5672 };
  }

  #enter(event: BrokerEvent): void {
    const next = transitions[this.#state][event];
    if (next === undefined) return;
    this.#state = next;
    this.emit('state', next);
  }
}
