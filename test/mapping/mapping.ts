import { checkMapping, compileMapping, type MappingOptions, type Rule } from '../../lib/mapping';
import { DataError } from '../../lib/errors';

export function documentOf(rules: unknown[], more: object = {}): object { return { mapping: 1, source: 'a', target: 'b', rules, ...more }; }

/** What rules make of a document. */
export function mapped(rules: Rule[], document: unknown, options: MappingOptions & { context?: Record<string, unknown>; more?: object } = {}): Record<string, unknown> {
  return compileMapping(documentOf(rules, options.more), options).map(document, options.context);
}

/** Why rules refuse a document: `<rule> <target path>: <message>`. */
export function refused(rules: Rule[], document: unknown, options: MappingOptions = {}): string[] {
  try {
    mapped(rules, document, options);
  } catch (reason) {
    if (!(reason instanceof DataError)) throw reason;
    return (reason.cause.issues ?? []).map(({ path, rule, message }) => `${rule} ${path}: ${message}`);
  }
  return [];
}

/** What is wrong with rules: `<path>: <message>`. */
export function faults(rules: unknown[], options: MappingOptions = {}): string[] {
  return checkMapping(documentOf(rules), options).map(({ path, message }) => `${path}: ${message}`);
}
