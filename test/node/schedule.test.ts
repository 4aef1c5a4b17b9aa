import assert from 'node:assert/strict';
import { install } from '@sinonjs/fake-timers';
import { onSchedule } from '../../nodes/common/schedule';
import type { Closing } from '../../nodes/common/changes';

const minute = 60_000, hour = 60 * minute;

describe('the schedule of a node', () => {
  let clock: ReturnType<typeof install>;
  let closing: Closing;
  let runs: string[];
  const started = (iso: string): void => {
    clock = install({ now: Date.parse(iso) });
    closing = [];
    runs = [];
  };
  const run = (): Promise<void> => {
    runs.push(new Date().toISOString());
    return Promise.resolve();
  };
  afterEach(() => {
    for (const close of closing) close(false);
    clock.uninstall();
  });

  it('runs at once and every so many minutes, until it is closed', async () => {
    started('2026-11-25T08:00:00Z');
    onSchedule({ poll: 5 }, run, closing);
    await clock.tickAsync(11 * minute);
    assert.deepEqual(runs.map((time) => time.slice(11, 16)), ['08:00', '08:05', '08:10']);
    for (const close of closing) close(false);
    await clock.tickAsync(hour);
    assert.equal(runs.length, 3);
  });

  it('of 0 minutes never runs', async () => {
    started('2026-11-25T08:00:00Z');
    onSchedule({ poll: 0 }, run, closing);
    await clock.tickAsync(24 * hour);
    assert.deepEqual(runs, []);
  });

  it('runs at the times of a cron expression in its time zone, also over the change to winter time', async () => {
    started('2026-10-24T00:00:00Z');
    onSchedule({ when: 'cron', poll: 5, cron: '30 6 * * *', timeZone: 'Europe/Berlin' }, run, closing);
    await clock.tickAsync(48 * hour);
    assert.deepEqual(runs.map((time) => time.slice(0, 16)), ['2026-10-24T04:30', '2026-10-25T05:30']);
  });

  it('never runs while it still runs', async () => {
    started('2026-11-25T08:00:00Z');
    let going = 0, most = 0;
    const long = async (): Promise<void> => {
      most = Math.max(most, ++going);
      runs.push('');
      await new Promise((resolve) => { setTimeout(resolve, 12 * minute); });
      going--;
    };
    onSchedule({ poll: 5 }, long, closing);
    await clock.tickAsync(hour);
    assert.equal(most, 1);
    assert.equal(runs.length, 5);
  });

  it('names an expression and a time zone that cannot be', () => {
    started('2026-11-25T08:00:00Z');
    for (const cron of ['', '61 * * * *', '0 3 * *', '* * * * * *', 'daily']) assert.throws(() => { onSchedule({ when: 'cron', poll: 5, cron }, run, closing); }, { code: 'CONFIG_SCHEDULE' }, cron);
    assert.throws(() => { onSchedule({ when: 'cron', poll: 5, cron: '0 3 * * *', timeZone: 'Mars/Olympus' }, run, closing); }, { code: 'CONFIG_TIME_ZONE' });
  });
});
