import { normaliseEmail } from '../../documents/normalise';
import { ConflictError, DataError } from '../../errors';
import type { FieldChange, Native, WriteResult } from '../contract';
import { Recent } from '../recent';
import { contactBy, differences, locationInput, meets, planCompany, type Company, type PlanFacts, type Step } from './company-plan';
import { isCompanyWrite, type CompanyWrite, type PersonWrite, type TermsWrite } from './customer-documents';
import type { Customers } from './customers';
import { externalId, gidParts } from './gid';
import type { Graphql } from './graphql';
import { refusal, type UserError } from './graphql-errors';
import {
  accountsQuery, companyAssignMainContactMutation, companyCreateMutation, customerAddressCreateMutation, customerAddressUpdateMutation, customerCreateMutation,
  customerUpdateMutation, termsTemplatesQuery,
} from './queries';
import { quoted } from './records';

type Template = TermsWrite & { id: string };
type Payload = Record<string, Native | null> & { userErrors: UserError[] };
interface Person extends Native { id: string; defaultAddress: (Native & { id: string }) | null }

/** For so long the templates of payment terms are taken as the shop's, ms. */
const keptMs = 3_600_000;
/** Accounts looked for in one search. */
const accountsAtOnce = 50;

/** Writes companies and persons: only what differs from what is there, and nothing that a document does not name. */
export class CustomerWrites {
  readonly #templates = new Recent<Template[]>(1, keptMs);

  constructor(private readonly graphql: Graphql, private readonly system: string, private readonly customers: Customers) {}

