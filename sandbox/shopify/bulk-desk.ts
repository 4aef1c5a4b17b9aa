import { randomUUID } from 'node:crypto';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { textAnswer, type SandboxAnswer } from '../answers';
import type { Fault } from '../contract';
import type { SandboxRequest } from '../server';
import type { Ids } from './ids';

/** A bulk operation as it stands. */
export interface BulkOperation {
  id: string;
  status: 'CREATED' | 'RUNNING' | 'COMPLETED' | 'FAILED';
  errorCode: 'INTERNAL_SERVER_ERROR' | null;
  mutation: string;
  createdAt: number;
  completedAt: number | null;
  /** Lines of the result so far. */
  lines: string[];
  /** What names its result in an address. */
  file: string;
}

export interface BulkDeskOptions {
  ids: Ids;
  /** Address of the server, for uploads and results. */
  url: () => string;
  fault: (kind: Fault['kind']) => Fault | undefined;
  /** Told when an operation has ended. */
  onFinish: (operation: BulkOperation) => void;
  /** Time each line takes, ms. */
  lineMs: number;
  now: () => number;
}

/** The most that run at once, from API version 2026-01 on (https://shopify.dev/docs/api/usage/bulk-operations/imports). */
const mostRunning = 5;
/** Results can be fetched for a week. */
const resultLifeMs = 7 * 86_400_000;

/** Uploads, bulk operations and their results; all of it is forgotten when the shop's server stops. */
export class BulkDesk {
  readonly #uploads = new Map<string, string | undefined>();
  readonly #operations = new Map<string, BulkOperation>();
  #last = 0;
  #closed = false;

  constructor(private readonly options: BulkDeskOptions) {}

  /** A place for a file: its key, and where to send it. */
  stage(filename: string): { key: string; url: string } {
    const key = `tmp/${randomUUID()}/${filename}`;
    this.#uploads.set(key, undefined);
    return { key, url: `${this.options.url()}/staged-uploads` };
  }

  operation(id: string): BulkOperation | undefined { return this.#operations.get(id); }
  uploaded(key: string): string | undefined { return this.#uploads.get(key); }
  resultUrl({ file }: BulkOperation): string { return `${this.options.url()}/bulk-results/${file}.jsonl`; }
  get isFull(): boolean { return [...this.#operations.values()].filter(({ completedAt }) => completedAt === null).length >= mostRunning; }

  /** Begins an operation; `perform` carries out one line. */
  run(mutation: string, variables: string, perform: (line: Record<string, unknown>) => Promise<object>): BulkOperation {
    const operation: BulkOperation = {
      id: this.options.ids.of('BulkOperation', ++this.#last), status: 'CREATED', errorCode: null, mutation, createdAt: this.options.now(), completedAt: null, lines: [], file: randomUUID(),
    };
    this.#operations.set(operation.id, operation);
    void this.#work(operation, variables.split('\n').filter((line) => line.trim() !== ''), perform);
    return operation;
  }

  close(): void { this.#closed = true; }

  /** Takes an upload, or gives a result. Like the file store of the vendor it asks for no token: its addresses are the secret. */
  async answer(request: SandboxRequest): Promise<SandboxAnswer | undefined> {
    if (request.method === 'POST' && request.path === '/staged-uploads') return this.#take(request);
    const file = /^\/bulk-results\/([\w-]+)\.jsonl$/.exec(request.path)?.[1];
    if (request.method !== 'GET' || file === undefined) return undefined;
    const found = [...this.#operations.values()].find((one) => one.file === file);
    if (!found || this.options.now() - (found.completedAt ?? 0) > resultLifeMs) return { status: 400, headers: { 'content-type': 'application/xml' }, body: '<Error><Code>ExpiredToken</Code></Error>' };
    return { status: 200, headers: { 'content-type': 'application/jsonl' }, body: found.lines.map((line) => `${line}\n`).join('') };
  }

  async #take(request: SandboxRequest): Promise<SandboxAnswer> {
    const type = request.headers['content-type'] ?? '';
    if (!type.startsWith('multipart/form-data')) return textAnswer(400, 'Not a form');
    const form = await new Response(request.body, { headers: { 'content-type': type } }).formData();
    const key = form.get('key'), file = form.get('file');
    if (typeof key !== 'string' || !this.#uploads.has(key) || file === null || typeof file === 'string') return textAnswer(403, 'No such upload');
    this.#uploads.set(key, await file.text());
    return { status: 201, headers: { 'content-type': 'application/xml' }, body: '<PostResponse/>' };
  }

  async #work(operation: BulkOperation, lines: string[], perform: (line: Record<string, unknown>) => Promise<object>): Promise<void> {
    const failsAfter = this.options.fault('bulk-failure') ? Math.ceil(lines.length / 2) : Infinity;
    operation.status = 'RUNNING';
    for (const [at, line] of lines.entries()) {
      if (this.options.lineMs > 0) await setTimeout(this.options.lineMs);
      else await setImmediate();
      if (this.#closed) return;
      if (at >= failsAfter) break;
      operation.lines.push(JSON.stringify({ ...await perform(JSON.parse(line) as Record<string, unknown>), __lineNumber: at }));
    }
    Object.assign(operation, operation.lines.length < lines.length ? { status: 'FAILED', errorCode: 'INTERNAL_SERVER_ERROR' } : { status: 'COMPLETED' });
    operation.completedAt = this.options.now();
    this.options.onFinish(operation);
  }
}
