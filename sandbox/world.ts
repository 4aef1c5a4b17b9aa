import { Random } from './random';

/**
 * The trade both simulators know of: the shop sells these products to these companies, and the ERP has them as
 * materials and customers. Made from a seed, so an order of the sandbox shop finds its customer in the sandbox ERP.
 */
export interface World {
  seed: number; products: WorldProduct[]; companies: WorldCompany[]; sites: WorldSite[]; paymentTerms: readonly WorldCompany['terms'][]; priceLists: WorldPriceList[];
}

/** Where stock lies: a plant with its storage location in the ERP, a location in the shop. */
export interface WorldSite { plant: string; storageLocation: string; name: string; city: string; zip: string; country: 'DE' }

/** Prices besides the list prices: conditions in the ERP, a price list in the shop. */
export interface WorldPriceList {
  /** A price group, a price list type, or a customer number without zeros in front. */
  code: string;
  /** What the ERP finds them by. */
  appliesTo: 'customerPriceGroup' | 'priceListType' | 'customer';
  /** In the shop. */
  name: string;
  currency: WorldCompany['currency'];
}

export interface WorldProduct {
  /** Seller item number; the ERP's material number. */
  sku: string;
  gtin: string;
  name: string;
  /** List price in EUR, decimal string with two places. */
  price: string;
  /** UN/ECE unit code. */
  unit: 'C62' | 'XBX' | 'KGM' | 'MTR';
  weightGrams: number;
}

export interface WorldCompany {
  /** 1, 2, 3 …: simulators derive their own ids from it. */
  index: number;
  name: string;
  /** Customer number in the ERP, ten digits as SAP pads them. */
  customerNumber: string;
  vatId: string;
  country: 'DE' | 'AT' | 'CH' | 'US' | 'JP';
  currency: 'EUR' | 'CHF' | 'USD' | 'JPY';
  /** Payment term code in the ERP and its net days. */
  terms: { code: string; netDays: number };
  contact: { firstName: string; lastName: string; email: string; phone: string };
  locations: WorldAddress[];
}

export interface WorldAddress {
  /** The address's number in the ERP, which the shop keeps as the location's external id. */
  number: string;
  name: string; street: string; city: string; zip: string; province: string | null; country: WorldCompany['country'];
}

const sites: WorldSite[] = [
  { plant: '1010', storageLocation: '101A', name: 'Augsburg', city: 'Augsburg', zip: '86153', country: 'DE' },
  { plant: '1020', storageLocation: '102A', name: 'Dresden', city: 'Dresden', zip: '01067', country: 'DE' },
];
/** The code of the list prices, which are everybody's. */
export const listPrices = 'list';
const priceLists: WorldPriceList[] = [
  { code: 'P1', appliesTo: 'customerPriceGroup', name: 'Wholesale', currency: 'EUR' },
  { code: 'P2', appliesTo: 'customerPriceGroup', name: 'Dealers', currency: 'EUR' },
  { code: 'CH', appliesTo: 'priceListType', name: 'Switzerland', currency: 'CHF' },
  { code: 'US', appliesTo: 'priceListType', name: 'United States', currency: 'USD' },
  { code: 'JP', appliesTo: 'priceListType', name: 'Japan', currency: 'JPY' },
];
/** So many companies have a price list of their own in the shop, unless told otherwise. */
const contracts = 5;
const goods = ['Hex bolt', 'Lock nut', 'Washer', 'Ball bearing', 'Shaft seal', 'Gear wheel', 'V-belt', 'Pressure gauge',
  'Ball valve', 'Hose clamp', 'Cable gland', 'Terminal block', 'Contactor', 'Proximity sensor', 'Limit switch', 'Pump'];
