import type { Node, NodeStatus } from 'node-red';

/** Shows a node's status, at most a few times a second: the newest wins. */
export class StatusLine {
  #timer: NodeJS.Timeout | undefined;
  #next: NodeStatus | undefined;
  constructor(private readonly node: Node, private readonly everyMs = 200) {}

  show(status: NodeStatus): void {
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
    if (this.#next) this.node.status(this.#next);
    this.#next = undefined;
  }
}
