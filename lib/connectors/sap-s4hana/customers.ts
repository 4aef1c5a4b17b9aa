import { normaliseEmail, normalisePhone } from '../../documents/normalise';
import { lazyMapping } from '../../mapping';
import type { EntityHandler } from '../by-entity';
import type { Canonical, ListOptions, Native, Page, PartyKeys, WriteResult } from '../contract';
import { dated, never, type Clock } from './clock';
import { withCustomerFacts } from './customer-facts';
import { text } from './fields';
import { listChanges, oneOf, type Changes } from './listing';
import sapToCustomer from './mapping/sap-to-customer.mapping.json';
import { equals } from './odata/literals';
import type { Session } from './session';

const service = 'API_BUSINESS_PARTNER';
const toCustomer = lazyMapping(sapToCustomer);
/** Enough to know that a match is ambiguous. */
const most = 5;
/** Rows looked through for an e-mail address whose first 20 characters many may share. */
const candidates = 200;
/** All that a canonical customer tells of. */
const whole = ['to_EmailAddress', 'to_PhoneNumber', 'to_AddressUsage'].map((part) => `to_BusinessPartnerAddress/${part}`)
  .concat('to_BusinessPartnerAddress', 'to_BusinessPartnerTax', 'to_Customer', 'to_Customer/to_CustomerSalesArea').join(',');

interface Address { streetName?: string; buildingNumber?: string; cityName?: string; postalZone?: string; countryCode?: string }

/** Customers: API_BUSINESS_PARTNER. */
export class Customers implements EntityHandler {
  readonly #clocks: { created: Clock; changed: Clock };

