/** A string in a filter or key: quotes are doubled, as OData V2 asks. */
export function literal(text: string): string { return `'${text.replace(/'/g, "''")}'`; }

/** A time in a filter. `iso` is ISO 8601. */
export function timeLiteral(iso: string): string { return `datetimeoffset'${new Date(iso).toISOString()}'`; }

/** `A_SalesOrder('1')`, or with several keys `A_SalesOrderItem(SalesOrder='1',SalesOrderItem='10')`. */
export function entityPath(set: string, keys: string | Record<string, string>): string {
  const key = typeof keys === 'string' ? literal(keys) : Object.entries(keys).map(([name, value]) => `${name}=${literal(value)}`).join(',');
  return `${set}(${encodeURIComponent(key).replace(/%2C/g, ',').replace(/%3D/g, '=')})`;
}

/** `name eq 'value'`. */
export function equals(name: string, value: string): string { return `${name} eq ${literal(value)}`; }

/** System query options as a query string, `$format=json` among them. */
export function queryOf(options: Partial<Record<'filter' | 'expand' | 'orderby' | 'select' | 'top', string | number>>): string {
  return Object.entries({ ...options, format: 'json' }).map(([name, value]) => `$${name}=${encodeURIComponent(value)}`).join('&');
}

/** ISO time of `/Date(1130112000000+0000)/`; undefined for null or anything else. */
export function isoTime(value: unknown): string | undefined {
  const ms = typeof value === 'string' ? /^\/Date\((-?\d+)(?:[+-]\d+)?\)\/$/.exec(value)?.[1] : undefined;
  return ms === undefined ? undefined : new Date(Number(ms)).toISOString();
}
