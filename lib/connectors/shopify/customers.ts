import { normaliseEmail, normalisePhone } from '../../documents/normalise';
import type { ListOptions, Native, Page, PartyKeys, WriteResult } from '../contract';
import { externalId, gidParts } from './gid';
import type { Graphql } from './graphql';
import { listPages } from './listing';
import {
  companiesQuery, companyContactsQuery, companyLocationsOfQuery, companyLocationsQuery, companyQuery, customerQuery, customersQuery, locationCompanyQuery,
} from './queries';
import { quoted, type NodePage } from './records';

interface Person { id: string; displayName: string; defaultEmailAddress: { emailAddress: string } | null; defaultPhoneNumber: { phoneNumber: string } | null }
interface Company { id: string; name: string; externalId: string | null }

const pageSizes = { companies: 10, customers: 100, parts: 50 };
const parts = { contacts: companyContactsQuery, locations: companyLocationsOfQuery } as const;

/** Customers of a shop: companies with their locations and contacts, and persons. */
export class Customers {
  constructor(private readonly graphql: Graphql, private readonly system: string) {}

  /** Companies first, then persons; each oldest change first. Cursors tell which of both they belong to. */
  async* list(options: ListOptions = {}): AsyncIterable<Page> {
    const [part, inner] = splitCursor(options.cursor);
    if (part === 'company') {
      for await (const { records, cursor } of listPages(this.graphql, companiesQuery, 'companies', pageSizes.companies, withCursor(options, inner))) {
        for (const company of records) await this.#complete(company);
        yield { records, cursor: cursor === undefined ? 'customer:' : `company:${cursor}` };
      }
    }
    const rest = part === 'customer' ? withCursor(options, inner) : withCursor(options, undefined);
    for await (const { records, cursor } of listPages(this.graphql, customersQuery, 'customers', pageSizes.customers, rest)) {
      yield { records, ...(cursor === undefined ? {} : { cursor: `customer:${cursor}` }) };
    }
  }

  /** A person, a company, or the company of a location. */
  async get(id: string): Promise<Native | undefined> {
    const type = gidParts(id)?.type;
    if (type === 'CompanyLocation') {
      const { companyLocation } = await this.graphql.run<{ companyLocation: { company: { id: string } } | null }>(locationCompanyQuery, { id });
      return companyLocation ? this.get(companyLocation.company.id) : undefined;
    }
    if (type !== 'Company') return (await this.graphql.run<{ customer: Native | null }>(customerQuery, { id })).customer ?? undefined;
    const { company } = await this.graphql.run<{ company: Native | null }>(companyQuery, { id });
    if (company) await this.#complete(company);
    return company ?? undefined;
  }

  /** Companies and locations that carry this external id, i.e. the ERP's customer number. */
  async findByReference(reference: string): Promise<WriteResult[]> {
    const query = `external_id:${quoted(reference)}`;
    const { companies } = await this.graphql.run<{ companies: { nodes: Company[] } }>(companiesQuery, { first: 5, after: null, query });
    const found = companies.nodes.filter((one) => one.externalId === reference);
    if (found.length > 0) return found.map((one) => this.#result(one.id, one.externalId ?? one.name));
    const { companyLocations } = await this.graphql.run<{ companyLocations: { nodes: Company[] } }>(companyLocationsQuery, { query });
    return companyLocations.nodes.filter((one) => one.externalId === reference).map((one) => this.#result(one.id, reference));
  }

  /** By number (external id), then e-mail, then phone, the last two however they are spelled; then a company's exact name. */
  async find({ number, email, phone, name }: PartyKeys): Promise<WriteResult[]> {
    const byNumber = number ? await this.findByReference(number) : [];
    if (byNumber.length > 0) return byNumber;
    const mail = email && normaliseEmail(email);
    const byEmail = mail ? await this.#persons(`email:${quoted(mail)}`, (one) => normaliseEmail(one.defaultEmailAddress?.emailAddress ?? '') === mail) : [];
    if (byEmail.length > 0) return byEmail;
    const e164 = phone && normalisePhone(phone);
    const byPhone = e164 ? await this.#persons(`phone:${quoted(e164)}`, (one) => normalisePhone(one.defaultPhoneNumber?.phoneNumber ?? '') === e164) : [];
    if (byPhone.length > 0 || !name) return byPhone;
    const { companies } = await this.graphql.run<{ companies: { nodes: Company[] } }>(companiesQuery, { first: 5, after: null, query: `name:${quoted(name)}` });
    return companies.nodes.filter((one) => one.name === name).map((one) => this.#result(one.id, one.externalId ?? one.name));
  }

  /** Reads the contacts and locations that did not fit into the page. */
  async #complete(company: Native): Promise<void> {
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

  async #persons(query: string, matches: (person: Person) => boolean): Promise<WriteResult[]> {
    const { customers } = await this.graphql.run<{ customers: { nodes: Person[] } }>(customersQuery, { first: 5, after: null, query });
    return customers.nodes.filter(matches).map((one) => this.#result(one.id, one.displayName));
  }

  #result(id: string, number: string): WriteResult {
    return { entity: 'customer', outcome: 'existing', externalId: externalId(this.system, id, number) };
  }
}

function splitCursor(cursor = 'company:'): ['company' | 'customer', string | undefined] {
  const at = cursor.indexOf(':');
  return [cursor.startsWith('customer:') ? 'customer' : 'company', cursor.slice(at + 1) || undefined];
}

function withCursor(options: ListOptions, cursor: string | undefined): ListOptions {
  const copy = { ...options };
  delete copy.cursor;
  return cursor === undefined ? copy : { ...copy, cursor };
}
