import type { Node, NodeAPI, NodeDef, NodeMessage } from 'node-red';
import { defaultBackoff } from '../../lib/delivery/backoff';
import { Inbox } from '../../lib/delivery/inbox';
import type { Entity } from '../../lib/documents/event';
import { toError } from '../../lib/errors';
import { Differences } from '../../lib/sync/reconcile/differences';
import { Reconciliation } from '../../lib/sync/reconcile';
import type { Report } from '../../lib/sync/reconcile/report';
import type { Closing } from '../common/changes';
import { onClose, onInput, start } from '../common/on-input';
import { onSchedule, type Schedule } from '../common/schedule';
import { logError, services } from '../common/services';
import { systemOf } from '../common/system';
import { ReconcileStatus } from './status';

interface ReconcileDef extends NodeDef, Schedule {
  commerce: string;
  erp: string;
  entity: Entity;
  /** The side that is right. */
  right: 'commerce' | 'erp';
  /** Dot paths, parted by commas or blanks. Blank: what both systems mean the same by. */
  fields: string;
  /** Of orders those changed in so many days; 0 for all. */
  days: number | string;
  /** Sends nothing but the report. */
  dry: boolean;
  /** Sends all differences without asking, deletions too. */
  confirmed: boolean;
  guardMost: number | string;
  guardPercent: number | string;
  samples: number | string;
  parallel: number | string;
  /** s */
  timeLimit: number | string;
}

/** Runs once, or lets go what the last run held. */
type RunOnce = (confirm: boolean) => Promise<Report>;

/** Differences that wait to be worked off at most: they are sent no faster. */
const mostPending = 2000;

export default function register(RED: NodeAPI): void {
  function ReconcileNode(this: Node, config: ReconcileDef): void {
    RED.nodes.createNode(this, config);
    const closing: Closing = [];
    const opened = open(this, config, closing);
    start(this, async () => {
      const run = await opened;
      const report = async (): Promise<void> => {
        try {
          this.send([null, messageOf(await run(false))]);
        } catch (reason) {
          this.error(toError(reason).message);
        }
      };
      onSchedule(config, report, closing, { atOnce: false });
    });
    onInput(this, async (msg, send) => {
      const confirm = (msg as { confirm?: unknown }).confirm === true;
      send([null, Object.assign(msg, messageOf(await (await opened)(confirm)))]);
    });
    onClose(this, (removed) => { for (const close of closing.reverse()) close(removed); });
  }
  RED.nodes.registerType('b2b-reconcile', ReconcileNode);

  async function open(node: Node, config: ReconcileDef, closing: Closing): Promise<RunOnce> {
    const [runtime, commerce, erp] = await Promise.all([services(RED), systemOf(RED, config.commerce).connection(), systemOf(RED, config.erp).connection()]);
    const { id } = node;
    const { entity } = config;
    const [here, there] = config.right === 'erp' ? [erp, commerce] : [commerce, erp];
    const status = new ReconcileStatus(RED, node);
    const source = runtime.openSource({
      id, parallel: Number(config.parallel) || 8, timeLimitMs: (Number(config.timeLimit) || 300) * 1000,
      send: (message) => { node.send([{ ...message }, null]); },
    });
    const stop = new AbortController();
    closing.push(() => { source.close(); status.close(); }, () => { stop.abort(); });
    const reconciliation = new Reconciliation({
      id, entity, here, there, store: runtime.store, links: runtime.links, fields: config.fields.split(/[\s,]+/).filter(Boolean), days: Number(config.days) || 0,
      guard: { most: numberOr(config.guardMost, 50), percent: numberOr(config.guardPercent, 5) }, samples: numberOr(config.samples, 10), dry: config.dry,
      take: async (found, run) => {
        await differences.accept(inbox, found, run);
        await inbox.room(mostPending, stop.signal);
      },
      onProgress: (progress) => { status.progress(progress); },
    });
    const differences = new Differences({ id, entity, here, again: (found) => reconciliation.again(found) });
    const inbox = new Inbox({
      store: runtime.store, id, source, deadLetters: runtime.deadLetters, backoff: defaultBackoff,
      prepare: (entry) => differences.prepare(entry), onBug: (error) => { logError(RED, error); },
    });
    await inbox.open();
    const waiting = await reconciliation.open();
    closing.push((removed) => { if (removed) reconciliation.remove().catch((error: unknown) => { logError(RED, error); }); });
    if (waiting) status.ended(waiting); else status.idle();

    return async (confirm) => {
      try {
        const report = await reconciliation.run({ confirm: confirm || config.confirmed, signal: stop.signal });
        status.ended(report);
        return report;
      } catch (reason) {
        if (!stop.signal.aborted) status.failed(reason);
        throw reason;
      }
    };
  }
}

function messageOf(report: Report): NodeMessage & { topic: string } { return { payload: report, topic: `${report.entity}.reconciled` }; }

/** Nought is a number, too. */
function numberOr(value: number | string, other: number): number { return value === '' || !Number.isFinite(Number(value)) ? other : Number(value); }
