import assert from 'node:assert/strict';
import { dated, stamped } from '../../../lib/connectors/sap-s4hana/clock';

describe('SAP S/4HANA times of change', () => {
  it('a stamp is compared to the millisecond', () => {
    const clock = stamped('LastChangeDateTime');
    assert.equal(clock.from(clock.placeOf('2026-03-01T08:00:00.5Z')), "LastChangeDateTime ge datetimeoffset'2026-03-01T08:00:00.500Z'");
    assert.equal(clock.of({ LastChangeDateTime: '/Date(1772352000500+0000)/' }), '2026-03-01T08:00:00.500Z');
  });
  it('day and time are compared together: a later day counts whatever its time', () => {
    assert.equal(dated('D', 'T', 'UTC').from('2026-03-01T08:15:30'), "(D gt datetime'2026-03-01T00:00:00' or (D eq datetime'2026-03-01T00:00:00' and T ge time'PT08H15M30S'))");
  });
  it('C51 … by the clock of the system, also across midnight and around the change to summer time', () => {
    const day = (date: string): string => `/Date(${String(Date.parse(date))})/`;
    const berlin = dated('D', 'T', 'Europe/Berlin');
    assert.match(berlin.from(berlin.placeOf('2026-06-30T22:30:00Z')), /D eq datetime'2026-07-01T00:00:00' and T ge time'PT00H30M00S'/);
    assert.equal(berlin.of({ D: day('2026-07-01'), T: 'PT00H30M00S' }), '2026-06-30T22:30:00.000Z');
    assert.equal(berlin.of({ D: day('2026-03-29'), T: 'PT01H59M59S' }), '2026-03-29T00:59:59.000Z');
    assert.equal(berlin.of({ D: day('2026-03-29'), T: 'PT03H00M00S' }), '2026-03-29T01:00:00.000Z');
    assert.equal(dated('D', 'T', 'America/New_York').of({ D: day('2026-11-02'), T: 'PT23H00M00S' }), '2026-11-03T04:00:00.000Z');
  });
  it('C50 of the hour that comes twice nothing is passed over, and no time lies ahead or goes back', () => {
    const row = { D: `/Date(${String(Date.parse('2026-10-25'))})/`, T: 'PT02H40M00S' };
    let now = Date.parse('2026-10-25T00:45:00Z');
    const berlin = dated('D', 'T', 'Europe/Berlin', () => now);
    assert.equal(berlin.of(row), '2026-10-25T00:40:00.000Z');
    now += 3_600_000;
    assert.equal(berlin.of(row), '2026-10-25T01:40:00.000Z');
    assert.equal(dated('D', 'T', 'Europe/Berlin').of(row), '2026-10-25T00:40:00.000Z');
    const places = ['2026-10-24T21:59:59Z', '2026-10-24T23:50:00Z', '2026-10-25T00:10:00Z', '2026-10-25T00:59:59Z', '2026-10-25T01:10:00Z'].map((iso) => berlin.placeOf(iso).slice(11));
    assert.deepEqual(places, ['23:59:59', '01:50:00', '02:00:00', '02:00:00', '02:10:00']);
    assert.equal(dated('D', 'T', 'Australia/Lord_Howe').placeOf('2026-04-04T14:59:00Z'), '2026-04-05T01:30:00');
  });
  it('a record that was never changed has no time of change', () => { assert.equal(dated('D', 'T', 'UTC').of({ D: null, T: null }), undefined); });
});
