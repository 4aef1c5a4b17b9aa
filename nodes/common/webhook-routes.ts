import type { IncomingMessage, ServerResponse } from 'node:http';
import type { NodeAPI } from 'node-red';
import type { Answer } from '../../lib/sync/intake';

type Receiver = (body: Buffer, headers: IncomingMessage['headers']) => Promise<Answer>;

/** A body above this is refused before it is read to the end. Bytes. */
const maxBody = 16 * 1024 * 1024;

const receivers = new Map<string, Receiver>();
const served = new WeakSet<object>();

/** Where the shop posts to, below the httpNode root. */
export const hooksRoot = '/b2b/hooks/';

/**
 * Answers `POST /b2b/hooks/<path>` with what `receive` says, until the returned function is called. One route serves
 * all nodes: Express cannot take routes back. Undefined if another node has the path.
 */
export function openHook(RED: NodeAPI, path: string, receive: Receiver): (() => void) | undefined {
  if (receivers.has(path)) return undefined;
  receivers.set(path, receive);
  if (!served.has(RED.httpNode)) {
    served.add(RED.httpNode);
    RED.httpNode.post(`${hooksRoot}:path`, (request, response) => { void serve(request.params.path, request, response); });
  }
  return () => { if (receivers.get(path) === receive) receivers.delete(path); };
}

async function serve(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const receive = receivers.get(path);
  if (!receive) { answer(response, { status: 404, text: 'No node listens here.' }); return; }
  try {
    const body = await readBody(request);
    answer(response, body ? await receive(body, request.headers) : { status: 413, text: `A body may have ${String(maxBody)} bytes.` });
  } catch {
    // Nothing was kept: whoever sent it will send it again.
    answer(response, { status: 503, text: 'The event could not be stored. Please send it again.' });
  }
}

/** The raw bytes the signature was made over; undefined if there are too many. Rejects if the sender hangs up. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > maxBody) return undefined;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBody) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

function answer(response: ServerResponse, { status, text }: Answer): void {
  if (response.headersSent || response.destroyed) return;
  const headers: Record<string, string> = { 'content-type': 'text/plain; charset=utf-8' };
  // The rest of a refused body is not read: the connection cannot be used again.
  if (status === 413) headers['connection'] = 'close';
  response.writeHead(status, headers).end(text);
}
