import { randomBytes } from 'node:crypto';
import type { SandboxAnswer } from '../../answers';
import { framework } from './errors';

/** A request inside $batch. */
export interface Part { method: string; path: string; query: string; headers: Record<string, string>; body: string; contentId?: string }

/** What $batch asks for, in its order: single reads, and changesets whose parts succeed or fail together. */
export type Step = { read: Part } | { changeset: Part[] };

/** Takes a multipart/mixed body apart. The vendor wants CRLF; without it the body cannot be read. */
export function readBatch(contentType: string | undefined, body: string): Step[] {
  return parts(boundaryOf(contentType), body).map((part) => {
    const { headers, rest } = split(part);
    if (headers['content-type']?.startsWith('multipart/mixed') !== true) return { read: readPart(headers, rest) };
    return { changeset: parts(boundaryOf(headers['content-type']), rest).map((inner) => { const { headers: own, rest: text } = split(inner); return readPart(own, text); }) };
  });
}

function boundaryOf(contentType: string | undefined): string {
  const found = /boundary="?([^";]+)"?/.exec(contentType ?? '')?.[1];
  if (found === undefined) throw framework.malformed('multipart boundary is missing');
  return found;
}

function parts(boundary: string, body: string): string[] {
  const pieces = body.split(`--${boundary}`);
  if (pieces.length < 3 || pieces.at(-1)?.startsWith('--') !== true) throw framework.malformed('multipart body has no end');
  return pieces.slice(1, -1).map((piece) => {
    if (!piece.startsWith('\r\n')) throw framework.malformed('lines of $batch must end with CRLF');
    return piece.slice(2).replace(/\r\n$/, '');
  });
}

function split(text: string): { headers: Record<string, string>; rest: string } {
  const end = text.indexOf('\r\n\r\n');
  const head = end < 0 ? text : text.slice(0, end);
  const headers: Record<string, string> = {};
  for (const line of head.split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) headers[line.slice(0, colon).trim().toLowerCase()] = line.slice(colon + 1).trim();
  }
  return { headers, rest: end < 0 ? '' : text.slice(end + 4) };
}

function readPart(outer: Record<string, string>, text: string): Part {
  const lineEnd = text.indexOf('\r\n');
  const [method = '', url = ''] = (lineEnd < 0 ? text : text.slice(0, lineEnd)).split(' ');
  const { headers, rest } = split(lineEnd < 0 ? '' : text.slice(lineEnd + 2));
  const path = url.replace(/^https?:\/\/[^/]+/, '').replace(/^\/sap\/opu\/odata\/sap\/\w+\//, '').replace(/^\//, '');
  const mark = path.indexOf('?');
  const contentId = outer['content-id'];
  return {
    method, headers, body: rest.replace(/\r\n$/, ''), path: mark < 0 ? path : path.slice(0, mark), query: mark < 0 ? '' : path.slice(mark + 1),
    ...(contentId === undefined ? {} : { contentId }),
  };
}

/** Puts the answers together: 202 outside, one status a part inside. */
export function batchAnswer(steps: (SandboxAnswer | SandboxAnswer[])[]): SandboxAnswer {
  const id = randomBytes(12).toString('hex');
  const [boundary, inner] = [`batch_${id}`, `changeset_${id}`];
  const body = steps.map((step) => {
    if (!Array.isArray(step)) return `--${boundary}\r\n${written(step)}\r\n`;
    return `--${boundary}\r\nContent-Type: multipart/mixed; boundary=${inner}\r\n\r\n${step.map((answer) => `--${inner}\r\n${written(answer)}\r\n`).join('')}--${inner}--\r\n`;
  }).join('');
  return { status: 202, headers: { 'content-type': `multipart/mixed; boundary=${boundary}`, dataserviceversion: '2.0' }, body: `${body}--${boundary}--\r\n` };
}

function written({ status, headers = {}, body = '' }: SandboxAnswer): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${String(value)}`);
  lines.push(`content-length: ${String(Buffer.byteLength(body))}`);
  return `Content-Type: application/http\r\ncontent-transfer-encoding: binary\r\n\r\nHTTP/1.1 ${String(status)} ${status < 300 ? 'OK' : 'Error'}\r\n${lines.join('\r\n')}\r\n\r\n${body.toString()}\r\n`;
}
