import { AuthError, errorDetails, isRetryable, TransientError } from '../../errors';
import { createHttpClient, type HttpClientOptions } from '../client';
import type { Auth, HttpRequest } from '../contract';

/** An access token and when it ends (ms since 1970). */
export interface Token { accessToken: string; expiresAt: number }

/** Lets a token survive a restart. Whoever implements it encrypts. */
export interface TokenCache { get(): Promise<Token | undefined>; set(token: Token): Promise<void> }

export interface ClientCredentialsOptions {
  /** Names the system in errors. */
  system: string;
  tokenUrl: string;
  clientId: string;
  clientSecret: string;
  /** More form fields, e.g. `scope`. */
  parameters?: Record<string, string>;
  /** Where id and secret go: the form (default) or a Basic header. */
  credentialsIn?: 'form' | 'header';
  /** Header that carries the token. Default `authorization: Bearer …`; any other name carries the bare token. */
  header?: string;
  /** A token is renewed this long before it ends, ms. Default 60,000. */
  skewMs?: number;
  /** After a refusal of the credentials nobody asks again for this long, ms. Default 60,000. */
  coolDownMs?: number;
  cache?: TokenCache;
  tls?: HttpClientOptions['tls'];
  timeoutMs?: number;
  /** Default Date.now. */
  now?: () => number;
}

/**
 * OAuth 2.0 client credentials grant (RFC 6749, 4.4). However many calls need a token at once, one request fetches it.
 * Refused credentials are one AuthError for everybody until the cool-down is over.
 */
export function clientCredentials(options: ClientCredentialsOptions): Auth & { close(): void } {
  const { system, cache, now = Date.now, skewMs = 60_000, coolDownMs = 60_000 } = options;
  const { origin, pathname, search } = new URL(options.tokenUrl);
  const header = options.header?.toLowerCase() ?? 'authorization';
  const http = createHttpClient({
    system, baseUrl: origin, now, sockets: 1,
    ...(options.tls && { tls: options.tls }), ...(options.timeoutMs && { timeoutMs: options.timeoutMs }),
  });
  let token: Token | undefined;
  let fetchedAt = -Infinity;
  let accepted = false;
  let pending: Promise<Token> | undefined;
  let dead: { error: AuthError; until: number } | undefined;
  let cacheRead = !cache;

  async function current(): Promise<Token> {
    if (!cacheRead) {
      token = await cache?.get() ?? token;
      cacheRead = true;
    }
    return token && token.expiresAt - skewMs > now() ? token : renew();
  }

  function renew(): Promise<Token> {
    if (dead && dead.until > now()) return Promise.reject(dead.error);
    return pending ??= fetchToken().finally(() => { pending = undefined; });
  }

  async function fetchToken(): Promise<Token> {
    try {
      const { body } = await http.request(tokenRequest(options, pathname + search));
      token = readToken(body, system, now());
      fetchedAt = now();
      accepted = false;
      dead = undefined;
      await cache?.set(token);
      return token;
    } catch (reason) {
      if (isRetryable(reason) && !(reason instanceof AuthError)) throw reason;
      const { status } = errorDetails(reason);
      if (status === undefined) throw reason;
      const error = new AuthError('AUTH_TOKEN_REFUSED',
        `${system}: the token endpoint refused the client id or secret (${status}). Check both, and that the client is still active.`, { system, status });
      dead = { error, until: now() + coolDownMs };
      throw error;
    }
  }

  const carries = (request: HttpRequest, one: Token | undefined): boolean => one !== undefined && request.headers?.[header] === valueOf(one);
  const valueOf = ({ accessToken }: Token): string => header === 'authorization' ? `Bearer ${accessToken}` : accessToken;

  return {
    async apply(request) {
      request.headers = { ...request.headers, [header]: valueOf(await current()) };
    },
    async refused(response, request) {
      if (response.status !== 401) return false;
      if (!carries(request, token)) return true; // renewed by another call while this one was on its way
      const hopeless = !accepted && now() - fetchedAt < coolDownMs; // the next token would be refused as well
      if (hopeless) return false;
      await renew();
      return true;
    },
    answered(response, request) {
      if (response.status !== 401 && carries(request, token)) accepted = true;
    },
    close() { http.close(); },
  };
}

function tokenRequest(options: ClientCredentialsOptions, path: string): HttpRequest {
  const { clientId, clientSecret, parameters } = options;
  const form = new URLSearchParams({ grant_type: 'client_credentials', ...parameters });
  const headers: Record<string, string> = { 'content-type': 'application/x-www-form-urlencoded' };
  if (options.credentialsIn === 'header') {
    const pair = `${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`;
    headers['authorization'] = `Basic ${Buffer.from(pair).toString('base64')}`;
  } else {
    form.set('client_id', clientId);
    form.set('client_secret', clientSecret);
  }
  return { method: 'POST', path, headers, body: form.toString() };
}

/** Servers that name no `expires_in` get an hour; a 401 renews earlier. */
function readToken(body: unknown, system: string, now: number): Token {
  const { access_token: accessToken, expires_in: expiresIn } = (body ?? {}) as Record<string, unknown>;
  if (typeof accessToken !== 'string' || !accessToken) {
    throw new TransientError('TRANSIENT_NO_TOKEN', `${system}: the token endpoint answered without a token.`, { system });
  }
  const seconds = Number(expiresIn);
  return { accessToken, expiresAt: now + (seconds > 0 ? seconds : 3600) * 1000 };
}
