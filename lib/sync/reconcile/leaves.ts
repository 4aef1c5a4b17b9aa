import { hash } from 'node:crypto';
import type { Canonical } from '../../connectors/contract';
import type { ReconcileRule } from './rules';

/** The values of a document by their paths, e.g. `lines[0].quantity.value`; of a list also how many it has, `lines.length`. */
export type Leaves = Map<string, unknown>;

/** A field that two documents do not agree on; absent in one of them is undefined. */
export interface FieldDifference { path: string; here?: unknown; there?: unknown }

/** Names of what no comparison looks at, wherever it stands. */
const never: ReadonlySet<string> = new Set(['id', 'externalIds', 'schemaVersion', 'version', 'systemOfRecord', 'revision', 'asOf', 'openOrderCutoff', 'erpDocuments', 'timeZone']);
/** Documents with more leaves are not summed up, but always read again. */
const mostLeaves = 5000;
/** Characters of a print that name a path, and its value. */
const pathSize = 6, valueSize = 10;

/** What is compared of documents: the fields named, else what the rule of their entity says. */
export class Compared {
  readonly #fields: readonly string[] | undefined;

  /** `named`: dot paths of the user, without indexes; each stands for all below it. Of these an absent value counts as well. */
  constructor(private readonly rule: ReconcileRule, private readonly named: readonly string[] = []) {
    this.#fields = named.length > 0 ? named : rule.compare;
  }

  /** Is the record over, so that nothing but that counts? */
  isOver(document: Canonical): boolean {
    const { over } = this.rule;
    return over !== undefined && pathValue(document, over.field) === over.value;
  }

  leavesOf(document: Canonical): Leaves {
    const { over } = this.rule;
    const leaves: Leaves = new Map();
    if (over && this.named.length === 0 && this.isOver(document)) return leaves.set(over.field, over.value);
    this.#walk(this.rule.shape?.(document) ?? document, '', '', leaves);
    return leaves;
  }

  /** A short text that tells whether another document agrees; undefined for one too long for it. */
  printOf(document: Canonical): string | undefined {
    const leaves = this.leavesOf(document);
    if (leaves.size > mostLeaves) return undefined;
    let print = '';
    for (const [path, value] of leaves) print += digest(path, pathSize) + digest(comparable(value), valueSize);
    return print;
  }

  /** Do two prints agree? Sixty bits a value: a difference slips through once in 10^18. */
  agree(one: string | undefined, other: string | undefined): boolean {
    if (one === undefined || other === undefined) return false;
    if (one === other) return true;
    const [here, there] = [parts(one), parts(other)];
    if (this.named.length > 0 && here.size !== there.size) return false;
    for (const [path, value] of here) {
      const theirs = there.get(path);
      if (theirs === undefined ? this.named.length > 0 : theirs !== value) return false;
    }
    return true;
  }

  /** The fields that two documents do not agree on. */
  differing(here: Canonical, there: Canonical): FieldDifference[] {
    const [ours, theirs] = [this.leavesOf(here), this.leavesOf(there)];
    return [...new Set([...ours.keys(), ...theirs.keys()])].flatMap((path) => {
      const [a, b] = [ours.get(path), theirs.get(path)];
      const oneSided = !ours.has(path) || !theirs.has(path);
      if (oneSided ? this.named.length === 0 : comparable(a) === comparable(b)) return [];
      return [{ path, ...(a === undefined ? {} : { here: a }), ...(b === undefined ? {} : { there: b }) }];
    });
  }

  /** `field` is the path without indexes. */
  #walk(value: unknown, path: string, field: string, leaves: Leaves): void {
    if (Array.isArray(value)) {
      const only = this.rule.only?.[field];
      const list = only ? value.filter((one) => (one as Canonical)[only.field] === only.value) : value;
      leaves.set(`${path}.length`, list.length);
      list.forEach((one, index) => { this.#walk(one, `${path}[${String(index)}]`, field, leaves); });
    } else if (typeof value === 'object' && value !== null) {
      for (const [name, inner] of Object.entries(value)) {
        const below = field === '' ? name : `${field}.${name}`;
        if (!never.has(name) && !name.endsWith('At') && inner !== undefined && this.#wants(below, inner)) this.#walk(inner, path === '' ? name : `${path}.${name}`, below, leaves);
      }
    } else leaves.set(path, typeof value === 'string' ? this.rule.meant?.[field]?.(value) ?? value : value);
  }

  #wants(field: string, value: unknown): boolean {
    if (this.named.length === 0 && this.rule.except?.includes(field)) return false;
    // What lies above a wanted field is walked through on the way to it.
    return this.#fields?.some((one) => one === field || field.startsWith(`${one}.`) || (typeof value === 'object' && one.startsWith(`${field}.`))) ?? true;
  }
}

/** `"1"` and `"1.0"` are one number; null, absent and `"0"` are three things. */
function comparable(value: unknown): string {
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string') return `\0${String(value)}`;
  return /^-?\d+\.\d+$/.test(value) ? value.replace(/\.?0+$/, '').replace(/^-0$/, '0') : value;
}

function digest(text: string, size: number): string { return hash('sha1', text, 'base64url').slice(0, size); }

function parts(print: string): Map<string, string> {
  const found = new Map<string, string>();
  const size = pathSize + valueSize;
  for (let at = 0; at < print.length; at += size) found.set(print.slice(at, at + pathSize), print.slice(at + pathSize, at + size));
  return found;
}

/** The value at a path such as `variants[0].sku`. */
export function pathValue(document: unknown, path: string): unknown {
  return path.split(/[.[\]]+/).filter(Boolean).reduce<unknown>((value, name) => typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined, document);
}
