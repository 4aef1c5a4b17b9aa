import { setTimeout } from 'node:timers/promises';
import { AuthError, TransientError, type ErrorDetails, type SyncError } from '../../errors';
import { createHttpClient } from '../../http/client';
import type { HttpRequest } from '../../http/contract';
import type { ConnectOptions, Native } from '../contract';
import type { Graphql } from './graphql';
import { refusal, type UserError } from './graphql-errors';
import { bulkOperationQuery, runBulkMutation, stagedUploadMutation } from './queries';

type Options = Pick<ConnectOptions, 'tls' | 'timeoutMs' | 'now'>;
interface Staged { stagedUploadsCreate: { stagedTargets: { url: string; parameters: { name: string; value: string }[] }[] | null; userErrors: UserError[] } }
interface Begun { bulkOperationRunMutation: { bulkOperation: { id: string } | null; userErrors: UserError[] } }
interface Operation { status: string; errorCode: string | null; url: string | null; partialDataUrl: string | null }
interface Line { data?: Native | null; errors?: { message?: string }[]; __lineNumber?: number }

/** How often is asked how an operation gets on, ms: soon at first, then ever more seldom. */
const pauses = { first: 250, factor: 1.5, longest: 10_000 };
const endings = new Set(['COMPLETED', 'FAILED', 'CANCELED', 'EXPIRED']);

/**
 * Runs one mutation for many records at once, past the limit on points (https://shopify.dev/docs/api/usage/bulk-operations/imports):
 * their variables are uploaded as a file, the shop works through it, and its answers are fetched as another.
 */
export class BulkOperations {
  readonly #stopped = new AbortController();

  constructor(private readonly graphql: Graphql, private readonly system: string, private readonly options: Options) {}

  /**
   * What the mutation answered to each record, in their order; an error for one that the operation did not come to: it may
   * have been carried out or not. Throws what concerns all of them. Waits while other operations leave no room.
   */
  async run(mutation: string, variables: readonly Native[], record: string): Promise<(Native | SyncError)[]> {
    const path = await this.#upload(variables, record);
    const id = await this.#begin(mutation, path, record);
    const operation = await this.#ended(id, record);
    const file = operation.url ?? operation.partialDataUrl;
    const lines = file === null ? [] : linesOf(await this.#fetch(file, record));
    const answers = new Map(lines.map((line, at) => [line.__lineNumber ?? at, line]));
    return variables.map((_, at) => this.#answer(answers.get(at), operation, record));
  }

  /** Gives up waiting: whoever waits gets an error. */
  stop(): void { this.#stopped.abort(); }

  async #upload(variables: readonly Native[], record: string): Promise<string> {
    const input = [{ resource: 'BULK_MUTATION_VARIABLES', filename: 'variables.jsonl', mimeType: 'text/jsonl', httpMethod: 'POST' }];
    const { stagedUploadsCreate: { stagedTargets, userErrors } } = await this.graphql.run<Staged>(stagedUploadMutation, { input }, { record });
    const target = stagedTargets?.[0];
    const path = target?.parameters.find(({ name }) => name === 'key')?.value;
    if (!target || path === undefined) throw refusal(userErrors, { system: this.system }, record) ?? this.#failed('TRANSIENT_NO_UPLOAD', `${this.system} named no place to upload ${record} to.`, record);
    const form = new FormData();
    for (const { name, value } of target.parameters) form.append(name, value);
    form.append('file', new Blob([variables.map((one) => `${JSON.stringify(one)}\n`).join('')], { type: 'text/jsonl' }), 'variables.jsonl');
    const encoded = new Response(form);
    await this.#file(target.url, { method: 'POST', body: await encoded.text(), headers: { 'content-type': encoded.headers.get('content-type') ?? '' }, record });
    return path;
  }

  async #begin(mutation: string, path: string, record: string): Promise<string> {
    for (let pause = pauses.first; ; pause = longer(pause)) {
      const { bulkOperationRunMutation: { bulkOperation, userErrors } } = await this.graphql.run<Begun>(runBulkMutation, { mutation, path }, { record });
      if (bulkOperation) return bulkOperation.id;
      const isBusy = userErrors.some(({ code }) => code === 'OPERATION_IN_PROGRESS' || code === 'LIMIT_REACHED');
      if (!isBusy) throw refusal(userErrors, { system: this.system }, record) ?? this.#failed('TRANSIENT_BULK_REFUSED', `${this.system} did not begin to write ${record} and did not say why.`, record);
      await this.#pause(pause);
    }
  }

  async #ended(id: string, record: string): Promise<Operation> {
    for (let pause = pauses.first; ; pause = longer(pause)) {
      await this.#pause(pause);
      const { bulkOperation } = await this.graphql.run<{ bulkOperation: Operation | null }>(bulkOperationQuery, { id }, { record });
      if (!bulkOperation) throw this.#failed('TRANSIENT_BULK_LOST', `${this.system} no longer knows the bulk operation that writes ${record}.`, record, { unknownOutcome: true });
      if (endings.has(bulkOperation.status)) return bulkOperation;
    }
  }

  #answer(line: Line | undefined, { status, errorCode }: Operation, record: string): Native | SyncError {
    if (line?.data) return line.data;
    const why = line?.errors?.map(({ message }) => message).join(' ') ?? errorCode ?? '';
    const details: ErrorDetails = { system: this.system, record, answer: `${status} ${why}`.trim() };
    if (errorCode === 'ACCESS_DENIED') return new AuthError('AUTH_ACCESS_DENIED', `${this.system}: the app may not write ${record} in bulk. Add the scope to the app and install it anew.`, details);
    return this.#failed(`TRANSIENT_BULK_${status}`, `${this.system} ended a bulk operation (${status.toLowerCase()}) without saying what became of a record.`, record, { ...details, unknownOutcome: true });
  }

  async #fetch(url: string, record: string): Promise<string> { return String((await this.#file(url, { method: 'GET', expect: 'text', record })).body); }

  /** The store of files is another server, and its addresses are the secret: no token goes there. */
  async #file(url: string, request: Omit<HttpRequest, 'path'>): Promise<{ body: unknown }> {
    const { tls, ...rest } = this.options;
    const http = createHttpClient({ system: this.system, baseUrl: new URL(url).origin, ...rest });
    try {
      return await http.request({ expect: 'none', signal: this.#stopped.signal, ...request, path: url });
    } finally {
      http.close();
    }
  }

  async #pause(ms: number): Promise<void> {
    try {
      await setTimeout(ms, undefined, { signal: this.#stopped.signal });
    } catch (reason) {
      throw this.#stopped.signal.aborted ? this.#failed('TRANSIENT_CLOSED', `The connection to ${this.system} was closed while a bulk operation ran.`, undefined, { unknownOutcome: true }) : reason;
    }
  }

  #failed(code: `TRANSIENT_${string}`, message: string, record: string | undefined, details: ErrorDetails = {}): TransientError {
    return new TransientError(code, message, { system: this.system, ...(record === undefined ? {} : { record }), ...details });
  }
}

function longer(pause: number): number { return Math.min(pauses.longest, pause * pauses.factor); }

function linesOf(text: string): Line[] { return text.split('\n').filter((line) => line.trim() !== '').map((line) => JSON.parse(line) as Line); }
