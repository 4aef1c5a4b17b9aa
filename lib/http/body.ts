import type { HttpResponse } from './contract';

/** What a body turned out to be. */
export type Body =
  | { kind: 'empty' }
  | { kind: 'json'; value: unknown }
  | { kind: 'html'; title: string }
  | { kind: 'text'; text: string }
  /** Should have been JSON and is not: cut or garbled. */
  | { kind: 'broken' };

/** Reads raw bytes by content type. Numbers beyond 2^53 are the vendor's trap, not ours: ids are strings in every API used here. */
export function readBody(bytes: Buffer, headers: HttpResponse['headers'], expect: 'json' | 'text' | 'none'): Body {
  if (expect === 'none' || bytes.length === 0) return { kind: 'empty' };
  const type = headerOf(headers, 'content-type') ?? '';
  const text = decode(bytes, type);
  if (expect === 'text') return { kind: 'text', text };
  const start = text.trimStart();
  if (start === '') return { kind: 'empty' };
  if (type.includes('html') || /^<(!doctype|html)/i.test(start)) return { kind: 'html', title: titleOf(text) };
  if (!type.includes('json') && !/^[[{"]/.test(start)) return { kind: 'text', text };
  try {
    return { kind: 'json', value: JSON.parse(text) as unknown };
  } catch {
    return { kind: 'broken' };
  }
}

/** First value of a header. */
export function headerOf(headers: HttpResponse['headers'], name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

function decode(bytes: Buffer, type: string): string {
  const charset = /charset="?([\w-]+)/i.exec(type)?.[1] ?? 'utf-8';
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    return new TextDecoder().decode(bytes); // a charset nobody knows
  }
}

function titleOf(html: string): string {
  const title = /<title[^>]*>([\s\S]*?)<\/title>/i.exec(html)?.[1] ?? /<h1[^>]*>([\s\S]*?)<\/h1>/i.exec(html)?.[1] ?? '';
  return title.replace(/\s+/g, ' ').trim().slice(0, 100);
}
