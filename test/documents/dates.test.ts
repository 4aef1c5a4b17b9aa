import assert from 'node:assert/strict';
import fc from 'fast-check';
import { instant, issueDate, nextWindow, splitWindow, startOfDay } from '../../lib/documents/dates';
import { ConfigError } from '../../lib/errors';

const zones = ['Europe/Berlin', 'America/Los_Angeles', 'Asia/Singapore', 'Australia/Lord_Howe', 'Pacific/Apia'];

describe('business dates', () => {
  it('C51 a day begins at its first moment, also on days that clocks change, and where they skip midnight', () => {
    for (const zone of [...zones, 'Africa/Cairo', 'America/Santiago', 'UTC', 'Pacific/Kiritimati']) {
      for (const day of ['2026-01-01', '2026-03-29', '2026-04-05', '2026-04-24', '2026-09-06', '2026-10-25', '2026-11-01', '2024-02-29']) {
        const start = startOfDay(day, zone);
        assert.equal(issueDate(new Date(start).toISOString(), zone), day, `${zone} ${day}`);
        assert.ok(issueDate(new Date(start - 1000).toISOString(), zone) < day, `${zone} ${day}: the second before`);
      }
    }
    assert.equal(new Date(startOfDay('2026-03-30', 'Europe/Berlin')).toISOString(), '2026-03-29T22:00:00.000Z');
  });
  it('C51 23:30 in the shop is that day, whatever it is in UTC', () => {
    assert.equal(issueDate('2026-11-22T23:30:00-08:00', 'America/Los_Angeles'), '2026-11-22');
    assert.equal(issueDate('2026-11-23T07:30:00Z', 'America/Los_Angeles'), '2026-11-22');
    assert.equal(issueDate('2026-11-22T23:30:00Z', 'Europe/Berlin'), '2026-11-23');
    assert.equal(issueDate('2026-12-31T15:30:00Z', 'Asia/Singapore'), '2026-12-31');
    assert.equal(issueDate('2026-12-31T16:00:00Z', 'Asia/Singapore'), '2027-01-01');
  });

  it('C51 the days on which clocks change begin and end at midnight of the zone', () => {
    assert.equal(issueDate('2026-03-28T22:59:59Z', 'Europe/Berlin'), '2026-03-28');
    assert.equal(issueDate('2026-03-28T23:00:00Z', 'Europe/Berlin'), '2026-03-29');
    assert.equal(issueDate('2026-03-29T21:59:59Z', 'Europe/Berlin'), '2026-03-29');
    assert.equal(issueDate('2026-03-29T22:00:00Z', 'Europe/Berlin'), '2026-03-30');
    assert.equal(issueDate('2026-11-01T06:59:59Z', 'America/Los_Angeles'), '2026-10-31');
    assert.equal(issueDate('2026-11-02T07:59:59Z', 'America/Los_Angeles'), '2026-11-01');
  });

  it('C51 is the date the zone\'s own offset gives, at any time', () => {
    const offsets: [zone: string, minutes: number][] = [['UTC', 0], ['Asia/Kolkata', 330], ['Asia/Kathmandu', 345], ['Etc/GMT+12', -720], ['Pacific/Kiritimati', 840]];
    fc.assert(fc.property(fc.constantFrom(...offsets), fc.date({ min: new Date('2000-01-01'), max: new Date('2099-12-31'), noInvalidDate: true }), ([zone, minutes], at) => {
      assert.equal(issueDate(at.toISOString(), zone), new Date(at.getTime() + minutes * 60_000).toISOString().slice(0, 10));
    }));
  });

  it('refuses a zone that does not exist and a time without an offset', () => {
    assert.throws(() => issueDate('2026-11-22T23:30:00Z', 'Mars/Olympus'), (error: unknown) => error instanceof ConfigError && error.code === 'CONFIG_TIME_ZONE');
    for (const time of ['2026-11-22T23:30:00', '2026-11-22', 'now', '2026-13-01T00:00:00Z']) assert.throws(() => instant(time), RangeError, time);
  });
});

describe('windows of a poll', () => {
  it('C50 follow one another without gap, in every zone and over the days on which clocks change', () => {
    const days = ['2026-03-29', '2026-10-25', '2026-03-08', '2026-11-01', '2026-04-05'];
    for (const zone of zones) {
      for (const day of days) {
        const start = Date.parse(`${day}T00:00:00Z`) - 36 * 3_600_000;
        // An order every ten minutes, written as the shop writes it: in its own zone.
        const orders = Array.from({ length: 72 * 6 }, (_, i) => start + i * 600_000).map((ms) => local(ms, zone));
        let end = new Date(start).toISOString();
        const seen: string[] = [];
        for (let now = start + 7 * 60_000; now <= start + 73 * 3_600_000; now += 7 * 60_000) {
          const window = nextWindow(end, now, 0);
          seen.push(...orders.filter((order) => instant(order) >= instant(window.from) && instant(order) < instant(window.to)));
          end = window.to;
        }
        assert.deepEqual(seen, orders, `${zone} ${day}`);
      }
    }
  });

  it('C50 overlap by what was asked for, and never run backwards when a clock does', () => {
    const end = '2026-11-01T08:00:00.000Z';
    assert.deepEqual(nextWindow(end, Date.parse(end) + 60_000, 300_000), { from: '2026-11-01T07:55:00.000Z', to: '2026-11-01T08:01:00.000Z' });
    assert.deepEqual(nextWindow(end, Date.parse(end) - 60_000, 0), { from: '2026-11-01T07:59:00.000Z', to: end });
  });

  it('C48 are cut into pieces that cover the whole span once', () => {
    fc.assert(fc.property(fc.nat(1e9), fc.integer({ min: 1, max: 1e9 }), fc.integer({ min: 1e6, max: 1e9 }), (from, length, step) => {
      const span = { from: new Date(from).toISOString(), to: new Date(from + length).toISOString() };
      const pieces = [...splitWindow(span, step)];
      assert.equal(pieces[0]?.from, span.from);
      assert.equal(pieces.at(-1)?.to, span.to);
      pieces.slice(1).forEach((piece, i) => { assert.equal(piece.from, pieces[i]?.to); });
    }));
  });
});

/** A time with the offset that its zone has then. */
function local(ms: number, timeZone: string): string {
  const name = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' }).formatToParts(ms).find((part) => part.type === 'timeZoneName')?.value ?? '';
  const offset = name === 'GMT' ? '+00:00' : name.slice(3);
  const [hours = 0, minutes = 0] = offset.slice(1).split(':').map(Number);
  const shift = (hours * 60 + minutes) * (offset.startsWith('-') ? -1 : 1);
  return new Date(ms + shift * 60_000).toISOString().slice(0, -1) + offset;
}
