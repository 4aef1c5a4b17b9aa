import { describeIssues } from '../documents/validate';
import { ConfigError, DataError, type Issue } from '../errors';
import type { CodeList, Table } from './change';
import { Compiler, fill } from './compile';
import { checkForm, type MappingDocument } from './document';
import type { Step } from './field';
import type { Run, Scope } from './scope';

export type { CodeList, Table } from './change';
export type { Conversion } from './convert';
export type { MappingDocument, Rule } from './document';

export interface MappingOptions {
  /** Code lists by name (`codes` of a rule); they come before those of the document itself. */
  codes?: Readonly<Record<string, CodeList>>;
  /** Look-up tables by name (`lookup` of a rule). Read at each use, so what is added later is found. */
  tables?: Readonly<Record<string, Table>>;
  /** How errors call the mapping. Default: `<source> -> <target>`. */
  name?: string;
}

/** What rules read as `$context`: settings of the target system and the like. */
export type MappingContext = Readonly<Record<string, unknown>>;

/** A mapping document made into a function. Pure: no run changes its input or knows of another. */
export interface Mapping {
  readonly source: string;
  readonly target: string;
  /** True if a rule has an `expr`: then only `mapAsync` works. */
  readonly isAsync: boolean;
  /**
   * Maps a document; `record` names it in errors. The result shares lists and objects with the document where a rule copies
   * them whole. Throws DataError `DATA_MAPPING` listing every issue, ConfigError if the mapping is async.
   */
  map(document: unknown, context?: MappingContext, record?: string): Record<string, unknown>;
  /** The same, for every mapping. */
  mapAsync(document: unknown, context?: MappingContext, record?: string): Promise<Record<string, unknown>>;
}

/** Compiles a mapping document (docs/mapping.md). Throws ConfigError `CONFIG_MAPPING` listing everything that is wrong with it, and where. */
export function compileMapping(document: unknown, options: MappingOptions = {}): Mapping {
  const { issues, mapping } = compile(document, options);
  if (mapping) return mapping;
  throw new ConfigError('CONFIG_MAPPING', `The mapping ${nameOf(document, options)} cannot be used. ${describeIssues(issues)}`, { issues });
}

/** Compiles at the first call and then gives the same: Node-RED starts without waiting for what it may never need. */
export function lazyMapping(document: unknown, options?: MappingOptions): () => Mapping {
  let mapping: Mapping | undefined;
  return () => mapping ??= compileMapping(document, options);
}

/** What is wrong with a mapping document; empty for a good one. */
export function checkMapping(document: unknown, options: MappingOptions = {}): Issue[] { return compile(document, options).issues; }

function compile(document: unknown, options: MappingOptions): { issues: Issue[]; mapping?: Mapping } {
  const issues = checkForm(document);
  if (issues.length > 0) return { issues };
  const good = document as MappingDocument;
  const compiler = new Compiler(good, { codes: options.codes ?? {}, tables: options.tables ?? {} });
  const step = compiler.steps(good.rules);
  if (compiler.issues.length > 0) return { issues: compiler.issues };
  const { source, target } = good;
  return { issues, mapping: new CompiledMapping(source, target, compiler.isAsync, nameOf(document, options), step) };
}

class CompiledMapping implements Mapping {
  constructor(readonly source: string, readonly target: string, readonly isAsync: boolean, private readonly name: string, private readonly step: Step) {}

  map(document: unknown, context: MappingContext = {}, record?: string): Record<string, unknown> {
    if (this.isAsync) throw new ConfigError('CONFIG_MAPPING_ASYNC', `The mapping ${this.name} has JSONata expressions: use mapAsync.`);
    return this.#run(newRun(document, context), record);
  }

  async mapAsync(document: unknown, context: MappingContext = {}, record?: string): Promise<Record<string, unknown>> {
    const run = newRun(document, context);
    if (this.isAsync) {
      const collecting = newRun(document, context);
      fill(this.step, scopeOf(collecting));
      run.results = await Promise.all(collecting.expressions);
    }
    return this.#run(run, record);
  }

  #run(run: Run, record: string | undefined): Record<string, unknown> {
    const result = fill(this.step, scopeOf(run));
    const { issues } = run;
    if (issues.length === 0) return result;
    throw new DataError('DATA_MAPPING', `${record ?? 'The document'} cannot be mapped by ${this.name}. ${describeIssues(issues)}`,
      { ...(record === undefined ? {} : { record }), issues });
  }
}

function newRun(root: unknown, context: MappingContext): Run { return { root, context, issues: [], expressions: [], met: 0 }; }

function scopeOf(run: Run): Scope { return { value: run.root, run, parent: undefined, index: -1, at: -1, site: undefined }; }

function nameOf(document: unknown, { name }: MappingOptions): string {
  if (name !== undefined) return name;
  const { source = '?', target = '?' } = (typeof document === 'object' && document !== null ? document : {}) as { source?: string; target?: string };
  return `${source} -> ${target}`;
}
