import type { IncomingMessage, ServerResponse } from 'node:http';
import type { NodeAPI } from 'node-red';
import { ConfigError } from '../../lib/errors';
import type { Answer } from '../../lib/sync/intake';
import { httpNodeRoot } from './settings';

/** Who answers at a path. */
export interface Receiver {
  receive: (body: Buffer, headers: IncomingMessage['headers']) => Promise<Answer>;
  /** Answers `OPTIONS`: a system asks whether it may send. */
  handshake: (headers: IncomingMessage['headers']) => Answer;
}

/** A body above this is refused. Bytes. */
const maxBody = 16 * 1024 * 1024;

const receivers = new Map<string, Receiver>();
/** Paths whose node was stopped to start again, and when, ms. */
const paused = new Map<string, number>();
/** A deployment is over by then. ms */
const longestPauseMs = 60_000;
const served = new WeakSet();

/** Where systems post to, below the httpNode root. */
export const hooksRoot = '/b2b/hooks/';

/**
 * Answers `POST` and `OPTIONS /b2b/hooks/<path>` with what the receiver says, until the returned function is called, with
 * `removed` if the node will not come back. Undefined if another node has the path. Throws ConfigError if settings.js switches node routes off.
 */
export function openHook(RED: NodeAPI, path: string, receiver: Receiver): ((removed: boolean) => void) | undefined {
  if (receivers.has(path)) return undefined;
  serveHooks(RED);
  receivers.set(path, receiver);
  return (removed) => {
    if (receivers.get(path) !== receiver) return;
    receivers.delete(path);
    if (removed) paused.delete(path);
    else paused.set(path, Date.now());
  };
}

/**
 * Puts one middleware in front of the whole server, as the core http-in node does for raw bodies: with editor and nodes
 * below one root, Node-RED's admin API would parse the body first, and the signature is made over the raw bytes. What
 * is signed needs no httpNodeAuth either.
 */
function serveHooks(RED: NodeAPI): void {
  const below = httpNodeRoot(RED);
  if (below === undefined) {
    throw new ConfigError('CONFIG_HTTP_NODE_OFF', 'No system can reach this Node-RED: httpNodeRoot is false in settings.js. Take it out, or switch the webhooks of this node off and let it poll.');
  }
  const root = below + hooksRoot;
  const app = rootOf(RED.httpNode);
  if (served.has(app)) return;
  served.add(app);
  // So far in front, a request is not yet Express's own: it has no `path`.
  app.use((request: IncomingMessage, response: ServerResponse, next: () => void) => {
    const path = request.url?.split('?', 1)[0] ?? '';
    if ((request.method === 'POST' || request.method === 'OPTIONS') && path.startsWith(root)) void serve(path.slice(root.length), request, response);
    else next();
  });
  const stack = (app._router ?? app.router)?.stack;
  const own = stack?.pop();
  if (own) stack?.unshift(own);
}

/** An Express application as far as it is touched here; `_router` is Express 4's, `router` Express 5's. */
interface App { use(handler: (request: IncomingMessage, response: ServerResponse, next: () => void) => void): void; parent?: App; _router?: { stack: unknown[] }; router?: { stack: unknown[] } }

function rootOf(app: unknown): App {
  let root = app as App;
  while (root.parent) root = root.parent;
  return root;
}

async function serve(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const receiver = receivers.get(path);
  if (!receiver) { answer(response, isPaused(path) ? { status: 503, text: 'The flow is being deployed. Please send it again.' } : { status: 404, text: 'No node listens here.' }); return; }
  try {
    if (request.method === 'OPTIONS') { answer(response, receiver.handshake(request.headers)); return; }
    const body = await readBody(request);
    answer(response, body ? await receiver.receive(body, request.headers) : { status: 413, text: `The body is too large: it may have ${String(maxBody)} bytes.` });
  } catch {
    // Nothing was kept: whoever sent it will send it again.
    answer(response, { status: 503, text: 'The event could not be stored. Please send it again.' });
  }
}

function isPaused(path: string): boolean { return Date.now() - (paused.get(path) ?? -Infinity) < longestPauseMs; }

/**
 * The raw bytes the signature was made over; undefined if there are too many. What is too much is read and dropped, up
 * to a limit: a sender whose connection ends while it still writes never sees the answer. Rejects if the sender hangs up.
 */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  let chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBody) chunks = [];
    else chunks.push(chunk);
    if (size > 4 * maxBody) break;
  }
  return size > maxBody ? undefined : Buffer.concat(chunks, size);
}

function answer(response: ServerResponse, { status, text, headers: more }: Answer): void {
  if (response.headersSent || response.destroyed) return;
  const headers: Record<string, string> = { 'content-type': 'text/plain; charset=utf-8', ...more };
  // The rest of the body may not have been read: the connection cannot be used again.
  if (status === 413) headers['connection'] = 'close';
  response.writeHead(status, headers).end(text);
}
