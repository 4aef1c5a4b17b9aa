import type { ListOptions, Native, Page } from '../contract';
import type { Clock } from './clock';
import { text } from './fields';
import { literal } from './odata/literals';
import type { Rows } from './odata/rows';
import type { Service, Session } from './session';

/** A collection that can be read in order of change. */
export interface Changes {
  service: Service;
  set: string;
  /** What rows of one time are sorted by. */
  key: string;
  /** What a row is told from others by, where that is more than the key. */
  idOf?: (row: Native) => string;
  clock: Clock;
  expand?: string;
  select?: string;
  /** A `$filter` besides. */
  only?: string;
  /** Leaves out rows that no filter can. */
  keep?: (row: Native) => boolean;
}

/** How far a reader has come: everything before the place `since`, and the records at that very place in `seen`. */
interface Cursor { since: string; seen: string[] }

const epoch = '1970-01-01T00:00:00.000Z';

/**
 * Pages by time of change, oldest first. Each page asks for what changed at or after the last row's time instead of
 * skipping rows by number: a row that changes while we read moves to the end, and with skipping its successor would slip
 * through unseen. Rows of the last instant come twice and are dropped here: JSON knows milliseconds, the database more.
 */
export async function* listChanges(session: Session, changes: Changes, options: ListOptions = {}): AsyncGenerator<Page> {
  const { pageSize = 100, signal } = options;
  const { clock, key, only, keep, idOf = (row: Native) => text(row, key) } = changes;
  let at = options.cursor ? parse(options.cursor) : { since: clock.placeOf(options.updatedSince ?? epoch), seen: [] };
  for (;;) {
    const query = {
      filter: [clock.from(at.since), ...(only ? [only] : [])].join(' and '), orderby: `${clock.order},${key}`, top: pageSize + at.seen.length,
      ...(changes.expand && { expand: changes.expand }), ...(changes.select && { select: changes.select }),
    };
    const last = at;
    let { rows, next } = await session.query(changes.service, changes.set, query, signal);
    let fresh = rows.filter((row) => !last.seen.includes(idOf(row)));
    let more = rows.length >= query.top || next !== undefined;
    // The server's own pages may be smaller than what was seen of one instant: go on as it says until something is new.
    while (fresh.length === 0 && next !== undefined) {
      ({ rows, next } = await session.query(changes.service, next, undefined, signal));
      fresh = rows.filter((row) => !last.seen.includes(idOf(row)));
      more = next !== undefined || fresh.length > 0;
    }
    if (fresh.length === 0) return;
    at = advance(last, fresh, clock, idOf);
    yield { records: keep ? fresh.filter(keep) : fresh, ...(more && { cursor: `${at.since} ${at.seen.join(' ')}`.trim() }) };
    if (!more) return;
  }
}

/** How many rows {@link listChanges} would read. */
export function countChanges(session: Session, { service, set, clock, only }: Changes, { updatedSince }: ListOptions = {}): Promise<number> {
  const parts = [...(updatedSince === undefined ? [] : [clock.from(clock.placeOf(updatedSince))]), ...(only === undefined ? [] : [only])];
  return session.count(service, set, parts.length === 0 ? undefined : parts.join(' and '));
}

function advance(last: Cursor, fresh: Native[], clock: Clock, idOf: (row: Native) => string): Cursor {
  const placeOf = (row: Native): string => clock.at(row) ?? last.since;
  const since = fresh.map(placeOf).reduce((a, b) => a > b ? a : b, last.since);
  const seen = fresh.filter((row) => placeOf(row) === since).map(idOf);
  return { since, seen: since === last.since ? [...last.seen, ...seen] : seen };
}

function parse(cursor: string): Cursor {
  const [since = '', ...seen] = cursor.split(' ');
  return { since, seen };
}

/** A collection that is read in the order of a key which several rows may share. */
export interface Keyed { service: Service; set: string; key: string; only: string; select?: string; expand?: string }

/**
 * Pages in the order of a key; the rows of one key are never cut apart. Goes on behind the last key instead of skipping
 * rows by number: rows that come or go meanwhile push no other out of sight.
 */
export async function* listByKey(session: Session, { service, set, key, only, select, expand }: Keyed, { cursor, pageSize = 1000, signal }: ListOptions = {}): AsyncGenerator<Page> {
  let last = cursor;
  for (let top = pageSize; ;) {
    const filter = last === undefined ? only : `${only} and ${key} gt ${literal(last)}`;
    const page = await session.query(service, set, { filter, orderby: key, top, ...(select && { select }), ...(expand && { expand }) }, signal);
    const { rows, next } = await wholeKey(session, { service, key }, page, signal);
    const more = rows.length >= top || next !== undefined;
    const end = rows.at(-1)?.[key];
    const whole = more ? rows.filter((row) => row[key] !== end) : rows;
    // One key alone has more rows than a page.
    if (more && whole.length === 0) { top *= 4; continue; }
    top = pageSize;
    last = text(whole.at(-1) ?? {}, key);
    yield { records: whole, ...(more ? { cursor: last } : {}) };
    if (!more) return;
  }
}

/** The server's own pages may be smaller than what there is of one key: goes on as it says until another one comes. */
async function wholeKey(session: Session, { service, key }: Pick<Keyed, 'service' | 'key'>, { rows, next }: Rows, signal?: AbortSignal): Promise<Rows> {
  const found = [...rows];
  while (next !== undefined && found.every((row) => row[key] === found[0]?.[key])) {
    ({ rows, next } = await session.query(service, next, undefined, signal));
    found.push(...rows);
  }
  return { rows: found, next };
}

/** `name eq 'a' or name eq 'b'`. */
export function oneOf(name: string, values: string[]): string { return values.map((value) => `${name} eq ${literal(value)}`).join(' or '); }
