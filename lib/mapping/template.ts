import type { FieldFunctions } from './fresh';
import { compilePath } from './read';
import type { Get } from './scope';
import { MappingSyntaxError, parsePath } from './syntax';

/**
 * `"{givenName} {familyName}"`: the values of the paths in braces within the text; `{{` stands for a brace. What is absent or
 * null leaves nothing; if all paths do, so does the template. Throws MappingSyntaxError.
 */
export function compileTemplate(template: string, fields: FieldFunctions): Get {
  const parts: (string | Get)[] = [];
  let text = '';
  for (let i = 0; i < template.length; i++) {
    const character = template[i] ?? '';
    if (template.startsWith('{{', i) || template.startsWith('}}', i)) {
      text += character;
      i++;
    } else if (character === '{') {
      const end = template.indexOf('}', i);
      if (end < 0) throw new MappingSyntaxError('the { has no }', i + 1);
      parts.push(text, compilePath(parsePath(template.slice(i + 1, end)), fields));
      text = '';
      i = end;
    } else {
      text += character;
    }
  }
  parts.push(text);
  return (scope) => fill(parts, (get) => get(scope));
}

function fill(parts: readonly (string | Get)[], read: (get: Get) => unknown): string | undefined {
  let result = '';
  let found = false;
  for (const part of parts) {
    const value = typeof part === 'string' ? part : read(part);
    if (value === undefined || value === null) continue;
    if (typeof part !== 'string') found = true;
    result += typeof value === 'string' ? value : JSON.stringify(value);
  }
  return found ? result.trim() : undefined;
}
