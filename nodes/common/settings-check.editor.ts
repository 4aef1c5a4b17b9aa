import type { SettingField, Settings, SettingValue } from '../../lib/connectors/contract';
import { settingText } from '../../lib/connectors/setting-values';
import { hasReference, isBlank } from './validate.editor';

export type Values = Settings;

/** Why a value is refused: a key below `common.validate` with its variables. */
export interface Refusal { rule: 'required' | 'pattern' | 'number' | 'option'; min?: number | undefined; max?: number | undefined; cell?: { row: number; column: string } }

/** What a field holds when it is left blank. */
export function effective(field: SettingField, values: Values): SettingValue | undefined {
  const value = values[field.name];
  return isBlank(value) ? field.default ?? (field.type === 'select' ? field.options?.[0] : undefined) : value;
}

/** Does the field apply, given the values of the fields it depends on? A field that depends on a hidden one is hidden too. */
export function applies(field: SettingField, fields: SettingField[], values: Values): boolean {
  return Object.entries(field.when ?? {}).every(([name, allowed]) => {
    const other = fields.find((candidate) => candidate.name === name);
    return other !== undefined && applies(other, fields, values) && allowed.includes(settingText(effective(other, values)));
  });
}

/** Judges one value; `undefined` means it is right. */
export function refusal(field: SettingField, value: unknown): Refusal | undefined {
  if (field.type === 'table') return tableRefusal(field, value);
  if (isBlank(value)) return field.required === true && field.default === undefined ? { rule: 'required' } : undefined;
  if (hasReference(value) || field.type === 'boolean' || field.type === 'secret') return undefined;
  if (field.type === 'select') return field.options?.includes(String(value)) === false ? { rule: 'option' } : undefined;
  if (field.type === 'number') {
    const { min = -Infinity, max = Infinity } = field;
    const number = Number(value);
    return Number.isFinite(number) && number >= min && number <= max ? undefined : { rule: 'number', min: field.min, max: field.max };
  }
  return field.pattern !== undefined && !new RegExp(field.pattern).test(String(value).trim()) ? { rule: 'pattern' } : undefined;
}

/** The fields that apply and hold something wrong. Secrets are not judged: the editor does not know them. */
export function refusals(fields: SettingField[], values: Values): { field: SettingField; refusal: Refusal }[] {
  return fields.flatMap((field) => {
    const refused = field.type !== 'secret' && applies(field, fields, values) ? refusal(field, values[field.name]) : undefined;
    return refused ? [{ field, refusal: refused }] : [];
  });
}

/** The first cell that holds something wrong; rows without anything do not count. */
function tableRefusal(field: SettingField, value: unknown): Refusal | undefined {
  for (const [index, row] of (Array.isArray(value) ? value as Record<string, string>[] : []).entries()) {
    if (Object.values(row).every(isBlank)) continue;
    for (const column of field.columns ?? []) {
      const refused = refusal(column, row[column.name]);
      if (refused) return { ...refused, cell: { row: index + 1, column: column.name } };
    }
  }
  return undefined;
}
