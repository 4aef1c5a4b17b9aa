import { bareTaxId } from '../../documents/customer';
import { normaliseEmail, normalisePhone } from '../../documents/normalise';
import { DataError } from '../../errors';
import { lazyMapping } from '../../mapping';
import type { EntityHandler } from '../by-entity';
import type { Canonical, FieldChange, ListOptions, Native, Page, PartyKeys, WriteResult } from '../contract';
import { dated, never, type Clock } from './clock';
import { withCustomerFacts, withLocations } from './customer-facts';
import { text } from './fields';
import { listChanges, oneOf, type Changes } from './listing';
import sapToCustomer from './mapping/sap-to-customer.mapping.json';
import { equals } from './odata/literals';
import { afterSteps, planPartner, type PartnerStep } from './partner-change';
import { asInsert, partnerOf } from './partner-documents';
import { ReadBack } from './read-back';
import type { Session } from './session';

const service = 'API_BUSINESS_PARTNER';
const toCustomer = lazyMapping(sapToCustomer);
/** Enough to know that a match is ambiguous. */
const most = 5;
/** Rows looked through for an e-mail address whose first 20 characters many may share. */
const candidates = 200;
const customersOnly = "Customer ne ''";
/** All that a canonical customer tells of. */
const whole = ['to_EmailAddress', 'to_PhoneNumber', 'to_AddressUsage'].map((part) => `to_BusinessPartnerAddress/${part}`)
  .concat('to_BusinessPartnerAddress', 'to_BusinessPartnerTax', 'to_Customer', 'to_Customer/to_CustomerSalesArea').join(',');

/** Customers: API_BUSINESS_PARTNER. */
export class Customers implements EntityHandler {
  readonly #clocks: { created: Clock; changed: Clock };
  readonly #readBack: ReadBack;

  constructor(private readonly session: Session, now: () => number) {
    const { timeZone, readBack, system } = session.options;
    this.#readBack = new ReadBack(readBack, system);
    this.#clocks = { created: dated('CreationDate', 'CreationTime', timeZone, now), changed: dated('LastChangeDate', 'LastChangeTime', timeZone, now) };
  }

