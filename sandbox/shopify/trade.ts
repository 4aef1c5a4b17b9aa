import { Random } from '../random';
import { makeWorld, type World, type WorldAddress, type WorldCompany } from '../world';
import { Ids } from './ids';
import type { Address } from './model';
import type { Currency } from './money';

/** A customer account: the contact of a company, or a consumer. */
export interface Person {
  id: string;
  firstName: string | null; lastName: string | null; email: string | null; phone: string | null;
  /** Index of the company this is the contact of. */
  company: number | null;
  currency: Currency;
  locale: string;
  taxExempt: boolean;
  note: string | null;
  tags: string[];
  /** The default address. */
  address: Address | null;
  createdAt: number; updatedAt: number;
}

export interface Trade { world: World; ids: Ids; people: Person[] }

/** Products of a world by their SKU in lower case. */
const catalogues = new WeakMap<World, Map<string, number[]>>();

export const countries: Record<WorldCompany['country'], { name: string; locale: string; currency: Currency }> = {
  DE: { name: 'Germany', locale: 'de', currency: 'EUR' }, AT: { name: 'Austria', locale: 'de', currency: 'EUR' },
  CH: { name: 'Switzerland', locale: 'de', currency: 'CHF' }, US: { name: 'United States', locale: 'en', currency: 'USD' },
  JP: { name: 'Japan', locale: 'ja', currency: 'JPY' },
};
/** Names of the provinces there are. */
export const provinces: Readonly<Record<string, string>> = { ZH: 'Zürich', KY: 'Kentucky', 'JP-27': 'Osaka' };

const consumers: [first: string, last: string, country: WorldCompany['country'], city: string, zip: string][] = [
  ['Zoë', 'Brontë', 'DE', 'Freiburg', '79098'], ['Jürgen', 'Groß', 'DE', 'Görlitz', '02826'],
  ['Ann-Kathrin', "O'Brien", 'DE', 'Mainz', '55116'],
  ['Leopold', 'Österreicher', 'AT', 'Wien', '1010'], ['Chiara', 'Rössli', 'CH', 'Zürich', '8004'],
  ['John', 'Smith', 'US', 'Louisville', '40202'],
  ['結衣', '佐藤', 'JP', '大阪市', '530-0001'], ['Łukasz', 'Żak', 'DE', 'Berlin', '10115'], ['Maria', 'd’Angelo', 'AT', 'Graz', '8010'],
];

/** When the sandbox's shop opened; accounts are older than every order. */
const opened = Date.UTC(2025, 0, 6, 8);

/** The shop's side of the sandbox's world: its accounts with their ids. The same for the same seed. */
export function makeTrade(seed = 1, ids = new Ids(), size: { products?: number; sites?: number; contracts?: number } = {}): Trade {
  const world = makeWorld(seed, size);
  const random = new Random(seed + 1);
  const contacts = world.companies.map((company): Person => person({
    id: ids.of('Customer', company.index), ...company.contact, company: company.index, country: company.country,
    address: addressOf(company, 0),
  }));
  const buyers = consumers.map(([firstName, lastName, country, city, zip], at): Person => person({
    id: ids.of('Customer', 100_000 + at), firstName, lastName, email: `consumer${String(at + 1)}@mail.example`,
    phone: random.chance(2) ? `+49 171 ${String(random.int(1_000_000, 9_999_999))}` : null,
    company: null, country,
    address: address(
      {
        street: `Ringstraße ${String(random.int(1, 200))}`, city, zip,
        province: country === 'US' ? 'KY' : country === 'CH' ? 'ZH' : country === 'JP' ? 'JP-27' : null, country,
      },
      { firstName, lastName, company: null, phone: null },
    ),
  }));
  return { world, ids, people: [...contacts, ...buyers] };
}

function person(
  of: Pick<Person,
  'id' | 'firstName' | 'lastName' | 'email' | 'phone' | 'company' | 'address'> & { country: WorldCompany['country'] },
): Person {
  const { country, ...rest } = of;
  const { locale, currency } = countries[country];
  return { ...rest, locale, currency, taxExempt: false, note: null, tags: rest.company === null ? [] : ['B2B'], createdAt: opened, updatedAt: opened };
}

/** The company of an index. Throws RangeError for one that does not exist. */
export function companyOf(world: World, index: number): WorldCompany {
  const company = world.companies[index - 1];
  if (!company) throw new RangeError(`The sandbox has no company ${String(index)}`);
  return company;
}

/** Indices (1 …) of the products with a SKU, without regard to case. */
export function productsWith(world: World, sku: string): readonly number[] {
  let catalogue = catalogues.get(world);
  if (!catalogue) {
    catalogues.set(world, catalogue = new Map<string, number[]>());
    for (const [at, product] of world.products.entries()) {
      const key = product.sku.toLowerCase();
      catalogue.set(key, [...catalogue.get(key) ?? [], at + 1]);
    }
  }
  return catalogue.get(sku.toLowerCase()) ?? [];
}

/** Index (1 …) of the product with exactly this SKU. */
export function productIndex(world: World, sku: string): number | undefined {
  return productsWith(world, sku).find((index) => world.products[index - 1]?.sku === sku);
}

/** A location's address as a mailing address in the name of the company's contact. */
export function addressOf(company: WorldCompany, location: number): Address {
  const at = company.locations[location] ?? company.locations[0];
  if (!at) throw new RangeError(`Company ${String(company.index)} has no location ${String(location)}`);
  const { firstName, lastName, phone } = company.contact;
  return address(at, { firstName, lastName, phone, company: company.name });
}

function address(
  at: Omit<WorldAddress, 'name' | 'number'>, of: { firstName: string | null; lastName: string | null; company: string | null; phone: string | null },
): Address {
  return {
    ...of, address1: at.street, address2: null, city: at.city, zip: at.zip, provinceCode: at.province,
    province: at.province === null ? null : provinces[at.province] ?? at.province, countryCode: at.country,
    country: countries[at.country].name,
  };
}
