import { ConfigError, TransientError, type ErrorDetails, type SyncError } from '../errors';

/** What is known about a call when it fails. */
export interface Call {
  system: string;
  /** Host and port called, for texts. */
  host: string;
  method: string;
  record?: string | undefined;
  timeoutMs: number;
}

/** How a call ended without an answer. */
export interface Failure {
  code?: string | undefined;
  message?: string | undefined;
  /** The system call of a socket error, e.g. `connect`. */
  syscall?: string | undefined;
  /** Our own timer ended it. */
  timedOut?: boolean;
  /** The caller's signal ended it. */
  aborted?: boolean;
  /** Headers of an answer had come when it broke off. */
  answered?: boolean;
}

/** Makes the error of a call that got no (whole) answer. */
export function transportError(failure: Failure, call: Call): SyncError {
  const { system, host, record } = call;
  const code = failure.code ?? '';
  const tls = tlsText(code, failure.message ?? '', host);
  if (tls) return new ConfigError(tls.code, `${system}: ${tls.text}`, { system, values: { host }, ...(record && { record }), ...(code && { answer: code }) });
  const details: ErrorDetails = { system, values: { host }, ...(record && { record }), ...(code && { answer: code }), ...unknownOutcome(failure, call) };
  const fail = (name: `TRANSIENT_${string}`, text: string) => new TransientError(name, `${system}${about(record)}: ${text}`, details);
  if (failure.aborted) return fail('TRANSIENT_ABORTED', 'the call was ended before an answer came.');
  if (failure.timedOut || (code === 'ETIMEDOUT' && failure.syscall !== 'connect') || code === 'ECONNABORTED') {
    return fail('TRANSIENT_TIMEOUT', `no complete answer within ${call.timeoutMs / 1000} s.`);
  }
  if (code === 'ERR_FR_TOO_MANY_REDIRECTS') return new ConfigError('CONFIG_REDIRECTED', `${system}: ${host} redirects without end.`, details);
  if (/maxContentLength/.test(failure.message ?? '')) {
    return new ConfigError('CONFIG_ANSWER_TOO_LARGE', `${system}${about(record)}: the answer is larger than 50 MB. Ask for smaller pages.`, details);
  }
  if (failure.answered || /aborted/.test(failure.message ?? '') || code.startsWith('Z_')) {
    return fail('TRANSIENT_CUT_BODY', 'the answer broke off half way.');
  }
  const known = sockets[code];
  if (known) return fail(known[0], known[1].replace('%', host));
  return fail('TRANSIENT_CONNECTION', `the connection to ${host} failed${code && ` (${code})`}.`);
}

/** `unknownOutcome: true` if a write may have been carried out. */
export function unknownOutcome(failure: Failure, call: Pick<Call, 'method'>): Pick<ErrorDetails, 'unknownOutcome'> {
  if (call.method === 'GET' || call.method === 'HEAD') return {};
  const neverSent = failure.syscall === 'connect' || failure.syscall === 'getaddrinfo' || unreached.has(failure.code ?? '');
  return neverSent ? {} : { unknownOutcome: true };
}

const unreached = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID']);

const sockets: Partial<Record<string, [`TRANSIENT_${string}`, string]>> = {
  ECONNREFUSED: ['TRANSIENT_CONNECTION_REFUSED', 'nothing listens at %. Check address and port, or whether the system is down.'],
  ENOTFOUND: ['TRANSIENT_HOST_NOT_FOUND', 'the name % is not known (DNS). Check the address.'],
  EAI_AGAIN: ['TRANSIENT_HOST_NOT_FOUND', 'the name server did not answer for %.'],
  EHOSTUNREACH: ['TRANSIENT_UNREACHABLE', 'there is no way to %. Check the network or VPN.'],
  ENETUNREACH: ['TRANSIENT_UNREACHABLE', 'there is no way to %. Check the network or VPN.'],
  ETIMEDOUT: ['TRANSIENT_CONNECT_TIMEOUT', '% did not take the connection in time. Check the network or firewall.'],
  ECONNRESET: ['TRANSIENT_CONNECTION_RESET', '% closed the connection without an answer.'],
  // Nobody set anything up wrongly: messages are held until the certificate was renewed, or the clock is right.
  CERT_HAS_EXPIRED: ['TRANSIENT_TLS_EXPIRED', 'the certificate of % has expired. It must be renewed on that server.'],
  CERT_NOT_YET_VALID: ['TRANSIENT_TLS_NOT_YET_VALID', 'the certificate of % is not valid yet. Check the clock of this machine.'],
  EPIPE: ['TRANSIENT_CONNECTION_RESET', '% closed the connection while the request was being sent.'],
};

/** What an OpenSSL or certificate failure means and how it is mended; undefined if it is none. */
function tlsText(code: string, message: string, host: string): { code: `CONFIG_${string}`; text: string } | undefined {
  const text = certificates[code];
  if (text) return { code: `CONFIG_TLS_${text[0]}`, text: text[1].replace('%', host) };
  if (code === 'EPROTO' || code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_')) {
    if (/wrong.version.number|packet.length.too.long|http.request/i.test(code + message)) {
      return { code: 'CONFIG_TLS_NOT_TLS', text: `${host} does not speak TLS. Use http:// or another port.` };
    }
    if (/certificate.required|bad.certificate|unknown.ca|handshake.failure/i.test(code + message)) {
      return { code: 'CONFIG_TLS_CLIENT_CERTIFICATE', text: `${host} refused our side of the TLS handshake. Set the client certificate and key it asks for.` };
    }
    return { code: 'CONFIG_TLS_HANDSHAKE', text: `the TLS handshake with ${host} failed (${code}). Check TLS versions and certificates on both sides.` };
  }
  return undefined;
}

const ownCa = 'Add the CA that signed it to the TLS settings of this system.';
const certificates: Partial<Record<string, [string, string]>> = {
  CERT_REVOKED: ['REVOKED', 'the certificate of % was revoked. It must be replaced on that server.'],
  DEPTH_ZERO_SELF_SIGNED_CERT: ['SELF_SIGNED', 'the certificate of % is self-signed. Add it as CA to the TLS settings of this system.'],
  SELF_SIGNED_CERT_IN_CHAIN: ['UNKNOWN_CA', `the certificate of % comes from a private CA. ${ownCa}`],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: ['UNKNOWN_CA', `the issuer of the certificate of % is not known here. ${ownCa}`],
  UNABLE_TO_GET_ISSUER_CERT: ['UNKNOWN_CA', `the issuer of the certificate of % is not known here. ${ownCa}`],
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: ['UNKNOWN_CA', `the issuer of the certificate of % is not known here. ${ownCa}`],
  ERR_TLS_CERT_ALTNAME_INVALID: ['HOSTNAME', 'the certificate of % is for another host name. Use the name in the certificate, or set the server name in the TLS settings.'],
};

/** ` (order #1001)`, or nothing. */
export function about(record: string | undefined): string { return record ? ` (${record})` : ''; }
