import { createHash } from 'node:crypto';
import { getDirectiveValues, GraphQLError, type GraphQLResolveInfo } from 'graphql';

export type IdempotencyRefusal = 'IDEMPOTENCY_KEY_PARAMETER_MISMATCH' | 'IDEMPOTENCY_CONCURRENT_REQUEST';

/** What the vendor says to each. */
export const repeated: Record<IdempotencyRefusal, string> = {
  IDEMPOTENCY_KEY_PARAMETER_MISMATCH: 'The same idempotency key cannot be used with different operation parameters.',
  IDEMPOTENCY_CONCURRENT_REQUEST: 'This request is currently in progress, please try again.',
};

/** Keys remembered; the oldest go first. */
const most = 1000;

interface Entry { parameters: string; result: Promise<unknown>; done: boolean }

/**
 * `@idempotent(key:)` as the vendor has it: same key and variables give the first result, other variables or a first
 * try still at work are refused with a userError of that code.
 */
export class Idempotency {
  readonly #entries = new Map<string, Entry>();

  /** Runs the work once per key. A work that throws leaves its key free. */
  async run<T>(
    field: string, key: string, parameters: unknown, work: () => Promise<T> | T, refuse: (code: IdempotencyRefusal) => T,
  ): Promise<T> {
    const id = `${field} ${key}`;
    const digest = createHash('sha256').update(JSON.stringify(parameters)).digest('base64');
    const known = this.#entries.get(id);
    if (known) {
      if (known.parameters !== digest) return refuse('IDEMPOTENCY_KEY_PARAMETER_MISMATCH');
      return known.done ? await known.result as T : refuse('IDEMPOTENCY_CONCURRENT_REQUEST');
    }
    const entry: Entry = { parameters: digest, done: false, result: Promise.resolve().then(work) };
    if (this.#entries.size >= most) this.#entries.delete(this.#entries.keys().next().value ?? '');
    this.#entries.set(id, entry);
    try {
      const result = await entry.result as T;
      entry.done = true;
      return result;
    } catch (error) {
      this.#entries.delete(id);
      throw error;
    }
  }
}

/** The key of `@idempotent` on the field being resolved. Throws for a mutation that must carry one. */
export function idempotencyKey(info: GraphQLResolveInfo, required: true): string;
export function idempotencyKey(info: GraphQLResolveInfo, required: boolean): string | undefined;
export function idempotencyKey(info: GraphQLResolveInfo, required: boolean): string | undefined {
  const directive = info.schema.getDirective('idempotent');
  const node = info.fieldNodes[0];
  const values = directive && node && getDirectiveValues(directive, node, info.variableValues);
  if (!values && required) {
    throw new GraphQLError(
      `The @idempotent directive is required for this mutation but was not provided.`, { extensions: { code: 'BAD_REQUEST' } },
    );
  }
  return values?.['key'] as string | undefined;
}
