import { ConfigError } from '../errors';
import type { SettingField, SettingRow, SettingValue } from './contract';

/** What a field other than a table holds, as text; nothing is ''. */
export function settingText(value: SettingValue | undefined): string { return value === undefined || typeof value === 'object' ? '' : String(value); }

/**
 * The rows of a table among the settings, defaults filled in and checked; blank rows are left out. Throws ConfigError
 * naming table, row and column.
 */
export function tableRows<C extends string>(field: SettingField, value: SettingValue | undefined): Record<C, string>[] {
  const rows = Array.isArray(value) ? value : [];
  return rows.filter((row) => Object.values(row).some((cell) => cell?.trim())).map((row, index) =>
    Object.fromEntries((field.columns ?? []).map((column) => [column.name, cell(column, row, `${field.name}, row ${String(index + 1)}`)])) as Record<C, string>);
}

function cell({ name, required, default: byDefault = '', options, pattern, doc }: SettingField, row: SettingRow, where: string): string {
  const value = row[name]?.trim() || String(byDefault);
  const possible = value === '' ? !required : options ? options.includes(value) : pattern === undefined || new RegExp(pattern).test(value);
  if (!possible) throw new ConfigError('CONFIG_TABLE', `The setting ${where}: ${name} ${value === '' ? 'is missing' : `is "${value}", which cannot be`}. ${doc}`);
  return value;
}
