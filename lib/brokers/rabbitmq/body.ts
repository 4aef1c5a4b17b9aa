import { DataError } from '../../errors';

export interface Body { content: Buffer; contentType: string }

/** How `msg.payload` travels: an object as JSON, text as text, a Buffer as it is. */
export function encodeBody(payload: unknown, contentType?: string): Body {
  if (Buffer.isBuffer(payload)) return { content: payload, contentType: contentType ?? 'application/octet-stream' };
  if (typeof payload === 'string' && !isJson(contentType ?? 'text/plain')) {
    return { content: Buffer.from(payload), contentType: contentType ?? 'text/plain; charset=utf-8' };
  }
  const text = toJson(payload);
  return { content: Buffer.from(text), contentType: contentType ?? 'application/json' };
}

function toJson(payload: unknown): string {
  try {
    const text = JSON.stringify(payload) as string | undefined;
    if (text !== undefined) return text;
  } catch {
    // A cycle or a BigInt: same answer as for a function or undefined.
  }
  throw new DataError('DATA_PAYLOAD', `msg.payload (${payload === undefined ? 'undefined' : typeof payload}) cannot be written as JSON. Send an object, an array, text or a Buffer.`);
}

/**
 * What a flow gets as `msg.payload`: an object for JSON, text for `text/…`, else the Buffer. Without a content type, JSON
 * if it looks like an object or array and is one.
 * @throws DataError `DATA_JSON` if the content type says JSON and the body is not.
 */
export function decodeBody(content: Buffer, contentType?: string, contentEncoding?: string): unknown {
  const plain = contentEncoding === undefined || contentEncoding === '' || /^(utf-?8|identity)$/i.test(contentEncoding);
  if (!plain) return content;
  if (contentType === undefined || contentType === '') return guess(content);
  if (isJson(contentType)) return parse(content);
  return contentType.startsWith('text/') ? content.toString() : content;
}

export function isJson(contentType: string): boolean { return /^[^;]*[/+]json\s*(;|$)/i.test(contentType); }

function parse(content: Buffer): unknown {
  try {
    return JSON.parse(content.toString()) as unknown;
  } catch {
    // The parser's own text quotes the body, which may hold personal data.
    throw new DataError('DATA_JSON', `The message of ${content.length} bytes says it is JSON, but it is not. Its sender must be mended.`);
  }
}

function guess(content: Buffer): unknown {
  const first = content.toString('latin1', 0, 64).trimStart()[0];
  if (first !== '{' && first !== '[') return content;
  try {
    return JSON.parse(content.toString()) as unknown;
  } catch {
    return content;
  }
}
