import { EventEmitter } from 'node:events';
import * as http from 'node:http';
import * as https from 'node:https';
import type { Fault } from './contract';

/** One webhook on its way; headers and body stay the same on every attempt. */
export interface Delivery {
  subscriptionId: string;
  topic: string;
  uri: string;
  webhookId: string;
  /** The record it tells of, for whoever looks at attempts. */
  orderId?: string;
  headers: Record<string, string>;
  body: Buffer;
}

/** How an attempt ended, and after how many ms; status 0 without an answer in time. */
export interface Attempt { topic: string; uri: string; webhookId: string; orderId: string | undefined; attempt: number; status: number; ms: number }

interface Events { delivered: [Attempt]; failed: [Attempt]; gaveUp: [Delivery]; idle: [] }

export interface CourierOptions {
  /** Time for the whole answer, ms. Default 5,000. */
  timeoutMs?: number;
  /** Time to connect, ms. Default 1,000. */
  connectMs?: number;
  /** Waits before the retries, ms. Default {@link retryDelays}. */
  delays?: readonly number[];
  /** Factor on the waits. Default 1. */
  retryScale?: number;
  /** Deliveries at work at once. Default 64. */
  concurrency?: number;
  /** Takes a fault that is due for this delivery. */
  fault?: (kind: Fault['kind']) => Fault | undefined;
}

/** Waits before a shop's retries, ms: eight of them, growing, over four hours. */
export const retryDelays = [1, 2, 4, 8, 16, 32, 64, 113].map((minutes) => minutes * 60_000);

/** Carries webhooks out: keep-alive, bounded, with the vendor's retries, and with trouble to order. */
export class Courier extends EventEmitter<Events> {
  readonly counters = { delivered: 0, failed: 0, dropped: 0, duplicated: 0 };
  readonly #options: Required<CourierOptions>;
  readonly #agents: { http: http.Agent; https: https.Agent };
  readonly #queue: { delivery: Delivery; attempt: number; done?: () => void }[] = [];
  readonly #timers = new Set<NodeJS.Timeout>();
  #held: { delivery: Delivery; timer: NodeJS.Timeout } | undefined;
  #head = 0;
  #working = 0;
  #closed = false;

  constructor(options: CourierOptions = {}) {
    super();
    this.#options = { timeoutMs: 5000, connectMs: 1000, delays: retryDelays, retryScale: 1, concurrency: 64, fault: () => undefined, ...options };
    const agent = { keepAlive: true, maxSockets: this.#options.concurrency, noDelay: true };
    this.#agents = { http: new http.Agent(agent), https: new https.Agent(agent) };
  }

  /** Sends a webhook, or does with it what the faults ask for. */
  send(delivery: Delivery): void {
    const { fault } = this.#options;
    if (fault('drop-delivery')) { this.counters.dropped++; return; }
    const late = fault('late-delivery');
    if (late) { this.#after(late.ms ?? 1000, () => { this.#enqueue(delivery); }); return; }
    const doubled = fault('duplicate-delivery');
    const copies = doubled ? 1 + (this.counters.duplicated++ % (doubled.copies ?? 3)) : 0;
    const swap = fault('out-of-order');
    if (swap && !this.#held) {
      this.#held = { delivery, timer: this.#after(swap.ms ?? 1000, () => { this.#release(); }) };
      return;
    }
    // Together, so that copies race.
    for (let copy = 0; copy <= copies; copy++) this.#enqueue(
      delivery, 1, this.#held && copy === 0 ? () => { this.#release(); } : undefined,
    );
  }

  /** Nothing queued, at work, or waiting for its time. */
  get quiet(): boolean { return this.#working === 0 && this.#head >= this.#queue.length && this.#timers.size === 0; }

  /** Resolves once it is quiet. */
  async idle(): Promise<void> {
    while (!this.quiet) await new Promise<void>((resolve) => { this.once('idle', resolve); });
  }

  close(): void {
    this.#closed = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    this.#queue.length = this.#head = 0;
    this.#agents.http.destroy();
    this.#agents.https.destroy();
    this.emit('idle');
  }

  /** Lets the delivery that was held back go, now that a later one has overtaken it. */
  #release(): void {
    const held = this.#held;
    if (!held) return;
    this.#held = undefined;
    clearTimeout(held.timer);
    this.#timers.delete(held.timer);
    this.#enqueue(held.delivery);
  }

  #enqueue(delivery: Delivery, attempt = 1, done?: () => void): void {
    if (this.#closed) return;
    this.#queue.push({ delivery, attempt, ...(done ? { done } : {}) });
    if (this.#queue.length - this.#head > 1) return;
    // Not at once: who places thousands of orders in one go holds the event loop up, and the clock of a request would run.
    setImmediate(() => { this.#pump(); });
  }

  #pump(): void {
    while (this.#working < this.#options.concurrency && this.#head < this.#queue.length) {
      const next = this.#queue[this.#head++];
      if (!next) break;
      this.#working++;
      void this.#attempt(next.delivery, next.attempt).then(() => {
        this.#working--;
        next.done?.();
        this.#pump();
        if (this.quiet) this.emit('idle');
      });
    }
    // Cut off what is done before it grows without end.
    if (this.#head > 1024) { this.#queue.splice(0, this.#head); this.#head = 0; }
  }

  async #attempt(delivery: Delivery, attempt: number): Promise<void> {
    const begin = performance.now();
    const status = await this.#post(delivery);
    if (this.#closed) return;
    const { topic, uri, webhookId, orderId } = delivery;
    const report = { topic, uri, webhookId, orderId, attempt, status, ms: performance.now() - begin };
    if (status >= 200 && status < 300) { this.counters.delivered++; this.emit('delivered', report); return; }
    this.counters.failed++;
    this.emit('failed', report);
    const wait = this.#options.delays[attempt - 1];
    if (wait === undefined) this.emit('gaveUp', delivery);
    else this.#after(wait * this.#options.retryScale, () => { this.#enqueue(delivery, attempt + 1); });
  }

  /** The status of the answer, or 0. */
  #post(delivery: Delivery): Promise<number> {
    const { uri, headers, body } = delivery;
    return new Promise((resolve) => {
      const secure = uri.startsWith('https:');
      const request = (secure ? https : http).request(uri, {
        method: 'POST', agent: secure ? this.#agents.https : this.#agents.http, headers: { ...headers, 'content-length': body.length },
      });
      const give = (): void => { request.destroy(); resolve(0); };
      const total = setTimeout(give, this.#options.timeoutMs);
      const end = (status: number): void => { clearTimeout(total); resolve(status); };
      request.on('socket', (socket) => {
        if (!socket.connecting) return;
        const connect = setTimeout(give, this.#options.connectMs);
        socket.once('connect', () => { clearTimeout(connect); });
        socket.once('close', () => { clearTimeout(connect); });
      });
      request.on('response', (response) => {
        response.resume();
        response.on('end', () => { end(response.statusCode ?? 0); });
        response.on('close', () => { end(0); });
      });
      request.on('error', () => {
        // The receiver had closed the idle connection just then: it has not seen the request.
        if (!request.reusedSocket) { end(0); return; }
        clearTimeout(total);
        resolve(this.#post(delivery));
      });
      request.end(body);
    });
  }

  #after(ms: number, work: () => void): NodeJS.Timeout {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      work();
      if (this.quiet) this.emit('idle');
    }, ms);
    this.#timers.add(timer);
    return timer;
  }
}
