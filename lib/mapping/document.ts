import Ajv2020, { type ErrorObject, type ValidateFunction } from 'ajv/dist/2020';
import type { Issue } from '../errors';
import { toIssues } from '../documents/validate';
import type { Conversion } from './convert';
import schema from './mapping.schema.json';

/** One rule: where a value goes, where it comes from, and what is done with it on the way. See docs/mapping.md. */
export interface Rule {
  /** Target path: `a.b`, `list[0].c`, `list[]` to append. */
  to: string;
  /** Source path, or several: the first that is neither absent nor null counts. */
  from?: string | string[];
  value?: unknown;
  /** `"{a.b} {c}"` */
  template?: string;
  /** JSONata. */
  expr?: string;
  /** A list: `rules` are carried out for each of its items. */
  each?: string;
  /** Rules for each item, or with `from` for one object. */
  rules?: Rule[];
  when?: string;
  required?: boolean;
  default?: unknown;
  nulls?: 'keep' | 'omit';
  codes?: string;
  lookup?: string;
  as?: Conversion | Conversion[];
  note?: string;
}

export interface MappingDocument {
  mapping: 1;
  source: string;
  target: string;
  description?: string;
  nulls?: 'keep' | 'omit';
  codes?: Record<string, Record<string, string | number | boolean>>;
  rules: Rule[];
}

let validate: ValidateFunction<MappingDocument> | undefined;

/** What is wrong with the form of a mapping document. */
export function checkForm(document: unknown): Issue[] {
  validate ??= new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile<MappingDocument>(schema);
  if (validate(document)) return [];
  // Each form that a value might have had complains about it: once is enough.
  const issues = new Map(toIssues(validate.errors as ErrorObject[]).map((issue) => [`${issue.path}\n${issue.message}`, issue]));
  return [...issues.values()];
}
