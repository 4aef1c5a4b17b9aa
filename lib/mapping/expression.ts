import jsonata from 'jsonata';
import { MappingSyntaxError } from './syntax';
import type { Scope } from './scope';

/** Resolves to what the expression gives, or to why it gives nothing; never rejects. */
export type Evaluate = (scope: Scope) => Promise<unknown>;

/** Why an expression could not be computed. */
export class ExpressionFailure extends Error {}

/**
 * A JSONata expression, compiled once. Its input is the scope; `$root`, `$parent`, `$context` and `$index` are bound. Numbers in
 * it are floating point: compute no amounts here. Throws MappingSyntaxError.
 */
export function compileExpression(text: string): Evaluate {
  let expression: jsonata.Expression;
  try {
    expression = jsonata(text);
  } catch (reason) {
    throw asSyntaxError(reason);
  }
  return async ({ value, run, parent, index }) => {
    try {
      return plain(await expression.evaluate(value, { root: run.root, parent: parent?.value, context: run.context, index: index < 0 ? undefined : index }));
    } catch (reason) {
      // JSONata's texts quote values, which may be personal: its code says as much.
      return new ExpressionFailure(`JSONata ${field(reason, 'code') ?? 'error'} at character ${field(reason, 'position') ?? '?'}`);
    }
  };
}

/** JSONata's sequences are arrays with further properties; functions are no data. */
function plain(value: unknown): unknown {
  if (typeof value === 'function') return undefined;
  return Array.isArray(value) ? Array.from(value as unknown[]) : value;
}

function asSyntaxError(reason: unknown): MappingSyntaxError {
  return new MappingSyntaxError(field(reason, 'message') ?? 'this is not JSONata', Number(field(reason, 'position') ?? 1));
}

function field(reason: unknown, name: string): string | undefined {
  const value = typeof reason === 'object' && reason !== null ? (reason as Record<string, unknown>)[name] : undefined;
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}
