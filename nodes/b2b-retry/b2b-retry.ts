import type { Node, NodeAPI, NodeDef } from 'node-red';
import type { BackoffPolicy } from '../../lib/delivery/backoff';
import { Retry } from '../../lib/delivery/retry';
import type { RetryStatus } from '../../lib/delivery/retry-schedule';
import { toError } from '../../lib/errors';
import { onClose, onInput, start } from '../common/on-input';
import { services } from '../common/services';
import { countsText, StatusLine } from '../common/status';

interface RetryDef extends NodeDef {
  maxTries: number | string;
  /** s */
  base: number | string;
  cap: number | string;
  /** h */
  maxAge: number | string;
  parkUnknown: boolean;
  /** min */
  parkInterval: number | string;
  /** h */
  parkMaxAge: number | string;
  keepLaneShut: boolean;
  breakerThreshold: number | string;
}

/** A flow that keeps a retried message longer than this has failed, ms. */
const timeLimitMs = 300_000;

export default function register(RED: NodeAPI): void {
  function RetryNode(this: Node, config: RetryDef): void {
    RED.nodes.createNode(this, config);
    const line = new StatusLine(this);
    const opened = open(this, config, line);
    start(this, async () => { await opened; });
    onInput(this, async (msg) => (await opened).take(msg));
    onClose(this, async (removed) => {
      line.close();
      await (await opened).close(removed);
    });
  }
  RED.nodes.registerType('b2b-retry', RetryNode);

  async function open(node: Node, config: RetryDef, line: StatusLine): Promise<Retry> {
    const runtime = await services(RED);
    let dead = 0;
    const source = runtime.openSource({
      id: node.id, parallel: 16, timeLimitMs,
      send: (message) => {
        retry.sending(message);
        node.send([{ ...message }, null]);
      },
    });
    const retry: Retry = new Retry({
      store: runtime.store, id: node.id, source, completion: runtime.completion, holds: runtime.holds, deadLetters: runtime.deadLetters,
      policy: policyOf(config), keepLaneShut: config.keepLaneShut, breaker: (system) => runtime.breaker(system, Number(config.breakerThreshold)),
      onDead: (message) => {
        dead++;
        node.send([null, message]);
      },
      onChange: (status) => { show(line, status, dead, runtime.down); },
      onError: (error) => { node.error(toError(error)); },
    });
    await retry.open();
    return retry;
  }

  function show(line: StatusLine, { waiting, nextDue }: RetryStatus, dead: number, down: string[]): void {
    const next = nextDue === undefined ? undefined : RED._('b2b-retry.status.next', { until: new Date(nextDue).toLocaleTimeString() });
    const text = (more?: string): string => countsText(RED, { retrying: waiting, dead }, more);
    if (waiting === 0) line.show({ fill: dead > 0 ? 'red' : 'grey', shape: 'ring', text: text() });
    else if (down.length > 0) line.show({ fill: 'red', shape: 'ring', text: text(RED._('b2b-retry.status.down', { system: down.join(', ') })) });
    else line.show({ fill: 'yellow', shape: 'dot', text: text(next) });
  }
}

function policyOf(config: RetryDef): BackoffPolicy {
  const hour = 3_600_000;
  return {
    baseMs: Number(config.base) * 1000, capMs: Number(config.cap) * 1000, factor: 2, maxTries: Number(config.maxTries), maxAgeMs: Number(config.maxAge) * hour,
    ...(config.parkUnknown ? { park: { everyMs: Number(config.parkInterval) * 60_000, maxAgeMs: Number(config.parkMaxAge) * hour } } : {}),
  };
}
