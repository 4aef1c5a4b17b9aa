import { gzipSync } from 'node:zlib';

/** What a simulator answers; content-length is added. */
export interface SandboxAnswer {
  status: number;
  headers?: Record<string, string | string[]>;
  body?: string | Buffer;
}

/** An answer whose body is this value as JSON. */
export function jsonAnswer(status: number, value: unknown, headers: SandboxAnswer['headers'] = {}): SandboxAnswer {
  return { status, headers: { 'content-type': 'application/json; charset=utf-8', ...headers }, body: JSON.stringify(value) };
}

/** An answer in plain text. */
export function textAnswer(status: number, body: string): SandboxAnswer {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body };
}

/** The same answer gzipped, if it is worth it and the client takes it. */
export function compressed(answer: SandboxAnswer, accepted: string | string[] | undefined): SandboxAnswer {
  if (!answer.body || answer.body.length < 1024 || !String(accepted).includes('gzip')) return answer;
  return { ...answer, headers: { ...answer.headers, 'content-encoding': 'gzip', vary: 'accept-encoding' }, body: gzipSync(answer.body) };
}

/** What a proxy in front of the system says when it is unwell. */
export function proxyPage(status: number): SandboxAnswer {
  const body = `<html><head><title>${String(status)}</title></head><body><h1>Error ${String(status)}</h1><hr>proxy</body></html>`;
  return { status, headers: { 'content-type': 'text/html' }, body };
}
