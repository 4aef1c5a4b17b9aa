import { randomUUID } from 'node:crypto';
import type { Transaction } from './odata/database';
import { framework, ODataError } from './odata/errors';
import type { Input } from './odata/input';
import { changedRow, day, fullRow, timeOfDay, type EntityType, type Row } from './odata/model';
import { organisation } from './organisation';
import type { System, WriteRules, Written } from './system';

/** What API_BUSINESS_PARTNER does with writes. */
export function businessPartnerRules(system: System): WriteRules {
  /** Writes a row and, below it, what was sent with it; keys of the parent flow down. */
  const write = (to: Transaction, type: EntityType, input: Input, inherited: Row): Row => {
    const row = fullRow(type, { ...input.values, ...inherited });
    determine(system, to, type, row);
    check(to, type, row);
    to.put(type.set, row);
    for (const [name, children] of input.children) {
      const navigation = type.navigations.get(name);
      if (!navigation) continue;
      const keys = Object.fromEntries(navigation.on.map(([own, other]) => [other, row[own] ?? '']));
      for (const child of children) write(to, to.database.table(navigation.to).type, child, keys);
    }
    return row;
  };
  const touch = (to: Transaction, row: Row): void => {
    // E-mail and phone belong to an address, which belongs to a partner.
    const [address] = row.AddressID === undefined ? [] : to.database.table('A_BusinessPartnerAddress').by('AddressID', row.AddressID) ?? [];
    const partner = to.get('A_BusinessPartner', String(row.BusinessPartner ?? row.Customer ?? address?.BusinessPartner));
    const now = system.local();
    if (partner) to.put('A_BusinessPartner', changedRow(partner, { LastChangeDate: day(now), LastChangeTime: timeOfDay(now), LastChangedByUser: 'B2B_SYNC' }));
  };

  return {
    create(to, type, input, parent): Written {
      if (type.set === 'A_BusinessPartner') {
        checkPartner(input);
        // A business partner with customer data, or with a customer's role, becomes a customer of the same number.
        const isCustomer = input.children.has('to_Customer') || (input.children.get('to_BusinessPartnerRole') ?? []).some(({ values }) => String(values.BusinessPartnerRole).startsWith('FLCU'));
        const number = system.next('partner');
        const now = system.local();
        const row = write(to, type, input, {
          BusinessPartner: number, Customer: isCustomer ? number : '', BusinessPartnerUUID: randomUUID(),
          // The date of change stays empty until the first change.
          CreatedByUser: 'B2B_SYNC', CreationDate: day(now), CreationTime: timeOfDay(now),
        });
        if (isCustomer && !to.get('A_Customer', number)) write(to, to.database.table('A_Customer').type, { values: {}, children: new Map() }, { Customer: number });
        const customer = to.get('A_Customer', number);
        if (customer) to.put('A_Customer', changedRow(customer, {
          CustomerName: row.BusinessPartnerName ?? '', CustomerFullName: row.BusinessPartnerFullName ?? '', CreationDate: day(now), CreatedByUser: 'B2B_SYNC',
        }));
        return { row };
      }
      if (!type.creatable) throw framework.notAllowed('POST', type.set);
      const keys = parent ? Object.fromEntries(type.keys.filter(({ name }) => parent[name] !== undefined).map(({ name }) => [name, parent[name] ?? ''])) : {};
      const row = write(to, type, input, keys);
      touch(to, row);
      return { row };
    },
    update(to, type, row, values): Written {
      const changed = changedRow(row, values);
      determine(system, to, type, changed);
      check(to, type, changed, row);
      to.put(type.set, changed);
      touch(to, changed);
      return { row: changed };
    },
    remove(to, type, row): void {
      to.delete(type.set, row);
      touch(to, row);
    },
  };
}

