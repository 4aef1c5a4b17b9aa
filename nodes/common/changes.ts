import type { Node, NodeAPI, NodeMessage } from 'node-red';
import type { Connection } from '../../lib/connectors/contract';
import { connectorFor } from '../../lib/connectors/registry';
import { defaultBackoff } from '../../lib/delivery/backoff';
import { Inbox } from '../../lib/delivery/inbox';
import type { Entity, Verb } from '../../lib/documents/event';
import { toError } from '../../lib/errors';
import type { Runtime } from '../../lib/runtime';
import { CatchUp } from '../../lib/sync/catch-up';
import { firstStart } from '../../lib/sync/first-start';
import { Intake } from '../../lib/sync/intake';
import { Snapshot } from '../../lib/sync/snapshot';
import { ChangesStatus } from './changes-status';
import type { Schedule } from './schedule';
import { logError } from './services';

/** What both nodes that send changes are set to. */
export interface ChangesConfig extends Schedule {
  entities: Partial<Record<Entity, Verb[]>>;
  format: 'canonical' | 'native';
  /** h */
  lookback: number | string;
  parallel: number | string;
  /** s */
  timeLimit: number | string;
}

/** A node's way from what a system tells to messages, running. */
export interface Changes {
  readonly intake: Intake;
  readonly inbox: Inbox;
  readonly entities: Entity[];
  /** Asks the system for what nobody has told; never rejects. */
  readonly readMissed: () => Promise<void>;
  /** Shows what is wrong, and logs it unless it was logged last. */
  readonly trouble: (reason: unknown) => void;
}

/** What is closed with the node, last opened first. */
export type Closing = ((removed: boolean) => void)[];

/** Opens inbox and polling of a node, and takes up what an earlier run left behind. */
export async function openChanges(RED: NodeAPI, node: Node, config: ChangesConfig, parts: { runtime: Runtime; connection: Connection; closing: Closing }): Promise<Changes> {
  const { runtime, connection, closing } = parts;
  const status = new ChangesStatus(RED, node);
  let told: string | undefined;
  const trouble = (reason: unknown): void => {
    const { message } = toError(reason);
    status.trouble(reason);
    if (message !== told) node.error(message);
    told = message;
  };
  const lookbackMs = (Number(config.lookback) || 0) * 3_600_000;
  const source = runtime.openSource({
    id: node.id, parallel: Number(config.parallel) || 8, timeLimitMs: (Number(config.timeLimit) || 300) * 1000,
    send: (message) => { node.send(message as NodeMessage); }, onError: trouble,
  });
  const intake = new Intake({
    id: node.id, connection, wanted: config.entities, format: config.format,
    createdSince: await firstStart(runtime.store, node.id, connection.system, Date.now() - lookbackMs),
  });
  const inbox: Inbox = new Inbox({
    store: runtime.store, id: node.id, source, deadLetters: runtime.deadLetters, backoff: defaultBackoff,
    prepare: (entry) => intake.prepare(inbox, entry), onBug: (error) => { logError(RED, error); },
    onSettled: (state, reason, number) => { status.settled(state, reason, number, inbox.pending); },
  });
  closing.push(() => { source.close(); status.close(); });
  await inbox.open();

  const entities = Object.keys(config.entities) as Entity[];
  const support = connectorFor(connection.vendor).entities;
  const shared = { store: runtime.store, connection, intake, inbox };
  const catchUp = new CatchUp({ id: node.id, lookbackMs, ...shared });
  const snapshot = new Snapshot({ ...shared, onProgress: (progress) => { status.progress(progress); } });
  const stop = new AbortController();
  closing.push(() => { stop.abort(); });
  const readMissed = async (): Promise<void> => {
    for (const entity of entities) {
      try {
        await (support[entity]?.snapshot ? snapshot.run(entity, { signal: stop.signal }) : catchUp.run(entity, stop.signal));
        status.well();
      } catch (reason) {
        if (!stop.signal.aborted) trouble(reason);
      }
    }
  };
  status.well();
  return { intake, inbox, entities, readMissed, trouble };
}
