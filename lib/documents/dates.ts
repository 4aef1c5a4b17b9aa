import { ConfigError } from '../errors';

const formatters = new Map<string, Intl.DateTimeFormat>();

/** One formatter a zone: making one costs more than a thousand uses of it. */
function formatter(timeZone: string): Intl.DateTimeFormat {
  let found = formatters.get(timeZone);
  if (!found) {
    try {
      found = new Intl.DateTimeFormat('en-US', { timeZone, calendar: 'iso8601', year: 'numeric', month: '2-digit', day: '2-digit' });
    } catch (reason) {
      if (reason instanceof RangeError) throw new ConfigError('CONFIG_TIME_ZONE', `"${timeZone}" is not a time zone. Use an IANA name such as Europe/Berlin.`);
      throw reason;
    }
    formatters.set(timeZone, found);
  }
  return found;
}

/**
 * The business date (YYYY-MM-DD) of an instant in a time zone: 23:30 in Los Angeles is still that day, whatever the date is
 * in UTC. `issuedAt` is ISO 8601 with an offset. Throws ConfigError for an unknown zone, RangeError for what is no time.
 */
export function issueDate(issuedAt: string, timeZone: string): string {
  const at = instant(issuedAt);
  const parts = formatter(timeZone).formatToParts(at);
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.find((p) => p.type === type)?.value ?? '';
  return `${part('year').padStart(4, '0')}-${part('month')}-${part('day')}`;
}

const starts = new Map<string, number>();

/**
 * When a day (YYYY-MM-DD) begins in a time zone, ms since 1970: its first moment, also where clocks skip midnight. Throws
 * ConfigError for an unknown zone.
 */
export function startOfDay(day: string, timeZone: string): number {
  const key = `${timeZone} ${day}`;
  let start = starts.get(key);
  if (start === undefined) {
    const midnight = Date.parse(`${day}T00:00:00Z`);
    // No zone is further from UTC than this. The day only goes up, so halving finds where it begins.
    let [before, after] = [midnight - 15 * 3_600_000, midnight + 15 * 3_600_000];
    while (after - before > 1000) {
      const middle = Math.floor((before + after) / 2000) * 1000;
      if (issueDate(new Date(middle).toISOString(), timeZone) < day) before = middle;
      else after = middle;
    }
    start = after;
    if (starts.size < 1000) starts.set(key, start);
  }
  return start;
}

/** A time with its offset stated, as ms since 1970. A time without one means another instant on every machine, so it is refused. */
export function instant(time: string): number {
  const ms = /(?:Z|[+-]\d\d:?\d\d)$/i.test(time) ? Date.parse(time) : NaN;
  if (Number.isNaN(ms)) throw new RangeError('Not an ISO 8601 time with an offset, such as 2026-11-23T08:00:00Z.');
  return ms;
}

/** A time span for a poll: from inclusive, to exclusive, ISO 8601 UTC. */
export interface Window { from: string; to: string }

/**
 * The next span to ask a source for. It starts where the last one ended, less `overlapMs` for records that were
 * committed late or by another clock, and ends now. All in UTC, so that no time zone and no DST day can open a gap.
 */
export function nextWindow(lastEnd: string, now: number, overlapMs: number): Window {
  const end = instant(lastEnd);
  return { from: new Date(Math.min(end, now) - overlapMs).toISOString(), to: new Date(Math.max(end, now)).toISOString() };
}

/** Cuts a span into pieces of at most `stepMs`, without gap or overlap between them, for a backfill. */
export function* splitWindow(span: Window, stepMs: number): Generator<Window> {
  const to = instant(span.to);
  for (let from = instant(span.from); from < to; from += stepMs) {
    yield { from: new Date(from).toISOString(), to: new Date(Math.min(from + stepMs, to)).toISOString() };
  }
}
