import assert from 'node:assert/strict';
import { dated, stamped } from '../../../lib/connectors/sap-s4hana/clock';

describe('SAP S/4HANA times of change', () => {
  it('a stamp is compared to the millisecond', () => {
    const clock = stamped('LastChangeDateTime');
    assert.equal(clock.from('2026-03-01T08:00:00.5Z'), "LastChangeDateTime ge datetimeoffset'2026-03-01T08:00:00.500Z'");
    assert.equal(clock.of({ LastChangeDateTime: '/Date(1772352000500+0000)/' }), '2026-03-01T08:00:00.500Z');
  });
  it('day and time are compared together: a later day counts whatever its time', () => {
    assert.equal(dated('D', 'T', 'UTC').from('2026-03-01T08:15:30Z'), "(D gt datetime'2026-03-01T00:00:00' or (D eq datetime'2026-03-01T00:00:00' and T ge time'PT08H15M30S'))");
  });
  it('C51 … by the clock of the system, also across midnight and around the change to summer time', () => {
    const day = (date: string): string => `/Date(${String(Date.parse(date))})/`;
    const berlin = dated('D', 'T', 'Europe/Berlin');
    assert.match(berlin.from('2026-06-30T22:30:00Z'), /D eq datetime'2026-07-01T00:00:00' and T ge time'PT00H30M00S'/);
    assert.equal(berlin.of({ D: day('2026-07-01'), T: 'PT00H30M00S' }), '2026-06-30T22:30:00.000Z');
    assert.equal(berlin.of({ D: day('2026-03-29'), T: 'PT01H59M59S' }), '2026-03-29T00:59:59.000Z');
    assert.equal(berlin.of({ D: day('2026-03-29'), T: 'PT03H00M00S' }), '2026-03-29T01:00:00.000Z');
    assert.equal(dated('D', 'T', 'America/New_York').of({ D: day('2026-11-02'), T: 'PT23H00M00S' }), '2026-11-03T04:00:00.000Z');
  });
  it('a record that was never changed has no time of change', () => { assert.equal(dated('D', 'T', 'UTC').of({ D: null, T: null }), undefined); });
});
