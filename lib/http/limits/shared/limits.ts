import { randomUUID } from 'node:crypto';
import { Budgets, type AccountLimit, type Budget, type Limits } from '../account';
import { SharedAccount, type Standing } from './account';
import { RedisLink, type RedisAddress } from './link';
import { channelOf, keysOf, renew } from './scripts';

export interface SharedLimitsOptions extends RedisAddress {
  /** After so long without a sign of life a process counts as gone, and its calls as ended, ms. Default 10,000. */
  leaseMs?: number;
  /** Redis went away, with the reason, or is back (`undefined`). Told once. */
  onChange?: (lost: string | undefined) => void;
}

/**
 * Limits that all processes with the same Redis share. If it goes away, each goes on with its part: of n processes known
 * last, an nth, at least one call at a time; and when it is back, with both for a lease.
 */
export class SharedLimits implements Limits {
  readonly #link: RedisLink;
  readonly #accounts = new Map<string, SharedAccount>();
  readonly #process = randomUUID();
  readonly #leaseMs: number;
  readonly #timer: NodeJS.Timeout;
  #lostAt: number | undefined;
  #backAt = -Infinity;

  /** Connects in the background. Throws ConfigError for an address that cannot be. */
  constructor({ leaseMs = 10_000, onChange, ...address }: SharedLimitsOptions) {
    this.#leaseMs = leaseMs;
    this.#link = new RedisLink({
      ...address, channel: channelOf(this.#process),
      // All are back before the first of them trusts Redis alone again.
      reconnectMs: leaseMs / 4,
      // A Redis that takes no scripts of ours is found out at once.
      greet: () => Promise.all([this.#link.run(renew, keysOf('-'), [this.#process, leaseMs, '-']), ...[...this.#accounts.values()].map((account) => account.renew())]),
      onUp: () => {
        if (this.#lostAt === undefined) return;
        this.#lostAt = undefined;
        this.#backAt = Date.now();
        onChange?.(undefined);
      },
      onDown: (reason) => {
        this.#lostAt = Date.now();
        for (const account of this.#accounts.values()) account.lost();
        onChange?.(reason);
      },
      onMessage: (account) => { this.#accounts.get(account)?.wake(); },
    });
    this.#timer = setInterval(() => { this.#renew(); }, leaseMs / 3).unref();
  }

  /** Where Redis is, without user and password. */
  get place(): string { return this.#link.place; }
  /** Is Redis away? */
  get lost(): boolean { return this.#lostAt !== undefined; }

  open(account: string, budget: Budget): AccountLimit {
    let known = this.#accounts.get(account);
    if (!known) {
      known = new SharedAccount({ account, process: this.#process, leaseMs: this.#leaseMs, link: this.#link, standing: () => this.#standing() }, new Budgets(budget));
      this.#accounts.set(account, known);
    }
    const { budgets, limit } = known;
    const remove = budgets.add(budget);
    return { acquire: (cost, signal) => limit.acquire(cost, signal), close: remove };
  }

  /** Leaves the line, and the connection. Calls in flight count until their lease ends. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all([...this.#accounts.values()].map((account) => account.leave()));
    await this.#link.close();
  }

  #standing(): Standing {
    const now = Date.now();
    if (this.#lostAt !== undefined) return now - this.#lostAt < this.#leaseMs ? 'just lost' : 'alone';
    return now - this.#backAt < this.#leaseMs ? 'just back' : 'shared';
  }

  #renew(): void {
    if (!this.#link.up) return;
    for (const account of this.#accounts.values()) account.renew().catch(() => undefined); // told as lost
  }
}
