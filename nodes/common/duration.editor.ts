import type { EditedNode } from './text.editor';

const units: [unit: string, seconds: number][] = [['day', 86_400], ['h', 3600], ['min', 60], ['s', 1]];

/** A duration in s as people say it: `90 s`, `5 min`, `3 days`; the largest unit that keeps at least two of it, or is exact. */
export function duration(node: EditedNode, seconds: number): string {
  const [unit, size] = units.find(([, each]) => seconds >= 2 * each || seconds === each) ?? (['s', 1] as const);
  const amount = Math.round((seconds / size) * 10) / 10;
  const shown = amount.toLocaleString(node._('common.locale'));
  const name = unit === 'day' && amount !== 1 ? 'days' : unit;
  return `${shown}\u00a0${node._(`common.unit.${name}`)}`;
}
