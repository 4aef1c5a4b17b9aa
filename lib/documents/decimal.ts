/** An exact number: `digits` / 10^`scale`. */
export interface Decimal { digits: bigint; scale: number }

export type RoundingMode = 'halfUp' | 'halfEven' | 'down' | 'up';

/** Reads a decimal string of the canonical form (`-12.50`); the caller has checked that it is one. */
export function parseDecimal(text: string): Decimal {
  const dot = text.indexOf('.');
  return dot < 0
    ? { digits: BigInt(text), scale: 0 }
    : { digits: BigInt(text.slice(0, dot) + text.slice(dot + 1)), scale: text.length - dot - 1 };
}

/** How many decimals a decimal string has. */
export function decimalsOf(text: string): number {
  const dot = text.indexOf('.');
  return dot < 0 ? 0 : text.length - dot - 1;
}

export function pow10(exponent: number): bigint { return powers[exponent] ?? 10n ** BigInt(exponent); }
const powers = Array.from({ length: 40 }, (_, i) => 10n ** BigInt(i));

/** An amount in units of 10^-`places`. The caller has checked that it has no more decimals. */
export function toUnits(text: string, places: number): bigint {
  const { digits, scale } = parseDecimal(text);
  return scale === places ? digits : digits * pow10(places - scale);
}

/** The decimal string of an amount in units of 10^-`places`. */
export function fromUnits(units: bigint, places: number): string {
  const text = (units < 0n ? -units : units).toString().padStart(places + 1, '0');
  const sign = units < 0n ? '-' : '';
  return places === 0 ? sign + text : `${sign}${text.slice(0, -places)}.${text.slice(-places)}`;
}

/** numerator / denominator as a whole number. Half up means away from zero, up away from zero, down towards it. */
export function divide(numerator: bigint, denominator: bigint, mode: RoundingMode): bigint {
  const quotient = numerator / denominator;
  const rest = numerator % denominator;
  if (rest === 0n) return quotient;
  const twice = abs(rest) * 2n;
  const whole = abs(denominator);
  const away = mode === 'up' || (mode !== 'down' && (twice > whole || (twice === whole && (mode === 'halfUp' || quotient % 2n !== 0n))));
  if (!away) return quotient;
  return (numerator < 0n) === (denominator < 0n) ? quotient + 1n : quotient - 1n;
}

export function abs(value: bigint): bigint { return value < 0n ? -value : value; }
