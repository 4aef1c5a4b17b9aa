/**
 * A version is released on the first day of its month and supported for a year at least: until the same version of the
 * next year is out (https://shopify.dev/docs/api/usage/versioning).
 */
export function supportEnd(version: string): Date {
  const [year = 0, month = 1] = version.split('-').map(Number);
  return new Date(Date.UTC(year + 1, month - 1, 1));
}

const day = 86_400_000;

/** What to know about an API version today: how long it lasts, and a warning 90, 30 and 7 days before its end. */
export function versionAdvice(version: string, now: number): { ok: boolean; daysLeft: number; detail: string } {
  const end = supportEnd(version);
  const daysLeft = Math.ceil((end.getTime() - now) / day);
  const until = end.toISOString().slice(0, 10);
  if (daysLeft <= 0) {
    return { ok: false, daysLeft, detail: `API version ${version} has not been supported since ${until}. Choose a newer one in the system's settings.` };
  }
  const threshold = [7, 30, 90].find((limit) => daysLeft <= limit);
  const detail = threshold === undefined
    ? `API version ${version} is supported until ${until}.`
    : `API version ${version} ends in ${String(daysLeft)} days (${until}). Choose a newer one in the system's settings.`;
  return { ok: true, daysLeft, detail };
}
