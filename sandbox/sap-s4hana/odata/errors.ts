import type { SandboxAnswer } from '../../answers';

/** One message of the system, as in `errordetails`. */
export interface Detail { code: string; message: string; target?: string; severity?: 'error' | 'warning' | 'info' }

/** A refusal in the vendor's shape. */
export class ODataError extends Error {
  readonly code: string;
  readonly details: Detail[];
  constructor(readonly status: number, ...details: [Detail, ...Detail[]]) {
    super(details[0].message);
    this.code = details[0].code;
    this.details = details;
  }
}

/** Refusals of the OData framework itself. */
export const framework = {
  noSegment: (segment: string) => new ODataError(404, { code: '/IWBEP/CM_MGW_RT/020', message: `Resource not found for segment '${segment}'` }),
  noProperty: (name: string, type: string) => new ODataError(400, { code: '/IWBEP/CM_MGW_RT/021', message: `Property '${name}' is not defined in type '${type}'`, target: name }),
  badValue: (name: string, why: string) => new ODataError(400, { code: '/IWBEP/CM_MGW_RT/022', message: `Property '${name}' ${why}`, target: name }),
  malformed: (what: string) => new ODataError(400, { code: '/IWBEP/CM_MGW_RT/029', message: `Malformed request: ${what}` }),
  notAllowed: (method: string, set: string) => new ODataError(405, { code: '/IWBEP/CM_MGW_RT/054', message: `Method ${method} is not allowed for entity set '${set}'` }),
  dump: () => new ODataError(500, { code: 'SY/530', message: 'Internal error, see the runtime errors of the system' }),
  stale: () => new ODataError(412, { code: '/IWBEP/CM_MGW_RT/190', message: 'State of the resource (entity) was already changed (If-Match)' }),
  unconditional: (status: number) => new ODataError(status, { code: '/IWBEP/CM_MGW_RT/194', message: 'Precondition required' }),
};

/** The error as the client sees it: JSON if it asked for JSON, XML if not. */
export function errorAnswer(error: ODataError, accept: string | undefined, service: string, now: number): SandboxAnswer {
  const id = now.toString(16).toUpperCase().padStart(32, '0');
  const time = `${new Date(now).toISOString().replace(/[-:T]/g, '').slice(0, 14)}.0000000`;
  if (accept?.includes('json') !== true) {
    const body = '<?xml version="1.0" encoding="utf-8"?>'
      + `<error xmlns="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata"><code>${xml(error.code)}</code>`
      + `<message xml:lang="en">${xml(error.message)}</message><innererror><transactionid>${id}</transactionid><timestamp>${time}</timestamp></innererror></error>`;
    return { status: error.status, headers: { 'content-type': 'application/xml; charset=utf-8', dataserviceversion: '1.0' }, body };
  }
  const details = error.details.map(({ code, message, target = '', severity = 'error' }) => ({ code, message, propertyref: target, severity, target }));
  const body = JSON.stringify({
    error: {
      code: error.code, message: { lang: 'en', value: error.message },
      innererror: {
        application: { component_id: '', service_namespace: '/SAP/', service_id: service, service_version: '0001' },
        transactionid: id, timestamp: time, Error_Resolution: {}, errordetails: details,
      },
    },
  });
  return { status: error.status, headers: { 'content-type': 'application/json; charset=utf-8', dataserviceversion: '1.0' }, body };
}

/** Text made safe for XML. */
export function xml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}
