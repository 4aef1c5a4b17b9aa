import { bareNumber } from '../../documents/customer';
import { normaliseEmail, normalisePhone } from '../../documents/normalise';
import type { ListOptions, Native, Page, PartyKeys, WriteResult } from '../contract';
import { externalId, gidParts } from './gid';
import type { Graphql } from './graphql';
import { exact, listPages, type Count } from './listing';
import {
  companiesQuery, companyContactsQuery, companyLocationsOfQuery, companyLocationsQuery, companyQuery, customerQuery, customersCountQuery, customersQuery, locationCompanyQuery,
} from './queries';
import { quoted, type NodePage } from './records';

interface Person {
  id: string; displayName: string; defaultEmailAddress: { emailAddress: string } | null; defaultPhoneNumber: { phoneNumber: string } | null;
  companyContactProfiles: { company: Company }[];
}
interface Company { id: string; name: string; externalId: string | null }

const pageSizes = { companies: 10, customers: 100, parts: 50 };
const parts = { contacts: companyContactsQuery, locations: companyLocationsOfQuery } as const;

/** Customers of a shop: companies with their locations and contacts, and persons. */
export class Customers {
  constructor(private readonly graphql: Graphql, private readonly system: string) {}

  /**
   * Companies first, then persons; each oldest change first. Cursors tell which of both they belong to. Contacts of a company
   * are part of it and not persons of their own.
   */
  async* list(options: ListOptions = {}): AsyncIterable<Page> {
    const [part, inner] = splitCursor(options.cursor);
    if (part === 'company') {
      for await (const { records, cursor } of listPages(this.graphql, companiesQuery, 'companies', pageSizes.companies, withCursor(options, inner))) {
        for (const company of records) await this.complete(company);
        yield { records, cursor: cursor === undefined ? 'customer:' : `company:${cursor}` };
      }
    }
    const rest = part === 'customer' ? withCursor(options, inner) : withCursor(options, undefined);
    for await (const { records, cursor } of listPages(this.graphql, customersQuery, 'customers', pageSizes.customers, rest)) {
      yield { records: records.filter((person) => companiesOf(person).length === 0), ...(cursor === undefined ? {} : { cursor: `customer:${cursor}` }) };
    }
  }

  /** Contacts of companies count among the persons; of companies the shop does not say how many changed. */
  async count({ updatedSince }: Pick<ListOptions, 'updatedSince'> = {}): Promise<number | undefined> {
    if (updatedSince !== undefined) return undefined;
    const answer = await this.graphql.run<{ customersCount: Count | null; companiesCount: Count | null }>(customersCountQuery);
    const [persons, companies] = [exact(answer.customersCount), exact(answer.companiesCount)];
    return persons === undefined || companies === undefined ? undefined : persons + companies;
  }

  /** A person, a company, or the company of a location or of a contact. */
  async get(id: string): Promise<Native | undefined> {
    const type = gidParts(id)?.type;
    if (type === 'CompanyLocation') {
      const { companyLocation } = await this.graphql.run<{ companyLocation: { company: { id: string } } | null }>(locationCompanyQuery, { id });
      return companyLocation ? this.get(companyLocation.company.id) : undefined;
    }
    if (type !== 'Company') {
      const person = await this.person(id);
      const [company] = person ? companiesOf(person) : [];
      return company ? this.get(company.id) : person;
    }
    const { company } = await this.graphql.run<{ company: Native | null }>(companyQuery, { id });
    if (company) await this.complete(company);
    return company ?? undefined;
  }

  /** A person, contact of a company or not. */
  async person(id: string): Promise<Native | undefined> {
    return (await this.graphql.run<{ customer: Native | null }>(customerQuery, { id })).customer ?? undefined;
  }

