import type { Customer } from '../../lib/documents/types';

/** A company as an ERP tells of it, changed as told. */
export function erpCompany(number: string, change: Partial<Customer> = {}): Customer {
  const address = { streetName: 'Industriestr.', buildingNumber: '5', cityName: 'Augsburg', postalZone: '86153', countryCode: 'DE' };
  return {
    schemaVersion: '1.0', id: `erp:Customer:${number}`, externalIds: [{ system: 'erp', type: 'Customer', id: number, number }],
    version: { sourceUpdatedAt: '2026-11-21T10:00:00Z' }, customerType: 'company', status: 'active', customerNumber: number, legalName: `Neue Technik ${number} GmbH`,
    email: `einkauf${number}@customer.example`, telephone: '+49 821 5550100', language: 'de', taxIds: [{ scheme: 'VAT', id: 'DE811569869', countryCode: 'DE' }],
    paymentTerms: { type: 'net', netDays: 30, code: 'NT30' },
    locations: [
      { id: `L1-${number}`, name: 'Werk 1', externalIds: [{ system: 'erp', type: 'Address', id: `9${number}1` }], billingAddress: address },
      { id: `L2-${number}`, name: 'Werk 2', externalIds: [{ system: 'erp', type: 'Address', id: `9${number}2` }], shippingAddress: { ...address, streetName: 'Hafenstr.', buildingNumber: '12a' } },
    ],
    ...change,
  };
}

/** A person as an ERP tells of one, changed as told. */
export function erpPerson(number: string, change: Partial<Customer> = {}): Customer {
  return {
    schemaVersion: '1.0', id: `erp:Customer:${number}`, externalIds: [{ system: 'erp', type: 'Customer', id: number, number }],
    version: { sourceUpdatedAt: '2026-11-21T10:00:00Z' }, customerType: 'person', status: 'active', customerNumber: number, person: { givenName: 'Ada', familyName: 'Weber' },
    email: `ada${number}@mail.example`, language: 'de',
    addresses: [{ address: { streetName: 'Ring', buildingNumber: '7', cityName: 'Köln', postalZone: '50667', countryCode: 'DE' }, usage: ['billing', 'shipping'], isDefault: true }],
    ...change,
  };
}
