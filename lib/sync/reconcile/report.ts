import type { Entity } from '../../documents/event';
import type { Side } from './comparison';
import type { FieldDifference } from './leaves';

/** How a record ended: the first five of it the report is about, the others say why a record is in none of them. */
const outcomes = ['equal', 'different', 'missingHere', 'missingThere', 'underWay', 'skipped', 'unreadable', 'duplicate'] as const;
export type Outcome = typeof outcomes[number];

export interface Sample {
  /** What the record is known by in both systems, or its id. */
  key: string;
  /** Its id in each system, as far as it is there. */
  here?: string;
  there?: string;
  fields?: FieldDifference[];
  /** Why it is none of the differences, or cannot be compared. */
  reason?: string;
}

export interface ReadCount { count: number; first?: string; last?: string }

export interface Report {
  entity: Entity;
  /** The system that is right, and the one compared with it. */
  here: string;
  there: string;
  /** ISO 8601 UTC */
  startedAt: string;
  endedAt: string;
  /** Records changed before this time were not looked for. */
  since?: string;
  /** How many records each side has, with the smallest and the greatest number. */
  read: Record<Side, ReadCount>;
  counts: Record<Outcome, number>;
  samples: Partial<Record<Outcome, Sample[]>>;
  /** More differences than the limit: none of them is sent unless somebody confirms. */
  held: boolean;
  limit: number;
  /** Differences that were sent, and those that wait for somebody to confirm them. */
  sent: number;
  unconfirmed: number;
}

/** Fields named in a sample at most. */
const mostFields = 20;
const collator = new Intl.Collator('en', { numeric: true });

/** Counts what a run finds. */
export class Tally {
  readonly counts = Object.fromEntries(outcomes.map((name) => [name, 0])) as Record<Outcome, number>;
  readonly samples: Partial<Record<Outcome, Sample[]>> = {};
  readonly read: Record<Side, ReadCount> = { here: { count: 0 }, there: { count: 0 } };

  /** `most`: samples of each kind. */
  constructor(private readonly most: number) {}

  get differences(): number { return this.counts.different + this.counts.missingHere + this.counts.missingThere; }

  add(outcome: Outcome, sample?: Sample): void {
    this.counts[outcome]++;
    if (!sample || outcome === 'equal') return;
    const samples = this.samples[outcome] ??= [];
    if (samples.length < this.most) samples.push({ ...sample, ...(sample.fields ? { fields: sample.fields.slice(0, mostFields) } : {}) });
  }

  saw(side: Side, number: string): void {
    const read = this.read[side];
    read.count++;
    if (read.first === undefined || collator.compare(number, read.first) < 0) read.first = number;
    if (read.last === undefined || collator.compare(number, read.last) > 0) read.last = number;
  }
}
