import { bareNumber, bareTaxId, streetLine } from '../../documents/customer';
import { normaliseEmail, normalisePhone } from '../../documents/normalise';
import type { FieldChange, Native } from '../contract';
import { organisationName, standardAddress } from './customer-facts';
import { textDifference } from './difference';
import { filled, listOf, text } from './fields';
import { entityPath } from './odata/literals';
import type { SapOptions } from './options';
import { settled } from './partner-documents';

/** One write of API_BUSINESS_PARTNER: a PATCH, or a POST of something new, with the fields it changes. */
export interface PartnerStep {
  method: 'POST' | 'PATCH'; path: string; body: Native; changes: FieldChange[];
  /** Of a PATCH, the row it changes as it was read; of a POST, what has the new row under this name. */
  row: Native; list?: string;
}

/** A business partner as these steps of its plan leave it, told from what was read: SAP answers a PATCH with nothing. */
export function afterSteps(there: Native, plan: (copy: Native) => PartnerStep[]): Native {
  const copy = structuredClone(there);
  for (const { row, list, body } of plan(copy)) {
    // SAP makes the international form of a number itself.
    const written = 'PhoneNumber' in body ? { ...body, InternationalPhoneNumber: normalisePhone(text(body, 'PhoneNumber')) ?? '' } : body;
    if (list === undefined) Object.assign(row, written);
    else row[list] = [...listOf(row[list]), written];
  }
  return copy;
}

class Plan {
  readonly steps: PartnerStep[] = [];

  patch(set: string, keys: string | Record<string, string>, path: string, before: Native, body: Native): void {
    if (Object.keys(body).length === 0) return;
    const changes = Object.entries(body).map(([name, after]): FieldChange => {
      return { path: `${path}.${name}`, ...((before[name] ?? '') !== '' && { before: before[name] }), ...(after !== '' && { after }) };
    });
    this.steps.push({ method: 'PATCH', path: entityPath(set, keys), body, changes, row: before });
  }

  post(owner: string, navigation: string, row: Native, there: Native): void {
    const body = filled(row);
    this.steps.push({ method: 'POST', path: `${owner}/${navigation}`, body, changes: [{ path: navigation, after: body }], row: there, list: navigation });
  }
}

/**
 * The writes that bring a business partner, read with all that belongs to it, to what is wanted. Business partners have no
 * etag, so each write holds only what differs; addresses, numbers and fields that are not named stay.
 */
export function planPartner(there: Native, wanted: Native, options: SapOptions): PartnerStep[] {
  const plan = new Plan();
  planHead(plan, there, wanted);
  planAddresses(plan, there, wanted);
  planTaxes(plan, there, wanted);
  planSalesAreas(plan, there, wanted, options);
  return plan.steps;
}

const nameFields = ['OrganizationBPName1', 'OrganizationBPName2', 'OrganizationBPName3', 'OrganizationBPName4'];

/** A name counts as a whole, however it is spread over its fields. */
function planHead(plan: Plan, there: Native, wanted: Native): void {
  const isNamed = nameFields.some((field) => text(wanted, field) !== '');
  const sameName = !isNamed || organisationName(filled(wanted)) === organisationName(filled(there));
  plan.patch('A_BusinessPartner', text(there, 'BusinessPartner'), 'A_BusinessPartner', there, textDifference(there, wanted, [...settled, ...(sameName ? nameFields : [])]));
}

/** What a partner is reached by at an address. */
const reach = [
  { navigation: 'to_EmailAddress', set: 'A_AddressEmailAddress', field: 'EmailAddress', flag: 'IsDefaultEmailAddress', meaning: (row: Native) => normaliseEmail(text(row, 'EmailAddress')) },
  {
    navigation: 'to_PhoneNumber', set: 'A_AddressPhoneNumber', field: 'PhoneNumber', flag: 'IsDefaultPhoneNumber',
    meaning: (row: Native) => { const number = text(row, 'InternationalPhoneNumber') || text(row, 'PhoneNumber'); return normalisePhone(number) ?? number; },
  },
] as const;

function planAddresses(plan: Plan, there: Native, wanted: Native): void {
  const partner = text(there, 'BusinessPartner');
  for (const [at, [row, found]] of paired(listOf(wanted['to_BusinessPartnerAddress']), listOf(there['to_BusinessPartnerAddress'])).entries()) {
    // A location without an address says nothing of one.
    const isNamed = text(row, 'Country') !== '';
    if (!found) {
      const { AddressID: _, ...body } = row;
      if (isNamed) plan.post(entityPath('A_BusinessPartner', partner), 'to_BusinessPartnerAddress', body, there);
      continue;
    }
    const key = { BusinessPartner: partner, AddressID: text(found, 'AddressID') };
    const path = `to_BusinessPartnerAddress[${String(at)}]`;
    if (isNamed) plan.patch('A_BusinessPartnerAddress', key, path, found, addressDifference(found, row));
    for (const { navigation, set, field, flag, meaning } of reach) {
      const [value] = listOf(row[navigation]);
      const rows = listOf(found[navigation]);
      if (!value || rows.some((one) => meaning(one) === meaning(value))) continue;
      const main = rows.find((one) => one[flag] === true) ?? rows[0];
      if (!main) { plan.post(entityPath('A_BusinessPartnerAddress', key), navigation, value, found); continue; }
      const keys = { AddressID: key.AddressID, Person: text(main, 'Person'), OrdinalNumber: text(main, 'OrdinalNumber') };
      plan.patch(set, keys, `${path}.${navigation}[0]`, main, { [field]: value[field] });
    }
  }
}

