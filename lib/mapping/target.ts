import type { Get, Scope } from './scope';
import { MappingSyntaxError } from './syntax';

export type Fields = Record<string, unknown>;

/** Adds what a rule finds to the target list, which is made if there is none yet. */
export type Append = (scope: Scope, list: unknown[] | undefined) => unknown[] | undefined;

type Step = string | number;

/** A target path taken apart; `appends`: it ended in `[]`. */
export interface TargetPath { steps: Step[]; appends: boolean }

/**
 * What a target will look like: rules add what they make to a tree of plans, and `build` turns the tree into one function.
 * So a run makes each object once, with all its fields, which is several times as fast as finding one's way for each rule.
 */
export class Plan {
  readonly #values: Get[] = [];
  readonly #fields = new Map<string, Plan>();
  readonly #items = new Map<number, Plan>();
  readonly #appends: Append[] = [];

  /** Throws MappingSyntaxError if another rule makes something else of the same target. */
  set(steps: readonly Step[], get: Get): void {
    const plan = this.#at(steps);
    plan.#values.push(get);
    plan.#check();
  }

  append(steps: readonly Step[], append: Append): void {
    const plan = this.#at(steps);
    plan.#appends.push(append);
    plan.#check();
  }

  build(): Get {
    if (this.#fields.size > 0) return this.buildObject(false);
    if (this.#values.length > 0) return lastOf(this.#values);
    const items = [...this.#items.values()].map((plan) => appendOne(plan.build()));
    const appends = [...items, ...this.#appends];
    return (scope) => appends.reduce<unknown[] | undefined>((list, append) => append(scope, list), undefined);
  }

  /** Makes an object of the fields; `always` also if nothing is in it. */
  buildObject(always: boolean): (scope: Scope) => Fields | undefined {
    return makeObject([...this.#fields.keys()], [...this.#fields.values()].map((plan) => plan.build()), always);
  }

  #at(steps: readonly Step[]): Plan {
    const [step, ...rest] = steps;
    if (step === undefined) return this;
    const plan = (typeof step === 'number' ? this.#items.get(step) : this.#fields.get(step)) ?? new Plan();
    if (typeof step === 'number') this.#items.set(step, plan);
    else this.#fields.set(step, plan);
    this.#check();
    return plan.#at(rest);
  }

  #check(): void {
    const kinds = [this.#values.length > 0, this.#fields.size > 0, this.#items.size + this.#appends.length > 0];
    if (kinds.filter(Boolean).length > 1) throw new MappingSyntaxError('another rule makes something else (value, object or list) of this target', 1);
  }
}

/** Adds single values to a list. */
export function appendOne(get: Get): Append {
  return (scope, list) => {
    const value = get(scope);
    if (value === undefined) return list;
    if (!list) return [value];
    list.push(value);
    return list;
  };
}

/** Of several rules for one target the last that finds something counts. */
function lastOf(gets: readonly Get[]): Get {
  if (gets.length === 1) return gets[0] as Get;
  return (scope) => gets.reduce<unknown>((found, get) => get(scope) ?? found, undefined);
}

/** So many fields have a bit each in a number. */
const maskable = 30;
const maxShapes = 64;

/**
 * Fills objects of always the same fields. Adding a field to an object is slow, writing to one that is there is not: the
 * first object of each combination of present fields leaves an empty copy behind, and later ones begin as a copy of that.
 */
function makeObject(names: readonly string[], gets: readonly Get[], always: boolean): (scope: Scope) => Fields | undefined {
  const count = names.length;
  const shapes = new Map<number, Fields>();
  return (scope) => {
    const values = new Array<unknown>(count);
    let mask = 0;
    for (let i = 0; i < count; i++) {
      const value = (gets[i] as Get)(scope);
      values[i] = value;
      if (value !== undefined) mask |= 1 << i;
    }
    if (mask === 0 && count <= maskable && !always) return undefined;
    const shape = count <= maskable ? shapes.get(mask) : undefined;
    const result: Fields = { ...shape };
    for (let i = 0; i < count; i++) {
      const value = values[i];
      if (value !== undefined) result[names[i] as string] = value;
    }
    if (!shape && count <= maskable && shapes.size < maxShapes) shapes.set(mask, emptied(result));
    return always || Object.keys(result).length > 0 ? result : undefined;
  };
}

function emptied(fields: Fields): Fields {
  const copy = { ...fields };
  for (const name of Object.keys(copy)) copy[name] = undefined;
  return copy;
}

/** Reads target paths: `a.b`, `a["odd name"].b`, `a[0].b`, and `a.list[]` to append. Throws MappingSyntaxError. */
export function parseTarget(text: string): TargetPath {
  const appends = text.endsWith('[]');
  const path = appends ? text.slice(0, -2) : text;
  const token = /(?:^|\.)([\p{L}\p{N}_$@-]+)|\[(\d{1,3})\]|\[(?:"((?:[^"]|"")+)"|'((?:[^']|'')+)')\]/uy;
  const steps: Step[] = [];
  for (let at = 0; at < path.length; at = token.lastIndex) {
    token.lastIndex = at;
    const match = token.exec(path);
    if (!match) throw new MappingSyntaxError('expected a name, ["name"], [0] or, at the end, []', at + 1);
    const name = match[1] ?? match[3]?.replaceAll('""', '"') ?? match[4]?.replaceAll("''", "'");
    if (name !== undefined && name in Object.prototype) throw new MappingSyntaxError(`"${name}" cannot be the name of a field`, at + 1);
    steps.push(name ?? Number(match[2]));
  }
  if (typeof steps[0] !== 'string') throw new MappingSyntaxError('expected the name of a field', 1);
  return { steps, appends };
}
