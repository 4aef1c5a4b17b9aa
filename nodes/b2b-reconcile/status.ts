import type { Node, NodeAPI } from 'node-red';
import { toError } from '../../lib/errors';
import type { Progress } from '../../lib/sync/reconcile';
import type { Report } from '../../lib/sync/reconcile/report';
import { countsText, StatusLine } from '../common/status';

/** Kinds that are worth a look. */
const telling = ['missingThere', 'missingHere', 'different', 'underWay', 'unreadable', 'duplicate'] as const;

/** What a reconcile node shows: how far a run is and how fast, then what it found. */
export class ReconcileStatus {
  readonly #line: StatusLine;

  constructor(private readonly RED: NodeAPI, node: Node) { this.#line = new StatusLine(node); }

  idle(): void { this.#line.show({ fill: 'green', shape: 'ring', text: countsText(this.RED, {}) }); }

  progress({ phase, done, of, perSecond }: Progress): void {
    const count = of === undefined ? String(done) : `${String(done)}/${String(of)}`;
    this.#line.show(() => ({ fill: 'blue', shape: 'dot', text: this.RED._(`b2b-reconcile.status.${phase}`, { count, rate: perSecond }) }));
  }

  ended({ counts, held, unconfirmed, endedAt }: Report): void {
    const found = telling.filter((kind) => counts[kind] > 0).map((kind) => this.RED._(`b2b-reconcile.status.${kind}`, { count: counts[kind] }));
    const differences = counts.different + counts.missingHere + counts.missingThere;
    const parts = [
      ...(unconfirmed === 0 ? [] : [this.RED._(`b2b-reconcile.status.${held ? 'held' : 'unconfirmed'}`, { count: unconfirmed })]),
      ...(differences === 0 ? [this.RED._('b2b-reconcile.status.equal', { count: counts.equal })] : []), ...found,
      new Date(endedAt).toLocaleTimeString(),
    ];
    this.#line.show({ fill: held ? 'red' : differences > 0 || unconfirmed > 0 ? 'yellow' : 'green', shape: 'ring', text: parts.join(' · ') });
  }

  failed(reason: unknown): void {
    this.#line.show({ fill: 'red', shape: 'ring', text: toError(reason).message });
  }

  close(): void { this.#line.close(); }
}
