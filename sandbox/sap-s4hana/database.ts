import { Journal } from '../journal';
import type { World } from '../world';
import { billingEntities } from './model/billing';
import { businessPartnerEntities } from './model/business-partner';
import { journalEntryEntities } from './model/journal-entry';
import { materialStockEntities } from './model/material-stock';
import { outboundDeliveryEntities } from './model/outbound-delivery';
import { priceConditionEntities } from './model/price-condition';
import { productEntities } from './model/product';
import { salesOrderEntities } from './model/sales-order';
import { Database } from './odata/database';
import type { System } from './system';
import { writeWorld } from './world-data';

/** All that is kept, as it was left or, the first time, as the world has it. What an older version did not have yet is added from the world. */
export function openDatabase(world: World, journal: Journal, onNotice?: (text: string) => void): Database {
  const database = emptyDatabase(journal);
  if (database.restore() === 0) writeWorld(world, database);
  else {
    const missing = missingSets(world, database);
    if (missing.length > 0) onNotice?.(`The SAP sandbox was started by an older version: ${missing.join(', ')} is added to what it kept.`);
  }
  return database;
}

/** Fills entity sets that are empty, where the world has anything for them. Returns which. */
function missingSets(world: World, database: Database): string[] {
  const sets = database.types.map(({ set }) => set).filter((set) => database.table(set).rows.size === 0);
  if (sets.length === 0) return [];
  const fresh = emptyDatabase(new Journal(undefined, ''));
  writeWorld(world, fresh);
  const missing = sets.filter((set) => fresh.table(set).rows.size > 0);
  const to = database.begin();
  for (const set of missing) for (const row of fresh.table(set).rows.values()) to.put(set, row);
  to.commit();
  return missing;
}

function emptyDatabase(journal: Journal): Database {
  return new Database([...salesOrderEntities, ...businessPartnerEntities, ...productEntities, ...materialStockEntities, ...priceConditionEntities,
    ...outboundDeliveryEntities, ...billingEntities, ...journalEntryEntities], {
    A_OutbDeliveryItem: ['ReferenceSDDocument|ReferenceSDDocumentItem'],
    A_SalesOrder: ['PurchaseOrderByCustomer', 'SoldToParty'], A_SalesOrderItem: ['Material'], A_BusinessPartner: ['Customer', 'BusinessPartnerIDByExtSystem'], A_BusinessPartnerTaxNumber: ['BPTaxNumber'],
    A_BusinessPartnerAddress: ['AddressID'],
    A_AddressEmailAddress: ['EmailAddress', 'SearchEmailAddress'], A_AddressPhoneNumber: ['InternationalPhoneNumber', 'PhoneNumber'],
    A_BillingDocumentItem: ['SalesDocument', 'ReferenceSDDocument'], GLAccountLineItem: ['AccountingDocument', 'InvoiceReference', 'ClearingAccountingDocument', 'ReferenceDocument'],
    A_SlsPrcgCndnRecdValidity: ['Material'], A_Product: ['ProductStandardID'], A_ProductUnitsOfMeasure: ['GlobalTradeItemNumber'], A_ProductUnitsOfMeasureEAN: ['ProductStandardID'],
  }, journal);
}

/** Goes on from the greatest numbers given. */
export function numberRanges(database: Database): System['next'] {
  const greatest = (set: string, name: string, least: number): number => {
    let found = least;
    for (const row of database.table(set).rows.values()) found = Math.max(found, Number(row[name]));
    return found;
  };
  const last = {
    order: greatest('A_SalesOrder', 'SalesOrder', 4_000_000), partner: greatest('A_BusinessPartner', 'BusinessPartner', 200_000),
    address: greatest('A_BusinessPartnerAddress', 'AddressID', 30_000), condition: greatest('A_SlsPrcgConditionRecord', 'ConditionRecord', 0),
    billing: greatest('A_BillingDocument', 'BillingDocument', 90_000_000),
    accounting: greatest('GLAccountLineItem', 'AccountingDocument', 1_400_000_000), delivery: greatest('A_OutbDeliveryHeader', 'DeliveryDocument', 80_000_000),
    goodsMovement: greatest('A_OutbDeliveryDocFlow', 'Subsequentdocument', 4_900_000_000), handlingUnit: greatest('A_HandlingUnitHeaderDelivery', 'HandlingUnitInternalId', 1_000_000),
  };
  return (range) => String(++last[range]);
}
