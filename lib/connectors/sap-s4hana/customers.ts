import { normaliseEmail, normalisePhone } from '../../documents/normalise';
import type { Canonical, Native, PartyKeys, WriteResult } from '../contract';
import { text } from './fields';
import { oneOf } from './listing';
import { entityPath, equals } from './odata/literals';
import type { Session } from './session';

const service = 'API_BUSINESS_PARTNER';
/** Enough to know that a match is ambiguous. */
const most = 5;

interface Address { streetName?: string; buildingNumber?: string; cityName?: string; postalZone?: string; countryCode?: string }

/** Customers: API_BUSINESS_PARTNER. */
export class Customers {
  constructor(private readonly session: Session) {}

  get(number: string): Promise<Native | undefined> {
    return this.session.read(service, entityPath('A_BusinessPartner', number), { expand: 'to_BusinessPartnerAddress,to_BusinessPartnerTax,to_Customer' }, `customer ${number}`);
  }

  /** By the first key that is given: number, tax id, e-mail, phone. E-mail and phone are compared normalised (C40). */
  async find({ number, taxId, email, phone }: PartyKeys): Promise<WriteResult[]> {
    if (number !== undefined) return this.#existing([number]);
    if (taxId !== undefined) return this.#partners('A_BusinessPartnerTaxNumber', equals('BPTaxNumber', taxId.replace(/[\s.-]/g, '')), () => true);
    if (email !== undefined) {
      const wanted = normaliseEmail(email);
      const filter = oneOf('EmailAddress', [...new Set([email, email.toLowerCase()])]);
      return wanted === undefined ? [] : this.#byAddress('A_AddressEmailAddress', filter, (row) => normaliseEmail(String(row['EmailAddress'])) === wanted);
    }
    const wanted = phone === undefined ? undefined : normalisePhone(phone);
    if (wanted === undefined) return [];
    return this.#byAddress('A_AddressPhoneNumber', equals('InternationalPhoneNumber', wanted), (row) => normalisePhone(String(row['InternationalPhoneNumber'])) === wanted);
  }

  /** By our own reference, see {@link fromCanonical}. */
  async findByReference(reference: string): Promise<WriteResult[]> {
    const { rows } = await this.session.query(service, 'A_BusinessPartner', { filter: equals('BusinessPartnerIDByExtSystem', reference), select: 'BusinessPartner,Customer', top: most });
    return this.#existing(rows.map((row) => String(row['Customer'] || row['BusinessPartner'])));
  }

  /** The least a sold-to party needs: name, address, tax number, and the sales area of the settings. */
  fromCanonical(customer: Canonical): Native {
    const { options } = this.session;
    const { legalName, person, email, telephone, taxIds, locations } = customer as {
      legalName?: string; person?: { givenName?: string; familyName?: string }; email?: string; telephone?: string;
      taxIds?: { scheme: string; id: string; countryCode?: string }[]; locations?: { billingAddress?: Address; shippingAddress?: Address }[];
    };
    const address = locations?.[0]?.billingAddress ?? locations?.[0]?.shippingAddress;
    const vat = taxIds?.find(({ scheme, countryCode }) => scheme === 'VAT' && countryCode !== undefined);
    return {
      BusinessPartnerCategory: legalName === undefined ? '1' : '2', BusinessPartnerGrouping: options.partnerGrouping, BusinessPartnerIDByExtSystem: referenceOf(customer),
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
    const { rows } = await this.session.query(service, set, { filter, top: most * 4 });
    const addresses = [...new Set(rows.filter(matches).map((row) => String(row['AddressID'])))];
    if (addresses.length === 0) return [];
    return this.#partners('A_BusinessPartnerAddress', oneOf('AddressID', addresses.slice(0, most)), () => true);
  }

  async #partners(set: string, filter: string, matches: (row: Native) => boolean): Promise<WriteResult[]> {
    const { rows } = await this.session.query(service, set, { filter, top: most * 4 });
    return this.#existing([...new Set(rows.filter(matches).map((row) => String(row['BusinessPartner'])))]);
  }

  /** Those of the partners that are customers. */
  async #existing(partners: string[]): Promise<WriteResult[]> {
    if (partners.length === 0) return [];
    const { rows } = await this.session.query(service, 'A_Customer', { filter: oneOf('Customer', partners.slice(0, most)), select: 'Customer' });
    return rows.map((row) => this.#result(String(row['Customer']), 'existing'));
  }

  #result(number: string, outcome: WriteResult['outcome']): WriteResult {
    return { entity: 'customer', outcome, externalId: { system: this.session.options.system, type: 'Customer', id: number, number } };
  }
}

/** Twenty characters that name the customer's origin: what a customer we created is found by again. */
function referenceOf(customer: Canonical): string {
  const id = String((customer['externalIds'] as { id?: unknown }[] | undefined)?.[0]?.id ?? customer['id']);
  return id.slice(id.lastIndexOf('/') + 1).slice(-20);
}

function cut(text: string): string { return text.slice(0, 40); }

/** Long names go on in the second name field. */
function organisationName(name: string): Native {
  const rest = name.slice(40, 80).trim();
  return { OrganizationBPName1: cut(name), ...(rest && { OrganizationBPName2: rest }) };
}
