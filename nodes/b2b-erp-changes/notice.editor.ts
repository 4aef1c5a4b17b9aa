import { toldEntities as sapS4hana } from '../../lib/connectors/sap-s4hana/topics';
import type { Vendor } from '../../lib/connectors/contract';
import type { Entity } from '../../lib/documents/event';
import { readChanges, type WantedChanges } from '../common/entities.editor';
import { currentValue, field, read } from '../common/form.editor';
import { type EditedNode, nodeById } from '../common/text.editor';
import { validator } from '../common/validate.editor';

/** Of what each vendor's events tell. */
const told: Partial<Record<Vendor, ReadonlySet<Entity>>> = { 'sap-s4hana': sapS4hana };

/** Minutes between polls: they find all there is, or what events left out. */
const usual = { poll: '5', events: '60' };

interface System { vendor: Vendor; mode: string; settings?: Partial<Record<string, unknown>> }

/** A live system must be set up for events to tell of changes. */
export const noticed = validator<EditedNode>(function (value) {
  const system = nodeById<System>(currentValue(this, 'node-input', 'system'));
  const ready = value !== 'events' || system?.mode !== 'live' || (system.settings?.['eventAuth'] ?? 'none') !== 'none';
  return ready || this._('b2b-erp-changes.validate.noEvents');
});

/** Shows what applies to the way in which changes are noticed: that deletions can be, and what is only found by asking. */
export function prepareNotice(node: EditedNode): void {
  const [notice, system, poll] = ['notice', 'system', 'poll'].map((property) => field('node-input', property)) as [JQuery, JQuery, JQuery];
  const show = (): void => {
    const byEvents = read(notice) === 'events';
    $('#b2b-changes .b2b-verb-deleted').prop('hidden', !byEvents);
    const known = told[nodeById<System>(read(system))?.vendor ?? 'sap-s4hana'];
    const asked = Object.keys(readChanges($('#b2b-changes'))).filter((entity) => !known?.has(entity as Entity)).map((entity) => node._(`common.entities.${entity}`));
    $('#b2b-only-asked').text(byEvents && asked.length > 0 ? node._('b2b-erp-changes.hint.asked', { entities: asked.join(', ') }) : '');
  };
  notice.on('change', () => {
    const [now, before] = read(notice) === 'events' ? [usual.events, usual.poll] : [usual.poll, usual.events];
    if (read(poll) === before) poll.val(now).trigger('change');
    show();
  });
  system.on('change', () => { show(); notice.trigger('blur'); });
  $('#b2b-changes').on('change', show);
  show();
}

/** Without what only events tell of, where they do not. */
export function noticeable(wanted: WantedChanges, notice: string): WantedChanges {
  if (notice === 'events') return wanted;
  const left = Object.entries(wanted).map(([entity, verbs]) => [entity, verbs.filter((verb) => verb !== 'deleted')] as const);
  return Object.fromEntries(left.filter(([, verbs]) => verbs.length > 0));
}