  constructor(private readonly session: Session) {
    const { timeZone } = session.options;
    this.#clocks = { created: dated('CreationDate', 'CreationTime', timeZone), changed: dated('LastChangeDate', 'LastChangeTime', timeZone) };
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
        service, set: 'A_BusinessPartner', key: 'BusinessPartner', clock: this.#clocks[clock], expand: whole, only: "Customer ne ''",
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

  /** By customer number, which need not be the business partner's. */
  async get(number: string): Promise<Native | undefined> {
    const { rows } = await this.session.query(service, 'A_BusinessPartner', { filter: equals('Customer', number), expand: whole, top: 1 });
    return rows[0];
  }

  toCanonical(partner: Native): Canonical {
    return toCustomer().map(withCustomerFacts(partner, this.session.options, this.#clocks), {}, `customer ${text(partner, 'Customer')}`);
  }

  /** By the time it was changed, or else created. */
  identify(partner: Native): { id: string; time: string } {
    return { id: text(partner, 'Customer'), time: this.#clocks.changed.of(partner) ?? this.#clocks.created.of(partner) ?? never };
  }

  /** By the first key that is given: number, tax id, e-mail, phone. E-mail and phone are compared normalised (C40). */
  async findParty({ number, taxId, email, phone }: PartyKeys): Promise<WriteResult[]> {
    if (number !== undefined) return this.#customers('Customer', [number]);
    if (taxId !== undefined) return this.#partners('A_BusinessPartnerTaxNumber', equals('BPTaxNumber', taxId.replace(/[\s.-]/g, '')));
    if (email !== undefined) {
      const wanted = normaliseEmail(email);
      if (wanted === undefined) return [];
      return this.#byAddress('A_AddressEmailAddress', equals('SearchEmailAddress', wanted.slice(0, 20).toUpperCase()), (row) => normaliseEmail(text(row, 'EmailAddress')) === wanted);
    }
    const wanted = phone === undefined ? undefined : normalisePhone(phone);
    if (wanted === undefined) return [];
    return this.#byAddress('A_AddressPhoneNumber', equals('InternationalPhoneNumber', wanted), (row) => normalisePhone(text(row, 'InternationalPhoneNumber')) === wanted);
  }

  /** By our own reference, see {@link fromCanonical}. */
  find(reference: string): Promise<WriteResult[]> { return this.#customers('BusinessPartnerIDByExtSystem', [reference]); }

  referenceOf(document: Native): { reference: string } { return { reference: text(document, 'BusinessPartnerIDByExtSystem') }; }

  /** The least a sold-to party needs: name, address, tax number, and the sales area of the settings. */
  fromCanonical(customer: Canonical): Native {
    const { options } = this.session;
    const { legalName, person, email, telephone, taxIds, locations, addresses } = customer as {
      legalName?: string; person?: { givenName?: string; familyName?: string }; email?: string; telephone?: string;
      taxIds?: { scheme: string; id: string; countryCode?: string }[]; locations?: { billingAddress?: Address; shippingAddress?: Address }[];
      addresses?: { address: Address }[];
    };
    const address = locations?.[0]?.billingAddress ?? locations?.[0]?.shippingAddress ?? addresses?.[0]?.address;
    const vat = taxIds?.find(({ scheme, countryCode }) => scheme === 'VAT' && countryCode !== undefined);
    return {
      BusinessPartnerCategory: legalName === undefined ? '1' : '2', BusinessPartnerGrouping: options.partnerGrouping, BusinessPartnerIDByExtSystem: ownReference(customer),
      ...(legalName === undefined ? { FirstName: person?.givenName ?? '', LastName: cut(person?.familyName ?? '') } : organisationName(legalName)),
      to_BusinessPartnerRole: [{ BusinessPartnerRole: 'FLCU01' }],
      to_BusinessPartnerAddress: [{
        ...(address?.streetName && { StreetName: address.streetName }), ...(address?.buildingNumber && { HouseNumber: address.buildingNumber }),
        ...(address?.cityName && { CityName: address.cityName }), ...(address?.postalZone && { PostalCode: address.postalZone }),
        ...(address?.countryCode && { Country: address.countryCode }), Language: options.language,
        ...(email && { to_EmailAddress: [{ EmailAddress: email }] }), ...(telephone && { to_PhoneNumber: [{ PhoneNumber: telephone }] }),
      }],
      ...(vat && { to_BusinessPartnerTax: [{ BPTaxType: `${vat.countryCode ?? ''}0`, BPTaxNumber: vat.id }] }),
      to_Customer: { to_CustomerSalesArea: [{ SalesOrganization: options.salesOrganization, DistributionChannel: options.distributionChannel, Division: options.division, Currency: options.customerCurrency }] },
    };
  }

  async create(document: Native): Promise<WriteResult> {
    const { row } = await this.session.post(service, 'A_BusinessPartner', document, `customer ${text(document, 'BusinessPartnerIDByExtSystem')}`);
    return this.#result(String(row['Customer'] || row['BusinessPartner']), 'created');
  }

  /** E-mail and phone belong to an address, and an address to a partner. */
  async #byAddress(set: string, filter: string, matches: (row: Native) => boolean): Promise<WriteResult[]> {
    const { rows } = await this.session.query(service, set, { filter, top: candidates });
    const addresses = [...new Set(rows.filter(matches).map((row) => text(row, 'AddressID')))];
    return addresses.length === 0 ? [] : this.#partners('A_BusinessPartnerAddress', oneOf('AddressID', addresses.slice(0, most)));
  }

  async #partners(set: string, filter: string): Promise<WriteResult[]> {
    const { rows } = await this.session.query(service, set, { filter, top: most * 4 });
    return this.#customers('BusinessPartner', [...new Set(rows.map((row) => text(row, 'BusinessPartner')))]);
  }

  /** Those of the partners that are customers. */
  async #customers(field: string, values: string[]): Promise<WriteResult[]> {
    if (values.length === 0) return [];
    const { rows } = await this.session.query(service, 'A_BusinessPartner', { filter: oneOf(field, values.slice(0, most)), select: 'BusinessPartner,Customer', top: most });
    return rows.map((row) => text(row, 'Customer')).filter((number) => number !== '').map((number) => this.#result(number, 'existing'));
  }

  #result(number: string, outcome: WriteResult['outcome']): WriteResult {
    return { entity: 'customer', outcome, externalId: { system: this.session.options.system, type: 'Customer', id: number, number } };
  }
}

/** Twenty characters that name the customer's origin: what a customer we created is found by again. */
function ownReference(customer: Canonical): string {
  const id = String((customer['externalIds'] as { id?: unknown }[] | undefined)?.[0]?.id ?? customer['id']);
  return id.slice(id.lastIndexOf('/') + 1).slice(-20);
}

function cut(text: string): string { return text.slice(0, 40); }

/** Long names go on in the second name field. */
function organisationName(name: string): Native {
  const rest = name.slice(40, 80).trim();
  return { OrganizationBPName1: cut(name), ...(rest && { OrganizationBPName2: rest }) };
}
