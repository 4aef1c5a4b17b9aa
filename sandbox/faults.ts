import type { IncomingMessage } from 'node:http';
import type { Fault } from './contract';
import { Random } from './random';

/** The faults ordered of a sandbox, in the order they were ordered. */
export class Faults {
  #standing: { fault: Fault; left: number }[] = [];
  readonly #random: Random;

  constructor(seed: number) { this.#random = new Random(seed); }

  get none(): boolean { return this.#standing.length === 0; }

  add(fault: Fault): void {
    this.#standing.push({ fault, left: fault.oneIn === undefined ? fault.times ?? 1 : Infinity });
  }

  clear(): void { this.#standing = []; }

  /** The first fault of these kinds that is due for this request (any, without one), counted as used. */
  take(kinds: readonly Fault['kind'][], message?: IncomingMessage, body = ''): Fault | undefined {
    for (const entry of this.#standing) {
      const { kind, match, oneIn } = entry.fault;
      if (!kinds.includes(kind)) continue;
      if (match && !(message && match(message, body))) continue;
      if (oneIn !== undefined && !this.#random.chance(oneIn)) continue;
      if (--entry.left <= 0) this.#standing = this.#standing.filter((other) => other !== entry);
      return entry.fault;
    }
    return undefined;
  }
}
