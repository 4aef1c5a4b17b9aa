import { Cron } from 'croner';
import { isTimeZone } from '../../lib/documents/codes';
import { ConfigError } from '../../lib/errors';
import type { Closing } from './changes';

/** When a node asks for what changed. */
export interface Schedule {
  /** Absent: every so many minutes. `message`: never by itself. */
  when?: 'every' | 'cron' | 'message';
  /** min; 0 never */
  poll: number | string;
  /** Five fields, e.g. `0 3 * * *`. */
  cron?: string;
  /** IANA name in which the fields count. Blank: the server's. */
  timeZone?: string;
}

/**
 * Runs at once (unless `atOnce` says no) and every so many minutes, or at the times of a cron expression; never while it
 * still runs. Throws ConfigError for an expression or a time zone that cannot be.
 */
export function onSchedule(schedule: Schedule, run: () => Promise<void>, closing: Closing, { atOnce = true } = {}): void {
  let running = false;
  const once = (): void => {
    if (running) return;
    running = true;
    void run().finally(() => { running = false; });
  };
  if (schedule.when === 'cron') {
    const job = jobOf(schedule, once);
    closing.push(() => { job.stop(); });
    return;
  }
  const minutes = Number(schedule.poll);
  if (schedule.when === 'message' || !(minutes > 0)) return;
  const timer = setInterval(once, minutes * 60_000);
  closing.push(() => { clearInterval(timer); });
  if (atOnce) once();
}

/** How long it is from one run to the next, ms. */
export function intervalMs(schedule: Schedule): number {
  if (schedule.when !== 'cron') return (Number(schedule.poll) || 0) * 60_000;
  const job = jobOf(schedule, () => undefined);
  const [first, second] = job.nextRuns(2).map(Number);
  job.stop();
  return first === undefined || second === undefined ? 0 : second - first;
}

function jobOf({ cron = '', timeZone = '' }: Schedule, once: () => void): Cron {
  if (timeZone !== '' && !isTimeZone(timeZone)) throw new ConfigError('CONFIG_TIME_ZONE', `The time zone "${timeZone}" is not known. Give an IANA name such as Europe/Berlin.`);
  try {
    return new Cron(cron, { mode: '5-part', unref: true, ...(timeZone === '' ? {} : { timezone: timeZone }) }, once);
  } catch (reason) {
    throw new ConfigError('CONFIG_SCHEDULE', `The schedule "${cron}" is no cron expression of five fields: ${reason instanceof Error ? reason.message : String(reason)}`);
  }
}
