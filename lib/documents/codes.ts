/** ISO 4217 minor units other than two. A table: Intl follows CLDR, which differs (it has 0 for LBP, ISO has 2). */
const minorUnitsOf = new Map<string, number>([
  ...['BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF', 'XPF']
    .map((code): [string, number] => [code, 0]),
  ...['BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND'].map((code): [string, number] => [code, 3]),
  ...['CLF', 'UYW'].map((code): [string, number] => [code, 4]),
]);

let currencies: ReadonlySet<string> | undefined;

/** How many decimals amounts of a currency (ISO 4217) have: JPY 0, EUR 2, KWD 3. */
export function minorUnits(currency: string): number { return minorUnitsOf.get(currency) ?? 2; }

/** Is this a currency of ISO 4217, today's or a former one? */
export function isCurrency(code: string): boolean { return (currencies ??= new Set(Intl.supportedValuesOf('currency'))).has(code); }

/** Does the last digit of a GTIN-8, -12, -13 or -14 (or a GLN or SSCC, which count alike) fit the digits before it? */
export function hasCheckDigit(gtin: string): boolean {
  let sum = 0;
  for (let i = 0; i < gtin.length; i++) sum += (gtin.charCodeAt(gtin.length - 1 - i) - 48) * (i % 2 === 0 ? 1 : 3);
  return sum % 10 === 0;
}

const zones = new Map<string, boolean>();

/** Does this Node.js know the IANA time zone? */
export function isTimeZone(name: string): boolean {
  let known = zones.get(name);
  if (known === undefined) {
    try {
      known = new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
    } catch (reason) {
      if (!(reason instanceof RangeError)) throw reason;
      known = false;
    }
    if (zones.size < 1000) zones.set(name, known);
  }
  return known;
}
