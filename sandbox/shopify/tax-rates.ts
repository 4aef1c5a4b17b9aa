import type { WorldCompany } from '../world';
import type { TaxRate } from './model';

const rates: Record<WorldCompany['country'], { standard: TaxRate[]; reduced: TaxRate[] }> = {
  DE: { standard: [{ title: 'MwSt', rate: 19_000 }], reduced: [{ title: 'MwSt', rate: 7_000 }] },
  AT: { standard: [{ title: 'AT USt', rate: 20_000 }], reduced: [{ title: 'AT USt', rate: 10_000 }] },
  CH: { standard: [{ title: 'CH MWST', rate: 8_100 }], reduced: [{ title: 'CH MWST', rate: 2_600 }] },
  US: {
    standard: [{ title: 'Kentucky State Tax', rate: 6_000 }, { title: 'Jefferson County Tax', rate: 1_250 }],
    reduced: [{ title: 'Kentucky State Tax', rate: 6_000 }],
  },
  JP: { standard: [{ title: 'JP CT', rate: 10_000 }], reduced: [{ title: 'JP CT', rate: 8_000 }] },
};

/** The taxes of a destination; every fifth product bears the reduced rate, shipping (product 0) the standard one. */
export function taxesFor(country: WorldCompany['country'], product: number): TaxRate[] {
  return product > 0 && product % 5 === 0 ? rates[country].reduced : rates[country].standard;
}
