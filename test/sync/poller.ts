import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection } from '../../lib/connectors/contract';
import '../../lib/connectors';
import { connectorFor } from '../../lib/connectors/registry';
import { defaultBackoff } from '../../lib/delivery/backoff';
import { Inbox } from '../../lib/delivery/inbox';
import type { Source } from '../../lib/delivery/source';
import type { Entity, EventAttributes } from '../../lib/documents/event';
import { openRuntime, type Runtime } from '../../lib/runtime';
import { CatchUp } from '../../lib/sync/catch-up';
import { Intake } from '../../lib/sync/intake';
import { Snapshot } from '../../lib/sync/snapshot';

/** A message that left the node. */
export interface Sent { payload: Record<string, unknown>; event: EventAttributes }

export interface PollerOptions { lookbackMs?: number; now?: () => number }

/** What a node that polls consists of, with a store on disk: each poll is one of the node's runs. */
export class Poller implements AsyncDisposable {
  private constructor(private readonly runtime: Runtime, private readonly dir: string) {}

  static async open(): Promise<Poller> {
    // Hundreds of polls wait for the disk longer than for anything else, and none of them is about a power cut.
    const dir = await mkdtemp(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'b2b-poller-'));
    return new Poller(await openRuntime({ dataDir: dir, onError: (error) => { throw error as Error; } }), dir);
  }

  /** One run, all that was found worked off. Returns what left the node, in its order. */
  async poll(connection: Connection, entity: Entity, { lookbackMs = 0, now = Date.now }: PollerOptions = {}): Promise<Sent[]> {
    const sent: Sent[] = [];
    const { store, deadLetters } = this.runtime;
    const source: Source = this.runtime.openSource({ id: 'node', parallel: 8, timeLimitMs: 5000, send: (message) => { sent.push(message as unknown as Sent); } });
    const intake = new Intake({ id: 'node', connection, wanted: { [entity]: ['created', 'updated', 'cancelled'] }, format: 'canonical', createdSince: 0 });
    let settled: () => void = () => undefined;
    const inbox: Inbox = new Inbox({
      store, id: 'node', source, deadLetters, backoff: defaultBackoff, prepare: (entry) => intake.prepare(inbox, entry),
      onSettled: () => { if (inbox.pending === 0) settled(); },
    });
    const shared = { store, connection, intake, inbox, now };
    if (connectorFor(connection.vendor).entities[entity]?.snapshot) await new Snapshot(shared).run(entity);
    else await new CatchUp({ id: 'node', lookbackMs, ...shared }).run(entity);
    if (inbox.pending > 0) await new Promise<void>((resolve) => { settled = resolve; });
    source.close();
    return sent;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.runtime.close();
    await rm(this.dir, { recursive: true, force: true });
  }
}
