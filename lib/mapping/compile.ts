import type { Issue } from '../errors';
import { compileConversion, Refusal, type Conversion } from './convert';
import type { MappingDocument, Rule } from './document';
import { compileExpression, type Evaluate } from './expression';
import { compileCondition, compilePath } from './read';
import { sourcePath, targetPath, type Get, type Scope } from './scope';
import { MappingSyntaxError, parseCondition, parsePath } from './syntax';
import { compileTemplate } from './template';
import { compileTarget, type Put, type Target } from './write';

/** A look-up table: absent keys give undefined. Synchronous: fill it before. */
export type Table = ReadonlyMap<string, unknown> | Readonly<Record<string, unknown>> | ((key: string) => unknown);
export type CodeList = Readonly<Record<string, unknown>>;

export interface Lists { codes: Readonly<Record<string, CodeList>>; tables: Readonly<Record<string, Table>> }

/** Carries out a rule. */
export type Step = (scope: Scope, target: Target) => void;

/** Stands for a value that was refused: an issue tells why. */
const refused = Symbol('refused');
type Change = (value: unknown, scope: Scope) => unknown;

/** Turns the rules of a mapping document of good form into steps; collects what is wrong with them in `issues`. */
export class Compiler {
  readonly issues: Issue[] = [];
  /** True if a rule has an expression, which JSONata evaluates asynchronously. */
  isAsync = false;

  constructor(private readonly document: MappingDocument, private readonly lists: Lists) {}

  rules(rules: readonly Rule[], path = 'rules'): Step[] {
    return rules.map((rule, i) => this.#rule(rule, `${path}[${i}]`));
  }

  #rule(rule: Rule, path: string): Step {
    this.#checkSources(rule, path);
    const put = this.#try(`${path}.to`, () => compileTarget(rule.to)) ?? compileTarget('unknown');
    const when = rule.when === undefined ? undefined : this.#try(`${path}.when`, () => compileCondition(parseCondition(rule.when ?? '')));
    if (rule.each !== undefined) return this.#each(rule, put, when, path);
    const step = rule.rules ? this.#group(rule, put, path) : this.#leaf(rule, put, path);
    return when ? (scope, target) => { if (when(scope)) step(scope, target); } : step;
  }

