import { AuthError, ConfigError, type ErrorDetails, SyncError, TransientError, toError } from '../../errors';

/** Where a connection attempt went, for the text of its failure. */
export interface Attempt { host: string; port: number; vhost: string; username: string; tls: boolean }

function codeOf(error: Error): string | number | undefined {
  const code = 'code' in error ? error.code : undefined;
  return typeof code === 'string' || typeof code === 'number' ? code : undefined;
}

const answerOf = (error: Error): ErrorDetails => ({ answer: error.message.trim().slice(0, 500) });

/** What socket errors mean: the code of the text that says so, and the text for the log. */
const network: Partial<Record<string, [code: string, text: string]>> = {
  ECONNREFUSED: ['TRANSIENT_CONNECTION_REFUSED', 'Nothing listens there. Is RabbitMQ running, and is the port right?'],
  ENOTFOUND: ['TRANSIENT_HOST_NOT_FOUND', 'The name cannot be resolved. Is the host name spelled right?'],
  EAI_AGAIN: ['TRANSIENT_HOST_NOT_FOUND', 'The name server does not answer.'],
  EHOSTUNREACH: ['TRANSIENT_UNREACHABLE', 'There is no route to this host.'],
  ENETUNREACH: ['TRANSIENT_UNREACHABLE', 'There is no route to this network.'],
  ETIMEDOUT: ['TRANSIENT_CONNECT_TIMEOUT', 'No answer in time. Does a firewall drop the connection?'],
  ECONNRESET: ['TRANSIENT_CONNECTION_RESET', 'The connection was reset while it was opened.'],
};

function networkOf(error: Error): [code: string, text: string] | undefined {
  return network[String(codeOf(error) ?? '')] ?? (error.message.includes('ETIMEDOUT') ? network['ETIMEDOUT'] : undefined);
}

/** Why a host cannot be reached, as the code of a text; undefined where it was. */
export function networkCode(reason: unknown): string | undefined { return networkOf(toError(reason))?.[0]; }

const certificate = /CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS|ERR_OSSL|HOSTNAME_MISMATCH/;

/** Says why a connection could not be opened, and what to do about it. amqplib gives few codes, so texts are read too. */
export function connectError(reason: unknown, { host, port, vhost, username, tls }: Attempt): SyncError {
  const error = toError(reason);
  const code = String(codeOf(error) ?? '');
  const { message } = error;
  const at = `RabbitMQ at ${host}:${port}`;
  const details: ErrorDetails = { ...answerOf(error), values: { host: `${host}:${port}`, vhost, user: username } };
  if (message.includes('ACCESS_REFUSED') || message.includes('ACCESS-REFUSED')) {
    return new AuthError('AUTH_BROKER', `${at} refused the log-in of user "${username}". Check user and password; "guest" may log in from the broker's own machine only.`, details);
  }
  if (message.includes('Expected ConnectionOpenOk')) {
    return new ConfigError('CONFIG_VHOST', `${at} refused virtual host "${vhost}": it does not exist, or user "${username}" has no permission for it.`, details);
  }
  if (/Frame size \d+ exceeds|Expected ConnectionStart/.test(message)) {
    return new ConfigError('CONFIG_PROTOCOL', `${host}:${port} does not speak AMQP 0-9-1 (an HTTP port, such as 15672 of the management page?). The AMQP port is usually 5672, with TLS 5671.`, details);
  }
  if (message.includes('wrong version number')) {
    return new ConfigError('CONFIG_TLS', `${host}:${port} does not speak TLS. Switch TLS off or use the TLS port, usually 5671.`, details);
  }
  if (tls && (certificate.test(code) || /certificate|SSL|TLS/.test(message))) {
    return new ConfigError('CONFIG_TLS', `The TLS connection to ${at} failed: ${message.trim().slice(0, 200)}. Check the CA certificate and the server name in the TLS settings.`, details);
  }
  if (message.includes('closed abruptly')) {
    return new TransientError('TRANSIENT_BROKER', `${at} closed the connection while it was opened. ${tls ? 'Is the broker still starting?' : 'Does this port want TLS, or is the broker still starting?'}`, details);
  }
  return new TransientError('TRANSIENT_BROKER', `${at} cannot be reached. ${networkOf(error)?.[1] ?? message}`, details);
}

/** Server closed a channel, or the connection went away: an error of this package, with what to do. */
export function channelError(reason: unknown): SyncError {
  if (reason instanceof SyncError) return reason;
  const error = toError(reason);
  const text = /message "(.*)"/s.exec(error.message)?.[1] ?? error.message;
  switch (codeOf(error)) {
    case 403: return new AuthError('AUTH_BROKER_PERMISSION', `The broker's user may not do this: ${text}. Give it configure, write and read permission there.`, answerOf(error));
    case 404: return new ConfigError('CONFIG_NOT_FOUND', `The broker does not have it: ${text}. Create it, or let the node declare it.`, answerOf(error));
    case 405: return new ConfigError('CONFIG_LOCKED', `Another connection has the queue for itself: ${text}.`, answerOf(error));
    case 406: return mismatch(text, error);
    default: return new TransientError('TRANSIENT_BROKER', `The connection to RabbitMQ was lost: ${text}`, answerOf(error));
  }
}

const inequivalent = /inequivalent arg '([^']+)' for (queue|exchange) '([^']*)'.*?: received (.*?) but current is (.*)$/s;

/** RabbitMQ never changes a queue or exchange that exists: a declaration with other arguments is refused with 406. */
function mismatch(text: string, error: Error): SyncError {
  const [, argument, kind, name, wanted, current] = inequivalent.exec(text) ?? [];
  if (argument === undefined) return new ConfigError('CONFIG_PRECONDITION', `RabbitMQ refused the settings: ${text}.`, answerOf(error));
  return new ConfigError('CONFIG_MISMATCH',
    `The ${kind} "${name}" exists with other settings: ${argument} is ${plain(wanted)} in the form and ${plain(current)} at the broker. `
    + `Enter what the broker has, or delete the ${kind} once it is empty and deploy again.`, answerOf(error));
}

/** `the value '5' of type 'byte'` -> `5`; `none` -> `not set`. */
function plain(value = ''): string {
  return value === 'none' ? 'not set' : (/'([^']*)'/.exec(value)?.[1] ?? value) || 'blank';
}