  /** Creates a customer; one that has this number or e-mail address already is brought to what the document says instead. */
  async create(document: Native): Promise<WriteResult> {
    const wanted = document as CompanyWrite | PersonWrite;
    try {
      return await (isCompanyWrite(wanted) ? this.#createCompany(wanted) : this.#createPerson(wanted));
    } catch (reason) {
      if (!(reason instanceof ConflictError) || reason.code !== 'CONFLICT_TAKEN') throw reason;
      const { reference } = this.referenceOf(wanted) ?? {};
      const found = reference === undefined ? [] : await this.customers.findByReference(reference);
      const [only, another] = found.filter(({ externalId: { type } }) => type === (isCompanyWrite(wanted) ? 'Company' : 'Customer'));
      if (!only || another) throw reason;
      return { ...await this.update(only.externalId.id, wanted), outcome: 'existing' };
    }
  }

  async update(id: string, document: Native): Promise<WriteResult> {
    const wanted = document as CompanyWrite | PersonWrite;
    const record = nameOf(wanted, id);
    if (isCompanyWrite(wanted)) {
      const { there, facts, warnings } = await this.#company(id, wanted, record);
      return this.#bring(there, wanted, facts, warnings, record);
    }
    const there = await this.#person(id, record);
    const steps = planPerson(there, wanted);
    const { whole } = await this.#runAll(steps, record);
    const state = steps.length > 0 && { record: whole ?? await this.#person(id, record), before: there };
    return { ...this.#result(id, undefined, steps.length > 0 ? 'updated' : 'unchanged', wanted.warnings), ...(state && { state }) };
  }

  /** What an update would change. */
  async preview(document: Native, id: string | undefined): Promise<FieldChange[]> {
    const wanted = document as CompanyWrite | PersonWrite;
    if (id === undefined) return Object.entries(wanted).filter(([path]) => path !== 'warnings').map(([path, after]) => ({ path, after }));
    if (!isCompanyWrite(wanted)) return planPerson(await this.#person(id, nameOf(wanted, id)), wanted).flatMap(({ changes }) => changes);
    const { there, facts } = await this.#company(id, wanted, nameOf(wanted, id));
    const main = wanted.contacts.find(({ isMain }) => isMain);
    const changesMain = main !== undefined && contactBy(main.email, there)?.isMainContact !== true;
    return [...planCompany(there, wanted, facts).flatMap(({ changes }) => changes), ...(changesMain ? [{ path: 'mainContact', after: main.email }] : [])];
  }

  /** What a customer is found by again: a company's external id, a person's e-mail address, else the phone number. */
  referenceOf(document: Native): { reference: string } | undefined {
    const wanted = document as CompanyWrite | PersonWrite;
    const reference = isCompanyWrite(wanted) ? wanted.company.externalId : wanted.customer.email ?? wanted.customer.phone;
    return reference === undefined ? undefined : { reference };
  }

  async #createCompany(wanted: CompanyWrite): Promise<WriteResult> {
    const record = nameOf(wanted);
    const { facts, warnings } = await this.#facts(wanted, wanted.contacts.map(({ email }) => email));
    const main = wanted.contacts.find(({ isMain }) => isMain);
    const isKnown = main !== undefined && facts.accounts.has(normaliseEmail(main.email) ?? main.email);
    const [location] = wanted.locations;
    const { isMain: _, ...contact } = main ?? {};
    const input = {
      company: wanted.company, ...(location && { companyLocation: locationInput(location, location.billingAddress, facts) }),
      ...(main && !isKnown && { companyContact: contact }),
    };
    const { id } = await this.#run({ mutation: companyCreateMutation, root: 'companyCreate', made: 'company', variables: { input }, changes: [] }, record);
    if (wanted.locations.length > 1 || wanted.contacts.length > 1 || isKnown) {
      const there = await this.customers.get(String(id)) as Company | undefined;
      if (there) await this.#bring(there, wanted, facts, warnings, record);
    }
    return this.#result(String(id), wanted.company.externalId, 'created', warnings);
  }

  async #createPerson({ customer, address, warnings }: PersonWrite): Promise<WriteResult> {
    const input = { ...customer, ...(address && { addresses: [address] }) };
    const { id } = await this.#run({ mutation: customerCreateMutation, root: 'customerCreate', made: 'customer', variables: { input }, changes: [] }, 'a new customer');
    return this.#result(String(id), undefined, 'created', warnings);
  }

  async #bring(there: Company, wanted: CompanyWrite, facts: PlanFacts, warnings: string[], record: string): Promise<WriteResult> {
    const steps = planCompany(there, wanted, facts);
    const main = wanted.contacts.find(({ isMain }) => isMain);
    const contact = main && contactBy(main.email, there);
    const changesMain = main !== undefined && contact?.isMainContact !== true;
    if (steps.length === 0 && !changesMain) return this.#result(there.id, wanted.company.externalId ?? there.externalId ?? undefined, 'unchanged', warnings);
    const ran = await this.#runAll(steps, record, !changesMain);
    const companyContactId = main && (contact?.id ?? ran.made.get(normaliseEmail(main.email) ?? main.email));
    const assign = changesMain && companyContactId !== undefined
      ? await this.#runAll([{ mutation: companyAssignMainContactMutation, root: 'companyAssignMainContact', made: 'company', variables: { companyId: there.id, companyContactId }, changes: [] }], record) : ran;
    if (assign.whole) await this.customers.complete(assign.whole);
    const after = assign.whole ?? await this.customers.get(there.id);
    return { ...this.#result(there.id, wanted.company.externalId ?? there.externalId ?? undefined, 'updated', warnings), ...(after && { state: { record: after, before: there } }) };
  }

  async #company(id: string, wanted: CompanyWrite, record: string): Promise<{ there: Company; facts: PlanFacts; warnings: string[] }> {
    const type = gidParts(id)?.type;
    if (type === 'CompanyLocation') {
      throw new DataError('DATA_IS_LOCATION', `${record} is a location of a company in ${this.system}, no company of its own. Link the company, or take the external id from the location.`, { system: this.system, record });
    }
    if (type === 'Customer') throw this.#otherType(record, 'a person', 'a company');
    const there = await this.customers.get(id) as Company | undefined;
    if (!there) throw this.#missing(record);
    const { facts, warnings } = await this.#facts(wanted, wanted.contacts.map(({ email }) => email).filter((email) => !contactBy(email, there)));
    return { there, facts, warnings };
  }

  async #person(id: string, record: string): Promise<Person> {
    const type = gidParts(id)?.type;
    if (type === 'Company' || type === 'CompanyLocation') throw this.#otherType(record, 'a company', 'a person');
    const there = await this.customers.person(id) as Person | undefined;
    if (!there) throw this.#missing(record);
    return there;
  }

  /** What a plan needs to know of the shop, asked for only where the document needs it. */
  async #facts({ locations, warnings = [] }: CompanyWrite, emails: string[]): Promise<{ facts: PlanFacts; warnings: string[] }> {
    const told = [...warnings];
    const templates = locations.some(({ paymentTerms }) => paymentTerms) ? await this.#termsTemplates() : [];
    const template = (terms: TermsWrite): string | undefined => {
      const found = templates.find(({ paymentTermsType, dueInDays }) => paymentTermsType === terms.paymentTermsType && (terms.dueInDays === null || dueInDays === terms.dueInDays));
      if (!found) told.push(`paymentTerms: the shop has no template of ${String(terms.dueInDays ?? terms.paymentTermsType)} days, so its own stayed.`);
      return found?.id;
    };
    return { facts: { template, accounts: await this.#accounts(emails) }, warnings: told };
  }

  async #termsTemplates(): Promise<Template[]> {
    const kept = this.#templates.get('') ?? (await this.graphql.run<{ paymentTermsTemplates: Template[] }>(termsTemplatesQuery)).paymentTermsTemplates;
    this.#templates.set('', kept);
    return kept;
  }

