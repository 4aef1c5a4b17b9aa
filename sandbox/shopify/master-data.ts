import { numericId, type Json } from './body';
import type { Product, Variant } from './catalogue';
import type { CompanyRecord } from './companies';
import type { Metafield } from './model';
import type { Actions } from './mutations';
import { News } from './news';
import { companyPayload } from './payload-parties';
import { productPayload } from './payload-product';
import type { Person } from './trade';

/** The shop's products, companies and people, and what is told of them. */
export abstract class MasterData extends News {
  setMetafields(fields: Parameters<Actions['setMetafields']>[0]): Metafield[] { return this.state.setMetafields(fields, this.now()); }

  putProduct(product: Product, variants: Variant[] = [], dropped: number[] = []): Product {
    const { catalogue } = this.state;
    const before = catalogue.product(product.index);
    const kept = { ...product, updatedAt: Math.max(this.now(), (before?.updatedAt ?? 0) + 1) };
    this.state.putProduct(kept, variants, dropped);
    this.say(before ? 'PRODUCTS_UPDATE' : 'PRODUCTS_CREATE', () => this.productPayload(kept));
    return kept;
  }

  keepProduct(product: Product): void { this.state.putProduct(product); }

  deleteProduct(product: Product): void {
    this.state.dropProduct(product);
    this.say('PRODUCTS_DELETE', () => ({ id: numericId(this.state.ids.of('Product', product.index)) }));
  }

  productPayload(product: Product): Json {
    const { catalogue, ids, stock } = this.state;
    return productPayload(product, catalogue.variantsOf(product), { ids, stock, timeZone: this.facts.timeZone });
  }

  /** Throws RangeError for a customer that does not exist. */
  changePerson(id: string, change: Partial<Omit<Person, 'id'>>): Person {
    const person = this.state.person(id);
    if (!person) throw new RangeError(`The sandbox has no customer ${id}`);
    const changed = { ...person, ...change, updatedAt: this.now() };
    this.writePerson(changed);
    return changed;
  }

  /** Throws RangeError for a company that does not exist. */
  changeCompany(index: number, change: Partial<Pick<CompanyRecord, 'name' | 'externalId' | 'note'>>): CompanyRecord {
    const company = this.state.companies.get(index);
    if (!company) throw new RangeError(`The sandbox has no company ${String(index)}`);
    const changed = { ...company, ...change, updatedAt: this.now() };
    this.writeCompany(changed);
    return changed;
  }

  writePerson(person: Person): void {
    const topic = this.state.person(person.id) ? 'CUSTOMERS_UPDATE' : 'CUSTOMERS_CREATE';
    this.state.putPerson(person);
    this.tellPerson(topic, person);
  }

  writeCompany(company: CompanyRecord, { locations = [], people = [] }: { locations?: string[]; people?: Person[] } = {}): void {
    const before = this.state.companies.get(company.index);
    const isNew = (person: Person): boolean => this.state.person(person.id) === undefined;
    const topics = people.map((person) => isNew(person) ? 'CUSTOMERS_CREATE' : 'CUSTOMERS_UPDATE');
    this.state.putCompany(company, people);
    if (!before || hasChanged(before, company)) {
      this.say(before ? 'COMPANIES_UPDATE' : 'COMPANIES_CREATE', () => companyPayload(company, this.state.ids, this.facts.timeZone));
    }
    for (const location of company.locations.filter(({ id }) => locations.includes(id))) {
      const old = before?.locations.some(({ id }) => id === location.id);
      this.tellLocation(old ? 'COMPANY_LOCATIONS_UPDATE' : 'COMPANY_LOCATIONS_CREATE', location, company);
    }
    people.forEach((person, at) => { this.tellPerson(topics[at] ?? '', person); });
  }
}

/** Is anything else about the company itself than its locations? */
function hasChanged(before: CompanyRecord, now: CompanyRecord): boolean {
  return (['name', 'externalId', 'note', 'main'] as const).some((name) => before[name] !== now[name]) || before.contacts.length !== now.contacts.length;
}
