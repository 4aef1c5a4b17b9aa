import { MappingSyntaxError } from './syntax';

export type Target = Record<string, unknown>;

/** Puts a value where the target path of a rule says, making the objects and lists on the way. */
export interface Put {
  (target: Target, value: unknown): void;
  /** The list a path ending in `[]` stands for; made if need be. */
  list: (target: Target) => Target[];
}

type Step = string | number;

/** Target paths: `a.b`, `a["odd name"].b`, `a[0].b`, and `a.list[]` to append. Throws MappingSyntaxError. */
export function compileTarget(text: string): Put {
  const appends = text.endsWith('[]');
  const steps = parse(appends ? text.slice(0, -2) : text);
  const last = steps.at(-1) as Step;
  const way = steps.slice(0, -1);
  const list = (target: Target): Target[] => {
    const holder = walk(target, steps, way.length);
    const found = holder[last];
    if (Array.isArray(found)) return found as Target[];
    const made: Target[] = [];
    holder[last] = made;
    return made;
  };
  const put = appends
    ? (target: Target, value: unknown): void => { list(target).push(value as Target); }
    : way.length === 0
      ? (target: Target, value: unknown): void => { target[last] = value; }
      : (target: Target, value: unknown): void => { walk(target, steps, way.length)[last] = value; };
  return Object.assign(put, { list });
}

/** Follows the first `count` steps; a step before a number makes a list, else an object. */
function walk(target: Target, steps: readonly Step[], count: number): Target {
  let holder = target;
  for (let i = 0; i < count; i++) {
    const step = steps[i] as Step;
    const found = holder[step];
    if (typeof found === 'object' && found !== null) { holder = found as Target; continue; }
    const made = (typeof steps[i + 1] === 'number' ? [] : {}) as Target;
    holder[step] = made;
    holder = made;
  }
  return holder;
}

function parse(text: string): Step[] {
  const steps: Step[] = [];
  const token = /\.?([\p{L}\p{N}_$@-]+)|\[(\d{1,3})\]|\["((?:[^"]|"")+)"\]|\['((?:[^']|'')+)'\]/uy;
  let at = 0;
  while (at < text.length) {
    token.lastIndex = at;
    const match = token.exec(text);
    const isFirstWithDot = at === 0 && text.startsWith('.');
    if (!match || isFirstWithDot || (at > 0 && match[1] !== undefined && text[at] !== '.')) throw new MappingSyntaxError('expected a name, [0] or, at the end, []', at + 1);
    const name = match[1] ?? match[3]?.replaceAll('""', '"') ?? match[4]?.replaceAll("''", "'");
    if (name !== undefined && name in Object.prototype) throw new MappingSyntaxError(`"${name}" cannot be the name of a field`, at + 1);
    steps.push(name ?? Number(match[2]));
    at = token.lastIndex;
  }
  if (typeof steps[0] !== 'string') throw new MappingSyntaxError('expected the name of a field', 1);
  return steps;
}
