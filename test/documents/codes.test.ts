import assert from 'node:assert/strict';
import Big from 'big.js';
import fc from 'fast-check';
import { hasCheckDigit, isCurrency, isTimeZone, minorUnits } from '../../lib/documents/codes';
import { decimalsOf, divide, fromUnits, parseDecimal, toUnits } from '../../lib/documents/decimal';

describe('codes', () => {
  it('minor units are those of ISO 4217, also where CLDR has others', () => {
    assert.deepEqual(['JPY', 'EUR', 'KWD', 'CLF', 'LBP', 'ISK', 'HUF'].map(minorUnits), [0, 2, 3, 4, 2, 0, 2]);
  });

  it('currencies and time zones exist or do not', () => {
    assert.deepEqual(['EUR', 'KWD', 'EURO', 'QQQ', ''].map(isCurrency), [true, true, false, false, false]);
    assert.deepEqual(['Europe/Berlin', 'UTC', 'Mars/Olympus', ''].map(isTimeZone), [true, true, false, false]);
  });

  it('check digits of GTIN-8, -12, -13, -14, GLN and SSCC fit or do not', () => {
    for (const good of ['96385074', '036000291452', '4006381333931', '10614141000415', '340123450000000000']) {
      assert.ok(hasCheckDigit(good), good);
      assert.ok(!hasCheckDigit(good.slice(0, -1) + String((Number(good.slice(-1)) + 1) % 10)), good);
    }
  });
});

const decimal = fc.tuple(fc.bigInt({ min: -(10n ** 18n) + 1n, max: 10n ** 18n - 1n }), fc.integer({ min: 0, max: 8 })).map(([units, places]) => fromUnits(units, places));

describe('decimals', () => {
  it('are read and written exactly', () => {
    fc.assert(fc.property(decimal, (text) => {
      assert.equal(fromUnits(toUnits(text, 8), 8), new Big(text).toFixed(8).replace(/^-(0\.0+)$/, '$1'));
      assert.equal(fromUnits(parseDecimal(text).digits, decimalsOf(text)), text);
    }));
  });

  it('are divided and rounded as big.js does, in every mode', () => {
    const modes = { down: 0, halfUp: 1, halfEven: 2, up: 3 } as const;
    fc.assert(fc.property(fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }), fc.constantFrom(1n, 2n, 4n, 5n, 8n, 10n, 100n, 1000n, 125n), fc.constantFrom(...Object.keys(modes) as (keyof typeof modes)[]), (numerator, denominator, mode) => {
      assert.equal(divide(numerator, denominator, mode).toString(), new Big(numerator.toString()).div(denominator.toString()).round(0, modes[mode]).toFixed().replace(/^-0$/, '0'));
    }));
  });
});
