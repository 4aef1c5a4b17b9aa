import type { Connector, Operation, Vendor } from '../../lib/connectors/contract';
import { entities as sapS4hana } from '../../lib/connectors/sap-s4hana/entities';
import { entities as shopify } from '../../lib/connectors/shopify/entities';
import type { Entity, Verb } from '../../lib/documents/event';
import type { OfferedChanges } from './entities.editor';
import { currentValue, field, read } from './form.editor';
import { type EditedNode, nodeById } from './text.editor';
import { validator } from './validate.editor';

const support: Partial<Record<Vendor, Connector['entities']>> = { shopify, 'sap-s4hana': sapS4hana };

/** The changes that any of these vendors can tell of, in this order of entities. */
export function changesOf(vendors: Vendor[], order: Entity[]): OfferedChanges {
  const verbs = (entity: Entity): Set<Verb> => new Set(vendors.flatMap((vendor) => support[vendor]?.[entity]?.verbs ?? []));
  return order.map((entity) => [entity, [...verbs(entity)]] as OfferedChanges[number]).filter(([, its]) => its.length > 0);
}

/** Can the system do this with such a record? One that is not chosen yet, or whose vendor the editor does not know, may. */
function can(system: string, operation: string, entity: string): boolean {
  const entities = support[nodeById<{ vendor: Vendor }>(system)?.vendor ?? 'custom'];
  if (entities === undefined) return true;
  // A link needs nothing of a system but that the record can be read.
  const needed = operation === 'link' || operation === 'unlink' ? 'get' : operation;
  return entities[entity as Entity]?.operations.includes(needed as Operation) === true;
}

/** Offers the records that the chosen system can be asked for; one that was chosen before stays to be seen. */
export function offerSupported(): void {
  const [system, operation, entity] = ['system', 'operation', 'entity'].map((property) => field('node-input', property)) as [JQuery, JQuery, JQuery];
  const show = (): void => {
    for (const option of entity.find('option').toArray()) option.hidden = option.value !== read(entity) && !can(read(system), read(operation), option.value);
  };
  system.add(operation).on('change', () => { show(); entity.trigger('change'); });
  show();
}

/** The system must be able to do what is asked of it. */
export const supported = validator<EditedNode>(function (value) {
  const now = (property: string): string => currentValue(this, 'node-input', property);
  if (can(now('system'), now('operation'), String(value))) return true;
  return this._('common.validate.supported', { operation: this._(`common.operation.${now('operation')}`), entity: this._(`common.entity.${String(value)}`) });
});

const listedByBoth = (entity: string, systems: string[]): boolean => systems.every((system) => can(system, 'list', entity));

/** Offers the records that both chosen systems can list; one that was chosen before stays to be seen. */
export function offerComparable(): void {
  const [commerce, erp, entity] = ['commerce', 'erp', 'entity'].map((property) => field('node-input', property)) as [JQuery, JQuery, JQuery];
  const show = (): void => {
    for (const option of entity.find('option').toArray()) option.hidden = option.value !== read(entity) && !listedByBoth(option.value, [read(commerce), read(erp)]);
  };
  commerce.add(erp).on('change', () => { show(); entity.trigger('change'); });
  show();
}

/** Both systems must be able to list the records that are compared. */
export const comparable = validator<EditedNode>(function (value) {
  const systems = ['commerce', 'erp'].map((property) => currentValue(this, 'node-input', property));
  return listedByBoth(String(value), systems) || this._('common.validate.comparable', { entity: this._(`common.entities.${String(value)}`) });
});