  /**
   * Customers as they were created and never changed since, then as they were changed; each oldest first. SAP keeps no
   * date of change until the first one. A customer that is changed while we read moves on to the second part, so none is lost.
   */
  async* list(options: ListOptions = {}): AsyncIterable<Page> {
    const [part = 'created', ...rest] = options.cursor?.split('|') ?? [];
    for (const clock of ['created', 'changed'] as const) {
      if (clock === 'created' && part === 'changed') continue;
      const changes: Changes = {
        service, set: 'A_BusinessPartner', key: 'BusinessPartner', clock: this.#clocks[clock], expand: whole, only: customersOnly,
        ...(clock === 'created' && { keep: (row) => this.#clocks.changed.of(row) === undefined }),
      };
      const { cursor: _, ...others } = options;
      const inner = part === clock ? rest.join('|') : '';
      for await (const { records, cursor } of listChanges(this.session, changes, { ...others, ...(inner && { cursor: inner }) })) {
        const next = cursor === undefined ? (clock === 'created' ? 'changed|' : undefined) : `${clock}|${cursor}`;
        yield { records, ...(next !== undefined && { cursor: next }) };
      }
    }
  }

  /** Whoever was created since a time and changed later was changed since it, too. */
  count({ updatedSince }: ListOptions = {}): Promise<number> {
    const { created, changed } = this.#clocks;
    return this.session.count(service, 'A_BusinessPartner', [customersOnly, ...(updatedSince === undefined ? [] : [`(${created.from(updatedSince)} or ${changed.from(updatedSince)})`])].join(' and '));
  }

  /** By customer number, which need not be the business partner's. */
  async get(number: string): Promise<Native | undefined> {
    const [found] = await this.session.lookUp(service, 'A_BusinessPartner', { filter: equals('Customer', number), expand: whole, top: 1 });
    return found;
  }

  /** By the business partner's number; undefined for one that is no customer. */
  async ofPartner(number: string): Promise<Native | undefined> {
    const { rows } = await this.session.query(service, 'A_BusinessPartner', { filter: `${equals('BusinessPartner', number)} and ${customersOnly}`, expand: whole, top: 1 });
    return rows[0];
  }

  toCanonical(partner: Native): Canonical {
    const { options } = this.session;
    return withLocations(toCustomer().map(withCustomerFacts(partner, options, this.#clocks.changed), {}, `customer ${text(partner, 'Customer')}`), partner, options.system);
  }

  /** By the time it was changed, or else created. */
  identify(partner: Native): { id: string; time: string } {
    return { id: text(partner, 'Customer'), time: this.#clocks.changed.of(partner) ?? this.#clocks.created.of(partner) ?? never };
  }

  /** By the first key that is given: number, tax id, e-mail, phone. E-mail and phone are compared normalised (C40). */
  async findParty({ number, taxId, email, phone, customerType }: PartyKeys): Promise<WriteResult[]> {
    if (number !== undefined) return this.#customers('Customer', [number], customerType);
    if (taxId !== undefined) return this.#partners('A_BusinessPartnerTaxNumber', equals('BPTaxNumber', bareTaxId(taxId)), customerType);
    if (email !== undefined) {
      const wanted = normaliseEmail(email);
      if (wanted === undefined) return [];
      return this.#byAddress('A_AddressEmailAddress', equals('SearchEmailAddress', wanted.slice(0, 20).toUpperCase()), (row) => normaliseEmail(text(row, 'EmailAddress')) === wanted, customerType);
    }
    const wanted = phone === undefined ? undefined : normalisePhone(phone);
    if (wanted === undefined) return [];
    return this.#byAddress('A_AddressPhoneNumber', equals('InternationalPhoneNumber', wanted), (row) => normalisePhone(text(row, 'InternationalPhoneNumber')) === wanted, customerType);
  }

  /** By our own reference, see {@link fromCanonical}. */
  find(reference: string): Promise<WriteResult[]> { return this.#customers('BusinessPartnerIDByExtSystem', [reference]); }

  referenceOf(document: Native): { reference: string } { return { reference: text(document, 'BusinessPartnerIDByExtSystem') }; }

  fromCanonical(customer: Canonical): Native { return partnerOf(customer, this.session.options); }

  async create(document: Native): Promise<WriteResult> {
    const { options } = this.session;
    const reference = text(document, 'BusinessPartnerIDByExtSystem');
    const landed = async (): Promise<Native | undefined> => (await this.session.lookUp(service, 'A_BusinessPartner', { filter: equals('BusinessPartnerIDByExtSystem', reference), top: 1 }))[0];
    const { row } = await this.session.post(service, 'A_BusinessPartner', asInsert(document, options), `customer ${reference}`, reference === '' ? undefined : landed);
    return { ...this.#result(String(row['Customer'] || row['BusinessPartner']), 'created', document), state: { record: row } };
  }

  /** Reads before it writes, for business partners have no etag, and writes only what differs. */
  async update(number: string, document: Native): Promise<WriteResult> {
    const record = `customer ${number}`;
    const { there, steps } = await this.#plan(number, document, record);
    if (steps.length === 0) return this.#result(number, 'unchanged', document);
    for (const { method, path, body } of steps) {
      if (method === 'POST') await this.session.post(service, path, body, record);
      else await this.session.patch(service, path, body, undefined, record);
    }
    const written = patched(steps);
    const confirmation = written.length > 0 && await this.#readBack.check(record, written, async () => patched((await this.#plan(number, document, record)).steps));
    return { ...this.#result(number, 'updated', document), state: { record: afterSteps(there, (copy) => planPartner(copy, document, this.session.options)), before: there }, ...(confirmation && { confirmation }) };
  }

  /** What an update would change. */
  async preview(document: Native, number?: string): Promise<FieldChange[]> {
    if (number === undefined) return [{ path: 'A_BusinessPartner', after: asInsert(document, this.session.options) }];
    return (await this.#plan(number, document, `customer ${number}`)).steps.flatMap(({ changes }) => changes);
  }

  async #plan(number: string, document: Native, record: string): Promise<{ there: Native; steps: PartnerStep[] }> {
    const { options } = this.session;
    const { system } = options;
    const there = await this.get(number);
    if (!there) throw new DataError('DATA_NOT_FOUND', `${system} has no ${record} any more. Remove the link, or the number from externalIds.`, { system, record });
    const category = text(document, 'BusinessPartnerCategory');
    if (category !== '' && (category === '1') !== (text(there, 'BusinessPartnerCategory') === '1')) {
      const kinds = category === '1' ? ['an organisation', 'a person'] : ['a person', 'an organisation'];
      throw new DataError('DATA_OTHER_CUSTOMER_TYPE', `${record} is ${kinds[0] ?? ''} in ${system}, the document tells of ${kinds[1] ?? ''}. Link the right one.`, { system, record });
    }
    return { there, steps: planPartner(there, document, options) };
  }

  /** E-mail and phone belong to an address, and an address to a partner. */
  async #byAddress(set: string, filter: string, matches: (row: Native) => boolean, customerType?: PartyKeys['customerType']): Promise<WriteResult[]> {
    const rows = await this.session.lookUp(service, set, { filter, top: candidates });
    const addresses = [...new Set(rows.filter(matches).map((row) => text(row, 'AddressID')))];
    return addresses.length === 0 ? [] : this.#partners('A_BusinessPartnerAddress', oneOf('AddressID', addresses.slice(0, most)), customerType);
  }

  async #partners(set: string, filter: string, customerType?: PartyKeys['customerType']): Promise<WriteResult[]> {
    const rows = await this.session.lookUp(service, set, { filter, top: most * 4 });
    return this.#customers('BusinessPartner', [...new Set(rows.map((row) => text(row, 'BusinessPartner')))], customerType);
  }

  /** Those of the partners that are customers. */
  async #customers(field: string, values: string[], customerType?: PartyKeys['customerType']): Promise<WriteResult[]> {
    if (values.length === 0) return [];
    const select = 'BusinessPartner,Customer,BusinessPartnerCategory';
    const rows = await this.session.lookUp(service, 'A_BusinessPartner', { filter: oneOf(field, values.slice(0, most)), select, top: most });
    return rows.filter((row) => customerType === undefined || (text(row, 'BusinessPartnerCategory') === '1') === (customerType === 'person'))
      .map((row) => text(row, 'Customer')).filter((number) => number !== '').map((number) => this.#result(number, 'existing'));
  }

  #result(number: string, outcome: WriteResult['outcome'], { warnings }: Native = {}): WriteResult {
    return { entity: 'customer', outcome, externalId: { system: this.session.options.system, type: 'Customer', id: number, number }, ...(Array.isArray(warnings) && { warnings: warnings as string[] }) };
  }
}

/** Changes of steps that SAP answers without a body, by the entity that was written: an address need not stay at its place in the list. */
function patched(steps: readonly PartnerStep[]): FieldChange[] {
  return steps.flatMap((step) => step.method === 'POST' ? [] : step.changes.map((change) => ({ ...change, path: `${step.path}${change.path.slice(change.path.lastIndexOf('.'))}` })));
}
