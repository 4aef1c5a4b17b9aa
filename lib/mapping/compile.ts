import type { Issue } from '../errors';
import { compileChanges, type Lists } from './change';
import type { MappingDocument, Rule } from './document';
import { compileExpression, ExpressionFailure } from './expression';
import { compileCondition, compilePath } from './read';
import { fromText, report, type Get, type Scope, type Site } from './scope';
import { MappingSyntaxError, parseCondition, parsePath } from './syntax';
import { appendOne, parseTarget, Plan, type Append, type TargetPath } from './target';
import { compileTemplate } from './template';

/** Notes what is wrong with a part of a mapping document. */
export type Complain = (path: string, rule: string, message: string) => void;

/** Turns a mapping document of good form into functions; collects what is wrong with it in `issues`. */
export class Compiler {
  readonly issues: Issue[] = [];
  /** True if a rule has an expression, which JSONata evaluates asynchronously. */
  isAsync = false;

  constructor(private readonly document: MappingDocument, private readonly lists: Lists) {}

  /** The plan of the object that rules make. */
  plan(rules: readonly Rule[], path = 'rules'): Plan {
    const plan = new Plan();
    rules.forEach((rule, i) => { this.#add(plan, rule, `${path}[${i}]`); });
    return plan;
  }

  #add(plan: Plan, rule: Rule, path: string): void {
    this.#checkSources(rule, path);
    const when = rule.when === undefined ? undefined : this.#attempt(`${path}.when`, () => compileCondition(parseCondition(rule.when ?? '')));
    const target = this.#attempt(`${path}.to`, () => parseTarget(rule.to));
    const append = rule.each === undefined ? undefined : this.#each(rule, rule.each, when, path);
    const get = append ? undefined : onlyWhen(when, rule.rules ? this.#group(rule, rule.rules, path) : this.#leaf(rule, path));
    if (target) this.#attempt(`${path}.to`, () => { this.#put(plan, target, append ?? (get as Get), rule.each !== undefined); });
  }

  #put(plan: Plan, { steps, appends }: TargetPath, source: Append | Get, isList: boolean): void {
    if (isList && !appends) throw new MappingSyntaxError('must end in [] where there is an each, expected []', 1);
    if (appends) plan.append(steps, isList ? source as Append : appendOne(source as Get));
    else plan.set(steps, source as Get);
  }

  #checkSources(rule: Rule, path: string): void {
    const sources = (['from', 'value', 'template', 'expr', 'each'] as const).filter((name) => rule[name] !== undefined);
    const add = (message: string): void => { this.#complain(path, 'source', message); };
    if (sources.length > 1) add(`has ${sources.join(' and ')}: only one of them can be the source`);
    if (sources.length === 0 && !rule.rules) add('needs a source: from, value, template, expr or each');
    if (rule.each !== undefined && !rule.rules) add('needs rules for the items of each');
    if (rule.rules && sources.some((name) => name !== 'from' && name !== 'each')) add('has rules, which go with each or from only');
    for (const name of ['codes', 'lookup', 'as', 'default', 'nulls'] as const) {
      if (rule.rules && rule[name] !== undefined) add(`has rules and ${name}, which goes with single values only`);
    }
  }

  /** An object for each item of a list. */
  #each({ to, required = false, rules = [] }: Rule, each: string, when: ((scope: Scope) => boolean) | undefined, path: string): Append {
    const get = this.#path(each, `${path}.each`);
    const make = this.plan(rules, `${path}.rules`).buildObject(true);
    const site: Site = { from: each, to };
    return (scope, before) => {
      const items = get(scope);
      if (items === undefined || items === null) {
        if (required) report(scope, to, 'required', `is needed${fromText(scope, each)}`);
        return before;
      }
      if (!Array.isArray(items)) {
        report(scope, to, 'each', `is not a list${fromText(scope, each)}`);
        return before;
      }
      const list = before ?? [];
      for (let index = 0; index < items.length; index++) {
        const inner: Scope = { value: items[index], run: scope.run, parent: scope, index, at: list.length, site };
        if (when === undefined || when(inner)) list.push(make(inner));
      }
      return list;
    };
  }

