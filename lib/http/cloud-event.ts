import { DataError } from '../errors';
import { header, type Headers } from './headers';

/** An event as somebody posted it. */
export interface PostedEvent {
  id: string;
  source: string;
  type: string;
  /** As it came: RFC 3339. */
  time?: string;
}

/**
 * The attributes of an event of CloudEvents 1.0 that was posted in binary mode (headers `ce-…`) or in structured mode (a JSON
 * envelope, whatever content type a broker in between gave it). https://github.com/cloudevents/spec, HTTP protocol binding.
 * Throws DataError DATA_NO_CLOUD_EVENT for anything else, batches among it.
 */
export function postedEvent(headers: Headers, body: string): PostedEvent {
  const attribute = header(headers, 'ce-specversion') === undefined ? envelopeOf(body) : (name: string): string | undefined => decoded(header(headers, `ce-${name}`));
  const version = attribute('specversion') ?? '';
  if (!version.startsWith('1.')) throw refused(version === '' ? 'it has no specversion' : 'its specversion is not 1.0');
  const [id, source, type] = ['id', 'source', 'type'].map((name) => {
    const value = attribute(name);
    if (value === undefined) throw refused(`its attribute ${name} is missing`);
    return value;
  }) as [string, string, string];
  const time = attribute('time');
  return { id, source, type, ...(time === undefined ? {} : { time }) };
}

/** What an event is about, of a body that was posted in either mode. */
export function dataOf(body: Record<string, unknown>): Record<string, unknown> {
  const data = 'specversion' in body ? body['data'] : body;
  return typeof data === 'object' && data !== null ? data as Record<string, unknown> : {};
}

function envelopeOf(body: string): (name: string) => string | undefined {
  let envelope: unknown;
  try {
    envelope = JSON.parse(body);
  } catch { /* told below */ }
  if (typeof envelope !== 'object' || envelope === null || Array.isArray(envelope)) throw refused('it has no ce- headers, and its body is no JSON object');
  return (name) => {
    const value = (envelope as Record<string, unknown>)[name];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
}

/** Header values are percent-encoded where they are not plain ASCII. */
function decoded(value: string | undefined): string | undefined {
  try {
    return value === undefined ? undefined : decodeURIComponent(value);
  } catch {
    return value;
  }
}

function refused(reason: string): DataError { return new DataError('DATA_NO_CLOUD_EVENT', `This is no event of CloudEvents 1.0: ${reason}.`); }
