import { ConflictError, DataError, TransientError, type ErrorDetails, type Issue, type SyncError } from '../../../errors';
import { cut } from '../../../http/classify';
import type { Explain, Explanation, HttpRequest, HttpResponse } from '../../../http/contract';

interface Detail { code?: string; message?: string; propertyref?: string; severity?: string; target?: string }

/** What the error body of an OData V2 service says, or nothing if the answer has none. */
export function readError(body: unknown): Explanation | undefined {
  const error = (body as { error?: { code?: string; message?: { value?: string }; innererror?: { errordetails?: Detail[] } } } | undefined)?.error;
  if (!error) return undefined;
  const details = (error.innererror?.errordetails ?? []).filter(({ severity, message }) => message && severity !== 'info' && severity !== 'warning');
  const issues = details.map(({ code, message = '', propertyref, target }): Issue => ({ path: pathOf(target ?? propertyref ?? ''), rule: code ?? '', message: cut(message) }));
  return { text: `${error.code ?? ''} ${error.message?.value ?? ''}`.trim(), issues };
}

/**
 * How answers of the OData services are read. Business refusals are DataErrors with an issue a message; an unknown
 * customer or material has a code of its own, for it can be looked up and mended.
 */
export function explainOf(system: string): Explain {
  return (response, request) => {
    if (response.status < 400) return undefined;
    const explained = readError(response.body) ?? xmlError(response.body);
    if (!explained) return undefined;
    return refusal(system, response, request, explained) ?? explained;
  };
}

function refusal(system: string, response: HttpResponse, { record }: HttpRequest, { text, issues = [] }: Explanation): SyncError | undefined {
  const { status } = response;
  if (status !== 400 && status !== 422 && status !== 404) return undefined;
  const details: ErrorDetails = { system, status, answer: cut(text), issues, ...(record && { record }) };
  const of = record ? ` ${record}` : ' the document';
  const locked = issues.find(({ rule }) => lockCodes.has(rule));
  if (locked) return new TransientError('TRANSIENT_LOCKED', `${system}:${of} is being edited by somebody else (${locked.message}). It will be tried again.`, details);
  if (issues.some(({ rule }) => rule === '/IWBEP/CM_MGW_RT/190')) return new ConflictError('CONFLICT_STALE', `${system}:${of} was changed meanwhile.`, details);
  const customer = issues.find(({ rule, path }) => customerCodes.has(rule) && /(SoldToParty|Customer)$/.test(path));
  if (customer) return new DataError('DATA_UNKNOWN_CUSTOMER', `${system} refused${of}: ${customer.message}. Create or extend the customer in SAP, or link the right one.`, details);
  const items = issues.filter(({ rule, path }) => itemCodes.has(rule) && path.endsWith('Material'));
  if (items.length > 0) {
    return new DataError('DATA_UNKNOWN_ITEM', `${system} refused${of}: ${items.map(({ message }) => message).join('; ')}. Create or extend the material in SAP, or map the item number.`, details);
  }
  return undefined;
}

/** Message class and number: the object is locked by a user (VBAK, business partner). */
const lockCodes = new Set(['V1/042', 'V4/042', 'MC/601', 'R11/124', 'M3/024']);
/** A customer that is not there or not in this sales area. */
const customerCodes = new Set(['VP/199', 'VP/204', 'VP/248', 'V1/312', 'F2/153', 'F2/163']);
/** A material that is not there, or not in this sales organisation. */
const itemCodes = new Set(['M3/305', 'V1/384', 'V1/382', 'V1/313']);

/** `to_Item/0/Material` as `to_Item[0].Material`. */
function pathOf(target: string): string { return target.replace(/^\//, '').replace(/\/(\d+)(?=\/|$)/g, '[$1]').replace(/\//g, '.'); }

/** Some errors come as XML even when JSON was asked for. */
function xmlError(body: unknown): Explanation | undefined {
  if (typeof body !== 'string' || !body.includes('<error')) return undefined;
  const part = (name: string): string => new RegExp(`<${name}[^>]*>([^<]*)</${name}>`).exec(body)?.[1] ?? '';
  return { text: `${part('code')} ${part('message')}`.trim() };
}

/** Warnings that came with a write that was accepted: header `sap-message`, JSON. */
export function warningsOf(response: HttpResponse): string[] {
  const header = response.headers['sap-message'];
  if (typeof header !== 'string') return [];
  try {
    const { message, code, details = [] } = JSON.parse(header) as { message?: string; code?: string; details?: { message?: string; code?: string }[] };
    return [{ message, code }, ...details].filter((one) => one.message).map((one) => cut(`${one.code ?? ''} ${one.message ?? ''}`.trim()));
  } catch {
    return [cut(header)]; // not JSON: still worth showing
  }
}
