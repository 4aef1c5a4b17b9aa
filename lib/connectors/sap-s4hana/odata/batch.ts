import { randomUUID } from 'node:crypto';
import type { HttpRequest, RawAnswer } from '../../../http/contract';

const crlf = '\r\n';

/**
 * The body of a `$batch` request. Each write is a change set of its own, so that it takes place or fails by itself: of sales
 * orders SAP takes one write a change set (SAP note 3474176; said of the service's OData V4 sister, not confirmed for V2).
 * Paths are below the service.
 */
export function batchBody(requests: readonly HttpRequest[]): { contentType: string; body: string } {
  const boundary = `batch_${randomUUID()}`;
  const parts = requests.map((request) => request.method === 'GET' ? part(request) : changeSet(part(request)));
  return { contentType: multipart(boundary), body: joined(boundary, parts) };
}

function changeSet(one: string): string {
  const boundary = `changeset_${randomUUID()}`;
  return [`Content-Type: ${multipart(boundary)}`, '', joined(boundary, [one])].join(crlf);
}

function part({ method, path, headers, body }: HttpRequest): string {
  const text = body === undefined ? '' : JSON.stringify(body);
  const all = { accept: 'application/json', ...headers, ...(text && { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)) }) };
  return [
    'Content-Type: application/http', 'Content-Transfer-Encoding: binary', '',
    `${method} ${path} HTTP/1.1`, ...Object.entries(all).map(([name, value]) => `${name}: ${value}`), '', text,
  ].join(crlf);
}

function multipart(boundary: string): string { return `multipart/mixed; boundary=${boundary}`; }
function joined(boundary: string, parts: string[]): string { return [...parts.flatMap((one) => [`--${boundary}`, one]), `--${boundary}--`, ''].join(crlf); }

/**
 * The answers inside that of a `$batch`, in the order of their requests. Throws SyntaxError for a body that is cut or not what
 * the protocol says, and for one that has another number of answers than `count`.
 */
export function batchAnswers(contentType: string | undefined, body: string, count: number): RawAnswer[] {
  const answers = sections(body, contentType).map((section) => {
    const { headers, rest } = split(section);
    const type = headers['content-type'];
    // A change set that failed answers without one around it.
    if (!isMultipart(type)) return answerOf(rest);
    const [only, another] = sections(rest, type);
    if (only === undefined || another !== undefined) throw new SyntaxError('a change set of one write has another number of answers');
    return answerOf(split(only).rest);
  });
  if (answers.length !== count) throw new SyntaxError(`${String(count)} requests have ${String(answers.length)} answers`);
  return answers;
}

function isMultipart(type: string | undefined): boolean { return type?.toLowerCase().startsWith('multipart/mixed') === true; }

function sections(text: string, contentType: string | undefined): string[] {
  const boundary = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(contentType ?? '');
  if (!boundary || !isMultipart(contentType)) throw new SyntaxError('not a multipart body');
  const [, ...pieces] = `${crlf}${text}`.split(`${crlf}--${boundary[1] ?? boundary[2] ?? ''}`);
  if (pieces.pop()?.startsWith('--') !== true) throw new SyntaxError('the multipart body has no end');
  return pieces.map((piece) => {
    const start = /^[ \t]*\r\n/.exec(piece);
    if (!start) throw new SyntaxError('a boundary is followed by something else than the end of its line');
    return piece.slice(start[0].length);
  });
}

function answerOf(text: string): RawAnswer {
  const status = /^HTTP\/1\.[01] (\d{3})[^\r\n]*(?:\r\n|$)/.exec(text);
  if (!status) throw new SyntaxError('a part is no answer');
  const { headers, rest } = split(text.slice(status[0].length));
  return { status: Number(status[1]), headers, data: Buffer.from(rest) };
}

/** Header lines and what follows the empty line behind them. */
function split(text: string): { headers: Record<string, string>; rest: string } {
  const whole = `${crlf}${text}`;
  const end = whole.indexOf(crlf + crlf);
  const lines = (end < 0 ? whole : whole.slice(0, end)).split(crlf).filter((line) => line !== '');
  const headers = Object.fromEntries(lines.map((line) => {
    const colon = line.indexOf(':');
    if (colon < 1) throw new SyntaxError('a header line has no name');
    return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
  }));
  return { headers, rest: end < 0 ? '' : whole.slice(end + 4) };
}
