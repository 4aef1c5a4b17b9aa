import type { Entity, Verb } from '../../lib/documents/event';
import type { EditedNode } from './text.editor';
import { validator } from './validate.editor';

/** The changes to listen to: entity -> verbs. */
export type WantedChanges = Partial<Record<Entity, Verb[]>>;

/** The changes a node can listen to. */
export type OfferedChanges = [Entity, Verb[]][];

const allVerbs: Verb[] = ['created', 'updated', 'cancelled', 'deleted'];

/** At least one change must be ticked. */
export const anyChange = validator<EditedNode & { entities: WantedChanges }>(function () {
  return Object.values(this.entities).some((each) => each.length > 0) || this._('common.validate.changes');
});

/** Fills `#b2b-changes` of an open form, and says so in `#b2b-changes-reason` while nothing is ticked. */
export function prepareChangesMatrix(node: EditedNode & { entities: WantedChanges }, offered: OfferedChanges): void {
  const matrix = $('#b2b-changes');
  const reason = $('#b2b-changes-reason');
  const check = (): void => { reason.prop('hidden', matrix.find(':checked').length > 0); };
  changesMatrix(node, matrix, offered, check);
  check();
}

/** Makes the matrix of entities and verbs with a checkbox for each change that is offered. */
function changesMatrix(node: EditedNode & { entities: WantedChanges }, element: JQuery, offered: OfferedChanges, onChange: () => void): void {
  const wanted = node.entities;
  const verbs = allVerbs.filter((verb) => offered.some(([, its]) => its.includes(verb)));
  const head = $('<tr>').append('<th>');
  for (const verb of verbs) head.append($('<th scope="col">').addClass(`b2b-verb-${verb}`).text(node._(`common.verb.${verb}`)));
  const body = $('<tbody>');
  for (const [entity, its] of offered) {
    const row = $('<tr>').append($('<th scope="row">').text(node._(`common.entity.${entity}`))).appendTo(body);
    for (const verb of verbs) row.append($('<td>').addClass(`b2b-verb-${verb}`).append(its.includes(verb) ? box(node, entity, verb, wanted) : ''));
  }
  element.append($('<table class="b2b-matrix">').append($('<thead>').append(head), body)).on('change', onChange);
}

/** What is ticked in the matrix. */
export function readChanges(element: JQuery): WantedChanges {
  const wanted: WantedChanges = {};
  for (const input of element.find<HTMLInputElement>('input:checked').toArray()) {
    const [entity, verb] = input.value.split('.') as [Entity, Verb];
    wanted[entity] = [...wanted[entity] ?? [], verb];
  }
  return wanted;
}

function box(node: EditedNode, entity: Entity, verb: Verb, wanted: WantedChanges): JQuery {
  const label = `${node._(`common.entity.${entity}`)}: ${node._(`common.verb.${verb}`)}`;
  return $('<input type="checkbox">').attr({ value: `${entity}.${verb}`, 'aria-label': label })
    .prop('checked', wanted[entity]?.includes(verb) === true);
}
