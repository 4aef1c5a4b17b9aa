import type { Get, Scope } from './scope';

// Loaded anew for each rule (see fresh.ts), so this file stays small and imports nothing at run time.

export type Fields = Record<string, unknown>;

/** A step of a target path: a field, or an item of a list. */
export type TargetStep = string | number;

/** Puts a value into a target. */
export type Put = (target: Fields, value: unknown) => void;

/** Carries out a rule. */
export type Step = (scope: Scope, target: Fields) => void;

/** What a rule does with a value on its way. */
export interface Finish {
  /** Null counts as absent. */
  omitsNull: boolean;
  /** Makes a value for what is absent. */
  fallback: Get | undefined;
  required: boolean;
  /** Tells that what is required is missing. */
  missing: (scope: Scope) => void;
  /** Gives undefined after an issue. */
  change: ((value: unknown, scope: Scope) => unknown) | undefined;
}

/** Reads fields within fields of the scope's value; none: the value itself. */
export function readFields(names: readonly string[]): Get {
  const [a = '', b = '', c = ''] = names;
  switch (names.length) {
    case 0: return ({ value }) => value;
    case 1: return ({ value }) => (typeof value === 'object' && value !== null ? (value as Fields)[a] : undefined);
    case 2: return ({ value }) => {
      if (typeof value !== 'object' || value === null) return undefined;
      const inner = (value as Fields)[a];
      return typeof inner === 'object' && inner !== null ? (inner as Fields)[b] : undefined;
    };
    case 3: return ({ value }) => {
      if (typeof value !== 'object' || value === null) return undefined;
      const outer = (value as Fields)[a];
      if (typeof outer !== 'object' || outer === null) return undefined;
      const inner = (outer as Fields)[b];
      return typeof inner === 'object' && inner !== null ? (inner as Fields)[c] : undefined;
    };
    default: return ({ value }) => {
      let inner = value;
      for (const name of names) {
        if (typeof inner !== 'object' || inner === null) return undefined;
        inner = (inner as Fields)[name];
      }
      return inner;
    };
  }
}

/** Writes to a target path, making the objects and lists on the way. Written out for short paths: each place in the source learns one name. */
export function writeField(steps: readonly TargetStep[]): Put {
  const [a, b, c] = steps as readonly [string, string, string];
  const holds = (step: number): (() => Fields) => (typeof steps[step] === 'number' ? () => [] as unknown as Fields : () => ({}));
  const [makeA, makeB] = [holds(1), holds(2)];
  switch (steps.length) {
    case 1: return (target, value) => { target[a] = value; };
    case 2: return (target, value) => { ((target[a] as Fields | undefined) ?? (target[a] = makeA()))[b] = value; };
    case 3: return (target, value) => {
      const outer = (target[a] as Fields | undefined) ?? (target[a] = makeA());
      ((outer[b] as Fields | undefined) ?? (outer[b] = makeB()))[c] = value;
    };
    default: {
      const make = steps.map((_, i) => holds(i + 1));
      return (target, value) => {
        let holder = target;
        for (let i = 0; i < steps.length - 1; i++) holder = (holder[steps[i] as string] ??= make[i]?.()) as Fields;
        holder[steps.at(-1) as string] = value;
      };
    }
  }
}

/** The rule for a single value: read, see whether it is there, change, write. */
export function carryOut(get: Get, put: Put, { omitsNull, fallback, required, missing, change }: Finish): Step {
  return (scope, target) => {
    let value = get(scope);
    if (value === null && omitsNull) value = undefined;
    if (value === undefined) {
      if (fallback !== undefined) put(target, fallback(scope));
      else if (required) missing(scope);
      return;
    }
    if (required && (value === null || value === '')) { missing(scope); return; }
    if (change !== undefined && value !== null) {
      value = change(value, scope);
      if (value === undefined) return;
    }
    put(target, value);
  };
}

/** Two steps as one, so that a call leads to one function only and V8 can draw them together. */
export function both(first: Step, second: Step): Step {
  return (scope, target) => {
    first(scope, target);
    second(scope, target);
  };
}