  /**
   * Companies, else locations, that carry this external id, i.e. the ERP's customer number, with or without zeros in front;
   * of an e-mail address or a phone number: persons.
   */
  async findByReference(reference: string): Promise<WriteResult[]> {
    const person = personQuery(reference);
    if (person) return this.find(person);
    const spellings = new Set([reference, bareNumber(reference), bareNumber(reference).padStart(10, '0')]);
    const same = (id: string | null): boolean => id !== null && (/^\d+$/.test(reference) ? bareNumber(id) === bareNumber(reference) : id === reference);
    const query = [...spellings].filter((one) => one === reference || /^\d+$/.test(reference)).map((one) => `external_id:${quoted(one)}`).join(' OR ');
    const { companies } = await this.graphql.run<{ companies: { nodes: Company[] } }>(companiesQuery, { first: 5, after: null, query });
    const found = companies.nodes.filter((one) => same(one.externalId));
    if (found.length > 0) return found.map((one) => this.#result(one.id, one.externalId ?? one.name));
    const { companyLocations } = await this.graphql.run<{ companyLocations: { nodes: Company[] } }>(companyLocationsQuery, { query });
    return companyLocations.nodes.filter((one) => same(one.externalId)).map((one) => this.#result(one.id, one.externalId ?? reference));
  }

  /**
   * By number (external id), then e-mail, then phone, the last two however they are spelled; then a company's exact name. A
   * company is looked for by its contacts' addresses and numbers. The shop cannot be searched by tax id.
   */
  async find({ number, email, phone, name, customerType }: PartyKeys): Promise<WriteResult[]> {
    const byNumber = number ? await this.findByReference(number) : [];
    if (byNumber.length > 0) return byNumber;
    const mail = email && normaliseEmail(email);
    const byEmail = mail ? await this.#persons(`email:${quoted(mail)}`, (one) => normaliseEmail(one.defaultEmailAddress?.emailAddress ?? '') === mail, customerType) : [];
    if (byEmail.length > 0) return byEmail;
    const e164 = phone && normalisePhone(phone);
    const byPhone = e164 ? await this.#persons(`phone:${quoted(e164)}`, (one) => normalisePhone(one.defaultPhoneNumber?.phoneNumber ?? '') === e164, customerType) : [];
    if (byPhone.length > 0 || !name) return byPhone;
    const { companies } = await this.graphql.run<{ companies: { nodes: Company[] } }>(companiesQuery, { first: 5, after: null, query: `name:${quoted(name)}` });
    return companies.nodes.filter((one) => one.name === name).map((one) => this.#result(one.id, one.externalId ?? one.name));
  }

  /** Reads the contacts and locations that did not fit into the page. */
  async complete(company: Native): Promise<void> {
    for (const part of ['contacts', 'locations'] as const) {
      const page = company[part] as NodePage;
      while (page.pageInfo.hasNextPage) {
        const { company: more } = await this.graphql.run<{ company: Record<typeof part, NodePage> | null }>(
          parts[part], { id: company['id'], first: pageSizes.parts, after: page.pageInfo.endCursor });
        if (!more) return;
        page.nodes.push(...more[part].nodes);
        page.pageInfo = more[part].pageInfo;
      }
    }
  }

  async #persons(query: string, matches: (person: Person) => boolean, customerType?: PartyKeys['customerType']): Promise<WriteResult[]> {
    const { customers } = await this.graphql.run<{ customers: { nodes: Person[] } }>(customersQuery, { first: 5, after: null, query });
    const found = customers.nodes.filter(matches);
    if (customerType !== 'company') return found.map((one) => this.#result(one.id, one.displayName));
    const companies = new Map(found.flatMap((one) => one.companyContactProfiles).map(({ company }) => [company.id, company]));
    return [...companies.values()].map((one) => this.#result(one.id, one.externalId ?? one.name));
  }

  #result(id: string, number: string): WriteResult {
    return { entity: 'customer', outcome: 'existing', externalId: externalId(this.system, id, number) };
  }
}

/** The companies a person is a contact of. */
function companiesOf(person: Native): Company[] { return (person as unknown as Person).companyContactProfiles.map(({ company }) => company); }

function splitCursor(cursor = 'company:'): ['company' | 'customer', string | undefined] {
  const at = cursor.indexOf(':');
  return [cursor.startsWith('customer:') ? 'customer' : 'company', cursor.slice(at + 1) || undefined];
}

function withCursor(options: ListOptions, cursor: string | undefined): ListOptions {
  const copy = { ...options };
  delete copy.cursor;
  return cursor === undefined ? copy : { ...copy, cursor };
}

/** A customer's e-mail address or phone number, as a search takes it; undefined for any other reference. */
function personQuery(reference: string): { email: string } | { phone: string } | undefined {
  const email = normaliseEmail(reference);
  if (email !== undefined) return { email };
  const phone = reference.startsWith('+') ? normalisePhone(reference) : undefined;
  return phone === undefined ? undefined : { phone };
}