function checkPartner({ values }: Input): void {
  const category = values.BusinessPartnerCategory;
  const fault = !['1', '2', '3'].includes(String(category)) ? { message: 'Enter a business partner category', target: 'BusinessPartnerCategory' }
    : category === '2' && !values.OrganizationBPName1 ? { message: 'Enter the name of the organization', target: 'OrganizationBPName1' }
    : category === '1' && !values.LastName ? { message: 'Enter the last name', target: 'LastName' }
    : values.BusinessPartner ? { message: 'Numbers of business partners are given by the system', target: 'BusinessPartner' } : undefined;
  if (fault) throw new ODataError(400, { code: 'R1/103', ...fault });
}

/** What the system fills in: address numbers, names in full, search forms. */
function determine(system: System, to: Transaction, type: EntityType, row: Row): void {
  const text = (...names: string[]): string => names.map((name) => row[name]).filter((value) => value !== '').join(' ');
  switch (type.set) {
    case 'A_BusinessPartner':
      row.BusinessPartnerName = row.BusinessPartnerFullName = text('OrganizationBPName1', 'OrganizationBPName2', 'FirstName', 'LastName').slice(0, 81);
      break;
    case 'A_BusinessPartnerAddress':
      if (row.AddressID === '') row.AddressID = system.next('address');
      row.AddressUUID ??= randomUUID();
      break;
    case 'A_AddressEmailAddress':
      if (row.OrdinalNumber === '') row.OrdinalNumber = nextOrdinal(to, type, row);
      row.SearchEmailAddress = String(row.EmailAddress).slice(0, 20).toUpperCase();
      break;
    case 'A_AddressPhoneNumber':
      if (row.OrdinalNumber === '') row.OrdinalNumber = nextOrdinal(to, type, row);
      row.InternationalPhoneNumber = String(row.PhoneNumber).replace(/[\s()/-]/g, '').replace(/^(?!\+)/, row.DestinationLocationCountry === 'DE' ? '+49' : '');
      break;
  }
}

/** Refuses what the system refuses of a row, new or changed. */
function check(to: Transaction, type: EntityType, row: Row, old?: Row): void {
  const refuse = (code: string, message: string, target: string): never => { throw new ODataError(400, { code, message, target }); };
  const changed = old && [...type.keys.map(({ name }) => name), ...fixed[type.set] ?? []].find((name) => row[name] !== old[name]);
  if (changed !== undefined) refuse('R1/227', `${changed} cannot be changed`, changed);
  switch (type.set) {
    case 'A_BusinessPartner':
      if (old && row.BusinessPartnerCategory !== '1' && !row.OrganizationBPName1) refuse('R1/103', 'Enter the name of the organization', 'OrganizationBPName1');
      if (old && row.BusinessPartnerCategory === '1' && !row.LastName) refuse('R1/103', 'Enter the last name', 'LastName');
      break;
    case 'A_CustomerSalesArea':
      if (row.CustomerPaymentTerms !== '' && !(organisation.paymentTerms as readonly unknown[]).includes(row.CustomerPaymentTerms)) {
        refuse('V1/378', `Terms of payment ${String(row.CustomerPaymentTerms)} are not defined`, 'CustomerPaymentTerms');
      }
      break;
    case 'A_AddressEmailAddress':
      if (!/^[^\s@]+@[^\s@]+$/.test(String(row.EmailAddress))) refuse('AM/862', 'The e-mail address is not valid', 'EmailAddress');
      break;
    case 'A_BusinessPartnerTaxNumber':
      if (!old && to.get(type.set, to.database.table(type.set).keyOf(row))) refuse('R1/611', `Tax number category ${String(row.BPTaxType)} exists already`, 'BPTaxType');
      break;
  }
}

/** What a partner is, it is from the first day on. */
const fixed: Partial<Record<string, readonly string[]>> = { A_BusinessPartner: ['BusinessPartnerCategory', 'BusinessPartnerGrouping'] };

/** The first number that is free at an address. */
function nextOrdinal(to: Transaction, type: EntityType, row: Row): string {
  let number = 1;
  while (to.get(type.set, to.database.table(type.set).keyOf(changedRow(row, { OrdinalNumber: String(number) })))) number++;
  return String(number);
}
