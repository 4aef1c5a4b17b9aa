export interface ConditionType {
  /** Where it may stand. */
  levels: readonly ('header' | 'item')[];
  kind: 'price' | 'manual-price' | 'discount' | 'charge' | 'tax' | 'rounding';
  /** Step of the pricing procedure; conditions are counted within it. */
  step: number;
  /** The vendor's class: B price, A discount or surcharge, D tax. */
  conditionClass: 'A' | 'B' | 'D';
}

const item = ['item'] as const;
const header = ['header'] as const;
const both = ['header', 'item'] as const;

/** The sandbox's pricing procedure: the usual types of the cloud's and of the classic procedure. */
export const conditionTypes: Record<string, ConditionType> = {
  PPR0: { levels: item, kind: 'price', step: 10, conditionClass: 'B' },
  PR00: { levels: item, kind: 'price', step: 11, conditionClass: 'B' },
  PMP0: { levels: item, kind: 'manual-price', step: 20, conditionClass: 'B' },
  PB00: { levels: item, kind: 'manual-price', step: 21, conditionClass: 'B' },
  RB00: { levels: both, kind: 'discount', step: 100, conditionClass: 'A' },
  DRV1: { levels: both, kind: 'discount', step: 110, conditionClass: 'A' },
  HB00: { levels: header, kind: 'discount', step: 120, conditionClass: 'A' },
  HD00: { levels: header, kind: 'charge', step: 200, conditionClass: 'A' },
  HM00: { levels: header, kind: 'charge', step: 210, conditionClass: 'A' },
  MWST: { levels: both, kind: 'tax', step: 900, conditionClass: 'D' },
  TTX1: { levels: both, kind: 'tax', step: 910, conditionClass: 'D' },
  ZRND: { levels: header, kind: 'rounding', step: 950, conditionClass: 'A' },
  DIFF: { levels: header, kind: 'rounding', step: 951, conditionClass: 'A' },
};

/** Decimal places by currency: the currencies the sandbox has. */
export const currencies: Record<string, number> = {
  EUR: 2, USD: 2, CHF: 2, GBP: 2, SEK: 2, NOK: 2, DKK: 2, PLN: 2, CZK: 2, CAD: 2, AUD: 2, JPY: 0, KWD: 3, BHD: 3,
};
