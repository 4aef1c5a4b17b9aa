import type { SubscriptionReport, Webhooks } from '../connectors/contract';
import type { Entity, Verb } from '../documents/event';

export interface SubscriptionWatchOptions {
  webhooks: Webhooks;
  /** Where the shop shall post to. */
  address: string;
  wanted: { entity: Entity; verbs: Verb[] }[];
  /** Subscriptions were gone or are new: something may have been missed. */
  onGap: (report: SubscriptionReport) => void;
  onError: (error: unknown) => void;
  /** ms between checks. Default four minutes. */
  everyMs?: number;
}

/** Keeps the shop's subscriptions alive: checked at once and every few minutes, made anew when the shop dropped them. */
export class SubscriptionWatch {
  #timer: NodeJS.Timeout | undefined;
  #closed = false;
  constructor(private readonly options: SubscriptionWatchOptions) {}

  async check(): Promise<void> {
    clearTimeout(this.#timer);
    try {
      const report = await this.options.webhooks.ensure(this.options.address, this.options.wanted);
      if (report.created.length > 0 || report.lost.length > 0) this.options.onGap(report);
    } catch (reason) {
      this.options.onError(reason);
    }
    if (!this.#closed) this.#timer = setTimeout(() => void this.check(), this.options.everyMs ?? 240_000);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }
}
