import type { Native } from '../contract';
import { text } from './fields';
import { isoTime, timeLiteral } from './odata/literals';

/** For rows that say nothing of when they changed. */
export const never = new Date(0).toISOString();

/** How the rows of a collection tell when they changed. A place is where a row stands in their order, written so that later ones are greater. */
export interface Clock {
  /** For `$orderby`: oldest first. */
  order: string;
  /** The place from which on all stands that changed at this time (ISO 8601 UTC) or later. */
  placeOf(iso: string): string;
  /** `$filter` for rows at this place or behind it. */
  from(place: string): string;
  /** Where a row stands; undefined for one without a time. */
  at(row: Native): string | undefined;
  /** ISO 8601 UTC; undefined for a row without. */
  of(row: Native): string | undefined;
}

/** One time stamp, exact to the millisecond. */
export function stamped(field: string): Clock {
  const of = (row: Native): string | undefined => isoTime(row[field]);
  return { order: field, placeOf: (iso) => new Date(iso).toISOString(), from: (place) => `${field} ge ${timeLiteral(place)}`, at: of, of };
}

/**
 * A day and a time of day, to the second, by the system's own clock: UTC in the cloud, the time zone of the settings elsewhere.
 * Where clocks are set back an hour comes twice. With `now`, what changed then is taken for as late as it can be by now, so
 * that a later state of a record never looks older; without, for the first time. It is looked for from the beginning of that hour.
 */
export function dated(day: string, time: string, timeZone: string, now = (): number => 0): Clock {
  const wall = wallClock(timeZone);
  const at = (row: Native): string | undefined => {
    const date = isoTime(row[day])?.slice(0, 10);
    const parts = /^PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?$/.exec(text(row, time) || 'PT');
    if (date === undefined || !parts) return undefined;
    return `${date}T${parts.slice(1).map((part: string | undefined) => (part ?? '').padStart(2, '0')).join(':')}`;
  };
  return {
    order: `${day},${time}`, at,
    placeOf(iso) {
      const ms = Date.parse(iso);
      const shown = Array.from({ length: longestShift / step }, (_, n) => wall((Math.floor(ms / step) + n + 1) * step));
      return shown.reduce((a, b) => a < b ? a : b, wall(ms));
    },
    from(place) {
      const [date = '', hour = '', minute = '', second = ''] = place.split(/[T:]/);
      const on = `datetime'${date}T00:00:00'`;
      return `(${day} gt ${on} or (${day} eq ${on} and ${time} ge time'PT${hour}H${minute}M${second}S'))`;
    },
    of(row) {
      const place = at(row);
      if (place === undefined) return undefined;
      const local = Date.parse(`${place}Z`);
      // By the offsets before and after whatever change of clocks is near.
      const [later, earlier] = [offset(wall, local - dayMs), offset(wall, local + dayMs)].map((one) => local - one).sort((a, b) => b - a) as [number, number];
      const isPast = later <= now() || wall(earlier) !== place;
      return new Date(wall(later) === place && isPast ? later : earlier).toISOString();
    },
  };
}

const dayMs = 86_400_000;
/** Clocks are set back by so much at most, and at quarters of an hour, ms. */
const longestShift = 3 * 3_600_000, step = 900_000;

type Wall = (ms: number) => string;
const clocks = new Map<string, Wall>();

/** What a clock in the time zone shows at an instant: `2026-11-24T19:00:00`. */
export function wallClock(timeZone: string): Wall {
  let clock = clocks.get(timeZone);
  if (!clock) {
    const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
    clocks.set(timeZone, clock = (ms) => format.format(ms).replace(' ', 'T'));
  }
  return clock;
}

function offset(wall: Wall, ms: number): number { return Date.parse(`${wall(ms)}Z`) - ms; }
