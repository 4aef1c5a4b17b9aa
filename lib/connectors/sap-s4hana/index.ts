import type { Connector } from '../contract';
import { connect } from './connection';
import { entities } from './entities';
import { settings } from './settings';

/** SAP S/4HANA, Cloud and on-premises, by its OData V2 APIs. */
export const sapS4hana: Connector = { vendor: 'sap-s4hana', kind: 'erp', settings, entities, connect };
