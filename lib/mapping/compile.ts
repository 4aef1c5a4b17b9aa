import type { Issue } from '../errors';
import { compileChanges, type Lists } from './change';
import type { MappingDocument, Rule } from './document';
import { compileExpression, ExpressionFailure } from './expression';
import type { Fields, Put, Step } from './field';
import { freshFields, type FieldFunctions } from './fresh';
import { compileCondition, compilePath } from './read';
import { fromText, report, type Get, type Scope, type Site } from './scope';
import { MappingSyntaxError, parseCondition, parsePath } from './syntax';
import { parseTarget, TargetKinds, type TargetPath } from './target';
import { compileTemplate } from './template';

/** A rule on its way to a step: where it stands in the document, and its own functions. */
interface Part { rule: Rule; path: string; target: TargetPath; fields: FieldFunctions }

type Test = (scope: Scope) => boolean;

/** Turns the rules of a mapping document of good form into steps; collects what is wrong with them in `issues`. */
export class Compiler {
  readonly issues: Issue[] = [];
  /** True if a rule has an expression, which JSONata evaluates asynchronously. */
  isAsync = false;

  constructor(private readonly document: MappingDocument, private readonly lists: Lists) {}

  /** The steps that fill one object. */
  steps(rules: readonly Rule[], at = 'rules'): Step {
    const kinds = new TargetKinds();
    return joined(rules.map((rule, i) => {
      const path = `${at}[${i}]`;
      const target = this.#attempt(`${path}.to`, () => {
        const parsed = parseTarget(rule.to);
        kinds.add(parsed);
        return parsed;
      });
      const fields = freshFields();
      return { fields, step: this.#step({ rule, path, fields, target: target ?? { steps: ['unknown'], appends: rule.each !== undefined } }) };
    }));
  }

  #step(part: Part): Step {
    const { rule, path, fields } = part;
    this.#checkSources(part);
    const when = rule.when === undefined ? undefined : this.#attempt(`${path}.when`, () => compileCondition(parseCondition(rule.when ?? ''), fields));
    if (rule.each !== undefined) return this.#each(part, rule.each, when);
    const step = rule.rules ? this.#group(part, rule.rules) : this.#leaf(part);
    return when ? (scope, target) => { if (when(scope)) step(scope, target); } : step;
  }

  #checkSources({ rule, path, target }: Part): void {
    const sources = (['from', 'value', 'template', 'expr', 'each'] as const).filter((name) => rule[name] !== undefined);
    const add = (message: string): void => { this.#complain(path, 'source', message); };
    if (sources.length > 1) add(`has ${sources.join(' and ')}: only one of them can be the source`);
    if (sources.length === 0 && !rule.rules) add('needs a source: from, value, template, expr or each');
    if (rule.each !== undefined && !rule.rules) add('needs rules for the items of each');
    if (rule.each !== undefined && !target.appends) add('has each, so its target must end in []');
    if (rule.rules && sources.some((name) => name !== 'from' && name !== 'each')) add('has rules, which go with each or from only');
    for (const name of ['codes', 'lookup', 'as', 'default', 'nulls'] as const) {
      if (rule.rules && rule[name] !== undefined) add(`has rules and ${name}, which goes with single values only`);
    }
  }

  /** An object for each item of a list. */
  #each({ rule: { to, required = false, rules = [] }, path, target: { steps: way }, fields }: Part, each: string, when: Test | undefined): Step {
    const get = this.#path(each, `${path}.each`, fields);
    const steps = this.steps(rules, `${path}.rules`);
    const listIn = listAt(way, fields);
    const site: Site = { from: each, to };
    return (scope, target) => {
      const items = get(scope);
      if (items === undefined || items === null) {
        if (required) report(scope, to, 'required', `is needed${fromText(scope, each)}`);
        return;
      }
      if (!Array.isArray(items)) { report(scope, to, 'each', `is not a list${fromText(scope, each)}`); return; }
      const list = listIn(target);
      for (let index = 0; index < items.length; index++) {
        const inner: Scope = { value: items[index], run: scope.run, parent: scope, index, at: list.length, site };
        if (when === undefined || when(inner)) list.push(fill(steps, inner));
      }
    };
  }

  /** An object from another one, or from the same. */
  #group({ rule: { from, to, required = false }, path, target, fields }: Part, rules: readonly Rule[]): Step {
    const get = from === undefined ? fields.readFields([]) : this.#from(from, `${path}.from`, fields);
    const steps = this.steps(rules, `${path}.rules`);
    const put = putAt(target, fields);
    const site: Site = { from: nameOf(from), to };
    return (scope, outer) => {
      const value = get(scope);
      const made = value === undefined || value === null ? undefined
        : fill(steps, { value, run: scope.run, parent: scope, index: scope.index, at: -1, site });
      if (made && Object.keys(made).length > 0) put(outer, made);
      else if (required) report(scope, to, 'required', `is needed${fromText(scope, site.from)}`);
    };
  }

  #leaf(part: Part): Step {
    const { rule, path, fields } = part;
    const from = nameOf(rule.from ?? rule.template ?? rule.expr);
    const source = this.#source(part);
    const change = compileChanges(rule, from, { ...this.lists, own: this.document.codes ?? {} }, {
      path: (text, name) => this.#path(text, `${path}.${name}`, fields), complain: (name, kind, message) => { this.#complain(`${path}.${name}`, kind, message); },
    });
    return fields.carryOut(source, putAt(part.target, fields), {
      omitsNull: (rule.nulls ?? this.document.nulls) === 'omit', fallback: rule.default === undefined ? undefined : constant(rule.default), required: rule.required ?? false, change,
      missing: (scope) => { report(scope, rule.to, 'required', `is needed${fromText(scope, from)}`); },
    });
  }

  #source({ rule: { from, value, template, expr, to }, path, fields }: Part): Get {
    if (expr !== undefined) return this.#expression(expr, to, `${path}.expr`);
    if (template !== undefined) return this.#attempt(`${path}.template`, () => compileTemplate(template, fields)) ?? nothing;
    if (from !== undefined) return this.#from(from, `${path}.from`, fields);
    return constant(value);
  }

  #from(from: string | string[], path: string, fields: FieldFunctions): Get {
    if (typeof from === 'string') return this.#path(from, path, fields);
    return firstOf(from.map((one, i) => this.#path(one, `${path}[${i}]`, fields)));
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

  #path(text: string, path: string, fields: FieldFunctions): Get {
    return this.#attempt(path, () => compilePath(parsePath(text), fields)) ?? nothing;
  }

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

/** The object that a step makes of a scope. */
export function fill(step: Step, scope: Scope): Fields {
  const result: Fields = {};
  step(scope, result);
  return result;
}

/** All steps as one: a balanced tree, so that long mappings do not go deep, each knot with the functions of another rule. */
function joined(parts: readonly { step: Step; fields: FieldFunctions }[]): Step {
  const half = parts.length >> 1;
  const middle = parts[half];
  if (!middle) return () => undefined;
  return half === 0 ? middle.step : middle.fields.both(joined(parts.slice(0, half)), joined(parts.slice(half)));
}

const nothing: Get = () => undefined;

/** Objects are copied, so that nobody who changes a result changes the next one. */
function constant(value: unknown): Get { return typeof value === 'object' && value !== null ? () => structuredClone(value) : () => value; }

function nameOf(from: string | string[] | undefined): string { return typeof from === 'string' ? from : from?.join(', ') ?? '.'; }

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

function putAt({ steps, appends }: TargetPath, fields: FieldFunctions): Put {
  if (!appends) return fields.writeField(steps);
  const listIn = listAt(steps, fields);
  return (target, value) => { listIn(target).push(value); };
}

/** Finds or makes the list that a target path ending in `[]` names. */
function listAt(steps: TargetPath['steps'], fields: FieldFunctions): (target: Fields) => unknown[] {
  const put = fields.writeField(steps);
  return (target) => {
    let found: unknown = target;
    for (const step of steps) found = (found as Fields | undefined)?.[step];
    if (Array.isArray(found)) return found as unknown[];
    const made: unknown[] = [];
    put(target, made);
    return made;
  };
}
