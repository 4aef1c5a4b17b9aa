import type { Node, NodeAPI, NodeStatus } from 'node-red';

/** Beside a node there is room for a few words; the whole text of an error is in the log and at the Catch nodes. */
const longest = 60;

/** Reasons for which records are skipped, as forms and texts know them. */
const reasons: ReadonlySet<string> = new Set(['echo', 'stale', 'unchanged', 'superseded', 'gone', 'not selected']);

/** Counts what was skipped by its reason; a reason that is a text of its own counts as `skipped`. */
export class SkipCounts {
  readonly #counts = new Map<string, number>();
  add(reason: string): void {
    const name = reasons.has(reason) ? `skip.${reason.replace(' ', '')}` : 'skipped';
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }
  /** By the names that countsText() knows. */
  get all(): Record<string, number> { return Object.fromEntries([...this.#counts].sort()); }
}

/** The counts that are not zero, with what else is to be seen: `12 done · 1 dead · #1042`; `ready` while there is nothing. */
export function countsText(RED: NodeAPI, counts: Record<string, number>, more?: string): string {
  const parts = Object.entries(counts).filter(([, count]) => count > 0).map(([name, count]) => RED._(`common.status.${name}`, { count }));
  if (more !== undefined) parts.push(more);
  return parts.length === 0 ? RED._('common.status.ready') : parts.join(' · ');
}

/** Shows a node's status, at most a few times a second: the newest wins. */
export class StatusLine {
  #timer: NodeJS.Timeout | undefined;
  #next: NodeStatus | (() => NodeStatus) | undefined;
  constructor(private readonly node: Node, private readonly everyMs = 200) {}

  /** A function is only called when its turn comes: texts of a busy node need not be made for nothing. */
  show(status: NodeStatus | (() => NodeStatus)): void {
    this.#next = status;
    if (this.#timer) return;
    this.#flush();
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#next) this.show(this.#next);
    }, this.everyMs);
  }

  /** Shows nothing more. */
  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#next = undefined;
  }

  #flush(): void {
    if (this.#next) this.node.status(short(typeof this.#next === 'function' ? this.#next() : this.#next));
    this.#next = undefined;
  }
}

function short(status: NodeStatus): NodeStatus {
  const { text = '' } = status;
  return text.length <= longest ? status : { ...status, text: `${text.slice(0, longest - 1).trimEnd()}…` };
}
