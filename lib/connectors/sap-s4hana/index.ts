import type { Connector } from '../contract';
import { connect } from './connection';
import { settings } from './settings';

/** SAP S/4HANA, Cloud and on-premises, by its OData V2 APIs. */
export const sapS4hana: Connector = {
  vendor: 'sap-s4hana', kind: 'erp', settings, connect,
  entities: {
    order: { operations: ['get', 'list', 'find', 'create', 'upsert', 'update', 'cancel'] },
    customer: { operations: ['get', 'list', 'find', 'create'] },
    product: { operations: ['get', 'list', 'find'] },
  },
};
