import { ConfigError, DataError, type Issue } from '../errors';
import { describeIssues } from '../documents/validate';
import { Compiler, type CodeList, type Step, type Table } from './compile';
import { checkForm, type MappingDocument } from './document';
import type { Run, Scope } from './scope';
import type { Target } from './write';

export type { CodeList, Table } from './compile';
export type { Conversion } from './convert';
export type { MappingDocument, Rule } from './document';

export interface MappingOptions {
  /** Code lists by name (`codes` of a rule), before those of the document itself. `*` stands for every other code. */
  codes?: Readonly<Record<string, CodeList>>;
  /** Look-up tables by name (`lookup` of a rule). Read at each use, so what is added later is found. */
  tables?: Readonly<Record<string, Table>>;
  /** How errors call the mapping. Default: `<source> -> <target>`. */
  name?: string;
}

/** A mapping document made into a function. Pure: no run changes its input or knows of another. */
export interface Mapping {
  readonly source: string;
  readonly target: string;
  /** True if a rule has an `expr`: then only `mapAsync` works. */
  readonly isAsync: boolean;
  /**
   * Maps a document. `context` is what rules read as `$context`; `record` names the document in errors.
   * Throws DataError `DATA_MAPPING` listing every issue, ConfigError if the mapping is async.
   */
  map(document: unknown, context?: Readonly<Record<string, unknown>>, record?: string): Record<string, unknown>;
  /** The same, for every mapping. */
  mapAsync(document: unknown, context?: Readonly<Record<string, unknown>>, record?: string): Promise<Record<string, unknown>>;
}

/** Compiles a mapping document. Throws ConfigError `CONFIG_MAPPING` listing everything that is wrong with it, and where. */
export function compileMapping(document: unknown, options: MappingOptions = {}): Mapping {
  const { issues, mapping } = compile(document, options);
  if (mapping) return mapping;
  throw new ConfigError('CONFIG_MAPPING', `The mapping ${nameOf(document, options)} cannot be used. ${describeIssues(issues)}`, { issues });
}

/** What is wrong with a mapping document; empty for a good one. */
export function checkMapping(document: unknown, options: MappingOptions = {}): Issue[] { return compile(document, options).issues; }

function compile(document: unknown, options: MappingOptions): { issues: Issue[]; mapping?: Mapping } {
  const issues = checkForm(document);
  if (issues.length > 0) return { issues };
  const { source, target, rules } = document as MappingDocument;
  const compiler = new Compiler(document as MappingDocument, { codes: options.codes ?? {}, tables: options.tables ?? {} });
  const steps = compiler.rules(rules);
  if (compiler.issues.length > 0) return { issues: compiler.issues };
  return { issues, mapping: makeMapping(steps, { source, target, isAsync: compiler.isAsync, name: nameOf(document, options) }) };
}

function makeMapping(steps: readonly Step[], { source, target, isAsync, name }: { source: string; target: string; isAsync: boolean; name: string }): Mapping {
  const begin = (document: unknown, context: Readonly<Record<string, unknown>>): { run: Run; result: Target } => {
    const run: Run = { root: document, context, issues: [], pending: [] };
    const scope: Scope = { value: document, run, parent: undefined, index: -1, at: -1, from: '', to: '' };
    const result: Target = {};
    for (const step of steps) step(scope, result);
    return { run, result };
  };
  const end = ({ run, result }: { run: Run; result: Target }, record: string | undefined): Target => {
    if (run.issues.length === 0) return result;
    throw new DataError('DATA_MAPPING', `${record ?? 'The document'} cannot be mapped by ${name}. ${describeIssues(run.issues)}`,
      { ...(record === undefined ? {} : { record }), issues: run.issues });
  };
  return {
    source, target, isAsync,
    map(document, context = {}, record) {
      if (isAsync) throw new ConfigError('CONFIG_MAPPING_ASYNC', `The mapping ${name} has JSONata expressions: use mapAsync.`);
      return end(begin(document, context), record);
    },
    async mapAsync(document, context = {}, record) {
      const started = begin(document, context);
      await Promise.all(started.run.pending);
      return end(started, record);
    },
  };
}

function nameOf(document: unknown, { name }: MappingOptions): string {
  if (name !== undefined) return name;
  const { source = '?', target = '?' } = (typeof document === 'object' && document !== null ? document : {}) as { source?: string; target?: string };
  return `${source} -> ${target}`;
}