/** Each wanted address with the one it is: by its number, or by ours, else the first is the standard address and others go by what they say. */
function paired(wanted: Native[], there: Native[]): [row: Native, found: Native | undefined][] {
  const left = new Set(there);
  const take = (found: Native | undefined): Native | undefined => { if (found) left.delete(found); return found; };
  const same = (name: string, row: Native) => (one: Native): boolean => text(row, name) !== '' && bareNumber(text(one, name)) === bareNumber(text(row, name));
  const known = wanted.map((row) => take([...left].find(same('AddressID', row)) ?? [...left].find(same('AddressIDByExternalSystem', row))));
  const standard = standardAddress(there);
  return wanted.map((row, at) => [row, known[at] ?? take(at === 0 && standard && left.has(standard) ? standard : [...left].find((one) => Object.keys(addressDifference(one, row)).length === 0))]);
}

/** Street and house number count as one line, and either further line as the other. */
function addressDifference(there: Native, wanted: Native): Native {
  const line = (row: Native): string => streetLine({ streetName: text(row, 'StreetName'), buildingNumber: text(row, 'HouseNumber'), countryCode: text(row, 'Country') });
  const further = text(there, 'StreetPrefixName') || text(there, 'StreetSuffixName');
  const sameFurther = further === text(wanted, 'StreetPrefixName');
  const change = textDifference(there, wanted, [
    'AddressID', 'AddressIDByExternalSystem', 'Language', ...(line(there) === line(wanted) ? ['StreetName', 'HouseNumber'] : []), ...(sameFurther ? ['StreetPrefixName'] : []),
  ]);
  return sameFurther || text(there, 'StreetSuffixName') === '' || text(there, 'StreetPrefixName') !== '' ? change : { ...change, StreetSuffixName: '' };
}

function planTaxes(plan: Plan, there: Native, wanted: Native): void {
  const partner = text(there, 'BusinessPartner');
  const number = (row: Native): string => bareTaxId(text(row, 'BPTaxLongNumber') || text(row, 'BPTaxNumber'));
  for (const row of listOf(wanted['to_BusinessPartnerTax'])) {
    const found = listOf(there['to_BusinessPartnerTax']).find((one) => one['BPTaxType'] === row['BPTaxType']);
    if (!found) plan.post(entityPath('A_BusinessPartner', partner), 'to_BusinessPartnerTax', row, there);
    else if (number(found) !== number(row)) {
      const body = textDifference(found, { BPTaxNumber: '', BPTaxLongNumber: '', ...row }, ['BPTaxType']);
      plan.patch('A_BusinessPartnerTaxNumber', { BusinessPartner: partner, BPTaxType: text(row, 'BPTaxType') }, 'to_BusinessPartnerTax', found, body);
    }
  }
}

const areaKeys = ['SalesOrganization', 'DistributionChannel', 'Division'] as const;

function planSalesAreas(plan: Plan, there: Native, wanted: Native, { paymentTerms, customerCurrency }: SapOptions): void {
  const number = text(there, 'Customer');
  const areasOf = (partner: Native): Native[] => listOf((partner['to_Customer'] as Native | undefined)?.['to_CustomerSalesArea']);
  const days = (area: Native): number | undefined => paymentTerms.get(text(area, 'CustomerPaymentTerms'));
  for (const area of areasOf(wanted)) {
    const found = areasOf(there).find((one) => areaKeys.every((name) => text(one, name) === text(area, name)));
    if (!found) { plan.post(entityPath('A_Customer', number), 'to_CustomerSalesArea', { Currency: customerCurrency, ...area }, there['to_Customer'] as Native); continue; }
    // Terms of other conditions but the same days: as far as a document knows, they are the same.
    const sameTerms = days(area) !== undefined && days(found) === days(area);
    const keys = { Customer: number, ...Object.fromEntries(areaKeys.map((name) => [name, text(area, name)])) };
    plan.patch('A_CustomerSalesArea', keys, 'to_CustomerSalesArea', found, textDifference(found, area, [...areaKeys, ...(sameTerms ? ['CustomerPaymentTerms'] : [])]));
  }
}
