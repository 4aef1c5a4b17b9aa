import { randomUUID } from 'node:crypto';
import type { Transaction } from './odata/database';
import { framework, ODataError } from './odata/errors';
import type { Input } from './odata/input';
import { changedRow, day, fullRow, timeOfDay, type EntityType, type Row } from './odata/model';
import type { System, WriteRules, Written } from './system';

/** What API_BUSINESS_PARTNER does with writes. */
export function businessPartnerRules(system: System): WriteRules {
  /** Writes a row and, below it, what was sent with it; keys of the parent flow down. */
  const write = (to: Transaction, type: EntityType, input: Input, inherited: Row): Row => {
    const row = fullRow(type, { ...input.values, ...inherited });
    determine(system, type, row);
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
    const partner = to.get('A_BusinessPartner', String(row.BusinessPartner ?? row.Customer));
    const now = system.now();
    if (partner) to.put('A_BusinessPartner', changedRow(partner, { LastChangeDate: day(now), LastChangeTime: timeOfDay(now), LastChangedByUser: 'B2B_SYNC' }));
  };

  return {
    create(to, type, input, parent): Written {
      if (type.set === 'A_BusinessPartner') {
        checkPartner(input);
        // A business partner with customer data, or with a customer's role, becomes a customer of the same number.
        const isCustomer = input.children.has('to_Customer') || (input.children.get('to_BusinessPartnerRole') ?? []).some(({ values }) => String(values.BusinessPartnerRole).startsWith('FLCU'));
        const number = system.next('partner');
        const now = system.now();
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
      determine(system, type, changed);
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
function determine(system: System, type: EntityType, row: Row): void {
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
      if (row.OrdinalNumber === '') row.OrdinalNumber = '1';
      row.SearchEmailAddress = String(row.EmailAddress).slice(0, 20).toUpperCase();
      break;
    case 'A_AddressPhoneNumber':
      if (row.OrdinalNumber === '') row.OrdinalNumber = '1';
      row.InternationalPhoneNumber = String(row.PhoneNumber).replace(/[\s()/-]/g, '').replace(/^(?!\+)/, row.DestinationLocationCountry === 'DE' ? '+49' : '');
      break;
  }
}
