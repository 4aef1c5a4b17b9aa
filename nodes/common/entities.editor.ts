import type { Entity, Verb } from '../../lib/documents/event';
import type { EditedNode } from './text.editor';

/** The changes to listen to: entity -> verbs. */
export type WantedChanges = Partial<Record<Entity, Verb[]>>;

const offered: [Entity, Verb[]][] = [
  ['order', ['created', 'updated', 'cancelled']],
  ['customer', ['created', 'updated']],
  ['product', ['created', 'updated']],
];
const verbs: Verb[] = ['created', 'updated', 'cancelled'];

/** Makes the matrix of entities and verbs with a checkbox for each change that is offered. */
export function changesMatrix(node: EditedNode, element: JQuery, wanted: WantedChanges, onChange: () => void): void {
  const head = $('<tr>').append('<th>');
  for (const verb of verbs) head.append($('<th scope="col">').text(node._(`common.verb.${verb}`)));
  const body = $('<tbody>');
  for (const [entity, its] of offered) {
    const row = $('<tr>').append($('<th scope="row">').text(node._(`common.entity.${entity}`))).appendTo(body);
    for (const verb of verbs) row.append($('<td>').append(its.includes(verb) ? box(node, entity, verb, wanted) : ''));
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
