import type { Node, NodeStatus } from 'node-red';

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
    if (this.#next) this.node.status(typeof this.#next === 'function' ? this.#next() : this.#next);
    this.#next = undefined;
  }
}
