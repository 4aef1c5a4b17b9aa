import type { Native } from '../contract';
import { text } from './fields';
import { isoTime, timeLiteral } from './odata/literals';

/** For rows that say nothing of when they changed. */
export const never = new Date(0).toISOString();

/** How the rows of a collection tell when they changed. */
export interface Clock {
  /** For `$orderby`: oldest first. */
  order: string;
  /** `$filter` for rows of this time (ISO 8601 UTC) or later. */
  from(iso: string): string;
  /** ISO 8601 UTC; undefined for a row without. */
  of(row: Native): string | undefined;
}

/** One time stamp, exact to the millisecond. */
export function stamped(field: string): Clock {
  return { order: field, from: (iso) => `${field} ge ${timeLiteral(iso)}`, of: (row) => isoTime(row[field]) };
}

/** A day and a time of day, to the second, by the system's own clock: UTC in the cloud, the time zone of the settings elsewhere. */
export function dated(day: string, time: string, timeZone: string): Clock {
  const wall = wallClock(timeZone);
  return {
    order: `${day},${time}`,
    from(iso) {
      const [date = '', hour = '', minute = '', second = ''] = wall(Date.parse(iso)).split(/[T:]/);
      const on = `datetime'${date}T00:00:00'`;
      return `(${day} gt ${on} or (${day} eq ${on} and ${time} ge time'PT${hour}H${minute}M${second}S'))`;
    },
    of(row) {
      const date = isoTime(row[day])?.slice(0, 10);
      const parts = /^PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?$/.exec(text(row, time) || 'PT');
      if (date === undefined || !parts) return undefined;
      const local = Date.parse(`${date}T${parts.slice(1).map((part: string | undefined) => (part ?? '').padStart(2, '0')).join(':')}Z`);
      // The offset may be another one an hour or two earlier: the second look is from the right side.
      const near = local - offset(wall, local);
      return new Date(local - offset(wall, near)).toISOString();
    },
  };
}

type Wall = (ms: number) => string;

/** What a clock in the time zone shows at an instant: `2026-11-24T19:00:00`. */
export function wallClock(timeZone: string): Wall {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
  return (ms) => format.format(ms).replace(' ', 'T');
}

function offset(wall: Wall, ms: number): number { return Date.parse(`${wall(ms)}Z`) - ms; }
