import { randomBytes } from 'node:crypto';
import { jsonAnswer, textAnswer, type SandboxAnswer } from '../answers';
import type { SandboxRequest } from '../server';

export interface SessionOptions {
  client: string;
  user: string;
  password: string;
  clientId: string;
  clientSecret: string;
  /** Idle time after which a session ends, ms. */
  sessionMs: number;
  tokenLifetimeMs: number;
  /** Does HEAD answer `x-csrf-token: Fetch`? */
  tokenOnHead: boolean;
  /** Two nodes that do not share sessions; the cookie SERVERID keeps a client on one. */
  secondNode: boolean;
  now: () => number;
}

interface Session { token: string; node: string; used: number }

const systemId = 'S4H';

/** Who may come in, and the CSRF token that binds writes to a session. */
export class Gate {
  readonly #options: SessionOptions;
  readonly #sessions = new Map<string, Session>();
  readonly #tokens = new Map<string, number>();
  readonly #basic: string;
  #visits = 0;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#basic = `Basic ${Buffer.from(`${options.user}:${options.password}`).toString('base64')}`;
  }

  /** Ends every session (restart of the application server). */
  endSessions(): void { this.#sessions.clear(); }
  /** Makes every OAuth token invalid. */
  endTokens(): void { this.#tokens.clear(); }

  /** The token endpoint: OAuth 2.0 client credentials, the client authenticated by Basic or in the body. */
  issueToken({ headers, body, method }: SandboxRequest): SandboxAnswer {
    const form = new URLSearchParams(body);
    const { clientId, clientSecret, tokenLifetimeMs } = this.#options;
    const basic = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;
    const known = headers.authorization === basic || (form.get('client_id') === clientId && form.get('client_secret') === clientSecret);
    if (method !== 'POST' || form.get('grant_type') !== 'client_credentials') return jsonAnswer(400, { error: 'unsupported_grant_type' });
    if (!known) return jsonAnswer(401, { error: 'invalid_client' });
    const token = randomBytes(24).toString('base64url');
    this.#tokens.set(token, this.#options.now() + tokenLifetimeMs);
    return jsonAnswer(200, { access_token: token, token_type: 'Bearer', expires_in: Math.floor(tokenLifetimeMs / 1000), scope: 'API_SALES_ORDER_SRV_0001' });
  }

  /** Whose request it is, as far as the kind of sign-in tells: checked later. */
  userOf({ authorization = '' }: SandboxRequest['headers']): string | undefined {
    if (authorization.startsWith('Bearer ')) return this.#options.clientId;
    return authorization === this.#basic ? this.#options.user : undefined;
  }

  /** The refusal of a request whose credentials or client are wrong. */
  refuse(request: SandboxRequest): SandboxAnswer | undefined {
    const { client } = this.#options;
    const { authorization } = request.headers;
    const wanted = new URLSearchParams(request.query).get('sap-client') ?? request.headers['sap-client'] ?? client;
    const bearer = authorization?.startsWith('Bearer ') === true ? this.#tokens.get(authorization.slice(7)) : undefined;
    const known = authorization === this.#basic || (bearer !== undefined && bearer > this.#options.now());
    if (known && wanted === client) return undefined;
    return {
      status: 401, body: '<html><head><title>Logon failed</title></head><body><h1>401 Unauthorized</h1></body></html>',
      headers: { 'content-type': 'text/html; charset=utf-8', 'www-authenticate': `Basic realm="SAP NetWeaver Application Server [${systemId}/${client}]"` },
    };
  }

  /** Headers for a read that asked for a token: the token, and cookies if a session had to be made. */
  tokenHeaders({ method, headers }: SandboxRequest): Record<string, string | string[]> {
    const asked = headers['x-csrf-token'];
    if (typeof asked !== 'string' || asked.toLowerCase() !== 'fetch' || (method === 'HEAD' && !this.#options.tokenOnHead)) return {};
    const found = this.#session(headers.cookie);
    if (found) return { 'x-csrf-token': found.token };
    const id = randomBytes(24).toString('base64url');
    const token = randomBytes(16).toString('base64');
    const node = this.#node(headers.cookie);
    this.#sessions.set(id, { token, node, used: this.#options.now() });
    const { client } = this.#options;
    return {
      'x-csrf-token': token,
      'set-cookie': [
        `SAP_SESSIONID_${systemId}_${client}=${id}; path=/; HttpOnly`, `sap-XSRF_${systemId}_${client}=${token.slice(0, 12)}; path=/; HttpOnly`,
        `sap-usercontext=sap-client=${client}; path=/`, ...(this.#options.secondNode ? [`SERVERID=${node}; path=/`] : []),
      ],
    };
  }

  /** The refusal of a write without the token of its own session. It carries no new token. */
  refuseWrite({ headers }: SandboxRequest): SandboxAnswer | undefined {
    const session = this.#session(headers.cookie);
    if (session && headers['x-csrf-token'] === session.token) return undefined;
    const answer = textAnswer(403, 'CSRF token validation failed');
    return { ...answer, headers: { ...answer.headers, 'x-csrf-token': 'Required' } };
  }

  #session(cookie: string | undefined): Session | undefined {
    if (cookie === undefined || this.#sessions.size === 0) return undefined;
    const { client, sessionMs, now } = this.#options;
    const id = readCookie(cookie, `SAP_SESSIONID_${systemId}_${client}`);
    const session = this.#sessions.get(id ?? '');
    if (!session || id === undefined) return undefined;
    if (now() - session.used > sessionMs) { this.#sessions.delete(id); return undefined; }
    if (readCookie(cookie, `sap-XSRF_${systemId}_${client}`) !== session.token.slice(0, 12)) return undefined;
    if (this.#options.secondNode && this.#node(cookie) !== session.node) return undefined;
    session.used = now();
    return session;
  }

  /** The node a request goes to: its cookie's, or the next in turn. */
  #node(cookie: string | undefined): string {
    return (cookie === undefined ? undefined : readCookie(cookie, 'SERVERID')) ?? `node${String(this.#visits++ % 2)}`;
  }
}

function readCookie(header: string, name: string): string | undefined {
  for (const part of header.split(/;\s*/)) if (part.startsWith(`${name}=`)) return part.slice(name.length + 1);
  return undefined;
}
