import { errorClass, errorDetails, toError } from './errors';

/** One step of a connection test. What it says is shown to people in their own language, so it is a code with values. */
export interface CheckStep {
  /** What was tried: `connect`, a service, a host. */
  name: string;
  ok: boolean;
  /** It works, but there is something to know or to do. */
  warn?: true;
  /** Names the text in the locale files, which is filled with `values`; of a failure the code of its error. */
  code?: string;
  values?: Record<string, string>;
  /** What reads the same in every language, such as names and versions; of a failure the text of its error. */
  detail?: string;
}

export interface CheckReport {
  ok: boolean;
  /** What was tried, in order; one that failed says why and what to do. */
  steps: CheckStep[];
}

/** The step that an error ended. `code` names the text where the error's own code says too little. */
export function failedStep(name: string, reason: unknown, code?: string): CheckStep {
  const { message } = toError(reason);
  if (errorClass(reason) === undefined) return { name, ok: false, detail: message };
  const { system = '', status = '', answer = '', values = {} } = errorDetails(reason);
  return {
    name, ok: false, detail: message, code: code ?? (reason as { code: string }).code,
    values: { system, status: String(status), answer, ...values },
  };
}