  #checkSources(rule: Rule, path: string): void {
    const sources = (['from', 'value', 'template', 'expr', 'each'] as const).filter((name) => rule[name] !== undefined);
    const add = (message: string): void => { this.issues.push({ path, rule: 'source', message }); };
    if (sources.length > 1) add(`has ${sources.join(' and ')}: only one of them can be the source`);
    if (sources.length === 0 && !rule.rules) add('needs a source: from, value, template, expr or each');
    if (rule.each !== undefined && !rule.rules) add('needs rules for the items of each');
    if (rule.rules && sources.some((name) => name !== 'from' && name !== 'each')) add('has rules, which go with each or from only');
    for (const name of ['codes', 'lookup', 'as', 'default'] as const) {
      if (rule.rules && rule[name] !== undefined) add(`has rules and ${name}, which go with single values only`);
    }
  }

  #each(rule: Rule, put: Put, when: ((scope: Scope) => boolean) | undefined, path: string): Step {
    const { each = '', to, required } = rule;
    const get = this.#path(each, `${path}.each`);
    const steps = this.rules(rule.rules ?? [], `${path}.rules`);
    if (!to.endsWith('[]')) this.issues.push({ path: `${path}.to`, rule: 'target', message: 'must end with [] where there is an each' });
    return (scope, target) => {
      const list = get(scope);
      if (list === undefined || list === null) {
        if (required) missing(scope, to, each);
        return;
      }
      if (!Array.isArray(list)) { report(scope, to, 'each', `is not a list${at(scope, each)}`); return; }
      const items: Target[] = put.list(target);
      for (let index = 0; index < list.length; index++) {
        const inner: Scope = { value: list[index], run: scope.run, parent: scope, index, at: items.length, from: each, to };
        if (when && !when(inner)) continue;
        const item: Target = {};
        items.push(item);
        for (const step of steps) step(inner, item);
      }
    };
  }

  #group(rule: Rule, put: Put, path: string): Step {
    const { from, to, required } = rule;
    const get = from === undefined ? (scope: Scope): unknown => scope.value : this.#from(from, `${path}.from`);
    const name = nameOf(from);
    const steps = this.rules(rule.rules ?? [], `${path}.rules`);
    return (scope, target) => {
      const value = get(scope);
      if (value === undefined || value === null) {
        if (required) missing(scope, to, name);
        return;
      }
      const item: Target = {};
      const inner: Scope = { value, run: scope.run, parent: scope, index: scope.index, at: -1, from: name, to };
      for (const step of steps) step(inner, item);
      if (Object.keys(item).length > 0) put(target, item);
      else if (required) missing(scope, to, name);
    };
  }

  #leaf(rule: Rule, put: Put, path: string): Step {
    const { to, required = false, default: fallback } = rule;
    const omit = (rule.nulls ?? this.document.nulls) === 'omit';
    const change = this.#changes(rule, path);
    const name = nameOf(rule.from ?? rule.expr ?? rule.template);
    const finish = (found: unknown, scope: Scope, target: Target): void => {
      let value = found;
      if (value === undefined || (omit && value === null)) value = fallback;
      if (value === undefined || value === null || value === '') {
        if (required) { missing(scope, to, name); return; }
        if (value === undefined) return;
      } else if (change && value !== fallback) {
        value = change(value, scope);
        if (value === refused) return;
      }
      put(target, value);
    };
    if (rule.expr !== undefined) return this.#expression(rule.expr, finish, to, `${path}.expr`);
    const get = this.#source(rule, path);
    return (scope, target) => { finish(get(scope), scope, target); };
  }

  #source(rule: Rule, path: string): Get {
    if (rule.template !== undefined) {
      const { template } = rule;
      return this.#try(`${path}.template`, () => compileTemplate(template)) ?? nothing;
    }
    if (rule.from !== undefined) return this.#from(rule.from, `${path}.from`);
    const { value } = rule;
    if (typeof value !== 'object' || value === null) return () => value;
    return () => structuredClone(value);
  }

  #from(from: string | string[], path: string): Get {
    if (typeof from === 'string') return this.#path(from, path);
    const gets = from.map((one, i) => this.#path(one, `${path}[${i}]`));
    return (scope) => {
      let last: unknown;
      for (const get of gets) {
        const value = get(scope);
        if (value !== undefined && value !== null) return value;
        last ??= value;
      }
      return last;
    };
  }

  #expression(text: string, finish: (value: unknown, scope: Scope, target: Target) => void, to: string, path: string): Step {
    const evaluate: Evaluate = this.#try(path, () => compileExpression(text)) ?? (() => Promise.resolve(undefined));
    this.isAsync = true;
    return (scope, target) => {
      scope.run.pending.push(evaluate(scope).then(
        (value) => { finish(value, scope, target); },
        (reason: unknown) => { report(scope, to, 'expr', `cannot be computed: ${reason instanceof Error ? reason.message : 'unknown error'}`); },
      ));
    };
  }

  #changes(rule: Rule, path: string): Change | undefined {
    const changes: Change[] = [];
    const from = nameOf(rule.from ?? rule.template ?? rule.expr);
    if (rule.codes !== undefined) changes.push(this.#codes(rule.codes, rule.to, from, `${path}.codes`));
    if (rule.lookup !== undefined) changes.push(this.#lookup(rule.lookup, rule.to, from, `${path}.lookup`));
    const conversions: readonly Conversion[] = rule.as === undefined ? [] : Array.isArray(rule.as) ? rule.as : [rule.as];
    conversions.forEach((conversion) => { changes.push(this.#conversion(conversion, rule.to, from, `${path}.as`)); });
    if (changes.length < 2) return changes[0];
    return (value, scope) => {
      let result = value;
      for (const change of changes) {
        result = change(result, scope);
        if (result === refused) return refused;
      }
      return result;
    };
  }

  #codes(name: string, to: string, from: string, path: string): Change {
    const list = this.lists.codes[name] ?? this.document.codes?.[name];
    if (!list) this.#unknown(path, 'code list', name, [...Object.keys(this.lists.codes), ...Object.keys(this.document.codes ?? {})]);
    const codes = new Map(Object.entries(list ?? {}));
    const other = codes.get('*');
    return (value, scope) => {
      const code = codes.get(String(value)) ?? other;
      return code ?? report(scope, to, 'codes', `"${String(value)}" is not in the code list "${name}"${at(scope, from)}`);
    };
  }

  #lookup(name: string, to: string, from: string, path: string): Change {
    const table = this.lists.tables[name];
    if (!table) this.#unknown(path, 'table', name, Object.keys(this.lists.tables));
    const find = reader(table ?? new Map());
    return (value, scope) => find(String(value)) ?? report(scope, to, 'lookup', `"${String(value)}" is not in the table "${name}"${at(scope, from)}`);
  }

  #conversion(conversion: Conversion, to: string, from: string, path: string): Change {
    const convert = compileConversion(conversion);
    const other = typeof conversion === 'object' && 'date' in conversion ? this.#path(conversion.date, path) : nothing;
    const rule = typeof conversion === 'string' ? conversion : Object.keys(conversion)[0] ?? '';
    return (value, scope) => {
      try {
        return convert(value, () => other(scope));
      } catch (reason) {
        if (reason instanceof Refusal) return report(scope, to, rule, `${reason.message}${at(scope, from)}`);
        throw reason;
      }
    };
  }

  #path(text: string, path: string): Get { return this.#try(path, () => compilePath(parsePath(text))) ?? nothing; }

  #unknown(path: string, what: string, name: string, known: string[]): void {
    this.issues.push({ path, rule: 'unknown', message: `there is no ${what} "${name}"${known.length > 0 ? `; there are ${known.join(', ')}` : ''}` });
  }

  #try<T>(path: string, make: () => T): T | undefined {
    try {
      return make();
    } catch (reason) {
      if (!(reason instanceof MappingSyntaxError)) throw reason;
      this.issues.push({ path, rule: 'syntax', message: reason.message });
      return undefined;
    }
  }
}

const nothing: Get = () => undefined;

function reader(table: Table): (key: string) => unknown {
  if (typeof table === 'function') return table;
  if (table instanceof Map) return (key) => table.get(key) as unknown;
  const fields = table as Readonly<Record<string, unknown>>;
  return (key) => (Object.hasOwn(fields, key) ? fields[key] : undefined);
}

function nameOf(from: string | string[] | undefined): string { return typeof from === 'string' ? from : from?.join(', ') ?? '.'; }

function at(scope: Scope, from: string): string { return ` (from ${sourcePath(scope, from)})`; }

function missing(scope: Scope, to: string, from: string): void { report(scope, to, 'required', `is needed${at(scope, from)}`); }

function report(scope: Scope, to: string, rule: string, message: string): typeof refused {
  scope.run.issues.push({ path: targetPath(scope, to), rule, message });
  return refused;
}
