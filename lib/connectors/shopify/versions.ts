import type { CheckStep } from '../../check';

/**
 * A version is released on the first day of its month and supported for a year at least: until the same version of the
 * next year is out (https://shopify.dev/docs/api/usage/versioning).
 */
export function supportEnd(version: string): Date {
  const [year = 0, month = 1] = version.split('-').map(Number);
  return new Date(Date.UTC(year + 1, month - 1, 1));
}

const day = 86_400_000;

/** Step `version` of a test: how long an API version lasts; a warning in its last 90 days, a failure after its end. */
export function versionStep(version: string, now: number): CheckStep {
  const end = supportEnd(version);
  const days = Math.ceil((end.getTime() - now) / day);
  const values = { version, until: end.toISOString().slice(0, 10), days: String(days) };
  if (days <= 0) return { name: 'version', ok: false, code: 'versionEnded', values };
  return days > 90 ? { name: 'version', ok: true, code: 'versionSupported', values } : { name: 'version', ok: true, warn: true, code: 'versionEnds', values };
}
