/** UTC with whole seconds, as GraphQL's `DateTime` has it: `2026-11-23T09:15:00Z`. */
export function utcTime(ms: number): string { return `${new Date(ms).toISOString().slice(0, 19)}Z`; }

/** The shop's local time with its offset, as webhooks have it: `2026-11-23T10:15:00+01:00`. */
export function shopTime(ms: number, timeZone: string): string {
  const minutes = offsetMinutes(ms, timeZone);
  const local = new Date(ms + minutes * 60_000).toISOString().slice(0, 19);
  const pad = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  return `${local}${minutes < 0 ? '-' : '+'}${pad(Math.abs(minutes) / 60)}:${pad(Math.abs(minutes) % 60)}`;
}

const formats = new Map<string, Intl.DateTimeFormat>();
const offsets = new Map<string, number>();

/** Offsets change on full quarters of an hour only, so one is worked out for each of them. */
function offsetMinutes(ms: number, timeZone: string): number {
  const key = `${timeZone} ${String(Math.floor(ms / 900_000))}`;
  let minutes = offsets.get(key);
  if (minutes === undefined) {
    if (offsets.size > 10_000) offsets.clear();
    offsets.set(key, minutes = workOutOffset(ms, timeZone));
  }
  return minutes;
}

function workOutOffset(ms: number, timeZone: string): number {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric',
    });
    formats.set(timeZone, format);
  }
  const part = Object.fromEntries(format.formatToParts(ms).map(({ type, value }) => [type, Number(value)]));
  const local = Date.UTC(part['year'] ?? 0, (part['month'] ?? 1) - 1, part['day'], part['hour'], part['minute'], part['second']);
  return Math.round((local - ms) / 60_000);
}
