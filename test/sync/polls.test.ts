import assert from 'node:assert/strict';
import { issueDate } from '../../lib/documents/dates';
import { listed, openRecords } from '../contract/records';
import { scaled } from '../support/scale';
import { Poller } from './poller';

const minute = 60_000, hour = 3_600_000, day = 86_400_000;

describe('polls', () => {
  for (const { vendor, entity } of listed()) {
    it(`C46 an old ${entity} of ${vendor} that changes is in the next poll, and nothing else is`, async () => {
      let now = Date.UTC(2026, 10, 23, 9);
      await using world = await openRecords(vendor, entity, { now: () => now });
      await using poller = await Poller.open();
      const poll = async (): Promise<string[]> => idsOf(await poller.poll(world.connection, entity, { now: () => now, lookbackMs: day }));
      const [old, young] = [await world.add(), (now += minute, await world.add())];
      const first = await poll();
      assert.deepEqual([old, young].filter((id) => !first.includes(id)), []);
      now += 40 * day;
      assert.deepEqual(await poll(), []);
      // A payment of a shop is never another one: what happens to it later is a payment of its own.
      if (!world.change) return;
      now += minute;
      await world.change(old);
      assert.deepEqual(await poll(), [old]);
      now += 10 * minute;
      assert.deepEqual(await poll(), []);
    });
  }

  /** When clocks are set back, and forward, there, or, where that never happens, elsewhere; UTC. */
  const zones: [zone: string, back: string, forward?: string][] = [
    ['Europe/Berlin', '2026-10-25T01:00Z', '2026-03-29T01:00Z'], ['Australia/Lord_Howe', '2026-04-04T15:00Z', '2026-10-03T15:30Z'], ['Asia/Shanghai', '2026-10-25T01:00Z'],
    ['America/New_York', '2026-11-01T06:00Z', '2026-03-08T07:00Z'], ['Pacific/Auckland', '2026-04-04T14:00Z'], ['UTC', '2026-10-25T01:00Z'],
  ];
  const some = zones.slice(0, scaled(zones.length));
  /** What has days and times of day by the system's own clock; all other stamps are UTC, in whatever zone. */
  const byOwnClock = new Set(['customer of sap-s4hana', 'shipment of sap-s4hana']);
  for (const { vendor, entity, snapshot } of listed()) {
    if (snapshot) continue;
    it(`C50 no ${entity} of ${vendor} is lost or doubled at the edges of polls, on days on which clocks change, in ${String(some.length)} time zones`, async () => {
      for (const [timeZone, back, forward] of some) {
        await walk(timeZone, Date.parse(back));
        if (forward !== undefined && byOwnClock.has(`${entity} of ${vendor}`)) await walk(timeZone, Date.parse(forward));
      }
    });

    /** Records come and change around midnight and around the change of clocks; a poll comes now soon, now late. */
    async function walk(timeZone: string, at: number): Promise<void> {
      let now = at - day;
      await using world = await openRecords(vendor, entity, { now: () => now, timeZone });
      await using poller = await Poller.open();
      const poll = async (): Promise<string[]> => idsOf(await poller.poll(world.connection, entity, { now: () => now, lookbackMs: minute }));
      await poll();
      let [last, expected]: [string | undefined, string[]] = [undefined, []];
      for (const [step, { time, isQuiet }] of moments(at, timeZone).entries()) {
        now = time;
        if (last !== undefined && world.change) {
          await world.change(last);
          expected.push(last);
        }
        now += 20_000;
        last = await world.add();
        expected.push(last);
        if (isQuiet) continue;
        now += step % 2 === 0 ? 1000 : 7 * minute;
        const found = await poll();
        assert.deepEqual(found.sort(), [...new Set(expected)].sort(), `${timeZone}, ${new Date(now).toISOString()}`);
        expected = [];
      }
    }
  }
});

/** Shortly before and after clocks change, within the hour that may come twice, and around midnight there and in UTC; `isQuiet`: nobody polls for a while. */
function moments(at: number, timeZone: string): { time: number; isQuiet: boolean }[] {
  const dayOf = (ms: number): string => issueDate(new Date(ms).toISOString(), timeZone);
  const nights: number[] = [];
  for (let ms = at - 12 * hour; ms < at + 12 * hour; ms += 15 * minute) {
    if (dayOf(ms - minute) !== dayOf(ms) || ms % day === 0) nights.push(ms);
  }
  const changes = [-50, -1, 0, 10, 35, 121].map((minutes) => ({ time: at + minutes * minute, isQuiet: minutes === 0 }));
  const edges = nights.flatMap((ms) => [-40, -0.5, 180].map((minutes) => ({ time: ms + minutes * minute, isQuiet: minutes === -0.5 })));
  return [...changes, ...edges].sort((a, b) => a.time - b.time);
}

function idsOf(sent: Awaited<ReturnType<Poller['poll']>>): string[] { return sent.map(({ event }) => event.subject.split('/').slice(1).join('/')); }
