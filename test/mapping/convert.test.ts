import assert from 'node:assert/strict';
import type { Conversion } from '../../lib/mapping';
import { mapped, refused } from './mapping';

type As = Conversion | Conversion[];

const good: [value: unknown, as: As, result: unknown][] = [
  [42, 'string', '42'], [true, 'string', 'true'],
  ['12.50', 'number', 12.5], ['-0.1', 'number', -0.1], ['40', 'integer', 40], ['40.00', 'integer', 40],
  ['X', 'boolean', true], ['', 'boolean', false], ['T', 'boolean', true], ['false', 'boolean', false], [0, 'boolean', false],
  ['007.50', 'decimal', '7.5'], [0.1, 'decimal', '0.1'], [1e21, 'decimal', '1000000000000000000000'], [' 12.5 ', 'decimal', '12.5'],
  ['7.5', { decimal: 2 }, '7.50'], ['7.500', { decimal: 2 }, '7.50'], [7, { decimal: 0 }, '7'], ['12345678901234567.89', { decimal: 2 }, '12345678901234567.89'],
  ['2026-11-23', 'date', '2026-11-23'], ['2026-11-23T00:00:00', 'date', '2026-11-23'], ['/Date(1795392000000)/', 'date', '2026-11-23'], ['2024-02-29', 'date', '2024-02-29'],
  ['2026-11-23T01:12:44+01:00', 'dateTime', '2026-11-23T00:12:44.000Z'], ['/Date(1795392764000+0000)/', 'dateTime', '2026-11-23T00:12:44.000Z'],
  ['2026-11-23', 'sapDate', '/Date(1795392000000)/'], ['2026-11-23T00:12:44Z', 'sapDate', '/Date(1795392764000)/'],
  ['2026-11-22T23:30:00Z', { date: 'zone' }, '2026-11-23'], ['2026-11-23', { date: 'zone' }, '2026-11-23'], ['/Date(1795390200000)/', { date: '$root.zone' }, '2026-11-23'],
  ['abc', 'upper', 'ABC'], ['ABC', 'lower', 'abc'], [' a b ', 'trim', 'a b'],
  ['4711', { padLeft: 10 }, '0000004711'], ['A-4711', { padLeft: 10 }, 'A-4711'], [4711, { padLeft: 6 }, '004711'],
  ['0000004711', 'stripZeros', '4711'], ['000', 'stripZeros', '0'], ['00A1', 'stripZeros', '00A1'],
  ['Müller Maschinenbau', { cut: 6 }, 'Müller'], ['😀😀😀', { cut: 2 }, '😀😀'], ['Müller', { maxLength: 6 }, 'Müller'],
  ['12.50', 'negate', '-12.50'], ['-12.50', 'negate', '12.50'], ['0.00', 'negate', '0.00'],
  ['  12.5', ['trim', { decimal: 2 }, 'negate'], '-12.50'],
];

const bad: [value: unknown, as: As, message: string][] = [
  [{ a: 1 }, 'string', 'is not a text'], ['12,50', 'number', 'is not a decimal number'], ['12345678901234567890.12', 'number', 'has too many digits for a number'],
  ['1.5', 'integer', 'is not a whole number'], ['maybe', 'boolean', 'is neither true nor false'], [{ toString: '' }, 'boolean', 'is not a text'], ['1.234,50', 'decimal', 'is not a decimal number'], ['', 'decimal', 'is not a decimal number'],
  ['7.505', { decimal: 2 }, 'has more than 2 decimals'], [NaN, 'decimal', 'is not a decimal number'],
  ['2026-02-30', 'date', 'is not a day of the calendar'], ['23.11.2026', 'date', 'is not a date; the date of a time needs a time zone: { "date": "<path of the time zone>" }'],
  ['2026-11-22T23:30:00Z', 'date', 'is not a date; the date of a time needs a time zone: { "date": "<path of the time zone>" }'],
  ['2026-11-22T23:30:00', 'dateTime', 'is not a time with an offset (ISO 8601) or /Date(ms)/'], ['2026-11-22T23:30:00Z', { date: 'none' }, 'has no time zone to take its date in'],
  ['2026-11-22T23:30:00Z', { date: 'wrong' }, 'has a time zone that does not exist'], ['Müller', { maxLength: 5 }, 'is longer than 5 characters (6)'],
];

describe('conversions of a mapping', () => {
  for (const [value, as, result] of good) {
    it(`${JSON.stringify(value)} as ${JSON.stringify(as)} is ${JSON.stringify(result)}`, () => {
      assert.deepEqual(mapped([{ to: 'x', from: 'v', as }], { v: value, zone: 'Europe/Berlin' }), { x: result });
    });
  }
  for (const [value, as, message] of bad) {
    it(`${JSON.stringify(value)} as ${JSON.stringify(as)} is refused, and the message does not say it`, () => {
      const name = typeof as === 'string' ? as : Object.keys(as)[0] ?? '';
      assert.deepEqual(refused([{ to: 'x', from: 'v', as }], { v: value, wrong: 'Mars/Olympus' }), [`${name} x: ${message} (from v)`]);
    });
  }

  it('come after codes and look-ups', () => {
    assert.deepEqual(mapped([{ to: 'x', from: 'v', codes: 'c', lookup: 't', as: { padLeft: 4 } }], { v: 'a' }, { codes: { c: { a: 'b' } }, tables: { t: { b: 7 } } }), { x: '0007' });
  });
});