  /** An object from another one, or from the same. */
  #group({ from, to, required = false }: Rule, rules: readonly Rule[], path: string): Get {
    const get = from === undefined ? (scope: Scope): unknown => scope.value : this.#from(from, `${path}.from`);
    const site: Site = { from: nameOf(from), to };
    const make = this.plan(rules, `${path}.rules`).buildObject(false);
    return (scope) => {
      const value = get(scope);
      const found = value === undefined || value === null ? undefined : make({ value, run: scope.run, parent: scope, index: scope.index, at: -1, site });
      return found === undefined && required ? report(scope, to, 'required', `is needed${fromText(scope, site.from)}`) : found;
    };
  }

  #leaf(rule: Rule, path: string): Get {
    const { to, default: fallback, required = false } = rule;
    const from = nameOf(rule.from ?? rule.template ?? rule.expr);
    const omitNull = (rule.nulls ?? this.document.nulls) === 'omit';
    const source = this.#source(rule, path);
    const get = omitNull ? (scope: Scope): unknown => source(scope) ?? undefined : source;
    const change = compileChanges(rule, from, { ...this.lists, own: this.document.codes ?? {} }, {
      path: (text, part) => this.#path(text, `${path}.${part}`), complain: (part, name, message) => { this.#complain(`${path}.${part}`, name, message); },
    });
    if (!change && !required && fallback === undefined) return get;
    return (scope) => {
      const value = get(scope);
      if (value === undefined && fallback !== undefined) return fallback;
      if (value === undefined || value === null || value === '') {
        if (required) return report(scope, to, 'required', `is needed${fromText(scope, from)}`);
        if (value !== '') return value;
      }
      return change ? change(value, scope) : value;
    };
  }

  #source({ from, value, template, expr, to }: Rule, path: string): Get {
    if (expr !== undefined) return this.#expression(expr, to, `${path}.expr`);
    if (template !== undefined) return this.#attempt(`${path}.template`, () => compileTemplate(template)) ?? nothing;
    if (from !== undefined) return this.#from(from, `${path}.from`);
    return typeof value === 'object' && value !== null ? () => structuredClone(value) : () => value;
  }

  #from(from: string | string[], path: string): Get {
    if (typeof from === 'string') return this.#path(from, path);
    return firstOf(from.map((one, i) => this.#path(one, `${path}[${i}]`)));
  }

  /** Expressions are met twice: first to start them, then, when all are done, to take their results in the same order. */
  #expression(text: string, to: string, path: string): Get {
    const evaluate = this.#attempt(path, () => compileExpression(text));
    if (!evaluate) return nothing;
    this.isAsync = true;
    return (scope) => {
      const { run } = scope;
      if (!run.results) {
        run.expressions.push(evaluate(scope));
        return undefined;
      }
      const result = run.results[run.met++];
      return result instanceof ExpressionFailure ? report(scope, to, 'expr', `cannot be computed: ${result.message}`) : result;
    };
  }

  #path(text: string, path: string): Get { return this.#attempt(path, () => compilePath(parsePath(text))) ?? nothing; }

  #attempt<T>(path: string, make: () => T): T | undefined {
    try {
      return make();
    } catch (reason) {
      if (!(reason instanceof MappingSyntaxError)) throw reason;
      this.#complain(path, 'syntax', reason.message);
      return undefined;
    }
  }

  #complain(path: string, rule: string, message: string): void { this.issues.push({ path, rule, message }); }
}

const nothing: Get = () => undefined;

function nameOf(from: string | string[] | undefined): string { return typeof from === 'string' ? from : from?.join(', ') ?? '.'; }

function onlyWhen(when: ((scope: Scope) => boolean) | undefined, get: Get): Get {
  return when ? (scope) => (when(scope) ? get(scope) : undefined) : get;
}

function firstOf(gets: readonly Get[]): Get {
  return (scope) => {
    let found: unknown;
    for (const get of gets) {
      const value = get(scope);
      if (value !== undefined && value !== null) return value;
      if (value === null) found = null;
    }
    return found;
  };
}
