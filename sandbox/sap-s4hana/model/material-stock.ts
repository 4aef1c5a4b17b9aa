import { entity, type EntityType } from '../odata/model';

const service = 'API_MATERIAL_STOCK_SRV';
const readOnly = { creatable: false, updatable: false, deletable: false };

/** API_MATERIAL_STOCK_SRV: what of it the sandbox has. */
export const materialStockEntities: EntityType[] = [
  entity(service, 'A_MaterialStock', `
    *Material 40
    MaterialBaseUnit 3`, { ...readOnly, to: { to_MatlStkInAcctMod: 'A_MatlStkInAcctMod[] Material' } }),
  entity(service, 'A_MatlStkInAcctMod', `
    *Material 40
    *Plant 4
    *StorageLocation 4
    *Batch 10
    *Supplier 10 alpha
    *Customer 10 alpha
    *WBSElementInternalID 8 alpha
    *SDDocument 10 alpha
    *SDDocumentItem 6 alpha
    *InventorySpecialStockType 1
    *InventoryStockType 2
    WBSElementExternalID 24
    MaterialBaseUnit 3
    MatlWrhsStkQtyInMatlBaseUnit 31.14`, { ...readOnly, to: { to_MaterialStock: 'A_MaterialStock Material' } }),
];
