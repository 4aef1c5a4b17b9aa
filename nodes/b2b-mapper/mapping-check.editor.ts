import type { Issue } from '../../lib/errors';
import { ask } from '../common/request.editor';
import type { EditedNode } from '../common/text.editor';
import { isBlank } from '../common/validate.editor';

/** The three JSON texts of a mapper. */
export interface MappingTexts { mapping: string; tables: string; codes: string }
export const parts = ['mapping', 'tables', 'codes'] as const;

/** What the runtime said about texts it has seen, so that validators, which cannot wait, know it. */
const answers = new Map<string, Issue[]>();
const keyOf = ({ mapping, tables, codes }: MappingTexts): string => JSON.stringify([mapping, tables, codes]);

/** Reads a JSON object; blank counts as an empty one. Throws with the parser's text. */
function readObject(text: string): object {
  const value: unknown = isBlank(text) ? {} : JSON.parse(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new SyntaxError('{ … }');
  return value;
}

/** What is wrong with the JSON itself, before anybody looks at its meaning. */
export function syntaxIssues(node: EditedNode, texts: MappingTexts): Issue[] {
  return parts.flatMap((part) => {
    try {
      readObject(texts[part]);
      return [];
    } catch (error) {
      return [{ path: part, rule: 'json', message: node._('b2b-mapper.validate.json', { error: error instanceof Error ? error.message : '' }) }];
    }
  });
}

/** Everything known to be wrong: bad JSON at once, the rest after `checkMapping` has asked. */
export function knownIssues(node: EditedNode, texts: MappingTexts): Issue[] {
  const wrong = syntaxIssues(node, texts);
  return wrong.length > 0 ? wrong : answers.get(keyOf(texts)) ?? [];
}

/** Asks the runtime what is wrong with these texts. Rejects with a readable text if it cannot be asked. */
export async function checkMapping(node: EditedNode, texts: MappingTexts): Promise<Issue[]> {
  const wrong = syntaxIssues(node, texts);
  if (wrong.length > 0) return wrong;
  const known = answers.get(keyOf(texts));
  if (known) return known;
  const [mapping, tables, codes] = parts.map((part) => readObject(texts[part]));
  const { issues } = await ask<{ issues: Issue[] }>(node, 'POST', 'b2b/mappings/check', { mapping, tables, codes });
  answers.set(keyOf(texts), issues);
  return issues;
}

/** A mapping that says something else than was chosen in the form; a blank choice allows anything. */
export function schemaIssues(node: EditedNode, mapping: string, chosen: { source: string; target: string }): Issue[] {
  const said = readObject(mapping) as { source?: unknown; target?: unknown };
  return (['source', 'target'] as const)
    .filter((end) => chosen[end] !== '' && said[end] !== chosen[end])
    .map((end) => ({ path: end, rule: 'schema', message: node._('b2b-mapper.validate.schema', { chosen: chosen[end], said: typeof said[end] === 'string' ? said[end] : '–' }) }));
}

/** Why one saved text is refused, or true. */
export function verdict(node: EditedNode, part: typeof parts[number], text: string): true | string {
  if (part === 'mapping' && isBlank(text)) return node._('common.validate.required');
  return syntaxIssues(node, { mapping: '', tables: '', codes: '', [part]: text }).at(0)?.message ?? true;
}
