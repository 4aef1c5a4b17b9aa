import { compileConversion, Refusal, type Conversion } from './convert';
import type { MappingDocument, Rule } from './document';
import { fromText, report, type Get, type Scope } from './scope';

/** A look-up table: absent keys give undefined. Synchronous: fill it before. */
export type Table = ReadonlyMap<string, unknown> | Readonly<Record<string, unknown>> | ((key: string) => unknown);
/** What each code becomes; `*` stands for every other code. */
export type CodeList = Readonly<Record<string, unknown>>;

export interface Lists { codes: Readonly<Record<string, CodeList>>; tables: Readonly<Record<string, Table>> }

/** Turns a value that is there into another; undefined after an issue. */
export type Change = (value: unknown, scope: Scope) => unknown;

/** Reads a path, and notes faults, in a part of the rule (`codes`, `as` …). */
interface Tools { path: (text: string, part: string) => Get; complain: (part: string, rule: string, message: string) => void }

/** The `codes`, `lookup` and `as` of a rule, in this order; undefined if it has none. `from` names the source in issues. */
export function compileChanges(rule: Rule, from: string, lists: Lists & { own: NonNullable<MappingDocument['codes']> }, tools: Tools): Change | undefined {
  const { to, codes, lookup, as = [] } = rule;
  const changes: Change[] = [];
  if (codes !== undefined) {
    const list = lists.codes[codes] ?? lists.own[codes];
    if (!list) tools.complain('codes', 'unknown', unknownName('code list', codes, [...Object.keys(lists.codes), ...Object.keys(lists.own)]));
    changes.push(codeChange(codes, list ?? {}, to, from));
  }
  if (lookup !== undefined) {
    const table = lists.tables[lookup];
    if (!table) tools.complain('lookup', 'unknown', unknownName('table', lookup, Object.keys(lists.tables)));
    changes.push(lookupChange(lookup, table ?? {}, to, from));
  }
  for (const conversion of Array.isArray(as) ? as : [as]) changes.push(conversionChange(conversion, to, from, tools));
  return changes.length > 1 ? inTurn(changes) : changes[0];
}

function inTurn(changes: readonly Change[]): Change {
  return (value, scope) => {
    let result = value;
    for (const change of changes) {
      result = change(result, scope);
      if (result === undefined) break;
    }
    return result;
  };
}

function codeChange(name: string, list: CodeList, to: string, from: string): Change {
  const codes = new Map(Object.entries(list));
  const other = codes.get('*');
  return (value, scope) => {
    const code = scalar(value);
    if (code === undefined) return report(scope, to, 'codes', `is not a text${fromText(scope, from)}`);
    return codes.get(code) ?? other ?? report(scope, to, 'codes', `"${code}" is not in the code list "${name}"${fromText(scope, from)}`);
  };
}

function lookupChange(name: string, table: Table, to: string, from: string): Change {
  const find = reader(table);
  return (value, scope) => {
    const key = scalar(value);
    if (key === undefined) return report(scope, to, 'lookup', `is not a text${fromText(scope, from)}`);
    return find(key) ?? report(scope, to, 'lookup', `"${key}" is not in the table "${name}"${fromText(scope, from)}`);
  };
}

/** A value as a key; undefined for objects and lists. */
function scalar(value: unknown): string | undefined {
  return typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

function reader(table: Table): (key: string) => unknown {
  if (typeof table === 'function') return table;
  if (table instanceof Map) return (key) => table.get(key) as unknown;
  const fields = table as Readonly<Record<string, unknown>>;
  return (key) => (Object.hasOwn(fields, key) ? fields[key] : undefined);
}

function conversionChange(conversion: Conversion, to: string, from: string, tools: Tools): Change {
  const convert = compileConversion(conversion);
  const other: Get = typeof conversion === 'object' && 'date' in conversion ? tools.path(conversion.date, 'as.date') : () => undefined;
  const rule = typeof conversion === 'string' ? conversion : Object.keys(conversion)[0] ?? 'as';
  return (value, scope) => {
    try {
      return convert(value, () => other(scope));
    } catch (reason) {
      if (reason instanceof Refusal) return report(scope, to, rule, `${reason.message}${fromText(scope, from)}`);
      throw reason;
    }
  };
}

function unknownName(what: string, name: string, known: readonly string[]): string {
  return `there is no ${what} "${name}"${known.length > 0 ? `; there are ${known.join(', ')}` : ''}`;
}
