import { randomUUID } from 'node:crypto';
import { TransientError, toError } from '../errors';
import type { LaneName } from './lanes';

/** A message of a flow, as far as this room looks at it. */
export interface FlowMessage { _msgid?: string; event?: { deliveryid?: string }; error?: { source?: { id?: string } } }

/** What this room needs to know of a Node-RED node. */
interface FlowNode { id: string; type: string; _expectedDoneCount?: number }

interface DeliverEvent { msg: FlowMessage; destination: { id: string; node?: FlowNode } }
interface CompleteEvent { msg: FlowMessage; error?: unknown; node: { id: string } }

/** Node-RED's messaging hooks (`RED.hooks`). Handlers run for every message of the runtime. */
export interface Hooks {
  add(name: 'preDeliver.b2b' | 'onReceive.b2b' | 'postReceive.b2b', handler: (event: DeliverEvent) => void): void;
  add(name: 'onComplete.b2b', handler: (event: CompleteEvent) => void): void;
  remove(name: '*.b2b'): void;
}

/** How a flow ended with one message. */
export type Outcome =
  | { state: 'done' }
  /** An error reached no Catch node. */
  | { state: 'failed'; error: Error }
  /** The time limit passed while some node still held the message; `error` says which. */
  | { state: 'timeout'; error: Error }
  /** A retry node has taken the message over. */
  | { state: 'retrying' }
  /** A retry node has given the message up and stored it as a dead letter. */
  | { state: 'dead'; error: Error }
  /** The flow's own Catch node dealt with an error and no retry node took it, or every node that was to write something left it. */
  | { state: 'skipped'; reason: string };

/** A message on its way through a flow. */
export interface Run {
  message: FlowMessage & { event: object };
  /** Must hand the message to Node-RED at once. */
  send: (message: FlowMessage) => void;
  timeLimitMs: number;
  /** The lane that stays shut while the flow runs. */
  lane?: LaneName | undefined;
}

interface Delivery {
  id: string;
  lane: LaneName | undefined;
  open: number;
  /** Node ids that still hold the message, with how often. */
  holders: Map<string, number>;
  msgids: string[];
  uncaught: Map<string, Error>;
  caught: Error | undefined;
  handedOver: Outcome | undefined;
  /** Why the first node that left its write left it, and whether another one wrote. */
  left: string | undefined;
  wrote: boolean;
  checking: boolean;
  timer: NodeJS.Timeout;
  finish: (outcome: Outcome) => void;
}

/** Arrivals of one message object at one node. */
interface Visit { node: string; announced: number; open: number }

/**
 * Notices when a flow has finished with a message, by Node-RED's messaging hooks: a message is counted up when it is
 * about to be delivered and down when the node calls done(). When the count is zero and still is in the next turn of
 * the event loop, the flow is done. Messages are known by `msg.event.deliveryid` (survives Split) or by `_msgid`
 * (survives Function nodes that return a new object).
 */
export class FlowCompletion {
  readonly #deliveries = new Map<string, Delivery>();
  readonly #byMsgid = new Map<string, Delivery>();
  readonly #visits = new WeakMap<FlowMessage, Visit[]>();
  /** By node that never reports completion: messages it may not have dealt with yet, oldest first. */
  readonly #silent = new Map<string, FlowMessage[]>();
  #hooks: Hooks | undefined;