  /** Accounts by their normalised e-mail address. */
  async #accounts(emails: string[]): Promise<Map<string, string>> {
    const wanted = [...new Set(emails.map((email) => normaliseEmail(email) ?? email))];
    const found = new Map<string, string>();
    for (let from = 0; from < wanted.length; from += accountsAtOnce) {
      const part = wanted.slice(from, from + accountsAtOnce);
      const { customers } = await this.graphql.run<{ customers: { nodes: { id: string; defaultEmailAddress: { emailAddress: string } | null }[] } }>(
        accountsQuery, { first: part.length, query: part.map((email) => `email:${quoted(email)}`).join(' OR ') });
      for (const { id, defaultEmailAddress } of customers.nodes) {
        const email = normaliseEmail(defaultEmailAddress?.emailAddress ?? '');
        if (email !== undefined && part.includes(email)) found.set(email, id);
      }
    }
    return found;
  }

  /** Runs mutations one after the other. Tells of the contacts that were made, and of the whole record afterwards if the last one's answer can. */
  async #runAll(steps: Step[], record: string, whole = true): Promise<{ made: Map<string, string>; whole?: Native }> {
    const made = new Map<string, string>();
    let last: Native = {};
    for (const [at, step] of steps.entries()) {
      last = await this.#run(step, record, whole && at === steps.length - 1);
      if (step.contact !== undefined) made.set(step.contact, String(last['id']));
    }
    const found = (last['company'] ?? last) as Native;
    return { made, ...('updatedAt' in found && { whole: found }) };
  }

  /** Runs a mutation. Returns what it made or changed; throws what it was refused for. */
  async #run({ mutation, root, made, variables }: Step, record: string, whole = false): Promise<Native> {
    const answer = (await this.graphql.run<Record<string, Payload>>(mutation, { ...variables, ...(whole && mutation.includes('$whole') && { whole }) }, { record }))[root];
    const refused = refusal(answer?.userErrors, { system: this.system }, record);
    if (refused?.code === 'DATA_REFUSED' && /already been taken/i.test(refused.message)) {
      // Mutations of customers tell no codes.
      throw new ConflictError('CONFLICT_TAKEN', refused.message, refused.cause);
    }
    if (refused) throw refused;
    return answer?.[made] ?? {};
  }

  #result(id: string, number: string | undefined, outcome: WriteResult['outcome'], warnings: string[] = []): WriteResult {
    return { entity: 'customer', outcome, externalId: externalId(this.system, id, number), ...(warnings.length > 0 && { warnings: [...new Set(warnings)] }) };
  }

  #missing(record: string): DataError {
    return new DataError('DATA_NOT_FOUND', `${this.system} has no ${record} any more. Remove the link, or the id from externalIds.`, { system: this.system, record });
  }

  #otherType(record: string, there: string, wanted: string): DataError {
    return new DataError('DATA_OTHER_CUSTOMER_TYPE', `${record} is ${there} in ${this.system}, the document tells of ${wanted}. Link the right one.`, { system: this.system, record });
  }
}

/** The mutations that bring a person to what is wanted. */
function planPerson(there: Person, { customer, address }: PersonWrite): Step[] {
  const steps: Step[] = [];
  const now = {
    ...there, email: (there['defaultEmailAddress'] as { emailAddress?: string } | null)?.emailAddress, phone: (there['defaultPhoneNumber'] as { phoneNumber?: string } | null)?.phoneNumber,
  };
  const { input, changes } = differences(now, customer, 'customer');
  if (changes.length > 0) steps.push({ mutation: customerUpdateMutation, root: 'customerUpdate', made: 'customer', variables: { input: { ...input, id: there.id } }, changes });
  const at = there.defaultAddress && { ...there.defaultAddress, countryCode: there.defaultAddress['countryCodeV2'] };
  if (address && !meets(at, address)) {
    const { changes: fields } = differences(at ?? {}, address, 'address');
    steps.push(at
      ? { mutation: customerAddressUpdateMutation, root: 'customerAddressUpdate', made: 'address', variables: { customerId: there.id, addressId: at.id, address }, changes: fields }
      : { mutation: customerAddressCreateMutation, root: 'customerAddressCreate', made: 'address', variables: { customerId: there.id, address }, changes: fields });
  }
  return steps;
}

/** By number or id, never by what is personal. */
function nameOf(document: CompanyWrite | PersonWrite, id?: string): string {
  const number = isCompanyWrite(document) ? document.company.externalId : undefined;
  return `customer ${number ?? (id === undefined ? '(new)' : gidParts(id)?.tail ?? id)}`;
}