const makes = ['A2', 'A4', 'zinc', 'brass', 'M6', 'M8', 'M10', 'DN15', 'DN20', '24 V', '230 V', 'IP67'];
const firms = ['Maschinenbau', 'Anlagentechnik', 'Werkzeuge', 'Industrial Supply', 'Robotics', 'Hydraulik', 'Metallbau'];
const names = ['Müller', 'Huber', 'Schneider', 'Gruber', 'Keller', 'Weber', 'Baumann', 'Carter', 'Sato', 'Novak', 'Zoë'];
const places: Record<WorldCompany['country'], [city: string, zip: string][]> = {
  DE: [['Augsburg', '86153'], ['Köln', '50667'], ['Dresden', '01067']], AT: [['Graz', '8010'], ['Linz', '4020']],
  CH: [['Zürich', '8001'], ['Basel', '4051']], US: [['Louisville', '40202'], ['Dayton', '45402']],
  JP: [['Osaka', '530-0001'], ['Nagoya', '450-0002']],
};
const currencies = { DE: 'EUR', AT: 'EUR', CH: 'CHF', US: 'USD', JP: 'JPY' } as const;
const provinces = { DE: null, AT: null, CH: 'ZH', US: 'KY', JP: 'JP-27' } as const;
const termsOf = [{ code: 'NT00', netDays: 0 }, { code: 'NT30', netDays: 30 }, { code: 'NT60', netDays: 60 }] as const;

/** Products of a world unless told otherwise. */
const usual = 120;

/** 120 products, 40 companies and two sites unless told otherwise; the same for the same seed, and as far as they go in worlds of another size. */
export function makeWorld(seed = 1, size: { products?: number; companies?: number; sites?: number; contracts?: number } = {}): World {
  const [ofProducts, ofCompanies] = [new Random(seed), new Random(seed)];
  const products = Array.from({ length: size.products ?? usual }, (_, i) => product(ofProducts, i + 1));
  for (let i = 0; i < usual; i++) product(ofCompanies, i + 1);
  const companies = Array.from({ length: size.companies ?? 40 }, (_, i) => company(ofCompanies, i + 1));
  return { seed, products, companies, sites: sitesOf(size.sites), paymentTerms: termsOf, priceLists: [...priceLists, ...companies.slice(0, size.contracts ?? contracts).map(contract)] };
}

function sitesOf(count = sites.length): WorldSite[] {
  return Array.from({ length: count }, (_, i) => sites[i] ?? { plant: String(1010 + i * 10), storageLocation: `${String(101 + i)}A`, name: `Site ${String(i + 1)}`, city: 'Augsburg', zip: '86153', country: 'DE' });
}

function product(random: Random, index: number): WorldProduct {
  const name = `${random.pick(goods)} ${random.pick(makes)}`;
  const body = `4012345${String(index).padStart(5, '0')}`;
  return {
    sku: `MAT-${String(index).padStart(5, '0')}`, gtin: body + gs1CheckDigit(body), name,
    price: (random.int(5, 250_000) / 100).toFixed(2), unit: random.pick(['C62', 'C62', 'C62', 'XBX', 'KGM', 'MTR'] as const),
    weightGrams: random.int(5, 20_000),
  };
}

function company(random: Random, index: number): WorldCompany {
  const country = random.pick(['DE', 'DE', 'DE', 'AT', 'CH', 'US', 'JP'] as const);
  const lastName = random.pick(names);
  const name = `${lastName} ${random.pick(firms)} ${String(index)}`;
  const address = (place: string, at: number): WorldAddress => {
    const [city, zip] = random.pick(places[country]);
    return { number: String(20_000 + index * 10 + at), name: `${name} ${place}`, street: `Industriestr. ${String(random.int(1, 99))}`, city, zip, province: provinces[country], country };
  };
  return {
    index, name, customerNumber: String(100_000 + index).padStart(10, '0'),
    vatId: `${country}${String(random.int(100_000_000, 999_999_999))}`, country, currency: currencies[country],
    terms: random.pick(termsOf),
    contact: { firstName: 'Petra', lastName, email: `purchasing${String(index)}@customer.example`, phone: `+49 89 ${String(random.int(100_000, 999_999))}` },
    locations: [address('HQ', 0), ...(random.chance(3) ? [address('Plant 2', 1)] : [])],
  };
}

function contract({ name, customerNumber, currency }: WorldCompany): WorldPriceList {
  return { code: customerNumber.replace(/^0+/, ''), appliesTo: 'customer', name: `Contract ${name}`, currency };
}

/** The price group of a company, by its index; some have none. */
export function priceGroupOf(index: number): string { return ['P1', 'P2', ''][index % 3] ?? ''; }

/** GS1 check digit of the digits before it. */
function gs1CheckDigit(digits: string): string {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) sum += Number(digits[digits.length - 1 - i]) * (i % 2 === 0 ? 3 : 1);
  return String((10 - (sum % 10)) % 10);
}