  /** Starts listening; once per runtime. */
  attach(hooks: Hooks): void {
    if (this.#hooks === hooks) return;
    this.detach();
    this.#hooks = hooks;
    hooks.add('preDeliver.b2b', (event) => { this.#announce(event); });
    hooks.add('onReceive.b2b', (event) => { this.#receive(event); });
    hooks.add('postReceive.b2b', (event) => { this.#received(event); });
    hooks.add('onComplete.b2b', (event) => { this.#complete(event); });
  }

  detach(): void {
    this.#hooks?.remove('*.b2b');
    this.#hooks = undefined;
  }

  /** Deliveries that flows have not finished with. */
  get active(): number { return this.#deliveries.size; }

  /** Sends a message into a flow and resolves when the flow has finished with it. Never rejects. */
  run({ message, send, timeLimitMs, lane }: Run): Promise<Outcome> {
    const id = randomUUID();
    message.event = { ...message.event, deliveryid: id };
    return new Promise((resolve) => {
      const delivery: Delivery = {
        id, lane, open: 1, holders: new Map(), msgids: [], uncaught: new Map(), caught: undefined, handedOver: undefined, left: undefined, wrote: false, checking: false,
        timer: setTimeout(() => { this.#timedOut(delivery, timeLimitMs); }, timeLimitMs),
        finish: resolve,
      };
      this.#deliveries.set(id, delivery);
      try {
        send(message);
      } catch (reason) {
        delivery.uncaught.set('', toError(reason));
      }
      this.#close(delivery);
    });
  }

  /** A retry node takes responsibility for this message: the flow's outcome will be this one. */
  handOver(message: FlowMessage, outcome: Outcome & { state: 'retrying' | 'dead' }): void {
    const delivery = this.#find(message);
    if (delivery) delivery.handedOver = outcome;
  }

  /** A node dealt with a bad document by its error output: the flow is not failed, but not simply done either. */
  refused(message: FlowMessage, error: Error): void {
    const delivery = this.#find(message);
    if (delivery) delivery.caught = error;
  }

  /** A node has written something, or has left it for a reason that its record is to be found with. */
  noted(message: FlowMessage, reason: string | undefined): void {
    const delivery = this.#find(message);
    if (!delivery) return;
    if (reason === undefined) delivery.wrote = true;
    else delivery.left ??= reason;
  }

  /** The delivery that a message belongs to, while its flow runs. */
  deliveryOf(message: FlowMessage): { id: string; lane: LaneName | undefined } | undefined { return this.#find(message); }

  #find(message: FlowMessage): Delivery | undefined {
    if (this.#deliveries.size === 0) return undefined;
    const id = message.event?.deliveryid;
    const delivery = id === undefined ? undefined : this.#deliveries.get(id);
    const msgid = message._msgid;
    if (!delivery) return msgid === undefined ? undefined : this.#byMsgid.get(msgid);
    if (msgid !== undefined && !this.#byMsgid.has(msgid)) {
      this.#byMsgid.set(msgid, delivery);
      delivery.msgids.push(msgid);
    }
    return delivery;
  }

  #visit(message: FlowMessage, node: string): Visit {
    let visits = this.#visits.get(message);
    if (!visits) this.#visits.set(message, visits = []);
    let visit = visits.find((v) => v.node === node);
    if (!visit) visits.push(visit = { node, announced: 0, open: 0 });
    return visit;
  }

  #announce({ msg, destination }: DeliverEvent): void {
    const delivery = this.#find(msg);
    if (!delivery) return;
    this.#visit(msg, destination.id).announced++;
    this.#open(delivery, msg, destination.id);
  }

  /** Catch, Link In and Link Call receive messages that no preDeliver announced. */
  #receive({ msg, destination }: DeliverEvent): void {
    const delivery = this.#find(msg);
    if (!delivery) return;
    const visit = this.#visit(msg, destination.id);
    if (visit.announced > 0) visit.announced--;
    else this.#open(delivery, msg, destination.id);
    const source = destination.node?.type === 'catch' ? msg.error?.source?.id : undefined;
    if (source === undefined) return;
    delivery.caught = delivery.uncaught.get(source) ?? delivery.caught;
    delivery.uncaught.delete(source);
  }

  /**
   * A node whose input handlers take fewer than three parameters never reports completion. Switch is one, and works off a queue, a
   * message a turn of the event loop: each message is given two, behind those that came before it.
   */
  #received({ msg, destination }: DeliverEvent): void {
    const { id, node } = destination;
    if (node?._expectedDoneCount !== 0) return;
    const queue = this.#silent.get(id);
    if (queue) {
      queue.push(msg);
      return;
    }
    this.#silent.set(id, [msg]);
    this.#workOff(id);
  }

  #workOff(id: string): void {
    setImmediate(() => setImmediate(() => {
      const queue = this.#silent.get(id) ?? [];
      const msg = queue.shift();
      if (msg) this.#complete({ msg, node: { id } });
      if (queue.length > 0) this.#workOff(id);
      else this.#silent.delete(id);
    }));
  }

  #complete({ msg, error, node }: CompleteEvent): void {
    const delivery = this.#find(msg);
    if (!delivery) return;
    if (error) delivery.uncaught.set(node.id, toError(error));
    const visit = this.#visit(msg, node.id);
    if (visit.open === 0) return;
    visit.open--;
    const held = (delivery.holders.get(node.id) ?? 1) - 1;
    if (held > 0) delivery.holders.set(node.id, held);
    else delivery.holders.delete(node.id);
    this.#close(delivery);
  }

  #open(delivery: Delivery, message: FlowMessage, node: string): void {
    this.#visit(message, node).open++;
    delivery.open++;
    delivery.holders.set(node, (delivery.holders.get(node) ?? 0) + 1);
  }

  #close(delivery: Delivery): void {
    delivery.open--;
    if (delivery.open > 0 || delivery.checking) return;
    delivery.checking = true;
    setImmediate(() => {
      delivery.checking = false;
      if (delivery.open === 0) this.#finish(delivery, this.#outcome(delivery));
    });
  }

  #outcome(delivery: Delivery): Outcome {
    const [error] = delivery.uncaught.values();
    if (error) return { state: 'failed', error };
    if (delivery.handedOver) return delivery.handedOver;
    if (delivery.caught) return { state: 'skipped', reason: `caught by the flow: ${delivery.caught.message}` };
    return delivery.left === undefined || delivery.wrote ? { state: 'done' } : { state: 'skipped', reason: delivery.left };
  }

  #timedOut(delivery: Delivery, timeLimitMs: number): void {
    const holders = [...delivery.holders.keys()].join(', ');
    this.#finish(delivery, {
      state: 'timeout',
      error: new TransientError('TRANSIENT_FLOW_TIMEOUT',
        `The flow did not finish within ${timeLimitMs / 1000} s. Waiting for node ${holders}. Does it call done()?`),
    });
  }

  #finish(delivery: Delivery, outcome: Outcome): void {
    if (!this.#deliveries.delete(delivery.id)) return;
    clearTimeout(delivery.timer);
    for (const msgid of delivery.msgids) this.#byMsgid.delete(msgid);
    delivery.finish(outcome);
  }
}
