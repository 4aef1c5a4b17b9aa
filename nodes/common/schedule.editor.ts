import { Cron } from 'croner';
import { currentValue, field, read } from './form.editor';
import type { EditedNode } from './text.editor';
import { isBlank, validator } from './validate.editor';

/** The next times of a cron expression of five fields. Throws for one that is none, or an unknown time zone. */
function nextTimes(cron: string, timeZone: string, count: number): Date[] {
  return new Cron(cron, { mode: '5-part', paused: true, ...(timeZone === '' ? {} : { timezone: timeZone }) }).nextRuns(count);
}

const scheduled = (node: EditedNode): boolean => currentValue(node, 'node-input', 'when') === 'cron';

/** A cron expression, where the node goes by one. */
export const cronExpression = validator(function (value) {
  if (!scheduled(this)) return true;
  try {
    return nextTimes(String(value), '', 1).length > 0 || this._('common.validate.cron');
  } catch {
    return this._('common.validate.cron');
  }
});

/** A time zone the browser knows, or nothing. */
export const timeZone = validator(function (value) {
  if (!scheduled(this) || isBlank(value)) return true;
  try {
    new Intl.DateTimeFormat('en', { timeZone: String(value) });
    return true;
  } catch {
    return this._('common.validate.timeZone');
  }
});

/** Shows the next times below the expression of an open form, as it is typed. */
export function showNextTimes(node: EditedNode): void {
  const [cron, zone] = [field('node-input', 'cron'), field('node-input', 'timeZone')];
  const show = (): void => {
    const note = $('#b2b-next-times');
    try {
      const shown = { weekday: 'short', day: 'numeric', month: 'short', hour: 'numeric', minute: '2-digit', ...(read(zone) === '' ? {} : { timeZone: read(zone) }) } as const;
      const times = nextTimes(read(cron), read(zone), 3).map((time) => time.toLocaleString(node._('common.locale'), shown).replace(/\s/g, '\u00a0'));
      note.text(times.length === 0 ? '' : node._('common.schedule.next', { times: times.join(' · ') }));
    } catch {
      note.text('');
    }
  };
  cron.add(zone).on('change input', show);
  show();
}
