import { createRequire } from 'node:module';

/** The functions that read and write fields. */
export type FieldFunctions = typeof import('./field');

/**
 * A copy of the field functions for one rule. V8 learns which fields objects have for each function in the source, and all
 * closures of that function share what was learnt. Shared by hundreds of rules that read different fields it learns nothing
 * and looks every field up; with a copy each, a mapping is three to four times as fast (bench/mapping.bench.ts). No code is
 * made: the same module is loaded once more.
 */
export function freshFields(): FieldFunctions {
  const load = createRequire(__filename);
  const file = load.resolve('./field');
  const before = load.cache[file];
  Reflect.deleteProperty(load.cache, file);
  const copy = load(file) as FieldFunctions;
  if (before) load.cache[file] = before;
  else Reflect.deleteProperty(load.cache, file);
  return copy;
}

/** V8 compares names of fields by identity if they are internalized, as all keys of objects are; texts cut from a path are not. */
export function internalized(name: string): string { return Object.keys({ [name]: 0 })[0] ?? name; }
