import { framework, ODataError } from './odata/errors';
import { touchMaterial } from './materials';
import { changedRow, day, fullRow, type EntityType, type Row } from './odata/model';
import type { Transaction } from './odata/database';
import type { System, WriteRules, Written } from './system';

/** What API_PRODUCT_SRV does with writes: create with what hangs below, update with a new change stamp, delete where the vendor has it. */
export function productRules(system: System): WriteRules {
  const touch = (to: Transaction, number: string): void => { touchMaterial(to, number, system.now()); };
  return {
    create(to, type, input, parent): Written {
      const row = fullRow(type, parent ? { ...input.values, Product: parent.Product ?? '' } : input.values);
      if (row.Product === '') throw new ODataError(400, { code: 'M3/113', message: 'Enter a product number', target: 'Product' });
      if (to.get(type.set, to.database.table(type.set).keyOf(row))) throw new ODataError(400, { code: 'M3/161', message: `Product ${String(row.Product)} already exists`, target: 'Product' });
      if (type.set === 'A_Product') row.CreationDate = day(system.now());
      to.put(type.set, row);
      for (const [name, children] of input.children) {
        const set = type.navigations.get(name)?.to;
        if (set !== undefined) for (const child of children) to.put(set, fullRow(to.database.table(set).type, { ...child.values, Product: row.Product ?? '' }));
      }
      touch(to, String(row.Product));
      return { row };
    },
    update(to, type, row, values): Written {
      refuseKeys(type, row, values);
      to.put(type.set, changedRow(row, values));
      touch(to, String(row.Product));
      return { row };
    },
    remove(to, type, row): void {
      to.delete(type.set, row);
      touch(to, String(row.Product));
    },
  };
}

function refuseKeys(type: EntityType, row: Row, values: Row): void {
  for (const { name } of type.keys) if (values[name] !== undefined && values[name] !== row[name]) throw framework.badValue(name, 'is a key and cannot be changed');
}
