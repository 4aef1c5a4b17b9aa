import type { TargetStep } from './field';
import { internalized } from './fresh';
import { MappingSyntaxError } from './syntax';

/** A target path taken apart; `appends`: it ended in `[]`. */
export interface TargetPath { steps: TargetStep[]; appends: boolean }

/** Reads target paths: `a.b`, `a["odd name"].b`, `a[0].b`, and `a.list[]` to append. Throws MappingSyntaxError. */
export function parseTarget(text: string): TargetPath {
  const appends = text.endsWith('[]');
  const path = appends ? text.slice(0, -2) : text;
  const token = /(?:^|\.)([\p{L}\p{N}_$@-]+)|\[(\d{1,3})\]|\[(?:"((?:[^"]|"")+)"|'((?:[^']|'')+)')\]/uy;
  const steps: TargetStep[] = [];
  for (let at = 0; at < path.length; at = token.lastIndex) {
    token.lastIndex = at;
    const match = token.exec(path);
    if (!match) throw new MappingSyntaxError('expected a name, ["name"], [0] or, at the end, []', at + 1);
    const name = match[1] ?? match[3]?.replaceAll('""', '"') ?? match[4]?.replaceAll("''", "'");
    if (name !== undefined && name in Object.prototype) throw new MappingSyntaxError(`"${name}" cannot be the name of a field`, at + 1);
    steps.push(name === undefined ? Number(match[2]) : internalized(name));
    if (match[0] === '') break;
  }
  if (typeof steps[0] !== 'string') throw new MappingSyntaxError('expected the name of a field', 1);
  return { steps, appends };
}

type Kind = 'a value' | 'an object' | 'a list';

/** Remembers what the rules for one object make of its targets, so that none takes for an object what another fills as a list. */
export class TargetKinds {
  readonly #kinds = new Map<string, Kind>();

  /** Throws MappingSyntaxError if another rule makes something else of the target or of what it is in. */
  add({ steps, appends }: TargetPath): void {
    steps.forEach((_, i) => {
      const next = steps[i + 1];
      const kind = next === undefined ? (appends ? 'a list' : 'a value') : typeof next === 'number' ? 'a list' : 'an object';
      const key = JSON.stringify(steps.slice(0, i + 1));
      const before = this.#kinds.get(key);
      if (before !== undefined && before !== kind) throw new MappingSyntaxError(`another rule makes ${before}, this one ${kind} of ${steps.slice(0, i + 1).join('.')}:`, 1);
      this.#kinds.set(key, kind);
    });
  }
}
